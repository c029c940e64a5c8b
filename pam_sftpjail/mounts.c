/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"

#define PROC_FD_SIZE 32
/* linux/mount.h, which older systems lack; one number on all architectures. */
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#define ATTR_NOSUID UINT64_C(0x2)
#define ATTR_NODEV UINT64_C(0x4)
#define ATTR_NOEXEC UINT64_C(0x8)
#define RECURSIVE 0x8000u
#define NO_SYMLINKS 256ul

struct attributes {
	uint64_t set;
	uint64_t clear;
	uint64_t propagation;
	uint64_t userns_fd;
};

/* One line of the list. */
struct entry {
	char *path;
	unsigned long flags;
};

static const struct option {
	const char *name;
	unsigned long flag;
} options[] = {
    {"ro", MS_RDONLY},
    {"nosuid", MS_NOSUID},
    {"nodev", MS_NODEV},
    {"noexec", MS_NOEXEC},
    {"noatime", MS_NOATIME},
    {"nodiratime", MS_NODIRATIME},
    {"relatime", MS_RELATIME},
    {"nosymfollow", NO_SYMLINKS},
};

#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))
#define SHELL_FLAGS (MS_RDONLY | MS_NOSUID | MS_NODEV)
#define JAIL_FLAGS (MS_NOSUID | MS_NODEV | MS_NOEXEC)

enum sj_reason
sj_mounts_begin(struct sj_fault *fault)
{
	if (unshare(CLONE_NEWNS) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "make a mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "cut the propagation of mounts");
	return SJ_OK;
}

enum sj_reason
sj_mounts_bind(int source_fd, int place_fd, struct sj_fault *fault)
{
	char source[PROC_FD_SIZE], place[PROC_FD_SIZE];

	(void)snprintf(source, sizeof(source), "/proc/self/fd/%d", source_fd);
	(void)snprintf(place, sizeof(place), "/proc/self/fd/%d", place_fd);
	if (mount(source, place, NULL, MS_BIND | MS_REC, NULL) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "bind into the jail (is /proc mounted?)");
	return SJ_OK;
}

/* pivot_root(2), NOTES: with "." for both, the old root lies over the new. */
enum sj_reason
sj_mounts_pivot(int root_fd, struct sj_fault *fault)
{
	if (fchdir(root_fd) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "change to the jail's root");
	if (syscall(SYS_pivot_root, ".", ".") != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "pivot_root into the jail");
	if (umount2(".", MNT_DETACH) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "let go of the host's root");
	if (chdir("/") != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "change to the jail's root");
	return SJ_OK;
}

static unsigned long
parse_options(char *text)
{
	unsigned long flags = 0;
	char *state = NULL, *word;
	size_t i;

	for (word = strtok_r(text, ",", &state); word != NULL;
	     word = strtok_r(NULL, ",", &state))
		for (i = 0; i < OPTION_COUNT; i++)
			if (strcmp(word, options[i].name) == 0)
				flags |= options[i].flag;
	return flags;
}

/* Blanks and backslashes stand as \040 and the like: proc(5), mountinfo. */
static void
unescape(char *text)
{
	char *to = text;

	for (; *text != '\0'; to++) {
		if (text[0] == '\\' && strspn(text + 1, "01234567") >= 3) {
			*to = (char)((text[1] - '0') << 6 |
				     (text[2] - '0') << 3 | (text[3] - '0'));
			text += 4;
		} else {
			*to = *text++;
		}
	}
	*to = '\0';
}

/* Fields 5 and 6; the path points into the line. */
static bool
parse_line(char *line, struct entry *ret_entry)
{
	char *state = NULL, *field = NULL;
	unsigned i;

	for (i = 0; i < 5; i++) {
		field = strtok_r(i == 0 ? line : NULL, " \n", &state);
		if (field == NULL)
			return false;
	}
	ret_entry->path = field;
	field = strtok_r(NULL, " \n", &state);
	if (field == NULL)
		return false;
	ret_entry->flags = parse_options(field);
	unescape(ret_entry->path);
	return true;
}

static unsigned long
wanted(const struct entry *entry, const char *shell_path)
{
	return strcmp(entry->path, shell_path) == 0 ? SHELL_FLAGS : JAIL_FLAGS;
}

static bool
is_sealed(const struct entry *entry, const char *shell_path)
{
	unsigned long want = wanted(entry, shell_path);

	/* The shell's mount must have no more, either: it is to be run. */
	return (entry->flags & want) == want &&
	       (want != SHELL_FLAGS || (entry->flags & MS_NOEXEC) == 0);
}

static enum sj_reason
seal_entry(
    const struct entry *entry, const char *shell_path, struct sj_fault *fault)
{
	unsigned long want = wanted(entry, shell_path);
	unsigned long keep = entry->flags & ~(unsigned long)MS_NOEXEC;

	if (is_sealed(entry, shell_path))
		return SJ_OK;
	if (mount(NULL, entry->path, NULL, MS_REMOUNT | MS_BIND | keep | want,
		NULL) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "set the flags of the mount at %s in the jail",
		    entry->path);
	return SJ_OK;
}

static enum sj_reason
verify_entry(
    const struct entry *entry, const char *shell_path, struct sj_fault *fault)
{
	if (is_sealed(entry, shell_path))
		return SJ_OK;
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
	    "the mount at %s in the jail did not take its flags", entry->path);
}

static enum sj_reason
for_each(int proc_fd, const char *shell_path,
    enum sj_reason (*handle)(
	const struct entry *, const char *, struct sj_fault *),
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	SJ_AUTO_FCLOSE FILE *file = NULL;
	SJ_AUTO_FREE char *line = NULL;
	enum sj_reason reason = SJ_OK;
	struct entry entry;
	size_t size = 0, count = 0;

	fd = openat(proc_fd, "self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || (file = fdopen(fd, "r")) == NULL)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "read the list of mounts");
	(void)sj_take_fd(&fd);
	while (reason == SJ_OK && getline(&line, &size, file) >= 0) {
		if (!parse_line(line, &entry))
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
			    "the list of mounts is not understood");
		reason = handle(&entry, shell_path, fault);
		count++;
	}
	if (reason == SJ_OK && (ferror(file) || count == 0))
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, EIO, "read the list of mounts");
	return reason;
}

/*
 * All mounts at once, also those that a path does not reach; before Linux 5.12
 * each one by its path does it.
 */
static enum sj_reason
seal_all(struct sj_fault *fault)
{
	const struct attributes attributes = {
	    .set = ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC,
	};

	if (syscall(SYS_mount_setattr, AT_FDCWD, "/", RECURSIVE, &attributes,
		sizeof(attributes)) == 0 ||
	    errno == ENOSYS)
		return SJ_OK;
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
	    "set the flags of the jail's mounts");
}

enum sj_reason
sj_mounts_seal(int proc_fd, const char *shell_path, struct sj_fault *fault)
{
	enum sj_reason reason = seal_all(fault);

	if (reason == SJ_OK)
		reason = for_each(proc_fd, shell_path, seal_entry, fault);
	if (reason == SJ_OK)
		reason = for_each(proc_fd, shell_path, verify_entry, fault);
	return reason;
}
