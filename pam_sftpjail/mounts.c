/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "mounts_copy.h"
#include "mounts_list.h"
#include "mounts_top.h"
#include "name.h"
#include "path.h"

#define LINK_SIZE 32
#define STAGE_ROOT "root"

/* Room for placeholders and the places of mounts; the user can't write. */
#define MEMORY_OPTIONS "mode=0755,uid=0,gid=0,size=1m,nr_inodes=4k"

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

enum sj_reason
sj_mounts_open(struct sj_mounts *mounts, int stage_fd, struct sj_fault *fault)
{
	mounts->stage_fd = stage_fd;
	mounts->proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (mounts->proc_fd < 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "open /proc");
	mounts->is_old = !sj_mounts_copy_is_known();
	if (!mounts->is_old)
		return SJ_OK;
	return sj_mounts_list_load(mounts->proc_fd, &mounts->host, fault);
}

void
sj_mounts_close(struct sj_mounts *mounts)
{
	/* Zeroed is not open. */
	if (mounts->proc_fd > 0)
		(void)close(mounts->proc_fd);
	mounts->proc_fd = 0;
	for (; mounts->count > 0; mounts->count--)
		(void)close(mounts->tops[mounts->count - 1].fd);
	sj_mounts_list_clear(&mounts->host);
}

/* One mount; the newer calls copy with it what is mounted below. */
static enum sj_reason
show_one(struct sj_mounts *mounts, int source_fd, int place_fd, unsigned flags,
    unsigned below, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason;

	reason = sj_mounts_copy_attach(
	    mounts, source_fd, place_fd, flags, &fd, fault);
	if (reason == SJ_OK)
		reason = sj_mounts_top_note(mounts, &fd, flags, below, fault);
	return reason;
}

/* Its place in what was shown: rest is a path that the kernel told. */
static enum sj_reason
open_place_below(
    int top_fd, const char *rest, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int parent_fd = -1;
	const char *name = strrchr(rest, '/') + 1;
	char parent[SJ_PATH_SIZE];
	enum sj_reason reason;

	(void)snprintf(
	    parent, sizeof(parent), "%.*s", (int)(name - rest), rest);
	reason = sj_path_open_inside(
	    top_fd, parent, SJ_SYSTEM_ERROR, &parent_fd, fault);
	if (reason != SJ_OK)
		return reason;
	*ret_fd = openat(parent_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (*ret_fd < 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "%s in the jail", rest);
	return SJ_OK;
}

static enum sj_reason
show_entry(struct sj_mounts *mounts, const struct sj_mounts_entry *entry,
    int top_fd, const char *rest, unsigned flags, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1, place_fd = -1;
	enum sj_reason reason;

	if (sj_mounts_entry_is_of_host(entry))
		return SJ_OK;
	reason = sj_mounts_top_open(mounts, entry, &fd, fault);
	if (reason == SJ_OK)
		reason = open_place_below(top_fd, rest, &place_fd, fault);
	if (reason != SJ_OK)
		return reason;
	return show_one(mounts, fd, place_fd, flags, flags, fault);
}

/*
 * With the old calls: what the host has mounted below source.  The list is as
 * old as the namespace, in which nobody else mounts; directories can be
 * renamed, but then the number does not fit.
 */
static enum sj_reason
show_below(struct sj_mounts *mounts, int source_fd,
    const struct sj_mounts_top *top, struct sj_fault *fault)
{
	const struct sj_mounts_list *host = mounts->host;
	char link[LINK_SIZE], path[SJ_PATH_SIZE];
	const struct sj_mounts_entry *entry;
	enum sj_reason reason;
	unsigned long id;
	ssize_t len;
	size_t i;

	(void)snprintf(link, sizeof(link), "self/fd/%d", source_fd);
	len = readlinkat(mounts->proc_fd, link, path, sizeof(path) - 1);
	if (len < 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "find what is shown");
	path[len] = '\0';
	reason = sj_mounts_find_id(mounts->proc_fd, source_fd, &id, fault);
	for (i = 0; reason == SJ_OK && i < host->count; i++) {
		entry = &host->entries[i];
		if (strncmp(entry->path, path, (size_t)len) != 0 ||
		    entry->path[len] != '/' ||
		    !sj_mounts_list_is_below(host, entry, id) ||
		    sj_mounts_list_is_covered(host, entry) ||
		    sj_mounts_list_goes_with_host(host, entry))
			continue;
		reason = show_entry(mounts, entry, top->fd, entry->path + len,
		    top->below, fault);
	}
	return reason;
}

/* What was shown last, and what the host has below it. */
static enum sj_reason
show_rest(struct sj_mounts *mounts, int source_fd, int *ret_fd,
    struct sj_fault *fault)
{
	const struct sj_mounts_top *top = &mounts->tops[mounts->count - 1];

	if (ret_fd != NULL)
		*ret_fd = top->fd;
	/* The newer calls have copied it already. */
	return mounts->is_old ? show_below(mounts, source_fd, top, fault)
			      : SJ_OK;
}

enum sj_reason
sj_mounts_show(struct sj_mounts *mounts, int source_fd, int place_fd,
    unsigned flags, int *ret_fd, struct sj_fault *fault)
{
	enum sj_reason reason =
	    show_one(mounts, source_fd, place_fd, flags, flags, fault);

	return reason == SJ_OK ? show_rest(mounts, source_fd, ret_fd, fault)
			       : reason;
}

enum sj_reason
sj_mounts_make_memory(const struct sj_mounts *mounts, const char *name,
    int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int place_fd = -1;
	char place[LINK_SIZE];
	enum sj_reason reason;

	reason =
	    sj_mounts_copy_open_stage(mounts, name, true, &place_fd, fault);
	if (reason != SJ_OK)
		return reason;
	(void)snprintf(place, sizeof(place), "/proc/self/fd/%d", place_fd);
	if (mount("sftpjail", place, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		MEMORY_OPTIONS) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "make a file system in memory (is /proc mounted?)");
	return sj_mounts_copy_open_stage(mounts, name, true, ret_fd, fault);
}

static enum sj_reason
show_memory_root(struct sj_mounts *mounts, unsigned flags, int *ret_fd,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason;

	reason = sj_mounts_make_memory(mounts, STAGE_ROOT, &fd, fault);
	if (reason == SJ_OK)
		reason = sj_mounts_top_note(mounts, &fd, flags, flags, fault);
	if (reason == SJ_OK)
		*ret_fd = mounts->tops[0].fd;
	return reason;
}

enum sj_reason
sj_mounts_show_root(struct sj_mounts *mounts, int root_fd, unsigned flags,
    int *ret_fd, struct sj_fault *fault)
{
	const unsigned own = flags & ~SJ_MOUNTS_READ_ONLY;
	SJ_AUTO_CLOSE int place_fd = -1;
	enum sj_reason reason;

	if (root_fd < 0)
		return show_memory_root(mounts, own, ret_fd, fault);
	reason = sj_mounts_copy_open_stage(
	    mounts, STAGE_ROOT, true, &place_fd, fault);
	if (reason == SJ_OK)
		reason = show_one(mounts, root_fd, place_fd, own, flags, fault);
	return reason == SJ_OK ? show_rest(mounts, root_fd, ret_fd, fault)
			       : reason;
}

enum sj_reason
sj_mounts_close_root(struct sj_mounts *mounts, struct sj_fault *fault)
{
	struct sj_mounts_top *root = &mounts->tops[0];

	root->flags |= SJ_MOUNTS_READ_ONLY;
	return sj_mounts_copy_restrict(mounts, root->fd, root->flags, fault);
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
