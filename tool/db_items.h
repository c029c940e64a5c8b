/* SPDX-License-Identifier: ISC */
#ifndef SJ_DB_ITEMS_H
#define SJ_DB_ITEMS_H

/* The records of a database as names and sums, for db_diff.c. */

#include "db_diff.h"

/* A database that is gone through, and which side it is (db_entries.h). */
struct sj_db_side {
	const struct sj_db_pair *pair;
	uint64_t seen;
	uint32_t passed;
};

/* A record: its name, and a sum of what it says. */
struct sj_db_item {
	const char *name;
	uint64_t sum;
	struct sj_group group; /* of groups only */
};

/*
 * Two sides, two places in the same section: past the records that have the
 * same bytes on both, which need not be understood.
 */
void sj_db_items_skip(struct sj_db_side *sides, struct sj_db_cursor *cursors);

/*
 * The next record of a kind, in the order of the file.  SJ_OK with *ret_found
 * false: no more, or no such file.  Pages that were read are let go.
 */
enum sj_reason sj_db_items_passwd(struct sj_db_side *side,
    struct sj_db_cursor *cursor, bool *ret_found, struct sj_db_item *ret_item);
enum sj_reason sj_db_items_keys(struct sj_db_side *side,
    struct sj_db_cursor *cursor, bool *ret_found, struct sj_db_item *ret_item);
enum sj_reason sj_db_items_user(struct sj_db_side *side,
    struct sj_db_cursor *cursor, bool *ret_found, struct sj_db_item *ret_item);
enum sj_reason sj_db_items_group(struct sj_db_side *side,
    struct sj_db_cursor *cursor, bool *ret_found, struct sj_db_item *ret_item);
enum sj_reason sj_db_items_jail(struct sj_db_side *side,
    struct sj_db_cursor *cursor, bool *ret_found, struct sj_db_item *ret_item);

#endif
