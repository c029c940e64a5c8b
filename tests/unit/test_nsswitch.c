/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "check.h"

#include <errno.h>
#include <stdlib.h>

#include "cleanup.h"
#include "test.h"
#include "tree.h"

#define GROUP "group: files sftpjail\n"
#define SHADOW "shadow: files sftpjail\n"
#define REST GROUP SHADOW

/* want: "id:line id:line", as the problems were found. */
static const struct {
	const char *name;
	const char *text;
	const char *want;
	const char *what;
} rows[] = {
    {"three_lines_are_good", "passwd: files sftpjail\n" REST, "", NULL},
    {"blanks_and_comments_are_skipped",
	"# passwd: none\n\n \tpasswd :\tfiles   systemd sftpjail # and "
	"so\n" REST,
	"", NULL},
    {"carriage_returns_are_blanks",
	"passwd: files sftpjail\r\ngroup: files sftpjail\r\n" SHADOW, "", NULL},
    {"debian_stock_misses_three",
	"passwd:         files systemd\ngroup:          files systemd\n"
	"shadow:         files systemd\n",
	"nss-missing:1 nss-missing:2 nss-missing:3", "\"passwd:\""},
    {"empty_file_misses_three", "", "nss-missing:0 nss-missing:0 nss-missing:0",
	"there is no line"},
    {"shadow_missing_is_named", "passwd: files sftpjail\n" GROUP,
	"nss-missing:0", "\"shadow:\""},
    {"name_as_part_is_missing", "passwd: files sftpjails\n" REST,
	"nss-missing:1", NULL},
    {"commented_name_is_missing", "passwd: files # sftpjail\n" REST,
	"nss-missing:1", NULL},
    {"before_files_is_named", "passwd: sftpjail files\n" REST, "nss-order:1",
	"before files"},
    {"before_compat_is_named", "passwd: sftpjail compat\n" REST, "nss-order:1",
	NULL},
    {"before_ldap_is_good", "passwd: files sftpjail ldap\n" REST, "", NULL},
    {"notfound_return_is_named",
	"passwd: files [NOTFOUND=return] sftpjail\n" REST, "nss-unreachable:1",
	"after files"},
    {"glued_bracket_is_named",
	"passwd: files ldap[notfound = Return] sftpjail\n" REST,
	"nss-unreachable:1", "after ldap"},
    {"negated_unavail_is_named",
	"passwd: files ldap [!UNAVAIL=return] sftpjail\n" REST,
	"nss-unreachable:1", NULL},
    {"unavail_return_is_a_warning",
	"passwd: files ldap [UNAVAIL=return] sftpjail\n" REST,
	"nss-unreachable:1", NULL},
    {"return_behind_ours_is_good",
	"passwd: files sftpjail [NOTFOUND=return] ldap\n" REST, "", NULL},
    {"merge_is_good",
	"passwd: files sftpjail\n"
	"group: files [SUCCESS=merge] systemd sftpjail\n" SHADOW,
	"", NULL},
    {"initgroups_without_us_is_named",
	"passwd: files sftpjail\n" REST "initgroups: files\n", "nss-missing:4",
	"\"initgroups:\""},
    {"initgroups_that_returns_is_named",
	"passwd: files sftpjail\n" REST "initgroups: files sftpjail\n",
	"nss-initgroups:4", "after files"},
    {"initgroups_that_goes_on_is_good",
	"passwd: files sftpjail\n" REST
	"initgroups: files [SUCCESS=continue] sftpjail\n",
	"", NULL},
    {"last_line_counts_and_the_first_is_named",
	"passwd: files sftpjail\npasswd: files\n" REST,
	"nss-twice:2 nss-missing:2", "line 1"},
    {"unknown_status_is_named", "passwd: files [FOO=return] sftpjail\n" REST,
	"nss-syntax:1", NULL},
    {"open_bracket_is_named", "passwd: files [NOTFOUND=return\n" REST,
	"nss-syntax:1", NULL},
    {"leading_bracket_is_named", "passwd: [NOTFOUND=return] sftpjail\n" REST,
	"nss-syntax:1", NULL},
};

static char *
list(const struct sj_report *report)
{
	char *text = strdup(""), *longer;
	size_t i;

	for (i = 0; i < report->count; i++) {
		if (asprintf(&longer, "%s%s%s:%u", text, i == 0 ? "" : " ",
			report->problems[i].kind.id,
			report->problems[i].line) < 0)
			abort();
		free(text);
		text = longer;
	}
	return text;
}

static void
test_rows(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		SJ_AUTO_FREE char *got = NULL;
		struct sj_report report = {0};
		struct sj_nsswitch config;
		char *root = tree_make();

		tree_put(root, SJ_NSS_PATH, rows[i].text);
		CHECK_INT(sj_nsswitch_load(root, &config, NULL), SJ_OK);
		sj_check_nss_switch(&report, &config);
		got = list(&report);
		CHECK_STR(got, rows[i].want);
		if (rows[i].what != NULL)
			CHECK(report.count > 0 &&
			      strstr(report.problems[0].what, rows[i].what) !=
				  NULL);
		sj_report_clear(&report);
		sj_nsswitch_clear(&config);
		tree_remove(root);
		test_done(rows[i].name);
	}
}

/* An action in brackets is for the source in front of it only. */
static void
test_actions(void)
{
	const struct sj_nss_line *line;
	struct sj_nsswitch config;
	char *root = tree_make();

	tree_put(root, SJ_NSS_PATH,
	    "hosts: a [!SUCCESS=return UNAVAIL=continue] b\n");
	CHECK_INT(sj_nsswitch_load(root, &config, NULL), SJ_OK);
	line = sj_nsswitch_find(&config, "hosts");
	CHECK(line != NULL && line->service_count == 2);
	if (line != NULL && line->service_count == 2) {
		const enum sj_nss_action *a = line->services[0].actions;
		const enum sj_nss_action *b = line->services[1].actions;

		CHECK_STR(line->services[0].name, "a");
		CHECK_INT(a[SJ_NSS_SUCCESS], SJ_NSS_RETURN);
		CHECK_INT(a[SJ_NSS_NOTFOUND], SJ_NSS_RETURN);
		CHECK_INT(a[SJ_NSS_TRYAGAIN], SJ_NSS_RETURN);
		CHECK_INT(a[SJ_NSS_UNAVAIL], SJ_NSS_CONTINUE);
		CHECK_STR(line->services[1].name, "b");
		CHECK_INT(b[SJ_NSS_SUCCESS], SJ_NSS_RETURN);
		CHECK_INT(b[SJ_NSS_NOTFOUND], SJ_NSS_CONTINUE);
	}
	sj_nsswitch_clear(&config);
	test_done("actions_are_of_the_source_before_them");
	tree_remove(root);
}

static void
test_no_file(void)
{
	struct sj_nsswitch config;
	struct sj_fault fault;
	char *root = tree_make();

	CHECK_INT(sj_nsswitch_load(root, &config, &fault), SJ_SYSTEM_ERROR);
	CHECK_INT(fault.sys_errno, ENOENT);
	sj_nsswitch_clear(&config);
	tree_remove(root);
	test_done("no_file_is_enoent");
}

int
main(void)
{
	test_rows();
	test_actions();
	test_no_file();
	return test_failures == 0 ? 0 : 1;
}
