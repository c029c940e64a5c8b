/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "confine_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "flock.h"
#include "path.h"

#define OPEN_FLAGS (O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY)

static bool
is_empty(int fd)
{
	SJ_AUTO_CLOSE int copy = openat(fd, ".", O_RDONLY | OPEN_FLAGS);
	const struct dirent *entry;
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	bool is_good = true;

	if (dir == NULL)
		return false;
	(void)sj_take_fd(&copy);
	while (errno = 0, is_good && (entry = readdir(dir)) != NULL)
		is_good = strcmp(entry->d_name, ".") == 0 ||
			  strcmp(entry->d_name, "..") == 0;
	is_good = is_good && errno == 0;
	(void)closedir(dir);
	return is_good;
}

/*
 * Opens what mkdirat(2) has made.  Who may write the parent could have put
 * another directory in its place, to be given it.  An empty one of root's on
 * the same file system is all he gets, and that he could have removed and made
 * anew himself; or one that was his.
 */
static enum sj_reason
open_fresh(int parent_fd, const char *name,
    const struct sj_confine_tree_want *want, int *ret_fd,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = openat(parent_fd, name, O_RDONLY | OPEN_FLAGS);
	struct stat st, parent;

	if (fd < 0 || fstat(fd, &st) != 0 || fstat(parent_fd, &parent) != 0)
		return sj_fault_set(fault, want->unsafe, errno,
		    "open the new directory \"%s\" in the jail", name);
	if (!sj_path_is_half_made(&st, 0, want->uid) ||
	    st.st_dev != parent.st_dev || !is_empty(fd))
		return sj_fault_set(fault, want->unsafe, 0,
		    "the new directory \"%s\" in the jail was replaced", name);
	*ret_fd = sj_take_fd(&fd);
	return SJ_OK;
}

/* The mode comes last: until then others see that it is half made. */
static enum sj_reason
finish_directory(int parent_fd, const char *name,
    const struct sj_confine_tree_want *want, int *ret_fd,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason;

	reason = open_fresh(parent_fd, name, want, &fd, fault);
	if (reason != SJ_OK)
		return reason;
	if (fchown(fd, want->uid, want->gid) != 0 ||
	    fchmod(fd, want->mode) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "give the directory \"%s\" in the jail away", name);
	*ret_fd = sj_take_fd(&fd);
	return SJ_OK;
}

/* Left by a login that was killed while it made it. */
static bool
is_left_half_made(int fd, uid_t uid)
{
	struct stat st;

	return fstat(fd, &st) == 0 && sj_path_is_half_made(&st, 0, uid) &&
	       is_empty(fd);
}

/* Opens one component, which is made if it is not there. */
static enum sj_reason
open_or_make(int parent_fd, const char *name,
    const struct sj_confine_tree_want *want, int *ret_fd,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = openat(parent_fd, name, O_PATH | OPEN_FLAGS);

	if (fd < 0 && errno != ENOENT)
		return sj_fault_set(
		    fault, want->unsafe, errno, "\"%s\" in the jail", name);
	if (fd < 0 && mkdirat(parent_fd, name, SJ_PATH_HALF_MADE) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "make the directory \"%s\" in the jail", name);
	if (fd < 0 || is_left_half_made(fd, want->uid))
		return finish_directory(parent_fd, name, want, ret_fd, fault);
	*ret_fd = sj_take_fd(&fd);
	return SJ_OK;
}

/* Steps to the next component of *path. */
static enum sj_reason
step_into(int *fd, const char **path, const struct sj_confine_tree_want *want,
    struct sj_fault *fault)
{
	const struct sj_confine_tree_want above = {
	    .mode = 0755, .unsafe = want->unsafe};
	SJ_AUTO_CLOSE int next = -1;
	char name[NAME_MAX + 1];
	size_t len = strcspn(*path, "/");
	enum sj_reason reason;

	if (len >= sizeof(name))
		return sj_fault_set(fault, want->unsafe, ENAMETOOLONG,
		    "\"%s\" in the jail", *path);
	memcpy(name, *path, len);
	name[len] = '\0';
	*path += len;
	*path += strspn(*path, "/");
	reason = open_or_make(
	    *fd, name, **path == '\0' ? want : &above, &next, fault);
	if (reason != SJ_OK)
		return reason;
	(void)close(*fd);
	*fd = sj_take_fd(&next);
	return SJ_OK;
}

enum sj_reason
sj_confine_tree_open(int base_fd, const char *path,
    const struct sj_confine_tree_want *want, int *ret_fd,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = openat(base_fd, ".", O_PATH | OPEN_FLAGS);
	const char *rest = path + strspn(path, "/");
	enum sj_reason reason = SJ_OK;

	if (fd < 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "open where %s in the jail lies", path);
	while (reason == SJ_OK && *rest != '\0')
		reason = step_into(&fd, &rest, want, fault);
	if (reason == SJ_OK)
		*ret_fd = sj_take_fd(&fd);
	return reason;
}

static enum sj_reason
make_writable(int base_fd, const char *path,
    const struct sj_confine_tree_want *want, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason;
	struct stat st;

	reason = sj_confine_tree_open(base_fd, path, want, &fd, fault);
	if (reason != SJ_OK)
		return reason;
	if (fstat(fd, &st) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "%s in the jail", path);
	if (st.st_uid != want->uid)
		return sj_fault_set(fault, SJ_WRITABLE_UNSAFE, 0,
		    "%s in the jail is owned by uid %lu, want %lu", path,
		    (unsigned long)st.st_uid, (unsigned long)want->uid);
	return SJ_OK;
}

/* True if it is there as it should be. */
static bool
is_writable_there(int base_fd, const char *path, uid_t uid)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct stat st;

	return sj_path_open_inside(
		   base_fd, path, SJ_WRITABLE_UNSAFE, &fd, NULL) == SJ_OK &&
	       fstat(fd, &st) == 0 && st.st_uid == uid &&
	       !sj_path_is_half_made(&st, 0, uid);
}

/* Where a writable directory lies: in the root, or in what a mount shows. */
static int
find_base(const struct sj_jail *jail, const struct sj_jailmounts *mounts,
    int root_fd, const char *path, const char **ret_rest)
{
	int mount = sj_jailmount_find(jail, mounts->shown, path, ret_rest);

	return mount == SJ_JAILMOUNT_NONE ? root_fd : mounts->fds[mount];
}

enum sj_reason
sj_confine_tree_make(const struct sj_jail *jail,
    const struct sj_jailmounts *mounts, int root_fd, int lock_fd,
    const struct sj_confine_tree_want *want, struct sj_fault *fault)
{
	const char *path = jail->writable.first, *rest;
	enum sj_reason reason = SJ_OK;
	bool is_locked = false;
	uint32_t i;
	int base_fd;

	for (i = 0; reason == SJ_OK && i < jail->writable.count; i++) {
		base_fd = find_base(jail, mounts, root_fd, path, &rest);
		if (!is_writable_there(base_fd, rest, want->uid)) {
			if (!is_locked)
				reason = sj_flock_take(
				    lock_fd, "the jail's root", fault);
			is_locked = reason == SJ_OK;
			if (is_locked)
				reason =
				    make_writable(base_fd, rest, want, fault);
		}
		path = sj_strings_next(path);
	}
	if (is_locked)
		sj_flock_release(lock_fd);
	return reason;
}

static enum sj_reason
open_placeholder(
    int parent_fd, const char *path, int *ret_fd, struct sj_fault *fault)
{
	const char *name = strrchr(path, '/') + 1;
	const int flags = O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW;
	SJ_AUTO_CLOSE int made = -1, fd = -1;
	struct stat st;

	fd = openat(parent_fd, name, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT) {
		made = openat(parent_fd, name, flags, 0644);
		/* By now the process has the group of the user. */
		if (made >= 0 ? fchown(made, 0, 0) != 0 : errno != EEXIST)
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
			    "make the placeholder %s in the jail", path);
		fd = openat(parent_fd, name, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	}
	if (fd < 0 || fstat(fd, &st) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "open the placeholder %s in the jail", path);
	if (S_ISLNK(st.st_mode))
		return sj_fault_set(fault, SJ_ROOT_SYMLINK, 0,
		    "%s in the jail is a symbolic link, want a file", path);
	if (!S_ISREG(st.st_mode) && !S_ISSOCK(st.st_mode) &&
	    !S_ISCHR(st.st_mode))
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s in the jail is no file that could be covered", path);
	*ret_fd = sj_take_fd(&fd);
	return SJ_OK;
}

enum sj_reason
sj_confine_tree_placeholder(
    int root_fd, const char *path, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int parent_fd = -1;
	struct sj_path_rule rule = sj_path_rule_root;
	char parent[SJ_PATH_SIZE] = "/";
	enum sj_reason reason;
	size_t len = (size_t)(strrchr(path, '/') - path);

	if (len > 0) {
		memcpy(parent, path, len);
		parent[len] = '\0';
	}
	rule.root_fd = root_fd;
	rule.is_create = true;
	reason = sj_path_open(parent, &rule, &parent_fd, fault);
	if (reason != SJ_OK)
		return reason;
	return open_placeholder(parent_fd, path, ret_fd, fault);
}
