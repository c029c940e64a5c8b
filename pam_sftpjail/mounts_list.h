/* SPDX-License-Identifier: ISC */
#ifndef SJ_MOUNTS_LIST_H
#define SJ_MOUNTS_LIST_H

/* The kernel's list of mounts, for mounts.c only: proc(5), mountinfo. */

#include "mounts.h"

/* The number in that list of the mount that an open descriptor is on. */
enum sj_reason sj_mounts_find_id(int proc_fd, int fd, unsigned long *ret_id,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Gives the mount `id` and all below it the flags that mounts->tops ask for,
 * one by one.  By path: who renames directories meanwhile makes it fail, or
 * sj_mounts_verify() afterwards.
 */
enum sj_reason sj_mounts_remount_below(const struct sj_mounts *mounts,
    unsigned long id, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
