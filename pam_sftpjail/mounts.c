/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "mounts_list.h"

#define PROC_FD_SIZE 32
#define STAGE_ROOT "root"
#define STAGE_DIRECTORY "stage"
#define STAGE_FILE "stage.file"
/* linux/mount.h, which older systems lack; one number on all architectures. */
#ifndef SYS_open_tree
#define SYS_open_tree 428
#endif
#ifndef SYS_move_mount
#define SYS_move_mount 429
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#define TREE_CLONE 1u
#define FROM_EMPTY_PATH 0x4u
#define TO_EMPTY_PATH 0x40u
#define ATTR_RDONLY UINT64_C(0x1)
#define ATTR_NOSUID UINT64_C(0x2)
#define ATTR_NODEV UINT64_C(0x4)
#define ATTR_NOEXEC UINT64_C(0x8)
#define RECURSIVE 0x8000u

/* Room for placeholders and the places of mounts; the user can't write. */
#define MEMORY_OPTIONS "mode=0755,uid=0,gid=0,size=1m,nr_inodes=4k"

struct attributes {
	uint64_t set;
	uint64_t clear;
	uint64_t propagation;
	uint64_t userns_fd;
};

enum sj_reason
sj_mounts_begin(struct sj_fault *fault)
{
	if (unshare(CLONE_NEWNS) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "make a mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "cut the propagation of mounts");
	return SJ_OK;
}

/* Calls that the kernel, or what filters its calls, does not know. */
static bool
is_unknown_call(int error)
{
	return error == ENOSYS || error == EPERM;
}

static bool
set_attributes(int fd, unsigned flags, unsigned recursive)
{
	const bool is_program = (flags & SJ_MOUNTS_PROGRAM) != 0;
	const struct attributes attributes = {
	    .set = ATTR_NOSUID | ATTR_NODEV | (is_program ? 0 : ATTR_NOEXEC) |
		   ((flags & SJ_MOUNTS_READ_ONLY) != 0 ? ATTR_RDONLY : 0),
	    .clear = is_program ? ATTR_NOEXEC : 0,
	};

	return syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH | recursive,
		   &attributes, sizeof(attributes)) == 0;
}

/* Notes what is on fd as shown. */
static enum sj_reason
note_top(
    struct sj_mounts *mounts, int fd, unsigned flags, struct sj_fault *fault)
{
	struct sj_mounts_top *top = &mounts->tops[mounts->count];
	enum sj_reason reason;

	if (mounts->count == SJ_MOUNTS_MAX)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "more than %u mounts in a jail", SJ_MOUNTS_MAX);
	reason = sj_mounts_find_id(mounts->proc_fd, fd, &top->id, fault);
	if (reason != SJ_OK)
		return reason;
	top->flags = flags;
	mounts->count++;
	return SJ_OK;
}

/* A copy of the tree at source that no path leads to yet. */
static enum sj_reason
clone_tree(struct sj_mounts *mounts, int source_fd, unsigned flags, int *ret_fd,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = (int)syscall(SYS_open_tree, source_fd, "",
	    TREE_CLONE | O_CLOEXEC | AT_EMPTY_PATH | RECURSIVE);

	if (fd >= 0 && set_attributes(fd, flags, RECURSIVE)) {
		*ret_fd = sj_take_fd(&fd);
		return SJ_OK;
	}
	mounts->is_old = is_unknown_call(errno);
	if (mounts->is_old)
		return SJ_SYSTEM_ERROR; /* not yet: the old calls come next */
	return sj_fault_set(
	    fault, SJ_SYSTEM_ERROR, errno, "copy a tree of mounts");
}

static enum sj_reason
mount_by_descriptor(
    int source_fd, int place_fd, unsigned long how, struct sj_fault *fault)
{
	char source[PROC_FD_SIZE], place[PROC_FD_SIZE];

	(void)snprintf(source, sizeof(source), "/proc/self/fd/%d", source_fd);
	(void)snprintf(place, sizeof(place), "/proc/self/fd/%d", place_fd);
	if (mount(source, place, NULL, how, NULL) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "mount in the jail (is /proc mounted?)");
	return SJ_OK;
}

/*
 * Opens a directory of the stage, or a file, making it if it is missing; or
 * what was mounted over it.
 */
static enum sj_reason
open_stage(const struct sj_mounts *mounts, const char *name, bool is_directory,
    int *ret_fd, struct sj_fault *fault)
{
	const int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
	int made, fd = openat(mounts->stage_fd, name, flags);

	if (fd < 0 && errno == ENOENT) {
		made = is_directory
			   ? mkdirat(mounts->stage_fd, name, 0700)
			   : mknodat(mounts->stage_fd, name, S_IFREG | 0600, 0);
		/* By now the process has the group of the user. */
		if (made == 0)
			made = fchownat(
			    mounts->stage_fd, name, 0, 0, AT_SYMLINK_NOFOLLOW);
		/* Another session may have been quicker. */
		if (made == 0 || errno == EEXIST)
			fd = openat(mounts->stage_fd, name, flags);
	}
	if (fd < 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "open the place for building the jail");
	*ret_fd = fd;
	return SJ_OK;
}

/*
 * The same with the old calls: bound where only root comes, so that the flags
 * can be set, by path, before the user could see it.
 */
static enum sj_reason
stage_tree(struct sj_mounts *mounts, int source_fd, unsigned flags, int *ret_fd,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int place_fd = -1, fd = -1;
	enum sj_reason reason;
	const char *name;
	struct stat st;

	if (fstat(source_fd, &st) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "look at what is shown");
	name = S_ISDIR(st.st_mode) ? STAGE_DIRECTORY : STAGE_FILE;
	reason =
	    open_stage(mounts, name, S_ISDIR(st.st_mode), &place_fd, fault);
	if (reason == SJ_OK)
		reason = mount_by_descriptor(
		    source_fd, place_fd, MS_BIND | MS_REC, fault);
	if (reason == SJ_OK)
		reason =
		    open_stage(mounts, name, S_ISDIR(st.st_mode), &fd, fault);
	if (reason == SJ_OK)
		reason = note_top(mounts, fd, flags, fault);
	if (reason == SJ_OK)
		reason = sj_mounts_remount_below(
		    mounts, mounts->tops[mounts->count - 1].id, fault);
	if (reason == SJ_OK)
		*ret_fd = sj_take_fd(&fd);
	return reason;
}

static enum sj_reason
show_new(struct sj_mounts *mounts, int source_fd, int place_fd, unsigned flags,
    int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason =
	    clone_tree(mounts, source_fd, flags, &fd, fault);

	if (reason != SJ_OK)
		return reason;
	if (syscall(SYS_move_mount, fd, "", place_fd, "",
		FROM_EMPTY_PATH | TO_EMPTY_PATH) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "mount in the jail");
	reason = note_top(mounts, fd, flags, fault);
	if (reason == SJ_OK)
		*ret_fd = sj_take_fd(&fd);
	return reason;
}

static enum sj_reason
show_old(struct sj_mounts *mounts, int source_fd, int place_fd, unsigned flags,
    int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason =
	    stage_tree(mounts, source_fd, flags, &fd, fault);

	if (reason == SJ_OK)
		reason = mount_by_descriptor(fd, place_fd, MS_MOVE, fault);
	if (reason == SJ_OK)
		*ret_fd = sj_take_fd(&fd);
	return reason;
}

enum sj_reason
sj_mounts_show(struct sj_mounts *mounts, int source_fd, int place_fd,
    unsigned flags, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason = SJ_SYSTEM_ERROR;

	if (!mounts->is_old)
		reason =
		    show_new(mounts, source_fd, place_fd, flags, &fd, fault);
	if (mounts->is_old)
		reason =
		    show_old(mounts, source_fd, place_fd, flags, &fd, fault);
	if (reason == SJ_OK && ret_fd != NULL)
		*ret_fd = sj_take_fd(&fd);
	return reason;
}

enum sj_reason
sj_mounts_make_memory(const struct sj_mounts *mounts, const char *name,
    int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int place_fd = -1;
	char place[PROC_FD_SIZE];
	enum sj_reason reason;

	reason = open_stage(mounts, name, true, &place_fd, fault);
	if (reason != SJ_OK)
		return reason;
	(void)snprintf(place, sizeof(place), "/proc/self/fd/%d", place_fd);
	if (mount("sftpjail", place, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		MEMORY_OPTIONS) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "make a file system in memory (is /proc mounted?)");
	return open_stage(mounts, name, true, ret_fd, fault);
}

static enum sj_reason
show_memory(struct sj_mounts *mounts, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason;

	reason = sj_mounts_make_memory(mounts, STAGE_ROOT, &fd, fault);
	if (reason == SJ_OK)
		reason = note_top(mounts, fd, 0, fault);
	if (reason == SJ_OK)
		*ret_fd = sj_take_fd(&fd);
	return reason;
}

enum sj_reason
sj_mounts_show_root(
    struct sj_mounts *mounts, int root_fd, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int place_fd = -1;
	enum sj_reason reason;

	if (root_fd < 0)
		return show_memory(mounts, ret_fd, fault);
	reason = open_stage(mounts, STAGE_ROOT, true, &place_fd, fault);
	if (reason != SJ_OK)
		return reason;
	return sj_mounts_show(mounts, root_fd, place_fd, 0, ret_fd, fault);
}

enum sj_reason
sj_mounts_make_read_only(
    struct sj_mounts *mounts, int root_fd, bool is_all, struct sj_fault *fault)
{
	unsigned i, end = is_all ? mounts->count : 1;
	const struct attributes attributes = {.set = ATTR_RDONLY};

	for (i = 0; i < end; i++)
		mounts->tops[i].flags |= SJ_MOUNTS_READ_ONLY;
	if (!mounts->is_old && syscall(SYS_mount_setattr, root_fd, "",
				   AT_EMPTY_PATH | (is_all ? RECURSIVE : 0u),
				   &attributes, sizeof(attributes)) == 0)
		return SJ_OK;
	if (!mounts->is_old && !is_unknown_call(errno))
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "make the jail's root read-only");
	return sj_mounts_remount_below(mounts, mounts->tops[0].id, fault);
}

/* pivot_root(2), NOTES: with "." for both, the old root lies over the new. */
enum sj_reason
sj_mounts_pivot(int root_fd, struct sj_fault *fault)
{
	if (fchdir(root_fd) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "change to the jail's root");
	if (syscall(SYS_pivot_root, ".", ".") != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "pivot_root into the jail");
	if (umount2(".", MNT_DETACH) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "let go of the host's root");
	if (chdir("/") != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "change to the jail's root");
	return SJ_OK;
}
