/* SPDX-License-Identifier: ISC */
#ifndef SJ_NSS_ENTRIES_H
#define SJ_NSS_ENTRIES_H

/*
 * The place of one get*ent() walk.  The process has one for each kind, as it
 * has with files: under a mutex.  A walk holds its database: one that is
 * replaced meanwhile is walked to its end.  All zero is closed.
 */

#include <pthread.h>

#include "cache.h"

struct sj_entries {
	pthread_mutex_t mutex;
	struct sj_cache_ref ref;
	struct sj_db_cursor at;
};

/* Returns the mutex, locked, for SJ_AUTO_UNLOCK. */
pthread_mutex_t *sj_entries_lock(struct sj_entries *entries);

static inline void
sj_entries_unlock(pthread_mutex_t **mutex)
{
	(void)pthread_mutex_unlock(*mutex);
}

#define SJ_AUTO_UNLOCK __attribute__((cleanup(sj_entries_unlock), unused))

typedef enum sj_reason sj_entries_acquire(
    struct sj_cache_ref *ret_ref, struct sj_fault *fault);

/*
 * Under the mutex: SJ_OK, and a database and a place in the section, where it
 * was or at its beginning.  Else the reasons of sj_cache_acquire().
 */
enum sj_reason sj_entries_open(struct sj_entries *entries,
    sj_entries_acquire *acquire, enum sj_db_section section,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* Under the mutex: lets go of the database; the walk starts anew. */
void sj_entries_close(struct sj_entries *entries);

#endif
