/* SPDX-License-Identifier: ISC */
#ifndef SJ_MOUNTS_LIST_H
#define SJ_MOUNTS_LIST_H

/* The kernel's list of mounts, for mounts.c only: proc(5), mountinfo. */

#include <stdbool.h>
#include <stddef.h>

#include "reason.h"

/* One line; strings point into the text of the list. */
struct sj_mounts_entry {
	unsigned long id;
	unsigned long parent;
	unsigned long flags; /* MS_* of mount(2) */
	char *path;
	const char *type;
};

/* Sorted by path: a mount comes before those that lie in it. */
struct sj_mounts_list {
	char *text;
	struct sj_mounts_entry *entries;
	size_t count;
};

/* SJ_OK: *ret_list is the caller's.  SJ_SYSTEM_ERROR: also a strange line. */
enum sj_reason sj_mounts_list_load(int proc_fd,
    struct sj_mounts_list **ret_list, struct sj_fault *fault) SJ_MUST_CHECK;

void sj_mounts_list_clear(struct sj_mounts_list **list);

/* NULL: there is none. */
const struct sj_mounts_entry *sj_mounts_list_find(
    const struct sj_mounts_list *list, unsigned long id);

/* True if the mount lies on the mount `id`, directly or not. */
bool sj_mounts_list_is_below(const struct sj_mounts_list *list,
    const struct sj_mounts_entry *entry, unsigned long id);

/*
 * True if no path leads to the mount, because others lie over it (automounts
 * leave such).
 */
bool sj_mounts_list_is_covered(
    const struct sj_mounts_list *list, const struct sj_mounts_entry *entry);

/* proc(5) and sysfs(5) show the host, wherever they are mounted. */
bool sj_mounts_entry_is_of_host(const struct sj_mounts_entry *entry);

/* True if it lies on one of these: cgroup(7) in /sys, say, or one in the other.
 */
bool sj_mounts_list_goes_with_host(
    const struct sj_mounts_list *list, const struct sj_mounts_entry *entry);

/* The number in that list of the mount that an open descriptor is on. */
enum sj_reason sj_mounts_find_id(int proc_fd, int fd, unsigned long *ret_id,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
