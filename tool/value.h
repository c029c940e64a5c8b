/* SPDX-License-Identifier: ISC */
#ifndef SJ_VALUE_H
#define SJ_VALUE_H

/* Values that the text writes as strings.  Pure functions. */

#include <stdbool.h>
#include <stdint.h>

#include "record.h"

/* "YYYY-MM-DD", a day that exists, from 1970 on: days since 1970-01-01. */
bool sj_value_day(const char *text, int32_t *ret_day);

/* One to four octal digits, at most max. */
bool sj_value_mode(const char *text, uint32_t max, uint32_t *ret_mode);

/* "Mon-Fri 08:00-18:00", "Sat 22:00-06:00", "Mon,Wed 00:00-24:00". */
bool sj_value_hours(const char *text, struct sj_hours *ret_hours);

/* "publickey", "password", "publickey+password" in any order. */
bool sj_value_auth(const char *text, uint32_t *ret_bits);

enum sj_password {
	SJ_PASSWORD_NONE,   /* "*" or locked without a hash */
	SJ_PASSWORD_HASH,   /* perhaps locked by a "!" in front */
	SJ_PASSWORD_WEAK,   /* a hash of the traditional kinds */
	SJ_PASSWORD_EMPTY,  /* would let anybody in */
	SJ_PASSWORD_INVALID /* the password itself, maybe */
};

/* What a shadow field is: crypt(5). */
enum sj_password sj_value_password(const char *text);

/* No byte below 0x20, no 0x7f, and no ':', which ends a field. */
bool sj_value_is_field(const char *text);

/*
 * What other sources may call a user or a group: anything that fits into a
 * field and a list of members.
 */
bool sj_value_is_foreign_name(const char *text);

/* Absolute, and no ".." component. */
bool sj_value_is_path(const char *path);

#endif
