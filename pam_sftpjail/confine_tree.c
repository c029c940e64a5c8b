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
 * Opens what mkdirat(2) has just made.  Who may write the parent could have put
 * another directory in its place, to be given it.  An empty one of root's on
 * the same file system is all he gets, and that he could have removed and made
 * anew himself.
 */
static enum sj_reason
open_fresh(int parent_fd, const char *name, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = openat(parent_fd, name, O_RDONLY | OPEN_FLAGS);
	struct stat st, parent;

	if (fd < 0 || fstat(fd, &st) != 0 || fstat(parent_fd, &parent) != 0)
		return sj_fault_set(fault, SJ_WRITABLE_UNSAFE, errno,
		    "open the new directory \"%s\" in the jail", name);
	if (st.st_uid != 0 || st.st_dev != parent.st_dev || !is_empty(fd))
		return sj_fault_set(fault, SJ_WRITABLE_UNSAFE, 0,
		    "the new directory \"%s\" in the jail was replaced", name);
	*ret_fd = sj_take_fd(&fd);
	return SJ_OK;
}

/* One directory to be made, or the one that is there by now. */
static enum sj_reason
make_directory(int parent_fd, const char *name, const struct stat *want,
    int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason;

	if (mkdirat(parent_fd, name, 0700) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "make the directory \"%s\" in the jail", name);
	reason = open_fresh(parent_fd, name, &fd, fault);
	if (reason != SJ_OK)
		return reason;
	if (fchown(fd, want->st_uid, want->st_gid) != 0 ||
	    fchmod(fd, want->st_mode) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "give the directory \"%s\" in the jail away", name);
	*ret_fd = sj_take_fd(&fd);
	return SJ_OK;
}

/* Steps to the next component of *path; want is for the last one. */
static enum sj_reason
step_into(
    int *fd, const char **path, const struct stat *want, struct sj_fault *fault)
{
	const struct stat parent = {.st_mode = 0755};
	SJ_AUTO_CLOSE int next = -1;
	char name[NAME_MAX + 1];
	size_t len = strcspn(*path, "/");
	enum sj_reason reason = SJ_OK;

	if (len >= sizeof(name))
		return sj_fault_set(fault, SJ_WRITABLE_UNSAFE, ENAMETOOLONG,
		    "\"%s\" in the jail", *path);
	memcpy(name, *path, len);
	name[len] = '\0';
	*path += len;
	*path += strspn(*path, "/");
	next = openat(*fd, name, O_PATH | OPEN_FLAGS);
	if (next < 0 && errno == ENOENT)
		reason = make_directory(
		    *fd, name, **path == '\0' ? want : &parent, &next, fault);
	else if (next < 0)
		reason = sj_fault_set(fault, SJ_WRITABLE_UNSAFE, errno,
		    "\"%s\" in the jail", name);
	if (reason != SJ_OK)
		return reason;
	(void)close(*fd);
	*fd = sj_take_fd(&next);
	return SJ_OK;
}

static enum sj_reason
make_writable(int root_fd, const char *path, const struct stat *want,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = openat(root_fd, ".", O_PATH | OPEN_FLAGS);
	const char *rest = path + strspn(path, "/");
	enum sj_reason reason = SJ_OK;
	struct stat st;

	if (fd < 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "open the jail's root");
	while (reason == SJ_OK && *rest != '\0')
		reason = step_into(&fd, &rest, want, fault);
	if (reason != SJ_OK)
		return reason;
	if (fstat(fd, &st) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "%s in the jail", path);
	if (st.st_uid != want->st_uid)
		return sj_fault_set(fault, SJ_WRITABLE_UNSAFE, 0,
		    "%s in the jail is owned by uid %lu, want %lu", path,
		    (unsigned long)st.st_uid, (unsigned long)want->st_uid);
	return SJ_OK;
}

/* True if it is there as it should be. */
static bool
is_writable_there(int root_fd, const char *path, uid_t uid)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct stat st;

	return sj_path_open_inside(
		   root_fd, path, SJ_WRITABLE_UNSAFE, &fd, NULL) == SJ_OK &&
	       fstat(fd, &st) == 0 && st.st_uid == uid;
}

enum sj_reason
sj_confine_tree_make(int root_fd, int lock_fd, const struct sj_jail *jail,
    const struct sj_jail_user *user, gid_t writable_gid, struct sj_fault *fault)
{
	const struct stat want = {
	    .st_uid = user->uid,
	    .st_gid = writable_gid,
	    .st_mode = (mode_t)jail->writable_mode,
	};
	const char *path = jail->writable.first;
	enum sj_reason reason = SJ_OK;
	bool is_locked = false;
	uint32_t i;

	for (i = 0; reason == SJ_OK && i < jail->writable.count; i++) {
		if (!is_writable_there(root_fd, path, user->uid)) {
			if (!is_locked)
				reason = sj_flock_take(
				    lock_fd, "the jail's root", fault);
			is_locked = reason == SJ_OK;
			if (is_locked)
				reason =
				    make_writable(root_fd, path, &want, fault);
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
	if (!S_ISREG(st.st_mode) && !S_ISSOCK(st.st_mode))
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
