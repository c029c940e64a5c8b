/* SPDX-License-Identifier: ISC */
/* Processes that live through changes: of the database, their root, their ids.
 */
#define _GNU_SOURCE
#include "nss_process.h"

#include <pthread.h>
#include <signal.h>

static void
case_replaced(void)
{
	CHECK(has_user("alice"));
	CHECK(getspnam("alice") != NULL);
	put_many(30);
	CHECK(!has_user("alice"));
	CHECK(has_user("user29"));
	CHECK(getspnam("alice") == NULL);
	CHECK(getspnam("user29") != NULL);
	CHECK(getgrgid(MANY_GID) != NULL);
	CHECK_INT(count_users(), 30);
	put_small();
	CHECK(has_user("alice"));
	CHECK_INT(count_users(), 3);
}

static void
case_appears(void)
{
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/public.v1.cdb", state_dir);
	CHECK_INT(unlink(path), 0);
	CHECK(!has_user("alice"));
	CHECK(!has_user("alice"));
	put_small();
	CHECK(has_user("alice"));
}

static void
enter_jail(void)
{
	CHECK_INT(chroot(jail_dir), 0);
	CHECK_INT(chdir("/"), 0);
}

static void
case_chroot(void)
{
	unsigned descriptors;

	CHECK(has_user("alice"));
	descriptors = count_descriptors();
	enter_jail();
	check_inside();
	wait_for_next_second();
	check_inside();
	CHECK_INT(count_descriptors(), descriptors);
}

/* The new database can't be had in there; it was good, the old one is. */
static void
case_chroot_replaced(void)
{
	int status = -1;
	pid_t pid;

	CHECK(has_user("alice"));
	pid = fork();
	if (pid == 0) {
		enter_jail();
		check_inside();
		(void)raise(SIGSTOP);
		check_inside();
		wait_for_next_second();
		check_inside();
		_exit(test_is_bad);
	}
	CHECK_INT(waitpid(pid, &status, WUNTRACED), pid);
	CHECK(WIFSTOPPED(status));
	put_many(10);
	CHECK_INT(kill(pid, SIGCONT), 0);
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
}

/* What a user could put there is not owned by root, or others may write it. */
static void
case_chroot_planted(void)
{
	struct fixture_world world = many_world(10);
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s%s", jail_dir, state_dir);
	put_world(path, &world);
	(void)snprintf(
	    path, sizeof(path), "%s%s/public.v1.cdb", jail_dir, state_dir);
	if (chown(path, 20001, 20000) != 0)
		CHECK_INT(chmod(path, 0666), 0);
	CHECK(has_user("alice"));
	enter_jail();
	check_inside();
	wait_for_next_second();
	check_inside();
	CHECK(!has_user("user1"));
}

static void
case_chroot_unprepared(void)
{
	enter_jail();
	CHECK(!has_user("alice"));
}

struct worker {
	pthread_t thread;
	unsigned long lookups, wrong;
	bool *is_over;
};

/* small and 30 users take turns: "alice" and "user1" are never both wrong. */
static void *
work(void *argument)
{
	struct worker *worker = argument;
	struct passwd passwd, *found;
	struct group group, *found_group;
	char buffer[4096];
	gid_t gids[16];
	int count;

	while (!__atomic_load_n(worker->is_over, __ATOMIC_ACQUIRE)) {
		if (getpwuid_r(
			20001, &passwd, buffer, sizeof(buffer), &found) != 0 ||
		    (found != NULL && strcmp(found->pw_name, "alice") != 0))
			worker->wrong++;
		if (getpwnam_r("user1", &passwd, buffer, sizeof(buffer),
			&found) != 0 ||
		    (found != NULL && found->pw_uid != MANY_UID + 1))
			worker->wrong++;
		if (getgrnam_r("acme", &group, buffer, sizeof(buffer),
			&found_group) != 0 ||
		    (found_group != NULL && found_group->gr_gid != 20001))
			worker->wrong++;
		count = 16;
		if (getgrouplist("user1", 1, gids, &count) < 0 ||
		    (count != 1 && count != 3))
			worker->wrong++;
		worker->lookups += 4;
	}
	return NULL;
}

static void
case_threads(void)
{
	struct worker workers[4];
	bool is_over = false;
	unsigned i;

	CHECK(has_user("alice"));
	for (i = 0; i < 4; i++) {
		workers[i] = (struct worker){.is_over = &is_over};
		CHECK_INT(
		    pthread_create(&workers[i].thread, NULL, work, &workers[i]),
		    0);
	}
	for (i = 0; i < 100; i++) {
		put_many(30);
		put_small();
	}
	__atomic_store_n(&is_over, true, __ATOMIC_RELEASE);
	for (i = 0; i < 4; i++) {
		CHECK_INT(pthread_join(workers[i].thread, NULL), 0);
		CHECK(workers[i].lookups > 0);
		CHECK_INT(workers[i].wrong, 0);
	}
	CHECK(has_user("alice"));
}

/* The monitor of a server asks for a hash; what it forks has none. */
static void
case_fork(void)
{
	int status = -1;
	pid_t pid;

	CHECK(has_user("alice"));
	CHECK(getspnam("alice") != NULL);
	setspent();
	CHECK(getspent() != NULL);
	pid = fork();
	if (pid == 0) {
		CHECK(!is_mapped("secret.v1.cdb"));
		CHECK(is_mapped("public.v1.cdb"));
		CHECK(has_user("alice"));
		CHECK(getspent() != NULL);
		CHECK(getspnam("alice") != NULL);
		_exit(test_is_bad);
	}
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
	CHECK(getspent() != NULL);
	CHECK(getspent() != NULL);
	CHECK(getspent() == NULL);
	endspent();
}

static void
case_privileges_dropped(void)
{
	struct spwd shadow, *found;
	char buffer[1024];

	CHECK(getspnam("alice") != NULL);
	CHECK_INT(setresuid(65534, 65534, 0), 0);
	CHECK_INT(getspnam_r("alice", &shadow, buffer, sizeof(buffer), &found),
	    EACCES);
	CHECK(found == NULL);
	CHECK(!is_mapped("secret.v1.cdb"));
	CHECK(has_user("alice"));
	CHECK_INT(seteuid(0), 0);
	CHECK(getspnam("alice") != NULL);
}

static const struct nss_case cases[] = {
    {"replaced", case_replaced, false},
    {"missing_then_there", case_appears, false},
    {"chroot_after_a_lookup", case_chroot, false},
    {"chroot_then_replaced", case_chroot_replaced, false},
    {"chroot_with_planted_database", case_chroot_planted, false},
    {"chroot_without_a_lookup", case_chroot_unprepared, false},
    {"threads_while_replaced_200_times", case_threads, false},
    {"fork_leaves_the_hashes_behind", case_fork, false},
    {"privileges_dropped", case_privileges_dropped, true},
};

int
main(int argc, char **argv)
{
	(void)argc;
	return run_cases(argv, "process", cases, SMALL_COUNT(cases));
}
