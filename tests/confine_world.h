/* SPDX-License-Identifier: ISC */
#ifndef SJ_CONFINE_WORLD_H
#define SJ_CONFINE_WORLD_H

/*
 * A private mount namespace with a fresh file system at WORLD, and processes
 * that are confined in it, held, and looked at from outside.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"
#include "test.h"

#define WORLD "/mnt"
#define RUN_DIR WORLD "/run"
#define SHELL WORLD "/shell"
#define LOG WORLD "/log"
#define ROOT WORLD "/srv/alice"
#define USER_UID 20001
#define USER_GID 20002
/* What the user's login shell is called on the host and in the jail. */
#define USER_SHELL "/usr/libexec/x/shell"

static const struct sj_jail_user world_user = {
    .name = "alice",
    .home = WORLD "/srv/alice",
    .group = "users",
    .shell = USER_SHELL,
    .uid = USER_UID,
    .gid = USER_GID,
};

static const struct sj_jail world_jail = {
    .name = "test",
    .root = "%h",
    .start = "/upload",
    .writable_group = "",
    .message = "",
    .writable = {"/upload", sizeof("/upload"), 1},
    .is_create = true,
    .transfer_log = SJ_TRANSFER_LOG_ON,
    .umask = SJ_UMASK_UNSET,
    .writable_mode = 02750,
};

static const struct sj_confine world_confine = {
    .jail = &world_jail,
    .user = &world_user,
    .shell = SHELL,
    .run_dir = RUN_DIR,
    .log = LOG,
    .writable_gid = 20003,
};

/* What a confined process tells before it waits. */
struct world_report {
	enum sj_reason reason;
	bool is_log_missing;
	struct sj_fault fault;
};

struct world_process {
	pid_t pid;
	int hold; /* a byte lets the process end */
	struct world_report report;
};

static inline void
world_die(const char *what)
{
	printf("not ok %s - %s\n", what, strerror(errno));
	exit(1);
}

/* A fresh file system, shared, so that a leak would be seen. */
static inline bool
world_enter(void)
{
	if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return false;
	if (mount("tmpfs", WORLD, "tmpfs", 0, "mode=0755") != 0)
		return false;
	return mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL) == 0;
}

static inline void
world_copy(const char *from, const char *to, mode_t mode)
{
	char buf[65536];
	ssize_t len;
	int in = open(from, O_RDONLY), out;

	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (in < 0 || out < 0)
		world_die(to);
	while ((len = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, (size_t)len) != len)
			world_die(to);
	if (fchmod(out, mode) != 0)
		world_die(to);
	(void)close(in);
	(void)close(out);
}

/* The login shell as it was built: the only static program at hand. */
static inline void
world_put_shell(void)
{
	const char *build = getenv("O");
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/sftpjail-shell",
	    build == NULL ? "build" : build);
	world_copy(path, SHELL, 0755);
}

static inline bool
world_read(int fd, void *data, size_t size)
{
	return read(fd, data, size) == (ssize_t)size;
}

/*
 * Confines a new process; `inside` (or NULL) runs in it then, and its answer
 * is true if all was well there.  Then the process waits.
 */
static inline struct world_process
world_start(const struct sj_confine *confine, bool (*before)(void),
    bool (*inside)(void))
{
	struct world_process process = {0};
	int report[2], hold[2];
	char byte;

	if (pipe(report) != 0 || pipe(hold) != 0)
		world_die("pipe");
	(void)fflush(stdout);
	process.pid = fork();
	if (process.pid < 0)
		world_die("fork");
	if (process.pid == 0) {
		(void)close(hold[1]);
		(void)close(report[0]);
		if (before != NULL && !before())
			_exit(3);
		memset(&process.report, 0, sizeof(process.report));
		process.report.reason = sj_confine(confine,
		    &process.report.is_log_missing, &process.report.fault);
		if (process.report.reason == SJ_OK && inside != NULL &&
		    !inside())
			process.report.reason = SJ_BAD_OPTION;
		(void)fflush(stdout);
		if (write(report[1], &process.report, sizeof(process.report)) <
		    0)
			_exit(2);
		if (read(hold[0], &byte, 1) != 1)
			_exit(2);
		_exit(0);
	}
	(void)close(report[1]);
	(void)close(hold[0]);
	process.hold = hold[1];
	process.report.reason = SJ_SYSTEM_ERROR;
	if (!world_read(report[0], &process.report, sizeof(process.report)))
		printf("# the process said nothing\n");
	(void)close(report[0]);
	return process;
}

static inline void
world_end(struct world_process *process)
{
	int status;

	if (write(process->hold, "", 1) != 1)
		world_die("write");
	(void)close(process->hold);
	(void)waitpid(process->pid, &status, 0);
	CHECK_INT(status, 0);
}

static inline bool
world_try(const struct sj_confine *confine, enum sj_reason want)
{
	struct world_process process = world_start(confine, NULL, NULL);
	bool is_good = process.report.reason == want;

	if (!is_good)
		printf("# got %s (%s), want %s\n",
		    sj_reason_token(process.report.reason),
		    process.report.fault.where, sj_reason_token(want));
	world_end(&process);
	return is_good;
}

/* The lines of /proc/PID/NAME, in a buffer that lives until the next call. */
static inline const char *
world_proc(pid_t pid, const char *name)
{
	static char text[65536];
	char path[64];
	size_t len = 0;
	ssize_t got;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
	fd = open(path, O_RDONLY);
	while (
	    fd >= 0 && (got = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)got;
	if (fd >= 0)
		(void)close(fd);
	text[len] = '\0';
	return text;
}

/* The number behind "NAME:" in /proc/PID/status. */
static inline long
world_status(pid_t pid, const char *name)
{
	const char *line = strstr(world_proc(pid, "status"), name);

	return line == NULL ? -1 : strtol(line + strlen(name) + 1, NULL, 10);
}

static inline const char *
world_link(pid_t pid, const char *name)
{
	static char target[4096];
	char path[64];
	ssize_t len;

	(void)snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
	len = readlink(path, target, sizeof(target) - 1);
	target[len < 0 ? 0 : len] = '\0';
	return target;
}

/* True if both processes are in one namespace. */
static inline bool
world_shares(pid_t pid, const char *namespace)
{
	char path[64];
	struct stat a, b;

	(void)snprintf(
	    path, sizeof(path), "/proc/%ld/ns/%s", (long)pid, namespace);
	if (stat(path, &a) != 0)
		return true;
	(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", namespace);
	return stat(path, &b) != 0 || a.st_ino == b.st_ino;
}

static inline unsigned
world_count_lines(const char *text)
{
	unsigned count = 0;

	for (; *text != '\0'; text++)
		count += *text == '\n';
	return count;
}

#endif
