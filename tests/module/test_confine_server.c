/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/*
 * What an external sftp server finds in the jail, and what it costs: needs
 * root. The "server" and its "library" are files of ours.
 */
#include "confine_world.h"
#include "server.h"

#define SERVER WORLD "/bin/server"
#define LIBRARY WORLD "/bin/library"
#define ENFORCE "/sys/fs/selinux/enforce"

static const struct sj_server world_server = {
    .argv = {SERVER "\0-l\0INFO", sizeof(SERVER "\0-l\0INFO"), 3},
    .files = {SERVER "\0" LIBRARY, sizeof(SERVER "\0" LIBRARY), 2},
};

static struct sj_pack world_groups;

static struct sj_confine
confine_of(const struct sj_server *server)
{
	struct sj_confine confine = world_confine;

	confine.server = server;
	confine.groups = &world_groups;
	return confine;
}

static void
sh(const char *script)
{
	if (system(script) != 0)
		world_die(script);
}

static void
fresh(void)
{
	sh("rm -rf " WORLD "/srv " WORLD "/bin; umask 022; mkdir -p " ROOT
	   " " WORLD "/bin; echo program >" SERVER "; echo library >" LIBRARY
	   "; chmod 755 " SERVER);
}

static bool
is_text(const char *path, const char *want, size_t len)
{
	char text[256];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text));

	if (fd >= 0)
		(void)close(fd);
	if (got == (ssize_t)len && memcmp(text, want, len) == 0)
		return true;
	printf("# %s: %.*s\n", path, got < 0 ? 0 : (int)got, text);
	return false;
}

#define IS_TEXT(path, text) is_text((path), (text), sizeof(text) - 1)

/* Not even root's word changes any of it in there. */
static bool
is_sealed(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)close(fd);
	return fd < 0 && errno == EROFS && unlink(path) != 0 && errno == EBUSY;
}

static bool
has_everything(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct stat st;

	return IS_TEXT(SERVER, "program\n") && IS_TEXT(LIBRARY, "library\n") &&
	       is_text(SJ_SERVER_ARGV, SERVER "\0-l\0INFO",
		   sizeof(SERVER "\0-l\0INFO")) &&
	       IS_TEXT("/etc/passwd",
		   "alice:x:20001:20002::/mnt/srv/alice:" USER_SHELL "\n") &&
	       IS_TEXT("/etc/group", "users:x:20002:\n") &&
	       IS_TEXT("/etc/nsswitch.conf", SJ_SERVER_NSSWITCH_TEXT) &&
	       is_sealed(SERVER) && is_sealed(LIBRARY) &&
	       is_sealed(SJ_SERVER_ARGV) && is_sealed("/etc/passwd") &&
	       is_sealed("/etc/group") && is_sealed("/etc/nsswitch.conf") &&
	       fd >= 0 && write(fd, "x", 1) == 1 && fstat(fd, &st) == 0 &&
	       S_ISCHR(st.st_mode) && stat(SJ_SERVER_ARGV, &st) == 0 &&
	       st.st_uid == 0 && st.st_gid == 0 && (st.st_mode & 07777) == 0644;
}

static void
test_shown(void)
{
	const struct sj_confine confine = confine_of(&world_server);
	struct world_process process;

	fresh();
	process = world_start(&confine, NULL, has_everything);
	CHECK_STR(process.report.fault.where, "");
	CHECK_INT(process.report.reason, SJ_OK);
	/* The host's directory has placeholders only. */
	CHECK(IS_TEXT(ROOT "/etc/passwd", ""));
	CHECK(IS_TEXT(ROOT SJ_SERVER_ARGV, ""));
	world_end(&process);
	test_done("confine_server_finds_what_it_needs");

	sh("cp " SERVER " " WORLD "/bin/new; echo newer >" WORLD
	   "/bin/library.1; mv " WORLD "/bin/new " SERVER
	   "; ln -sf library.1 " LIBRARY);
	CHECK(world_try(&confine, SJ_OK));
	test_done("confine_server_library_may_be_a_link");
}

static const struct {
	const char *name;
	const char *script;
	enum sj_reason want;
} rows[] = {
    {"library_missing", "rm " LIBRARY, SJ_MOUNT_MISSING},
    {"library_of_others", "chown 20001 " LIBRARY, SJ_MOUNT_UNSAFE},
    {"library_writable", "chmod 664 " LIBRARY, SJ_MOUNT_UNSAFE},
    {"library_is_a_fifo", "rm " LIBRARY "; mkfifo " LIBRARY, SJ_MOUNT_UNSAFE},
    {"way_of_the_user", "mkdir " ROOT "/etc; chown 20001 " ROOT "/etc",
	SJ_ROOT_OWNER},
    {"way_link", "ln -s /tmp " ROOT "/etc", SJ_ROOT_SYMLINK},
    {"place_link", "mkdir " ROOT "/etc; ln -s /etc/passwd " ROOT "/etc/passwd",
	SJ_ROOT_SYMLINK},
    {"place_directory", "mkdir -p " ROOT "/etc/passwd", SJ_SYSTEM_ERROR},
    {"place_device", "mkdir " ROOT "/dev; mknod " ROOT "/dev/null c 1 3",
	SJ_OK},
};

static void
test_rows(void)
{
	const struct sj_confine confine = confine_of(&world_server);
	char name[128];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fresh();
		sh(rows[i].script);
		CHECK(world_try(&confine, rows[i].want));
		(void)snprintf(
		    name, sizeof(name), "confine_server_%s", rows[i].name);
		test_done(name);
	}
}

/* A transition of the domain, which the program needs, is a new privilege. */
static void
check_privileges(const struct sj_server *server, const char *enforce, long want)
{
	const struct sj_confine confine = confine_of(server);
	struct world_process process;
	char script[128];

	(void)snprintf(script, sizeof(script), "printf %s >" ENFORCE, enforce);
	sh(script);
	fresh();
	process = world_start(&confine, NULL, NULL);
	CHECK_INT(process.report.reason, SJ_OK);
	CHECK_INT(world_status(process.pid, "NoNewPrivs"), want);
	CHECK_INT(world_status(process.pid, "Seccomp"), 2);
	world_end(&process);
}

static void
test_selinux(void)
{
	if (mount("tmpfs", "/sys/fs", "tmpfs", 0, "mode=0755") != 0 ||
	    mkdir("/sys/fs/selinux", 0755) != 0)
		world_die("/sys/fs");
	check_privileges(&world_server, "1", 0);
	check_privileges(&world_server, "0", 1);
	check_privileges(NULL, "1", 1);
	test_done("confine_server_changes_its_domain_where_selinux_enforces");
}

int
main(void)
{
	if (!world_enter()) {
		test_skip("confine_server", "root and a mount namespace");
		return 77;
	}
	world_put_shell();
	sj_server_pack_group(&world_groups, "users", USER_GID);
	test_shown();
	test_rows();
	test_selinux();
	sj_pack_clear(&world_groups);
	return test_failures != 0;
}
