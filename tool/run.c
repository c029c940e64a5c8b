/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MSEC 5000

static void
run_child(char *const argv[], int in, int out)
{
	static char environment[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char *env[] = {environment, NULL};

	if (in < 0)
		in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (in >= 0 && dup2(in, STDIN_FILENO) >= 0 &&
	    dup2(out, STDOUT_FILENO) >= 0 && dup2(out, STDERR_FILENO) >= 0)
		(void)execve(argv[0], argv, env);
	_exit(127);
}

/* True at the end of what it says; false if there is more, or nothing came. */
static bool
read_answer(int fd, char *text, size_t size)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	size_t len = 0;
	ssize_t got = -1;

	while (len < size - 1 && poll(&ready, 1, WAIT_MSEC) == 1) {
		got = read(fd, text + len, size - 1 - len);
		if (got <= 0)
			break;
		len += (size_t)got;
	}
	text[len] = '\0';
	return got == 0;
}

int
sj_run(char *const argv[], int stdin_fd, char *text, size_t size)
{
	int ends[2], status = -1;
	pid_t pid;

	text[0] = '\0';
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	pid = fork();
	if (pid == 0)
		run_child(argv, stdin_fd, ends[1]);
	(void)close(ends[1]);
	if (pid > 0) {
		if (!read_answer(ends[0], text, size))
			(void)kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			continue;
	}
	(void)close(ends[0]);
	return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
