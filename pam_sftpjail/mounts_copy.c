/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "mounts_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"

#define PROC_FD_SIZE 32
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
#define RECURSIVE 0x8000u
#define FROM_EMPTY_PATH 0x4u
#define TO_EMPTY_PATH 0x40u
#define ATTR_RDONLY UINT64_C(0x1)
#define ATTR_NOSUID UINT64_C(0x2)
#define ATTR_NODEV UINT64_C(0x4)
#define ATTR_NOEXEC UINT64_C(0x8)

struct attributes {
	uint64_t set;
	uint64_t clear;
	uint64_t propagation;
	uint64_t userns_fd;
};

static bool
set_attributes(int fd, unsigned flags, unsigned recursive)
{
	const uint64_t clear =
	    ((flags & SJ_MOUNTS_PROGRAM) != 0 ? ATTR_NOEXEC : 0) |
	    ((flags & SJ_MOUNTS_DEVICE) != 0 ? ATTR_NODEV : 0);
	const struct attributes attributes = {
	    .set = ((ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC) & ~clear) |
		   ((flags & SJ_MOUNTS_READ_ONLY) != 0 ? ATTR_RDONLY : 0),
	    .clear = clear,
	};

	return syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH | recursive,
		   &attributes, sizeof(attributes)) == 0;
}

/* Of a call that the kernel, or what filters its calls, does not know. */
static bool
is_unknown(int error)
{
	return error == ENOSYS || error == EPERM;
}

/* Asked about no descriptor at all, neither can succeed. */
bool
sj_mounts_copy_is_known(void)
{
	if (syscall(SYS_open_tree, -1, "",
		TREE_CLONE | O_CLOEXEC | AT_EMPTY_PATH) < 0 &&
	    is_unknown(errno))
		return false;
	return set_attributes(-1, 0, 0) || !is_unknown(errno);
}

unsigned long
sj_mounts_copy_flags(unsigned flags)
{
	return MS_NOSUID | ((flags & SJ_MOUNTS_DEVICE) != 0 ? 0 : MS_NODEV) |
	       ((flags & SJ_MOUNTS_PROGRAM) != 0 ? 0 : MS_NOEXEC) |
	       ((flags & SJ_MOUNTS_READ_ONLY) != 0 ? MS_RDONLY : 0);
}

/* statvfs(3) and mount(2) have the same numbers, but for MS_RELATIME. */
static bool
remount(int fd, unsigned flags)
{
	const unsigned long kept = MS_RDONLY | MS_NOATIME | MS_NODIRATIME;
	char path[PROC_FD_SIZE];
	struct statvfs st;

	if (fstatvfs(fd, &st) != 0)
		return false;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return mount(NULL, path, NULL,
		   MS_REMOUNT | MS_BIND | (st.f_flag & kept) |
		       ((st.f_flag & ST_RELATIME) != 0 ? MS_RELATIME : 0) |
		       sj_mounts_copy_flags(flags),
		   NULL) == 0;
}

/* A copy of all that is mounted at source; no path leads to it yet. */
static enum sj_reason
copy_new(int source_fd, unsigned flags, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = (int)syscall(SYS_open_tree, source_fd, "",
	    TREE_CLONE | O_CLOEXEC | AT_EMPTY_PATH | RECURSIVE);

	if (fd < 0 || !set_attributes(fd, flags, RECURSIVE))
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "copy a mount");
	*ret_fd = sj_take_fd(&fd);
	return SJ_OK;
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

enum sj_reason
sj_mounts_copy_open_stage(const struct sj_mounts *mounts, const char *name,
    bool is_directory, int *ret_fd, struct sj_fault *fault)
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
 * The same with the old calls: bound where only root comes, so that it has its
 * flags before the user could see it.
 */
static enum sj_reason
copy_old(const struct sj_mounts *mounts, int source_fd, unsigned flags,
    int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int place_fd = -1, fd = -1;
	enum sj_reason reason;
	bool is_directory;
	const char *name;
	struct stat st;

	if (fstat(source_fd, &st) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "look at what is shown");
	is_directory = S_ISDIR(st.st_mode);
	name = is_directory ? STAGE_DIRECTORY : STAGE_FILE;
	reason = sj_mounts_copy_open_stage(
	    mounts, name, is_directory, &place_fd, fault);
	if (reason == SJ_OK)
		reason =
		    mount_by_descriptor(source_fd, place_fd, MS_BIND, fault);
	if (reason == SJ_OK)
		reason = sj_mounts_copy_open_stage(
		    mounts, name, is_directory, &fd, fault);
	if (reason == SJ_OK && !remount(fd, flags))
		reason = sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "set the flags of a mount");
	if (reason == SJ_OK)
		*ret_fd = sj_take_fd(&fd);
	return reason;
}

static enum sj_reason
attach(const struct sj_mounts *mounts, int fd, int place_fd,
    struct sj_fault *fault)
{
	if (mounts->is_old)
		return mount_by_descriptor(fd, place_fd, MS_MOVE, fault);
	if (syscall(SYS_move_mount, fd, "", place_fd, "",
		FROM_EMPTY_PATH | TO_EMPTY_PATH) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "mount in the jail");
	return SJ_OK;
}

enum sj_reason
sj_mounts_copy_attach(const struct sj_mounts *mounts, int source_fd,
    int place_fd, unsigned flags, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason;

	reason = mounts->is_old ? copy_old(mounts, source_fd, flags, &fd, fault)
				: copy_new(source_fd, flags, &fd, fault);
	if (reason == SJ_OK)
		reason = attach(mounts, fd, place_fd, fault);
	if (reason == SJ_OK)
		*ret_fd = sj_take_fd(&fd);
	return reason;
}

enum sj_reason
sj_mounts_copy_restrict(const struct sj_mounts *mounts, int fd, unsigned flags,
    struct sj_fault *fault)
{
	if (mounts->is_old ? remount(fd, flags) : set_attributes(fd, flags, 0))
		return SJ_OK;
	return sj_fault_set(
	    fault, SJ_SYSTEM_ERROR, errno, "set the flags of a mount");
}
