/* SPDX-License-Identifier: ISC */
#ifndef SJ_NSS_PROCESS_H
#define SJ_NSS_PROCESS_H

/*
 * Cases that ask through the C library: with nsswitch.conf "sftpjail" and in a
 * private world (see tests/system/lib/nss.sh), each in a process of its own, so
 * that it starts with nothing loaded.  The database of each is the small one.
 */

#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <sys/wait.h>
#include <time.h>

#include "db_many.h"
#include "db_small.h"
#include "test.h"

static const char *state_dir;
static const char *jail_dir;

static inline void
put_world(const char *dir, const struct fixture_world *world)
{
	char new[4096], path[4096];

	(void)snprintf(new, sizeof(new), "%s/new", dir);
	(void)snprintf(path, sizeof(path), "%s/secret.v1.cdb", dir);
	fixture_write_secret(new, world);
	fixture_replace(new, path, true);
	(void)snprintf(path, sizeof(path), "%s/public.v1.cdb", dir);
	fixture_write_public(new, world);
	fixture_replace(new, path, true);
}

static inline void
put_small(void)
{
	put_world(state_dir, &small_world);
}

static inline void
put_many(unsigned users)
{
	struct fixture_world world = many_world(users);

	put_world(state_dir, &world);
}

static inline void
wait_for_next_second(void)
{
	time_t now = time(NULL);

	while (time(NULL) == now)
		(void)usleep(10000);
}

static inline bool
has_user(const char *name)
{
	struct passwd *passwd = getpwnam(name);

	return passwd != NULL && strcmp(passwd->pw_name, name) == 0;
}

static inline unsigned
count_users(void)
{
	unsigned count = 0;

	setpwent();
	while (getpwent() != NULL)
		count++;
	endpwent();
	return count;
}

static inline unsigned
count_descriptors(void)
{
	unsigned count = 0;
	int fd;

	for (fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

static inline bool
is_mapped(const char *name)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[4096];
	bool is_found = false;

	while (maps != NULL && fgets(line, sizeof(line), maps) != NULL)
		is_found |= strstr(line, name) != NULL;
	if (maps != NULL)
		(void)fclose(maps);
	return is_found;
}

/* All the names, of whom one was looked up before. */
static inline void
check_inside(void)
{
	gid_t gids[10];
	int count = 10;

	CHECK(has_user("bob.smith"));
	CHECK(getpwuid(59999) != NULL);
	CHECK(getgrgid(20001) != NULL);
	CHECK(getgrnam("x") != NULL);
	CHECK(!has_user("carol"));
	CHECK_INT(getgrouplist("alice", 20000, gids, &count), 3);
	CHECK_INT(count_users(), 3);
}

struct nss_case {
	const char *name;
	void (*run)(void);
	bool needs_uids; /* more users than one namespace of anybody has */
};

static inline void
run_case(const struct nss_case *one, const char *program)
{
	char name[128];
	int status = 0;
	pid_t pid;

	(void)snprintf(name, sizeof(name), "nss_%s_%s", program, one->name);
	if (one->needs_uids && getenv("NSS_USER") != NULL) {
		test_skip(name, "more than one user in this namespace");
		return;
	}
	put_small();
	pid = fork();
	if (pid == 0) {
		(void)alarm(120);
		one->run();
		(void)fflush(stdout);
		_exit(test_is_bad);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		fixture_die("fork");
	if (WIFSIGNALED(status))
		printf("# ended by signal %d\n", WTERMSIG(status));
	CHECK_INT(status, 0);
	test_done(name);
}

/* PROGRAM STATE-DIR JAIL-DIR [CASE] */
static inline int
run_cases(char **argv, const char *program, const struct nss_case *cases,
    size_t count)
{
	size_t i;

	if (argv[1] == NULL || argv[2] == NULL) {
		fputs("usage: nss_... STATE-DIR JAIL-DIR [CASE]\n", stderr);
		return 2;
	}
	state_dir = argv[1];
	jail_dir = argv[2];
	(void)umask(022);
	for (i = 0; i < count; i++)
		if (argv[3] == NULL || strcmp(argv[3], cases[i].name) == 0)
			run_case(&cases[i], program);
	return test_failures > 0;
}

#endif
