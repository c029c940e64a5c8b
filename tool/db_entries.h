/* SPDX-License-Identifier: ISC */
#ifndef SJ_DB_ENTRIES_H
#define SJ_DB_ENTRIES_H

/*
 * What two databases say of each name that they do not say alike, for
 * db_diff.c.  A name has one entry, whatever many records it has: the sums of
 * the old records are added, those of the new ones taken away, so that what
 * stays the same is 0 at the end.  Names are known by 61 bits of their sum.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apply.h"

#define SJ_DB_SEEN_OLD UINT64_C(1)
#define SJ_DB_SEEN_NEW UINT64_C(2)
#define SJ_DB_SEEN_BOTH (SJ_DB_SEEN_OLD | SJ_DB_SEEN_NEW)
#define SJ_DB_SEEN_PART                                       \
	UINT64_C(4) /* in a record that is not the name's own \
		     */
#define SJ_DB_SEEN_ANY UINT64_C(7)

struct sj_db_entry {
	uint64_t name; /* sum, with the flags in its last bits; 0: free */
	uint64_t content;
};

/* Starts zeroed; free(slots). */
struct sj_db_entries {
	struct sj_db_entry *slots;
	size_t count;
	size_t size; /* a power of two */
	bool is_short;
};

/* The entry of the name, made if need be; NULL: is_short. */
struct sj_db_entry *sj_db_entries_find(
    struct sj_db_entries *entries, const char *name);

/* '+', '~', '-' or '=': what became of the name. */
char sj_db_entries_judge(const struct sj_db_entries *entries, const char *name);

/* Adds up all of them. */
void sj_db_entries_count(
    const struct sj_db_entries *entries, struct sj_apply_count *ret_count);

#endif
