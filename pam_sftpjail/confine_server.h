/* SPDX-License-Identifier: ISC */
#ifndef SJ_CONFINE_SERVER_H
#define SJ_CONFINE_SERVER_H

#include "confine.h"
#include "mounts.h"

/*
 * Shows in the jail what confine->server needs, read-only: its files as they
 * are on the host now, /dev/null, and, made in memory, its arguments for the
 * login shell and the few lines that the name service answers from.
 *
 * Reasons: SJ_MOUNT_MISSING, SJ_MOUNT_UNSAFE (a file), SJ_ROOT_* (the way to a
 * placeholder), SJ_SYSTEM_ERROR.
 */
enum sj_reason sj_confine_server_show(const struct sj_confine *confine,
    struct sj_mounts *mounts, int root_fd,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* Is SELinux there and enforcing? */
bool sj_confine_server_is_selinux_enforcing(void);

#endif
