/* SPDX-License-Identifier: ISC */
#ifndef SJ_CONFINE_ROOT_H
#define SJ_CONFINE_ROOT_H

#include "confine.h"

/*
 * Builds the jail's root and makes it this process's, in a mount namespace
 * that is its own already (but with isolation = "chroot").  run_fd is the
 * directory of sj_session_dir_open(), opened in that namespace.  The umask must
 * not take bits from 0755.  Reasons as sj_confine().
 */
enum sj_reason sj_confine_root_enter(const struct sj_confine *confine,
    int run_fd, bool *ret_is_log_missing, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Opens the directory that is the root (of a jail that is not virtual), which
 * is made where the jail says create.  Reasons as sj_path_open().
 */
enum sj_reason sj_confine_root_open(const struct sj_jail *jail,
    const struct sj_jail_user *user, int *ret_fd,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
