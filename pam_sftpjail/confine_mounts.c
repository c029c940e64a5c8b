/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "confine_mounts.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "flock.h"
#include "path.h"

/* Whose a source is that has to be made: see sj_jailmount_is_users(). */
static struct sj_confine_tree_want
want_source(const struct sj_jail *jail,
    const struct sj_confine_tree_want *writable, uint32_t index)
{
	struct sj_confine_tree_want want = *writable;

	want.unsafe = SJ_MOUNT_UNSAFE;
	if (sj_jailmount_is_users(jail, index))
		return want;
	want.uid = 0;
	/* A folder that a group shares, or one that root fills. */
	if (jail->writable_group[0] == '\0') {
		want.gid = 0;
		want.mode = 0755;
	}
	return want;
}

/* Makes the last component in its parent, which must be root's alone. */
static enum sj_reason
make_source(char *path, int lock_fd, const struct sj_confine_tree_want *want,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int parent_fd = -1, fd = -1;
	struct sj_path_rule rule = sj_path_rule_mount;
	char *name = strrchr(path, '/');
	enum sj_reason reason;

	rule.is_last_any = false;
	rule.is_create = true;
	*name = '\0';
	reason = sj_path_open(
	    path[0] == '\0' ? "/" : path, &rule, &parent_fd, fault);
	*name = '/';
	if (reason == SJ_OK)
		reason = sj_flock_take(lock_fd, "the jail's mounts", fault);
	if (reason != SJ_OK)
		return reason;
	reason = sj_confine_tree_open(parent_fd, name, want, &fd, fault);
	sj_flock_release(lock_fd);
	return reason;
}

/* Is it missing, or not whole yet? */
static bool
is_to_make(enum sj_reason reason, int *fd, uid_t uid)
{
	struct stat st;

	if (reason != SJ_OK)
		return reason == SJ_MOUNT_MISSING;
	if (fstat(*fd, &st) != 0 || !sj_path_is_half_made(&st, 0, uid))
		return false;
	(void)close(sj_take_fd(fd));
	return true;
}

static enum sj_reason
open_source(const struct sj_confine_mounts *from, uint32_t index, int *ret_fd,
    struct sj_fault *fault)
{
	const struct sj_confine_tree_want want =
	    want_source(from->jail, from->writable, index);
	const struct sj_path_rule *rule = &sj_path_rule_mount;
	char path[SJ_PATH_SIZE];
	enum sj_reason reason;

	reason = sj_jailmount_open(
	    from->jail, from->user, index, rule, ret_fd, fault);
	if (!sj_jail_mount(from->jail, index).is_create ||
	    !is_to_make(reason, ret_fd, want.uid))
		return reason;
	reason =
	    sj_jailmount_source(from->jail, from->user, index, path, fault);
	if (reason == SJ_OK)
		reason = make_source(path, from->lock_fd, &want, fault);
	if (reason != SJ_OK)
		return reason;
	return sj_jailmount_open(
	    from->jail, from->user, index, rule, ret_fd, fault);
}

enum sj_reason
sj_confine_mounts_open(const struct sj_confine_mounts *from,
    struct sj_jailmounts *sources, struct sj_fault *fault)
{
	const struct sj_jail *jail = from->jail;
	enum sj_reason reason;
	uint32_t i;

	for (i = 0; i < jail->mounts.count; i++) {
		reason = open_source(from, i, &sources->fds[i], fault);
		if (reason == SJ_MOUNT_MISSING &&
		    sj_jail_mount(jail, i).is_optional)
			continue;
		if (reason != SJ_OK)
			return reason;
		sources->shown |= UINT64_C(1) << i;
	}
	if (jail->is_virtual && sources->shown == 0)
		return sj_fault_set(fault, SJ_MOUNT_MISSING, 0,
		    "no mount is there, and a virtual root has nothing else");
	return SJ_OK;
}

static bool
is_there(int base_fd, const char *path)
{
	SJ_AUTO_CLOSE int fd = -1;

	return sj_path_open_inside(base_fd, path, SJ_MOUNT_UNSAFE, &fd, NULL) ==
	       SJ_OK;
}

enum sj_reason
sj_confine_mounts_make_places(const struct sj_confine_mounts *from,
    const struct sj_jailmounts *sources, int root_fd, struct sj_fault *fault)
{
	const struct sj_confine_tree_want want = {
	    .mode = 0755, .unsafe = SJ_MOUNT_UNSAFE};
	enum sj_reason reason = SJ_OK;
	const char *rest;
	uint32_t i;
	int mount, base_fd;

	for (i = 0; reason == SJ_OK && i < from->jail->mounts.count; i++) {
		SJ_AUTO_CLOSE int fd = -1;

		if ((sources->shown >> i & 1) == 0)
			continue;
		mount = sj_jailmount_find_place(
		    from->jail, sources->shown, i, &rest);
		base_fd =
		    mount == SJ_JAILMOUNT_NONE ? root_fd : sources->fds[mount];
		if (is_there(base_fd, rest))
			continue;
		reason = sj_flock_take(from->lock_fd, "the jail's root", fault);
		if (reason != SJ_OK)
			return reason;
		reason = sj_confine_tree_open(base_fd, rest, &want, &fd, fault);
		sj_flock_release(from->lock_fd);
	}
	return reason;
}

enum sj_reason
sj_confine_mounts_show(const struct sj_confine_mounts *from,
    const struct sj_jailmounts *sources, int root_fd, struct sj_mounts *mounts,
    struct sj_fault *fault)
{
	enum sj_reason reason = SJ_OK;
	uint32_t i;

	for (i = 0; reason == SJ_OK && i < from->jail->mounts.count; i++) {
		const struct sj_mount mount = sj_jail_mount(from->jail, i);
		SJ_AUTO_CLOSE int place_fd = -1;

		if ((sources->shown >> i & 1) == 0)
			continue;
		reason = sj_path_open_place(
		    root_fd, mount.target, from->user->uid, &place_fd, fault);
		if (reason == SJ_OK)
			reason =
			    sj_mounts_show(mounts, sources->fds[i], place_fd,
				mount.is_read_only || from->jail->is_read_only
				    ? SJ_MOUNTS_READ_ONLY
				    : 0u,
				NULL, fault);
	}
	return reason;
}

enum sj_reason
sj_confine_mounts_show_file(struct sj_mounts *mounts, int root_fd,
    int source_fd, const char *path, unsigned flags, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int place_fd = -1;
	enum sj_reason reason;

	reason = sj_confine_tree_placeholder(root_fd, path, &place_fd, fault);
	if (reason != SJ_OK)
		return reason;
	return sj_mounts_show(mounts, source_fd, place_fd, flags, NULL, fault);
}
