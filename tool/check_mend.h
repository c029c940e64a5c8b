/* SPDX-License-Identifier: ISC */
#ifndef SJ_CHECK_MEND_H
#define SJ_CHECK_MEND_H

/*
 * What "check --fix" changes: owner and mode of directories that the check of a
 * jail's root found bad, and roots that are not there.  Each path at most once
 * in a run, so that two jails which want different things of a directory do not
 * take turns.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "jailroot.h"

struct sj_mend;

/* Starts zeroed. */
struct sj_mends {
	struct sj_mend **items; /* parents before what is in them */
	size_t count;
	size_t tried_count; /* of the first ones */
	size_t made_count;
	void *paths; /* tsearch(3) */
	bool is_short;
};

/* Takes up a component, if it can be mended and was not tried yet. */
void sj_mends_note(struct sj_mends *mends, const struct sj_jailroot_path *path);

/* True if there are some that were not tried, and nobody disputes. */
bool sj_mends_is_pending(const struct sj_mends *mends);

/* The pending ones, a command on each line. */
void sj_mends_print(const struct sj_mends *mends, FILE *out);

/*
 * Makes the pending ones.  Each path is walked by descriptor; all directories
 * above must be root's alone, and what is found must be what was judged: else
 * it is left as it is, and said.
 */
void sj_mends_make(struct sj_mends *mends);

void sj_mends_clear(struct sj_mends *mends);

#endif
