/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/*
 * Mounts in a jail while their sources and places are renamed: what is shown
 * is what was checked, and read-only is read-only.  All of it a second time as
 * on a kernel without open_tree(2) and statx(2).  Needs root.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "confine_world.h"

#define SESSIONS 20
#define RACES 60
#define DATA WORLD "/data"
#define HOME WORLD "/homes/alice"
#ifndef SYS_open_tree
#define SYS_open_tree 428
#endif
#ifndef SYS_statx
#define SYS_statx SYS_open_tree /* the module does not know it, then */
#endif

static const char *series = "confine_mounts";

static void
done(const char *name)
{
	char full[128];

	(void)snprintf(full, sizeof(full), "%s_%s", series, name);
	test_done(full);
}

static void
shell(const char *script)
{
	if (system(script) != 0)
		world_die(script);
}

/* A tree with one good source, and others that look like it and are not. */
static void
fresh(void)
{
	shell("cd " WORLD " && umask 022 && rm -rf data homes srv evil && "
	      "mkdir -p data/a/src data/a/other data/bad/src evil/src "
	      "homes/alice srv/alice && chmod 0777 data/bad && "
	      "touch data/a/src/good data/bad/src/evil evil/src/evil && "
	      "ln -s /etc data/a/link && ln -s " WORLD "/evil data/way && "
	      "chown 20001 homes/alice");
}

/* A jail of these mounts; lives until the next call. */
static struct sj_confine
jail_of(const struct sj_mount *mounts, uint32_t count, bool is_virtual)
{
	static struct sj_pack paths, flags;
	static struct sj_jail jail;
	struct sj_confine confine = world_confine;
	uint32_t i;

	sj_pack_clear(&paths);
	sj_pack_clear(&flags);
	for (i = 0; i < count; i++) {
		sj_pack_string(&paths, mounts[i].source);
		sj_pack_string(&paths, mounts[i].target);
		sj_pack_mount_flags(&flags, &mounts[i]);
	}
	jail = world_jail;
	jail.writable = (struct sj_strings){"", 0, 0};
	jail.start = "/";
	jail.is_virtual = is_virtual;
	jail.mount_paths.first = (const char *)paths.data;
	jail.mount_paths.size = (uint32_t)paths.len;
	jail.mount_paths.count = 2 * count;
	jail.mounts = (struct sj_packed){flags.data, count};
	confine.jail = &jail;
	return confine;
}

#define JAIL_OF(mounts, is_virtual) \
	jail_of(mounts, sizeof(mounts) / sizeof((mounts)[0]), is_virtual)

static bool
is_read_only(const char *path)
{
	return open(path, O_WRONLY | O_CREAT, 0600) < 0 && errno == EROFS;
}

static bool
try_source(void)
{
	CHECK(access("/src/good", F_OK) == 0);
	CHECK(access("/src/evil", F_OK) != 0);
	CHECK(access("/src/passwd", F_OK) != 0);
	CHECK(is_read_only("/src/new") && is_read_only("/src/good"));
	return !test_is_bad;
}

/* Wherever the user has moved the place to by now. */
static bool
try_place(void)
{
	static const char *const names[] = {
	    "/home/place", "/home/other", "/home/there"};
	size_t i;
	int fd;

	for (i = 0; i < 3; i++) {
		/* One directory, whatever its name is by then. */
		fd = open(names[i], O_PATH | O_DIRECTORY);
		if (fd < 0 || faccessat(fd, "good", F_OK, 0) != 0)
			continue;
		CHECK(openat(fd, "good", O_WRONLY) < 0 && errno == EROFS);
		CHECK(mkdirat(fd, "new", 0755) != 0 && errno == EROFS);
	}
	return !test_is_bad;
}

static void
stop(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

/* Swaps two names as fast as it can, until killed. */
static pid_t
start_swapping(const char *a, const char *b)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		(void)renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
}

/* Takes it away and makes it anew, which ends a mount on it. */
static pid_t
start_remaking(const char *path)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		(void)rmdir(path);
		(void)mkdir(path, 0755);
	}
}

static void
race(const struct sj_confine *confine, bool (*inside)(void), const char *name)
{
	struct world_process process;
	unsigned i, good = 0;

	for (i = 0; i < RACES; i++) {
		process = world_start(confine, NULL, inside);
		/* Unless all was as it should be inside. */
		CHECK(process.report.reason != SJ_BAD_OPTION);
		CHECK(process.report.reason == SJ_OK ||
		      process.report.fault.reason == process.report.reason);
		good += process.report.reason == SJ_OK;
		world_end(&process);
	}
	printf("# %u of %u sessions were opened\n", good, RACES);
	CHECK(access(DATA "/a/src/new", F_OK) != 0);
	done(name);
}

/* At each depth of the way to the source. */
static void
test_source_races(void)
{
	static const struct {
		const char *name, *a, *b;
	} rows[] = {
	    {"source_swapped_with_link", DATA "/a/src", DATA "/a/link"},
	    {"source_parent_swapped_with_link", DATA "/a", DATA "/way"},
	    {"source_parent_swapped_with_bad_directory", DATA "/a",
		DATA "/bad"},
	    {"source_top_swapped_with_link", DATA, WORLD "/link"},
	};
	static const struct sj_mount mounts[] = {
	    {true, false, false, DATA "/a/src", "/src"}};
	struct sj_confine confine;
	size_t i;
	pid_t pid;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fresh();
		shell("ln -sfn evil " WORLD "/link; mkdir -p " WORLD
		      "/evil/a/src; touch " WORLD "/evil/a/src/evil");
		confine = JAIL_OF(mounts, i % 2 == 0);
		pid = start_swapping(rows[i].a, rows[i].b);
		race(&confine, try_source, rows[i].name);
		stop(pid);
		(void)unlink(WORLD "/link");
		shell("rm -rf " DATA);
	}
}

/* The user owns the directory in which the place is. */
static void
test_place_races(void)
{
	static const struct {
		const char *name, *prepare;
	} rows[] = {
	    {"place_swapped_with_link",
		"mkdir place there && ln -s there other"},
	    {"place_swapped_with_link_out",
		"mkdir place && ln -s " DATA "/a/other other"},
	    {"place_swapped_with_full_directory", "mkdir -p place other/keep"},
	    {"place_missing_swapped_with_link", "ln -s there other"},
	};
	static const struct sj_mount mounts[] = {
	    {false, false, false, HOME, "/home"},
	    {true, false, false, DATA "/a/src", "/home/place"},
	};
	struct sj_confine confine;
	char script[256];
	struct stat st;
	size_t i;
	pid_t pid;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fresh();
		(void)snprintf(script, sizeof(script), "cd " HOME " && %s",
		    rows[i].prepare);
		shell(script);
		confine = JAIL_OF(mounts, i % 2 == 0);
		pid = start_swapping(HOME "/place", HOME "/other");
		race(&confine, try_place, rows[i].name);
		stop(pid);
		CHECK(rmdir(DATA "/a/other") == 0);
		CHECK(stat(DATA "/a/src", &st) == 0 && st.st_uid == 0);
	}
	fresh();
	confine = JAIL_OF(mounts, true);
	pid = start_remaking(HOME "/place");
	race(&confine, try_place, "place_removed_and_made_again");
	stop(pid);
}

/* What the host has read-only in his directory, under any name. */
static bool
try_protected(void)
{
	static const char *const names[] = {"/home/x", "/home/y"};
	size_t i;
	int fd;

	for (i = 0; i < 2; i++) {
		fd = open(names[i], O_PATH | O_DIRECTORY);
		CHECK(fd >= 0);
		if (faccessat(fd, "ro/f", F_OK, 0) == 0)
			CHECK(
			    openat(fd, "ro/f", O_WRONLY) < 0 && errno == EROFS);
	}
	return !test_is_bad;
}

static void
test_protected_race(void)
{
	static const struct sj_mount mounts[] = {
	    {false, false, false, HOME, "/home"}};
	const struct sj_confine confine = JAIL_OF(mounts, true);
	pid_t pid;

	fresh();
	shell("cd " HOME " && mkdir -p x/ro y && touch x/ro/f && "
	      "mount --bind x/ro x/ro && mount -o remount,bind,ro x/ro");
	pid = start_swapping(HOME "/x", HOME "/y");
	race(&confine, try_protected, "submount_moved_away");
	stop(pid);
	shell("cd " HOME " && umount x/ro 2>/dev/null || umount y/ro");
}

/* A source that must be made, and directories in it, by many at once. */
static const struct sj_mount made[] = {
    {true, false, true, DATA "/pub", "/pub"},
    {false, false, true, DATA "/in/%u", "/pub/in"},
    {false, true, false, DATA "/none", "/pub/in/none"},
};
static const char made_writable[] = "/pub/in/up";

static struct sj_confine
jail_of_made(struct sj_jail *jail)
{
	struct sj_confine confine = JAIL_OF(made, true);

	*jail = *confine.jail;
	jail->writable =
	    (struct sj_strings){made_writable, sizeof(made_writable), 1};
	jail->start = made_writable;
	confine.jail = jail;
	return confine;
}

static void
check_made(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	struct stat st;

	CHECK(stat(path, &st) == 0);
	CHECK_INT(st.st_uid, uid);
	CHECK_INT(st.st_gid, gid);
	CHECK_INT(st.st_mode & 07777, mode);
}

static void
test_together(void)
{
	struct world_process process;
	struct sj_jail jail;
	const struct sj_confine confine = jail_of_made(&jail);
	pid_t pids[SESSIONS];
	int i, status, good = 0;

	fresh();
	(void)fflush(stdout);
	for (i = 0; i < SESSIONS; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			world_die("fork");
		if (pids[i] == 0) {
			process = world_start(&confine, NULL, NULL);
			if (process.report.reason != SJ_OK)
				printf("# %s\n", process.report.fault.where);
			(void)fflush(stdout);
			world_end(&process);
			_exit(process.report.reason == SJ_OK ? 0 : 1);
		}
	}
	for (i = 0; i < SESSIONS; i++)
		good += waitpid(pids[i], &status, 0) == pids[i] && status == 0;
	CHECK_INT(good, SESSIONS);
	check_made(DATA "/pub", 0, 0, 0755);
	check_made(DATA "/pub/in", 0, 0, 0755);
	check_made(DATA "/in", 0, 0, 0755);
	check_made(DATA "/in/alice", USER_UID, 20003, 02750);
	check_made(DATA "/in/alice/up", USER_UID, 20003, 02750);
	/* As a login leaves it that is killed. */
	shell("cd " DATA "/in && rm -r alice && mkdir -m 1700 alice");
	process = world_start(&confine, NULL, NULL);
	CHECK_STR(sj_reason_token(process.report.reason), "ok");
	world_end(&process);
	check_made(DATA "/in/alice", USER_UID, 20003, 02750);
	CHECK(access(DATA "/in/alice/none", F_OK) != 0);
	done("many_sessions_make_it_together");
}

/* Each file system below is shown, and as read-only as what it lies in. */
static bool
try_volumes(void)
{
	CHECK(
	    is_read_only("/src/volume/f") && is_read_only("/src/volume/a v/f"));
	CHECK(open("/rw/volume/f", O_WRONLY | O_CREAT, 0600) >= 0);
	CHECK(open("/rw/volume/a v/f", O_WRONLY | O_CREAT, 0600) >= 0);
	CHECK(open("/rw/volume/null", O_RDONLY) < 0 && errno == EACCES);
	CHECK(is_read_only("/f"));
	return !test_is_bad;
}

/* As automounts leave them: one over the other, which alone is seen. */
static bool
try_stacked(void)
{
	CHECK(access("/rw/volume/under", F_OK) != 0);
	CHECK(access("/rw/volume/over", F_OK) == 0);
	CHECK(is_read_only("/rw/volume/over"));
	return !test_is_bad;
}

static void
test_stacked(const struct sj_confine *confine)
{
	struct world_process process;

	shell("cd " DATA "/a/src && mount -t tmpfs under volume && "
	      "touch volume/under && mount -t tmpfs over volume && "
	      "touch volume/over && "
	      "mount -o remount,bind,ro,nosuid,nodev,noexec volume");
	process = world_start(confine, NULL, try_stacked);
	CHECK_STR(process.report.fault.where, "");
	CHECK_STR(sj_reason_token(process.report.reason), "ok");
	world_end(&process);
	shell("umount " DATA "/a/src/volume && umount " DATA "/a/src/volume");
	done("volume_over_another");
}

static bool
try_hidden(void)
{
	CHECK(access("/src/volume", F_OK) == 0);
	CHECK(access("/src/volume/self", F_OK) != 0 && errno == ENOENT);
	CHECK(access("/rw/volume/self", F_OK) != 0 && errno == ENOENT);
	return !test_is_bad;
}

static void
test_volumes(void)
{
	static const struct sj_mount mounts[] = {
	    {false, false, false, DATA "/a/src", "/rw"},
	    {true, false, false, DATA "/a/src", "/src"},
	};
	struct sj_confine confine = JAIL_OF(mounts, true);
	struct world_process process;

	fresh();
	shell("cd " DATA "/a/src && mkdir volume && "
	      "mount -t tmpfs volume volume && mkdir 'volume/a v' && "
	      "mount -t tmpfs v 'volume/a v' && mknod volume/null c 1 3");
	process = world_start(&confine, NULL, try_volumes);
	CHECK_STR(process.report.fault.where, "");
	CHECK_STR(sj_reason_token(process.report.reason), "ok");
	world_end(&process);
	shell("umount '" DATA "/a/src/volume/a v' " DATA "/a/src/volume");
	done("volumes_below_a_source");
	test_stacked(&confine);

	/* As "mount --rbind /proc" leaves it. */
	shell("mount -t proc proc " DATA "/a/src/volume && "
	      "mount -t tmpfs on " DATA "/a/src/volume/sys/fs");
	process = world_start(&confine, NULL, try_hidden);
	CHECK_STR(sj_reason_token(process.report.reason), "ok");
	world_end(&process);
	done("proc_below_a_source_is_hidden");

	shell("mount -t tmpfs over " DATA "/a/src/volume");
	process = world_start(&confine, NULL, try_hidden);
	CHECK_STR(sj_reason_token(process.report.reason), "ok");
	world_end(&process);
	shell("umount " DATA "/a/src/volume && umount -R " DATA
	      "/a/src/volume && mount -t proc proc " DATA "/a/src");
	done("proc_below_another_mount_is_hidden");
	CHECK(world_try(&confine, SJ_MOUNT_UNSAFE));
	shell("umount " DATA "/a/src");
	done("proc_as_a_source_denies");
}

static void
run_all(void)
{
	unsigned mounts;

	test_together();
	/* By now the network namespace, which stays, has its pin. */
	mounts = world_count_lines(world_proc(getpid(), "mountinfo"));
	test_volumes();
	test_source_races();
	test_place_races();
	test_protected_race();
	CHECK_INT(world_count_lines(world_proc(getpid(), "mountinfo")), mounts);
	done("leave_no_mount_outside");
}

/* Before Linux 4.11: this process and its children lose newer calls. */
static bool
forget_calls(void)
{
	struct sock_filter filter[] = {
	    BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_open_tree, 1, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_statx, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {
	    sizeof(filter) / sizeof(filter[0]), filter};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* What strace makes fail, in confine-calls.sh. */
static int
confine_once(void)
{
	struct sj_fault fault = {SJ_OK, 0, ""};
	struct sj_jail jail;
	const struct sj_confine confine = jail_of_made(&jail);
	bool is_log_missing;
	enum sj_reason reason;

	(void)mkdir(DATA, 0755);
	world_put_shell();
	reason = sj_confine(&confine, &is_log_missing, &fault);
	/* What was optional and missing is no fault. */
	printf("%s %s\n", sj_reason_token(reason),
	    reason == SJ_OK ? "" : fault.where);
	return 0;
}

int
main(int argc, char **argv)
{
	if (!world_enter()) {
		test_skip("confine_mounts", "root and a mount namespace");
		return 77;
	}
	if (argc > 1 && strcmp(argv[1], "once") == 0)
		return confine_once();
	(void)umask(022);
	world_put_shell();
	run_all();
	series = "confine_mounts_old_kernel";
	if (forget_calls())
		run_all();
	else
		test_skip(series, "seccomp");
	return test_failures != 0;
}
