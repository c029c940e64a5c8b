/* SPDX-License-Identifier: ISC */
/* What a configuration becomes in the two files, through core's reader. */
#define _GNU_SOURCE
#include "db_write.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db_install.h"
#include "test.h"
#include "text.h"

#define KEY            \
	"ssh-ed25519 " \
	"AAAAC3NzaC1lZDI1NTE5AAAAIKp3fH2qIpZcZ9nVb8QnJk1Yw0dLx7s5o2c4uT6eWv3R"
#define HASH "$6$saltsalt$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const char config[] =
    "version = 1;\n"
    "sftp_server = \"/usr/lib/sftp-server  -l INFO \";\n"
    "user_defaults: { group = \"main\"; home = \"/srv//%g/%u/\"; shell = "
    "\"/bin/sh\"; };\n"
    "groups = ( { name = \"main\"; gid = 20000; "
    "members = [ \"dora\" ]; },\n"
    "  { name = \"b\"; gid = 20002; members = [ \"zoe\", \"carl\", \"zoe\", "
    "\"anna\" ]; },\n"
    "  { name = \"a\"; gid = 20001; members = [ \"carl\" ]; },\n"
    "  { name = \"c\"; gid = 20003; } );\n"
    "disabled = [ \"dora\", \"guest\" ];\n"
    "users = ( { name = \"anna\"; uid = 20001; gecos = \"Anna, ACME\";\n"
    "    groups = [ \"a\", \"b\", \"main\" ]; keys = [ \"" KEY " one\", \"" KEY
    " two\" ];\n"
    "    not_before = \"1970-01-02\"; expires = \"2027-03-31\"; },\n"
    "  { name = \"bob\"; uid = 20002; group = \"b\"; home = \"/h/bob\"; "
    "shell = \"/bin/false\";\n"
    "    password = \"" HASH "\"; groups = [ \"c\" ]; },\n"
    "  { name = \"carl\"; uid = 20003; disabled = true; keys = [ \"" KEY
    "\" ]; groups = [ \"c\" ]; },\n"
    "  { name = \"dora\"; uid = 20004; keys = [ \"" KEY "\" ]; } );\n"
    "jails = ( { name = \"one\"; users = [ \"bob\" ]; groups = [ \"main\", "
    "\"wheel\" ];\n"
    "    except_users = [ \"dora\" ]; except_groups = [ \"a\", \"wheel\" ];\n"
    "    root = \"/srv/%u\"; create = true; writable = [ \"in\", "
    "\"/out//x/\" ];\n"
    "    writable_mode = \"2770\"; writable_group = \"b\"; start = \"in\";\n"
    "    services = [ \"sshd\", \"vsftpd\" ]; umask = \"0027\"; network = "
    "\"host\";\n"
    "    from = [ \"192.0.2.0/24\", \"2001:db8::1\" ]; auth = [ "
    "\"publickey+password\" ];\n"
    "    transfer_log = \"required\"; message = \"No.\"; },\n"
    "  { name = \"two\"; users = [ \"*\" ]; root = \"/jail/%h\"; isolation = "
    "\"chroot\"; } );\n";

static char dir[] = "/tmp/sftpjail-test.XXXXXX";

static struct sj_model *
load(const char *text)
{
	struct sj_text_options options = {.dir = dir,
	    .owner = geteuid(),
	    .replaced = "sftpjail.conf",
	    .replaced_text = text,
	    .replaced_len = strlen(text)};
	struct sj_model *model = NULL;

	if (sj_text_load(&options, &model, NULL) != SJ_OK)
		abort();
	if (model->errors.count > 0)
		sj_findings_print(&model->errors, "# ", stdout);
	CHECK_INT(model->errors.count, 0);
	return model;
}

static void
write_both(const struct sj_model *model, uint64_t generation)
{
	struct sj_db_target target = {.name = SJ_DB_PUBLIC_FILE,
	    .kind = SJ_DB_PUBLIC,
	    .generation = generation,
	    .secret_gid = SJ_NO_INDEX};
	struct sj_fault fault = {.where = ""};

	target.dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(sj_db_write(&target, model, &fault) == SJ_OK);
	CHECK_STR(fault.where, "");
	target.name = SJ_DB_SECRET_FILE;
	target.kind = SJ_DB_SECRET;
	CHECK(sj_db_write(&target, model, &fault) == SJ_OK);
	(void)close(target.dir_fd);
}

static void
put_list(char *out, const struct sj_strings *strings)
{
	const char *string = strings->first;
	uint32_t i;

	for (i = 0; i < strings->count; i++, string = sj_strings_next(string))
		out += sprintf(out, "%s%s", i > 0 ? "," : "", string);
	*out = '\0';
}

static void
check_passwd(struct sj_db *db, const char *name, const char *want)
{
	struct sj_passwd by_name, by_uid;
	bool is_found = false;
	char line[512];

	CHECK(sj_db_find_passwd(db, name, &is_found, &by_name) == SJ_OK);
	CHECK(is_found);
	if (!is_found)
		return;
	(void)snprintf(line, sizeof(line), "%s:%s:%u:%u:%s:%s:%s", by_name.name,
	    by_name.passwd, (unsigned)by_name.uid, (unsigned)by_name.gid,
	    by_name.gecos, by_name.home, by_name.shell);
	CHECK_STR(line, want);
	CHECK(sj_db_find_passwd_uid(db, by_name.uid, &is_found, &by_uid) ==
	      SJ_OK);
	CHECK(is_found && strcmp(by_uid.name, name) == 0);
	CHECK(is_found && by_uid.strings.size == by_name.strings.size &&
	      memcmp(by_uid.strings.first, by_name.strings.first,
		  by_name.strings.size) == 0);
}

static void
test_passwd(struct sj_db *db)
{
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_PASSWD};
	static const char *const order[] = {"anna", "bob", "carl", "dora"};
	struct sj_passwd passwd;
	bool is_found = true;
	unsigned i;

	check_passwd(
	    db, "anna", "anna:x:20001:20000:Anna, ACME:/srv/main/anna:/bin/sh");
	check_passwd(db, "bob", "bob:x:20002:20002::/h/bob:/bin/false");
	check_passwd(db, "carl", "carl:x:20003:20000::/srv/main/carl:/bin/sh");
	check_passwd(db, "dora", "dora:x:20004:20000::/srv/main/dora:/bin/sh");
	for (i = 0; i < 4; i++) {
		CHECK(sj_db_next_passwd(db, &cursor, &is_found, &passwd) ==
		      SJ_OK);
		CHECK(is_found && strcmp(passwd.name, order[i]) == 0);
	}
	CHECK(sj_db_next_passwd(db, &cursor, &is_found, &passwd) == SJ_OK);
	CHECK(!is_found);
	test_done("db_write_users_by_name_by_uid_and_in_order");
}

static void
check_group(struct sj_db *db, const char *name, const char *want)
{
	struct sj_group by_name, by_gid;
	char line[512], members[256];
	bool is_found = false;

	CHECK(sj_db_find_group(db, name, &is_found, &by_name) == SJ_OK);
	CHECK(is_found);
	if (!is_found)
		return;
	put_list(members, &by_name.members);
	(void)snprintf(line, sizeof(line), "%s:%s:%u:%s", by_name.name,
	    by_name.passwd, (unsigned)by_name.gid, members);
	CHECK_STR(line, want);
	CHECK(
	    sj_db_find_group_gid(db, by_name.gid, &is_found, &by_gid) == SJ_OK);
	CHECK(is_found && by_gid.strings.size == by_name.strings.size &&
	      memcmp(by_gid.strings.first, by_name.strings.first,
		  by_name.strings.size) == 0);
}

static void
check_group_list(struct sj_db *db, const char *user, const char *want)
{
	struct sj_group_list list;
	char line[256] = "", *out = line;
	bool is_found = false;
	const unsigned char *gid;
	uint32_t i;

	CHECK(sj_db_find_group_list(db, user, &is_found, &list) == SJ_OK);
	for (i = 0; is_found && i < list.count; i++) {
		gid = list.gids + (size_t)i * 4;
		out += sprintf(out, "%u ",
		    (unsigned)(gid[0] | gid[1] << 8 | gid[2] << 16));
	}
	CHECK_STR(line, want);
}

static void
test_groups(struct sj_db *db)
{
	/* The group's own list, each name once, then users by definition. */
	check_group(db, "main", "main:x:20000:dora");
	check_group(db, "b", "b:x:20002:zoe,carl,anna");
	check_group(db, "a", "a:x:20001:carl,anna");
	check_group(db, "c", "c:x:20003:bob,carl");
	test_done("db_write_groups_by_name_and_gid");
	/* In the order of definition of the groups; the primary one only
	 * if it lists the user. */
	check_group_list(db, "anna", "20002 20001 ");
	check_group_list(db, "bob", "20003 ");
	check_group_list(db, "carl", "20002 20001 20003 ");
	check_group_list(db, "zoe", "20002 ");
	check_group_list(db, "dora", "20000 ");
	test_done("db_write_group_lists");
}

static void
test_keys(struct sj_db *db)
{
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_KEYS};
	struct sj_keys keys;
	bool is_found = false;
	char line[512];

	CHECK(sj_db_find_keys(db, "anna", &is_found, &keys) == SJ_OK);
	CHECK(is_found);
	put_list(line, &keys.lines);
	CHECK_STR(line, KEY " one," KEY " two");
	CHECK_INT(keys.not_before_day, 1);
	CHECK_INT(keys.expires_day, 20908);
	CHECK(sj_db_find_keys(db, "bob", &is_found, &keys) == SJ_OK);
	CHECK(!is_found);
	CHECK(sj_db_find_keys(db, "carl", &is_found, &keys) == SJ_OK);
	CHECK(!is_found);
	CHECK(sj_db_find_keys(db, "dora", &is_found, &keys) == SJ_OK);
	CHECK(!is_found);
	CHECK(sj_db_next_keys(db, &cursor, &is_found, &keys) == SJ_OK);
	CHECK(is_found && strcmp(keys.user, "anna") == 0);
	CHECK(sj_db_next_keys(db, &cursor, &is_found, &keys) == SJ_OK);
	CHECK(!is_found);
	test_done("db_write_keys_of_enabled_users_only");
}

static void
check_user(struct sj_db *db, const char *name, bool is_served, bool is_disabled,
    const char *hash)
{
	struct sj_user user;
	bool is_found = false;

	CHECK(sj_db_find_user(db, name, &is_found, &user) == SJ_OK);
	CHECK(is_found);
	if (!is_found)
		return;
	CHECK_STR(user.name, name);
	CHECK_INT(user.is_served, is_served);
	CHECK_INT(user.is_disabled, is_disabled);
	if (is_served)
		CHECK_STR(user.hash, hash);
}

static void
test_users(struct sj_db *db)
{
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_USER};
	struct sj_user user;
	bool is_found = true;
	unsigned count = 0;

	check_user(db, "anna", true, false, "*");
	check_user(db, "bob", true, false, HASH);
	check_user(db, "carl", true, true, "*");
	check_user(db, "dora", true, true, "*");
	check_user(db, "guest", false, true, "");
	CHECK(sj_db_find_user(db, "zoe", &is_found, &user) == SJ_OK);
	CHECK(!is_found);
	for (;; count++) {
		CHECK(sj_db_next_user(db, &cursor, &is_found, &user) == SJ_OK);
		if (!is_found)
			break;
		CHECK(user.is_served);
	}
	CHECK_INT(count, 4);
	test_done("db_write_secret_of_served_and_locked_users");
}

static void
check_lists_of_jail(const struct sj_jail *jail)
{
	char line[256];

	put_list(line, &jail->users);
	CHECK_STR(line, "bob");
	put_list(line, &jail->groups);
	CHECK_STR(line, "main,wheel");
	put_list(line, &jail->except_users);
	CHECK_STR(line, "dora");
	put_list(line, &jail->except_groups);
	CHECK_STR(line, "a,wheel");
	put_list(line, &jail->services);
	CHECK_STR(line, "sshd,vsftpd");
	put_list(line, &jail->writable);
	CHECK_STR(line, "/in,/out/x");
}

static void
test_jails(struct sj_db *db)
{
	struct sj_strings names;
	struct sj_jail jail;
	char line[256];

	CHECK_INT(db->header.jail_count, 2);
	CHECK(sj_db_jail(db, 0, &jail) == SJ_OK);
	CHECK_STR(jail.name, "one");
	CHECK_STR(jail.root, "/srv/%u");
	CHECK_STR(jail.start, "/in");
	CHECK_STR(jail.writable_group, "b");
	CHECK_STR(jail.message, "No.");
	check_lists_of_jail(&jail);
	CHECK(jail.is_create && jail.is_network_host && !jail.is_chroot);
	CHECK_INT(jail.writable_mode, 02770);
	CHECK_INT(jail.umask, 027);
	CHECK_INT(jail.transfer_log, SJ_TRANSFER_LOG_REQUIRED);
	CHECK_INT(jail.from.count, 2);
	CHECK_INT(sj_jail_from(&jail, 0).prefix, 24);
	CHECK_INT(sj_jail_from(&jail, 1).family, 6);
	CHECK_INT(jail.auth.count, 1);
	CHECK_INT(sj_jail_auth(&jail, 0), SJ_AUTH_PUBLICKEY | SJ_AUTH_PASSWORD);
	test_done("db_write_jail_with_everything");
	CHECK(sj_db_jail(db, 1, &jail) == SJ_OK);
	CHECK_STR(jail.name, "two");
	CHECK_STR(jail.start, "/");
	CHECK(jail.is_chroot && !jail.is_create && !jail.is_network_host);
	CHECK_INT(jail.writable_mode, 0700);
	CHECK_INT(jail.umask, SJ_UMASK_UNSET);
	CHECK_INT(jail.transfer_log, SJ_TRANSFER_LOG_OFF);
	put_list(line, &jail.services);
	CHECK_STR(line, "sshd");
	test_done("db_write_jail_with_defaults");
	CHECK(sj_db_jail_groups(db, &names) == SJ_OK);
	put_list(line, &names);
	CHECK_STR(line, "main,wheel,a");
	test_done("db_write_jail_groups_once_each");
}

static void
test_server(struct sj_db *db)
{
	struct sj_server server;
	bool is_found = false;
	char line[256];

	CHECK(sj_db_server(db, &is_found, &server) == SJ_OK);
	CHECK(is_found);
	put_list(line, &server.argv);
	CHECK_STR(line, "/usr/lib/sftp-server,-l,INFO");
	CHECK_INT(server.files.count, 0);
	test_done("db_write_server");
}

static void
test_empty(void)
{
	struct sj_model *model = load("version = 1;\n");
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_PASSWD};
	struct sj_db_files files;
	struct sj_strings names;
	struct sj_passwd passwd;
	struct sj_server server;
	bool is_found = true;

	write_both(model, 7);
	sj_model_free(model);
	sj_db_files_open(&files, dir, "", geteuid());
	CHECK(files.has_public && files.has_secret);
	CHECK_INT(sj_db_files_generation(&files), 7);
	CHECK(sj_db_next_passwd(&files.public, &cursor, &is_found, &passwd) ==
	      SJ_OK);
	CHECK(!is_found);
	CHECK(sj_db_find_passwd(&files.public, "anna", &is_found, &passwd) ==
	      SJ_OK);
	CHECK(!is_found);
	CHECK_INT(files.secret.header.jail_count, 0);
	CHECK(sj_db_jail_groups(&files.secret, &names) == SJ_OK);
	CHECK_INT(names.count, 0);
	CHECK(sj_db_server(&files.secret, &is_found, &server) == SJ_OK);
	CHECK(!is_found);
	sj_db_files_close(&files);
	test_done("db_write_empty_configuration");
}

static void
test_modes(void)
{
	char path[256];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/" SJ_DB_PUBLIC_FILE, dir);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777u) == 0644);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/" SJ_DB_SECRET_FILE, dir);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777u) == 0600);
	(void)unlink(path);
	test_done("db_write_modes");
}

int
main(void)
{
	struct sj_db_files files;
	struct sj_model *model;

	if (mkdtemp(dir) == NULL)
		return 1;
	model = load(config);
	write_both(model, 42);
	sj_model_free(model);
	sj_db_files_open(&files, dir, "", geteuid());
	CHECK(files.has_public && files.has_secret);
	CHECK_INT(sj_db_files_generation(&files), 42);
	test_passwd(&files.public);
	test_groups(&files.public);
	test_keys(&files.public);
	test_users(&files.secret);
	test_jails(&files.secret);
	test_server(&files.secret);
	sj_db_files_close(&files);
	test_empty();
	test_modes();
	(void)rmdir(dir);
	return test_failures > 0;
}
