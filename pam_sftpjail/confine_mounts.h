/* SPDX-License-Identifier: ISC */
#ifndef SJ_CONFINE_MOUNTS_H
#define SJ_CONFINE_MOUNTS_H

/* The mounts of a jail, by descriptor: their sources, places and flags. */

#include "confine_tree.h"
#include "jailmount.h"
#include "mounts.h"

/* Everything borrowed. */
struct sj_confine_mounts {
	const struct sj_jail *jail;
	const struct sj_jail_user *user;
	const struct sj_confine_tree_want *writable; /* as directories of his */
	int lock_fd; /* locked while something is made */
};

/*
 * Opens every source by its path, judging each directory on the way, and makes
 * those that are missing where the mount says create: the user's, as his
 * writable directories are, or root's (sj_jailmount_is_users()).  SJ_OK:
 * *sources, initialised by the caller, holds what will be shown.  Else
 * SJ_MOUNT_MISSING, SJ_MOUNT_UNSAFE, SJ_SYSTEM_ERROR.
 */
enum sj_reason sj_confine_mounts_open(const struct sj_confine_mounts *from,
    struct sj_jailmounts *sources, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Makes the directories that are mounted over, where they are missing: in the
 * root or in the source of the mount that they lie in, root:root 0755, never
 * through a link.
 */
enum sj_reason sj_confine_mounts_make_places(
    const struct sj_confine_mounts *from, const struct sj_jailmounts *sources,
    int root_fd, struct sj_fault *fault) SJ_MUST_CHECK;

/* Shows the sources; root_fd is what sj_mounts_show_root() gave. */
enum sj_reason sj_confine_mounts_show(const struct sj_confine_mounts *from,
    const struct sj_jailmounts *sources, int root_fd, struct sj_mounts *mounts,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Shows a file, open as source_fd, over a placeholder at path in the jail
 * (sj_confine_tree_placeholder()); flags are those of sj_mounts_show().
 */
enum sj_reason sj_confine_mounts_show_file(struct sj_mounts *mounts,
    int root_fd, int source_fd, const char *path, unsigned flags,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
