/* SPDX-License-Identifier: ISC */
/*
 * What import makes of other configurations and says of them, exactly: the
 * rows of tests/data/import.cases.  Each result is one that apply takes.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "import.h"
#include "test.h"
#include "text.h"

#define CASES "tests/data/import.cases"

/* A directory of this test's own, and the working directory. */
static char dir[] = "/tmp/sftpjail-test.XXXXXX";

struct printed {
	char *out;
	char *say;
};

static void
write_file(const char *name, const char *text, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, text, len) != (ssize_t)len)
		abort();
	(void)close(fd);
}

static bool
has_file(const char *name)
{
	return access(name, F_OK) == 0;
}

static enum sj_reason
run(struct sj_import *import, const char *kind, const char *group,
    struct sj_fault *fault)
{
	const struct sj_import_everybody everybody = {group, "accounts"};
	const struct sj_import_accounts accounts = {.passwd_path = "in",
	    .group_path = "group",
	    .shadow_path = has_file("shadow") ? "shadow" : NULL,
	    .group = group};

	if (strcmp(kind, "sshd_config") == 0)
		return sj_import_sshd(import, "in", fault);
	if (strcmp(kind, "passwd") == 0)
		return sj_import_passwd(import, &accounts, fault);
	if (strcmp(kind, "rssh") == 0)
		return sj_import_rssh(import, "in", &everybody, fault);
	return sj_import_mysecureshell(import, "in", &everybody, fault);
}

/* kind is "sshd_config", "passwd GROUP", "part passwd GROUP" and so on. */
static struct printed
import(const char *kind)
{
	struct sj_import import = {.arena = {.fd = -1}};
	struct sj_fault fault = {.where = ""};
	struct printed printed = {NULL, NULL};
	char copy[128], *group;
	size_t size;

	(void)snprintf(copy, sizeof(copy), "%s", kind);
	import.is_part = strncmp(copy, "part ", 5) == 0;
	kind = import.is_part ? copy + 5 : copy;
	group = strchr(kind, ' ');
	if (group != NULL)
		*group++ = '\0';
	import.out = open_memstream(&printed.out, &size);
	import.say = open_memstream(&printed.say, &size);
	if (import.out == NULL || import.say == NULL)
		abort();
	if (run(&import, kind, group, &fault) != SJ_OK)
		(void)fprintf(import.say, "error: %s\n", fault.where);
	CHECK(!import.is_short);
	(void)fclose(import.out);
	(void)fclose(import.say);
	sj_import_clear(&import);
	return printed;
}

/* What apply would say of the result. */
static void
check_config(const char *text)
{
	struct sj_text_options options = {.dir = dir,
	    .owner = geteuid(),
	    .replaced = "sftpjail.conf",
	    .replaced_text = text,
	    .replaced_len = strlen(text)};
	struct sj_model *model = NULL;
	struct sj_fault fault;

	CHECK(sj_text_load(&options, &model, &fault) == SJ_OK);
	if (model == NULL)
		return;
	CHECK_INT(model->errors.count, 0);
	sj_findings_print(&model->errors, "# ", stdout);
	sj_model_free(model);
}

/* Reads up to a line that begins with one of the marks; that is in line. */
static char *
read_part(FILE *cases, char *line, size_t size)
{
	static const char *const marks[] = {"== ", "--\n", "++ "};
	char *part = NULL;
	size_t part_size, i;
	FILE *out = open_memstream(&part, &part_size);

	if (out == NULL)
		abort();
	while (fgets(line, (int)size, cases) != NULL) {
		for (i = 0; i < 3; i++)
			if (strncmp(line, marks[i], 3) == 0)
				break;
		if (i < 3)
			break;
		(void)fputs(line, out);
	}
	if (feof(cases))
		line[0] = '\0';
	(void)fclose(out);
	return part;
}

/* The files in front of the first "--". */
static void
read_files(FILE *cases, char *line, size_t size)
{
	char name[64] = "in", *text;

	(void)unlink("shadow");
	(void)unlink("accounts");
	for (;;) {
		text = read_part(cases, line, size);
		write_file(name, text, strlen(text));
		free(text);
		if (strncmp(line, "++ ", 3) != 0)
			return;
		(void)snprintf(name, sizeof(name), "%.60s", line + 3);
		name[strcspn(name, "\n")] = '\0';
	}
}

static void
check_case(FILE *cases, char *line, size_t size)
{
	char name[128], kind[128], *out, *say;
	struct printed printed;

	if (sscanf(line, "== %100s %120[^\n]", name, kind) != 2)
		abort();
	read_files(cases, line, size);
	out = read_part(cases, line, size);
	say = read_part(cases, line, size);
	printed = import(kind);
	CHECK_STR(printed.out, out);
	CHECK_STR(printed.say, say);
	if (strncmp(kind, "part ", 5) != 0 && *out != '\0')
		check_config(printed.out);
	test_done(name);
	free(printed.out);
	free(printed.say);
	free(out);
	free(say);
}

static void
test_table(FILE *cases)
{
	char line[4096] = "";
	unsigned count = 0;

	free(read_part(cases, line, sizeof(line)));
	for (; strncmp(line, "== ", 3) == 0; count++)
		check_case(cases, line, sizeof(line));
	CHECK(count > 30);
	test_done("import_table_was_read");
}

static const char *const kinds[] = {
    "sshd_config", "passwd staff", "mysecureshell staff", "rssh staff"};

static void
test_hostile(void)
{
	static const char nul[] = "Match Group a\n ChrootDirectory /a\0b\n";
	struct printed printed;
	size_t i, len = (size_t)4 << 20;
	char *text;

	write_file("group", "staff:x:50:local\n", 17);
	(void)unlink("shadow");
	for (i = 0; i < 4; i++) {
		write_file("in", nul, sizeof(nul) - 1);
		printed = import(kinds[i]);
		CHECK_STR(
		    printed.say, "error: in holds NUL bytes: it is no text\n");
		CHECK_STR(printed.out, "");
		free(printed.out);
		free(printed.say);
	}
	test_done("import_nul_is_refused");
	/* One line without an end, and very many of them. */
	text = malloc(len);
	if (text == NULL)
		abort();
	for (i = 0; i < 4; i++) {
		memset(text, 'a', len);
		write_file("in", text, len);
		printed = import(kinds[i]);
		CHECK(strlen(printed.say) < 4096);
		free(printed.out);
		free(printed.say);
	}
	test_done("import_line_without_end_is_survived");
	free(text);
	CHECK(unlink("in") == 0 && symlink("/dev/zero", "in") == 0);
	printed = import("rssh staff");
	CHECK_STR(
	    printed.say, "error: in is no regular file: Invalid argument\n");
	free(printed.out);
	free(printed.say);
	(void)unlink("in");
	test_done("import_device_is_refused");
}

/* Every byte of good texts changed: a result or a word, and no crash. */
static void
test_damaged(void)
{
	static const char *const good[] = {
	    "Match Group a,!b User *,!c\nChrootDirectory \"/srv/%u\"\n"
	    "ForceCommand internal-sftp -d /x -u 027 -l INFO\n"
	    "PasswordAuthentication no\nAuthenticationMethods publickey\n",
	    "a:x:1001:50:g:/home/a:/bin/sh\nlocal:x:1:1:::\n",
	    "<User a>\nHome \"/h/${USER}\"\nVirtualChroot true\nDownload 1.5 "
	    "k\n</User>\n<Group g>\nDefaultRights 640 750\n</Group>\n",
	    "allowsftp\numask = 022\nchrootpath=\"/a b\"\nuser = "
	    "a:022:00010:/x\n",
	};
	static const char bytes[] = "\"'\\%${<>/,:!=#\n -*\x01\xff";
	struct printed printed;
	size_t i, at, k, len;
	char text[512];

	write_file("group", "staff:x:50:local\n", 17);
	for (i = 0; i < 4; i++) {
		len = strlen(good[i]);
		for (at = 0; at < len; at++)
			for (k = 0; k < sizeof(bytes) - 1; k++) {
				memcpy(text, good[i], len);
				text[at] = bytes[k];
				write_file("in", text, len);
				printed = import(kinds[i]);
				if (*printed.out != '\0' && k % 5 == 0)
					check_config(printed.out);
				free(printed.out);
				free(printed.say);
			}
	}
	test_done("import_damaged_text_is_survived");
}

int
main(void)
{
	FILE *cases = fopen(CASES, "re");

	if (cases == NULL || mkdtemp(dir) == NULL || chdir(dir) != 0) {
		perror("test_import");
		return 1;
	}
	test_table(cases);
	(void)fclose(cases);
	test_hostile();
	test_damaged();
	(void)unlink("in");
	(void)unlink("group");
	(void)unlink("shadow");
	(void)unlink("accounts");
	if (chdir("/") != 0 || rmdir(dir) != 0)
		perror(dir);
	return test_failures != 0;
}
