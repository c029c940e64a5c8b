/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "sshkey.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

#define FILE_MAX ((size_t)1 << 20)

void
sj_sshkey_list_clear(struct sj_sshkey_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->lines[i]);
	free(list->lines);
	list->lines = NULL;
	list->count = 0;
}

static enum sj_sshkey_error
append(struct sj_sshkey_list *list, const char *text, size_t len)
{
	SJ_AUTO_FREE char *line = strndup(text, len);
	enum sj_sshkey_error error;
	char **lines;

	if (line == NULL)
		return SJ_SSHKEY_MEMORY;
	error = sj_sshkey_check_line(line);
	if (error == SJ_SSHKEY_EMPTY)
		return SJ_SSHKEY_OK;
	if (error != SJ_SSHKEY_OK)
		return error;
	lines =
	    realloc(list->lines, (list->count + 1) * sizeof(list->lines[0]));
	if (lines == NULL)
		return SJ_SSHKEY_MEMORY;
	lines[list->count++] = line;
	list->lines = lines;
	line = NULL;
	return SJ_SSHKEY_OK;
}

static enum sj_sshkey_error
append_line(struct sj_sshkey_list *list, const char *text, size_t len)
{
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL &&
	       text[len - 1] != '\0')
		len--;
	while (len > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		len--;
	}
	if (memchr(text, '\0', len) != NULL)
		return SJ_SSHKEY_CONTROL;
	return append(list, text, len);
}

enum sj_sshkey_error
sj_sshkey_list_parse(const char *text, size_t len,
    struct sj_sshkey_list *ret_list, unsigned int *ret_line_number)
{
	struct sj_sshkey_list list = {NULL, 0};
	enum sj_sshkey_error error = SJ_SSHKEY_OK;
	unsigned int number = 0;

	*ret_line_number = 1;
	if (len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 ||
			    memcmp(text, "\xfe\xff", 2) == 0))
		return SJ_SSHKEY_UTF16;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	while (len > 0 && error == SJ_SSHKEY_OK) {
		const char *end = memchr(text, '\n', len);
		size_t line_len = end == NULL ? len : (size_t)(end - text);

		number++;
		error = append_line(&list, text, line_len);
		line_len += end != NULL;
		text += line_len;
		len -= line_len;
	}
	if (error == SJ_SSHKEY_OK && list.count == 0)
		error = SJ_SSHKEY_EMPTY;
	if (error != SJ_SSHKEY_OK) {
		*ret_line_number = number > 0 ? number : 1;
		sj_sshkey_list_clear(&list);
		return error;
	}
	*ret_list = list;
	return SJ_SSHKEY_OK;
}

/* Never waits on a FIFO that somebody put in the file's place. */
static int
open_text(const char *path)
{
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd >= 0 && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		(void)close(fd);
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return -1;
	}
	return fd;
}

enum sj_sshkey_error
sj_sshkey_list_read(const char *path, struct sj_sshkey_list *ret_list,
    unsigned int *ret_line_number)
{
	SJ_AUTO_FREE char *text = malloc(FILE_MAX + 1);
	SJ_AUTO_CLOSE int fd = open_text(path);
	size_t len = 0;
	ssize_t got;

	*ret_line_number = 0;
	if (text == NULL)
		return SJ_SSHKEY_MEMORY;
	if (fd < 0)
		return SJ_SSHKEY_READ;
	do {
		got = read(fd, text + len, FILE_MAX + 1 - len);
		if (got > 0)
			len += (size_t)got;
	} while ((got > 0 && len <= FILE_MAX) || (got < 0 && errno == EINTR));
	if (got < 0)
		return SJ_SSHKEY_READ;
	if (len > FILE_MAX) {
		errno = EFBIG;
		return SJ_SSHKEY_READ;
	}
	return sj_sshkey_list_parse(text, len, ret_list, ret_line_number);
}
