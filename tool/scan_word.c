/* SPDX-License-Identifier: ISC */
#include "scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* dddd-dd-dd and whatever stands behind. */
static bool
is_date(const char *word)
{
	static const char form[] = "dddd-dd-dd";
	size_t i;

	for (i = 0; form[i] != '\0'; i++)
		if (form[i] == 'd' ? !is_digit(word[i]) : word[i] != form[i])
			return false;
	return true;
}

static bool
is_yes_or_no(const char *word)
{
	static const char *const words[] = {
	    "yes", "no", "on", "off", "y", "n", "t", "f"};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(word, words[i]) == 0)
			return true;
	return false;
}

/* [-+]?[0-9]+L?L? */
static bool
is_integer(const char *word, size_t *ret_digits, bool *ret_long)
{
	size_t digits, suffix;

	if (*word == '-' || *word == '+')
		word++;
	digits = strspn(word, "0123456789");
	suffix = strspn(word + digits, "L");
	*ret_digits = digits;
	*ret_long = suffix > 0;
	return digits > 0 && suffix <= 2 && word[digits + suffix] == '\0';
}

static bool
is_float(const char *word)
{
	size_t before, behind = 0;

	if (*word == '-' || *word == '+')
		word++;
	before = strspn(word, "0123456789");
	word += before;
	if (*word == '.') {
		behind = strspn(++word, "0123456789");
		word += behind;
	}
	if (before + behind == 0)
		return false;
	if (*word == 'e' || *word == 'E') {
		word++;
		if (*word == '-' || *word == '+')
			word++;
		if (!is_digit(*word))
			return false;
		word += strspn(word, "0123456789");
	}
	return *word == '\0';
}

/* Without the suffix L, libconfig wraps what an int can't hold. */
static bool
is_in_range(const char *first, size_t digits, bool is_long)
{
	return digits <= SJ_SCAN_DIGITS_LONG_MAX &&
	       (is_long || strtoll(first, NULL, 10) <= INT32_MAX);
}

static enum sj_word
judge_integer(const char *word, char *ret_message, size_t size)
{
	const char *first;
	size_t digits;
	bool is_long;

	(void)is_integer(word, &digits, &is_long);
	first = word + (*word == '-' || *word == '+');
	if (digits > 1 && *first == '0') {
		(void)snprintf(ret_message, size,
		    "%s is an integer with a leading zero, expected one "
		    "without (an octal mode is a string: \"%s\")",
		    word, word);
		return SJ_WORD_BAD;
	}
	if (!is_in_range(first, digits, is_long)) {
		(void)snprintf(ret_message, size,
		    "%s is an integer out of range, expected at most %s", word,
		    is_long ? "18 digits" : "2147483647, or one with an L");
		return SJ_WORD_BAD;
	}
	return SJ_WORD_INTEGER;
}

static enum sj_word
judge_hex(const char *word, char *ret_message, size_t size)
{
	size_t digits = strspn(word + 2, "0123456789abcdefABCDEF");

	if (digits > 0 && word[2 + digits] == '\0' && digits <= 8 &&
	    strtoll(word, NULL, 16) <= INT32_MAX)
		return SJ_WORD_INTEGER;
	(void)snprintf(ret_message, size,
	    "%s is not usable as an integer, expected a decimal one, or "
	    "at most 0x7fffffff",
	    word);
	return SJ_WORD_BAD;
}

enum sj_word
sj_scan_judge_word(const char *word, char *ret_message, size_t size)
{
	size_t digits;
	bool is_long;

	if (strcasecmp(word, "true") == 0 || strcasecmp(word, "false") == 0)
		return SJ_WORD_BOOL;
	if (is_integer(word, &digits, &is_long))
		return judge_integer(word, ret_message, size);
	if (word[0] == '0' && (word[1] == 'x' || word[1] == 'X'))
		return judge_hex(word, ret_message, size);
	if (is_yes_or_no(word))
		(void)snprintf(
		    ret_message, size, "is %s, expected true or false", word);
	else if (is_date(word))
		(void)snprintf(ret_message, size,
		    "%s is a date without quotes, expected \"%.10s\"", word,
		    word);
	else if (is_float(word))
		(void)snprintf(ret_message, size,
		    "%s is a floating point number, expected an integer or a "
		    "string in quotes",
		    word);
	else
		(void)snprintf(ret_message, size,
		    "%s is a word without quotes, expected a string in double "
		    "quotes, an integer, true or false",
		    word);
	return SJ_WORD_BAD;
}
