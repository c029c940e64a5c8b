/* SPDX-License-Identifier: ISC */
#ifndef SJ_MOUNTS_H
#define SJ_MOUNTS_H

/*
 * A mount namespace of our own, and what is shown in it.  Everything is named
 * by descriptor, never by a path that could lead elsewhere by now, and has its
 * flags before it can be seen.  By the calls of Linux 5.12 (mount_setattr(2))
 * or, where these are missing, by mount(2) and /proc/self/fd.
 *
 * Reasons are SJ_SYSTEM_ERROR where nothing else is said.
 */

#include <stdbool.h>

#include "reason.h"

/* What is shown is nosuid and nodev, and, but for programs, noexec. */
#define SJ_MOUNTS_READ_ONLY 1u
#define SJ_MOUNTS_PROGRAM 2u

#define SJ_MOUNTS_MAX 256u

/* One thing that was shown: its mount, and what holds for all below it. */
struct sj_mounts_top {
	unsigned long id;
	unsigned flags;
};

/* Start with the descriptors set (borrowed) and the rest zeroed. */
struct sj_mounts {
	int proc_fd;  /* the host's /proc */
	int stage_fd; /* a directory of root's alone, for building */
	bool is_old;  /* the kernel lacks the newer calls */
	unsigned count;
	struct sj_mounts_top tops[SJ_MOUNTS_MAX]; /* the first is the root */
};

/*
 * Enters a new mount namespace that neither sends mounts to the host nor gets
 * any.  Descriptors of directories opened before can't be bound after.
 */
enum sj_reason sj_mounts_begin(struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Shows source, with everything mounted below it, over place (a directory over
 * a directory, else a file over a file).  *ret_fd (NULL: not wanted) is an
 * O_PATH descriptor of what is seen there, the caller's.
 */
enum sj_reason sj_mounts_show(struct sj_mounts *mounts, int source_fd,
    int place_fd, unsigned flags, int *ret_fd,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * An empty file system in memory (mode 0755, root's) over the directory `name`
 * in stage_fd, which is not part of the jail: what is in it can be shown.
 * *ret_fd is its root, the caller's.
 */
enum sj_reason sj_mounts_make_memory(const struct sj_mounts *mounts,
    const char *name, int *ret_fd, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * To be called first: what will be the root.  root_fd is the directory, or -1
 * for one in memory.  *ret_fd as above, an O_PATH descriptor.
 */
enum sj_reason sj_mounts_show_root(struct sj_mounts *mounts, int root_fd,
    int *ret_fd, struct sj_fault *fault) SJ_MUST_CHECK;

/* Makes what was shown first read-only, and with is_all all the rest. */
enum sj_reason sj_mounts_make_read_only(struct sj_mounts *mounts, int root_fd,
    bool is_all, struct sj_fault *fault) SJ_MUST_CHECK;

/* Makes root_fd, which must be a mount, the root, and lets go of the old one.
 */
enum sj_reason sj_mounts_pivot(
    int root_fd, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Takes away what lies below that is proc(5) or sysfs(5), which would show the
 * host.  Then reads the list of the mounts that are left and believes only
 * that: each was shown, or lies below what was, and has its flags; none is
 * missing.  SJ_MOUNT_UNSAFE: proc(5) or sysfs(5) itself was to be shown.
 */
enum sj_reason sj_mounts_verify(
    const struct sj_mounts *mounts, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
