/* SPDX-License-Identifier: ISC */
#include "jailroot_check.h"

#include <stdio.h>

#include "cleanup.h"

/* Walks to a source as the login does; visit may be NULL. */
static enum sj_reason
open_source(struct sj_jailroot_check *check, uint32_t index,
    void (*visit)(void *, const struct sj_path_step *), int *ret_fd,
    struct sj_fault *fault)
{
	struct sj_path_rule rule = sj_path_rule_mount;

	rule.uid = check->host->uid;
	rule.root_fd = check->host->root_fd;
	rule.visit = visit;
	rule.context = check;
	return sj_jailmount_open(
	    check->jail, check->user, index, &rule, ret_fd, fault);
}

void
sj_jailroot_open_mounts(struct sj_jailroot_check *check)
{
	struct sj_jailmounts *mounts = &check->mounts;
	struct sj_fault fault;
	enum sj_reason reason;
	uint32_t i;

	sj_jailmounts_init(mounts);
	for (i = 0; i < check->jail->mounts.count; i++) {
		const struct sj_mount mount = sj_jail_mount(check->jail, i);
		const uint64_t bit = UINT64_C(1) << i;

		reason = open_source(check, i, NULL, &mounts->fds[i], &fault);
		if (reason == SJ_MOUNT_MISSING && mount.is_create)
			mounts->to_make |= bit;
		else if (reason == SJ_MOUNT_MISSING && mount.is_optional)
			continue;
		else if (reason != SJ_OK)
			mounts->bad |= bit;
		mounts->shown |= bit;
	}
}

/* The mount whose source is being walked to. */
static void
visit_source(void *context, const struct sj_path_step *step)
{
	struct sj_jailroot_check *check = context;
	bool is_missing = step->st == NULL && step->reason == SJ_MOUNT_MISSING;

	sj_jailroot_show(check, step->path, step->st, step->reason,
	    is_missing && check->is_source_made);
}

/* Where the mount goes: a directory, or nothing, and no link on the way. */
static enum sj_reason
check_place(
    struct sj_jailroot_check *check, uint32_t index, struct sj_fault *fault)
{
	const char *target = sj_jail_mount(check->jail, index).target;
	struct sj_jailroot_walk walk = {
	    .reason = SJ_MOUNT_UNSAFE,
	    .is_to_make = true,
	    .is_place = true,
	};
	struct stat st;

	if (sj_jailroot_is_over_placeholder(
		check->jail, check->user, check->host->server, target))
		return sj_fault_set(fault, SJ_MOUNT_UNSAFE, 0,
		    "a mount at %s is in the way of the login shell, dev/log "
		    "or sftp_server",
		    target);
	walk.mount = sj_jailmount_find_place(
	    check->jail, check->mounts.shown, index, &walk.rest);
	switch (sj_jailroot_walk(check, &walk, &st)) {
	case SJ_JAILROOT_FOUND_DIRECTORY:
	case SJ_JAILROOT_FOUND_NOTHING:
	case SJ_JAILROOT_FOUND_MEMORY:
	case SJ_JAILROOT_FOUND_BAD:
		return SJ_OK;
	case SJ_JAILROOT_FOUND_OTHER:
		return sj_fault_set(fault, SJ_MOUNT_UNSAFE, 0,
		    "%s is %s on the way to %s, want a directory", check->path,
		    S_ISLNK(st.st_mode) ? "a symbolic link" : "no directory",
		    target);
	case SJ_JAILROOT_FOUND_UNSAFE:
		return sj_fault_set(fault, SJ_MOUNT_UNSAFE, 0,
		    "%s is of uid %lu, mode %04o: others could take the place "
		    "of %s away",
		    check->path, (unsigned long)st.st_uid,
		    (unsigned)(st.st_mode & 07777), target);
	case SJ_JAILROOT_FOUND_READ_ONLY:
		return sj_fault_set(fault, SJ_MOUNT_UNSAFE, 0,
		    "%s can't be made, its file system is read-only",
		    check->path);
	case SJ_JAILROOT_FOUND_ERROR:
		break;
	}
	return sj_fault_set(
	    fault, SJ_SYSTEM_ERROR, 0, "%s can't be opened", check->path);
}

/* It is open by now; what is bad, or to be shown, is walked to again. */
static enum sj_reason
check_source(
    struct sj_jailroot_check *check, uint32_t index, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason;

	check->is_source_made = (check->mounts.to_make >> index & 1) != 0;
	if (check->visitor == NULL && (check->mounts.bad >> index & 1) == 0)
		return SJ_OK;
	reason = open_source(check, index, visit_source, &fd, fault);
	return reason == SJ_MOUNT_MISSING && check->is_source_made ? SJ_OK
								   : reason;
}

static void
check_mount(struct sj_jailroot_check *check, uint32_t index)
{
	const struct sj_mount mount = sj_jail_mount(check->jail, index);
	char source[SJ_PATH_SIZE];
	struct sj_fault fault;
	enum sj_reason reason;
	bool is_read_only = mount.is_read_only || check->jail->is_read_only;

	reason = sj_jailmount_source(
	    check->jail, check->user, index, source, &fault);
	if ((check->mounts.shown >> index & 1) == 0) {
		(void)snprintf(check->path, sizeof(check->path),
		    "%s does not exist, which is optional",
		    reason == SJ_OK ? source : mount.source);
		sj_jailroot_skip(check, SJ_JAILROOT_MOUNT, check->path);
		return;
	}
	if (reason == SJ_OK)
		reason = check_source(check, index, &fault);
	if (reason == SJ_OK)
		reason = check_place(check, index, &fault);
	if (reason != SJ_OK) {
		sj_jailroot_finish(check, reason, fault.where);
		return;
	}
	(void)snprintf(check->path, sizeof(check->path), "%s at %s%s%s", source,
	    mount.target, is_read_only ? ", read-only" : "",
	    check->is_source_made ? ", will be made" : "");
	sj_jailroot_finish(check, SJ_OK, check->path);
}

void
sj_jailroot_check_mounts(struct sj_jailroot_check *check)
{
	uint32_t i;

	check->role = SJ_JAILROOT_MOUNT;
	for (i = 0; i < check->jail->mounts.count; i++)
		check_mount(check, i);
	if (check->jail->is_virtual && check->mounts.shown == 0)
		sj_jailroot_finish(check, SJ_MOUNT_MISSING,
		    "no mount is there, and a virtual root has nothing else");
}
