/* SPDX-License-Identifier: ISC */
#ifndef SJ_PATH_H
#define SJ_PATH_H

/*
 * Walk a path from / one component at a time by descriptor, never following a
 * symbolic link, and judge each component by fstat(2) of what was opened: what
 * was checked is what is used.  The rule for roots is sshd's for
 * ChrootDirectory (sshd_config(5)): every component a directory, owned by
 * root, not writable by group or others.
 *
 * Thread-safe; nothing is allocated; no descriptor but the returned one stays.
 */

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "reason.h"

/* One component, as the walk saw it.  path is valid during the call only. */
struct sj_path_step {
	const char *path;
	const struct stat *st; /* NULL: could not be opened */
	enum sj_reason reason; /* SJ_OK: this component is good */
};

/*
 * Reasons of one walk: what a component that is missing, no directory, a
 * symlink, of a foreign owner or writable is called.  For a jail's root these
 * are the five SJ_ROOT_*; for mounts SJ_MOUNT_MISSING and SJ_MOUNT_UNSAFE.
 */
struct sj_path_rule {
	enum sj_reason missing;
	enum sj_reason not_directory;
	enum sj_reason symlink;
	enum sj_reason owner;
	enum sj_reason mode;
	uid_t uid;	  /* who must own each component: 0 but in tests */
	bool is_last_any; /* the last component may be anybody's */
	bool is_create;	  /* make missing components, root:root 0755 */
	int root_fd;	  /* where "/" is; -1: the process's own root */
	/* NULL, or called for each component from "/" on, good or bad. */
	void (*visit)(void *context, const struct sj_path_step *step);
	void *context;
};

extern const struct sj_path_rule sj_path_rule_root;
extern const struct sj_path_rule sj_path_rule_mount;

/*
 * Opens the directory at path (absolute; no ".." component).  SJ_OK: *ret_fd is
 * an O_PATH|O_CLOEXEC descriptor, the caller's.  Else a reason of the rule, or
 * SJ_SYSTEM_ERROR, with path, what is and what is wanted in *fault.
 *
 * A bad component does not end the walk for visit (as far as the tree goes
 * on), but the first bad one is the reason.
 */
enum sj_reason sj_path_open(const char *path, const struct sj_path_rule *rule,
    int *ret_fd, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Opens a directory inside a jail by a normalised path, below root_fd, without
 * leaving it: no symbolic link is followed, missing or not a directory is
 * `missing`.  The owner of a component does not matter.
 */
enum sj_reason sj_path_open_inside(int root_fd, const char *path,
    enum sj_reason missing, int *ret_fd, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * The same for a place that is mounted over.  SJ_MOUNT_UNSAFE: a directory on
 * the way, root_fd included, lets others than root and the user take the place
 * away (see below), or one is missing.
 */
enum sj_reason sj_path_open_place(int root_fd, const char *path, uid_t user,
    int *ret_fd, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Can only root and the user rename what is in the directory?  It must be
 * theirs, and not writable by group or others, or sticky (rename(2), EPERM).
 * What is mounted over itself (is_last) may have any mode.
 */
bool sj_path_is_place_safe(
    const struct stat *st, uid_t root, uid_t user, bool is_last);

/*
 * Is it a directory that a login is making at this moment, or was killed over?
 * It is made with a mode that nobody else gives, then gets its owner, and last
 * the mode that it is to have.
 */
#define SJ_PATH_HALF_MADE ((mode_t)01700)
bool sj_path_is_half_made(const struct stat *st, uid_t root, uid_t owner);

#endif
