/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/*
 * The checks of a jail's directories, and the commands that mend them.  "/" is
 * a directory of ours, and "root" and the user both are who runs this.
 */
#include "jailroot_place.h"

/* What is done to a good jail, the reason, and the command that mends it. */
static const struct row {
	const char *name;
	const char *script;
	enum sj_reason want;
	const char *where;
	const char *fix; /* NULL: not told */
} rows[] = {
    {"good", "true", SJ_OK, "", ""},
    {"root_mode", "chmod 775 srv", SJ_ROOT_MODE, "/srv is mode 0775, want 0755",
	"chmod 0755 /srv"},
    {"root_own_mode", "chmod 1777 srv/alice", SJ_ROOT_MODE,
	"/srv/alice is mode 1777, want 1755", "chmod 1755 /srv/alice"},
    {"root_missing", "rm -r srv/alice", SJ_ROOT_MISSING,
	"/srv/alice does not exist", "mkdir -p -m 0755 /srv/alice"},
    {"root_symlink", "mv srv/alice srv/x && ln -s x srv/alice", SJ_ROOT_SYMLINK,
	"/srv/alice is a symbolic link, want a directory",
	"mv /srv/alice /srv/alice.old && mkdir -m 0755 /srv/alice"},
    {"root_fifo", "rm -r srv/alice && mkfifo srv/alice", SJ_ROOT_NOT_DIRECTORY,
	"/srv/alice is a FIFO, want a directory",
	"mv /srv/alice /srv/alice.old && mkdir -m 0755 /srv/alice"},
    {"writable_missing", "rmdir srv/alice/upload", SJ_OK, "", ""},
    {"writable_file", "rmdir srv/alice/upload && touch srv/alice/upload",
	SJ_WRITABLE_UNSAFE,
	"/srv/alice/upload is no directory on the way to /upload, want a "
	"directory",
	"mv /srv/alice/upload /srv/alice/upload.old"},
    {"writable_link", "rmdir srv/alice/upload && ln -s . srv/alice/upload",
	SJ_WRITABLE_UNSAFE,
	"/srv/alice/upload is a symbolic link on the way to /upload, want a "
	"directory",
	"mv /srv/alice/upload /srv/alice/upload.old"},
    {"shell_way_writable", "mkdir srv/alice/bin && chmod 777 srv/alice/bin",
	SJ_ROOT_MODE, "in the jail /srv/alice: /bin is mode 0777, want 0755",
	"chmod 0755 /srv/alice/bin"},
    {"shell_way_link", "ln -s upload srv/alice/bin", SJ_ROOT_SYMLINK,
	"in the jail /srv/alice: /bin is a symbolic link, want a directory",
	"mv /srv/alice/bin /srv/alice/bin.old && mkdir -m 0755 "
	"/srv/alice/bin"},
    {"shell_place_link",
	"mkdir srv/alice/bin && ln -s ../upload srv/alice/bin/shell",
	SJ_ROOT_SYMLINK,
	"/srv/alice/bin/shell is in the place of a placeholder, want a file",
	NULL},
    {"shell_place_file", "mkdir srv/alice/bin && touch srv/alice/bin/shell",
	SJ_OK, "", ""},
};

static void
test_row(const struct row *row)
{
	const struct sj_jail jail = jail_of();
	struct sj_fault fault = {0};
	struct told told;
	char name[128];

	fresh();
	sh(row->script);
	CHECK_STR(sj_reason_token(check(&jail, &told, &fault)),
	    sj_reason_token(row->want));
	CHECK_STR(fault.where, row->where);
	if (row->fix != NULL)
		CHECK_STR(told.fix, row->fix);
	(void)snprintf(name, sizeof(name), "jailroot_%s", row->name);
	test_done(name);
}

static void
test_foreign(void)
{
	const struct sj_jail jail = jail_of();
	struct sj_fault fault = {0};
	struct told told;

	fresh();
	if (fchownat(tree_fd, "srv", 4242, 4242, 0) != 0) {
		test_skip("jailroot_owner", "root");
		return;
	}
	sh("chmod 775 srv");
	CHECK_INT(check(&jail, &told, &fault), SJ_ROOT_OWNER);
	CHECK_STR(told.fix, "chown root:root /srv && chmod 0755 /srv");
	must(fchownat(tree_fd, "srv", 0, 0, 0), "chown");
	sh("chmod 755 srv && chown 4242 srv/alice/upload");
	CHECK_INT(check(&jail, &told, &fault), SJ_WRITABLE_UNSAFE);
	CHECK_STR(
	    fault.where, "/srv/alice/upload is owned by uid 4242, want 0");
	CHECK_STR(told.fix, "chown alice /srv/alice/upload");
	test_done("jailroot_owner");
}

/* All of it is told, in order, whatever failed first. */
static void
test_told(void)
{
	struct sj_jail jail = jail_of();
	struct sj_fault fault = {0};
	struct told told;

	fresh();
	sh("rmdir srv/alice/upload");
	CHECK_INT(check(&jail, &told, &fault), SJ_OK);
	CHECK_STR(told.text,
	    "root / ok\nroot /srv ok\nroot /srv/alice ok\n= root ok\n"
	    "placeholder /srv/alice/bin ok make\n= placeholder ok\n"
	    "writable /srv/alice/upload ok make\n= writable ok\n"
	    "start /srv/alice/upload ok make\n= start ok\n");
	sh("chmod 777 srv");
	CHECK_INT(check(&jail, &told, &fault), SJ_ROOT_MODE);
	CHECK_STR(told.text,
	    "root / ok\nroot /srv root-mode\nroot /srv/alice ok\n"
	    "= root root-mode\n= placeholder skip\n= writable skip\n"
	    "= start skip\n");
	sh("chmod 755 srv && mkdir srv/alice/bin srv/alice/a && "
	   "chmod 777 srv/alice/bin && touch srv/alice/upload");
	jail.start = "/a/none";
	CHECK_INT(check(&jail, &told, &fault), SJ_ROOT_MODE);
	CHECK_STR(told.text,
	    "root / ok\nroot /srv ok\nroot /srv/alice ok\n= root ok\n"
	    "placeholder /srv/alice/bin root-mode\n= placeholder root-mode\n"
	    "writable /srv/alice/upload writable-unsafe\n"
	    "= writable writable-unsafe\n"
	    "start /srv/alice/a ok\n"
	    "start /srv/alice/a/none start-missing\n= start start-missing\n");
	test_done("jailroot_everything_is_told");
}

/* What another login is making at this moment is root's, for now. */
static void
test_half_made(void)
{
	const struct sj_jail jail = jail_of();
	struct sj_jail_user user = user_of();
	struct sj_jailroot_host host = {-1, user.uid, NULL};
	struct sj_fault fault = {0};

	user.uid++;
	fresh();
	host.root_fd = tree_fd;
	CHECK_INT(sj_jailroot_check(&jail, &user, &host, NULL, &fault),
	    SJ_WRITABLE_UNSAFE);
	sh("chmod 1700 srv/alice/upload");
	CHECK_INT(sj_jailroot_check(&jail, &user, &host, NULL, &fault), SJ_OK);
	test_done("jailroot_half_made_writable_is_one_to_make");
}

static void
test_create(void)
{
	struct sj_jail jail = jail_of();
	struct sj_fault fault = {0};
	struct told told;

	fresh();
	sh("rm -r srv");
	jail.is_create = true;
	CHECK_INT(check(&jail, &told, &fault), SJ_OK);
	CHECK_STR(told.text,
	    "root / ok\nroot /srv ok make\n= root ok\n= placeholder ok\n"
	    "= writable ok\n= start ok\n");
	jail.start = "/elsewhere";
	CHECK_INT(check(&jail, &told, &fault), SJ_START_MISSING);
	jail.start = "/";
	CHECK_INT(check(&jail, &told, &fault), SJ_OK);
	must(fchmod(tree_fd, 0777), "fchmod");
	CHECK_INT(check(&jail, &told, &fault), SJ_ROOT_MODE);
	CHECK(faccessat(tree_fd, "srv", F_OK, 0) != 0);
	test_done("jailroot_missing_root_that_will_be_made");
}

static const struct start_row {
	const char *start;
	const char *writable;
	enum sj_reason want;
} starts[] = {
    {"/", "/upload", SJ_OK},
    {"/upload", "/upload", SJ_OK},
    {"/new", "/new", SJ_OK},
    {"/new", "/new/deep/er", SJ_OK},
    {"/new/deep", "/new/deep/er", SJ_OK},
    {"/new/deep/er/x", "/new/deep/er", SJ_START_MISSING},
    {"/ne", "/new", SJ_START_MISSING},
    {"/none", "/upload", SJ_START_MISSING},
    {"/file", "/upload", SJ_START_MISSING},
    {"/link", "/upload", SJ_START_MISSING},
    {"/", "/bin", SJ_WRITABLE_UNSAFE},
    {"/", "/bin/shell", SJ_WRITABLE_UNSAFE},
    {"/", "/bin/shelter", SJ_OK},
};

static void
test_starts(void)
{
	struct sj_jail jail = jail_of();
	struct sj_fault fault = {0};
	struct told told;
	size_t i;

	fresh();
	sh("touch srv/alice/file && ln -s upload srv/alice/link");
	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		jail.start = starts[i].start;
		jail.writable.first = starts[i].writable;
		jail.writable.size = (uint32_t)strlen(starts[i].writable) + 1;
		if (check(&jail, &told, &fault) == starts[i].want)
			continue;
		printf("# start %s, writable %s: %s\n", starts[i].start,
		    starts[i].writable, fault.where);
		test_is_bad = true;
	}
	test_done("jailroot_start_and_writable_together");
}

static void
test_templates(void)
{
	static const struct {
		const char *root;
		enum sj_reason want;
	} templates[] = {
	    {"/srv/%u", SJ_OK},
	    {"/%g/%u", SJ_ROOT_MISSING},
	    {"%g", SJ_ROOT_MISSING},
	    {"", SJ_ROOT_MISSING},
	    {"/", SJ_ROOT_MISSING},
	    {"//", SJ_ROOT_MISSING},
	    {"/srv/../srv/alice", SJ_ROOT_MISSING},
	    {"//srv//alice/", SJ_OK},
	};
	struct sj_jail jail = jail_of();
	struct sj_fault fault = {0};
	struct told told;
	size_t i;

	fresh();
	for (i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
		jail.root = templates[i].root;
		CHECK_INT(check(&jail, &told, &fault), templates[i].want);
	}
	test_done("jailroot_templates");
}

/* Names that a shell would take apart are quoted for it. */
static void
test_quoting(void)
{
	struct sj_jail jail = jail_of();
	struct sj_fault fault = {0};
	struct told told;

	fresh();
	sh("mkdir \"a b\" \"a b/c'd\" && chmod 777 \"a b/c'd\"");
	jail.root = "/a b/c'd";
	CHECK_INT(check(&jail, &told, &fault), SJ_ROOT_MODE);
	CHECK_STR(told.fix, "chmod 0755 '/a b/c'\\''d'");
	test_done("jailroot_command_is_quoted");
}

static void
test_log(void)
{
	struct sj_jail jail = jail_of();
	struct sj_fault fault = {0};
	struct told told;

	fresh();
	jail.transfer_log = SJ_TRANSFER_LOG_ON;
	CHECK_INT(check(&jail, &told, &fault), SJ_OK);
	CHECK(strstr(told.text, "= mount warn\n") != NULL);
	CHECK(strstr(told.text, "placeholder /srv/alice/dev ok make\n"));
	jail.transfer_log = SJ_TRANSFER_LOG_REQUIRED;
	CHECK_INT(check(&jail, &told, &fault), SJ_MOUNT_MISSING);
	sh("ln -s upload srv/alice/dev");
	CHECK_INT(check(&jail, &told, &fault), SJ_ROOT_SYMLINK);
	jail.is_chroot = true;
	CHECK_INT(check(&jail, &told, &fault), SJ_OK);
	CHECK(strstr(told.text, "= mount") == NULL);
	test_done("jailroot_log_is_asked_for_where_it_is_wanted");
}

/* With an external sftp server: what is done, the reason, and why. */
static const struct {
	const char *name;
	const char *script;
	const char *writable;
	enum sj_reason want;
	const char *where;
} server_rows[] = {
    {"good", "true", "/upload", SJ_OK, ""},
    {"own_null_device", "mkdir srv/alice/dev && touch srv/alice/dev/null",
	"/upload", SJ_OK, ""},
    {"file_missing", "rm lib/x.so", "/upload", SJ_MOUNT_MISSING, "/lib/x.so"},
    {"file_mode", "chmod 666 lib/x.so", "/upload", SJ_MOUNT_UNSAFE,
	"/lib/x.so is no file that only root could have written"},
    {"file_is_directory", "rm lib/x.so && mkdir lib/x.so", "/upload",
	SJ_MOUNT_UNSAFE, "/lib/x.so"},
    {"file_through_a_link", "mv lib/x.so lib/y && ln -s y lib/x.so", "/upload",
	SJ_OK, ""},
    {"way_of_others", "mkdir srv/alice/lib && chmod 777 srv/alice/lib",
	"/upload", SJ_ROOT_MODE, "/lib is mode 0777"},
    {"way_link", "ln -s upload srv/alice/etc", "/upload", SJ_ROOT_SYMLINK,
	"/etc is a symbolic link"},
    {"place_link", "mkdir srv/alice/etc && ln -s ../upload srv/alice/etc/group",
	"/upload", SJ_ROOT_SYMLINK, "/etc/group is in the place"},
    {"place_directory", "mkdir -p srv/alice/lib/x.so", "/upload",
	SJ_SYSTEM_ERROR, "/lib/x.so is in the place"},
    {"writable_over_library", "true", "/lib", SJ_WRITABLE_UNSAFE,
	"sftp_server"},
    {"writable_over_passwd", "true", "/etc", SJ_WRITABLE_UNSAFE, "sftp_server"},
    {"writable_over_null", "true", "/dev", SJ_WRITABLE_UNSAFE, "sftp_server"},
    {"writable_over_argv", "true", "/usr", SJ_WRITABLE_UNSAFE, "sftp_server"},
    {"writable_beside", "true", "/library", SJ_OK, ""},
};

static void
test_server(void)
{
	static const struct sj_server server = {
	    .argv = {"/bin/server", sizeof("/bin/server"), 1},
	    .files = {"/bin/server\0/lib/x.so", 12 + 10, 2},
	};
	struct sj_jail jail = jail_of();
	struct sj_fault fault;
	struct told told;
	char name[128];
	size_t i;

	tree_server = &server;
	for (i = 0; i < sizeof(server_rows) / sizeof(server_rows[0]); i++) {
		memset(&fault, 0, sizeof(fault));
		jail.writable.first = jail.start = server_rows[i].writable;
		jail.writable.size =
		    (uint32_t)strlen(server_rows[i].writable) + 1;
		fresh();
		sh("mkdir bin lib && touch bin/server lib/x.so");
		sh(server_rows[i].script);
		CHECK_STR(sj_reason_token(check(&jail, &told, &fault)),
		    sj_reason_token(server_rows[i].want));
		CHECK(strstr(fault.where, server_rows[i].where) != NULL);
		(void)snprintf(name, sizeof(name), "jailroot_server_%s",
		    server_rows[i].name);
		test_done(name);
	}
	tree_server = NULL;
}

/* The login shell would take the server's place, and run itself. */
static void
test_server_shell(void)
{
	static const struct sj_server server = {
	    .argv = {"/bin/shell", sizeof("/bin/shell"), 1},
	    .files = {"/bin/shell", sizeof("/bin/shell"), 1},
	};
	struct sj_jail jail = jail_of();
	struct sj_fault fault = {0};
	struct told told;

	fresh();
	tree_server = &server;
	CHECK_INT(check(&jail, &told, &fault), SJ_SYSTEM_ERROR);
	CHECK(strstr(fault.where, "give the user another one") != NULL);
	tree_server = NULL;
	test_done("jailroot_server_as_login_shell_is_refused");
}

int
main(void)
{
	size_t i;

	(void)umask(022);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		test_row(&rows[i]);
	test_foreign();
	test_told();
	test_half_made();
	test_create();
	test_starts();
	test_templates();
	test_quoting();
	test_log();
	test_server();
	test_server_shell();
	(void)close(tree_fd);
	tree_remove(tree);
	return test_failures != 0;
}
