/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/*
 * The confinement, seen from outside: a process is confined, held and looked
 * at by /proc.  Needs root and a mount namespace of its own.
 */
#include <grp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "confine_world.h"

static bool
put_directory_descriptor(void)
{
	const gid_t groups[] = {30001, 30002};

	(void)umask(0077);
	return setgroups(2, groups) == 0 &&
	       open("/etc", O_RDONLY | O_DIRECTORY) >= 0 &&
	       open("/", O_PATH | O_DIRECTORY) >= 0 &&
	       open("/dev/null", O_RDONLY) >= 0;
}

/* No descriptor names a directory, or anything opened by us. */
static void
check_descriptors(pid_t pid)
{
	char path[64], target[4096];
	struct stat st;
	ssize_t len;
	int fd;

	for (fd = 0; fd < 64; fd++) {
		(void)snprintf(
		    path, sizeof(path), "/proc/%ld/fd/%d", (long)pid, fd);
		if (stat(path, &st) != 0)
			continue;
		CHECK(!S_ISDIR(st.st_mode));
		len = readlink(path, target, sizeof(target) - 1);
		target[len < 0 ? 0 : len] = '\0';
		CHECK(fd < 3 || strncmp(target, "pipe:", 5) == 0 ||
		      strcmp(target, "/dev/null") == 0);
	}
}

static void
test_good(void)
{
	struct sj_jail jail = world_jail;
	struct sj_confine confine = world_confine;
	struct world_process process;
	const char *status;
	struct stat st, jail_st;
	char path[64];

	jail.umask = 0027;
	confine.jail = &jail;
	process = world_start(&confine, put_directory_descriptor, NULL);
	CHECK_STR(sj_reason_token(process.report.reason), "ok");
	CHECK_STR(process.report.fault.where, "");
	CHECK(!world_shares(process.pid, "mnt"));
	CHECK(!world_shares(process.pid, "net"));
	CHECK(world_shares(process.pid, "user"));
	CHECK_INT(world_status(process.pid, "NoNewPrivs"), 1);
	CHECK_INT(world_status(process.pid, "Seccomp"), 2);
	CHECK_INT(world_status(process.pid, "Umask"), 27);
	status = strstr(world_proc(process.pid, "status"), "Groups:");
	CHECK(status != NULL &&
	      strncmp(status, "Groups:\t30001 30002 \n", 21) == 0);
	(void)snprintf(
	    path, sizeof(path), "/proc/%ld/root/.", (long)process.pid);
	CHECK(stat(path, &st) == 0 && stat(ROOT, &jail_st) == 0 &&
	      st.st_ino == jail_st.st_ino && st.st_dev == jail_st.st_dev);
	CHECK_STR(world_link(process.pid, "cwd"), "/upload");
	check_descriptors(process.pid);
	world_end(&process);
	test_done("confine_good_stands");
}

int
main(void)
{
	if (!world_enter()) {
		test_skip("confine", "root and a mount namespace");
		return 77;
	}
	(void)mkdir(WORLD "/srv", 0755);
	world_copy("/bin/true", SHELL, 0755);
	test_good();
	return test_failures != 0;
}
