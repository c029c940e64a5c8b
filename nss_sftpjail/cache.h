/* SPDX-License-Identifier: ISC */
#ifndef SJ_NSS_CACHE_H
#define SJ_NSS_CACHE_H

/*
 * One database of the process, kept open between lookups and replaced when the
 * file is.  A warm sj_cache_acquire() takes no lock, does no system call and
 * allocates nothing; any number of threads may be in it.
 *
 * Who looks up holds a reference.  They are counted in two halves: one atomic
 * word holds the slot in use and how many references of it were taken; how
 * many came back is counted in the slot.  Exchanging the word ends a slot: the
 * first half is then known and final, and who makes the halves equal unmaps.
 * So that threads do not fight for one cache line there are several such
 * words; a thread uses the one its identity falls on.
 *
 * All zero is an empty cache.  A child after fork(2) may use what it inherits:
 * references that threads of the parent held keep a slot forever, no more.
 * Where no slot can be had, a lookup opens a database of its own.
 */

#include <stdint.h>

#include "db.h"

#define SJ_CACHE_SLOTS 4
#define SJ_CACHE_STRIPES 16

struct sj_cache_stripe {
	uint64_t word;
	int64_t balance[SJ_CACHE_SLOTS];
} __attribute__((aligned(64)));

struct sj_cache_slot {
	struct sj_db db;
	uint32_t pins; /* 0: free */
};

struct sj_cache {
	struct sj_cache_stripe stripes[SJ_CACHE_STRIPES];
	struct sj_cache_slot slots[SJ_CACHE_SLOTS];
	int64_t checked_sec; /* when the path was last looked at ... */
	int64_t refused_sec; /* ... and when to no avail */
	int32_t owner;	     /* process that opens a replacement; 0: none */
};

/*
 * An open database to look into.  Must stay where it is until it is released.
 * With db NULL nothing is held.
 */
struct sj_cache_ref {
	struct sj_db *db;
	struct sj_cache *cache; /* NULL: own is the database */
	unsigned int slot;
	unsigned int stripe;
	struct sj_db own;
};

/*
 * SJ_OK: a reference, of the file that is at source->path; or, where that is
 * missing or can't be trusted, of the one that was there before (behind
 * chroot(2) the path never comes back).  That is tried at most once a second.
 * Never older than what the writer was done with when the call began; what he
 * has renamed but not told of yet (the retired word) may be seen, and once more
 * the one before.
 * Else the reasons of sj_db_open(): there never was one; it is tried anew each
 * time.  cache NULL: opens one for this reference alone.
 *
 * A secret database is not inherited by children; the cache must then be in
 * memory that fork(2) wipes.
 */
enum sj_reason sj_cache_acquire(struct sj_cache *cache,
    const struct sj_db_source *source, struct sj_cache_ref *ret_ref,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* Ends all views of this reference.  Twice is once. */
void sj_cache_release(struct sj_cache_ref *ref);

/* Forgets the database; it is unmapped with its last reference. */
void sj_cache_drop(struct sj_cache *cache);

#define SJ_AUTO_RELEASE __attribute__((cleanup(sj_cache_release)))

#endif
