/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "populate.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "atomic_file.h"
#include "cleanup.h"
#include "path.h"

#define NULL_DEVICE makedev(1, 3) /* devices.txt of Linux */
#define PIECE 65536

/* The directory of a path in the jail. */
static void
parent_of(const char *path, char ret_parent[SJ_PATH_SIZE])
{
	(void)snprintf(ret_parent, SJ_PATH_SIZE, "%.*s",
	    (int)(strrchr(path, '/') - path), path);
	if (ret_parent[0] == '\0')
		memcpy(ret_parent, "/", sizeof("/"));
}

static bool
read_whole(int fd, unsigned char *bytes, size_t len)
{
	size_t used = 0;
	ssize_t got = 1;

	while (used < len && got != 0) {
		got = read(fd, bytes + used, len - used);
		if (got < 0 && errno != EINTR)
			return false;
		if (got > 0)
			used += (size_t)got;
	}
	return used == len;
}

/* Is the one line of wanted one of the lines of text?  None always is. */
static bool
has_line(const char *text, const struct sj_pack *wanted)
{
	const char *line = (const char *)wanted->data;

	while (text != NULL && wanted->len > 0 &&
	       strncmp(text, line, wanted->len) != 0) {
		text = strchr(text, '\n');
		if (text != NULL)
			text++;
	}
	return text != NULL;
}

static bool
is_content(int dir_fd, const char *name, const struct sj_populate_item *item,
    const struct stat *st)
{
	SJ_AUTO_CLOSE int fd =
	    openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);
	size_t size = (size_t)st->st_size;
	SJ_AUTO_FREE char *bytes = malloc(size + 1);

	if (fd < 0 || bytes == NULL ||
	    !read_whole(fd, (unsigned char *)bytes, size))
		return false;
	bytes[size] = '\0';
	if (item->is_partial)
		return has_line(bytes, item->content);
	return size == item->content->len &&
	       (size == 0 || memcmp(bytes, item->content->data, size) == 0);
}

static mode_t
mode_of(const struct sj_populate_item *item, const struct stat *source)
{
	return source != NULL && (source->st_mode & 0111) == 0 ? 0644
							       : item->mode;
}

static bool
is_copy(const struct sj_populate_item *item, const struct stat *st)
{
	struct stat source;

	return stat(item->source, &source) == 0 &&
	       (st->st_mode & 07777) == mode_of(item, &source) &&
	       st->st_size == source.st_size &&
	       st->st_mtim.tv_sec == source.st_mtim.tv_sec &&
	       st->st_mtim.tv_nsec == source.st_mtim.tv_nsec;
}

static bool
is_fresh(int dir_fd, const char *name, const struct sj_populate_item *item,
    const struct stat *st)
{
	if (st->st_uid != 0 || st->st_gid != 0)
		return false;
	if (item->source != NULL)
		return S_ISREG(st->st_mode) && is_copy(item, st);
	if ((st->st_mode & 07777) != item->mode)
		return false;
	if (item->content != NULL)
		return S_ISREG(st->st_mode) &&
		       is_content(dir_fd, name, item, st);
	return S_ISCHR(st->st_mode) && st->st_rdev == NULL_DEVICE;
}

enum sj_populate_state
sj_populate_judge(int root_fd, const struct sj_populate_item *item)
{
	const char *name = strrchr(item->path, '/') + 1;
	SJ_AUTO_CLOSE int dir_fd = -1;
	char parent[SJ_PATH_SIZE];
	struct stat st;

	parent_of(item->path, parent);
	if (sj_path_open_inside(
		root_fd, parent, SJ_MOUNT_MISSING, &dir_fd, NULL) != SJ_OK ||
	    fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return SJ_POPULATE_MISSING;
	return is_fresh(dir_fd, name, item, &st) ? SJ_POPULATE_FRESH
						 : SJ_POPULATE_STALE;
}

/* With the time of the source: by that it is known to be fresh. */
static bool
copy(int fd, const struct sj_populate_item *item, mode_t *ret_mode)
{
	SJ_AUTO_CLOSE int in = open(item->source, O_RDONLY | O_CLOEXEC);
	SJ_AUTO_FREE unsigned char *bytes = malloc(PIECE);
	struct timespec times[2];
	struct stat st;
	ssize_t got;

	if (in < 0 || bytes == NULL || fstat(in, &st) != 0)
		return false;
	do {
		got = read(in, bytes, PIECE);
		if (got < 0 && errno != EINTR)
			return false;
		if (got > 0 && !sj_atomic_file_write(fd, bytes, (size_t)got))
			return false;
	} while (got != 0);
	*ret_mode = mode_of(item, &st);
	times[0] = times[1] = st.st_mtim;
	return futimens(fd, times) == 0;
}

static bool
fill(int fd, const struct sj_populate_item *item)
{
	mode_t mode = item->mode;

	if (item->source != NULL ? !copy(fd, item, &mode)
				 : !sj_atomic_file_write(fd,
				       item->content->data, item->content->len))
		return false;
	return fchown(fd, 0, 0) == 0 && fchmod(fd, mode) == 0 && fsync(fd) == 0;
}

static bool
make(int dir_fd, const char *temp, const struct sj_populate_item *item)
{
	SJ_AUTO_CLOSE int fd = -1;

	if (item->source == NULL && item->content == NULL)
		return mknodat(dir_fd, temp, S_IFCHR | 0600, NULL_DEVICE) ==
			   0 &&
		       fchownat(dir_fd, temp, 0, 0, AT_SYMLINK_NOFOLLOW) == 0 &&
		       fchmodat(dir_fd, temp, item->mode, 0) == 0;
	fd = openat(dir_fd, temp,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd >= 0 && fill(fd, item);
}

enum sj_reason
sj_populate_put(
    int root_fd, const struct sj_populate_item *item, struct sj_fault *fault)
{
	const char *name = strrchr(item->path, '/') + 1;
	struct sj_path_rule rule = sj_path_rule_root;
	SJ_AUTO_CLOSE int path_fd = -1, dir_fd = -1;
	char temp[NAME_MAX + 1], parent[SJ_PATH_SIZE];
	struct sj_fault way;
	int error;

	parent_of(item->path, parent);
	rule.root_fd = root_fd;
	rule.is_create = true;
	if (sj_path_open(parent, &rule, &path_fd, &way) != SJ_OK)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, 0, "in the jail: %s", way.where);
	dir_fd = openat(path_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (snprintf(temp, sizeof(temp), ".%s.sftpjail", name) >=
	    (int)sizeof(temp))
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, ENAMETOOLONG, "%s", item->path);
	(void)unlinkat(dir_fd, temp, 0);
	if (make(dir_fd, temp, item) &&
	    renameat(dir_fd, temp, dir_fd, name) == 0 && fsync(dir_fd) == 0)
		return SJ_OK;
	error = errno;
	(void)unlinkat(dir_fd, temp, 0);
	return sj_fault_set(
	    fault, SJ_SYSTEM_ERROR, error, "put %s into the jail", item->path);
}
