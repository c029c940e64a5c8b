/* SPDX-License-Identifier: ISC */
#ifndef SJ_WHEN_H
#define SJ_WHEN_H

/* Moments as people write them. */

#include <stdbool.h>
#include <stdint.h>

/*
 * "YYYY-MM-DD HH:MM" in local time, or RFC 3339 ("2026-11-22T18:04:00Z",
 * "2026-11-22T18:04:00+01:00").  False for anything else, or a day or hour
 * that does not exist; *ret_sec is since 1970-01-01 UTC.
 */
bool sj_when_parse(const char *text, int64_t *ret_sec);

#endif
