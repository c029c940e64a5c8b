/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "secret.h"

#include <sys/mman.h>
#include <unistd.h>

#include "atomic.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

static struct sj_secret *
map_wiped(void)
{
	struct sj_secret *secret;

	secret = mmap(NULL, sizeof(*secret), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (secret == MAP_FAILED)
		return NULL;
	if (madvise(secret, sizeof(*secret), MADV_WIPEONFORK) == 0)
		return secret;
	(void)munmap(secret, sizeof(*secret));
	return NULL;
}

/* NULL: this kernel can't keep it from children. */
static struct sj_secret *
find_place(struct sj_secret **place)
{
	struct sj_secret *secret;

	secret = SJ_ATOMIC_LOAD(place);
	if (secret != NULL)
		return secret;
	secret = map_wiped();
	if (secret == NULL)
		return NULL;
	if (SJ_ATOMIC_SWAP(place, NULL, secret))
		return secret;
	(void)munmap(secret, sizeof(*secret));
	return SJ_ATOMIC_LOAD(place);
}

enum sj_reason
sj_secret_acquire(struct sj_secret **place, const struct sj_db_source *source,
    struct sj_cache_ref *ret_ref, struct sj_fault *fault)
{
	struct sj_secret *secret;

	if (geteuid() == 0) {
		secret = find_place(place);
		return sj_cache_acquire(secret != NULL ? &secret->cache : NULL,
		    source, ret_ref, fault);
	}
	secret = SJ_ATOMIC_LOAD(place);
	if (secret != NULL)
		sj_cache_drop(&secret->cache);
	return sj_cache_acquire(NULL, source, ret_ref, fault);
}

struct sj_entries *
sj_secret_entries(struct sj_secret **place, struct sj_entries *fallback)
{
	struct sj_secret *secret = find_place(place);

	return secret != NULL ? &secret->entries : fallback;
}
