/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "name.h"

const struct sj_path_rule sj_path_rule_root = {
    .missing = SJ_ROOT_MISSING,
    .not_directory = SJ_ROOT_NOT_DIRECTORY,
    .symlink = SJ_ROOT_SYMLINK,
    .owner = SJ_ROOT_OWNER,
    .mode = SJ_ROOT_MODE,
    .root_fd = -1,
};

const struct sj_path_rule sj_path_rule_mount = {
    .missing = SJ_MOUNT_MISSING,
    .not_directory = SJ_MOUNT_UNSAFE,
    .symlink = SJ_MOUNT_UNSAFE,
    .owner = SJ_MOUNT_UNSAFE,
    .mode = SJ_MOUNT_UNSAFE,
    .is_last_any = true,
    .root_fd = -1,
};

#define DIRECTORY_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* The walk, and the name of the directory that it has reached. */
struct walk {
	const struct sj_path_rule *rule;
	struct sj_fault *fault;
	enum sj_reason reason; /* the first bad component's */
	size_t len;
	char path[SJ_PATH_SIZE];
};

static void
visit(const struct walk *walk, const struct stat *st, enum sj_reason reason)
{
	struct sj_path_step step = {
	    .path = walk->path,
	    .st = st,
	    .reason = reason,
	};

	if (walk->rule->visit != NULL)
		walk->rule->visit(walk->rule->context, &step);
}

static const char *
type_name(mode_t mode)
{
	if (S_ISLNK(mode))
		return "a symbolic link";
	if (S_ISREG(mode))
		return "a file";
	if (S_ISFIFO(mode))
		return "a FIFO";
	if (S_ISSOCK(mode))
		return "a socket";
	return S_ISDIR(mode) ? "a directory" : "a device";
}

/* Only the first fault of a walk is its reason; later ones are only shown. */
static void
note(struct walk *walk, const struct stat *st, enum sj_reason reason,
    int sys_errno, const char *text)
{
	if (walk->reason == SJ_OK)
		walk->reason = sj_fault_set(
		    walk->fault, reason, sys_errno, "%s%s", walk->path, text);
	visit(walk, st, reason);
}

static void
note_mode(struct walk *walk, const struct stat *st)
{
	unsigned mode = (unsigned)st->st_mode & 07777u;

	if (walk->reason == SJ_OK)
		walk->reason = sj_fault_set(walk->fault, walk->rule->mode, 0,
		    "%s is mode %04o, want %04o", walk->path, mode,
		    mode & ~0022u);
	visit(walk, st, walk->rule->mode);
}

static void
note_owner(struct walk *walk, const struct stat *st)
{
	if (walk->reason == SJ_OK)
		walk->reason = sj_fault_set(walk->fault, walk->rule->owner, 0,
		    "%s is owned by uid %u, want %u", walk->path,
		    (unsigned)st->st_uid, (unsigned)walk->rule->uid);
	visit(walk, st, walk->rule->owner);
}

static void
judge(struct walk *walk, const struct stat *st, bool is_last)
{
	if (is_last && walk->rule->is_last_any)
		visit(walk, st, SJ_OK);
	else if (st->st_uid != walk->rule->uid)
		note_owner(walk, st);
	else if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		note_mode(walk, st);
	else
		visit(walk, st, SJ_OK);
}

/* A component that could not be opened as a directory: say what it is. */
static void
note_unopened(struct walk *walk, int parent, const char *name, int sys_errno)
{
	const struct sj_path_rule *rule = walk->rule;
	struct stat st;
	char text[64];
	bool is_link;

	if (sys_errno == ENOENT) {
		note(walk, NULL, rule->missing, 0, " does not exist");
		return;
	}
	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    S_ISDIR(st.st_mode)) {
		note(walk, NULL, SJ_SYSTEM_ERROR, sys_errno, "");
		return;
	}
	is_link = S_ISLNK(st.st_mode);
	(void)snprintf(text, sizeof(text), " is %s, want a directory",
	    type_name(st.st_mode));
	note(walk, &st, is_link ? rule->symlink : rule->not_directory, 0, text);
}

/* mkdirat(2) obeys the umask: the mode is set on what was then opened. */
static int
make_directory(int parent, const char *name)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct stat st;

	/* Another login may have been quicker: its mode is its own affair. */
	if (mkdirat(parent, name, 0700) != 0)
		return errno == EEXIST ? openat(parent, name, DIRECTORY_FLAGS)
				       : -1;
	fd = openat(parent, name, O_RDONLY | (DIRECTORY_FLAGS & ~O_PATH));
	if (fd < 0 || fstat(fd, &st) != 0)
		return -1;
	if (st.st_uid != geteuid()) {
		errno = EPERM;
		return -1;
	}
	if (fchown(fd, (uid_t)-1, 0) != 0 && geteuid() == 0)
		return -1;
	if (fchmod(fd, 0755) != 0)
		return -1;
	return openat(parent, name, DIRECTORY_FLAGS);
}

static int
open_component(const struct walk *walk, int parent, const char *name)
{
	int fd = openat(parent, name, DIRECTORY_FLAGS);

	/* Nothing is made below a component that was found bad. */
	if (fd < 0 && errno == ENOENT && walk->rule->is_create &&
	    walk->reason == SJ_OK)
		fd = make_directory(parent, name);
	return fd;
}

static bool
is_too_long(const struct walk *walk, size_t len)
{
	return len > NAME_MAX || len + 2 > sizeof(walk->path) - walk->len;
}

/*
 * Steps into the next component of *path, from start where *fd is -1; false at
 * a dead end.
 */
static bool
step_into(struct walk *walk, const char **path, int start, int *fd)
{
	const int parent = *fd >= 0 ? *fd : start;
	size_t len = strcspn(*path, "/");
	char *name = walk->path + walk->len;
	struct stat st;
	int next;

	if (is_too_long(walk, len)) {
		note(walk, NULL, SJ_SYSTEM_ERROR, ENAMETOOLONG, "");
		return false;
	}
	if (walk->len > 1)
		*name++ = '/';
	memcpy(name, *path, len);
	name[len] = '\0';
	walk->len = (size_t)(name - walk->path) + len;
	*path += len;
	*path += strspn(*path, "/");
	next = open_component(walk, parent, name);
	if (next < 0) {
		note_unopened(walk, parent, name, errno);
		return false;
	}
	sj_cleanup_close(fd);
	*fd = next;
	if (fstat(next, &st) != 0) {
		note(walk, NULL, SJ_SYSTEM_ERROR, errno, "");
		return false;
	}
	judge(walk, &st, **path == '\0');
	return true;
}

enum sj_reason
sj_path_open(const char *path, const struct sj_path_rule *rule, int *ret_fd,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct walk walk = {
	    .rule = rule,
	    .fault = fault,
	    .len = 1,
	    .path = "/",
	};
	struct stat st;
	int start = -1;

	if (path[0] != '/')
		return sj_fault_set(fault, rule->missing, 0,
		    "\"%s\" is no absolute path", path);
	path += strspn(path, "/");
	/* root_fd serves as it is, unless it is what is wanted. */
	if (rule->root_fd < 0)
		fd = open("/", DIRECTORY_FLAGS);
	else if (*path == '\0')
		fd = openat(rule->root_fd, ".", DIRECTORY_FLAGS);
	else
		start = rule->root_fd;
	if ((fd < 0 && start < 0) || fstat(fd >= 0 ? fd : start, &st) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno, "/");
	judge(&walk, &st, *path == '\0');
	while (*path != '\0' && step_into(&walk, &path, start, &fd))
		;
	if (walk.reason == SJ_OK)
		*ret_fd = sj_take_fd(&fd);
	return walk.reason;
}

bool
sj_path_is_place_safe(
    const struct stat *st, uid_t root, uid_t user, bool is_last)
{
	if (st->st_uid != root && st->st_uid != user)
		return false;
	return is_last || (st->st_mode & (S_IWGRP | S_IWOTH)) == 0 ||
	       (st->st_mode & S_ISVTX) != 0;
}

bool
sj_path_is_half_made(const struct stat *st, uid_t root, uid_t owner)
{
	/* mkdir(2) takes the set-group-ID bit over from the parent. */
	return (st->st_mode & 05777) == SJ_PATH_HALF_MADE &&
	       (st->st_uid == root || st->st_uid == owner);
}

static enum sj_reason
judge_place(int fd, const char *path, const uid_t *user, bool is_last,
    struct sj_fault *fault)
{
	struct stat st;

	if (user == NULL)
		return SJ_OK;
	if (fstat(fd, &st) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "%s in the jail", path);
	if (sj_path_is_place_safe(&st, 0, *user, is_last))
		return SJ_OK;
	return sj_fault_set(fault, SJ_MOUNT_UNSAFE, 0,
	    "others could take the place of %s in the jail away", path);
}

/* user: NULL, or what is on the way is judged. */
static enum sj_reason
open_inside(int root_fd, const char *path, enum sj_reason missing,
    const uid_t *user, int *ret_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	const char *p = path + strspn(path, "/");
	enum sj_reason reason;
	char name[NAME_MAX + 1];
	size_t len;
	int next;

	reason = judge_place(root_fd, path, user, *p == '\0', fault);
	/* Otherwise root_fd serves as it is. */
	if (reason == SJ_OK && *p == '\0') {
		fd = openat(root_fd, ".", DIRECTORY_FLAGS);
		if (fd < 0)
			return sj_fault_set(
			    fault, SJ_SYSTEM_ERROR, errno, "the jail's root");
	}
	while (reason == SJ_OK && *p != '\0') {
		len = strcspn(p, "/");
		if (len >= sizeof(name))
			return sj_fault_set(fault, missing, ENAMETOOLONG,
			    "%s in the jail", path);
		memcpy(name, p, len);
		name[len] = '\0';
		next = openat(fd >= 0 ? fd : root_fd, name, DIRECTORY_FLAGS);
		if (next < 0)
			return sj_fault_set(fault, missing, errno,
			    "%s in the jail, at \"%s\"", path, name);
		sj_cleanup_close(&fd);
		fd = next;
		p += len;
		p += strspn(p, "/");
		reason = judge_place(fd, path, user, *p == '\0', fault);
	}
	if (reason == SJ_OK)
		*ret_fd = sj_take_fd(&fd);
	return reason;
}

enum sj_reason
sj_path_open_inside(int root_fd, const char *path, enum sj_reason missing,
    int *ret_fd, struct sj_fault *fault)
{
	return open_inside(root_fd, path, missing, NULL, ret_fd, fault);
}

enum sj_reason
sj_path_open_place(int root_fd, const char *path, uid_t user, int *ret_fd,
    struct sj_fault *fault)
{
	return open_inside(
	    root_fd, path, SJ_MOUNT_UNSAFE, &user, ret_fd, fault);
}
