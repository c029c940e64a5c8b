/* SPDX-License-Identifier: ISC */
#ifndef SJ_CONFINE_TREE_H
#define SJ_CONFINE_TREE_H

/*
 * What the confinement makes inside a jail's root, by descriptor and never
 * through a symbolic link.  The umask must not take bits from 0755.
 */

#include <sys/types.h>

#include "jailmount.h"
#include "reason.h"
#include "record.h"

/* What is to be made, and how it is called if it can't be made safely. */
struct sj_confine_tree_want {
	uid_t uid;
	gid_t gid;
	mode_t mode;
	enum sj_reason unsafe;
};

/*
 * Opens the directory at path below base_fd, making it, and its parents
 * (root:root 0755), where they are missing.  What is there is not judged, but
 * a link, or something else than a directory, is want->unsafe.  The caller
 * holds the lock that keeps sessions from finding each other's half made.
 * *ret_fd is an O_PATH descriptor, the caller's.
 */
enum sj_reason sj_confine_tree_open(int base_fd, const char *path,
    const struct sj_confine_tree_want *want, int *ret_fd,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Makes the jail's writable directories that are missing and checks those that
 * are there: directories of the user.  They lie in the root, or in the source
 * of a mount.  Making holds a lock on lock_fd.  *fault names the path.
 */
enum sj_reason sj_confine_tree_make(const struct sj_jail *jail,
    const struct sj_jailmounts *mounts, int root_fd, int lock_fd,
    const struct sj_confine_tree_want *want,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Opens the file at path in the jail, over which a file is to be bound, making
 * it and its parents if missing.  The parents must be root's alone, as the
 * root.  *ret_fd is an O_PATH descriptor, the caller's.
 */
enum sj_reason sj_confine_tree_placeholder(int root_fd, const char *path,
    int *ret_fd, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
