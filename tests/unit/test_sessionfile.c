/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/* Session records as files: what is in them, damage, and their directory. */
#include "session_place.h"

static void
test_one(void)
{
	const struct sj_session_dir dir = directory();
	struct sj_session session = session_of("alice", 20001), *list;
	struct sj_process own;
	struct stat st;
	uint64_t seconds = 99;
	size_t number;
	char *path;

	CHECK_INT(count(20001), 0);
	CHECK_INT(sj_session_open(&dir, &session, &no_limit, NULL), SJ_OK);
	CHECK(session.id[0] >= '0' && session.id[0] <= '9');
	CHECK(sj_process_find(getpid(), &own) &&
	      own.start == session.monitor.start && own.pid == getpid());
	path = record_path(&session);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600);
	CHECK(stat(run, &st) == 0 && (st.st_mode & 077) == 0);
	CHECK_INT(count(20001), 1);
	CHECK_INT(count(20002), 0);
	CHECK_INT(sj_session_set_child(&dir, &session, NULL), SJ_OK);
	CHECK_INT(sj_session_list(&dir, &list, &number, NULL), SJ_OK);
	CHECK_INT(number, 1);
	CHECK(number == 1 && memcmp(list, &session, sizeof(session)) == 0);
	CHECK_INT(list[0].child.pid, getpid());
	free(list);
	sj_session_close(&dir, &session, &seconds);
	CHECK(seconds < 60);
	CHECK_INT(count_files(), 0);
	CHECK_INT(count(20001), 0);
	free(path);
	test_done("session_opened_is_listed_until_closed");
}

static void
test_durations(void)
{
	const struct sj_session_dir dir = directory();
	struct sj_session session = session_of("alice", 20001);
	uint64_t seconds = 0;

	CHECK_INT(sj_session_open(&dir, &session, &no_limit, NULL), SJ_OK);
	session.since_boot_sec -= session.since_boot_sec > 12 ? 12 : 0;
	sj_session_close(&dir, &session, &seconds);
	CHECK(seconds >= 12 && seconds < 72);
	/* A clock that went backwards is no age of the universe. */
	session.since_boot_sec += 1000000;
	sj_session_close(&dir, &session, &seconds);
	CHECK_INT(seconds, 0);
	test_done("session_duration");
}

/* What was opened is closed: nothing for a child to inherit. */
static void
test_descriptors(void)
{
	const struct sj_session_dir dir = directory();
	struct sj_session session = session_of("alice", 20001), *list;
	uint64_t seconds;
	size_t number;
	int before = dup(0), after;

	(void)close(before);
	CHECK_INT(sj_session_open(&dir, &session, at_most(1), NULL), SJ_OK);
	CHECK_INT(sj_session_open(&dir, &session, at_most(1), NULL),
	    SJ_TOO_MANY_SESSIONS);
	CHECK_INT(sj_session_set_child(&dir, &session, NULL), SJ_OK);
	CHECK_INT(sj_session_list(&dir, &list, &number, NULL), SJ_OK);
	free(list);
	sj_session_close(&dir, &session, &seconds);
	after = dup(0);
	(void)close(after);
	CHECK_INT(after, before);
	test_done("session_leaves_no_descriptor");
}

static void
flip(const char *path, off_t at)
{
	unsigned char byte;
	int fd = open(path, O_RDWR);

	if (fd < 0 || pread(fd, &byte, 1, at) != 1)
		exit(1);
	byte ^= 1;
	if (pwrite(fd, &byte, 1, at) != 1)
		exit(1);
	(void)close(fd);
}

/* Damage of every byte, every length, and what is no record at all. */
static void
test_damage(void)
{
	const struct sj_session_dir dir = directory();
	struct sj_session session = session_of("alice", 20001);
	struct stat st;
	char *path;
	off_t at;

	CHECK_INT(sj_session_open(&dir, &session, &no_limit, NULL), SJ_OK);
	path = record_path(&session);
	CHECK(stat(path, &st) == 0);
	for (at = 0; at < st.st_size; at++) {
		flip(path, at);
		CHECK_INT(count(20001), 0);
		CHECK(access(path, F_OK) != 0);
		CHECK_INT(sj_session_set_child(&dir, &session, NULL), SJ_OK);
	}
	for (at = 0; at < st.st_size; at += 17) {
		CHECK(truncate(path, at) == 0);
		CHECK_INT(count(20001), 0);
		CHECK_INT(sj_session_set_child(&dir, &session, NULL), SJ_OK);
	}
	CHECK_INT(count(20001), 1);
	CHECK(unlink(path) == 0 && mkfifo(path, 0600) == 0);
	CHECK_INT(count(20001), 0);
	CHECK(symlink("/etc/passwd", path) == 0);
	CHECK_INT(count(20001), 0);
	CHECK(access(path, F_OK) != 0);
	free(path);
	test_done("session_damaged_record_is_none");
}

/* A record under another's name would count twice. */
static void
test_copy(void)
{
	const struct sj_session_dir dir = directory();
	struct sj_session session = session_of("alice", 20001);
	char *path, *copy = NULL;

	CHECK_INT(sj_session_open(&dir, &session, &no_limit, NULL), SJ_OK);
	path = record_path(&session);
	if (asprintf(&copy, "%s0", path) < 0)
		exit(1);
	CHECK(link(path, copy) == 0);
	CHECK_INT(count(20001), 1);
	CHECK(access(copy, F_OK) != 0 && access(path, F_OK) == 0);
	free(copy);
	free(path);
	test_done("session_record_of_another_name_is_none");
}

static void
test_directory(void)
{
	struct sj_session_dir dir = directory();
	struct sj_session session = session_of("alice", 20001), *list;
	size_t number = 99;
	char *path = NULL;

	if (asprintf(&path, "%s/none", run) < 0)
		exit(1);
	dir.path = path;
	CHECK_INT(sj_session_list(&dir, &list, &number, NULL), SJ_OK);
	CHECK_INT(number, 0);
	CHECK(access(path, F_OK) != 0);
	CHECK_INT(sj_session_open(&dir, &session, &no_limit, NULL), SJ_OK);
	CHECK(chmod(path, 0770) == 0);
	CHECK_INT(
	    sj_session_open(&dir, &session, &no_limit, NULL), SJ_SYSTEM_ERROR);
	CHECK(chmod(path, 0700) == 0);
	dir.uid++;
	CHECK_INT(
	    sj_session_open(&dir, &session, &no_limit, NULL), SJ_SYSTEM_ERROR);
	dir.uid--;
	free(path);
	if (asprintf(&path, "%s/link", run) < 0)
		exit(1);
	CHECK(symlink("none", path) == 0);
	dir.path = path;
	CHECK_INT(
	    sj_session_open(&dir, &session, &no_limit, NULL), SJ_SYSTEM_ERROR);
	free(path);
	test_done("session_directory_of_others_is_not_used");
}

int
main(void)
{
	void (*const cases[])(void) = {test_one, test_durations,
	    test_descriptors, test_damage, test_copy, test_directory};

	return run_cases(cases, sizeof(cases) / sizeof(cases[0]));
}
