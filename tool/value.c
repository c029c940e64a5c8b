/* SPDX-License-Identifier: ISC */
#include "value.h"

#include <stdio.h>
#include <string.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* count digits at text as a number, or -1. */
static int
take_digits(const char *text, int count)
{
	int value = 0, i;

	for (i = 0; i < count; i++) {
		if (!is_digit(text[i]))
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days from 1970-01-01 to the first of January of year. */
static int32_t
day_of_year(int year)
{
	int before = year - 1;

	return (year - 1970) * 365 + (before / 4 - 1969 / 4) -
	       (before / 100 - 1969 / 100) + (before / 400 - 1969 / 400);
}

bool
sj_value_day(const char *text, int32_t *ret_day)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day, length, i;
	int32_t result;

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
		return false;
	year = take_digits(text, 4);
	month = take_digits(text + 5, 2);
	day = take_digits(text + 8, 2);
	if (year < 1970 || month < 1 || month > 12 || day < 1)
		return false;
	length = days[month - 1] + (month == 2 && is_leap(year));
	if (day > length)
		return false;
	result = day_of_year(year) + day - 1;
	for (i = 1; i < month; i++)
		result += days[i - 1] + (i == 2 && is_leap(year));
	*ret_day = result;
	return true;
}

bool
sj_value_mode(const char *text, uint32_t max, uint32_t *ret_mode)
{
	uint32_t mode = 0;
	size_t i;

	for (i = 0; text[i] != '\0'; i++) {
		if (text[i] < '0' || text[i] > '7' || i >= 4)
			return false;
		mode = mode * 8 + (uint32_t)(text[i] - '0');
	}
	if (i == 0 || mode > max)
		return false;
	*ret_mode = mode;
	return true;
}

static const char day_names[] = "SunMonTueWedThuFriSat";

static int
take_day_name(const char **at)
{
	int i;

	for (i = 0; i < 7; i++) {
		if (strncmp(*at, day_names + 3 * i, 3) == 0) {
			*at += 3;
			return i;
		}
	}
	return -1;
}

/* "Mon", "Mon-Fri", "Fri-Mon", and these joined by commas. */
static bool
take_days(const char **at, uint8_t *ret_days)
{
	uint8_t days = 0;
	int first, last, i;

	for (;;) {
		first = last = take_day_name(at);
		if (first >= 0 && **at == '-') {
			++*at;
			last = take_day_name(at);
		}
		if (first < 0 || last < 0)
			return false;
		for (i = first; i != last; i = (i + 1) % 7)
			days = (uint8_t)(days | 1u << i);
		days = (uint8_t)(days | 1u << last);
		if (**at != ',')
			break;
		++*at;
	}
	*ret_days = days;
	return true;
}

/* "HH:MM" up to 24:00. */
static bool
take_time(const char **at, uint16_t *ret_min)
{
	int hour, min;

	hour = take_digits(*at, 2);
	if (hour < 0 || (*at)[2] != ':')
		return false;
	min = take_digits(*at + 3, 2);
	if (min < 0 || min > 59 || hour * 60 + min > 24 * 60)
		return false;
	*at += 5;
	*ret_min = (uint16_t)(hour * 60 + min);
	return true;
}

bool
sj_value_hours(const char *text, struct sj_hours *ret_hours)
{
	struct sj_hours hours;
	const char *at = text;

	if (!take_days(&at, &hours.days) || *at++ != ' ')
		return false;
	at += strspn(at, " ");
	if (!take_time(&at, &hours.start_min) || *at++ != '-' ||
	    !take_time(&at, &hours.end_min) || *at != '\0')
		return false;
	/* A start at 24:00 is no minute of the day; an empty span no hours. */
	if (hours.start_min == 24 * 60 || hours.start_min == hours.end_min)
		return false;
	*ret_hours = hours;
	return true;
}

bool
sj_value_auth(const char *text, uint32_t *ret_bits)
{
	static const struct {
		const char *text;
		uint32_t bits;
	} entries[] = {
	    {"publickey", SJ_AUTH_PUBLICKEY},
	    {"password", SJ_AUTH_PASSWORD},
	    {"publickey+password", SJ_AUTH_PUBLICKEY | SJ_AUTH_PASSWORD},
	    {"password+publickey", SJ_AUTH_PUBLICKEY | SJ_AUTH_PASSWORD},
	};
	size_t i;

	for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		if (strcmp(text, entries[i].text) == 0) {
			*ret_bits = entries[i].bits;
			return true;
		}
	}
	return false;
}

#define HASH64 \
	"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
/* The shortest checksum of crypt(5): that of MD5. */
#define CHECKSUM_MIN 22

/* "$id$...$checksum", nothing that crypt(5) keeps out of a hash. */
static bool
is_modular(const char *text)
{
	size_t fields = 0;
	const char *last = text, *p;

	for (p = text; *p != '\0'; p++) {
		if (*p <= 0x20 || *p >= 0x7f || strchr(":;*!\\", *p) != NULL)
			return false;
		if (*p == '$') {
			fields++;
			last = p + 1;
		}
	}
	return text[0] == '$' && text[1] != '$' && fields >= 3 &&
	       strlen(last) >= CHECKSUM_MIN;
}

static bool
is_traditional(const char *text)
{
	size_t len = strlen(text);

	if (text[0] == '_')
		return len == 20 && strspn(text + 1, HASH64) == 19;
	return len == 13 && strspn(text, HASH64) == 13;
}

enum sj_password
sj_value_password(const char *text)
{
	if (*text == '\0')
		return SJ_PASSWORD_EMPTY;
	if (strcmp(text, "*") == 0)
		return SJ_PASSWORD_NONE;
	if (*text == '!') {
		text += strspn(text, "!");
		if (*text == '\0' || strcmp(text, "*") == 0)
			return SJ_PASSWORD_NONE;
	}
	if (is_modular(text))
		return strncmp(text, "$1$", 3) == 0 ||
			       strncmp(text, "$3$", 3) == 0
			   ? SJ_PASSWORD_WEAK
			   : SJ_PASSWORD_HASH;
	return is_traditional(text) ? SJ_PASSWORD_WEAK : SJ_PASSWORD_INVALID;
}

bool
sj_value_is_field(const char *text)
{
	const unsigned char *p;

	for (p = (const unsigned char *)text; *p != '\0'; p++)
		if (*p < 0x20 || *p == 0x7f || *p == ':')
			return false;
	return true;
}

bool
sj_value_is_path(const char *path)
{
	char normal[SJ_PATH_SIZE];

	return path[0] == '/' && strlen(path) < SJ_PATH_SIZE &&
	       sj_jail_path_normalise(path, normal);
}

bool
sj_value_is_foreign_name(const char *text)
{
	size_t len = strlen(text);

	/* The longest name that the database can find is 254 bytes. */
	return len > 0 && len < 255 && strchr(text, ',') == NULL &&
	       strchr(text, '/') == NULL && sj_value_is_field(text);
}
