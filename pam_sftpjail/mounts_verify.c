/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "cleanup.h"
#include "mounts.h"
#include "mounts_copy.h"
#include "mounts_list.h"
#include "mounts_top.h"

#define LINK_SIZE 32
#define LIST_AUTO __attribute__((cleanup(sj_mounts_list_clear)))

/* The one that the mount was copied with, or NULL. */
static const struct sj_mounts_top *
find_top_above(const struct sj_mounts *mounts,
    const struct sj_mounts_list *list, const struct sj_mounts_entry *entry)
{
	const struct sj_mounts_top *top = NULL;
	size_t steps;

	for (steps = 0; top == NULL && entry != NULL && steps < list->count;
	     steps++) {
		top = sj_mounts_top_find(mounts, entry->parent);
		entry = sj_mounts_list_find(list, entry->parent);
	}
	return top;
}

/* By descriptor: there is no /proc in the jail, but the host's is open. */
static enum sj_reason
hide(const struct sj_mounts *mounts, int fd, struct sj_fault *fault)
{
	char link[LINK_SIZE];

	(void)snprintf(link, sizeof(link), "self/fd/%d", fd);
	if (fchdir(mounts->proc_fd) != 0 || umount2(link, MNT_DETACH) != 0 ||
	    chdir("/") != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "hide what is mounted in the jail");
	return SJ_OK;
}

static enum sj_reason
take_entry(struct sj_mounts *mounts, const struct sj_mounts_entry *entry,
    unsigned flags, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason = sj_mounts_top_open(mounts, entry, &fd, fault);

	if (reason != SJ_OK)
		return reason;
	if (sj_mounts_entry_is_of_host(entry))
		return hide(mounts, fd, fault);
	reason = sj_mounts_copy_restrict(mounts, fd, flags, fault);
	if (reason == SJ_OK)
		reason = sj_mounts_top_note(mounts, &fd, flags, flags, fault);
	return reason;
}

/*
 * What the newer calls have copied with something else.  What is not taken
 * here, such as what was moved, is foreign in the end.
 */
static enum sj_reason
take_copied(struct sj_mounts *mounts, const struct sj_mounts_list *list,
    bool *ret_is_any, struct sj_fault *fault)
{
	const struct sj_mounts_entry *entry;
	const struct sj_mounts_top *top;
	enum sj_reason reason = SJ_OK;
	size_t i;

	*ret_is_any = false;
	for (i = 0; reason == SJ_OK && i < list->count; i++) {
		entry = &list->entries[i];
		if (sj_mounts_top_find(mounts, entry->id) != NULL ||
		    sj_mounts_list_is_covered(list, entry) ||
		    sj_mounts_list_goes_with_host(list, entry))
			continue;
		top = find_top_above(mounts, list, entry);
		if (top == NULL)
			continue;
		*ret_is_any = true;
		reason = take_entry(mounts, entry, top->below, fault);
	}
	return reason;
}

static enum sj_reason
verify_entry(const struct sj_mounts *mounts, const struct sj_mounts_list *list,
    const struct sj_mounts_entry *entry, struct sj_fault *fault)
{
	const struct sj_mounts_top *top = sj_mounts_top_find(mounts, entry->id);
	unsigned long want;

	if (top == NULL && sj_mounts_list_is_covered(list, entry))
		return SJ_OK;
	if (top == NULL)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "there is a foreign mount at %s in the jail", entry->path);
	want = sj_mounts_copy_flags(top->flags);
	/* A program is there to be run, a device to be opened. */
	if ((entry->flags & (want | MS_NOEXEC | MS_NODEV)) != want)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "the mount at %s in the jail did not take its flags",
		    entry->path);
	if (sj_mounts_entry_is_of_host(entry))
		return sj_fault_set(fault, SJ_MOUNT_UNSAFE, 0,
		    "%s is mounted at %s in the jail and would show the host",
		    entry->type, entry->path);
	return SJ_OK;
}

enum sj_reason
sj_mounts_verify(struct sj_mounts *mounts, struct sj_fault *fault)
{
	LIST_AUTO struct sj_mounts_list *list = NULL;
	bool is_any = false;
	enum sj_reason reason;
	size_t i;

	reason = sj_mounts_list_load(mounts->proc_fd, &list, fault);
	if (reason == SJ_OK && !mounts->is_old)
		reason = take_copied(mounts, list, &is_any, fault);
	if (reason == SJ_OK && is_any) {
		sj_mounts_list_clear(&list);
		reason = sj_mounts_list_load(mounts->proc_fd, &list, fault);
	}
	for (i = 0; reason == SJ_OK && i < list->count; i++)
		reason = verify_entry(mounts, list, &list->entries[i], fault);
	for (i = 0; reason == SJ_OK && i < mounts->count; i++)
		if (sj_mounts_list_find(list, mounts->tops[i].id) == NULL)
			reason = sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
			    "a mount of the jail is gone again");
	return reason;
}
