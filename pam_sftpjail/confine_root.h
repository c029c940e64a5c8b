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

#endif
