/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/*
 * The mounts of a jail: where they lie, and what the checks of its directories
 * say of their sources and places.  "/" is a directory of ours, and "root" and
 * the user both are who runs this.
 */
#include "jailmount.h"
#include "jailroot_place.h"

#define RO 1
#define OPTIONAL 2
#define CREATE 4

struct item {
	const char *source;
	const char *target;
	unsigned char flags;
};

/* A jail with up to four mounts; the buffers are the caller's. */
struct mounted {
	struct sj_jail jail;
	char paths[1024];
	unsigned char flags[16];
};

static void
mounted_init(struct mounted *mounted, const struct item *items)
{
	size_t len = 0;
	uint32_t i;

	memset(mounted, 0, sizeof(*mounted));
	mounted->jail = jail_of();
	mounted->jail.writable.count = 0;
	mounted->jail.start = "/";
	for (i = 0; i < 4 && items[i].source != NULL; i++) {
		mounted->flags[(size_t)4 * i] = items[i].flags;
		(void)strcpy(mounted->paths + len, items[i].source);
		len += strlen(items[i].source) + 1;
		(void)strcpy(mounted->paths + len, items[i].target);
		len += strlen(items[i].target) + 1;
	}
	mounted->jail.mounts.first = mounted->flags;
	mounted->jail.mounts.count = i;
	mounted->jail.mount_paths.first = mounted->paths;
	mounted->jail.mount_paths.size = (uint32_t)len;
	mounted->jail.mount_paths.count = 2 * i;
}

/* What holds a path, by the set of mounts that are shown. */
static const struct find_row {
	const char *path;
	uint64_t shown;
	int want;
	const char *rest;
} finds[] = {
    {"/", 7, SJ_JAILMOUNT_NONE, ""},
    {"/x", 7, SJ_JAILMOUNT_NONE, "/x"},
    {"/a", 7, 0, ""},
    {"/a/x/y", 7, 0, "/x/y"},
    {"/ab", 7, SJ_JAILMOUNT_NONE, "/ab"},
    {"/a/b", 7, 1, ""},
    {"/a/bc", 7, 0, "/bc"},
    {"/a/b/c/d", 7, 2, "/d"},
    {"/a/b/c/d", 3, 1, "/c/d"},
    {"/a/b/c/d", 1, 0, "/b/c/d"},
    {"/a/b/c/d", 5, 2, "/d"},
    {"/a/b/c/d", 0, SJ_JAILMOUNT_NONE, "/a/b/c/d"},
};

static void
test_find(void)
{
	static const struct item items[4] = {
	    {"/1", "/a", 0}, {"/2", "/a/b", 0}, {"/3", "/a/b/c", 0}};
	struct mounted mounted;
	const char *rest;
	size_t i;

	mounted_init(&mounted, items);
	for (i = 0; i < sizeof(finds) / sizeof(finds[0]); i++) {
		CHECK_INT(sj_jailmount_find(&mounted.jail, finds[i].shown,
			      finds[i].path, &rest),
		    finds[i].want);
		CHECK_STR(rest, finds[i].rest);
	}
	CHECK_INT(sj_jailmount_find_place(&mounted.jail, 7, 0, &rest), -1);
	CHECK_STR(rest, "/a");
	CHECK_INT(sj_jailmount_find_place(&mounted.jail, 7, 2, &rest), 1);
	CHECK_STR(rest, "/c");
	CHECK_INT(sj_jailmount_find_place(&mounted.jail, 5, 2, &rest), 0);
	CHECK_STR(rest, "/b/c");
	CHECK(sj_jailmount_leads(&mounted.jail, 4, "/a/b"));
	CHECK(sj_jailmount_leads(&mounted.jail, 4, "/"));
	CHECK(!sj_jailmount_leads(&mounted.jail, 4, "/a/b/c/d"));
	CHECK(!sj_jailmount_leads(&mounted.jail, 0, "/a"));
	test_done("jailmount_find");
}

static void
test_owner(void)
{
	static const struct item items[4] = {{"/data/%u", "/a", CREATE},
	    {"/data/%g", "/b", CREATE}, {"/data/%%u", "/c", CREATE},
	    {"%h/x", "/d", CREATE}};
	struct mounted mounted;

	mounted_init(&mounted, items);
	CHECK(sj_jailmount_is_users(&mounted.jail, 0));
	CHECK(!sj_jailmount_is_users(&mounted.jail, 1));
	CHECK(!sj_jailmount_is_users(&mounted.jail, 2));
	CHECK(sj_jailmount_is_users(&mounted.jail, 3));
	mounted.jail.writable = (struct sj_strings){"/b", sizeof("/b"), 1};
	CHECK(sj_jailmount_is_users(&mounted.jail, 1));
	test_done("jailmount_made_source_is_the_users_or_roots");
}

/* The good tree has /srv/alice, /data/in and /data/file. */
static const struct row {
	const char *name;
	const char *script;
	bool is_virtual;
	struct item items[4];
	const char *writable; /* or NULL */
	const char *start;
	enum sj_reason want;
	const char *where; /* NULL: it tells ids */
} rows[] = {
    {"good", "true", false, {{"/data", "/d", 0}}, NULL, "/", SJ_OK, ""},
    {"virtual", "true", true, {{"/data", "/d", 0}}, NULL, "/d/in", SJ_OK, ""},
    {"virtual_start_above", "true", true, {{"/data", "/a/b/d", 0}}, NULL,
	"/a/b", SJ_OK, ""},
    {"virtual_start_beside", "true", true, {{"/data", "/a/b/d", 0}}, NULL,
	"/a/c", SJ_START_MISSING, "/a/c does not exist"},
    {"virtual_start_missing", "true", true, {{"/data", "/d", 0}}, NULL, "/d/x",
	SJ_START_MISSING, "/data/x does not exist"},
    {"virtual_writable", "true", true, {{"/data", "/d", 0}}, "/d/new/up",
	"/d/new", SJ_OK, ""},
    {"virtual_writable_outside", "true", true, {{"/data", "/d", 0}}, "/up", "/",
	SJ_WRITABLE_UNSAFE,
	"/up lies in no mount, and a virtual root keeps nothing"},
    {"virtual_without_mounts", "true", true, {{NULL, NULL, 0}}, NULL, "/",
	SJ_MOUNT_MISSING,
	"no mount is there, and a virtual root has nothing else"},
    {"virtual_all_optional_missing", "true", true, {{"/no", "/d", OPTIONAL}},
	NULL, "/", SJ_MOUNT_MISSING,
	"no mount is there, and a virtual root has nothing else"},
    {"writable_in_mount_is_a_file", "true", false, {{"/data", "/d", 0}},
	"/d/file", "/", SJ_WRITABLE_UNSAFE,
	"/data/file is no directory on the way to /d/file, want a directory"},
    {"missing", "true", false, {{"/data/no", "/d", RO}}, NULL, "/",
	SJ_MOUNT_MISSING, "/data/no does not exist"},
    {"missing_optional", "true", false, {{"/data/no", "/d", OPTIONAL}}, NULL,
	"/", SJ_OK, ""},
    {"missing_optional_with_start", "true", false,
	{{"/data/no", "/d", OPTIONAL}}, NULL, "/d", SJ_START_MISSING,
	"/srv/alice/d does not exist"},
    {"missing_create", "true", false, {{"/data/no/%u", "/d", CREATE}}, "/d/up",
	"/d/up", SJ_OK, ""},
    {"missing_create_start", "true", false, {{"/data/no/%u", "/d", CREATE}},
	NULL, "/d", SJ_OK, ""},
    {"missing_create_parent_writable", "chmod 777 data", false,
	{{"/data/no/%u", "/d", CREATE}}, NULL, "/", SJ_MOUNT_UNSAFE,
	"/data is mode 0777, want 0755"},
    {"source_mode_is_free", "chmod 777 data/in", false, {{"/data/in", "/d", 0}},
	NULL, "/", SJ_OK, ""},
    {"source_parent_writable", "chmod 775 data", false, {{"/data/in", "/d", 0}},
	NULL, "/", SJ_MOUNT_UNSAFE, "/data is mode 0775, want 0755"},
    {"source_link", "ln -s in data/l", false, {{"/data/l", "/d", 0}}, NULL, "/",
	SJ_MOUNT_UNSAFE, "/data/l is a symbolic link, want a directory"},
    {"source_link_optional", "ln -s in data/l", false,
	{{"/data/l", "/d", OPTIONAL}}, NULL, "/", SJ_MOUNT_UNSAFE,
	"/data/l is a symbolic link, want a directory"},
    {"source_parent_link", "ln -s data l", false, {{"/l/in", "/d", 0}}, NULL,
	"/", SJ_MOUNT_UNSAFE, "/l is a symbolic link, want a directory"},
    {"source_file", "true", false, {{"/data/file", "/d", 0}}, NULL, "/",
	SJ_MOUNT_UNSAFE, "/data/file is a file, want a directory"},
    {"source_fifo", "mkfifo data/f", false, {{"/data/f", "/d", 0}}, NULL, "/",
	SJ_MOUNT_UNSAFE, "/data/f is a FIFO, want a directory"},
    {"source_is_the_host", "true", false, {{"//", "/d", 0}}, NULL, "/",
	SJ_MOUNT_UNSAFE, "\"//\" expands to \"/\", which is all of the host"},
    {"source_relative", "true", false, {{"%u", "/d", 0}}, NULL, "/",
	SJ_MOUNT_UNSAFE,
	"\"%u\" expands to \"alice\", which is no absolute path"},
    {"source_in_proc", "true", false, {{"/proc/1", "/d", OPTIONAL}}, NULL, "/",
	SJ_MOUNT_UNSAFE, "/proc/1 would show the host"},
    {"source_relative_optional", "true", false, {{"%u", "/d", OPTIONAL}}, NULL,
	"/", SJ_MOUNT_UNSAFE,
	"\"%u\" expands to \"alice\", which is no absolute path"},
    {"place_there", "mkdir srv/alice/d", false, {{"/data", "/d", 0}}, NULL, "/",
	SJ_OK, ""},
    {"place_link", "ln -s upload srv/alice/d", false, {{"/data", "/d", 0}},
	NULL, "/", SJ_MOUNT_UNSAFE,
	"/srv/alice/d is a symbolic link on the way to /d, want a directory"},
    {"place_parent_link", "ln -s upload srv/alice/d", false,
	{{"/data", "/d/e", 0}}, NULL, "/", SJ_MOUNT_UNSAFE,
	"/srv/alice/d is a symbolic link on the way to /d/e, want a directory"},
    {"place_file", "touch srv/alice/d", false, {{"/data", "/d", 0}}, NULL, "/",
	SJ_MOUNT_UNSAFE,
	"/srv/alice/d is no directory on the way to /d, want a directory"},
    {"place_in_mount", "true", false,
	{{"/data", "/d", 0}, {"/data", "/d/in", RO}}, NULL, "/d/in/in", SJ_OK,
	""},
    {"place_in_mount_is_a_file", "true", false,
	{{"/data", "/d", 0}, {"/data/in", "/d/file", 0}}, NULL, "/",
	SJ_MOUNT_UNSAFE,
	"/data/file is no directory on the way to /d/file, want a directory"},
    {"place_others_could_take", "mkdir data/in/x && chmod 770 data/in", false,
	{{"/data/in", "/d", 0}, {"/data", "/d/x", RO}}, NULL, "/",
	SJ_MOUNT_UNSAFE, NULL},
    {"place_others_could_make", "chmod 702 data/in", false,
	{{"/data/in", "/d", 0}, {"/data", "/d/x", RO}}, NULL, "/",
	SJ_MOUNT_UNSAFE, NULL},
    {"place_in_a_sticky_directory", "mkdir data/in/x && chmod 1777 data/in",
	false, {{"/data/in", "/d", 0}, {"/data", "/d/x", RO}}, NULL, "/", SJ_OK,
	""},
    {"place_itself_may_be_writable", "mkdir data/in/x && chmod 777 data/in/x",
	false, {{"/data/in", "/d", 0}, {"/data", "/d/x", RO}}, NULL, "/", SJ_OK,
	""},
    {"place_in_a_shared_writable_directory", "chmod 770 srv/alice/upload",
	false, {{"/data", "/upload/x", RO}}, "/upload", "/", SJ_MOUNT_UNSAFE,
	NULL},
    {"place_in_his_own_directory", "true", false, {{"/data", "/upload/x", RO}},
	"/upload", "/upload/x", SJ_OK, ""},
    {"place_below_the_shell", "true", false, {{"/data", "/bin/shell/x", 0}},
	NULL, "/", SJ_MOUNT_UNSAFE,
	"a mount at /bin/shell/x is in the way of the login shell, dev/log or "
	"sftp_server"},
    {"place_over_the_shell", "true", false, {{"/data", "/bin", 0}}, NULL, "/",
	SJ_MOUNT_UNSAFE,
	"a mount at /bin is in the way of the login shell, dev/log or "
	"sftp_server"},
    {"place_beside_the_shell", "true", false, {{"/data", "/bin/d", 0}}, NULL,
	"/", SJ_OK, ""},
    {"root_is_first", "chmod 777 srv", false, {{"/no", "/d", 0}}, NULL, "/",
	SJ_ROOT_MODE, "/srv is mode 0777, want 0755"},
    {"start_is_before_mounts", "true", false, {{"/no", "/d", 0}}, NULL, "/x",
	SJ_START_MISSING, "/srv/alice/x does not exist"},
    {"start_in_a_bad_mount", "true", false, {{"/no", "/d", 0}}, "/d/up", "/d/x",
	SJ_MOUNT_MISSING, "/no does not exist"},
};

static void
test_row(const struct row *row)
{
	struct sj_fault fault = {0};
	struct mounted mounted;
	struct told told;
	char name[128];

	fresh();
	sh("mkdir data data/in && touch data/file");
	sh(row->script);
	mounted_init(&mounted, row->items);
	mounted.jail.is_virtual = row->is_virtual;
	mounted.jail.start = row->start;
	if (row->writable != NULL)
		mounted.jail.writable = (struct sj_strings){
		    row->writable, (uint32_t)strlen(row->writable) + 1, 1};
	CHECK_STR(sj_reason_token(check(&mounted.jail, &told, &fault)),
	    sj_reason_token(row->want));
	if (row->where != NULL)
		CHECK_STR(fault.where, row->where);
	(void)snprintf(name, sizeof(name), "jailmount_%s", row->name);
	test_done(name);
}

/* What the visitor hears of a mount, and the command that mends it. */
static void
test_told(void)
{
	static const struct item items[4] = {{"/data", "/d", RO},
	    {"/data/new/%u", "/d/mine", CREATE}, {"/data/opt", "/o", OPTIONAL},
	    {"/data/no", "/p", 0}};
	struct sj_fault fault = {0};
	struct mounted mounted;
	struct told told;

	fresh();
	sh("mkdir data");
	mounted_init(&mounted, items);
	CHECK_INT(check(&mounted.jail, &told, &fault), SJ_MOUNT_MISSING);
	CHECK_STR(strstr(told.text, "= start ok\n"),
	    "= start ok\n"
	    "mount / ok\nmount /data ok\nmount /srv/alice/d ok make\n"
	    "= mount ok\n"
	    "mount / ok\nmount /data ok\nmount /data/new ok make\n"
	    "mount /data/mine ok make\n= mount ok\n"
	    "= mount skip\n"
	    "mount / ok\nmount /data ok\nmount /data/no mount-missing\n"
	    "= mount mount-missing\n");
	CHECK_STR(told.fix, "mkdir -p -m 0755 /data/no");
	test_done("jailmount_everything_is_told");
}

int
main(void)
{
	size_t i;

	(void)umask(022);
	test_find();
	test_owner();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		test_row(&rows[i]);
	test_told();
	(void)close(tree_fd);
	tree_remove(tree);
	return test_failures != 0;
}
