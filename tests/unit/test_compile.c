/* SPDX-License-Identifier: ISC */
/*
 * Configurations and what is said of them, exactly: the rows of
 * tests/data/config.cases, and some that can't stand in a text file or need
 * several files.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "test.h"
#include "text.h"

#define CASES "tests/data/config.cases"

/* A configuration directory of this test's own. */
static char dir[] = "/tmp/sftpjail-test.XXXXXX";

/* Findings as the tool prints them, the directory's path cut off. */
static char *
print_findings(const struct sj_model *model)
{
	char *printed = NULL, *text, *at, *end;
	size_t size, prefix = strlen(dir) + 1;
	FILE *out = open_memstream(&printed, &size);

	if (out == NULL)
		abort();
	sj_findings_print(&model->warnings, "warning: ", out);
	sj_findings_print(&model->errors, "", out);
	(void)fclose(out);
	text = calloc(1, size + 1);
	if (text == NULL)
		abort();
	for (at = printed; (end = strstr(at, dir)) != NULL; at = end + prefix)
		(void)strncat(text, at, (size_t)(end - at));
	(void)strcat(text, at);
	free(printed);
	return text;
}

/* What is said of one file's text. */
static char *
say(const char *text)
{
	struct sj_text_options options = {.dir = dir,
	    .owner = geteuid(),
	    .replaced = "sftpjail.conf",
	    .replaced_text = text,
	    .replaced_len = strlen(text)};
	struct sj_model *model = NULL;
	struct sj_fault fault = {.where = ""};
	char *said;

	if (sj_text_load(&options, &model, &fault) != SJ_OK)
		return strdup(fault.where);
	said = print_findings(model);
	sj_model_free(model);
	return said;
}

static void
check_said(const char *name, const char *text, const char *want)
{
	char *said = say(text);

	CHECK_STR(said, want);
	test_done(name);
	free(said);
}

/* One file of the table: reads up to the line that begins with mark. */
static char *
read_part(FILE *cases, const char *mark, char *line, size_t size)
{
	char *part = NULL;
	size_t part_size;
	FILE *out = open_memstream(&part, &part_size);

	if (out == NULL)
		abort();
	while (fgets(line, (int)size, cases) != NULL &&
	       strncmp(line, mark, strlen(mark)) != 0)
		(void)fputs(line, out);
	(void)fclose(out);
	return part;
}

/* "FILE" stands for the path, which is cut off in what is said. */
static void
name_file(char *text)
{
	static const char name[] = "sftpjail.conf";
	char *copy = strdup(text), *at, *from;

	if (copy == NULL)
		abort();
	text[0] = '\0';
	for (from = copy; (at = strstr(from, "FILE")) != NULL; from = at + 4) {
		(void)strncat(text, from, (size_t)(at - from));
		(void)strcat(text, name);
	}
	(void)strcat(text, from);
	free(copy);
}

static void
test_table(void)
{
	SJ_AUTO_FCLOSE FILE *cases = fopen(CASES, "re");
	char line[4096] = "", name[128], *text, *want;
	unsigned count = 0;

	if (cases == NULL) {
		CHECK(cases != NULL);
		test_done("compile_table_is_there");
		return;
	}
	while (strncmp(line, "== ", 3) != 0)
		if (fgets(line, sizeof(line), cases) == NULL)
			break;
	while (strncmp(line, "== ", 3) == 0) {
		(void)snprintf(name, sizeof(name), "compile_%.100s", line + 3);
		name[strcspn(name, "\n")] = '\0';
		text = read_part(cases, "--\n", line, sizeof(line));
		want = read_part(cases, "== ", line, sizeof(line));
		/* Each FILE makes room for at most 9 bytes more. */
		want = realloc(want, strlen(want) * 4 + 1);
		if (want == NULL)
			abort();
		name_file(want);
		check_said(name, text, want);
		free(text);
		free(want);
		count++;
	}
	CHECK(count > 150);
	test_done("compile_table_was_read");
}

static void
test_inline(void)
{
	static const struct {
		const char *name;
		const char *text;
		const char *want;
	} rows[] = {
	    {"compile_empty_has_no_version", "",
		"sftpjail.conf:1: version: is missing, expected \"version = "
		"1;\"\n"},
	    {"compile_crlf_is_space", "version = 1;\r\nkey_files = false;\r\n",
		""},
	    {"compile_comment_at_end_is_fine", "version = 1; # four", ""},
	    {"compile_control_byte_ends_the_file", "version = 1;\n\001",
		"sftpjail.conf:2: unexpected byte 0x01, expected the name of "
		"a setting\n"},
	    {"compile_control_byte_is_no_value", "version = \001;\n",
		"sftpjail.conf:1: version: unexpected byte 0x01, expected a "
		"value\n"},
	    {"compile_byte_order_mark_is_named", "\xef\xbb\xbfversion = 1;\n",
		"sftpjail.conf:1: the file begins with a byte order mark, "
		"expected none\n"},
	    {"compile_utf16_is_named", "\xff\xfev",
		"sftpjail.conf:1: the file is UTF-16 or binary, expected "
		"UTF-8\n"},
	    {"compile_invalid_utf8_is_fine", "version = 1; # \xff\xfe\n", ""},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_said(rows[i].name, rows[i].text, rows[i].want);
}

/* NUL can't be in a C string: given by length. */
static void
test_nul(void)
{
	static const char *const texts[] = {"version = 1;\n#",
	    "version = ", "version = 1; user_defaults: { home = \"/x", "/* "};
	struct sj_text_options options = {
	    .dir = dir, .owner = geteuid(), .replaced = "sftpjail.conf"};
	struct sj_model *model;
	char text[128];
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		memset(text, 0, sizeof(text));
		(void)strcpy(text, texts[i]);
		options.replaced_text = text;
		options.replaced_len = strlen(text) + 1;
		model = NULL;
		CHECK(sj_text_load(&options, &model, NULL) == SJ_OK);
		CHECK(
		    model != NULL && model->errors.count == 1 &&
		    strstr(model->errors.items[0].message, "NUL byte") != NULL);
		sj_model_free(model);
	}
	test_done("compile_nul_is_named_wherever_it_is");
}

/*
 * Every byte of a good text changed, and every truncation: something is said
 * or not, but the tool goes on.  What would be wrong is for the sanitizers.
 */
static void
test_damaged(void)
{
	static const char good[] =
	    "version = 1;\nids: { uid_min = 20000; uid_max = 0x9000; };\n"
	    "user_defaults: { group = \"g\"; home = \"/srv/%u\"; };\n"
	    "groups = ( { name = \"g\"; gid = 20000; members = [ \"x\" ]; } "
	    ");\nusers = ( { name = \"a\"; uid = 20001; gecos = \"\\x41\\n\"; "
	    "groups = [ \"g\" ]; expires = \"2027-03-31\"; disabled = true; }, "
	    "{ name = \"b\"; uid = 20002; } );\n"
	    "jails = ( { name = \"j\"; users = [ \"*\" ]; root = \"%h\"; from "
	    "= "
	    "[ \"10.0.0.0/8\" ]; writable = [ \"/in\" ]; mounts = ( { source "
	    "= \"/x\"; target = \"y\"; } ); hours = \"Mon 00:00-12:00\"; } );";
	static const char bytes[] = "\"\\{}()[],;=:#/*@%\n\r x0.-\x80";
	char text[sizeof(good)], *said;
	unsigned refused = 0;
	size_t at, i;

	for (at = 0; at < sizeof(good) - 1; at++) {
		for (i = 0; i < sizeof(bytes) - 1; i++) {
			(void)strcpy(text, good);
			text[at] = bytes[i];
			said = say(text);
			refused += *said != '\0';
			free(said);
		}
		(void)strcpy(text, good);
		text[at] = '\0';
		free(say(text));
	}
	CHECK(refused > 10000);
	test_done("compile_damaged_text_is_survived");
}

/*
 * A big text is read ahead in a thread: what is said of it is the same.  The
 * comment at its end makes it big.
 */
static void
check_ahead(const char *fault, const char *end)
{
	char *text = NULL, *small, *big;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		abort();
	fputs("version = 1;\nids: { uid_min = 20000; uid_max = 60000; };\n"
	      "groups = ( { name = \"g\"; gid = 20000; } );\n"
	      "user_defaults: { group = \"g\"; home = \"/x\"; };\nusers = (\n",
	    out);
	for (i = 0; i < 4000; i++)
		fprintf(out, "{ name = \"u%zu\"; uid = %zu; %s },\n",
		    i % 1999 == 1998 ? i - 1 : i, 20000 + i % 3999,
		    i % 777 == 776 ? fault : "");
	fprintf(out, "{ name = \"last\"; uid = 30000; } )%s\n", end);
	(void)fflush(out);
	small = say(text);
	for (i = 0; i < 20000; i++)
		fputs("# so that there is a mebibyte and more of it, or two\n",
		    out);
	(void)fclose(out);
	CHECK(size > (size_t)1 << 20);
	big = say(text);
	CHECK(*small != '\0');
	CHECK_STR(big, small);
	free(text);
	free(small);
	free(big);
}

static void
test_ahead(void)
{
	check_ahead("", ";");
	check_ahead("gecos = 12; shell = yes;", ";");
	check_ahead("", "; nonsense = 1; users = ( { } );");
	check_ahead("} { uid = 5; name = \"\";", "");
	check_ahead("keys = [ \"a\" \"b\" ];", ";");
	check_ahead("home = (;", ";");
	test_done("compile_big_text_read_ahead_says_the_same");
}

static void
write_file(const char *name, const char *text, mode_t mode)
{
	char path[256];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, text, strlen(text)) < 0 ||
	    fchmod(fd, mode) != 0)
		abort();
	(void)close(fd);
}

static void
remove_file(const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	(void)unlink(path);
	(void)rmdir(path);
}

static char *
say_dir(void)
{
	struct sj_text_options options = {.dir = dir, .owner = geteuid()};
	struct sj_model *model = NULL;
	struct sj_fault fault = {.where = ""};
	char *said;

	if (sj_text_load(&options, &model, &fault) != SJ_OK)
		return strdup(fault.where);
	said = print_findings(model);
	sj_model_free(model);
	return said;
}

static void
check_dir(const char *name, const char *want)
{
	char *said = say_dir();

	CHECK_STR(said, want);
	test_done(name);
	free(said);
}

static void
make_dir(const char *name, mode_t mode)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((mkdir(path, 0700) != 0 && errno != EEXIST) ||
	    chmod(path, mode) != 0)
		abort();
}

static void
test_files(void)
{
	write_file(
	    "sftpjail.conf", "version = 1;\nids: { uid_min = 1; };\n", 0600);
	make_dir("conf.d", 0700);
	write_file(
	    "conf.d/b.conf", "ids: { uid_min = 2; uid_max = 3; };\n", 0600);
	write_file("conf.d/a.conf", "version = 1;\nkey_files = 1;\n", 0600);
	write_file("conf.d/B.conf", "key_files = 2;\n", 0600);
	write_file("conf.d/.hidden.conf", "broken", 0600);
	write_file("conf.d/c.conf.bak", "broken", 0600);
	check_dir("compile_scalar_in_two_files_names_both",
	    "conf.d/B.conf:1: key_files: is an integer, expected true or "
	    "false\n"
	    "conf.d/a.conf:1: version: is set twice, expected once in all "
	    "files; the other is at sftpjail.conf:1\n"
	    "conf.d/a.conf:2: key_files: is an integer, expected true or "
	    "false\n"
	    "conf.d/b.conf:1: ids.uid_min: is set twice, expected once in all "
	    "files; the other is at sftpjail.conf:2\n");
	write_file("sftpjail.conf",
	    "version = 1;\nuser_defaults: { group = \"g\"; };\n"
	    "groups = ( { name = \"g\"; gid = 20000; } );\n",
	    0600);
	write_file("conf.d/a.conf",
	    "users = ( { name = \"a\"; uid = 20001; } );\n"
	    "jails = ( { name = \"j\"; users = [ \"*\" ]; root = \"/x/%u\"; "
	    "} );\n",
	    0600);
	write_file("conf.d/b.conf",
	    "users = ( { name = \"a\"; uid = 20001; } );\n", 0600);
	remove_file("conf.d/B.conf");
	check_dir("compile_user_in_two_files_names_both",
	    "conf.d/b.conf:1: users[0].name: \"a\" is defined twice, expected "
	    "once; the other is at conf.d/a.conf:1\n"
	    "conf.d/b.conf:1: users[0].uid: 20001 is used twice, expected one "
	    "of its own; user \"a\" at conf.d/a.conf:1 has it\n");
	remove_file("conf.d/b.conf");
	check_dir("compile_lists_of_files_are_joined", "");
}

static void
test_trust(void)
{
	char path[256], want[1024];

	write_file("conf.d/b.conf", "", 0620);
	(void)snprintf(want, sizeof(want),
	    "conf.d/b.conf: is mode 0620, expected it not writable by group "
	    "or others; run: chmod go-w conf.d/b.conf\n");
	check_dir("compile_file_writable_by_group_is_refused", want);
	remove_file("conf.d/b.conf");
	make_dir("conf.d/b.conf", 0700);
	check_dir("compile_directory_is_no_file",
	    "conf.d/b.conf: is a directory, expected a regular file\n");
	remove_file("conf.d/b.conf");
	(void)snprintf(path, sizeof(path), "%s/conf.d/b.conf", dir);
	CHECK(mkfifo(path, 0600) == 0);
	check_dir("compile_fifo_is_no_file_and_does_not_block",
	    "conf.d/b.conf: is a FIFO, expected a regular file\n");
	(void)unlink(path);
	CHECK(symlink("a.conf", path) == 0);
	check_dir("compile_symlink_is_no_file",
	    "conf.d/b.conf: is a symbolic link, expected a regular file\n");
	(void)unlink(path);
	make_dir("conf.d", 0777);
	check_dir("compile_conf_d_writable_by_others_is_refused",
	    "conf.d: is mode 0777, expected it not writable by group or "
	    "others; run: chmod go-w conf.d\n");
	make_dir("conf.d", 0700);
	remove_file("sftpjail.conf");
	check_dir("compile_main_file_is_required",
	    "sftpjail.conf: No such file or directory, expected a readable "
	    "file\n");
}

/* A hundred errors in ten files: every one, in order. */
static void
test_hundred(void)
{
	char name[64], text[4096], want[65536] = "", *said;
	size_t used, want_used = 0;
	unsigned i, j;

	write_file("sftpjail.conf", "version = 1;\n", 0600);
	remove_file("conf.d/a.conf");
	for (i = 0; i < 10; i++) {
		used = (size_t)snprintf(text, sizeof(text), "users = (\n");
		(void)snprintf(name, sizeof(name), "conf.d/%u.conf", i);
		for (j = 0; j < 10; j++) {
			used += (size_t)snprintf(text + used,
			    sizeof(text) - used,
			    "{ name = \"u%u_%u\"; uid = %u; group = 5; }%s\n",
			    i, j, 20000 + i * 10 + j, j < 9 ? "," : ");");
			want_used += (size_t)snprintf(want + want_used,
			    sizeof(want) - want_used,
			    "%s:%u: users[%u].group: is an integer, expected "
			    "a string\n",
			    name, j + 2, j);
		}
		write_file(name, text, 0600);
	}
	said = say_dir();
	CHECK_STR(said, want);
	test_done("compile_hundred_errors_in_ten_files_are_all_said");
	free(said);
	for (i = 0; i < 10; i++) {
		(void)snprintf(name, sizeof(name), "conf.d/%u.conf", i);
		remove_file(name);
	}
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	test_table();
	test_inline();
	test_nul();
	test_damaged();
	test_ahead();
	test_files();
	test_trust();
	test_hundred();
	remove_file("sftpjail.conf");
	remove_file("conf.d/.hidden.conf");
	remove_file("conf.d/c.conf.bak");
	remove_file("conf.d");
	(void)rmdir(dir);
	return test_failures > 0;
}
