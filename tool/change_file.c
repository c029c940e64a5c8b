/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "change_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

/* Does not end in ".conf": it is no part of the configuration. */
#define NEW_NAME ".50-users.conf.new"

static enum sj_reason
failed(struct sj_fault *fault, const char *what, const char *path)
{
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno, "%s %s", what, path);
}

static enum sj_reason
read_all(
    int fd, char *text, size_t len, const char *path, struct sj_fault *fault)
{
	size_t done = 0;

	while (done < len) {
		ssize_t got = read(fd, text + done, len - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return failed(fault, "read", path);
		if (got == 0)
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
			    "%s changed while it was read", path);
		done += (size_t)got;
	}
	return SJ_OK;
}

enum sj_reason
sj_change_file_load(
    const char *path, struct sj_edit *ret_edit, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = open(
	    path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	SJ_AUTO_FREE char *text = NULL;
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return sj_edit_init(ret_edit, NULL, 0, fault);
	if (fd < 0 || fstat(fd, &st) != 0)
		return failed(fault, "open", path);
	if (!S_ISREG(st.st_mode))
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, 0, "%s is no regular file", path);
	text = malloc((size_t)st.st_size + 1);
	if (text == NULL)
		return failed(fault, "read", path);
	if (read_all(fd, text, (size_t)st.st_size, path, fault) != SJ_OK)
		return SJ_SYSTEM_ERROR;
	return sj_edit_init(ret_edit, text, (size_t)st.st_size, fault);
}

/* The directory of path, made if it is missing; SJ_OK: *ret_fd is open. */
static enum sj_reason
open_directory(const char *path, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_FREE char *dir =
	    strndup(path, (size_t)(strrchr(path, '/') - path));
	int fd;

	if (dir == NULL)
		return failed(fault, "open", path);
	if (mkdir(dir, 0755) != 0 && errno != EEXIST)
		return failed(fault, "make", dir);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return failed(fault, "open", dir);
	*ret_fd = fd;
	return SJ_OK;
}

static bool
write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t put = write(fd, text, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		text += put;
		len -= (size_t)put;
	}
	return fsync(fd) == 0;
}

enum sj_reason
sj_change_file_store(
    const char *path, const struct sj_edit *edit, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int dir_fd = -1, fd = -1;
	enum sj_reason reason = open_directory(path, &dir_fd, fault);

	if (reason != SJ_OK)
		return reason;
	/* What a killed command has left; the lock is held. */
	(void)unlinkat(dir_fd, NEW_NAME, 0);
	fd = openat(dir_fd, NEW_NAME,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return failed(fault, "make a new file beside", path);
	if (write_all(fd, edit->text, edit->len) &&
	    renameat(dir_fd, NEW_NAME, dir_fd, strrchr(path, '/') + 1) == 0) {
		/* In force now, whatever becomes of the directory's entry. */
		(void)fsync(dir_fd);
		return SJ_OK;
	}
	reason = failed(fault, "write", path);
	(void)unlinkat(dir_fd, NEW_NAME, 0);
	return reason;
}
