/* SPDX-License-Identifier: ISC */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

#define FIRST_SIZE ((size_t)1 << 16)

const char *
sj_input_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

const char *
sj_input_error(void)
{
	return errno == EINVAL ? "is no regular file, and - is standard input"
			       : strerror(errno);
}

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

/* Room for more, and for the NUL. */
static bool
grow(char **text, size_t *size)
{
	size_t bigger_size = *size == 0 ? FIRST_SIZE : *size * 2;
	char *bigger = realloc(*text, bigger_size + 1);

	if (bigger == NULL)
		return false;
	*text = bigger;
	*size = bigger_size;
	return true;
}

bool
sj_input_read(const char *path, size_t max, char **ret_text, size_t *ret_len)
{
	SJ_AUTO_FREE char *text = NULL;
	SJ_AUTO_CLOSE int fd = open_text(path);
	size_t len = 0, size = 0;
	ssize_t got = 1;

	if (fd < 0)
		return false;
	while (got != 0) {
		if (len == size && !grow(&text, &size))
			return false;
		got = read(fd, text + len, size - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		len += (size_t)got;
		if (len > max) {
			errno = EFBIG;
			return false;
		}
	}
	text[len] = '\0';
	*ret_text = text;
	*ret_len = len;
	text = NULL;
	return true;
}
