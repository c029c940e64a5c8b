/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "cache.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "atomic.h"

/* The word: slot + 1 in the top byte (0: no database), references below. */
#define COUNT_BITS 56
#define COUNT_MASK ((UINT64_C(1) << COUNT_BITS) - 1)

/* A slot is pinned by its stripes and, beyond, by being in use at all. */
#define PINS_ALL (SJ_CACHE_STRIPES + 1u)

/*
 * Each thread has an errno of its own, pages apart from the next: the product
 * spreads them.  A lookup asks for errno anyway; pthread_self() would be one
 * more page of the C library.
 */
static unsigned int
own_stripe(void)
{
	uint64_t self = (uint64_t)(uintptr_t)&errno;

	return (unsigned int)((self >> 6) * UINT64_C(0x9e3779b97f4a7c15) >>
			      60) %
	       SJ_CACHE_STRIPES;
}

/* The last stripe that lets go of a slot unmaps it. */
static void
unpin(struct sj_cache_slot *slot)
{
	if (SJ_ATOMIC_ADD(&slot->pins, (uint32_t)-1) > 1)
		return;
	sj_db_close(&slot->db);
	SJ_ATOMIC_STORE(&slot->pins, 0);
}

/* The balance is negative until the word was exchanged: 0 means all are back.
 */
static void
settle(struct sj_cache *cache, unsigned int stripe, unsigned int slot,
    int64_t change)
{
	int64_t *balance = &cache->stripes[stripe].balance[slot];

	if (SJ_ATOMIC_ADD(balance, change) == 0)
		unpin(&cache->slots[slot]);
}

static void
exchange(struct sj_cache *cache, uint64_t word)
{
	unsigned int stripe;
	uint64_t old;

	for (stripe = 0; stripe < SJ_CACHE_STRIPES; stripe++) {
		old = SJ_ATOMIC_EXCHANGE(&cache->stripes[stripe].word, word);
		if (old >> COUNT_BITS != 0)
			settle(cache, stripe,
			    (unsigned int)(old >> COUNT_BITS) - 1,
			    (int64_t)(old & COUNT_MASK));
	}
}

static bool
take(struct sj_cache *cache, struct sj_cache_ref *ref)
{
	unsigned int stripe = own_stripe();
	uint64_t *word = &cache->stripes[stripe].word, seen;

	ref->db = NULL;
	if (SJ_ATOMIC_LOAD(word) >> COUNT_BITS == 0)
		return false;
	seen = SJ_ATOMIC_ADD(word, 1);
	if (seen >> COUNT_BITS == 0)
		return false;
	ref->cache = cache;
	ref->stripe = stripe;
	ref->slot = (unsigned int)(seen >> COUNT_BITS) - 1;
	ref->db = &cache->slots[ref->slot].db;
	return true;
}

void
sj_cache_release(struct sj_cache_ref *ref)
{
	if (ref->db == NULL)
		return;
	if (ref->cache != NULL)
		settle(ref->cache, ref->stripe, ref->slot, -1);
	else
		sj_db_close(&ref->own);
	ref->db = NULL;
}

void
sj_cache_drop(struct sj_cache *cache)
{
	exchange(cache, 0);
}

/* Must the path be looked at before this mapping may be used? */
static bool
is_due(struct sj_cache *cache, const struct sj_db *db, int64_t now)
{
	if (SJ_ATOMIC_LOAD(&cache->checked_sec) != now)
		return true;
	return sj_db_is_retired(db) &&
	       SJ_ATOMIC_LOAD(&cache->refused_sec) != now;
}

/* The retired word alone is no proof: a backup that is put back has it, too. */
static bool
is_replaced(const struct sj_db *db, const struct sj_db_source *source)
{
	struct stat st;

	return stat(source->path, &st) == 0 &&
	       (st.st_dev != db->dev || st.st_ino != db->ino);
}

/*
 * One thread at a time opens.  A process that was forked while a thread of its
 * parent did so finds the parent's id here and takes over.
 */
static bool
own(struct sj_cache *cache)
{
	int32_t self = (int32_t)getpid();
	int32_t owner = SJ_ATOMIC_LOAD(&cache->owner);

	return owner != self && SJ_ATOMIC_SWAP(&cache->owner, owner, self);
}

static void
disown(struct sj_cache *cache)
{
	SJ_ATOMIC_STORE(&cache->owner, 0);
}

static struct sj_cache_slot *
free_slot(struct sj_cache *cache, unsigned int *ret_index)
{
	struct sj_cache_slot *slot;
	unsigned int i;

	for (i = 0; i < SJ_CACHE_SLOTS; i++) {
		slot = &cache->slots[i];
		if (SJ_ATOMIC_LOAD(&slot->pins) == 0) {
			*ret_index = i;
			return slot;
		}
	}
	return NULL;
}

/* Hashes stay out of children and of core files. */
static bool
is_kept_private(const struct sj_db *db, const struct sj_db_source *source)
{
	void *map = (void *)(uintptr_t)db->cdb.cdb_mem;

	if (source->kind == SJ_DB_PUBLIC)
		return true;
	(void)madvise(map, db->cdb.cdb_fsize, MADV_DONTDUMP);
	return madvise(map, db->cdb.cdb_fsize, MADV_DONTFORK) == 0;
}

/* A database of this reference's own; on failure it holds what it held. */
static enum sj_reason
open_own(const struct sj_db_source *source, struct sj_cache_ref *ref,
    struct sj_fault *fault)
{
	enum sj_reason reason = sj_db_open(&ref->own, source, fault);

	if (reason != SJ_OK)
		return ref->db != NULL ? SJ_OK : reason;
	sj_cache_release(ref);
	ref->cache = NULL;
	ref->db = &ref->own;
	return SJ_OK;
}

/*
 * Gives a reference's own database to the cache.  It then has one of the
 * cache's; or none, where another thread dropped that in between.
 */
static void
share(struct sj_cache *cache, const struct sj_db_source *source,
    struct sj_cache_ref *ref)
{
	struct sj_cache_slot *slot;
	unsigned int index = 0;

	slot = free_slot(cache, &index);
	if (slot == NULL || !is_kept_private(ref->db, source))
		return;
	slot->db = ref->own;
	SJ_ATOMIC_STORE(&slot->pins, PINS_ALL);
	exchange(cache, (uint64_t)(index + 1) << COUNT_BITS);
	(void)take(cache, ref);
}

/* By the owner, with a reference to what is served, if anything is. */
static enum sj_reason
replace(struct sj_cache *cache, const struct sj_db_source *source,
    struct sj_cache_ref *ref, struct sj_fault *fault, bool *ret_is_replaced)
{
	enum sj_reason reason;

	*ret_is_replaced = false;
	if (ref->db != NULL && !is_replaced(ref->db, source))
		return SJ_OK;
	reason = open_own(source, ref, fault);
	if (reason != SJ_OK || ref->db != &ref->own)
		return reason;
	*ret_is_replaced = true;
	share(cache, source, ref);
	return ref->db != NULL ? SJ_OK : open_own(source, ref, fault);
}

/* By the owner. */
static enum sj_reason
refresh(struct sj_cache *cache, const struct sj_db_source *source, int64_t now,
    struct sj_cache_ref *ref, struct sj_fault *fault)
{
	enum sj_reason reason;
	bool is_new, is_retired;

	/* the owner before may have done it already */
	sj_cache_release(ref);
	if (take(cache, ref) && !is_due(cache, ref->db, now))
		return SJ_OK;
	/* asked before the path is: it may be set right behind that */
	is_retired = ref->db != NULL && sj_db_is_retired(ref->db);
	reason = replace(cache, source, ref, fault, &is_new);
	SJ_ATOMIC_STORE(&cache->checked_sec, now);
	if (is_retired && !is_new)
		SJ_ATOMIC_STORE(&cache->refused_sec, now);
	return reason;
}

enum sj_reason
sj_cache_acquire(struct sj_cache *cache, const struct sj_db_source *source,
    struct sj_cache_ref *ret_ref, struct sj_fault *fault)
{
	int64_t now = (int64_t)time(NULL);
	enum sj_reason reason;

	ret_ref->db = NULL;
	if (cache == NULL)
		return open_own(source, ret_ref, fault);
	if (take(cache, ret_ref) && !is_due(cache, ret_ref->db, now))
		return SJ_OK;
	if (own(cache)) {
		reason = refresh(cache, source, now, ret_ref, fault);
		disown(cache);
		return reason;
	}
	/* another thread is at it: not waited for */
	if (ret_ref->db != NULL && !sj_db_is_retired(ret_ref->db))
		return SJ_OK;
	return open_own(source, ret_ref, fault);
}
