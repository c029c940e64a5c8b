/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "jailroot_check.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"

#define DIRECTORY_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

enum found { FOUND_DIRECTORY, FOUND_NOTHING, FOUND_OTHER, FOUND_ERROR };

/* Opens one component; *ret_st is filled where something is there. */
static enum found
open_component(int parent, const char *name, int *ret_fd, struct stat *ret_st)
{
	int fd = openat(parent, name, DIRECTORY_FLAGS);

	if (fd >= 0 && fstat(fd, ret_st) == 0) {
		*ret_fd = fd;
		return FOUND_DIRECTORY;
	}
	if (fd >= 0)
		(void)close(fd);
	else if (errno == ENOENT)
		return FOUND_NOTHING;
	else if (fstatat(parent, name, ret_st, AT_SYMLINK_NOFOLLOW) == 0 &&
		 !S_ISDIR(ret_st->st_mode))
		return FOUND_OTHER;
	return FOUND_ERROR;
}

/*
 * Walks path inside the jail and shows each component but the root; those that
 * are not there as ones that will be made if is_to_make, else as `reason`.
 * ret_st is of the last component reached.
 */
static enum found
walk_inside(struct sj_jailroot_check *check, const char *path,
    enum sj_reason reason, bool is_to_make, struct stat *ret_st)
{
	SJ_AUTO_CLOSE int fd = openat(check->root_fd, ".", DIRECTORY_FLAGS);
	char prefix[SJ_PATH_SIZE];
	enum found found = fd < 0 ? FOUND_ERROR : FOUND_DIRECTORY;
	const char *end = path;
	const char *name;
	int next = -1;

	if (fd >= 0 && fstat(fd, ret_st) != 0)
		return FOUND_ERROR;
	while (found == FOUND_DIRECTORY && end[strspn(end, "/")] != '\0') {
		end += strspn(end, "/");
		name = prefix + (end - path);
		end += strcspn(end, "/");
		memcpy(prefix, path, (size_t)(end - path));
		prefix[end - path] = '\0';
		found = open_component(fd, name, &next, ret_st);
		if (found == FOUND_DIRECTORY) {
			(void)close(fd);
			fd = next;
			if (*end == '\0')
				break; /* the last one: the caller judges it */
		}
		sj_jailroot_show(check, sj_jailroot_host_path(check, prefix),
		    found == FOUND_NOTHING || found == FOUND_ERROR ? NULL
								   : ret_st,
		    found == FOUND_DIRECTORY ? SJ_OK : reason,
		    found == FOUND_NOTHING && is_to_make);
	}
	return found;
}

/* A writable directory above a placeholder would give its place away. */
static bool
is_over_placeholder(const struct sj_jailroot_check *check, const char *path)
{
	char shell[SJ_PATH_SIZE];

	if (sj_jailroot_shell(check->user, shell) &&
	    sj_jailroot_holds(path, shell))
		return true;
	return sj_jailroot_has_log(check->jail) &&
	       sj_jailroot_holds(path, SJ_JAILROOT_LOG);
}

static enum sj_reason
check_writable(
    struct sj_jailroot_check *check, const char *path, struct sj_fault *fault)
{
	struct stat st;
	enum found found = FOUND_NOTHING;

	if (is_over_placeholder(check, path))
		return sj_fault_set(fault, SJ_WRITABLE_UNSAFE, 0,
		    "%s would hold the login shell or dev/log",
		    sj_jailroot_host_path(check, path));
	if (check->root_fd >= 0)
		found = walk_inside(check, path, SJ_WRITABLE_UNSAFE, true, &st);
	if (found == FOUND_NOTHING)
		return SJ_OK;
	if (found == FOUND_ERROR)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s can't be opened", sj_jailroot_host_path(check, path));
	if (found == FOUND_OTHER)
		return sj_fault_set(fault, SJ_WRITABLE_UNSAFE, 0,
		    "%s is %s on the way to %s, want a directory", check->path,
		    S_ISLNK(st.st_mode) ? "a symbolic link" : "no directory",
		    path);
	sj_jailroot_show(check, sj_jailroot_host_path(check, path), &st,
	    st.st_uid == check->user->uid ? SJ_OK : SJ_WRITABLE_UNSAFE, false);
	if (st.st_uid != check->user->uid)
		return sj_fault_set(fault, SJ_WRITABLE_UNSAFE, 0,
		    "%s is owned by uid %lu, want %lu", check->path,
		    (unsigned long)st.st_uid, (unsigned long)check->user->uid);
	return SJ_OK;
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

/* Will a writable directory be made at path or below it? */
static bool
will_be_made(const struct sj_jail *jail, const char *path)
{
	const char *made = jail->writable.first;
	uint32_t i;

	for (i = 0; i < jail->writable.count; i++) {
		if (sj_jailroot_holds(path, made))
			return true;
		made = sj_strings_next(made);
	}
	return strcmp(path, "/") == 0;
}

static enum sj_reason
check_start(struct sj_jailroot_check *check, struct sj_fault *fault)
{
	const char *start = check->jail->start;
	bool is_to_make = will_be_made(check->jail, start);
	enum found found = FOUND_NOTHING;
	struct stat st;

	if (check->root_fd >= 0)
		found = walk_inside(
		    check, start, SJ_START_MISSING, is_to_make, &st);
	(void)sj_jailroot_host_path(check, start);
	switch (found) {
	case FOUND_DIRECTORY:
		if (strcmp(start, "/") != 0)
			sj_jailroot_show(check, check->path, &st, SJ_OK, false);
		return SJ_OK;
	case FOUND_NOTHING:
		if (is_to_make)
			return SJ_OK;
		return sj_fault_set(fault, SJ_START_MISSING, 0,
		    "%s does not exist", check->path);
	case FOUND_OTHER:
		return sj_fault_set(fault, SJ_START_MISSING, 0,
		    "%s is no directory, or a symbolic link leads there",
		    check->path);
	case FOUND_ERROR:
		break;
	}
	return sj_fault_set(
	    fault, SJ_SYSTEM_ERROR, 0, "%s can't be opened", check->path);
}

void
sj_jailroot_check_start(struct sj_jailroot_check *check)
{
	struct sj_fault fault;
	enum sj_reason reason;

	check->role = SJ_JAILROOT_START;
	reason = check_start(check, &fault);
	sj_jailroot_finish(check, reason,
	    reason == SJ_OK ? sj_jailroot_host_path(check, check->jail->start)
			    : fault.where);
}
