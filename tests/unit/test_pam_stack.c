/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "check.h"

#include <errno.h>
#include <stdlib.h>

#include "cleanup.h"
#include "pam_walk.h"
#include "test.h"
#include "tree.h"

#define PAM_D SJ_SYSCONFDIR "/pam.d/"
#define SSHD PAM_D "sshd"
#define AUTH "auth required pam_sftpjail.so\n"
#define ACCOUNT "account required pam_sftpjail.so\n"
#define SESSION "session required pam_sftpjail.so\n"

/* Debian's common-* and RHEL's password-auth, as they are shipped. */
static void
put_vendor_files(const char *root)
{
	tree_put(root, PAM_D "common-auth",
	    "auth	[success=1 default=ignore]	pam_unix.so nullok\n"
	    "auth	requisite			pam_deny.so\n"
	    "auth	required			pam_permit.so\n"
	    "auth	optional			pam_cap.so\n");
	tree_put(root, PAM_D "common-account",
	    "account	[success=1 new_authtok_reqd=done "
	    "default=ignore]	"
	    "pam_unix.so\n"
	    "account	requisite			pam_deny.so\n"
	    "account	required			pam_permit.so\n");
	tree_put(root, PAM_D "common-session",
	    "session	[default=1]			pam_permit.so\n"
	    "session	requisite			pam_deny.so\n"
	    "session	required			pam_permit.so\n"
	    "session	required	pam_unix.so\n"
	    "session	optional	pam_systemd.so\n");
	tree_put(root, PAM_D "common-password",
	    "password	required			pam_permit.so\n");
	tree_put(root, PAM_D "password-auth",
	    "auth        required      pam_env.so\n"
	    "auth        sufficient    pam_unix.so nullok try_first_pass\n"
	    "auth        requisite     pam_succeed_if.so uid >= 1000 quiet\n"
	    "auth        required      pam_deny.so\n"
	    "account     required      pam_unix.so\n"
	    "account     sufficient    pam_localuser.so\n"
	    "account     sufficient    pam_succeed_if.so uid < 1000 quiet\n"
	    "account     required      pam_permit.so\n"
	    "password    sufficient    pam_unix.so\n"
	    "session     optional      pam_keyinit.so revoke\n"
	    "session     required      pam_limits.so\n"
	    "session     [success=1 default=ignore] pam_succeed_if.so "
	    "service in crond quiet use_uid\n"
	    "session     required      pam_unix.so\n");
}

/*
 * text is the service's file; want the problems as "id:line id:line", in the
 * order found, all of them in that file ("" is: none).
 */
static const struct row {
	const char *name;
	const char *text;
	const char *want;
	const char *what; /* in the first problem; NULL: not looked at */
} rows[] = {
    {"three_plain_lines_are_good", AUTH ACCOUNT SESSION, "", NULL},
    {"debian_stock_with_our_lines_is_good",
	AUTH "@include common-auth\n" ACCOUNT
	     "account    required     pam_nologin.so\n"
	     "@include common-account\n"
	     "session [success=ok ignore=ignore module_unknown=ignore "
	     "default=bad]        pam_selinux.so close\n"
	     "session    required     pam_loginuid.so\n"
	     "session    optional     pam_keyinit.so force revoke\n"
	     "@include common-session\n"
	     "session    optional     pam_motd.so  motd=/run/motd.dynamic\n"
	     "session    required     pam_limits.so\n"
	     "@include common-password\n" SESSION,
	"", NULL},
    {"rhel_stock_with_our_lines_is_good",
	AUTH "auth       substack     password-auth\n" ACCOUNT
	     "account    required     pam_nologin.so\n"
	     "account    include      password-auth\n"
	     "password   include      password-auth\n"
	     "session    required     pam_selinux.so close\n"
	     "session    include      password-auth\n" SESSION,
	"", NULL},
    {"debian_stock_without_us_misses_three",
	"@include common-auth\n@include common-account\n"
	"@include common-session\n",
	"pam-auth-missing:0 pam-account-missing:0 pam-session-missing:0",
	"no auth line"},
    {"auth_missing_is_named", ACCOUNT SESSION, "pam-auth-missing:0", "auth"},
    {"account_missing_is_named", AUTH SESSION, "pam-account-missing:0",
	"account"},
    {"session_missing_is_named", AUTH ACCOUNT, "pam-session-missing:0",
	"session"},
    {"only_account_names_the_others", ACCOUNT,
	"pam-auth-missing:0 pam-session-missing:0", NULL},
    {"commented_line_is_missing", "#" AUTH ACCOUNT SESSION,
	"pam-auth-missing:0", NULL},
    {"auth_after_sufficient_is_named",
	"auth sufficient pam_unix.so\n" AUTH ACCOUNT SESSION,
	"pam-auth-place:2", SSHD ":1"},
    {"auth_after_success_done_is_named",
	"auth [success=done default=ignore] pam_x.so\n" AUTH ACCOUNT SESSION,
	"pam-auth-place:2", "[success=done default=ignore] pam_x.so"},
    {"auth_jumped_over_is_named",
	"auth [success=1 default=ignore] pam_x.so\n" AUTH ACCOUNT SESSION,
	"pam-auth-place:2", "may jump over it"},
    {"auth_behind_a_jump_is_reached",
	"auth [success=1 default=ignore] pam_x.so\n"
	"auth required pam_y.so\n" AUTH ACCOUNT SESSION,
	"", NULL},
    {"auth_after_requisite_is_a_warning",
	"auth requisite pam_nologin.so\n" AUTH ACCOUNT SESSION,
	"pam-auth-requisite:2", "may end the stack"},
    {"auth_after_required_is_good",
	"auth required pam_env.so\n" AUTH ACCOUNT SESSION, "", NULL},
    {"auth_after_optional_is_good",
	"auth optional pam_env.so\n" AUTH ACCOUNT SESSION, "", NULL},
    {"auth_after_common_auth_is_a_warning",
	"@include common-auth\n" AUTH ACCOUNT SESSION, "pam-auth-requisite:2",
	PAM_D "common-auth:2"},
    {"auth_after_include_with_sufficient_is_named",
	"auth include password-auth\n" AUTH ACCOUNT SESSION, "pam-auth-place:2",
	PAM_D "password-auth:2"},
    {"auth_after_substack_with_sufficient_is_reached",
	"auth substack password-auth\n" AUTH ACCOUNT SESSION, "", NULL},
    {"auth_behind_the_jump_of_a_substack_is_reached",
	"auth [success=1 default=ignore] pam_x.so\n"
	"auth substack password-auth\n" AUTH ACCOUNT SESSION,
	"", NULL},
    {"auth_jumped_over_with_a_substack_is_named",
	"auth [success=2 default=ignore] pam_x.so\n"
	"auth substack password-auth\n" AUTH ACCOUNT SESSION,
	"pam-auth-place:3", "may jump over it"},
    {"account_after_sufficient_is_named",
	AUTH "account sufficient pam_localuser.so\n" ACCOUNT SESSION,
	"pam-account-place:3", "pam_localuser.so"},
    {"account_after_include_with_sufficient_is_named",
	AUTH "account include password-auth\n" ACCOUNT SESSION,
	"pam-account-place:3", PAM_D "password-auth:6"},
    {"account_after_common_account_is_named",
	AUTH "@include common-account\n" ACCOUNT SESSION, "pam-account-place:3",
	"new_authtok_reqd=done"},
    {"account_after_requisite_is_good",
	AUTH "account requisite pam_nologin.so\n" ACCOUNT SESSION, "", NULL},
    {"session_after_sufficient_is_named",
	AUTH ACCOUNT "session sufficient pam_x.so\n" SESSION,
	"pam-session-place:4", NULL},
    {"session_after_success_done_is_named",
	AUTH ACCOUNT "session [success=done default=bad] pam_x.so\n" SESSION,
	"pam-session-place:4", NULL},
    {"session_not_last_is_named",
	AUTH ACCOUNT SESSION "session optional pam_motd.so\n",
	"pam-session-not-last:3", "pam_motd.so runs behind it"},
    {"session_before_include_is_named",
	AUTH ACCOUNT SESSION "@include common-session\n",
	"pam-session-not-last:3", PAM_D "common-session:1"},
    {"session_before_include_without_session_is_last",
	AUTH ACCOUNT SESSION "@include common-password\n", "", NULL},
    {"optional_is_an_error", "auth optional pam_sftpjail.so\n" ACCOUNT SESSION,
	"pam-control:1", "\"optional\", want \"required\""},
    {"sufficient_is_an_error",
	AUTH "account sufficient pam_sftpjail.so\n" SESSION, "pam-control:2",
	NULL},
    {"requisite_is_good", AUTH "account requisite pam_sftpjail.so\n" SESSION,
	"", NULL},
    {"pairs_like_required_are_good",
	AUTH "account [success=ok new_authtok_reqd=ok ignore=ignore "
	     "default=bad] pam_sftpjail.so\n" SESSION,
	"", NULL},
    {"pairs_that_ignore_denials_are_an_error",
	AUTH "account [success=ok default=ignore] pam_sftpjail.so\n" SESSION,
	"pam-control:2", NULL},
    {"pairs_that_ignore_one_denial_are_an_error",
	AUTH "account [perm_denied=ignore default=bad success=ok "
	     "ignore=ignore] pam_sftpjail.so\n" SESSION,
	"pam-control:2", NULL},
    {"minus_is_a_warning", AUTH "-" ACCOUNT SESSION, "pam-silent:2", NULL},
    {"second_line_is_a_warning", AUTH ACCOUNT SESSION ACCOUNT, "pam-twice:4",
	SSHD ":2"},
    {"unknown_argument_is_bad_option",
	AUTH "account required pam_sftpjail.so debug foo=1\n" SESSION,
	"bad-option:2", "\"foo=1\""},
    {"argument_without_value_is_bad_option",
	AUTH "account required pam_sftpjail.so rescue=\n" SESSION,
	"bad-option:2", NULL},
    {"contradicting_arguments_are_bad_option",
	AUTH "account required pam_sftpjail.so rescue=a rescue=b\n" SESSION,
	"bad-option:2", "contradicts"},
    {"known_arguments_are_good",
	AUTH "account required pam_sftpjail.so debug rescue=sudo "
	     "service=sshd\n" SESSION,
	"", NULL},
    {"onerr_is_a_warning",
	AUTH "account required pam_sftpjail.so onerr=ignore\n" SESSION,
	"pam-onerr:2", NULL},
    {"confine_session_on_sshd_is_an_error",
	AUTH ACCOUNT "session required pam_sftpjail.so confine=session\n",
	"pam-confine-session:3", NULL},
    {"absolute_module_path_is_ours",
	AUTH ACCOUNT "session required /opt/lib/pam_sftpjail.so\n", "", NULL},
    {"other_module_of_a_like_name_is_not_ours",
	AUTH ACCOUNT "session required pam_sftpjail.so2\n",
	"pam-session-missing:0", NULL},
    {"upper_case_words_are_understood",
	"AUTH Required pam_sftpjail.so\n" ACCOUNT SESSION, "", NULL},
    {"continued_line_has_its_first_number",
	AUTH ACCOUNT "session \\\n  optional \\\n  pam_sftpjail.so\n",
	"pam-control:3", NULL},
    {"comment_hides_the_rest",
	AUTH ACCOUNT "session required # pam_sftpjail.so\n",
	"pam-syntax:3 pam-session-missing:0", "no module"},
    {"carriage_return_is_named",
	AUTH ACCOUNT "session required pam_sftpjail.so\r\n", "pam-syntax:3",
	"carriage return"},
    {"missing_include_is_named", AUTH "@include nothing\n" ACCOUNT SESSION,
	"pam-syntax:2", "there is no nothing"},
    {"include_loop_ends", AUTH ACCOUNT SESSION "@include sshd\n", NULL,
	"includes itself"},
    {"bad_type_is_named", AUTH "acount required pam_x.so\n" ACCOUNT SESSION,
	"pam-syntax:2", "\"acount\" is no type"},
    {"bad_control_is_named",
	AUTH "account [success=maybe] pam_x.so\n" ACCOUNT SESSION,
	"pam-syntax:2", "not understood"},
    {"bracket_argument_is_one_word",
	AUTH ACCOUNT "session required pam_sftpjail.so [service=a b]\n", "",
	NULL},
};

/* "id:line id:line" */
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

/* Places of ours point into the service's file, whatever was included. */
static bool
is_in_file(const struct sj_report *report, const char *path)
{
	size_t i;

	for (i = 0; i < report->count; i++)
		if (report->problems[i].path == NULL ||
		    strcmp(report->problems[i].path, path) != 0)
			return false;
	return true;
}

static void
run(const struct row *row, const struct sj_check_pam_facts *facts)
{
	SJ_AUTO_FREE char *got = NULL;
	struct sj_report report = {0};
	struct sj_pam_stack stack;
	char *root = tree_make(), *path;

	if (asprintf(&path, PAM_D "%s", facts->service) < 0)
		abort();
	put_vendor_files(root);
	tree_put(root, path, row->text);
	CHECK_INT(sj_pam_stack_load(root, facts->service, &stack, NULL), SJ_OK);
	sj_check_pam_stack(&report, &stack, facts);
	got = list(&report);
	if (row->want != NULL) {
		CHECK_STR(got, row->want);
		CHECK(is_in_file(&report, path));
	}
	if (row->what != NULL) {
		CHECK(report.count > 0);
		CHECK(report.count > 0 &&
		      strstr(report.problems[0].what, row->what) != NULL);
	}
	sj_report_clear(&report);
	sj_pam_stack_clear(&stack);
	tree_remove(root);
	free(path);
	test_done(row->name);
}

/* su forks behind open_session and calls setcred before it. */
static const struct row su_rows[] = {
    {"su_with_the_account_line_names_the_session", ACCOUNT,
	"pam-session-missing:0", "session"},
    {"su_without_confine_is_named", ACCOUNT SESSION, "pam-confine-missing:2",
	"confine=session"},
    {"su_confined_when_opened_is_good",
	ACCOUNT "session required pam_sftpjail.so confine=session\n", "", NULL},
    {"su_account_after_sufficient_is_named",
	"account sufficient pam_rootok.so\n" ACCOUNT
	"session required pam_sftpjail.so confine=session\n",
	"pam-account-place:2", NULL},
};

static void
test_rows(void)
{
	const struct sj_check_pam_facts sshd = {
	    .service = "sshd", .is_sshd = true};
	const struct sj_check_pam_facts su = {.service = "su"};
	const struct sj_check_pam_facts strict = {
	    .service = "su", .is_auth_needed = true};
	const struct row auth = {"su_without_auth_where_a_jail_asks_is_named",
	    ACCOUNT "session required pam_sftpjail.so confine=session\n",
	    "pam-auth-missing:0", NULL};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run(&rows[i], &sshd);
	for (i = 0; i < sizeof(su_rows) / sizeof(su_rows[0]); i++)
		run(&su_rows[i], &su);
	run(&auth, &strict);
}

static void
test_places(void)
{
	struct sj_pam_stack stack;
	struct sj_fault fault;
	char *root = tree_make();

	CHECK_INT(
	    sj_pam_stack_load(root, "sshd", &stack, &fault), SJ_SYSTEM_ERROR);
	CHECK_INT(fault.sys_errno, ENOENT);
	sj_pam_stack_clear(&stack);
	test_done("no_service_and_no_other_is_enoent");

	tree_put(root, "/usr/lib/pam.d/sshd", AUTH ACCOUNT SESSION);
	tree_put(root, PAM_D "other", "auth required pam_deny.so\n");
	CHECK_INT(sj_pam_stack_load(root, "sshd", &stack, &fault), SJ_OK);
	CHECK_STR(stack.path, "/usr/lib/pam.d/sshd");
	CHECK(!stack.is_other);
	CHECK_INT(stack.entry_count, 3);
	sj_pam_stack_clear(&stack);
	test_done("vendor_file_is_read_where_ours_is_missing");

	tree_put(root, SSHD, ACCOUNT);
	CHECK_INT(sj_pam_stack_load(root, "sshd", &stack, &fault), SJ_OK);
	CHECK_STR(stack.path, SSHD);
	CHECK_INT(stack.entry_count, 2);
	CHECK_STR(stack.entries[1].module, "pam_deny.so");
	CHECK_STR(stack.entries[1].path, PAM_D "other");
	sj_pam_stack_clear(&stack);
	test_done("type_without_a_line_is_of_other");

	CHECK_INT(sj_pam_stack_load(root, "../passwd", &stack, &fault), SJ_OK);
	CHECK(stack.is_other);
	sj_pam_stack_clear(&stack);
	test_done("service_with_a_slash_is_other");
	tree_remove(root);
}

/* The three lines in "other" serve whoever has no file of his own. */
static void
test_other(void)
{
	const struct sj_check_pam_facts facts = {
	    .service = "sshd", .is_sshd = true};
	struct sj_report report = {0};
	struct sj_pam_stack stack;
	char *root = tree_make(), *got;

	tree_put(root, PAM_D "other", "auth required pam_deny.so\n");
	CHECK_INT(sj_pam_stack_load(root, "sshd", &stack, NULL), SJ_OK);
	sj_check_pam_stack(&report, &stack, &facts);
	got = list(&report);
	CHECK_STR(got, "pam-service-missing:0");
	CHECK(is_in_file(&report, SSHD));
	free(got);
	sj_report_clear(&report);
	sj_pam_stack_clear(&stack);

	tree_put(root, PAM_D "other", AUTH ACCOUNT);
	CHECK_INT(sj_pam_stack_load(root, "sshd", &stack, NULL), SJ_OK);
	sj_check_pam_stack(&report, &stack, &facts);
	got = list(&report);
	CHECK_STR(got, "pam-session-missing:0");
	free(got);
	sj_report_clear(&report);
	sj_pam_stack_clear(&stack);
	tree_remove(root);
	test_done("service_of_other_is_missing_or_judged");
}

/* Two files that include each other twice would make 2^16 files. */
static void
test_bounds(void)
{
	struct sj_pam_stack stack;
	char *root = tree_make(), *long_line = malloc(200000);

	tree_put(root, PAM_D "a", "auth include b\nauth include b\n");
	tree_put(root, PAM_D "b", "auth include a\nauth include a\n");
	CHECK_INT(sj_pam_stack_load(root, "a", &stack, NULL), SJ_OK);
	CHECK(stack.fault_count > 0);
	CHECK(stack.entry_count < 5000);
	sj_pam_stack_clear(&stack);
	test_done("includes_that_multiply_end");

	memset(long_line, 'x', 199999);
	long_line[199999] = '\0';
	memcpy(long_line, "auth required ", 14);
	tree_put(root, PAM_D "a", long_line);
	CHECK_INT(sj_pam_stack_load(root, "a", &stack, NULL), SJ_OK);
	CHECK_INT(stack.entry_count, 1);
	CHECK_INT(strlen(stack.entries[0].module), 199999 - 14);
	sj_pam_stack_clear(&stack);
	free(long_line);
	tree_remove(root);
	test_done("huge_line_is_read_whole");
}

static void
test_words(void)
{
	struct sj_pam_stack stack;
	char *root = tree_make();

	tree_put(root, PAM_D "a",
	    "-auth\t[success=2 default=die] pam_x.so a [b \\] c] d\n");
	CHECK_INT(sj_pam_stack_load(root, "a", &stack, NULL), SJ_OK);
	CHECK_INT(stack.entry_count, 1);
	CHECK(stack.entries[0].is_silent);
	CHECK_INT(stack.entries[0].actions[0], 2);
	CHECK_INT(stack.entries[0].actions[7], SJ_PAM_ACTION_DIE);
	CHECK_INT(stack.entries[0].arg_count, 3);
	CHECK_STR(stack.entries[0].args[1], "b ] c");
	CHECK_STR(stack.entries[0].args[2], "d");
	sj_pam_stack_clear(&stack);
	tree_remove(root);
	test_done("words_in_brackets_are_one");
}

int
main(void)
{
	test_rows();
	test_places();
	test_other();
	test_bounds();
	test_words();
	return test_failures == 0 ? 0 : 1;
}
