/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "confine_root.h"
#include "confine_server.h"
#include "mounts.h"
#include "network.h"
#include "path.h"
#include "seccomp.h"
#include "session.h"

#ifndef PR_SET_NO_NEW_PRIVS
#define PR_SET_NO_NEW_PRIVS 38
#endif

#define GROUP_SIZE_MAX (1024 * 1024)

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

/*
 * Every descriptor is below the size of the table they are in.  To list
 * /proc/self/fd would cost memory of the kernel for each of them, as long as
 * the session lasts.
 */
static int
find_descriptor_end(void)
{
	SJ_AUTO_CLOSE int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	char text[1024];
	const char *line;
	ssize_t len;

	len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (len < 0)
		return -1;
	text[len] = '\0';
	line = strstr(text, "\nFDSize:");
	return line == NULL ? -1 : (int)strtol(line + 8, NULL, 10);
}

static enum sj_reason
cover_descriptors(bool is_keeping_files, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int null_fd = -1;
	struct stat st;
	bool is_seen;
	int fd, end;

	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	end = null_fd < 0 ? -1 : find_descriptor_end();
	if (end <= null_fd)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "look at the open descriptors");
	for (fd = 0; fd < end; fd++) {
		is_seen = fstat(fd, &st) == 0;
		if (!is_seen && errno == EBADF)
			continue;
		if (!is_seen ||
		    (is_strange(&st, is_keeping_files) &&
			dup3(null_fd, fd, fd > 2 ? O_CLOEXEC : 0) < 0))
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
			    "cover the open descriptor %d", fd);
	}
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
	/*
	 * A program gets a domain of its own when it is run, and with
	 * no_new_privs it does not.  Looked at while /sys is there.
	 */
	const bool is_domain_changing =
	    confine->server != NULL && sj_confine_server_is_selinux_enforcing();
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
		reason = sj_confine_root_enter(
		    confine, run_fd, ret_is_log_missing, fault);
	if (reason == SJ_OK)
		reason = enter_start(jail->start, fault);
	if (reason == SJ_OK && !is_domain_changing &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
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
