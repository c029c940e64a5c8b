/* SPDX-License-Identifier: ISC */
#ifndef SJ_OWNED_H
#define SJ_OWNED_H

/* A user that the commands may edit: one of conf.d/50-users.conf. */

#include "change.h"

struct sj_owned {
	uint32_t element;	/* users[element] of the file */
	struct sj_strings keys; /* lives as long as change->model */
	char home[SJ_PATH_SIZE];
};

/*
 * SJ_EXIT_OK, or SJ_EXIT_NO with the reason said: unknown, or written by hand
 * at a file and line that is named.
 */
int sj_owned_find(const struct sj_change *change, const char *name,
    struct sj_owned *ret_owned) SJ_MUST_CHECK;

#endif
