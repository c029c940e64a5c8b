/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/*
 * The confinement, seen from outside: a process is confined, held and looked
 * at by /proc.  Needs root and a mount namespace of its own.
 */
#include <grp.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "confine_world.h"

/* Far behind the others. */
#define FAR_FD 700

static bool
put_descriptors(void)
{
	const gid_t groups[] = {30001, 30002};

	(void)umask(0077);
	/* As in sshd, the group is the user's by now. */
	return setgroups(2, groups) == 0 && setgid(USER_GID) == 0 &&
	       open("/etc", O_RDONLY | O_DIRECTORY) >= 0 &&
	       open("/", O_PATH | O_DIRECTORY) >= 0 &&
	       dup2(open("/etc", O_PATH | O_DIRECTORY), FAR_FD) == FAR_FD &&
	       open("/etc/passwd", O_RDONLY) >= 0 &&
	       open("/dev/null", O_RDONLY) >= 0;
}

/* No descriptor names a directory or a file, or anything opened by us. */
static void
check_descriptors(pid_t pid)
{
	char path[64], target[4096];
	struct stat st;
	ssize_t len;
	int fd;

	for (fd = 0; fd <= FAR_FD; fd++) {
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
	process = world_start(&confine, put_descriptors, NULL);
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

/* Inside: what may be run, and what may be written. */
static bool
runs(const char *path, int want)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		(void)execl(path, path, (char *)NULL);
		_exit(100 + errno);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid &&
	       WIFEXITED(status) && WEXITSTATUS(status) == want;
}

static bool
try_programs(void)
{
	CHECK(runs(USER_SHELL, 1));
	CHECK(runs("/upload/true", 100 + EACCES));
	CHECK(runs("/upload/volume/true", 100 + EACCES));
	CHECK(runs("/true", 100 + EACCES));
	CHECK(open(USER_SHELL, O_WRONLY) < 0 && errno == EROFS);
	CHECK(chmod(USER_SHELL, 04777) != 0 && errno == EROFS);
	CHECK(access("/proc", F_OK) != 0 && errno == ENOENT);
	CHECK(access("/etc", F_OK) != 0 && errno == ENOENT);
	return !test_is_bad;
}

static void
check_flags(const char *line, const char *end)
{
	char text[1024];
	size_t len = (size_t)(end - line);

	if (len >= sizeof(text))
		len = sizeof(text) - 1;
	memcpy(text, line, len);
	text[len] = '\0';
	CHECK(strstr(text, "nosuid,nodev") != NULL);
	if (strstr(text, " " USER_SHELL " ") != NULL)
		CHECK(strstr(text, " ro,") != NULL &&
		      strstr(text, "noexec") == NULL);
	else
		CHECK(strstr(text, "nosuid,nodev,noexec") != NULL);
	if (test_is_bad)
		printf("# %s\n", text);
}

/* A volume below a writable directory, set-user-ID and all, one over another.
 */
static void
test_submounts(void)
{
	struct world_process process;
	const char *line, *end;
	unsigned count = 0;

	(void)mkdir(ROOT "/upload/volume", 0755);
	CHECK(mount("tmpfs", ROOT "/upload/volume", "tmpfs", 0, NULL) == 0);
	CHECK(mount("tmpfs", ROOT "/upload/volume", "tmpfs", 0, NULL) == 0);
	world_copy("/bin/true", ROOT "/true", 04755);
	world_copy("/bin/true", ROOT "/upload/true", 04755);
	world_copy("/bin/true", ROOT "/upload/volume/true", 04755);
	process = world_start(&world_confine, NULL, try_programs);
	CHECK_STR(sj_reason_token(process.report.reason), "ok");
	line = world_proc(process.pid, "mountinfo");
	for (; (end = strchr(line, '\n')) != NULL; line = end + 1, count++)
		check_flags(line, end);
	/* Of the two, the upper one. */
	CHECK_INT(count, 4);
	world_end(&process);
	CHECK(umount(ROOT "/upload/volume") == 0);
	CHECK(umount(ROOT "/upload/volume") == 0);
	test_done("confine_submounts_are_shown_and_restricted");
}

static bool
try_host_mounts(void)
{
	CHECK(access("/proc", F_OK) == 0 && access("/sys", F_OK) == 0);
	CHECK(access("/proc/self", F_OK) != 0 && errno == ENOENT);
	CHECK(access("/sys/kernel", F_OK) != 0 && errno == ENOENT);
	return !test_is_bad;
}

/* As in a directory that was a chroot before. */
static void
test_host_mounts(void)
{
	struct world_process process;

	(void)mkdir(ROOT "/proc", 0755);
	(void)mkdir(ROOT "/sys", 0755);
	CHECK(mount("proc", ROOT "/proc", "proc", 0, NULL) == 0);
	CHECK(mount("sysfs", ROOT "/sys", "sysfs", 0, NULL) == 0);
	process = world_start(&world_confine, NULL, try_host_mounts);
	CHECK_STR(process.report.fault.where, "");
	CHECK_STR(sj_reason_token(process.report.reason), "ok");
	world_end(&process);
	CHECK(access(ROOT "/proc/self", F_OK) == 0);
	CHECK(umount(ROOT "/proc") == 0 && umount(ROOT "/sys") == 0);
	test_done("confine_proc_and_sysfs_below_the_root_are_hidden");
}

static void
test_placeholders(void)
{
	struct stat st;

	CHECK(stat(ROOT USER_SHELL, &st) == 0 && st.st_size == 0 &&
	      st.st_uid == 0 && (st.st_mode & 07777) == 0644);
	CHECK(stat(ROOT "/usr/libexec", &st) == 0 && st.st_uid == 0 &&
	      st.st_gid == 0 && (st.st_mode & 07777) == 0755);
	CHECK(stat(ROOT, &st) == 0 && st.st_uid == 0 && st.st_gid == 0 &&
	      (st.st_mode & 07777) == 0755);
	CHECK(stat(ROOT "/upload", &st) == 0 && st.st_uid == USER_UID &&
	      st.st_gid == 20003 && (st.st_mode & 07777) == 02750);
	test_done("confine_made_directories_have_owner_and_mode");
}

static int
listen_log(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	(void)strcpy(address.sun_path, LOG);
	(void)unlink(LOG);
	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		world_die("bind");
	return fd;
}

static bool
try_log(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)strcpy(address.sun_path, "/dev/log");
	CHECK(fd >= 0 &&
	      sendto(fd, "hello", 5, 0, (const struct sockaddr *)&address,
		  sizeof(address)) == 5);
	return !test_is_bad;
}

static void
test_log(void)
{
	struct sj_jail jail = world_jail;
	struct sj_confine confine = world_confine;
	struct world_process process;
	char text[16];
	int fd = listen_log();

	confine.jail = &jail;
	jail.transfer_log = SJ_TRANSFER_LOG_REQUIRED;
	/* The account check asks for the host's own /dev/log. */
	if (access("/dev/log", F_OK) != 0)
		jail.transfer_log = SJ_TRANSFER_LOG_ON;
	process = world_start(&confine, NULL, try_log);
	CHECK_STR(process.report.fault.where, "");
	CHECK_STR(sj_reason_token(process.report.reason), "ok");
	CHECK(!process.report.is_log_missing);
	CHECK_INT(read(fd, text, sizeof(text)), 5);
	world_end(&process);
	(void)close(fd);
	(void)unlink(LOG);
	test_done("confine_log_socket_is_in_the_jail");

	jail.transfer_log = SJ_TRANSFER_LOG_ON;
	process = world_start(&confine, NULL, NULL);
	CHECK_STR(sj_reason_token(process.report.reason), "ok");
	CHECK(process.report.is_log_missing);
	world_end(&process);
	test_done("confine_log_missing_is_told");

	jail.transfer_log = SJ_TRANSFER_LOG_REQUIRED;
	CHECK(world_try(&confine, SJ_MOUNT_MISSING));
	test_done("confine_log_required_and_missing_denies");

	jail.transfer_log = SJ_TRANSFER_LOG_OFF;
	(void)unlink(ROOT "/dev/log");
	CHECK(world_try(&confine, SJ_OK));
	CHECK(access(ROOT "/dev/log", F_OK) != 0);
	test_done("confine_log_off_leaves_no_placeholder");
}

static void
test_chroot(void)
{
	struct sj_jail jail = world_jail;
	struct sj_confine confine = world_confine;
	struct world_process process;

	jail.is_chroot = true;
	jail.is_network_host = true;
	confine.jail = &jail;
	process = world_start(&confine, put_descriptors, NULL);
	CHECK_STR(process.report.fault.where, "");
	CHECK_STR(sj_reason_token(process.report.reason), "ok");
	CHECK(world_shares(process.pid, "mnt"));
	CHECK(world_shares(process.pid, "net"));
	CHECK_INT(world_status(process.pid, "NoNewPrivs"), 1);
	CHECK_INT(world_status(process.pid, "Seccomp"), 0);
	CHECK_INT(world_status(process.pid, "Umask"), 77);
	CHECK_STR(world_link(process.pid, "root"), ROOT);
	CHECK_STR(world_link(process.pid, "cwd"), ROOT "/upload");
	check_descriptors(process.pid);
	world_end(&process);
	test_done("confine_chroot_stands");

	jail.is_network_host = false;
	process = world_start(&confine, NULL, NULL);
	CHECK(!world_shares(process.pid, "net"));
	CHECK_INT(world_status(process.pid, "Seccomp"), 2);
	world_end(&process);
	test_done("confine_chroot_without_network_stands");
}

static unsigned
count_mounts(void)
{
	return world_count_lines(world_proc(getpid(), "mountinfo"));
}

static void *
sleep_for_ever(void *unused)
{
	(void)pause();
	return unused;
}

static bool
start_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, sleep_for_ever, NULL) == 0;
}

static void
test_threads(void)
{
	struct world_process process =
	    world_start(&world_confine, start_thread, NULL);

	CHECK_STR(sj_reason_token(process.report.reason), "system-error");
	CHECK_STR(
	    process.report.fault.where, "the process has more than one thread");
	world_end(&process);
	test_done("confine_second_thread_denies");
}

/* What strace makes fail, in test_confine_calls.sh. */
static int
confine_once(void)
{
	struct sj_fault fault = {SJ_OK, 0, ""};
	bool is_log_missing;
	enum sj_reason reason;

	(void)mkdir(WORLD "/srv", 0755);
	world_put_shell();
	(void)listen_log();
	reason = sj_confine(&world_confine, &is_log_missing, &fault);
	printf("%s %s\n", sj_reason_token(reason), fault.where);
	return 0;
}

int
main(int argc, char **argv)
{
	unsigned mounts;

	if (!world_enter()) {
		test_skip("confine", "root and a mount namespace");
		return 77;
	}
	if (argc > 1 && strcmp(argv[1], "once") == 0)
		return confine_once();
	(void)mkdir(WORLD "/srv", 0755);
	world_put_shell();
	test_good();
	mounts = count_mounts();
	test_placeholders();
	test_submounts();
	test_host_mounts();
	test_log();
	test_chroot();
	test_threads();
	CHECK_INT(count_mounts(), mounts);
	test_done("confine_leaves_no_mount_outside");
	return test_failures != 0;
}
