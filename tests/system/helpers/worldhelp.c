/* SPDX-License-Identifier: ISC */
/*
 * What the system tests need and a bare system has not, in one program:
 *   worldhelp syslog SOCKET FILE     a syslog daemon: a line for each message
 *   worldhelp flush SOCKET FILE      waits until that daemon has written all
 * that it was sent worldhelp freeport               prints a TCP port that is
 * free now worldhelp serve KIND ADDR TEXT   answers every connection with TEXT
 *   worldhelp dial KIND ADDR         prints what the server says
 *   worldhelp socks PROXY PORT       the same, of PORT through a SOCKS proxy
 *   worldhelp type [PROMPT ANSWER]... -- COMMAND...
 *       runs COMMAND on a terminal of its own, prints what that shows, and
 *       types ANSWER ("^C": that key) behind PROMPT, which must be asked with
 *       the echo off
 * KIND is tcp (ADDR is a port of 127.0.0.1), unix (a path) or abstract.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in tcp;
	struct sockaddr_un un;
};

static socklen_t
fill_address(union address *to, const char *kind, const char *where)
{
	size_t len = strlen(where);

	memset(to, 0, sizeof(*to));
	if (strcmp(kind, "tcp") == 0) {
		to->tcp.sin_family = AF_INET;
		to->tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		to->tcp.sin_port = htons((unsigned short)atoi(where));
		return sizeof(to->tcp);
	}
	if (len + 2 > sizeof(to->un.sun_path))
		errx(2, "%s: too long", where);
	to->un.sun_family = AF_UNIX;
	if (strcmp(kind, "abstract") == 0) {
		memcpy(to->un.sun_path + 1, where, len);
		return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
				   len);
	}
	memcpy(to->un.sun_path, where, len + 1);
	return sizeof(to->un);
}

static int
free_port(void)
{
	union address me;
	socklen_t len = fill_address(&me, "tcp", "0");
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, &me.any, len) != 0 ||
	    getsockname(fd, &me.any, &len) != 0)
		err(1, "freeport");
	printf("%u\n", (unsigned int)ntohs(me.tcp.sin_port));
	return 0;
}

static int
serve(const char *kind, const char *where, const char *text)
{
	union address me;
	socklen_t len = fill_address(&me, kind, where);
	int fd = socket(me.any.sa_family, SOCK_STREAM, 0);
	int one = 1;

	if (strcmp(kind, "unix") == 0)
		(void)unlink(where);
	if (strcmp(kind, "tcp") == 0)
		(void)setsockopt(
		    fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, &me.any, len) != 0 || listen(fd, 16) != 0)
		err(1, "serve %s %s", kind, where);
	if (strcmp(kind, "unix") == 0)
		(void)chmod(where, 0777);
	printf("ready\n");
	(void)fflush(stdout);
	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client < 0)
			continue;
		dprintf(client, "%s\n", text);
		(void)close(client);
	}
}

static int
dial(const char *kind, const char *where)
{
	union address peer;
	socklen_t len = fill_address(&peer, kind, where);
	int fd = socket(peer.any.sa_family, SOCK_STREAM, 0);
	char buf[512];
	ssize_t got;

	if (fd < 0 || connect(fd, &peer.any, len) != 0)
		err(1, "dial %s %s", kind, where);
	while ((got = read(fd, buf, sizeof(buf))) > 0)
		(void)fwrite(buf, 1, (size_t)got, stdout);
	return got < 0 ? 1 : 0;
}

/* SOCKS 5 without authentication (RFC 1928), in one go. */
static int
dial_by_socks(const char *proxy, const char *port)
{
	unsigned int to = (unsigned int)atoi(port);
	const unsigned char request[] = {5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1,
	    (unsigned char)(to >> 8), (unsigned char)to};
	union address peer;
	socklen_t len = fill_address(&peer, "tcp", proxy);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char buf[512];
	ssize_t got;

	if (fd < 0 || connect(fd, &peer.any, len) != 0 ||
	    write(fd, request, sizeof(request)) != sizeof(request))
		err(1, "socks %s", proxy);
	/* The answers are 2 and 10 bytes; the server's words follow. */
	len = 12;
	while ((got = read(fd, buf, sizeof(buf))) > 0) {
		size_t skip = (size_t)got < len ? (size_t)got : len;

		(void)fwrite(buf + skip, 1, (size_t)got - skip, stdout);
		len -= (socklen_t)skip;
	}
	return got < 0 || len > 0 ? 1 : 0;
}

/* Writes "FACILITY.LEVEL MESSAGE", without the time stamp. */
static void
write_message(FILE *to, char *text)
{
	static const char *const levels[] = {"emerg", "alert", "crit", "err",
	    "warning", "notice", "info", "debug"};
	char *end;
	long pri = 13;

	if (text[0] == '<') {
		pri = strtol(text + 1, &end, 10);
		text = *end == '>' ? end + 1 : end;
	}
	if (strlen(text) > 16 && text[15] == ' ' && text[9] == ':')
		text += 16;
	text[strcspn(text, "\n")] = '\0';
	if (pri / 8 == 10)
		fprintf(to, "authpriv.%s %s\n", levels[pri & 7], text);
	else
		fprintf(to, "%ld.%s %s\n", pri / 8, levels[pri & 7], text);
	(void)fflush(to);
}

static int
syslog_daemon(const char *socket_path, const char *file)
{
	union address me;
	socklen_t len = fill_address(&me, "unix", socket_path);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	int room = 4 << 20;
	FILE *to = fopen(file, "a");
	char buf[8192];

	(void)unlink(socket_path);
	if (to == NULL || fd < 0 || bind(fd, &me.any, len) != 0)
		err(1, "%s", socket_path);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	(void)chmod(socket_path, 0666);
	printf("ready\n");
	(void)fflush(stdout);
	for (;;) {
		ssize_t got = recv(fd, buf, sizeof(buf) - 1, 0);

		if (got <= 0)
			continue;
		buf[got] = '\0';
		write_message(to, buf);
	}
}

/*
 * A line of ours comes behind all that were sent before.  Without a daemon
 * there is nothing to wait for.
 */
static int
flush(const char *socket_path, const char *file)
{
	union address daemon;
	socklen_t len = fill_address(&daemon, "unix", socket_path);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	FILE *log = fopen(file, "r");
	char token[64], line[1024] = "";

	(void)snprintf(token, sizeof(token), "<14>flush %ld\n", (long)getpid());
	if (fd < 0 || log == NULL || fseek(log, 0, SEEK_END) != 0 ||
	    sendto(fd, token, strlen(token), 0, &daemon.any, len) < 0)
		return 0;
	(void)alarm(60);
	while (strstr(line, token + strlen("<14>")) == NULL)
		if (fgets(line, sizeof(line), log) == NULL) {
			clearerr(log);
			(void)usleep(500);
		}
	return 0;
}

/* The child's side: the terminal is its own, and all it has. */
static void
run_on(const char *terminal, char **command)
{
	int fd;

	(void)setsid();
	/* What runs in the background of a script ignores it. */
	(void)signal(SIGINT, SIG_DFL);
	fd = open(terminal, O_RDWR);
	if (fd < 0)
		err(1, "%s", terminal);
	(void)dup2(fd, 0);
	(void)dup2(fd, 1);
	(void)dup2(fd, 2);
	if (fd > 2)
		(void)close(fd);
	(void)execvp(command[0], command);
	err(127, "%s", command[0]);
}

static void
answer(int fd, const char *text)
{
	struct termios modes;

	if (tcgetattr(fd, &modes) != 0 || (modes.c_lflag & ECHO) != 0)
		errx(1, "asked with the echo on");
	if (strcmp(text, "^C") == 0)
		dprintf(fd, "\003");
	else
		dprintf(fd, "%s\n", text);
}

static int
type(char **answers, char **command)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), status;
	char shown[65536] = "";
	size_t len = 0, seen = 0;
	ssize_t got;
	pid_t pid;

	if (fd < 0 || grantpt(fd) != 0 || unlockpt(fd) != 0)
		err(1, "terminal");
	pid = fork();
	if (pid == 0)
		run_on(ptsname(fd), command);
	/* Only one that asks what nobody answers runs so long. */
	(void)alarm(120);
	while (len < sizeof(shown) - 1 &&
	       (got = read(fd, shown + len, sizeof(shown) - 1 - len)) > 0) {
		len += (size_t)got;
		shown[len] = '\0';
		if (strcmp(*answers, "--") == 0 ||
		    strstr(shown + seen, *answers) == NULL)
			continue;
		seen = len;
		answer(fd, answers[1]);
		answers += 2;
	}
	fputs(shown, stdout);
	if (waitpid(pid, &status, 0) != pid)
		err(1, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (strcmp(verb, "freeport") == 0)
		return free_port();
	if (strcmp(verb, "syslog") == 0 && argc == 4)
		return syslog_daemon(argv[2], argv[3]);
	if (strcmp(verb, "flush") == 0 && argc == 4)
		return flush(argv[2], argv[3]);
	if (strcmp(verb, "serve") == 0 && argc == 5)
		return serve(argv[2], argv[3], argv[4]);
	if (strcmp(verb, "dial") == 0 && argc == 4)
		return dial(argv[2], argv[3]);
	if (strcmp(verb, "socks") == 0 && argc == 4)
		return dial_by_socks(argv[2], argv[3]);
	/* setfattr(1) is not on every host. */
	if (strcmp(verb, "label") == 0 && argc == 4)
		return setxattr(argv[2], "security.selinux", argv[3],
			   strlen(argv[3]) + 1, 0) != 0;
	if (strcmp(verb, "type") == 0) {
		char **command = argv + 2;

		while (*command != NULL && strcmp(*command, "--") != 0)
			command++;
		if (*command != NULL && command[1] != NULL)
			return type(argv + 2, command + 1);
	}
	errx(2, "usage: worldhelp "
		"syslog|flush|freeport|serve|dial|socks|label|type ...");
}
