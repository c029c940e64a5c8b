/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "sysfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

/* A passwd file of a million accounts is a third of it. */
#define SYSFILE_SIZE_MAX ((size_t)256 << 20)

/* Reads up to the size that fstat told: a file that grows is cut, not chased.
 */
static enum sj_reason
read_all(int fd, struct sj_sysfile *file, size_t size, struct sj_fault *fault)
{
	ssize_t got;

	while (file->len < size) {
		got = read(fd, file->text + file->len, size - file->len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return sj_fault_set(
			    fault, SJ_SYSTEM_ERROR, errno, "%s", file->path);
		if (got == 0)
			break;
		file->len += (size_t)got;
	}
	file->text[file->len] = '\0';
	return SJ_OK;
}

static struct sj_sysfile *
new_file(const char *path, size_t size)
{
	struct sj_sysfile *file = calloc(1, sizeof(*file));

	if (file == NULL)
		return NULL;
	file->path = strdup(path);
	file->text = malloc(size + 1);
	if (file->path == NULL || file->text == NULL) {
		sj_sysfile_clear(&file);
		return NULL;
	}
	return file;
}

/* O_NONBLOCK: a FIFO in the place of the file must not stop the tool. */
static int
open_under(const char *root, const char *path)
{
	SJ_AUTO_FREE char *full = NULL;

	if (asprintf(&full, "%s%s", root == NULL ? "" : root, path) < 0) {
		full = NULL;
		errno = ENOMEM;
		return -1;
	}
	return open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

/* The bytes of an open file; *ret_file is set only with SJ_OK. */
static enum sj_reason
read_file(int fd, const char *path, struct sj_sysfile **ret_file,
    struct sj_fault *fault)
{
	struct sj_sysfile *file;
	enum sj_reason reason;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, EINVAL,
		    "%s is no regular file", path);
	if ((uintmax_t)st.st_size > SYSFILE_SIZE_MAX)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, EFBIG, "%s", path);
	file = new_file(path, (size_t)st.st_size);
	if (file == NULL)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM, "%s", path);
	reason = read_all(fd, file, (size_t)st.st_size, fault);
	if (reason == SJ_OK)
		*ret_file = file;
	else
		sj_sysfile_clear(&file);
	return reason;
}

enum sj_reason
sj_sysfile_load(const char *root, const char *path, struct sj_sysfile **list,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = open_under(root, path);
	struct sj_sysfile *file;
	enum sj_reason reason = read_file(fd, path, &file, fault);
	size_t i;

	if (reason != SJ_OK)
		return reason;
	file->has_nul = strlen(file->text) != file->len;
	for (i = 0; i < file->len; i++)
		if (file->text[i] == '\0')
			file->text[i] = '?';
	file->next = *list;
	*list = file;
	return SJ_OK;
}

enum sj_reason
sj_sysfile_read(const char *full, char **ret_text, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = open_under(NULL, full);
	struct sj_sysfile *file;
	enum sj_reason reason = read_file(fd, full, &file, fault);

	if (reason != SJ_OK)
		return reason;
	if (strlen(file->text) == file->len) {
		*ret_text = file->text;
		file->text = NULL;
	} else {
		reason = sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, EILSEQ, "%s is no text", full);
	}
	sj_sysfile_clear(&file);
	return reason;
}

enum sj_reason
sj_sysfile_load_instead(const char *root, const char *path,
    const struct sj_sysfile_text *instead, struct sj_sysfile **list,
    struct sj_fault *fault)
{
	struct sj_sysfile *file;
	size_t len;

	if (instead == NULL || strcmp(instead->path, path) != 0)
		return sj_sysfile_load(root, path, list, fault);
	len = strlen(instead->text);
	file = new_file(path, len);
	if (file == NULL)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM, "%s", path);
	memcpy(file->text, instead->text, len + 1);
	file->len = len;
	file->next = *list;
	*list = file;
	return SJ_OK;
}

void
sj_sysfile_clear(struct sj_sysfile **list)
{
	struct sj_sysfile *file, *next;

	for (file = *list; file != NULL; file = next) {
		next = file->next;
		free(file->path);
		free(file->text);
		free(file);
	}
	*list = NULL;
}

char *
sj_sysfile_line(char **cursor, unsigned int *line)
{
	char *start = *cursor, *end;

	if (*start == '\0')
		return NULL;
	end = start + strcspn(start, "\n");
	*cursor = end;
	if (*end == '\n') {
		*end = '\0';
		*cursor = end + 1;
	}
	(*line)++;
	return start;
}

bool
sj_sysfile_grow(void *array, size_t count, size_t element_size)
{
	void *old, *bigger;

	/* Only at 0 and at powers of two is the array full. */
	if (count != 0 && (count & (count - 1)) != 0)
		return true;
	if (count > SIZE_MAX / 2 / element_size)
		return false;
	memcpy(&old, array, sizeof(old));
	bigger = realloc(old, (count == 0 ? 1 : count * 2) * element_size);
	if (bigger == NULL)
		return false;
	memcpy(array, &bigger, sizeof(bigger));
	return true;
}
