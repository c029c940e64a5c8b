/* SPDX-License-Identifier: ISC */
#ifndef SJ_CONFINE_TREE_H
#define SJ_CONFINE_TREE_H

/*
 * What the confinement makes inside a jail's root, by descriptor and never
 * through a symbolic link.  The umask must not take bits from 0755.
 */

#include <sys/types.h>

#include "jailroot.h"
#include "reason.h"
#include "record.h"

/*
 * Makes the jail's writable directories that are missing (each with its
 * parents, root:root 0755) and checks those that are there: directories of the
 * user.  Making holds a lock on lock_fd, so that sessions of one user do not
 * find each other's half made.  *ret_fault names the path in the jail.
 */
enum sj_reason sj_confine_tree_make(int root_fd, int lock_fd,
    const struct sj_jail *jail, const struct sj_jail_user *user,
    gid_t writable_gid, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Opens the file at path in the jail, over which a file is to be bound, making
 * it and its parents if missing.  The parents must be root's alone, as the
 * root.  *ret_fd is an O_PATH descriptor, the caller's.
 */
enum sj_reason sj_confine_tree_placeholder(int root_fd, const char *path,
    int *ret_fd, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
