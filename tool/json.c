/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"
#include "quote.h"
#include "record.h"

#define DAY_SEC 86400

json_t *
sj_json_text(const char *text)
{
	SJ_AUTO_FREE char *valid = NULL;
	uint32_t character;
	char *next;

	if (text == NULL)
		return json_null();
	valid = malloc(4 * strlen(text) + 1);
	if (valid == NULL)
		return NULL;
	for (next = valid; *text != '\0';) {
		size_t len = sj_quote_decode(text, &character);

		if (len > 0) {
			memcpy(next, text, len);
			next += len;
			text += len;
			continue;
		}
		next += sprintf(next, "\\x%02x", (unsigned char)*text);
		text++;
	}
	*next = '\0';
	return json_string_nocheck(valid);
}

json_t *
sj_json_text_len(const char *text, size_t len)
{
	SJ_AUTO_FREE char *copy = strndup(text, len);

	return copy == NULL ? NULL : sj_json_text(copy);
}

static bool
utc_of(int64_t sec, struct tm *ret_tm)
{
	time_t when = (time_t)sec;

	return gmtime_r(&when, ret_tm) != NULL;
}

void
sj_json_time_format(int64_t sec, char ret_text[SJ_JSON_TIME_SIZE])
{
	struct tm tm;

	if (!utc_of(sec, &tm) || strftime(ret_text, SJ_JSON_TIME_SIZE,
				     "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		ret_text[0] = '\0';
}

json_t *
sj_json_time(int64_t sec)
{
	char text[SJ_JSON_TIME_SIZE];

	sj_json_time_format(sec, text);
	return text[0] == '\0' ? json_null() : json_string(text);
}

void
sj_json_day_format(int32_t day, char ret_text[SJ_JSON_TIME_SIZE])
{
	struct tm tm;

	if (!utc_of((int64_t)day * DAY_SEC, &tm) ||
	    strftime(ret_text, SJ_JSON_TIME_SIZE, "%Y-%m-%d", &tm) == 0)
		ret_text[0] = '\0';
}

json_t *
sj_json_day(int32_t day)
{
	char text[SJ_JSON_TIME_SIZE];

	if (day == SJ_NO_DAY)
		return json_null();
	sj_json_day_format(day, text);
	return json_string(text);
}

bool
sj_json_print(json_t *value)
{
	int status = value == NULL ? -1
				   : json_dumpf(value, stdout,
					 JSON_INDENT(2) | JSON_ENSURE_ASCII);

	json_decref(value);
	if (status != 0) {
		(void)fputs(
		    "sftpjail: out of memory or output failed\n", stderr);
		return false;
	}
	(void)fputc('\n', stdout);
	return true;
}
