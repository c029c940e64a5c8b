/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/*
 * The jail's directories while they are used: what is refused, what is made,
 * and what renames in between can't do.  Needs root.
 */
#include "confine_world.h"

#define SESSIONS 50
#define RACES 150

static void
fresh(void)
{
	static const char script[] =
	    "rm -rf " WORLD "/srv " WORLD "/real && "
	    "mkdir -p -m 0755 " WORLD "/srv " ROOT " " WORLD "/real";

	if (system(script) != 0)
		world_die("fresh");
}

static void
shell(const char *script)
{
	if (system(script) != 0)
		world_die(script);
}

/* Nobody but root was given anything of these. */
static bool
is_untouched(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_uid == 0 && st.st_gid == 0;
}

/* In ROOT's place: a script, and what it leads to. */
static const struct row {
	const char *name;
	const char *script;
	enum sj_reason want;
} rows[] = {
    {"root_good", "true", SJ_OK},
    {"root_missing_is_made", "rmdir " ROOT, SJ_OK},
    {"root_parents_missing_are_made", "rm -r " WORLD "/srv", SJ_OK},
    {"root_symlink", "rmdir " ROOT "; ln -s " WORLD "/real " ROOT,
	SJ_ROOT_SYMLINK},
    {"parent_symlink",
	"mv " WORLD "/srv " WORLD "/real; ln -s real/srv " WORLD "/srv",
	SJ_ROOT_SYMLINK},
    {"root_fifo", "rmdir " ROOT "; mkfifo " ROOT, SJ_ROOT_NOT_DIRECTORY},
    {"root_file", "rmdir " ROOT "; touch " ROOT, SJ_ROOT_NOT_DIRECTORY},
    {"root_device", "rmdir " ROOT "; mknod " ROOT " c 1 3",
	SJ_ROOT_NOT_DIRECTORY},
    {"root_owner", "chown 20001 " ROOT, SJ_ROOT_OWNER},
    {"parent_owner", "chown 20001 " WORLD "/srv", SJ_ROOT_OWNER},
    {"root_group_writable", "chmod 0775 " ROOT, SJ_ROOT_MODE},
    {"parent_sticky", "chmod 1777 " WORLD "/srv", SJ_ROOT_MODE},
    {"writable_there", "mkdir " ROOT "/upload; chown 20001 " ROOT "/upload",
	SJ_OK},
    {"writable_of_root", "mkdir " ROOT "/upload", SJ_WRITABLE_UNSAFE},
    {"writable_of_another", "mkdir " ROOT "/upload; chown 1 " ROOT "/upload",
	SJ_WRITABLE_UNSAFE},
    {"writable_symlink", "ln -s /etc " ROOT "/upload", SJ_WRITABLE_UNSAFE},
    {"writable_symlink_inside",
	"mkdir " ROOT "/x; chown 20001 " ROOT "/x; ln -s x " ROOT "/upload",
	SJ_WRITABLE_UNSAFE},
    {"writable_symlink_to_nothing", "ln -s nothing " ROOT "/upload",
	SJ_WRITABLE_UNSAFE},
    {"writable_fifo", "mkfifo " ROOT "/upload", SJ_WRITABLE_UNSAFE},
    {"writable_file", "touch " ROOT "/upload", SJ_WRITABLE_UNSAFE},
    {"shell_way_symlink", "ln -s " WORLD "/real " ROOT "/usr", SJ_ROOT_SYMLINK},
    {"shell_way_of_user",
	"mkdir -p " ROOT "/usr/libexec; chown 20001 " ROOT "/usr/libexec",
	SJ_ROOT_OWNER},
    {"shell_way_writable", "mkdir -m 0777 " ROOT "/usr", SJ_ROOT_MODE},
    {"shell_place_symlink",
	"mkdir -p -m 0755 " ROOT
	"/usr/libexec/x; ln -s /etc/passwd " ROOT USER_SHELL,
	SJ_ROOT_SYMLINK},
    {"shell_place_directory", "mkdir -p -m 0755 " ROOT USER_SHELL,
	SJ_SYSTEM_ERROR},
    {"shell_place_file",
	"mkdir -p -m 0755 " ROOT "/usr/libexec/x; touch " ROOT USER_SHELL,
	SJ_OK},
    {"log_way_symlink", "ln -s /tmp " ROOT "/dev", SJ_ROOT_SYMLINK},
    {"log_place_fifo", "mkdir -m 0755 " ROOT "/dev; mkfifo " ROOT "/dev/log",
	SJ_SYSTEM_ERROR},
};

static void
test_rows(void)
{
	char name[128];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fresh();
		shell(rows[i].script);
		CHECK(world_try(&world_confine, rows[i].want));
		CHECK(is_untouched("/etc") && is_untouched("/etc/passwd"));
		CHECK(is_untouched(WORLD "/real"));
		(void)snprintf(
		    name, sizeof(name), "confine_tree_%s", rows[i].name);
		test_done(name);
	}
}

static void
test_writables(void)
{
	static const char list[] = "/a\0/a/b/c\0/d/e";
	struct sj_jail jail = world_jail;
	struct sj_confine confine = world_confine;
	struct stat st;

	fresh();
	confine.jail = &jail;
	jail.writable.first = list;
	jail.writable.size = sizeof(list);
	jail.writable.count = 3;
	jail.start = "/a/b";
	CHECK(world_try(&confine, SJ_OK));
	CHECK(stat(ROOT "/a", &st) == 0 && st.st_uid == USER_UID);
	CHECK(stat(ROOT "/a/b", &st) == 0 && st.st_uid == 0 &&
	      (st.st_mode & 07777) == 0755);
	CHECK(stat(ROOT "/a/b/c", &st) == 0 && st.st_uid == USER_UID &&
	      (st.st_mode & 07777) == 02750);
	CHECK(stat(ROOT "/d", &st) == 0 && st.st_uid == 0);
	test_done("confine_tree_nested_writables_are_made");

	shell("chmod 00711 " ROOT "/a && chgrp 1 " ROOT "/a");
	CHECK(world_try(&confine, SJ_OK));
	CHECK(stat(ROOT "/a", &st) == 0 && st.st_gid == 1 &&
	      (st.st_mode & 07777) == 0711);
	test_done("confine_tree_existing_writable_is_left_as_it_is");

	jail.start = "/nowhere";
	CHECK(world_try(&confine, SJ_START_MISSING));
	shell("ln -s a " ROOT "/link");
	jail.start = "/link";
	CHECK(world_try(&confine, SJ_START_MISSING));
	test_done("confine_tree_start_missing_denies");

	jail.start = "/";
	jail.writable.first = "/usr";
	jail.writable.size = sizeof("/usr");
	jail.writable.count = 1;
	CHECK(world_try(&confine, SJ_WRITABLE_UNSAFE));
	jail.is_chroot = true;
	CHECK(world_try(&confine, SJ_WRITABLE_UNSAFE));
	test_done("confine_tree_writable_above_the_shell_denies");
}

/* As logins leave them that are killed in the middle, or see each other. */
static void
test_half_made(void)
{
	static const struct {
		const char *name, *script;
		enum sj_reason want;
		mode_t mode; /* of /a/b in the end */
	} halves[] = {
	    {"above", "mkdir -m 1700 a", SJ_OK, 02750},
	    {"of_root", "mkdir -m 1700 -p a/b && chmod 755 a", SJ_OK, 02750},
	    {"of_user",
		"mkdir -m 1700 -p a/b && chmod 755 a && chown 20001 a/b", SJ_OK,
		02750},
	    {"of_user_filled",
		"mkdir -p a/b/c && chmod 1700 a/b && chmod 755 a && chown "
		"20001 a/b",
		SJ_OK, 01700},
	    {"of_root_filled",
		"mkdir -p a/b/c && chmod 1700 a/b && chmod 755 a",
		SJ_WRITABLE_UNSAFE, 01700},
	    {"of_another", "mkdir -m 1700 -p a/b && chmod 755 a && chown 7 a/b",
		SJ_WRITABLE_UNSAFE, 01700},
	    {"root_with_another_mode", "mkdir -m 0700 -p a/b && chmod 755 a",
		SJ_WRITABLE_UNSAFE, 0700},
	};
	struct sj_jail jail = world_jail;
	struct sj_confine confine = world_confine;
	char name[128], script[256];
	struct stat st;
	size_t i;

	confine.jail = &jail;
	jail.writable = (struct sj_strings){"/a/b", sizeof("/a/b"), 1};
	jail.start = "/";
	for (i = 0; i < sizeof(halves) / sizeof(halves[0]); i++) {
		fresh();
		(void)snprintf(script, sizeof(script), "cd " ROOT " && %s",
		    halves[i].script);
		shell(script);
		CHECK(world_try(&confine, halves[i].want));
		CHECK(stat(ROOT "/a", &st) == 0 && st.st_uid == 0 &&
		      (st.st_mode & 07777) == 0755);
		CHECK(stat(ROOT "/a/b", &st) == 0);
		CHECK_INT(st.st_mode & 07777, halves[i].mode);
		CHECK(halves[i].want != SJ_OK || st.st_uid == USER_UID);
		(void)snprintf(name, sizeof(name), "confine_tree_half_made_%s",
		    halves[i].name);
		test_done(name);
	}
}

static void
test_shell_file(void)
{
	fresh();
	CHECK(chmod(SHELL, 0777) == 0);
	CHECK(world_try(&world_confine, SJ_SYSTEM_ERROR));
	CHECK(chmod(SHELL, 0755) == 0 && chown(SHELL, 1, 1) == 0);
	CHECK(world_try(&world_confine, SJ_SYSTEM_ERROR));
	CHECK(chown(SHELL, 0, 0) == 0);
	CHECK(rename(SHELL, SHELL ".away") == 0);
	CHECK(world_try(&world_confine, SJ_SYSTEM_ERROR));
	CHECK(rename(SHELL ".away", SHELL) == 0);
	CHECK(world_try(&world_confine, SJ_OK));
	test_done("confine_tree_foreign_shell_denies");
}

/* All of them make the same directories at once. */
static void
test_together(void)
{
	struct world_process processes[SESSIONS];
	pid_t pids[SESSIONS];
	int i, status, good = 0;

	fresh();
	shell("rm -r " WORLD "/srv");
	(void)fflush(stdout);
	for (i = 0; i < SESSIONS; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			world_die("fork");
		if (pids[i] == 0) {
			processes[0] = world_start(&world_confine, NULL, NULL);
			if (processes[0].report.reason != SJ_OK)
				printf(
				    "# %s\n", processes[0].report.fault.where);
			(void)fflush(stdout);
			world_end(&processes[0]);
			_exit(processes[0].report.reason == SJ_OK ? 0 : 1);
		}
	}
	for (i = 0; i < SESSIONS; i++)
		good += waitpid(pids[i], &status, 0) == pids[i] && status == 0;
	CHECK_INT(good, SESSIONS);
	test_done("confine_tree_many_sessions_make_it_together");
}

/* Swaps two names as fast as it can, until killed. */
static pid_t
start_swapping(const char *a, const char *b)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	for (;;)
		(void)renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
}

static void
stop(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

static bool
try_root(void)
{
	/* Whatever was swapped: this is the directory with the mark in it. */
	return access("/mark", F_OK) == 0 && access("/passwd", F_OK) != 0;
}

static void
race(const struct sj_confine *confine, bool (*inside)(void), unsigned *ret_good)
{
	struct world_process process;
	unsigned i;

	*ret_good = 0;
	for (i = 0; i < RACES; i++) {
		process = world_start(confine, NULL, inside);
		CHECK(process.report.reason != SJ_BAD_OPTION);
		CHECK(process.report.reason == SJ_OK ||
		      process.report.fault.reason == process.report.reason);
		*ret_good += process.report.reason == SJ_OK;
		world_end(&process);
	}
}

/* The root itself is swapped with a link to the host's /etc. */
static void
test_root_race(void)
{
	unsigned good;
	pid_t pid;

	fresh();
	shell("touch " ROOT "/mark && ln -s /etc " WORLD "/srv/link");
	pid = start_swapping(ROOT, WORLD "/srv/link");
	race(&world_confine, try_root, &good);
	stop(pid);
	printf("# %u of %u sessions were opened\n", good, RACES);
	CHECK(access("/etc/upload", F_OK) != 0);
	CHECK(access("/etc/dev", F_OK) != 0);
	CHECK(is_untouched("/etc"));
	test_done("confine_tree_root_swapped_with_link");
}

/*
 * The user owns the parent of a writable directory, and swaps what is made
 * there with a link and with a directory of root's that is not his to have.
 */
static void
test_writable_race(const char *name, const char *prepare)
{
	static const char list[] = "/a\0/a/b";
	struct sj_jail jail = world_jail;
	struct sj_confine confine = world_confine;
	unsigned good, sum = 0, i;
	pid_t pid;

	confine.jail = &jail;
	jail.writable.first = list;
	jail.writable.size = sizeof(list);
	jail.writable.count = 2;
	jail.start = "/";
	for (i = 0; i < 3; i++) {
		fresh();
		shell("mkdir " ROOT "/a && chown 20001 " ROOT "/a");
		shell(prepare);
		pid = start_swapping(ROOT "/a/b", ROOT "/a/other");
		race(&confine, NULL, &good);
		stop(pid);
		sum += good;
		CHECK(is_untouched(WORLD "/real"));
		CHECK(access(ROOT "/a/b/keep", F_OK) != 0 ||
		      is_untouched(ROOT "/a/b"));
		CHECK(access(ROOT "/a/other/keep", F_OK) != 0 ||
		      is_untouched(ROOT "/a/other"));
	}
	printf("# %u of %u sessions were opened\n", sum, 3 * RACES);
	test_done(name);
}

int
main(void)
{
	if (!world_enter()) {
		test_skip("confine_tree", "root and a mount namespace");
		return 77;
	}
	(void)umask(022);
	world_put_shell();
	test_rows();
	test_writables();
	test_half_made();
	test_shell_file();
	test_together();
	test_root_race();
	test_writable_race("confine_tree_writable_swapped_with_link",
	    "ln -s " WORLD "/real " ROOT "/a/other");
	test_writable_race("confine_tree_writable_swapped_with_full_directory",
	    "mkdir -p " ROOT "/a/other/keep");
	return test_failures != 0;
}
