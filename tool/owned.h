/* SPDX-License-Identifier: ISC */
#ifndef SJ_OWNED_H
#define SJ_OWNED_H

/*
 * What the commands may edit: users and groups of conf.d/50-users.conf.
 * SJ_EXIT_OK, or SJ_EXIT_NO with the reason said: unknown, or written by hand
 * at a file and line that is named.
 */

#include "change.h"

int sj_owned_user(const struct sj_change *change, const char *name,
    struct sj_user_def *ret_user) SJ_MUST_CHECK;

int sj_owned_group(const struct sj_change *change, const char *name,
    const struct sj_group_def **ret_group) SJ_MUST_CHECK;

/* The same of one that is known; what is "user" or "group". */
int sj_owned_check(const struct sj_change *change, const char *what,
    const char *name, const struct sj_place *place) SJ_MUST_CHECK;

/* The strings as pointers, with room for more; free() it, NULL: no memory. */
const char **sj_owned_strings(const struct sj_strings *strings, size_t more);

#endif
