/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "confine_root.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "confine_mounts.h"
#include "confine_server.h"
#include "confine_tree.h"
#include "mounts.h"
#include "path.h"

enum sj_reason
sj_confine_root_open(const struct sj_jail *jail,
    const struct sj_jail_user *user, int *ret_fd, struct sj_fault *fault)
{
	struct sj_path_rule rule = sj_path_rule_root;
	char path[SJ_PATH_SIZE];
	enum sj_reason reason;

	reason = sj_jailroot_expand(jail, user, path, fault);
	if (reason != SJ_OK)
		return reason;
	rule.is_create = jail->is_create;
	return sj_path_open(path, &rule, ret_fd, fault);
}

/* The jail as it is being built. */
struct building {
	const struct sj_confine *confine;
	const struct sj_confine_mounts *from;
	struct sj_jailmounts sources;
	struct sj_mounts mounts;
	int host_fd; /* the directory on the host; -1 for a virtual root */
	int root_fd; /* what was shown as the root; the mounts' */
	bool is_log_missing;
};

static void
building_close(struct building *building)
{
	sj_jailmounts_clear(&building->sources);
	sj_cleanup_close(&building->host_fd);
	sj_mounts_close(&building->mounts);
}

static enum sj_reason
show_shell(struct building *building, struct sj_fault *fault)
{
	const struct sj_confine *confine = building->confine;
	SJ_AUTO_CLOSE int fd = -1;
	char path[SJ_PATH_SIZE];
	struct stat st;

	if (!sj_jailroot_shell(confine->user, path))
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "the login shell \"%s\" can't be shown in the jail",
		    confine->user->shell);
	fd = open(confine->shell, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "open %s", confine->shell);
	if (!S_ISREG(st.st_mode) || st.st_uid != 0 || (st.st_mode & 022) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s could be written by others than root", confine->shell);
	return sj_confine_mounts_show_file(&building->mounts, building->root_fd,
	    fd, path, SJ_MOUNTS_READ_ONLY | SJ_MOUNTS_PROGRAM, fault);
}

static enum sj_reason
show_log(struct building *building, struct sj_fault *fault)
{
	const struct sj_confine *confine = building->confine;
	SJ_AUTO_CLOSE int fd = -1;
	struct stat st;

	if (!sj_jailroot_has_log(confine->jail))
		return SJ_OK;
	/* The link that some systems have there is root's. */
	fd = open(confine->log, O_PATH | O_CLOEXEC);
	if ((fd < 0 && errno != ENOENT) || (fd >= 0 && fstat(fd, &st) != 0))
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "open %s", confine->log);
	if (fd >= 0 && S_ISSOCK(st.st_mode))
		return sj_confine_mounts_show_file(&building->mounts,
		    building->root_fd, fd, SJ_JAILROOT_LOG, 0, fault);
	if (confine->jail->transfer_log == SJ_TRANSFER_LOG_REQUIRED)
		return sj_fault_set(fault, SJ_MOUNT_MISSING, 0,
		    "%s is no socket to log transfers to", confine->log);
	building->is_log_missing = true;
	return SJ_OK;
}

/* Is the process's root the directory that was checked? */
static enum sj_reason
check_root(const struct stat *want, struct sj_fault *fault)
{
	struct stat st;

	if (stat("/", &st) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "look at the new root");
	if (st.st_dev != want->st_dev || st.st_ino != want->st_ino)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "the new root is not the jail's");
	return SJ_OK;
}

/*
 * Directories are made where the host sees them, before anything is shown: a
 * mount may be read-only by the time that another one wants a place in it.
 */
static enum sj_reason
prepare(struct building *building, struct sj_fault *fault)
{
	const struct sj_confine_mounts *from = building->from;
	const bool is_virtual = from->jail->is_virtual;
	enum sj_reason reason;
	int base_fd;

	reason = sj_confine_mounts_open(from, &building->sources, fault);
	if (reason == SJ_OK && is_virtual)
		reason = sj_mounts_show_root(
		    &building->mounts, -1, 0, &building->root_fd, fault);
	if (reason == SJ_OK && !is_virtual)
		reason = sj_confine_root_open(
		    from->jail, from->user, &building->host_fd, fault);
	base_fd = is_virtual ? building->root_fd : building->host_fd;
	/* Before the places: they may lie in these. */
	if (reason == SJ_OK)
		reason = sj_confine_tree_make(from->jail, &building->sources,
		    base_fd, from->lock_fd, from->writable, fault);
	if (reason == SJ_OK)
		reason = sj_confine_mounts_make_places(
		    from, &building->sources, base_fd, fault);
	return reason;
}

/* Everything that is in the jail, and its flags. */
static enum sj_reason
furnish(struct building *building, struct sj_fault *fault)
{
	const struct sj_jail *jail = building->from->jail;
	enum sj_reason reason = SJ_OK;

	if (!jail->is_virtual)
		reason =
		    sj_mounts_show_root(&building->mounts, building->host_fd,
			jail->is_read_only ? SJ_MOUNTS_READ_ONLY : 0u,
			&building->root_fd, fault);
	if (reason == SJ_OK)
		reason =
		    sj_confine_mounts_show(building->from, &building->sources,
			building->root_fd, &building->mounts, fault);
	if (reason == SJ_OK)
		reason = show_shell(building, fault);
	if (reason == SJ_OK)
		reason = show_log(building, fault);
	if (reason == SJ_OK && building->confine->server != NULL)
		reason = sj_confine_server_show(building->confine,
		    &building->mounts, building->root_fd, fault);
	/* Last: placeholders were made until now. */
	if (reason == SJ_OK && (jail->is_read_only || jail->is_virtual))
		reason = sj_mounts_close_root(&building->mounts, fault);
	return reason;
}

static enum sj_reason
enter_namespace(struct building *building, struct sj_fault *fault)
{
	enum sj_reason reason;
	struct stat want;

	reason =
	    sj_mounts_open(&building->mounts, building->from->lock_fd, fault);
	if (reason == SJ_OK)
		reason = prepare(building, fault);
	if (reason == SJ_OK)
		reason = furnish(building, fault);
	if (reason != SJ_OK)
		return reason;
	if (fstat(building->root_fd, &want) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "look at the jail's root");
	reason = sj_mounts_pivot(building->root_fd, fault);
	if (reason == SJ_OK)
		reason = check_root(&want, fault);
	return reason == SJ_OK ? sj_mounts_verify(&building->mounts, fault)
			       : reason;
}

static enum sj_reason
enter_chroot(struct building *building, struct sj_fault *fault)
{
	const struct sj_confine_mounts *from = building->from;
	enum sj_reason reason;
	struct stat want;

	reason = sj_confine_root_open(
	    from->jail, from->user, &building->host_fd, fault);
	if (reason == SJ_OK)
		reason = sj_confine_tree_make(from->jail, &building->sources,
		    building->host_fd, from->lock_fd, from->writable, fault);
	if (reason != SJ_OK)
		return reason;
	if (fstat(building->host_fd, &want) != 0 ||
	    fchdir(building->host_fd) != 0 || chroot(".") != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "chroot into the jail");
	return check_root(&want, fault);
}

enum sj_reason
sj_confine_root_enter(const struct sj_confine *confine, int run_fd,
    bool *ret_is_log_missing, struct sj_fault *fault)
{
	const struct sj_jailroot_host host = {-1, 0, confine->server};
	const struct sj_jail *jail = confine->jail;
	const struct sj_confine_tree_want writable = {
	    .uid = confine->user->uid,
	    .gid = confine->writable_gid,
	    .mode = (mode_t)jail->writable_mode,
	    .unsafe = SJ_WRITABLE_UNSAFE,
	};
	const struct sj_confine_mounts from = {
	    .jail = jail,
	    .user = confine->user,
	    .writable = &writable,
	    .lock_fd = run_fd,
	};
	__attribute__((cleanup(building_close))) struct building building = {
	    .confine = confine,
	    .from = &from,
	    .host_fd = -1,
	    .root_fd = -1,
	};
	enum sj_reason reason;

	sj_jailmounts_init(&building.sources);
	/* What the account phase denies is denied here for the same reason. */
	reason = sj_jailroot_check(jail, confine->user, &host, NULL, fault);
	if (reason != SJ_OK)
		return reason;
	reason = jail->is_chroot ? enter_chroot(&building, fault)
				 : enter_namespace(&building, fault);
	*ret_is_log_missing = building.is_log_missing;
	return reason;
}
