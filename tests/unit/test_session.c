/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/* Session records and processes: counting, dying, and many at once. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "session_place.h"
#include "session_record.h"

#define TOGETHER 50
#define LIMIT 7

/* A process that opens a session and stays until it is killed. */
static pid_t
open_elsewhere(uint32_t uid, uint32_t max_sessions, enum sj_reason *ret_reason)
{
	const struct sj_session_dir dir = directory();
	struct sj_session session = session_of("alice", uid);
	int answer[2];
	pid_t pid;

	if (pipe(answer) != 0)
		exit(1);
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		*ret_reason = sj_session_open(
		    &dir, &session, at_most(max_sessions), NULL);
		if (write(answer[1], ret_reason, sizeof(*ret_reason)) < 0)
			_exit(1);
		(void)pause();
		_exit(0);
	}
	if (pid < 0 || read(answer[0], ret_reason, sizeof(*ret_reason)) !=
			   (ssize_t)sizeof(*ret_reason))
		exit(1);
	(void)close(answer[0]);
	(void)close(answer[1]);
	return pid;
}

static void
stop(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

static void
test_limit(void)
{
	const struct sj_session_dir dir = directory();
	struct sj_session session = session_of("alice", 20001);
	struct sj_fault fault = {0};
	enum sj_reason reason;
	pid_t first, second;

	first = open_elsewhere(20001, 2, &reason);
	CHECK_INT(reason, SJ_OK);
	second = open_elsewhere(20001, 2, &reason);
	CHECK_INT(reason, SJ_OK);
	CHECK_INT(sj_session_open(&dir, &session, at_most(2), &fault),
	    SJ_TOO_MANY_SESSIONS);
	CHECK_STR(fault.where, "2 sessions are open, 2 are allowed");
	CHECK_INT(count_files(), 2);
	session.uid = 20002;
	CHECK_INT(sj_session_open(&dir, &session, at_most(2), NULL), SJ_OK);
	session.uid = 20001;
	CHECK_INT(sj_session_open(&dir, &session, &no_limit, NULL), SJ_OK);
	stop(first);
	stop(second);
	CHECK_INT(count(20001), 1);
	CHECK_INT(sj_session_open(&dir, &session, at_most(2), &fault), SJ_OK);
	test_done("session_limit_is_of_one_user");
}

static void
test_death(void)
{
	enum sj_reason reason;
	pid_t pid = open_elsewhere(20001, 0, &reason);

	CHECK_INT(count(20001), 1);
	(void)kill(pid, SIGKILL);
	/* Not yet waited for: a zombie. */
	CHECK_INT(
	    waitid(P_PID, (id_t)pid, &(siginfo_t){0}, WEXITED | WNOWAIT), 0);
	CHECK_INT(count(20001), 0);
	CHECK_INT(count_files(), 0);
	(void)waitpid(pid, NULL, 0);
	test_done("session_of_killed_process_is_gone");
}

/* The monitor is killed, the child goes on. */
static void
test_child_survives(void)
{
	const struct sj_session_dir dir = directory();
	struct sj_session session = session_of("alice", 20001);
	int answer[2], hold[2];
	char byte;
	pid_t monitor;

	if (pipe(answer) != 0 || pipe(hold) != 0)
		exit(1);
	monitor = fork();
	if (monitor == 0) {
		(void)close(hold[1]);
		if (sj_session_open(&dir, &session, &no_limit, NULL) != SJ_OK)
			_exit(1);
		if (fork() == 0) {
			if (sj_session_set_child(&dir, &session, NULL) !=
				SJ_OK ||
			    write(answer[1], "x", 1) != 1)
				_exit(1);
			_exit(read(hold[0], &byte, 1) == 0 ? 0 : 1);
		}
		(void)pause();
	}
	(void)close(hold[0]);
	CHECK_INT(read(answer[0], &byte, 1), 1);
	CHECK_INT(count(20001), 1);
	stop(monitor);
	CHECK_INT(count(20001), 1);
	(void)close(hold[1]);
	(void)close(answer[1]);
	/* Its end of the pipe closes when it is gone. */
	CHECK_INT(read(answer[0], &byte, 1), 0);
	(void)close(answer[0]);
	test_done("session_lives_while_the_child_does");
}

/* Another process has got the number since. */
static void
test_pid_reuse(void)
{
	const struct sj_session_dir dir = directory();
	struct sj_session session = session_of("alice", 20001);
	struct sj_process own;
	bool is_sent = true;

	CHECK_INT(sj_session_open(&dir, &session, &no_limit, NULL), SJ_OK);
	session.monitor.start++;
	CHECK(!sj_process_is_live(&session.monitor));
	session.child = session.monitor;
	CHECK_INT(sj_session_signal(&session, SIGKILL, &is_sent, NULL), SJ_OK);
	CHECK(!is_sent);
	CHECK(sj_process_find(getpid(), &own));
	session.child = own;
	CHECK_INT(sj_session_signal(&session, 0, &is_sent, NULL), SJ_OK);
	CHECK(is_sent);
	CHECK(!sj_process_find(0, &own) && !sj_process_find(-1, &own));
	test_done("session_number_of_another_process_is_not_it");
}

static void
test_signal(void)
{
	const struct sj_session_dir dir = directory();
	struct sj_session *list;
	enum sj_reason reason;
	bool is_sent = false;
	size_t number;
	int status = 0;
	pid_t pid = open_elsewhere(20001, 0, &reason);

	CHECK_INT(sj_session_list(&dir, &list, &number, NULL), SJ_OK);
	CHECK_INT(number, 1);
	CHECK_INT(sj_session_signal(&list[0], SIGTERM, &is_sent, NULL), SJ_OK);
	CHECK(is_sent);
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
	      WTERMSIG(status) == SIGTERM);
	CHECK_INT(sj_session_signal(&list[0], SIGTERM, &is_sent, NULL), SJ_OK);
	CHECK(!is_sent);
	free(list);
	test_done("session_signal_ends_the_monitor");
}

/* All users of the jail, and nobody of another one. */
static void
test_addresses(void)
{
	const struct sj_session_counts max = {.address = 2};
	const struct sj_session_dir dir = directory();
	struct sj_session session = session_of("alice", 20001);
	struct sj_fault fault = {0};

	CHECK_INT(sj_session_open(&dir, &session, &max, NULL), SJ_OK);
	session = session_of("bob", 20002);
	CHECK_INT(sj_session_open(&dir, &session, &max, NULL), SJ_OK);
	session = session_of("carol", 20003);
	CHECK(sj_addr_parse("::ffff:192.0.2.7", &session.addr));
	CHECK_INT(counts_of(&session).user, 0);
	CHECK_INT(counts_of(&session).address, 2);
	CHECK_INT(sj_session_open(&dir, &session, &max, &fault),
	    SJ_TOO_MANY_SESSIONS);
	CHECK_STR(fault.where,
	    "2 sessions are open from the client's address, 2 are allowed");
	CHECK_INT(count_files(), 2);
	CHECK(sj_addr_parse("2001:db8::c000:207", &session.addr));
	CHECK_INT(counts_of(&session).address, 0);
	CHECK_INT(sj_session_open(&dir, &session, &max, NULL), SJ_OK);
	session = session_of("carol", 20003);
	(void)snprintf(session.jail, sizeof(session.jail), "other");
	CHECK_INT(sj_session_open(&dir, &session, &max, NULL), SJ_OK);
	memset(&session.addr, 0, sizeof(session.addr));
	CHECK_INT(
	    sj_session_open(&dir, &session, &max, NULL), SJ_TOO_MANY_SESSIONS);
	CHECK_INT(sj_session_open(&dir, &session, &no_limit, NULL), SJ_OK);
	test_done("session_limit_is_of_one_jail_and_address");
}

/* A record that says so of a session that is not there. */
static void
forge(const struct sj_session *session)
{
	char *path = NULL;
	int fd;

	if (asprintf(&path, "%s/sessions", run) < 0)
		exit(1);
	fd = open(path, O_RDONLY | O_DIRECTORY);
	CHECK_INT(sj_session_store(fd, session, NULL), SJ_OK);
	(void)close(fd);
	free(path);
}

/* This process has the number, and began at another time or boot. */
static void
test_forged(void)
{
	const struct sj_session_dir dir = directory();
	struct sj_session session = session_of("alice", 20001), other;

	CHECK_INT(sj_session_open(&dir, &session, &no_limit, NULL), SJ_OK);
	session.child = session.monitor;
	forge(&session);
	CHECK_INT(count_files(), 1);
	CHECK_INT(count(20001), 1);
	other = session;
	other.monitor.start++;
	other.child.start--;
	forge(&other);
	CHECK_INT(count(20001), 0);
	CHECK_INT(count_files(), 0);
	test_done("session_record_of_a_reused_pid_is_gone");
	other = session;
	other.boot[0] = other.boot[0] == '0' ? '1' : '0';
	forge(&other);
	CHECK_INT(count(20001), 0);
	CHECK_INT(count_files(), 0);
	test_done("session_record_of_another_boot_is_gone");
}

/* Opens one for alice; how many records there are then. */
static unsigned
open_one(const struct sj_session_counts *max)
{
	const struct sj_session_dir dir = directory();
	struct sj_session session = session_of("alice", 20001);

	CHECK_INT(sj_session_open(&dir, &session, max, NULL), SJ_OK);
	return count_files();
}

/* The last look at all was so many seconds ago. */
static void
set_swept(time_t seconds)
{
	const struct timespec then = {time(NULL) - seconds, 0};
	const struct timespec times[2] = {then, then};
	char *path = NULL;

	if (asprintf(&path, "%s/swept", run) < 0 ||
	    utimensat(AT_FDCWD, path, times, 0) != 0)
		exit(1);
	free(path);
}

/* A dead record of another user, as many logins come and one is limited. */
static void
test_sweep(void)
{
	const struct sj_session_dir dir = directory();
	struct sj_session dead = session_of("bob", 20002);

	CHECK(sj_addr_parse("192.0.2.8", &dead.addr));
	CHECK_INT(sj_session_open(&dir, &dead, &no_limit, NULL), SJ_OK);
	dead.monitor.start++;
	forge(&dead);
	CHECK_INT(open_one(&no_limit), 2);
	CHECK_INT(open_one(at_most(9)), 3);
	set_swept(30);
	CHECK_INT(open_one(&no_limit), 4);
	set_swept(90);
	CHECK_INT(open_one(&no_limit), 4);
	test_done("session_dead_ones_are_swept_once_a_minute");
	forge(&dead);
	set_swept(-90);
	CHECK_INT(open_one(at_most(9)), 5);
	test_done("session_sweep_does_not_wait_for_a_clock_put_back");
	set_swept(0);
	dead.uid = 20001;
	forge(&dead);
	CHECK_INT(open_one(at_most(6)), 6);
	test_done("session_dead_ones_of_the_user_do_not_count");
}

/* As many processes at once as there are; exactly LIMIT get in. */
static void
test_together(void)
{
	pid_t pids[TOGETHER];
	int start[2], answer[2], i, good = 0;
	char byte;

	if (pipe(start) != 0 || pipe(answer) != 0)
		exit(1);
	(void)fflush(stdout);
	for (i = 0; i < TOGETHER; i++) {
		const struct sj_session_dir dir = directory();
		struct sj_session session = session_of("alice", 20001);

		pids[i] = fork();
		if (pids[i] != 0)
			continue;
		(void)close(start[1]);
		if (read(start[0], &byte, 1) != 0)
			_exit(1);
		byte =
		    (char)sj_session_open(&dir, &session, at_most(LIMIT), NULL);
		if (write(answer[1], &byte, 1) != 1)
			_exit(1);
		(void)pause();
	}
	(void)close(start[0]);
	(void)close(start[1]);
	for (i = 0; i < TOGETHER; i++) {
		CHECK_INT(read(answer[0], &byte, 1), 1);
		CHECK(byte == SJ_OK || byte == SJ_TOO_MANY_SESSIONS);
		good += byte == SJ_OK;
	}
	CHECK_INT(good, LIMIT);
	CHECK_INT(count(20001), LIMIT);
	CHECK_INT(count_files(), LIMIT);
	for (i = 0; i < TOGETHER; i++)
		stop(pids[i]);
	CHECK_INT(count(20001), 0);
	(void)close(answer[0]);
	(void)close(answer[1]);
	test_done("session_limit_is_exact_for_many_at_once");
}

int
main(void)
{
	void (*const cases[])(void) = {test_limit, test_death,
	    test_child_survives, test_pid_reuse, test_signal, test_addresses,
	    test_forged, test_sweep, test_together};

	return run_cases(cases, sizeof(cases) / sizeof(cases[0]));
}
