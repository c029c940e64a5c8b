/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "confine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "confine_tree.h"
#include "mounts.h"
#include "network.h"
#include "path.h"
#include "seccomp.h"
#include "session.h"

#ifndef PR_SET_NO_NEW_PRIVS
#define PR_SET_NO_NEW_PRIVS 38
#endif

#define BUILDING "root"
#define GROUP_SIZE_MAX (1024 * 1024)

static void
close_dir(DIR **dir)
{
	if (*dir != NULL)
		(void)closedir(*dir);
}

/*
 * A directory of the host left open is a way out of the jail (openat(2),
 * fchdir(2)), and a file is one of the host's: the log of an sshd that was
 * told to write one, say.  Whoever opened it may still close its number, so
 * /dev/null is put there.  Pipes and sockets lead nowhere but to themselves,
 * and sshd needs its own.
 */
static bool
is_strange(const struct stat *st, bool is_keeping_files)
{
	return S_ISDIR(st->st_mode) ||
	       (S_ISREG(st->st_mode) && !is_keeping_files);
}

static enum sj_reason
cover_descriptors(bool is_keeping_files, struct sj_fault *fault)
{
	__attribute__((cleanup(close_dir))) DIR *dir = NULL;
	SJ_AUTO_CLOSE int null_fd = -1;
	const struct dirent *entry;
	struct stat st;
	int fd;

	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	dir = opendir("/proc/self/fd");
	if (null_fd < 0 || dir == NULL)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "look at the open descriptors");
	while (errno = 0, (entry = readdir(dir)) != NULL) {
		fd = (int)strtol(entry->d_name, NULL, 10);
		if (entry->d_name[0] == '.' || fd == dirfd(dir))
			continue;
		if (fstat(fd, &st) != 0 ||
		    (is_strange(&st, is_keeping_files) &&
			dup3(null_fd, fd, fd > 2 ? O_CLOEXEC : 0) < 0))
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
			    "cover the open descriptor %d", fd);
	}
	if (errno != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "look at the open descriptors");
	return SJ_OK;
}

/* Namespaces and filters are a thread's: another one would stay outside. */
static enum sj_reason
check_alone(struct sj_fault *fault)
{
	struct stat st;

	if (stat("/proc/self/task", &st) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "/proc/self/task (is /proc mounted?)");
	if (st.st_nlink != 3)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "the process has more than one thread");
	return SJ_OK;
}

static enum sj_reason
open_root(const struct sj_confine *confine, int *ret_fd, struct sj_fault *fault)
{
	struct sj_path_rule rule = sj_path_rule_root;
	char path[SJ_PATH_SIZE];
	enum sj_reason reason;

	reason = sj_jailroot_expand(confine->jail, confine->user, path, fault);
	if (reason != SJ_OK)
		return reason;
	rule.is_create = confine->jail->is_create;
	return sj_path_open(path, &rule, ret_fd, fault);
}

/*
 * The checked directory as a mount, which pivot_root(2) asks for.  *ret_fd is
 * that mount, and the same directory.
 */
static enum sj_reason
mount_root(int run_fd, int root_fd, int *ret_fd, struct sj_fault *fault)
{
	const int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	SJ_AUTO_CLOSE int place_fd = -1, fd = -1;
	struct stat want, st;
	enum sj_reason reason;

	if (mkdirat(run_fd, BUILDING, 0700) != 0 && errno != EEXIST)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "make the place for building the jail");
	place_fd = openat(run_fd, BUILDING, flags);
	if (place_fd < 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "open the place for building the jail");
	reason = sj_mounts_bind(root_fd, place_fd, fault);
	if (reason != SJ_OK)
		return reason;
	fd = openat(run_fd, BUILDING, flags);
	if (fd < 0 || fstat(fd, &st) != 0 || fstat(root_fd, &want) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "open the jail's root as a mount");
	if (st.st_dev != want.st_dev || st.st_ino != want.st_ino)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "what was mounted is not the jail's root");
	*ret_fd = sj_take_fd(&fd);
	return SJ_OK;
}

/* Shows a file of the host, already open, at path in the jail. */
static enum sj_reason
show_file(int root_fd, int source_fd, const char *path, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int place_fd = -1;
	enum sj_reason reason;

	reason = sj_confine_tree_placeholder(root_fd, path, &place_fd, fault);
	return reason == SJ_OK ? sj_mounts_bind(source_fd, place_fd, fault)
			       : reason;
}

static enum sj_reason
show_shell(const struct sj_confine *confine, int root_fd, char *ret_path,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct stat st;

	if (!sj_jailroot_shell(confine->user, ret_path))
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
	return show_file(root_fd, fd, ret_path, fault);
}

static enum sj_reason
show_log(const struct sj_confine *confine, int root_fd, bool *ret_is_missing,
    struct sj_fault *fault)
{
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
		return show_file(root_fd, fd, SJ_JAILROOT_LOG, fault);
	if (confine->jail->transfer_log == SJ_TRANSFER_LOG_REQUIRED)
		return sj_fault_set(fault, SJ_MOUNT_MISSING, 0,
		    "%s is no socket to log transfers to", confine->log);
	*ret_is_missing = true;
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

static enum sj_reason
enter_namespace(const struct sj_confine *confine, int run_fd, int root_fd,
    bool *ret_is_log_missing, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int proc_fd = -1, mount_fd = -1;
	char shell[SJ_PATH_SIZE];
	enum sj_reason reason;

	proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc_fd < 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "open /proc");
	reason = mount_root(run_fd, root_fd, &mount_fd, fault);
	if (reason == SJ_OK)
		reason = show_shell(confine, mount_fd, shell, fault);
	if (reason == SJ_OK)
		reason = show_log(confine, mount_fd, ret_is_log_missing, fault);
	if (reason == SJ_OK)
		reason = sj_mounts_pivot(mount_fd, fault);
	if (reason == SJ_OK)
		reason = sj_mounts_seal(proc_fd, shell, fault);
	return reason;
}

static enum sj_reason
enter_chroot(int root_fd, struct sj_fault *fault)
{
	if (fchdir(root_fd) != 0 || chroot(".") != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "chroot into the jail");
	return SJ_OK;
}

static enum sj_reason
enter_root(const struct sj_confine *confine, int run_fd,
    bool *ret_is_log_missing, struct sj_fault *fault)
{
	const struct sj_jailroot_host host = {-1, 0};
	const struct sj_jail *jail = confine->jail;
	SJ_AUTO_CLOSE int root_fd = -1;
	struct stat want;
	enum sj_reason reason;

	/* What the account phase denies is denied here for the same reason. */
	reason = sj_jailroot_check(jail, confine->user, &host, NULL, fault);
	if (reason == SJ_OK)
		reason = open_root(confine, &root_fd, fault);
	if (reason == SJ_OK)
		reason = sj_confine_tree_make(root_fd, run_fd, jail,
		    confine->user, confine->writable_gid, fault);
	if (reason != SJ_OK)
		return reason;
	if (fstat(root_fd, &want) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "look at the jail's root");
	reason = jail->is_chroot ? enter_chroot(root_fd, fault)
				 : enter_namespace(confine, run_fd, root_fd,
				       ret_is_log_missing, fault);
	return reason == SJ_OK ? check_root(&want, fault) : reason;
}

static enum sj_reason
enter_start(const char *start, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int root_fd = -1, fd = -1;
	enum sj_reason reason;

	root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "open the jail's root");
	reason =
	    sj_path_open_inside(root_fd, start, SJ_START_MISSING, &fd, fault);
	if (reason != SJ_OK)
		return reason;
	if (fchdir(fd) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "change to %s in the jail", start);
	return SJ_OK;
}

static enum sj_reason
confine_all(const struct sj_confine *confine, bool *ret_is_log_missing,
    struct sj_fault *fault)
{
	const struct sj_session_dir dir = {confine->run_dir, 0};
	const struct sj_jail *jail = confine->jail;
	SJ_AUTO_CLOSE int run_fd = -1;
	enum sj_reason reason;

	reason = check_alone(fault);
	if (reason == SJ_OK)
		reason = cover_descriptors(confine->is_keeping_files, fault);
	if (reason == SJ_OK)
		reason = sj_session_dir_open(&dir, &run_fd, fault);
	/* The pin must be made where other sessions see it, so before. */
	if (reason == SJ_OK && !jail->is_network_host)
		reason = sj_network_enter(run_fd, fault);
	if (reason == SJ_OK && !jail->is_chroot) {
		reason = sj_mounts_begin(fault);
		/* What was opened before can't be bound over (EINVAL). */
		(void)close(sj_take_fd(&run_fd));
		if (reason == SJ_OK)
			reason = sj_session_dir_open(&dir, &run_fd, fault);
	}
	if (reason == SJ_OK)
		reason = enter_root(confine, run_fd, ret_is_log_missing, fault);
	if (reason == SJ_OK)
		reason = enter_start(jail->start, fault);
	if (reason == SJ_OK && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		reason = sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "set no_new_privs");
	if (reason == SJ_OK && !jail->is_network_host)
		reason = sj_seccomp_install(fault);
	return reason;
}

enum sj_reason
sj_confine(const struct sj_confine *confine, bool *ret_is_log_missing,
    struct sj_fault *fault)
{
	const struct sj_jail *jail = confine->jail;
	/* What is made is 0755 whatever the server's umask is. */
	mode_t mask = umask(022);
	bool is_log_missing = false;
	enum sj_reason reason;

	reason = confine_all(confine, &is_log_missing, fault);
	if (reason == SJ_OK && jail->umask != SJ_UMASK_UNSET)
		mask = (mode_t)jail->umask;
	(void)umask(mask);
	if (reason == SJ_OK)
		*ret_is_log_missing = is_log_missing;
	return reason;
}

enum sj_reason
sj_confine_writable_gid(const struct sj_jail *jail,
    const struct sj_jail_user *user, gid_t *ret_gid, struct sj_fault *fault)
{
	SJ_AUTO_FREE char *buf = NULL;
	struct group group, *found = NULL;
	size_t size = 4096;
	int error = ERANGE;

	if (jail->writable_group[0] == '\0') {
		*ret_gid = user->gid;
		return SJ_OK;
	}
	for (; error == ERANGE && size <= GROUP_SIZE_MAX; size *= 2) {
		free(buf);
		buf = malloc(size);
		if (buf == NULL)
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM,
			    "look the group up");
		error =
		    getgrnam_r(jail->writable_group, &group, buf, size, &found);
	}
	if (found == NULL)
		return sj_fault_set(fault, SJ_WRITABLE_UNSAFE, 0,
		    "there is no group \"%s\"", jail->writable_group);
	*ret_gid = group.gr_gid;
	return SJ_OK;
}
