/* SPDX-License-Identifier: ISC */
#ifndef SJ_CURSOR_H
#define SJ_CURSOR_H

/*
 * A reader of one packed value.  Behind the first thing that does not fit,
 * every read answers 0, "" or nothing and is_bad stays set, so that a loader
 * checks once, at sj_cursor_close().  Pure; borrows the bytes.
 */

#include "record.h"

struct sj_cursor {
	const unsigned char *p;
	size_t left;
	bool is_bad;
};

/* Checks length, type and checksum; the cursor then stands behind them. */
enum sj_reason sj_cursor_open(const void *value, size_t len,
    enum sj_record_type type, struct sj_cursor *ret_cursor) SJ_MUST_CHECK;

/* SJ_OK only if all was good and the value is used up to its last byte. */
enum sj_reason sj_cursor_close(const struct sj_cursor *cursor) SJ_MUST_CHECK;

uint32_t sj_cursor_u32(struct sj_cursor *cursor);
uint64_t sj_cursor_u64(struct sj_cursor *cursor);
const char *sj_cursor_string(struct sj_cursor *cursor);

/* count strings: each is looked at, so that later walks need no bounds. */
void sj_cursor_strings(
    struct sj_cursor *cursor, uint32_t count, struct sj_strings *strings);

/* A count, then so many strings / elements of `each` bytes. */
void sj_cursor_list(struct sj_cursor *cursor, struct sj_strings *strings);
void sj_cursor_packed(
    struct sj_cursor *cursor, size_t each, struct sj_packed *packed);

#endif
