/* SPDX-License-Identifier: ISC */
#ifndef SJ_PAM_REASONS_RUN_H
#define SJ_PAM_REASONS_RUN_H

/* How a row of test_pam_reasons.c is run through one entry of the module. */

#include <sys/wait.h>

#include "pam_reasons_rows.h"

static pam_handle_t *
begin(const struct row *row)
{
	const char *user = row->user != NULL ? row->user : "alice";
	const char *rhost = row->rhost != NULL ? row->rhost : "192.0.2.7";
	pam_handle_t *pamh =
	    world_start(row->service != NULL ? row->service : "sshd", user);

	if (strcmp(rhost, "-") != 0)
		CHECK_INT(pam_set_item(pamh, PAM_RHOST, rhost), PAM_SUCCESS);
	CHECK_INT(pam_set_item(pamh, PAM_TTY, "ssh"), PAM_SUCCESS);
	if (row->env != NULL)
		CHECK_INT(pam_putenv(pamh, row->env), PAM_SUCCESS);
	return pamh;
}

static void
change_world(const struct row *row)
{
	users_write(&row->plan);
	if (row->prepare != NULL)
		row->prepare();
}

static bool
is_denial(const struct row *row)
{
	return row->code != PAM_SUCCESS && row->code != PAM_IGNORE;
}

/* Exactly one line of a denial, and nothing of it in what the client sees. */
static void
check_denial(const struct row *row, const char *phase)
{
	char want[128];

	(void)snprintf(want, sizeof(want), "pam_sftpjail(%s:%s): deny user=\"",
	    row->service != NULL ? row->service : "sshd", phase);
	CHECK_INT(world_count(want), 1);
	CHECK_INT(world_count(" deny "), 1);
	(void)snprintf(want, sizeof(want), " reason=%s rhost=\"", row->reason);
	CHECK_INT(world_count(want), 1);
	if (row->detail != NULL)
		CHECK(
		    strstr(strstr(world_log, "detail="), row->detail) != NULL);
	if (test_is_bad)
		printf("# log: %s", world_log);
}

static void
check_silence(const struct row *row)
{
	CHECK_INT(world_count("deny"), 0);
	CHECK_INT(world_count("pam_sftpjail("), row->reason == NULL ? 0 : 1);
	if (row->reason != NULL)
		CHECK_INT(world_count(row->reason), 1);
	if (test_is_bad)
		printf("# log: %s", world_log);
}

/* The words for who is jailed, and for who could be anybody. */
static char
told_whom(void)
{
	if (strncmp(world_told, "[3]This account is for file", 27) == 0)
		return 's';
	return strncmp(world_told, "[3]Login is not possible", 24) == 0 ? '?'
									: 0;
}

static void
run_account(const struct row *row)
{
	pam_handle_t *pamh;

	world_stack(row->service != NULL ? row->service : "sshd", NULL,
	    row->args != NULL ? row->args : "", NULL);
	change_world(row);
	world_listen();
	pamh = begin(row);
	CHECK_INT(pam_acct_mgmt(pamh, 0),
	    row->code == PAM_IGNORE ? PAM_SUCCESS : row->code);
	if (row->code == PAM_SUCCESS) {
		CHECK_INT(
		    world_count("pam_sftpjail(") - world_count(": allow "), 0);
		CHECK_STR(world_told, "");
	} else if (is_denial(row)) {
		check_denial(row, "account");
		CHECK_INT(told_whom(),
		    strstr(world_log, " jail=\"\" ") == NULL ? 's' : '?');
		CHECK(strstr(world_told, row->reason) == NULL);
		CHECK(strchr(world_told, '/') == NULL);
	} else {
		check_silence(row);
		CHECK_STR(world_told, "");
	}
	(void)pam_end(pamh, PAM_SUCCESS);
}

/* Who is allowed confines this very process: it is a child of the test's. */
static void
run_session(const struct row *row)
{
	char args[8192];
	pam_handle_t *pamh;

	(void)snprintf(args, sizeof(args), "confine=session %s",
	    row->args != NULL ? row->args : "");
	world_stack(
	    row->service != NULL ? row->service : "sshd", NULL, NULL, args);
	change_world(row);
	world_listen();
	pamh = begin(row);
	CHECK_INT(pam_open_session(pamh, 0),
	    is_denial(row) ? PAM_SESSION_ERR : PAM_SUCCESS);
	CHECK_STR(world_told, "");
	if (row->code == PAM_SUCCESS) {
		CHECK_INT(world_count("session): open user=\"alice\""), 1);
		CHECK(access("/etc/passwd", F_OK) != 0);
		CHECK(pam_getenv(pamh, "SFTPJAIL_MESSAGE") != NULL);
	} else if (is_denial(row)) {
		check_denial(row, "session");
		CHECK(access("/etc/passwd", F_OK) == 0);
	} else {
		check_silence(row);
		CHECK(pam_getenv(pamh, "SFTPJAIL_MESSAGE") == NULL);
	}
	/* libpam itself fails to close what did not open */
	if (!is_denial(row))
		CHECK_INT(pam_close_session(pamh, 0), PAM_SUCCESS);
	else
		(void)pam_close_session(pamh, 0);
	CHECK_INT(world_count(": close "), row->code == PAM_SUCCESS);
	if (test_is_bad)
		printf("# log: %s", world_hear());
	(void)pam_end(pamh, PAM_SUCCESS);
}

/*
 * The world changes between the monitor's open_session and setcred in the
 * user's process: that one must see it.
 */
static void
run_setcred(const struct row *row)
{
	static const struct users_plan usual;
	struct row first = *row;
	pam_handle_t *pamh;
	int status = -1;
	pid_t pid;

	world_set_title("sshd: alice [priv]");
	world_stack("sshd", "", NULL, "");
	users_write(&usual);
	pamh = begin(&first);
	CHECK_INT(pam_setcred(pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS);
	CHECK_INT(pam_open_session(pamh, 0), PAM_SUCCESS);
	change_world(row);
	world_listen();
	pid = fork();
	if (pid == 0) {
		if (setgid(JAILED_GID) != 0)
			_exit(9);
		(void)pam_setcred(pamh, PAM_REINITIALIZE_CRED);
		_exit(setresuid(ALICE, ALICE, ALICE) != 0 ? 8
		      : access("/etc/passwd", F_OK) == 0  ? 7
							  : 0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), is_denial(row) ? 1 : 0);
	if (is_denial(row))
		check_denial(row, "setcred");
	else
		CHECK_INT(world_count("deny"), 0);
	CHECK_STR(world_told, "");
	if (test_is_bad)
		printf("# log: %s", world_hear());
	(void)pam_close_session(pamh, 0);
	(void)pam_end(pamh, PAM_SUCCESS);
}

static void
in_child(void (*run)(const struct row *row), const struct row *row,
    const char *entry)
{
	char name[128];
	int status = -1;
	pid_t pid;

	(void)snprintf(name, sizeof(name), "%s_%s", entry, row->name);
	pid = users_fork();
	if (pid == 0) {
		run(row);
		users_exit();
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK_INT(status, 0);
	test_done(name);
}

#endif
