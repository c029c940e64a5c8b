/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "jailroot_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cleanup.h"

#define DIRECTORY_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* Opens one component; *ret_st is filled where something is there. */
static enum sj_jailroot_found
open_component(int parent, const char *name, int *ret_fd, struct stat *ret_st)
{
	int fd = openat(parent, name, DIRECTORY_FLAGS);

	if (fd >= 0 && fstat(fd, ret_st) == 0) {
		*ret_fd = fd;
		return SJ_JAILROOT_FOUND_DIRECTORY;
	}
	if (fd >= 0)
		(void)close(fd);
	else if (errno == ENOENT)
		return SJ_JAILROOT_FOUND_NOTHING;
	else if (fstatat(parent, name, ret_st, AT_SYMLINK_NOFOLLOW) == 0 &&
		 !S_ISDIR(ret_st->st_mode))
		return SJ_JAILROOT_FOUND_OTHER;
	return SJ_JAILROOT_FOUND_ERROR;
}

/* Shows one component of a walk by what was found there. */
static void
show_component(struct sj_jailroot_check *check,
    const struct sj_jailroot_walk *walk, const char *prefix,
    enum sj_jailroot_found found, const struct stat *st)
{
	bool is_there = found == SJ_JAILROOT_FOUND_DIRECTORY ||
			found == SJ_JAILROOT_FOUND_UNSAFE ||
			found == SJ_JAILROOT_FOUND_OTHER;

	check->is_place = walk->is_place;
	sj_jailroot_show(check,
	    sj_jailroot_host_path_in(check, walk->mount, prefix),
	    is_there ? st : NULL,
	    found == SJ_JAILROOT_FOUND_DIRECTORY ? SJ_OK : walk->reason,
	    found == SJ_JAILROOT_FOUND_NOTHING && walk->is_to_make);
	check->is_place = false;
}

/* What follows from a component that was opened, or that is not there. */
static enum sj_jailroot_found
judge_component(const struct sj_jailroot_check *check,
    const struct sj_jailroot_walk *walk, int parent_fd,
    enum sj_jailroot_found found, const struct stat *st, bool is_last)
{
	struct statvfs fs;

	if (found == SJ_JAILROOT_FOUND_DIRECTORY && walk->is_place &&
	    !sj_path_is_place_safe(
		st, check->host->uid, check->user->uid, is_last))
		return SJ_JAILROOT_FOUND_UNSAFE;
	if (found == SJ_JAILROOT_FOUND_NOTHING && walk->is_to_make &&
	    fstatvfs(parent_fd, &fs) == 0 && (fs.f_flag & ST_RDONLY) != 0)
		return SJ_JAILROOT_FOUND_READ_ONLY;
	return found;
}

static enum sj_jailroot_found
walk_from(struct sj_jailroot_check *check, const struct sj_jailroot_walk *walk,
    int base_fd, struct stat *ret_st)
{
	SJ_AUTO_CLOSE int own_fd = -1;
	enum sj_jailroot_found found = SJ_JAILROOT_FOUND_DIRECTORY;
	char prefix[SJ_PATH_SIZE] = "";
	const char *path = walk->rest, *end = path, *name;
	int fd = base_fd, next;

	if (fstat(fd, ret_st) != 0)
		return SJ_JAILROOT_FOUND_ERROR;
	found = judge_component(check, walk, fd, found, ret_st, *end == '\0');
	while (found == SJ_JAILROOT_FOUND_DIRECTORY &&
	       end[strspn(end, "/")] != '\0') {
		end += strspn(end, "/");
		name = prefix + (end - path);
		end += strcspn(end, "/");
		memcpy(prefix, path, (size_t)(end - path));
		prefix[end - path] = '\0';
		next = -1;
		found = open_component(fd, name, &next, ret_st);
		found = judge_component(
		    check, walk, fd, found, ret_st, *end == '\0');
		if (next >= 0) {
			sj_cleanup_close(&own_fd);
			own_fd = fd = next;
		}
		/* The last one the caller judges. */
		if (found != SJ_JAILROOT_FOUND_DIRECTORY || *end != '\0')
			show_component(check, walk, prefix, found, ret_st);
	}
	if (found == SJ_JAILROOT_FOUND_UNSAFE && prefix[0] == '\0')
		show_component(check, walk, prefix, found, ret_st);
	return found;
}

enum sj_jailroot_found
sj_jailroot_walk(struct sj_jailroot_check *check,
    const struct sj_jailroot_walk *walk, struct stat *ret_st)
{
	int base_fd = check->root_fd;

	(void)sj_jailroot_host_path_in(check, walk->mount, walk->rest);
	if (walk->mount != SJ_JAILMOUNT_NONE) {
		if ((check->mounts.bad >> walk->mount & 1) != 0)
			return SJ_JAILROOT_FOUND_BAD;
		base_fd = check->mounts.fds[walk->mount];
	} else if (check->jail->is_virtual) {
		return sj_jailmount_leads(check->jail, check->mounts.shown,
			   walk->rest[0] == '\0' ? "/" : walk->rest)
			   ? SJ_JAILROOT_FOUND_MEMORY
			   : SJ_JAILROOT_FOUND_NOTHING;
	}
	if (base_fd < 0)
		return SJ_JAILROOT_FOUND_NOTHING;
	return walk_from(check, walk, base_fd, ret_st);
}

static struct sj_jailroot_walk
walk_of(const struct sj_jailroot_check *check, const char *path,
    enum sj_reason reason, bool is_to_make)
{
	struct sj_jailroot_walk walk = {
	    .reason = reason,
	    .is_to_make = is_to_make,
	};

	walk.mount = sj_jailmount_find(
	    check->jail, check->mounts.shown, path, &walk.rest);
	return walk;
}

static enum sj_reason
judge_owner(struct sj_jailroot_check *check, const struct stat *st,
    struct sj_fault *fault)
{
	bool is_good =
	    st->st_uid == check->user->uid ||
	    sj_path_is_half_made(st, check->host->uid, check->user->uid);

	sj_jailroot_show(check, check->path, st,
	    is_good ? SJ_OK : SJ_WRITABLE_UNSAFE, false);
	if (is_good)
		return SJ_OK;
	return sj_fault_set(fault, SJ_WRITABLE_UNSAFE, 0,
	    "%s is owned by uid %lu, want %lu", check->path,
	    (unsigned long)st->st_uid, (unsigned long)check->user->uid);
}

static enum sj_reason
check_writable(
    struct sj_jailroot_check *check, const char *path, struct sj_fault *fault)
{
	const struct sj_jailroot_walk walk =
	    walk_of(check, path, SJ_WRITABLE_UNSAFE, true);
	enum sj_jailroot_found found;
	struct stat st;

	if (sj_jailroot_is_over_placeholder(
		check->jail, check->user, check->host->server, path))
		return sj_fault_set(fault, SJ_WRITABLE_UNSAFE, 0,
		    "%s is in the way of the login shell, dev/log or "
		    "sftp_server",
		    sj_jailroot_host_path(check, path));
	if (check->jail->is_virtual && walk.mount == SJ_JAILMOUNT_NONE)
		return sj_fault_set(fault, SJ_WRITABLE_UNSAFE, 0,
		    "%s lies in no mount, and a virtual root keeps nothing",
		    path);
	found = sj_jailroot_walk(check, &walk, &st);
	switch (found) {
	case SJ_JAILROOT_FOUND_NOTHING:
	case SJ_JAILROOT_FOUND_MEMORY:
	case SJ_JAILROOT_FOUND_BAD:
		return SJ_OK;
	case SJ_JAILROOT_FOUND_OTHER:
		return sj_fault_set(fault, SJ_WRITABLE_UNSAFE, 0,
		    "%s is %s on the way to %s, want a directory", check->path,
		    S_ISLNK(st.st_mode) ? "a symbolic link" : "no directory",
		    path);
	case SJ_JAILROOT_FOUND_DIRECTORY:
		(void)sj_jailroot_host_path(check, path);
		return judge_owner(check, &st, fault);
	case SJ_JAILROOT_FOUND_READ_ONLY:
		return sj_fault_set(fault, SJ_WRITABLE_UNSAFE, 0,
		    "%s can't be made, its file system is read-only",
		    check->path);
	case SJ_JAILROOT_FOUND_UNSAFE:
	case SJ_JAILROOT_FOUND_ERROR:
		break;
	}
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0, "%s can't be opened",
	    sj_jailroot_host_path(check, path));
}

void
sj_jailroot_check_writables(struct sj_jailroot_check *check)
{
	const struct sj_strings *list = &check->jail->writable;
	const char *path = list->first;
	struct sj_fault fault;
	enum sj_reason reason;
	uint32_t i;

	check->role = SJ_JAILROOT_WRITABLE;
	for (i = 0; i < list->count; i++, path = sj_strings_next(path)) {
		reason = check_writable(check, path, &fault);
		sj_jailroot_finish(check, reason,
		    reason == SJ_OK ? sj_jailroot_host_path(check, path)
				    : fault.where);
	}
}

/* Will a writable directory or the place of a mount be made at or below it? */
static bool
will_be_made(const struct sj_jailroot_check *check, const char *path)
{
	const struct sj_jail *jail = check->jail;
	const char *made = jail->writable.first;
	uint32_t i;

	for (i = 0; i < jail->writable.count; i++) {
		if (sj_jailroot_holds(path, made))
			return true;
		made = sj_strings_next(made);
	}
	return strcmp(path, "/") == 0 ||
	       sj_jailmount_leads(jail, check->mounts.shown, path);
}

static enum sj_reason
check_start(struct sj_jailroot_check *check, struct sj_fault *fault)
{
	const char *start = check->jail->start;
	const struct sj_jailroot_walk walk =
	    walk_of(check, start, SJ_START_MISSING, will_be_made(check, start));
	enum sj_jailroot_found found;
	struct stat st;

	found = sj_jailroot_walk(check, &walk, &st);
	(void)sj_jailroot_host_path(check, start);
	switch (found) {
	case SJ_JAILROOT_FOUND_DIRECTORY:
		if (strcmp(start, "/") != 0)
			sj_jailroot_show(check, check->path, &st, SJ_OK, false);
		return SJ_OK;
	case SJ_JAILROOT_FOUND_MEMORY:
	case SJ_JAILROOT_FOUND_BAD:
		return SJ_OK;
	case SJ_JAILROOT_FOUND_NOTHING:
		if (walk.is_to_make)
			return SJ_OK;
		return sj_fault_set(fault, SJ_START_MISSING, 0,
		    "%s does not exist", check->path);
	case SJ_JAILROOT_FOUND_READ_ONLY:
		return sj_fault_set(fault, SJ_START_MISSING, 0,
		    "%s does not exist, and its file system is read-only",
		    check->path);
	case SJ_JAILROOT_FOUND_OTHER:
		return sj_fault_set(fault, SJ_START_MISSING, 0,
		    "%s is no directory, or a symbolic link leads there",
		    check->path);
	case SJ_JAILROOT_FOUND_UNSAFE:
	case SJ_JAILROOT_FOUND_ERROR:
		break;
	}
	return sj_fault_set(
	    fault, SJ_SYSTEM_ERROR, 0, "%s can't be opened", check->path);
}

/*
 * sshd changes to the user's home once more, behind us, and keeps to start only
 * where the jail has no such directory.
 */
static bool
is_home_inside(struct sj_jailroot_check *check, char *ret_home)
{
	const struct sj_jailroot_visitor *visitor = check->visitor;
	const char *home = check->user->home;
	struct sj_jailroot_walk walk;
	enum sj_jailroot_found found;
	struct stat st;

	if (home == NULL || home[0] != '/' ||
	    !sj_jail_path_normalise(home, ret_home))
		return false;
	walk = walk_of(check, ret_home, SJ_START_MISSING, false);
	check->visitor = NULL;
	found = sj_jailroot_walk(check, &walk, &st);
	check->visitor = visitor;
	return found == SJ_JAILROOT_FOUND_DIRECTORY ||
	       found == SJ_JAILROOT_FOUND_MEMORY ||
	       (found == SJ_JAILROOT_FOUND_NOTHING &&
		   will_be_made(check, ret_home));
}

/*
 * No start is as good as the home to who has set none.  Out of line, as what is
 * shown.
 */
static __attribute__((noinline)) bool
warn_of_home(struct sj_jailroot_check *check)
{
	char home[SJ_PATH_SIZE], text[2 * SJ_PATH_SIZE];
	const char *start = check->jail->start;

	if (strcmp(start, "/") == 0 || !is_home_inside(check, home) ||
	    strcmp(start, home) == 0)
		return false;
	(void)snprintf(text, sizeof(text),
	    "sshd starts the session in the user's home, which the jail has, "
	    "too: %s",
	    home);
	sj_jailroot_warn(check, text);
	return true;
}

void
sj_jailroot_check_start(struct sj_jailroot_check *check)
{
	struct sj_fault fault;
	enum sj_reason reason;

	check->role = SJ_JAILROOT_START;
	reason = check_start(check, &fault);
	if (reason == SJ_OK && check->visitor != NULL && warn_of_home(check))
		return;
	sj_jailroot_finish(check, reason,
	    reason == SJ_OK ? sj_jailroot_host_path(check, check->jail->start)
			    : fault.where);
}
