/* SPDX-License-Identifier: ISC */
#include "cursor.h"

#include <string.h>

#include "bytes.h"

static const unsigned char *
take(struct sj_cursor *cursor, size_t len)
{
	const unsigned char *p = cursor->p;

	if (cursor->is_bad || len > cursor->left) {
		cursor->is_bad = true;
		return NULL;
	}
	cursor->p += len;
	cursor->left -= len;
	return p;
}

uint32_t
sj_cursor_u32(struct sj_cursor *cursor)
{
	const unsigned char *p = take(cursor, 4);

	return p != NULL ? sj_load_le32(p) : 0;
}

uint64_t
sj_cursor_u64(struct sj_cursor *cursor)
{
	const unsigned char *p = take(cursor, 8);

	return p != NULL ? sj_load_le64(p) : 0;
}

const char *
sj_cursor_string(struct sj_cursor *cursor)
{
	const unsigned char *end;
	const char *string;

	if (cursor->is_bad)
		return "";
	end = memchr(cursor->p, '\0', cursor->left);
	if (end == NULL) {
		cursor->is_bad = true;
		return "";
	}
	string = (const char *)cursor->p;
	(void)take(cursor, (size_t)(end - cursor->p) + 1);
	return string;
}

void
sj_cursor_strings(
    struct sj_cursor *cursor, uint32_t count, struct sj_strings *strings)
{
	const unsigned char *start = cursor->p;
	uint32_t i;

	for (i = 0; i < count && !cursor->is_bad; i++)
		(void)sj_cursor_string(cursor);
	strings->first = (const char *)start;
	strings->size = (uint32_t)(cursor->p - start);
	strings->count = cursor->is_bad ? 0 : count;
}

void
sj_cursor_list(struct sj_cursor *cursor, struct sj_strings *strings)
{
	sj_cursor_strings(cursor, sj_cursor_u32(cursor), strings);
}

void
sj_cursor_packed(
    struct sj_cursor *cursor, size_t each, struct sj_packed *packed)
{
	uint32_t count = sj_cursor_u32(cursor);

	packed->first = count <= cursor->left / each
			    ? take(cursor, count * each)
			    : take(cursor, cursor->left + 1);
	packed->count = packed->first != NULL ? count : 0;
}

enum sj_reason
sj_cursor_open(const void *value, size_t len, enum sj_record_type type,
    struct sj_cursor *ret_cursor)
{
	const unsigned char *bytes = value;

	if (len < SJ_RECORD_PREFIX_SIZE || sj_load_le32(bytes + 8) != len ||
	    sj_load_le32(bytes + 12) != (uint32_t)type ||
	    sj_load_le64(bytes) != sj_sum(SJ_SUM_SEED, bytes + 8, len - 8))
		return SJ_DB_CORRUPT;
	ret_cursor->p = bytes + SJ_RECORD_PREFIX_SIZE;
	ret_cursor->left = len - SJ_RECORD_PREFIX_SIZE;
	ret_cursor->is_bad = false;
	return SJ_OK;
}

enum sj_reason
sj_cursor_close(const struct sj_cursor *cursor)
{
	return cursor->is_bad || cursor->left > 0 ? SJ_DB_CORRUPT : SJ_OK;
}
