/* SPDX-License-Identifier: ISC */
/* What the kernel limits for a session: the timer, and the connection's rate.
 */
#define _GNU_SOURCE
#include "kernel_limits.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#ifndef SO_MAX_PACING_RATE
#define SO_MAX_PACING_RATE 47
#endif

enum armed {
	ARMED,
	DISARMED,
	INHERITED, /* by a child: nothing */
	UNPRIVILEGED
};

/* The signal that ended a process which waits with a timer; 0: none did. */
static int
ended_by(enum armed how)
{
	struct sj_limits_timer timer = {false, 0};
	int status = -1;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (sj_limits_arm(&timer, 1, NULL) != SJ_OK || !timer.is_armed)
			_exit(9);
		if (how == DISARMED)
			sj_limits_disarm(&timer);
		if (how == INHERITED && (pid = fork()) != 0) {
			(void)signal(SIGTERM, SIG_IGN);
			_exit(waitpid(pid, &status, 0) == pid ? status : 9);
		}
		if (how == UNPRIVILEGED &&
		    (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
			(geteuid() == 0 && setresuid(1, 1, 1) != 0)))
			_exit(9);
		/* Only the signal shortens it, where one comes. */
		(void)sleep(how == ARMED || how == UNPRIVILEGED ? 60 : 2);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void
test_timer(void)
{
	CHECK_INT(ended_by(ARMED), SIGTERM);
	test_done("limits_timer_ends_the_process");
	CHECK_INT(ended_by(UNPRIVILEGED), SIGTERM);
	test_done("limits_timer_ends_another_user");
	CHECK_INT(ended_by(DISARMED), 0);
	test_done("limits_timer_disarmed_does_nothing");
	CHECK_INT(ended_by(INHERITED), 0);
	test_done("limits_timer_is_no_childs");
}

struct connection {
	int listening;
	int client;
	int server;
};

static struct connection
connect_to_self(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);
	struct connection c;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	c.listening = socket(AF_INET, SOCK_STREAM, 0);
	c.client = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(c.listening, (struct sockaddr *)&addr, sizeof(addr)) != 0 ||
	    listen(c.listening, 1) != 0 ||
	    getsockname(c.listening, (struct sockaddr *)&addr, &len) != 0 ||
	    connect(c.client, (struct sockaddr *)&addr, sizeof(addr)) != 0)
		exit(1);
	c.server = accept(c.listening, NULL, NULL);
	return c;
}

static uint32_t
rate_of(int fd)
{
	socklen_t len = sizeof(uint32_t);
	uint32_t rate = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, &rate, &len) != 0)
		exit(1);
	return rate;
}

static void
test_rate(void)
{
	struct sj_fault fault = {0};
	struct connection c;
	struct sj_net local, other;

	if (!sj_addr_parse("::ffff:127.0.0.1", &local) ||
	    !sj_addr_parse("192.0.2.7", &other))
		exit(1);
	CHECK_INT(sj_limits_pace(&local, 5000, &fault), SJ_SYSTEM_ERROR);
	CHECK(strstr(fault.where, "no TCP connection") != NULL);
	test_done("limits_rate_without_a_connection_is_denied");
	c = connect_to_self();
	CHECK_INT(sj_limits_pace(&other, 5000, NULL), SJ_SYSTEM_ERROR);
	CHECK_INT(rate_of(c.server), UINT32_MAX);
	test_done("limits_rate_of_another_connection_is_denied");
	CHECK_INT(sj_limits_pace(&local, 5000, &fault), SJ_OK);
	CHECK_INT(rate_of(c.server), 5000);
	CHECK_INT(rate_of(c.listening), UINT32_MAX);
	CHECK_INT(sj_limits_pace(&local, UINT32_MAX - 1, NULL), SJ_OK);
	CHECK_INT(rate_of(c.server), UINT32_MAX - 1);
	test_done("limits_rate_is_set_on_the_connection");
	CHECK_INT(sj_limits_pace(&local, UINT32_MAX, NULL), SJ_SYSTEM_ERROR);
	CHECK_INT(sj_limits_pace(&local, UINT64_MAX, NULL), SJ_SYSTEM_ERROR);
	CHECK_INT(rate_of(c.server), UINT32_MAX - 1);
	test_done("limits_rate_that_does_not_fit_is_denied");
}

int
main(void)
{
	test_timer();
	test_rate();
	return test_failures > 0;
}
