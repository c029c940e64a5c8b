/* SPDX-License-Identifier: ISC */
#ifndef SJ_DB_FORMAT_H
#define SJ_DB_FORMAT_H

/* The header's layout: offsets in its value; sftpjail-db(5) has the table. */

#include "bytes.h"
#include "db.h"

#define SJ_DB_MAGIC "SFTPJAIL"
#define SJ_TOC_SIZE 2048u /* cdb(5): 256 pairs of position and slots */
#define SJ_TABLE_COUNT SJ_DB_TABLE_COUNT

#define SJ_HEADER_RETIRED 16u
#define SJ_HEADER_FORMAT 20u
#define SJ_HEADER_KIND 24u
#define SJ_HEADER_JAILS 28u
#define SJ_HEADER_MAGIC 32u
#define SJ_HEADER_GENERATION 40u
#define SJ_HEADER_FILE_SIZE 48u
#define SJ_HEADER_TOC_SUM 56u
#define SJ_HEADER_SECTIONS 64u
#define SJ_HEADER_SECTION_SIZE 12u
#define SJ_HEADER_TABLE_SUMS 160u

/* Over the header but for the sum itself and the retired word. */
static inline uint64_t
sj_header_sum(const unsigned char *value)
{
	uint64_t sum = sj_sum(SJ_SUM_SEED, value + 8, SJ_HEADER_RETIRED - 8);

	return sj_sum(sum, value + SJ_HEADER_FORMAT,
	    SJ_DB_HEADER_SIZE - SJ_HEADER_FORMAT);
}

#endif
