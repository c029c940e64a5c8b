/* SPDX-License-Identifier: ISC */
#ifndef SJ_LOCK_H
#define SJ_LOCK_H

/* One changing command at a time: flock(2) on a file in the state directory. */

#include "cleanup.h"
#include "reason.h"
#include "tool.h"

/*
 * Makes the state directory if it is missing (0755), refuses one that is not
 * owned by root or that others may write to, and waits up to 30 s for the
 * lock.  SJ_OK: *ret_fd holds it until it is closed (SJ_AUTO_CLOSE).
 * SJ_DB_UNTRUSTED: the directory.  SJ_SYSTEM_ERROR: all else; fault names the
 * process that has the lock.
 */
enum sj_reason sj_lock_take(const struct sj_tool *tool, int *ret_fd,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
