/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_FILE "lock"
#define WAIT_SEC 30
#define TRY_NSEC 50000000L

static enum sj_reason
open_dir(const char *dir, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct stat st;

	if (mkdir(dir, 0755) != 0 && errno != EEXIST)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "making %s", dir);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOTDIR && lstat(dir, &st) == 0 &&
	    S_ISLNK(st.st_mode))
		return sj_fault_set(fault, SJ_DB_UNTRUSTED, 0,
		    "%s is a symbolic link, want a directory", dir);
	if (fd < 0 || fstat(fd, &st) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno, "%s", dir);
	if (st.st_uid != 0)
		return sj_fault_set(fault, SJ_DB_UNTRUSTED, 0,
		    "%s is owned by uid %u, want root; run: chown root %s", dir,
		    (unsigned)st.st_uid, dir);
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return sj_fault_set(fault, SJ_DB_UNTRUSTED, 0,
		    "%s is mode %04o, others may write it; run: chmod go-w %s",
		    dir, (unsigned)st.st_mode & 07777u, dir);
	*ret_fd = sj_take_fd(&fd);
	return SJ_OK;
}

/* The process that has the lock wrote its number into the file. */
static enum sj_reason
tell_holder(int fd, struct sj_fault *fault)
{
	char text[32] = "";
	ssize_t got = pread(fd, text, sizeof(text) - 1, 0);

	text[got > 0 ? got : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
	    "another sftpjail command (process %s) has the lock for more than "
	    "%d s; try again when it is done",
	    text[0] != '\0' ? text : "unknown", WAIT_SEC);
}

static void
note_holder(int fd)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	/* Only for the message of one that waits: a full disc does no harm. */
	if (ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, text, (size_t)len, 0);
}

static enum sj_reason
wait_for(int fd, struct sj_fault *fault)
{
	const struct timespec pause = {.tv_nsec = TRY_NSEC};
	struct timespec now, end;

	if (clock_gettime(CLOCK_MONOTONIC, &end) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "reading the clock");
	end.tv_sec += WAIT_SEC;
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return sj_fault_set(
			    fault, SJ_SYSTEM_ERROR, errno, "locking");
		if (clock_gettime(CLOCK_MONOTONIC, &now) != 0 ||
		    now.tv_sec > end.tv_sec)
			return tell_holder(fd, fault);
		(void)nanosleep(&pause, NULL);
	}
	note_holder(fd);
	return SJ_OK;
}

enum sj_reason
sj_lock_take(const struct sj_tool *tool, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int dir_fd = -1;
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason;

	if (geteuid() != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, 0, "this needs root");
	reason = open_dir(tool->state_dir, &dir_fd, fault);
	if (reason != SJ_OK)
		return reason;
	fd = openat(dir_fd, LOCK_FILE,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd < 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno, "%s/%s",
		    tool->state_dir, LOCK_FILE);
	reason = wait_for(fd, fault);
	if (reason != SJ_OK)
		return reason;
	*ret_fd = sj_take_fd(&fd);
	return SJ_OK;
}
