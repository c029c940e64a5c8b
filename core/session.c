/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "flock.h"
#include "session_list.h"
#include "session_record.h"

#define SESSIONS "sessions"
/* Its time is that of the last look at all records. */
#define SWEPT "../swept"
#define SWEEP_SEC 60

/* Opens a directory that must be ours alone, and is made if it is missing. */
static enum sj_reason
make_own(
    int at_fd, const char *path, uid_t uid, int *ret_fd, struct sj_fault *fault)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
	SJ_AUTO_CLOSE int fd = openat(at_fd, path, flags);
	struct stat st;

	if (fd < 0 && errno == ENOENT) {
		if (mkdirat(at_fd, path, 0700) != 0 && errno != EEXIST)
			return sj_fault_set(
			    fault, SJ_SYSTEM_ERROR, errno, "make %s", path);
		fd = openat(at_fd, path, flags);
	}
	if (fd < 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "open %s", path);
	if (fstat(fd, &st) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "fstat %s", path);
	if (st.st_uid != uid || (st.st_mode & 022) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s is of user %lu, mode %04o; want user %lu, not "
		    "writable by group or others",
		    path, (unsigned long)st.st_uid,
		    (unsigned)(st.st_mode & 07777), (unsigned long)uid);
	*ret_fd = sj_take_fd(&fd);
	return SJ_OK;
}

enum sj_reason
sj_session_dir_open(
    const struct sj_session_dir *dir, int *ret_fd, struct sj_fault *fault)
{
	return make_own(AT_FDCWD, dir->path, dir->uid, ret_fd, fault);
}

/* Closing *ret_fd gives the lock back. */
static enum sj_reason
open_locked(
    const struct sj_session_dir *dir, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int dir_fd = -1, fd = -1;
	enum sj_reason reason;

	reason = sj_session_dir_open(dir, &dir_fd, fault);
	if (reason == SJ_OK)
		reason = make_own(dir_fd, SESSIONS, dir->uid, &fd, fault);
	if (reason == SJ_OK)
		reason = sj_flock_take(fd, "the session records", fault);
	if (reason == SJ_OK)
		*ret_fd = sj_take_fd(&fd);
	return reason;
}

/* The same for readers: *ret_fd is -1 where no session was ever recorded. */
static enum sj_reason
open_locked_if_there(
    const struct sj_session_dir *dir, int *ret_fd, struct sj_fault *fault)
{
	struct stat st;
	char path[4096];

	if (snprintf(path, sizeof(path), "%s/" SESSIONS, dir->path) >=
	    (int)sizeof(path))
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, ENAMETOOLONG, "%s", dir->path);
	if (lstat(path, &st) != 0 && errno == ENOENT) {
		*ret_fd = -1;
		return SJ_OK;
	}
	return open_locked(dir, ret_fd, fault);
}

static enum sj_reason
check_counts(const struct sj_session *session,
    const struct sj_session_counts *counts, const struct sj_session_counts *max,
    struct sj_fault *fault)
{
	if (max->user != 0 && counts->user >= max->user)
		return sj_fault_set(fault, SJ_TOO_MANY_SESSIONS, 0,
		    "%u sessions are open, %u are allowed", counts->user,
		    max->user);
	if (max->address == 0)
		return SJ_OK;
	if (session->addr.family == 0)
		return sj_fault_set(fault, SJ_TOO_MANY_SESSIONS, 0,
		    "there is no client address to count by");
	if (counts->address >= max->address)
		return sj_fault_set(fault, SJ_TOO_MANY_SESSIONS, 0,
		    "%u sessions are open from the client's address, %u are "
		    "allowed",
		    counts->address, max->address);
	return SJ_OK;
}

/* An id that no other live record has; the lock is held until it is used. */
static void
choose_id(int sessions_fd, struct sj_session *session)
{
	struct timespec now = {0, 0};
	struct stat st;
	uint32_t salt;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	salt = (uint32_t)now.tv_nsec ^ (uint32_t)now.tv_sec << 20 ^
	       (uint32_t)session->monitor.start << 4;
	do {
		(void)snprintf(session->id, sizeof(session->id), "%ld-%06x",
		    (long)session->monitor.pid, salt++ & 0xffffffu);
	} while (
	    fstatat(sessions_fd, session->id, &st, AT_SYMLINK_NOFOLLOW) == 0);
}

static uint64_t
boot_seconds(void)
{
	struct timespec now = {0, 0};

	/* Linux 2.6.39; the other stops while the machine sleeps. */
	if (clock_gettime(CLOCK_BOOTTIME, &now) != 0)
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec;
}

/* True once in SWEEP_SEC, and whenever that can't be told. */
static bool
is_sweep_due(int sessions_fd)
{
	SJ_AUTO_CLOSE int fd = openat(sessions_fd, SWEPT,
	    O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
	time_t now = time(NULL);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return true;
	if (st.st_size > 0 && st.st_mtime <= now &&
	    st.st_mtime > now - SWEEP_SEC)
		return false;
	/* Empty is one that was made just now. */
	return pwrite(fd, "\n", 1, 0) >= 0;
}

/*
 * All records only where they are to be counted, or swept: with ten thousand
 * sessions the look at all of them is more work than a login, and others wait.
 */
static enum sj_reason
count_for_open(int sessions_fd, const struct sj_session *session,
    const struct sj_session_counts *max, struct sj_session_counts *ret_counts,
    struct sj_fault *fault)
{
	const bool is_due = is_sweep_due(sessions_fd);
	struct sj_session_found list = {NULL, 0, 0};
	enum sj_reason reason = SJ_OK;

	if (is_due || max->user != 0 || max->address != 0)
		reason = sj_session_collect(
		    sessions_fd, is_due ? NULL : session, &list, fault);
	sj_session_count_like(&list, session, ret_counts);
	free(list.sessions);
	return reason;
}

enum sj_reason
sj_session_open(const struct sj_session_dir *dir, struct sj_session *session,
    const struct sj_session_counts *max, struct sj_fault *fault)
{
	struct sj_session_counts counts = {0, 0};
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason;

	if (!sj_process_find(getpid(), &session->monitor))
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "/proc/%ld/stat does not tell the start time",
		    (long)getpid());
	reason = sj_session_read_boot(session->boot, fault);
	if (reason == SJ_OK)
		reason = open_locked(dir, &fd, fault);
	if (reason == SJ_OK)
		reason = count_for_open(fd, session, max, &counts, fault);
	if (reason == SJ_OK)
		reason = check_counts(session, &counts, max, fault);
	if (reason != SJ_OK)
		return reason;
	session->since_sec = (int64_t)time(NULL);
	session->since_boot_sec = boot_seconds();
	session->child.pid = 0;
	session->child.start = 0;
	choose_id(fd, session);
	return sj_session_store(fd, session, fault);
}

enum sj_reason
sj_session_set_child(const struct sj_session_dir *dir,
    struct sj_session *session, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason;

	if (!sj_process_find(getpid(), &session->child))
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "/proc/%ld/stat does not tell the start time",
		    (long)getpid());
	reason = open_locked(dir, &fd, fault);
	return reason == SJ_OK ? sj_session_store(fd, session, fault) : reason;
}

void
sj_session_close(const struct sj_session_dir *dir,
    const struct sj_session *session, uint64_t *ret_seconds)
{
	char path[4096];
	uint64_t now = boot_seconds();

	*ret_seconds =
	    now > session->since_boot_sec ? now - session->since_boot_sec : 0;
	if (session->id[0] != '\0' &&
	    snprintf(path, sizeof(path), "%s/" SESSIONS "/%s", dir->path,
		session->id) < (int)sizeof(path))
		(void)unlink(path);
}

enum sj_reason
sj_session_count(const struct sj_session_dir *dir,
    const struct sj_session *session, struct sj_session_counts *ret_counts,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct sj_session_found list = {NULL, 0, 0};
	enum sj_reason reason;

	reason = open_locked_if_there(dir, &fd, fault);
	if (reason == SJ_OK && fd >= 0)
		reason = sj_session_collect(fd, session, &list, fault);
	if (reason == SJ_OK)
		sj_session_count_like(&list, session, ret_counts);
	free(list.sessions);
	return reason;
}

static int
compare(const void *a, const void *b)
{
	const struct sj_session *left = a, *right = b;

	if (left->since_sec != right->since_sec)
		return left->since_sec < right->since_sec ? -1 : 1;
	return strcmp(left->id, right->id);
}

enum sj_reason
sj_session_list(const struct sj_session_dir *dir,
    struct sj_session **ret_sessions, size_t *ret_count, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct sj_session_found list = {NULL, 0, 0};
	enum sj_reason reason;

	reason = open_locked_if_there(dir, &fd, fault);
	if (reason == SJ_OK && fd >= 0)
		reason = sj_session_collect(fd, NULL, &list, fault);
	if (reason != SJ_OK) {
		free(list.sessions);
		return reason;
	}
	if (list.count > 1)
		qsort(
		    list.sessions, list.count, sizeof(*list.sessions), compare);
	*ret_sessions = list.sessions;
	*ret_count = list.count;
	return SJ_OK;
}
