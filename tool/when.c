/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "when.h"

#include <string.h>
#include <time.h>

struct moment {
	unsigned int year, month, day, hour, minute, second;
};

/* Exactly len digits. */
static bool
take_number(const char **text, unsigned int len, unsigned int *ret_number)
{
	unsigned int number = 0, i;

	for (i = 0; i < len; i++) {
		char c = (*text)[i];

		if (c < '0' || c > '9')
			return false;
		number = number * 10 + (unsigned int)(c - '0');
	}
	*text += len;
	*ret_number = number;
	return true;
}

static bool
take_char(const char **text, const char *any_of)
{
	if (**text == '\0' || strchr(any_of, **text) == NULL)
		return false;
	(*text)++;
	return true;
}

static unsigned int
days_of(unsigned int year, unsigned int month)
{
	static const unsigned char days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && is_leap ? 29 : days[month - 1];
}

static bool
is_real(const struct moment *moment)
{
	return moment->year >= 1900 && moment->month >= 1 &&
	       moment->month <= 12 && moment->day >= 1 &&
	       moment->day <= days_of(moment->year, moment->month) &&
	       moment->hour <= 23 && moment->minute <= 59 &&
	       moment->second <= 60;
}

static struct tm
tm_of(const struct moment *moment)
{
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	tm.tm_year = (int)moment->year - 1900;
	tm.tm_mon = (int)moment->month - 1;
	tm.tm_mday = (int)moment->day;
	tm.tm_hour = (int)moment->hour;
	tm.tm_min = (int)moment->minute;
	tm.tm_sec = (int)moment->second;
	tm.tm_isdst = -1;
	return tm;
}

/* "Z" or "+HH:MM", seconds to be taken off. */
static bool
take_zone(const char **text, int64_t *ret_offset_sec)
{
	unsigned int hours, minutes;
	int sign = **text == '-' ? -1 : 1;

	if (take_char(text, "Zz")) {
		*ret_offset_sec = 0;
		return true;
	}
	if (!take_char(text, "+-") || !take_number(text, 2, &hours) ||
	    !take_char(text, ":") || !take_number(text, 2, &minutes) ||
	    hours > 23 || minutes > 59)
		return false;
	*ret_offset_sec = sign * (int64_t)(hours * 3600 + minutes * 60);
	return true;
}

static bool
parse_rfc3339(const char *text, struct moment *moment, int64_t *ret_sec)
{
	int64_t offset_sec;
	struct tm tm;

	if (!take_char(&text, ":") || !take_number(&text, 2, &moment->second))
		return false;
	if (take_char(&text, ".")) {
		if (strspn(text, "0123456789") == 0)
			return false;
		text += strspn(text, "0123456789");
	}
	if (!take_zone(&text, &offset_sec) || *text != '\0' || !is_real(moment))
		return false;
	tm = tm_of(moment);
	*ret_sec = (int64_t)timegm(&tm) - offset_sec;
	return true;
}

static bool
parse_local(const struct moment *moment, int64_t *ret_sec)
{
	struct tm tm;

	if (!is_real(moment))
		return false;
	tm = tm_of(moment);
	*ret_sec = (int64_t)mktime(&tm);
	return true;
}

bool
sj_when_parse(const char *text, int64_t *ret_sec)
{
	struct moment moment = {0, 0, 0, 0, 0, 0};
	char separator;

	if (!take_number(&text, 4, &moment.year) || !take_char(&text, "-") ||
	    !take_number(&text, 2, &moment.month) || !take_char(&text, "-") ||
	    !take_number(&text, 2, &moment.day))
		return false;
	separator = *text;
	if (!take_char(&text, " Tt") || !take_number(&text, 2, &moment.hour) ||
	    !take_char(&text, ":") || !take_number(&text, 2, &moment.minute))
		return false;
	if (*text == '\0' && separator == ' ')
		return parse_local(&moment, ret_sec);
	return parse_rfc3339(text, &moment, ret_sec);
}
