/* SPDX-License-Identifier: ISC */
/* Putting models into force one after the other, in a directory of one's own.
 */
#define _GNU_SOURCE
#include "apply.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "db_install.h"
#include "db_write.h"
#include "sources.h"
#include "test.h"
#include "text.h"

#define HEAD                                                 \
	"version = 1;\nuser_defaults: { group = \"g\"; };\n" \
	"groups = ( { name = \"g\"; gid = 20000; } );\n"
#define JAIL(root)                                                    \
	"jails = ( { name = \"j\"; users = [ \"*\" ]; root = \"" root \
	"\"; } );\n"
#define KEY            \
	"ssh-ed25519 " \
	"AAAAC3NzaC1lZDI1NTE5AAAAIKp3fH2qIpZcZ9nVb8QnJk1Yw0dLx7s5o2c4uT6eWv3R"
#define LIMITS "no-port-forwarding,no-agent-forwarding,no-X11-forwarding,no-pty"

static char config_dir[] = "/tmp/sftpjail-test.XXXXXX";
static char state_dir[] = "/tmp/sftpjail-test.XXXXXX";
static struct sj_tool tool = {config_dir, state_dir, false};

static const char *
path_of(const char *dir, const char *name)
{
	static char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void
write_config(const char *text)
{
	FILE *file = fopen(path_of(config_dir, "sftpjail.conf"), "we");

	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0 ||
	    chmod(path_of(config_dir, "sftpjail.conf"), 0600) != 0)
		abort();
}

static struct sj_model *
load(void)
{
	struct sj_text_options options = {
	    .dir = config_dir, .owner = geteuid()};
	struct sj_model *model = NULL;

	if (sj_text_load(&options, &model, NULL) != SJ_OK)
		abort();
	sj_findings_print(&model->errors, "# ", stdout);
	CHECK_INT(model->errors.count, 0);
	return model;
}

/* "3: users +1 ~0 -0 ..." or "3: same" or the exit status and why. */
static void
apply(const struct sj_apply_options *options, const char *want)
{
	struct sj_apply_result result = {.is_changed = false};
	struct sj_fault fault = {.where = ""};
	struct sj_model *model = load();
	char line[512];
	enum sj_exit status;

	status = sj_apply_install(&tool, model, options, &result, &fault);
	if (status != SJ_EXIT_OK)
		(void)snprintf(line, sizeof(line), "exit %d: %.400s",
		    (int)status, fault.where);
	else if (!result.is_changed)
		(void)snprintf(line, sizeof(line), "%u: same",
		    (unsigned)result.generation);
	else
		(void)snprintf(line, sizeof(line),
		    "%u: users +%u ~%u -%u, groups +%u ~%u -%u, jails +%u ~%u "
		    "-%u",
		    (unsigned)result.generation, (unsigned)result.users.added,
		    (unsigned)result.users.changed,
		    (unsigned)result.users.removed,
		    (unsigned)result.groups.added,
		    (unsigned)result.groups.changed,
		    (unsigned)result.groups.removed,
		    (unsigned)result.jails.added,
		    (unsigned)result.jails.changed,
		    (unsigned)result.jails.removed);
	CHECK_STR(line, want);
	sj_apply_result_clear(&result);
	sj_model_free(model);
}

static const struct sj_apply_options plain = {.is_dry_run = false};
static const struct sj_apply_options dry = {.is_dry_run = true};

static char *
read_key(const char *user)
{
	static char text[4096];
	char name[64];
	int fd;
	ssize_t got;

	(void)snprintf(name, sizeof(name), "keys/%s", user);
	fd = open(path_of(state_dir, name), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	got = read(fd, text, sizeof(text) - 1);
	text[got > 0 ? got : 0] = '\0';
	(void)close(fd);
	return text;
}

static void
test_counts(void)
{
	write_config(HEAD "users = ( { name = \"a\"; uid = 20001; }, { name = "
			  "\"b\"; uid = 20002; } );\n" JAIL("%h"));
	apply(&dry, "1: users +2 ~0 -0, groups +1 ~0 -0, jails +1 ~0 -0");
	CHECK(access(path_of(state_dir, SJ_DB_PUBLIC_FILE), F_OK) != 0);
	test_done("apply_dry_run_writes_nothing");
	apply(&plain, "1: users +2 ~0 -0, groups +1 ~0 -0, jails +1 ~0 -0");
	apply(&plain, "1: same");
	test_done("apply_first_and_again");
	write_config("version = 1;\nuser_defaults: { group = \"g\"; };\n"
		     "groups = ( { name = \"g\"; gid = 20000; }, { name = "
		     "\"h\"; gid = 20001; members = [ \"x\" ]; } );\n"
		     "users = ( { name = \"a\"; uid = 20001; gecos = \"A\"; }, "
		     "{ name = \"c\"; uid = 20003; groups = [ \"h\" ]; } );\n"
		     "jails = ( { name = \"k\"; users = [ \"*\" ]; root = "
		     "\"/x/%u\"; } );\n");
	apply(&dry, "2: users +1 ~1 -1, groups +1 ~0 -0, jails +1 ~0 -1");
	apply(&plain, "2: users +1 ~1 -1, groups +1 ~0 -0, jails +1 ~0 -1");
	apply(&plain, "2: same");
	test_done("apply_counts_by_name");
	write_config("version = 1;\nuser_defaults: { group = \"g\"; };\n"
		     "groups = ( { name = \"g\"; gid = 20000; }, { name = "
		     "\"h\"; gid = 20001; members = [ \"a\" ]; } );\n"
		     "users = ( { name = \"a\"; uid = 20001; gecos = \"A\"; "
		     "password = \"!\"; }, "
		     "{ name = \"c\"; uid = 20003; } );\n"
		     "jails = ( { name = \"k\"; users = [ \"*\" ]; root = "
		     "\"/y/%u\"; } );\n");
	apply(&plain, "3: users +0 ~2 -0, groups +0 ~1 -0, jails +0 ~1 -0");
	test_done("apply_sees_groups_passwords_and_roots");
}

static void
test_names(void)
{
	static const struct sj_apply_options named = {.is_named = true};
	struct sj_apply_result result = {.is_changed = false};
	struct sj_fault fault;
	struct sj_model *model;
	const char *name;

	write_config(HEAD "users = ( { name = \"b\"; uid = 20002; }, { name = "
			  "\"a\"; uid = 20001; } );\n" JAIL("%h"));
	model = load();
	CHECK(sj_apply_install(&tool, model, &named, &result, &fault) ==
	      SJ_EXIT_OK);
	CHECK_INT(result.users.names.count, 3);
	name = result.users.names.first;
	CHECK_STR(name, "+b");
	name = sj_strings_next(name);
	CHECK_STR(name, "~a");
	name = sj_strings_next(name);
	CHECK_STR(name, "-c");
	CHECK_INT(result.jails.names.count, 2);
	CHECK_STR(result.jails.names.first, "+j");
	sj_apply_result_clear(&result);
	sj_model_free(model);
	test_done("apply_names_what_changed");
}

/* One of each kind of key file, and what becomes of it. */
static void
test_keys(void)
{
	write_config(
	    HEAD "users = ( { name = \"a\"; uid = 20001; keys = [ \"" KEY
		 " one\", \"command=\\\"x\\\" " KEY "\" ]; },\n"
		 "{ name = \"b\"; uid = 20002; keys = [ \"" KEY "\" ]; },\n"
		 "{ name = \"c\"; uid = 20003; keys = [ \"" KEY
		 "\" ]; disabled = true; },\n"
		 "{ name = \"d\"; uid = 20004; keys = [ \"" KEY
		 "\" ]; expires = \"1999-12-31\"; } );\n" JAIL("%h"));
	apply(&plain, "5: users +2 ~2 -0, groups +0 ~0 -0, jails +0 ~0 -0");
	CHECK_STR(read_key("a"),
	    LIMITS " " KEY " one\n" LIMITS ",command=\"x\" " KEY "\n");
	CHECK_STR(read_key("b"), LIMITS " " KEY "\n");
	CHECK(read_key("c") == NULL);
	CHECK(read_key("d") == NULL);
	test_done("apply_key_files_of_valid_users");
	/* What somebody did to the directory is mended, changed or not. */
	(void)unlink(path_of(state_dir, "keys/a"));
	CHECK(symlink("/etc/passwd", path_of(state_dir, "keys/a")) == 0);
	(void)fclose(fopen(path_of(state_dir, "keys/stranger"), "we"));
	(void)fclose(fopen(path_of(state_dir, "keys/.new.b"), "we"));
	CHECK(chmod(path_of(state_dir, "keys/b"), 0666) == 0);
	apply(&plain, "5: same");
	CHECK_STR(read_key("a"),
	    LIMITS " " KEY " one\n" LIMITS ",command=\"x\" " KEY "\n");
	CHECK(access(path_of(state_dir, "keys/stranger"), F_OK) != 0);
	CHECK(access(path_of(state_dir, "keys/.new.b"), F_OK) != 0);
	test_done("apply_key_files_are_mended");
	write_config("key_files = false;\n" HEAD
		     "users = ( { name = \"a\"; uid = 20001; keys = [ \"" KEY
		     "\" ]; } );\n" JAIL("%h"));
	apply(&plain, "6: users +0 ~1 -3, groups +0 ~0 -0, jails +0 ~0 -0");
	CHECK(read_key("a") == NULL);
	CHECK(read_key("b") == NULL);
	test_done("apply_key_files_off_removes_them");
}

static void
write_users(unsigned count)
{
	char text[8192] = HEAD "users = (";
	size_t used = strlen(text);
	unsigned i;

	for (i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s{ name = \"u%u\"; uid = %u; }", i > 0 ? "," : "", i,
		    20001 + i);
	(void)snprintf(text + used, sizeof(text) - used, ");\n" JAIL("%%h"));
	write_config(text);
}

static void
test_shrink(void)
{
	static const struct sj_apply_options allowed = {
	    .is_shrink_allowed = true};

	write_users(20);
	apply(&plain, "7: users +20 ~0 -1, groups +0 ~0 -0, jails +0 ~0 -0");
	write_users(10);
	apply(&plain, "8: users +0 ~0 -10, groups +0 ~0 -0, jails +0 ~0 -0");
	test_done("apply_drops_half_of_the_users");
	write_users(4);
	apply(&plain,
	    "exit 3: this would drop 6 of 10 users; if that is meant, run "
	    "apply with --allow-shrink");
	write_users(10);
	apply(&plain, "8: same");
	test_done("apply_refuses_to_drop_more_than_half");
	write_users(4);
	apply(&allowed, "9: users +0 ~0 -6, groups +0 ~0 -0, jails +0 ~0 -0");
	write_users(0);
	apply(&plain, "10: users +0 ~0 -4, groups +0 ~0 -0, jails +0 ~0 -0");
	test_done("apply_drops_what_is_allowed_or_few");
}

static void
damage(const char *name, off_t off)
{
	int fd = open(path_of(state_dir, name), O_RDWR | O_CLOEXEC);
	char byte = 0;

	if (fd < 0 || pread(fd, &byte, 1, off) != 1)
		abort();
	byte ^= 1;
	if (pwrite(fd, &byte, 1, off) != 1)
		abort();
	(void)close(fd);
}

/* The content did not change, but what is installed can't be kept. */
static void
test_mending(void)
{
	write_users(2);
	apply(&plain, "11: users +2 ~0 -0, groups +0 ~0 -0, jails +0 ~0 -0");
	damage(SJ_DB_PUBLIC_FILE, 3000);
	apply(&plain, "12: users +2 ~0 -0, groups +1 ~0 -0, jails +1 ~0 -0");
	damage(SJ_DB_PUBLIC_FILE, 4340);
	apply(&plain, "13: users +2 ~0 -0, groups +1 ~0 -0, jails +1 ~0 -0");
	test_done("apply_replaces_a_damaged_file");
	damage(SJ_DB_SECRET_FILE, SJ_DB_RETIRED_OFF);
	apply(&plain, "14: users +0 ~0 -0, groups +0 ~0 -0, jails +0 ~0 -0");
	test_done("apply_replaces_a_retired_file");
	CHECK(chmod(path_of(state_dir, SJ_DB_PUBLIC_FILE), 0666) == 0);
	apply(&plain, "15: users +2 ~0 -0, groups +1 ~0 -0, jails +1 ~0 -0");
	test_done("apply_replaces_an_untrusted_file");
	CHECK(unlink(path_of(state_dir, SJ_DB_SECRET_FILE)) == 0);
	apply(&plain, "16: users +0 ~2 -0, groups +0 ~0 -0, jails +1 ~0 -0");
	apply(&plain, "16: same");
	test_done("apply_replaces_a_missing_file");
}

static unsigned calls;

static enum sj_reason
refuse(void *context, struct sj_fault *fault)
{
	calls++;
	return sj_fault_set(
	    fault, SJ_SYSTEM_ERROR, 0, "%s", (const char *)context);
}

static enum sj_reason
agree(void *context, struct sj_fault *fault)
{
	(void)context;
	(void)fault;
	calls++;
	return SJ_OK;
}

static void
test_hook(void)
{
	char why[] = "no";
	struct sj_apply_options options = {
	    .before_commit = refuse, .context = why};

	write_users(3);
	apply(&options, "exit 4: no");
	CHECK_INT(calls, 1);
	CHECK(access(path_of(state_dir, SJ_DB_PUBLIC_FILE ".new"), F_OK) != 0);
	CHECK(access(path_of(state_dir, SJ_DB_SECRET_FILE ".new"), F_OK) != 0);
	options.before_commit = agree;
	apply(&options, "17: users +1 ~0 -0, groups +0 ~0 -0, jails +0 ~0 -0");
	apply(&options, "17: same");
	CHECK_INT(calls, 3);
	test_done("apply_hook_before_the_commit");
}

/* A file mapped before is retired by the apply that replaces it. */
static void
test_retired(void)
{
	struct sj_db_files files;

	sj_db_files_open(&files, state_dir, "", geteuid());
	CHECK(files.has_public && files.has_secret);
	CHECK(!sj_db_is_retired(&files.public));
	write_users(4);
	apply(&plain, "18: users +1 ~0 -0, groups +0 ~0 -0, jails +0 ~0 -0");
	CHECK(sj_db_is_retired(&files.public));
	CHECK(sj_db_is_retired(&files.secret));
	sj_db_files_close(&files);
	test_done("apply_retires_the_old_files");
}

static void
check_stale(bool want)
{
	struct sj_fault fault = {.where = ""};
	bool is_stale = !want;

	CHECK(sj_sources_is_stale(&tool, &is_stale, &fault) == SJ_OK);
	CHECK_INT(is_stale, want);
}

static void
test_stale(void)
{
	check_stale(false);
	/* Written anew with the same content: fresh by its sum. */
	write_users(4);
	check_stale(false);
	write_users(5);
	check_stale(true);
	apply(&plain, "19: users +1 ~0 -0, groups +0 ~0 -0, jails +0 ~0 -0");
	check_stale(false);
	CHECK(mkdir(path_of(config_dir, "conf.d"), 0700) == 0);
	check_stale(false);
	(void)fclose(fopen(path_of(config_dir, "conf.d/a.conf"), "we"));
	check_stale(true);
	CHECK(chmod(path_of(config_dir, "conf.d/a.conf"), 0600) == 0);
	apply(&plain, "19: same");
	check_stale(false);
	(void)unlink(path_of(config_dir, "conf.d/a.conf"));
	check_stale(true);
	(void)unlink(path_of(state_dir, SJ_SOURCES_FILE));
	check_stale(true);
	test_done("apply_staleness");
}

static void
test_failures_of_state(void)
{
	struct sj_tool other = {config_dir, "/nonexistent/state", false};
	struct sj_apply_result result;
	struct sj_fault fault;
	struct sj_model *model = load();

	CHECK(sj_apply_install(&other, model, &plain, &result, &fault) ==
	      SJ_EXIT_SYSTEM);
	CHECK_STR(fault.where, "/nonexistent/state: No such file or directory");
	sj_model_free(model);
	test_done("apply_without_a_state_directory");
}

static void
clean_up(void)
{
	(void)unlink(path_of(config_dir, "sftpjail.conf"));
	(void)rmdir(path_of(config_dir, "conf.d"));
	(void)rmdir(config_dir);
	(void)unlink(path_of(state_dir, SJ_DB_PUBLIC_FILE));
	(void)unlink(path_of(state_dir, SJ_DB_SECRET_FILE));
	(void)unlink(path_of(state_dir, SJ_SOURCES_FILE));
	(void)rmdir(path_of(state_dir, "keys"));
	CHECK(rmdir(state_dir) == 0);
	test_done("apply_leaves_nothing_else_behind");
}

int
main(void)
{
	if (mkdtemp(config_dir) == NULL || mkdtemp(state_dir) == NULL)
		return 1;
	test_counts();
	test_names();
	test_keys();
	test_shrink();
	test_mending();
	test_hook();
	test_retired();
	test_stale();
	test_failures_of_state();
	clean_up();
	return test_failures > 0;
}
