/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/*
 * The login shell of jailed users: says no to every shell and every command,
 * tells the user why and the log what was asked for.  The one thing it runs is
 * the external sftp server, where there is one (run.h).  It is run by its user
 * with an environment that he can choose in part, so it opens no file but that
 * server's and the log's socket, and believes nothing.  Not syslog(3): that
 * reads the file that TZ names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "quote.h"
#include "run.h"

#define LOG_SOCKET "/dev/log"
#define MESSAGE_VARIABLE "SFTPJAIL_MESSAGE"
#define MESSAGE_SIZE 4096
#define COMMAND_SIZE 1024
/* authpriv (10), notice (5): RFC 3164, 4.1.1 */
#define PRIORITY (10 * 8 + 5)
#define LOG_WAIT_SEC 2

static const char default_message[] =
    "This account is for file transfer (SFTP) only: "
    "there is no shell, and no command is run.";

static void
tell_user(void)
{
	const char *message = getenv(MESSAGE_VARIABLE);
	char text[MESSAGE_SIZE];
	const char *rest = text;
	size_t len;
	ssize_t done;

	if (message == NULL || message[0] == '\0')
		message = default_message;
	sj_quote_strip(message, text, sizeof(text) - 1);
	len = strlen(text);
	if (len == 0 || text[len - 1] != '\n')
		text[len++] = '\n';
	for (; len > 0; rest += done, len -= (size_t)done) {
		done = write(STDERR_FILENO, rest, len);
		if (done <= 0)
			return;
	}
}

/* What was asked for: the command of -c, or all arguments; "" is a shell. */
static void
join_command(int argc, char *const *argv, char *ret_command)
{
	int first = argc > 2 && strcmp(argv[1], "-c") == 0 ? 2 : 1;
	size_t len = 0;
	int i, added;

	ret_command[0] = '\0';
	for (i = first; i < argc && len < COMMAND_SIZE - 1; i++) {
		added = snprintf(ret_command + len, COMMAND_SIZE - len, "%s%s",
		    i > first ? " " : "", argv[i]);
		if (added < 0)
			return;
		len += (size_t)added;
	}
}

/* The name is only what the environment claims; the number is true. */
static const char *
claimed_user(void)
{
	const char *user = getenv("USER");

	if (user == NULL)
		user = getenv("LOGNAME");
	return user != NULL ? user : "";
}

static void
send_log(const char *line)
{
	const struct timeval wait = {.tv_sec = LOG_WAIT_SEC};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	memcpy(address.sun_path, LOG_SOCKET, sizeof(LOG_SOCKET));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	(void)sendto(fd, line, strlen(line), MSG_NOSIGNAL,
	    (const struct sockaddr *)&address, sizeof(address));
	(void)close(fd);
}

int
main(int argc, char **argv)
{
	char command[COMMAND_SIZE], quoted[SJ_QUOTE_SIZE], user[SJ_QUOTE_SIZE];
	char detail[SJ_QUOTE_SIZE], line[3 * SJ_QUOTE_SIZE + 128];
	const char *why = sj_run_server(argc, argv);

	join_command(argc, argv, command);
	sj_quote_value(command, quoted);
	sj_quote_value(claimed_user(), user);
	sj_quote_value(why, detail);
	(void)snprintf(line, sizeof(line),
	    "<%d>sftpjail-shell[%ld]: deny user=\"%s\" command=\"%s\" uid=%lu"
	    "%s%s%s",
	    PRIORITY, (long)getpid(), user, quoted, (unsigned long)getuid(),
	    why[0] != '\0' ? " detail=\"" : "", detail,
	    why[0] != '\0' ? "\"" : "");
	send_log(line);
	tell_user();
	return 1;
}
