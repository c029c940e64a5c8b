/* SPDX-License-Identifier: ISC */
#ifndef SJ_MOUNTS_TOP_H
#define SJ_MOUNTS_TOP_H

/* What was shown so far, for mounts.c and mounts_verify.c only. */

#include "mounts.h"
#include "mounts_list.h"

/* Takes *fd, which is what was shown; below: flags of what came with it. */
enum sj_reason sj_mounts_top_note(struct sj_mounts *mounts, int *fd,
    unsigned flags, unsigned below, struct sj_fault *fault) SJ_MUST_CHECK;

/* NULL: the mount with this number was not shown. */
const struct sj_mounts_top *sj_mounts_top_find(
    const struct sj_mounts *mounts, unsigned long id);

/*
 * Opens what is mounted at the entry's path.  SJ_MOUNT_UNSAFE: that is another
 * one, or none: the user has moved directories, and would see what it covers.
 */
enum sj_reason sj_mounts_top_open(const struct sj_mounts *mounts,
    const struct sj_mounts_entry *entry, int *ret_fd,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
