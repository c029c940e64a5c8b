/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "mounts_list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "cleanup.h"

#define NO_SYMLINKS 256ul /* MS_NOSYMFOLLOW, Linux 5.10 */
#define LIST_MAX (64u * 1024 * 1024)

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

/* One line; strings point into the text. */
struct entry {
	unsigned long id;
	unsigned long parent;
	unsigned long flags;
	char *path;
	const char *type;
};

/* By id, so that a parent is found quickly. */
struct list {
	char *text;
	struct entry *entries;
	size_t count;
};

#define LIST_AUTO __attribute__((cleanup(list_clear)))

static void
list_clear(struct list *list)
{
	free(list->text);
	free(list->entries);
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

/* Blanks and backslashes stand as \040 and the like. */
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

/* id parent dev root path options [tags...] - type ... */
static bool
parse_line(char *line, struct entry *ret_entry)
{
	char *state = NULL, *field, *fields[6];
	unsigned i;

	for (i = 0; i < 6; i++) {
		fields[i] = strtok_r(i == 0 ? line : NULL, " ", &state);
		if (fields[i] == NULL)
			return false;
	}
	do
		field = strtok_r(NULL, " ", &state);
	while (field != NULL && strcmp(field, "-") != 0);
	ret_entry->type = strtok_r(NULL, " ", &state);
	if (field == NULL || ret_entry->type == NULL)
		return false;
	ret_entry->id = strtoul(fields[0], NULL, 10);
	ret_entry->parent = strtoul(fields[1], NULL, 10);
	ret_entry->path = fields[4];
	unescape(ret_entry->path);
	ret_entry->flags = parse_options(fields[5]);
	return true;
}

/* The whole file with a NUL behind it; NULL with errno set. */
static char *
read_all(int proc_fd)
{
	SJ_AUTO_CLOSE int fd = -1;
	SJ_AUTO_FREE char *text = NULL;
	char *bigger;
	size_t size = 0, len = 0;
	ssize_t got = 1;

	fd = openat(proc_fd, "self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	while (got != 0 && size < LIST_MAX) {
		size += 16384;
		bigger = realloc(text, size + 1);
		if (bigger == NULL)
			return NULL;
		text = bigger;
		while (
		    len < size && (got = read(fd, text + len, size - len)) > 0)
			len += (size_t)got;
		if (got < 0)
			return NULL;
	}
	errno = got != 0 ? EFBIG : EIO;
	if (got != 0 || len == 0)
		return NULL;
	text[len] = '\0';
	bigger = text;
	text = NULL;
	return bigger;
}

static int
compare(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return left->id < right->id ? -1 : left->id > right->id;
}

static enum sj_reason
list_load(int proc_fd, struct list *list, struct sj_fault *fault)
{
	char *line, *state = NULL;
	size_t size = 1;

	list->text = read_all(proc_fd);
	if (list->text == NULL)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "read the list of mounts");
	for (line = list->text; *line != '\0'; line++)
		size += *line == '\n';
	list->entries = calloc(size, sizeof(*list->entries));
	if (list->entries == NULL)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "read the list of mounts");
	for (line = strtok_r(list->text, "\n", &state); line != NULL;
	     line = strtok_r(NULL, "\n", &state))
		if (!parse_line(line, &list->entries[list->count++]))
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
			    "the list of mounts is not understood");
	qsort(list->entries, list->count, sizeof(*list->entries), compare);
	return SJ_OK;
}

static const struct entry *
find_entry(const struct list *list, unsigned long id)
{
	const struct entry key = {.id = id};

	return bsearch(&key, list->entries, list->count, sizeof(key), compare);
}

static bool
is_below(const struct list *list, const struct entry *entry, unsigned long id)
{
	size_t steps;

	for (steps = 0; entry != NULL && steps <= list->count; steps++) {
		if (entry->id == id)
			return true;
		entry = find_entry(list, entry->parent);
	}
	return false;
}

/* What was shown that the mount is, or is a part of. */
static const struct sj_mounts_top *
find_top(const struct sj_mounts *mounts, const struct list *list,
    const struct entry *entry)
{
	size_t steps;
	unsigned i;

	for (steps = 0; entry != NULL && steps <= list->count; steps++) {
		for (i = 0; i < mounts->count; i++)
			if (mounts->tops[i].id == entry->id)
				return &mounts->tops[i];
		entry = find_entry(list, entry->parent);
	}
	return NULL;
}

static unsigned long
wanted(const struct sj_mounts_top *top)
{
	unsigned long want = MS_NOSUID | MS_NODEV;

	if ((top->flags & SJ_MOUNTS_READ_ONLY) != 0)
		want |= MS_RDONLY;
	if ((top->flags & SJ_MOUNTS_PROGRAM) == 0)
		want |= MS_NOEXEC;
	return want;
}

static bool
is_good(const struct entry *entry, const struct sj_mounts_top *top)
{
	unsigned long want = wanted(top);

	/* A program is there to be run. */
	return (entry->flags & want) == want &&
	       ((want & MS_NOEXEC) != 0 || (entry->flags & MS_NOEXEC) == 0);
}

static enum sj_reason
remount(const struct entry *entry, const struct sj_mounts_top *top,
    struct sj_fault *fault)
{
	unsigned long keep = entry->flags & ~(unsigned long)MS_NOEXEC;

	if (is_good(entry, top))
		return SJ_OK;
	if (mount(NULL, entry->path, NULL,
		MS_REMOUNT | MS_BIND | keep | wanted(top), NULL) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "set the flags of the mount at %s", entry->path);
	return SJ_OK;
}

enum sj_reason
sj_mounts_remount_below(
    const struct sj_mounts *mounts, unsigned long id, struct sj_fault *fault)
{
	LIST_AUTO struct list list = {NULL, NULL, 0};
	const struct sj_mounts_top *top;
	const struct entry *entry;
	enum sj_reason reason;
	size_t i;

	reason = list_load(mounts->proc_fd, &list, fault);
	for (i = 0; reason == SJ_OK && i < list.count; i++) {
		entry = &list.entries[i];
		if (!is_below(&list, entry, id))
			continue;
		top = find_top(mounts, &list, entry);
		if (top != NULL)
			reason = remount(entry, top, fault);
	}
	return reason;
}

/* proc(5) and sysfs(5) show the host, wherever they are mounted. */
static bool
is_of_host(const struct entry *entry)
{
	return strcmp(entry->type, "proc") == 0 ||
	       strcmp(entry->type, "sysfs") == 0;
}

static enum sj_reason
verify_entry(const struct entry *entry, const struct sj_mounts_top *top,
    struct sj_fault *fault)
{
	if (top == NULL)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "there is a foreign mount at %s in the jail", entry->path);
	if (!is_good(entry, top))
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "the mount at %s in the jail did not take its flags",
		    entry->path);
	if (is_of_host(entry))
		return sj_fault_set(fault, SJ_MOUNT_UNSAFE, 0,
		    "%s is mounted at %s in the jail and would show the host",
		    entry->type, entry->path);
	return SJ_OK;
}

/* An old chroot may have them.  What could not be hidden is found again. */
static bool
hide(const struct sj_mounts *mounts, const struct list *list)
{
	const struct sj_mounts_top *top;
	bool is_hidden = false;
	size_t i;

	for (i = 0; i < list->count; i++) {
		top = find_top(mounts, list, &list->entries[i]);
		if (top != NULL && top->id != list->entries[i].id &&
		    is_of_host(&list->entries[i]) &&
		    umount2(list->entries[i].path,
			MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
			is_hidden = true;
	}
	return is_hidden;
}

static enum sj_reason
verify_list(const struct sj_mounts *mounts, const struct list *list,
    struct sj_fault *fault)
{
	enum sj_reason reason = SJ_OK;
	size_t i;

	for (i = 0; reason == SJ_OK && i < list->count; i++)
		reason = verify_entry(&list->entries[i],
		    find_top(mounts, list, &list->entries[i]), fault);
	for (i = 0; reason == SJ_OK && i < mounts->count; i++)
		if (find_entry(list, mounts->tops[i].id) == NULL)
			reason = sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
			    "a mount of the jail is gone again");
	return reason;
}

enum sj_reason
sj_mounts_verify(const struct sj_mounts *mounts, struct sj_fault *fault)
{
	LIST_AUTO struct list list = {NULL, NULL, 0}, rest = {NULL, NULL, 0};
	enum sj_reason reason;

	reason = list_load(mounts->proc_fd, &list, fault);
	if (reason != SJ_OK)
		return reason;
	if (!hide(mounts, &list))
		return verify_list(mounts, &list, fault);
	reason = list_load(mounts->proc_fd, &rest, fault);
	return reason == SJ_OK ? verify_list(mounts, &rest, fault) : reason;
}

/* fdinfo names it from Linux 3.15 on; a file handle (2.6.39) before. */
enum sj_reason
sj_mounts_find_id(
    int proc_fd, int fd, unsigned long *ret_id, struct sj_fault *fault)
{
	struct file_handle handle = {.handle_bytes = 0};
	SJ_AUTO_CLOSE int info_fd = -1;
	char path[64], text[1024];
	const char *line = NULL;
	ssize_t len;
	int id;

	(void)snprintf(path, sizeof(path), "self/fdinfo/%d", fd);
	info_fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
	len = info_fd < 0 ? -1 : read(info_fd, text, sizeof(text) - 1);
	if (len > 0) {
		text[len] = '\0';
		line = strstr(text, "mnt_id:");
	}
	if (line != NULL) {
		*ret_id = strtoul(line + sizeof("mnt_id:") - 1, NULL, 10);
		return SJ_OK;
	}
	if (name_to_handle_at(fd, "", &handle, &id, AT_EMPTY_PATH) != 0 &&
	    errno != EOVERFLOW)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "find the number of a mount");
	*ret_id = (unsigned long)id;
	return SJ_OK;
}
