/* SPDX-License-Identifier: ISC */
#ifndef SJ_MOUNTS_H
#define SJ_MOUNTS_H

/*
 * A mount namespace of our own, and what is shown in it.  Every mount is named
 * by descriptor, never by a path that could lead elsewhere by now, and has its
 * flags before it can be seen.  By the calls of Linux 5.12 (mount_setattr(2))
 * or, where these are missing, by mount(2) and /proc/self/fd.
 *
 * Reasons are SJ_SYSTEM_ERROR where nothing else is said.
 */

#include <stdbool.h>

#include "reason.h"

/*
 * What is shown is nosuid, nodev (but for a single device) and noexec (but for
 * programs).
 */
#define SJ_MOUNTS_READ_ONLY 1u
#define SJ_MOUNTS_PROGRAM 2u
#define SJ_MOUNTS_DEVICE 4u

#define SJ_MOUNTS_MAX 512u

/*
 * One mount that was shown.  As long as its descriptor is open no other mount
 * can get its number.
 */
struct sj_mounts_top {
	int fd;
	unsigned long id;
	unsigned flags;
	unsigned below; /* of the mounts that were copied with it */
};

struct sj_mounts_list;

struct sj_mounts {
	int proc_fd;		     /* the host's /proc; owned */
	int stage_fd;		     /* a directory of root's alone; borrowed */
	bool is_old;		     /* the kernel lacks the newer calls */
	struct sj_mounts_list *host; /* is_old: all, before any is shown */
	unsigned count;
	struct sj_mounts_top tops[SJ_MOUNTS_MAX]; /* the first is the root */
};

/*
 * Enters a new mount namespace that neither sends mounts to the host nor gets
 * any.  Descriptors of directories opened before can't be bound after.
 */
enum sj_reason sj_mounts_begin(struct sj_fault *fault) SJ_MUST_CHECK;

/* Behind sj_mounts_begin().  stage_fd: where it is built. */
enum sj_reason sj_mounts_open(struct sj_mounts *mounts, int stage_fd,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* Also behind a failed open; of a zeroed struct nothing else. */
void sj_mounts_close(struct sj_mounts *mounts);

/*
 * Shows source over place (a directory over a directory, else a file over a
 * file), and each mount that the host has below it in its place, with the same
 * flags.  SJ_MOUNT_UNSAFE: one of them was moved meanwhile, and what it covers
 * would be seen.  *ret_fd (NULL: not wanted) is an O_PATH descriptor of
 * what is seen there, borrowed until close.
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
 * for one in memory.  The root itself is not read-only yet, whatever the flags
 * say for what is below it.  *ret_fd as above.
 */
enum sj_reason sj_mounts_show_root(struct sj_mounts *mounts, int root_fd,
    unsigned flags, int *ret_fd, struct sj_fault *fault) SJ_MUST_CHECK;

/* Makes the root, which was shown first, read-only, and nothing else. */
enum sj_reason sj_mounts_close_root(
    struct sj_mounts *mounts, struct sj_fault *fault) SJ_MUST_CHECK;

/* Makes root_fd, which must be a mount, the root, and lets go of the old one.
 */
enum sj_reason sj_mounts_pivot(
    int root_fd, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Behind the pivot: reads the list of the mounts that are left and believes
 * only that.  Those that were copied with others are found here, and proc(5)
 * and sysfs(5), which would show the host, are taken away with what lies on
 * them; then each was shown and has its flags, and none is missing.
 * SJ_MOUNT_UNSAFE: one of them was moved meanwhile, or is proc(5) or sysfs(5)
 * after all.
 */
enum sj_reason sj_mounts_verify(
    struct sj_mounts *mounts, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
