/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "session.h"

#include <dirent.h>
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
#include "session_record.h"

#define SESSIONS "sessions"
#define BOOT_ID "/proc/sys/kernel/random/boot_id"

/* Opens a directory that must be ours alone. */
static enum sj_reason
open_own(
    int at_fd, const char *path, uid_t uid, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct stat st;

	fd = openat(
	    at_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
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

static enum sj_reason
make_own(
    int at_fd, const char *path, uid_t uid, int *ret_fd, struct sj_fault *fault)
{
	if (mkdirat(at_fd, path, 0700) != 0 && errno != EEXIST)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "make %s", path);
	return open_own(at_fd, path, uid, ret_fd, fault);
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

struct list {
	struct sj_session *sessions; /* owned */
	size_t count;
	size_t size;
};

static bool
list_append(struct list *list, const struct sj_session *session)
{
	struct sj_session *bigger;
	size_t size = list->size == 0 ? 16 : 2 * list->size;

	if (list->count == list->size) {
		bigger = realloc(list->sessions, size * sizeof(*bigger));
		if (bigger == NULL)
			return false;
		list->sessions = bigger;
		list->size = size;
	}
	list->sessions[list->count++] = *session;
	return true;
}

static void
close_dir(DIR **dir)
{
	if (*dir != NULL)
		(void)closedir(*dir);
}

/*
 * A directory that is no tmpfs outlives a reboot, and its records' processes
 * could be taken for others that start as early in the next one.
 */
static enum sj_reason
read_boot(char boot[SJ_SESSION_BOOT_SIZE], struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t len = fd < 0 ? -1 : read(fd, boot, SJ_SESSION_BOOT_SIZE - 1);

	if (len <= 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, len < 0 ? errno : 0,
		    "read " BOOT_ID);
	boot[len] = '\0';
	return SJ_OK;
}

static bool
is_live(const struct sj_session *session, const char *boot)
{
	return strcmp(session->boot, boot) == 0 &&
	       (sj_process_is_live(&session->monitor) ||
		   sj_process_is_live(&session->child));
}

/* With the lock held: collects the live records and removes all others. */
static enum sj_reason
collect(int sessions_fd, struct list *list, struct sj_fault *fault)
{
	__attribute__((cleanup(close_dir))) DIR *dir = NULL;
	SJ_AUTO_CLOSE int fd = -1;
	char boot[SJ_SESSION_BOOT_SIZE];
	struct sj_session session;
	struct dirent *entry;
	enum sj_reason reason = read_boot(boot, fault);

	if (reason != SJ_OK)
		return reason;
	fd = openat(sessions_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (dir = fdopendir(fd)) == NULL)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "read the session records");
	(void)sj_take_fd(&fd);
	while (errno = 0, (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (!sj_session_load(sessions_fd, entry->d_name, &session) ||
		    !is_live(&session, boot))
			(void)unlinkat(sessions_fd, entry->d_name, 0);
		else if (!list_append(list, &session))
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM,
			    "read the session records");
	}
	if (errno != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "read the session records");
	return SJ_OK;
}

static void
count_like(const struct list *list, const struct sj_session *session,
    struct sj_session_counts *ret_counts)
{
	const struct sj_session *other;
	size_t i;

	memset(ret_counts, 0, sizeof(*ret_counts));
	for (i = 0; i < list->count; i++) {
		other = &list->sessions[i];
		ret_counts->user += other->uid == session->uid;
		ret_counts->address +=
		    strcmp(other->jail, session->jail) == 0 &&
		    sj_net_contains(&other->addr, &session->addr);
	}
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

enum sj_reason
sj_session_open(const struct sj_session_dir *dir, struct sj_session *session,
    const struct sj_session_counts *max, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct list list = {NULL, 0, 0};
	struct sj_session_counts counts;
	enum sj_reason reason;

	if (!sj_process_find(getpid(), &session->monitor))
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "/proc/%ld/stat does not tell the start time",
		    (long)getpid());
	reason = read_boot(session->boot, fault);
	if (reason == SJ_OK)
		reason = open_locked(dir, &fd, fault);
	if (reason == SJ_OK)
		reason = collect(fd, &list, fault);
	count_like(&list, session, &counts);
	free(list.sessions);
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
	struct sj_session *sessions;
	struct list list;
	enum sj_reason reason;

	reason = sj_session_list(dir, &sessions, &list.count, fault);
	if (reason != SJ_OK)
		return reason;
	list.sessions = sessions;
	count_like(&list, session, ret_counts);
	free(sessions);
	return SJ_OK;
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
	struct list list = {NULL, 0, 0};
	enum sj_reason reason;

	reason = open_locked_if_there(dir, &fd, fault);
	if (reason == SJ_OK && fd >= 0)
		reason = collect(fd, &list, fault);
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
