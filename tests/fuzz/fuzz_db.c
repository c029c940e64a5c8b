/* SPDX-License-Identifier: ISC */
/*
 * Database files, through every find and next.  The first byte: 1 secret; 2 the
 * sums are mended, or no change would ever come further than to them.
 */
#define _GNU_SOURCE
#include "db_format.h"
#include "db_see.h"

#define RECORDS_OFF 2048u

/* Where the records end: the first hash table, if it is one. */
static size_t
records_end(const unsigned char *file, size_t size)
{
	size_t end = size, off;
	unsigned table;

	for (table = 0; table < SJ_TABLE_COUNT; table++) {
		off = sj_load_le32(file + (size_t)table * 8);
		if (sj_load_le32(file + (size_t)table * 8 + 4) > 0 && off < end)
			end = off;
	}
	return end;
}

static void
mend_records(unsigned char *file, size_t size)
{
	size_t end = records_end(file, size), off = RECORDS_OFF, key_len, len;
	unsigned char *value;

	while (off <= end && end - off >= 8) {
		key_len = sj_load_le32(file + off);
		len = sj_load_le32(file + off + 4);
		off += 8;
		if (key_len > end - off || len > end - off - key_len)
			return;
		value = file + off + key_len;
		if (len >= SJ_RECORD_PREFIX_SIZE) {
			sj_store_le32(value + 8, (uint32_t)len);
			sj_store_le64(
			    value, sj_sum(SJ_SUM_SEED, value + 8, len - 8));
		}
		off += key_len + len;
	}
}

static void
mend_header(unsigned char *file, size_t size, enum sj_db_kind kind)
{
	unsigned char *value = file + SJ_DB_HEADER_OFF, *sums;
	unsigned table;

	sj_store_le32(file + RECORDS_OFF, 8);
	sj_store_le32(file + RECORDS_OFF + 4, SJ_DB_HEADER_SIZE);
	memcpy(value - 8, SJ_DB_HEADER_KEY, 8);
	memcpy(value + SJ_HEADER_MAGIC, SJ_DB_MAGIC, 8);
	sj_store_le32(value + SJ_HEADER_FORMAT, SJ_DB_FORMAT);
	sj_store_le32(value + SJ_HEADER_KIND, (uint32_t)kind);
	sj_store_le64(value + SJ_HEADER_FILE_SIZE, size);
	sj_store_le64(
	    value + SJ_HEADER_TOC_SUM, sj_sum(SJ_SUM_SEED, file, SJ_TOC_SIZE));
	sums = value + SJ_HEADER_TABLE_SUMS;
	for (table = 0; table < SJ_TABLE_COUNT; table++) {
		size_t off = sj_load_le32(file + (size_t)table * 8);
		size_t len =
		    (size_t)sj_load_le32(file + (size_t)table * 8 + 4) * 8;

		if (off <= size && len <= size - off)
			sj_store_le64(sums + (size_t)table * 8,
			    sj_sum(SJ_SUM_SEED, file + off, len));
	}
	sj_store_le64(value, sj_header_sum(value));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sj_db_source source = {.owner = geteuid()};
	unsigned char *file;
	unsigned flags;

	if (size < 1)
		return 0;
	flags = data[0];
	file = (unsigned char *)fuzz_copy(data + 1, --size);
	source.kind = (flags & 1) != 0 ? SJ_DB_SECRET : SJ_DB_PUBLIC;
	if ((flags & 2) != 0 && size >= SJ_DB_HEADER_OFF + SJ_DB_HEADER_SIZE) {
		mend_header(file, size, source.kind);
		mend_records(file, size);
		mend_header(file, size, source.kind);
	}
	source.path = fuzz_write("db", file, size);
	free(file);
	db_see_file(&source);
	return 0;
}
