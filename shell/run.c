/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "server.h"

/* What the server is to run with, as the file says. */
struct server {
	char text[SJ_SERVER_ARGV_SIZE];
	char *argv[SJ_SERVER_ARGS_MAX + 1];
};

/* Is command the program's path, and then its end or a blank? */
static bool
is_named(const char *command, const char *program)
{
	size_t len = strlen(program);

	return strncmp(command, program, len) == 0 &&
	       (command[len] == '\0' || command[len] == ' ' ||
		   command[len] == '\t');
}

/* Each string with its NUL, to the last byte. */
static bool
split(struct server *server, size_t len)
{
	size_t count = 0, at;

	for (at = 0; at < len; at += strlen(server->text + at) + 1) {
		if (count == SJ_SERVER_ARGS_MAX)
			return false;
		server->argv[count++] = server->text + at;
	}
	server->argv[count] = NULL;
	return count > 0;
}

/*
 * Only root's word counts: with isolation = "chroot" the file lies in a
 * directory that others than root should not have been able to write, too.
 */
static const char *
load(struct server *server)
{
	const int flags =
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	SJ_AUTO_CLOSE int fd = open(SJ_SERVER_ARGV, flags);
	struct stat st;
	ssize_t len;

	if (fd < 0)
		return errno == ENOENT ? "" : strerror(errno);
	if (fstat(fd, &st) != 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode) || st.st_uid != 0 || (st.st_mode & 022) != 0)
		return SJ_SERVER_ARGV " could be written by others than root";
	len = read(fd, server->text, sizeof(server->text));
	if (len <= 0 || len != st.st_size || server->text[len - 1] != '\0' ||
	    !split(server, (size_t)len))
		return SJ_SERVER_ARGV " is damaged";
	return NULL;
}

/* It only tells the server's log where the client is. */
static char *
find_connection(void)
{
	static const char name[] = "SSH_CONNECTION=";
	char **entry;

	for (entry = environ; entry != NULL && *entry != NULL; entry++)
		if (strncmp(*entry, name, sizeof(name) - 1) == 0)
			return *entry;
	return NULL;
}

const char *
sj_run_server(int argc, char *const *argv)
{
	char *env[] = {find_connection(), NULL};
	struct server server;
	const char *why;

	if (argc != 3 || strcmp(argv[1], "-c") != 0 || argv[2][0] != '/')
		return "";
	why = load(&server);
	if (why != NULL)
		return why;
	if (!is_named(argv[2], server.argv[0]))
		return "";
	(void)execve(server.argv[0], server.argv, env);
	return strerror(errno);
}
