/* SPDX-License-Identifier: ISC */
#include "entries.h"

pthread_mutex_t *
sj_entries_lock(struct sj_entries *entries)
{
	(void)pthread_mutex_lock(&entries->mutex);
	return &entries->mutex;
}

enum sj_reason
sj_entries_open(struct sj_entries *entries, sj_entries_acquire *acquire,
    enum sj_db_section section, struct sj_fault *fault)
{
	const struct sj_db_cursor first = {.section = section};

	if (entries->ref.db != NULL)
		return SJ_OK;
	entries->at = first;
	return acquire(&entries->ref, fault);
}

void
sj_entries_close(struct sj_entries *entries)
{
	sj_cache_release(&entries->ref);
}
