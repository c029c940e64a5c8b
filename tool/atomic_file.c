/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "cleanup.h"

#define TEMP_SUFFIX ".new"

bool
sj_atomic_file_write(int fd, const unsigned char *bytes, size_t len)
{
	ssize_t put;

	while (len > 0) {
		put = write(fd, bytes, len);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		bytes += put;
		len -= (size_t)put;
	}
	return true;
}

static bool
is_content(const char *dir, const char *name, const struct sj_pack *content)
{
	SJ_AUTO_FREE char *text = NULL;
	struct sj_fault fault;

	return sj_atomic_file_load(dir, name, content->len, &text, &fault) ==
		   SJ_OK &&
	       text != NULL && strlen(text) == content->len &&
	       memcmp(text, content->data, content->len) == 0;
}

static int
open_new(int dir_fd, const char *name)
{
	(void)unlinkat(dir_fd, name, 0);
	return openat(dir_fd, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

static bool
store(int dir_fd, const char *name, const char *temp,
    const struct sj_pack *content, mode_t mode)
{
	SJ_AUTO_CLOSE int fd = open_new(dir_fd, temp);
	int saved;

	if (fd < 0)
		return false;
	if (sj_atomic_file_write(fd, content->data, content->len) &&
	    fchmod(fd, mode) == 0 && fsync(fd) == 0 &&
	    renameat(dir_fd, temp, dir_fd, name) == 0)
		return fsync(dir_fd) == 0;
	saved = errno;
	(void)unlinkat(dir_fd, temp, 0);
	errno = saved;
	return false;
}

enum sj_reason
sj_atomic_file_store_if_new(const char *dir, const char *name,
    const struct sj_pack *content, mode_t mode, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int dir_fd = -1;
	char temp[NAME_MAX + 1];

	if (is_content(dir, name, content))
		return SJ_OK;
	(void)snprintf(temp, sizeof(temp), "%s" TEMP_SUFFIX, name);
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0 || !store(dir_fd, name, temp, content, mode))
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "%s/%s", dir, name);
	return SJ_OK;
}

/* What there is not to copy, or can't be had here, is no loss. */
static bool
copy_attribute(int from, int to, const char *name)
{
	char value[4096];
	ssize_t len = fgetxattr(from, name, value, sizeof(value));

	if (len < 0)
		return errno == ENODATA || errno == EOPNOTSUPP;
	return fsetxattr(to, name, value, (size_t)len, 0) == 0;
}

/* The owner first: it takes set-id bits away. */
static bool
copy_rights(int from, int to)
{
	struct stat st;

	return fstat(from, &st) == 0 && fchown(to, st.st_uid, st.st_gid) == 0 &&
	       fchmod(to, st.st_mode & 07777) == 0 &&
	       copy_attribute(from, to, "system.posix_acl_access") &&
	       copy_attribute(from, to, "security.selinux");
}

enum sj_reason
sj_atomic_file_prepare(const char *path, const char *new_path, const char *text,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int from = open(
	    path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	SJ_AUTO_CLOSE int to = -1;
	enum sj_reason reason;

	if (from < 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno, "%s", path);
	to = open_new(AT_FDCWD, new_path);
	if (to >= 0 &&
	    sj_atomic_file_write(to, (const void *)text, strlen(text)) &&
	    copy_rights(from, to) && fsync(to) == 0)
		return SJ_OK;
	reason = sj_fault_set(fault, SJ_SYSTEM_ERROR, errno, "%s", new_path);
	(void)unlink(new_path);
	return reason;
}

enum sj_reason
sj_atomic_file_commit(
    const char *path, const char *new_path, struct sj_fault *fault)
{
	SJ_AUTO_FREE char *dir = strdup(path);
	SJ_AUTO_CLOSE int dir_fd = -1;

	if (dir != NULL) {
		*strrchr(dir, '/') = '\0';
		dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (dir_fd < 0 || rename(new_path, path) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno, "%s", path);
	/* In force now, whatever becomes of the directory's entry. */
	(void)fsync(dir_fd);
	return SJ_OK;
}

static bool
read_all(int fd, char *text, size_t len)
{
	size_t used = 0;
	ssize_t got;

	while (used < len) {
		got = read(fd, text + used, len - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0)
			break;
		used += (size_t)got;
	}
	text[used] = '\0';
	return true;
}

enum sj_reason
sj_atomic_file_load(const char *dir, const char *name, size_t max,
    char **ret_text, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int dir_fd = -1;
	SJ_AUTO_CLOSE int fd = -1;
	SJ_AUTO_FREE char *text = NULL;
	struct stat st;

	*ret_text = NULL;
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd >= 0)
		fd = openat(dir_fd, name,
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 && errno == ENOENT)
		return SJ_OK;
	if (fd < 0 || fstat(fd, &st) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "%s/%s", dir, name);
	/* Not what we wrote: as good as none. */
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > max)
		return SJ_OK;
	text = malloc((size_t)st.st_size + 1);
	if (text == NULL || !read_all(fd, text, (size_t)st.st_size))
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "%s/%s", dir, name);
	*ret_text = text;
	text = NULL;
	return SJ_OK;
}
