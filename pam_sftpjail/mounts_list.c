/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "mounts_list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"

#define NO_SYMLINKS 256ul /* MS_NOSYMFOLLOW, Linux 5.10 */
#define LIST_MAX (64u * 1024 * 1024)
/* linux/stat.h and linux/fcntl.h: STATX_MNT_ID and AT_STATX_DONT_SYNC. */
#define STATX_ID 0x1000u
#define STATX_ID_OFF 0x90
#define STATX_NO_SYNC 0x4000

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
parse_line(char *line, struct sj_mounts_entry *ret_entry)
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
	const struct sj_mounts_entry *left = a, *right = b;

	return strcmp(left->path, right->path);
}

void
sj_mounts_list_clear(struct sj_mounts_list **list)
{
	if (*list == NULL)
		return;
	free((*list)->text);
	free((*list)->entries);
	free(*list);
	*list = NULL;
}

static enum sj_reason
parse_lines(struct sj_mounts_list *list, struct sj_fault *fault)
{
	char *line, *state = NULL;
	size_t size = 1;

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

enum sj_reason
sj_mounts_list_load(
    int proc_fd, struct sj_mounts_list **ret_list, struct sj_fault *fault)
{
	struct sj_mounts_list *list = calloc(1, sizeof(*list));
	enum sj_reason reason;

	if (list != NULL)
		list->text = read_all(proc_fd);
	if (list == NULL || list->text == NULL)
		reason = sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "read the list of mounts");
	else
		reason = parse_lines(list, fault);
	if (reason != SJ_OK)
		sj_mounts_list_clear(&list);
	else
		*ret_list = list;
	return reason;
}

const struct sj_mounts_entry *
sj_mounts_list_find(const struct sj_mounts_list *list, unsigned long id)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->entries[i].id == id)
			return &list->entries[i];
	return NULL;
}

bool
sj_mounts_list_is_below(const struct sj_mounts_list *list,
    const struct sj_mounts_entry *entry, unsigned long id)
{
	size_t steps;

	for (steps = 0; entry != NULL && steps < list->count; steps++) {
		if (entry->parent == id)
			return true;
		entry = sj_mounts_list_find(list, entry->parent);
	}
	return false;
}

static bool
lies_in(const char *path, const char *directory)
{
	size_t len = strlen(directory);

	return strncmp(path, directory, len) == 0 &&
	       (path[len] == '/' || path[len] == '\0');
}

bool
sj_mounts_list_is_covered(
    const struct sj_mounts_list *list, const struct sj_mounts_entry *entry)
{
	const struct sj_mounts_entry *at = entry, *other;
	size_t i, steps;

	for (steps = 0; at != NULL && steps <= list->count; steps++) {
		for (i = 0; i < list->count; i++) {
			other = &list->entries[i];
			if (other == at)
				continue;
			/* Over its root, or over the way to it. */
			if ((at == entry && other->parent == at->id &&
				strcmp(other->path, at->path) == 0) ||
			    (other->parent == at->parent &&
				lies_in(at->path, other->path)))
				return true;
		}
		at = sj_mounts_list_find(list, at->parent);
	}
	return false;
}

bool
sj_mounts_entry_is_of_host(const struct sj_mounts_entry *entry)
{
	return strcmp(entry->type, "proc") == 0 ||
	       strcmp(entry->type, "sysfs") == 0;
}

bool
sj_mounts_list_goes_with_host(
    const struct sj_mounts_list *list, const struct sj_mounts_entry *entry)
{
	const struct sj_mounts_entry *parent;
	size_t steps;

	for (steps = 0; entry != NULL && steps <= list->count; steps++) {
		parent = sj_mounts_list_find(list, entry->parent);
		/* What lies over all of it can stay: nothing of it is seen. */
		if (parent != NULL && sj_mounts_entry_is_of_host(parent) &&
		    strcmp(parent->path, entry->path) != 0)
			return true;
		entry = parent;
	}
	return false;
}

/*
 * statx(2) tells it from Linux 5.8 on.  The layout is spelt out because headers
 * that know the call may lack this field.
 */
static bool
find_id_by_statx(int fd, unsigned long *ret_id)
{
#ifdef SYS_statx
	struct {
		uint32_t mask;
		unsigned char other[STATX_ID_OFF - sizeof(uint32_t)];
		uint64_t id;
		uint64_t rest[13];
	} st;

	if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH | STATX_NO_SYNC, STATX_ID,
		&st) != 0 ||
	    (st.mask & STATX_ID) == 0)
		return false;
	*ret_id = (unsigned long)st.id;
	return true;
#else
	(void)fd;
	(void)ret_id;
	return false;
#endif
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

	if (find_id_by_statx(fd, ret_id))
		return SJ_OK;
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
