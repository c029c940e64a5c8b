/* SPDX-License-Identifier: ISC */
#ifndef SJ_MOUNTS_H
#define SJ_MOUNTS_H

/*
 * A mount namespace of our own, and what is shown in it.  What is bound is
 * named by descriptor, never by a path that could lead elsewhere by now; that
 * goes by /proc/self/fd, so /proc must be mounted.  All reasons are
 * SJ_SYSTEM_ERROR.
 */

#include "reason.h"

/*
 * Enters a new mount namespace that neither sends mounts to the host nor gets
 * any.  Descriptors of directories opened before can't be bound after.
 */
enum sj_reason sj_mounts_begin(struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Shows source, with everything mounted below it, over place (a directory over
 * a directory, else a file over a file).
 */
enum sj_reason sj_mounts_bind(
    int source_fd, int place_fd, struct sj_fault *fault) SJ_MUST_CHECK;

/* Makes root_fd, which must be a mount, the root, and lets go of the old one.
 */
enum sj_reason sj_mounts_pivot(
    int root_fd, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Makes every mount that is left nosuid, nodev and noexec, but the one at
 * shell_path, which is nosuid, nodev and read-only; then reads the list again
 * and believes only that.  proc_fd is of the host's /proc.
 */
enum sj_reason sj_mounts_seal(
    int proc_fd, const char *shell_path, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
