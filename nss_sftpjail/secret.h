/* SPDX-License-Identifier: ISC */
#ifndef SJ_NSS_SECRET_H
#define SJ_NSS_SECRET_H

/*
 * The secret database of a process of root.  It is kept open between lookups
 * but never inherited: a child after fork(2) starts without it, so that
 * hashes do not go into a session that is confined later.  Where the kernel
 * can't promise that (before 4.14), each lookup opens the file.
 */

#include "entries.h"

/* What a child must not see; in memory that fork(2) wipes. */
struct sj_secret {
	struct sj_cache cache;
	struct sj_entries entries;
};

/*
 * A reference to the secret database, as by sj_cache_acquire().  *place is
 * where the process keeps it: NULL at first, written once, atomically.  Who is
 * not root, or no longer, may only have what the file lets be read now: then
 * nothing is kept.
 */
enum sj_reason sj_secret_acquire(struct sj_secret **place,
    const struct sj_db_source *source, struct sj_cache_ref *ret_ref,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * The walk to use: the one in *place or, where there can be none,
 * fallback.
 */
struct sj_entries *sj_secret_entries(
    struct sj_secret **place, struct sj_entries *fallback);

#endif
