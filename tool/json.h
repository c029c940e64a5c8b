/* SPDX-License-Identifier: ISC */
#ifndef SJ_JSON_H
#define SJ_JSON_H

/*
 * What jansson leaves to us.  Every function that makes a value returns NULL
 * when memory is short; json_pack("o") and json_array_append_new() hand that
 * on, so that it is enough to look at the end: sj_json_print().
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define SJ_JSON_SCHEMA 1

/* "2026-11-22T18:04:00Z" and the NUL. */
#define SJ_JSON_TIME_SIZE 32

/*
 * A string, or null for NULL.  jansson takes valid UTF-8 only: bytes that are
 * not become the characters \xHH.
 */
json_t *sj_json_text(const char *text);

/* The same for len bytes without a NUL. */
json_t *sj_json_text_len(const char *text, size_t len);

/* RFC 3339 in UTC. */
void sj_json_time_format(int64_t sec, char ret_text[SJ_JSON_TIME_SIZE]);
json_t *sj_json_time(int64_t sec);

/* A day since 1970-01-01 as "2026-11-22", or null for SJ_NO_DAY. */
void sj_json_day_format(int32_t day, char ret_text[SJ_JSON_TIME_SIZE]);
json_t *sj_json_day(int32_t day);

/*
 * Prints value, indented and in ASCII (so that no terminal acts on it), and a
 * newline on standard output, and frees it.  False, with a line on standard
 * error, if value is NULL.
 */
bool sj_json_print(json_t *value);

#endif
