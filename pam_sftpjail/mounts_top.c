/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "mounts_top.h"

#include <errno.h>
#include <fcntl.h>

#include "cleanup.h"
#include "mounts_list.h"

enum sj_reason
sj_mounts_top_note(struct sj_mounts *mounts, int *fd, unsigned flags,
    unsigned below, struct sj_fault *fault)
{
	struct sj_mounts_top *top = &mounts->tops[mounts->count];
	enum sj_reason reason;

	if (mounts->count == SJ_MOUNTS_MAX)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "more than %u mounts in a jail", SJ_MOUNTS_MAX);
	reason = sj_mounts_find_id(mounts->proc_fd, *fd, &top->id, fault);
	if (reason != SJ_OK)
		return reason;
	top->flags = flags;
	top->below = below;
	top->fd = sj_take_fd(fd);
	mounts->count++;
	return SJ_OK;
}

const struct sj_mounts_top *
sj_mounts_top_find(const struct sj_mounts *mounts, unsigned long id)
{
	unsigned i;

	for (i = 0; i < mounts->count; i++)
		if (mounts->tops[i].id == id)
			return &mounts->tops[i];
	return NULL;
}

enum sj_reason
sj_mounts_top_open(const struct sj_mounts *mounts,
    const struct sj_mounts_entry *entry, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd =
	    open(entry->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	enum sj_reason reason;
	unsigned long id;

	if (fd < 0)
		return sj_fault_set(
		    fault, SJ_MOUNT_UNSAFE, errno, "open %s", entry->path);
	reason = sj_mounts_find_id(mounts->proc_fd, fd, &id, fault);
	if (reason == SJ_OK && id != entry->id)
		reason = sj_fault_set(fault, SJ_MOUNT_UNSAFE, 0,
		    "the mount at %s was moved", entry->path);
	if (reason == SJ_OK)
		*ret_fd = sj_take_fd(&fd);
	return reason;
}
