/* SPDX-License-Identifier: ISC */
#include "sshd_words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\f"

/*
 * The keyword ends at a blank, a quotation mark or one '='; it may itself
 * stand in quotes (strdelim() of misc.c).  Returns what is behind it.
 */
static char *
cut_keyword(char *text, const char **ret_keyword)
{
	bool is_quoted = *text == '"';
	char *end, *p;

	if (is_quoted)
		text++;
	end = text + strcspn(text, is_quoted ? "\"" : BLANKS "\"=");
	*ret_keyword = text;
	p = end;
	if (is_quoted && *p != '\0')
		p++;
	p += strspn(p, BLANKS);
	if (!is_quoted && *p == '=')
		p++;
	p += strspn(p, BLANKS);
	*end = '\0';
	return p;
}

static bool
is_escape(const char *p, char quote)
{
	return *p == '\\' && (p[1] == '\'' || p[1] == '"' || p[1] == '\\' ||
				 (quote == '\0' && p[1] == ' '));
}

/*
 * One word without its quotes and escapes, as argv_split() of misc.c.  *ret_end
 * is what is behind it.  False if a quotation mark is not closed.
 */
static bool
cut_word(char *p, char **ret_end)
{
	char quote = '\0', *to = p;

	for (; *p != '\0'; p++) {
		if (is_escape(p, quote))
			*to++ = *++p;
		else if (quote == '\0' && (*p == ' ' || *p == '\t'))
			break;
		else if (quote == '\0' && (*p == '"' || *p == '\''))
			quote = *p;
		else if (quote != '\0' && *p == quote)
			quote = '\0';
		else
			*to++ = *p;
	}
	*ret_end = *p == '\0' ? p : p + 1;
	*to = '\0';
	return quote == '\0';
}

static void
lower(char *p)
{
	for (; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
}

/* Room for the NULL behind the last one is always there. */
static enum sj_sshd_words
add_word(struct sj_sshd_line *line, const char *word)
{
	if (!sj_sysfile_grow(
		&line->args, line->arg_count + 1, sizeof(*line->args)))
		return SJ_SSHD_WORDS_NO_MEMORY;
	line->args[line->arg_count++] = word;
	line->args[line->arg_count] = NULL;
	return SJ_SSHD_WORDS_OK;
}

static enum sj_sshd_words
split_args(char *p, struct sj_sshd_line *line)
{
	enum sj_sshd_words result = SJ_SSHD_WORDS_OK;
	char *word;

	if (!sj_sysfile_grow(&line->args, 0, sizeof(*line->args)))
		return SJ_SSHD_WORDS_NO_MEMORY;
	line->args[0] = NULL;
	while (result == SJ_SSHD_WORDS_OK) {
		p += strspn(p, " \t");
		if (*p == '\0' || *p == '#')
			break;
		word = p;
		if (!cut_word(p, &p))
			return SJ_SSHD_WORDS_QUOTES;
		result = add_word(line, word);
	}
	if (result == SJ_SSHD_WORDS_OK && line->arg_count == 0)
		result = SJ_SSHD_WORDS_NO_ARGUMENT;
	return result;
}

enum sj_sshd_words
sj_sshd_words_split(char *text, struct sj_sshd_line *ret_line)
{
	size_t len = strlen(text);
	enum sj_sshd_words result;
	char *keyword, *args;

	while (len > 0 && strchr(BLANKS, text[len - 1]) != NULL)
		text[--len] = '\0';
	text += strspn(text, BLANKS);
	if (*text == '\0' || *text == '#')
		return SJ_SSHD_WORDS_EMPTY;
	args = cut_keyword(text, &ret_line->keyword);
	keyword = text + (ret_line->keyword - text);
	lower(keyword);
	ret_line->args = NULL;
	ret_line->arg_count = 0;
	result = split_args(args, ret_line);
	if (result != SJ_SSHD_WORDS_OK) {
		free(ret_line->args);
		ret_line->args = NULL;
		ret_line->arg_count = 0;
	}
	return result;
}

char *
sj_sshd_args_join(const char *const *args)
{
	const char *const *arg;
	size_t size = 1;
	char *text, *p;

	for (arg = args; *arg != NULL; arg++)
		size += strlen(*arg) + 1;
	text = malloc(size);
	if (text == NULL)
		return NULL;
	for (p = text, arg = args; *arg != NULL; arg++) {
		if (arg != args)
			*p++ = ' ';
		size = strlen(*arg);
		memcpy(p, *arg, size);
		p += size;
	}
	*p = '\0';
	return text;
}
