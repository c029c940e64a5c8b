/* SPDX-License-Identifier: ISC */
/*
 * Servers and stacks, right and wrong: the user's process is in its jail, or
 * ends, or can't become the user.  Never does it run outside.
 */
#define _GNU_SOURCE
#include "pam_login.h"

static void
lose_database(void)
{
	(void)unlink(SJ_STATEDIR "/secret.v1.cdb");
}

static void
open_root(void)
{
	(void)chmod("/srv/alice", 0775);
}

static void
disable(void)
{
	static const struct users_plan plan = {.is_disabled = true};

	users_write(&plan);
}

/* alice is in no jail any more. */
static void
free_all(void)
{
	static const struct users_plan plan = {
	    .jail = {USERS_JAIL_OF("bob\0")}};

	users_write(&plan);
}

static void
jail_local(void)
{
	static const struct users_plan plan = {
	    .jail = {USERS_JAIL_OF("local\0")}};

	users_write(&plan);
}

static void
jail_alice(void)
{
	static const struct users_plan plan;

	users_write(&plan);
}

static void
lose_shell(void)
{
	(void)unlink(SJ_SHELL);
}

static void
mend_root(void)
{
	(void)chmod("/srv/alice", 0755);
}

#define NOT_WIRED "pam-not-wired"

static const struct login logins[] = {
    {.name = "right_stack_is_confined", .end = LOGIN_CONFINED},
    {.name = "newer_server_is_confined",
	.server = {.title = "sshd-session: alice [priv]"},
	.end = LOGIN_CONFINED},
    {.name = "newest_server_is_confined",
	.server = {.title = "sshd-session: alice [postauth]"},
	.end = LOGIN_CONFINED},
    {.name = "gate_bars_a_child_that_we_are_not_asked_in",
	.server = {.is_child_unasked = true},
	.end = LOGIN_BARRED},
    {.name = "gate_opens_when_the_session_is_closed",
	.server = {.is_child_unasked = true, .is_closed_before = true},
	.end = LOGIN_FREE},
    {.name = "auth_line_missing_is_barred",
	.server = {.has_no_auth = true},
	.end = LOGIN_BARRED,
	.open_reason = NOT_WIRED},
    {.name = "session_line_missing_ends",
	.server = {.has_no_session = true},
	.end = LOGIN_ENDED,
	.setcred_reason = NOT_WIRED},
    {.name = "no_privilege_separation_ends",
	.server = {.title = "sshd: alice"},
	.end = LOGIN_ENDED,
	.open_reason = NOT_WIRED,
	.setcred_reason = NOT_WIRED},
    {.name = "tty_of_another_service_ends",
	.server = {.tty = "pts/0"},
	.end = LOGIN_ENDED,
	.open_reason = NOT_WIRED,
	.setcred_reason = NOT_WIRED},
    {.name = "another_service_is_refused_and_its_children_are_its_own",
	.server = {.title = "su - alice",
	    .tty = "pts/0",
	    .is_child_unasked = true},
	.end = LOGIN_FREE,
	.open_reason = NOT_WIRED},
    {.name = "open_session_in_another_process_is_refused",
	.server = {.is_opened_elsewhere = true},
	.end = LOGIN_FREE,
	.open_reason = NOT_WIRED},
    {.name = "open_session_twice_ends",
	.server = {.is_opened_twice = true},
	.end = LOGIN_ENDED,
	.open_reason = NOT_WIRED,
	.setcred_reason = NOT_WIRED},
    {.name = "denied_session_ends",
	.prepare = open_root,
	.change = mend_root,
	.end = LOGIN_ENDED,
	.open_reason = "root-mode",
	.setcred_reason = "root-mode"},
    {.name = "denied_session_is_barred_where_we_are_not_asked",
	.server = {.is_child_unasked = true},
	.prepare = open_root,
	.end = LOGIN_BARRED,
	.open_reason = "root-mode"},
    {.name = "changed_directory_ends",
	.change = open_root,
	.end = LOGIN_ENDED,
	.setcred_reason = "root-mode"},
    {.name = "disabled_in_between_ends",
	.change = disable,
	.end = LOGIN_ENDED,
	.setcred_reason = "user-disabled"},
    {.name = "database_gone_in_between_ends",
	.change = lose_database,
	.end = LOGIN_ENDED,
	.setcred_reason = "db-missing"},
    {.name = "onerr_does_not_free_who_is_armed",
	.server = {.auth = "onerr=ignore"},
	.change = lose_database,
	.end = LOGIN_ENDED,
	.setcred_reason = NOT_WIRED},
    {.name = "no_jail_any_more_ends",
	.change = free_all,
	.end = LOGIN_ENDED,
	.setcred_reason = NOT_WIRED},
    {.name = "jail_made_in_between_ends",
	.prepare = free_all,
	.change = jail_alice,
	.end = LOGIN_ENDED,
	.setcred_reason = NOT_WIRED},
    {.name = "confinement_that_fails_ends",
	.change = lose_shell,
	.end = LOGIN_ENDED,
	.setcred_reason = "system-error"},
    {.name = "primary_group_of_root_ends",
	.user = "wheelie",
	.end = LOGIN_ENDED,
	.open_reason = NOT_WIRED,
	.setcred_reason = NOT_WIRED},
    {.name = "bad_auth_line_ends",
	.server = {.auth = "nonsense"},
	.is_monitor_denied = true,
	.end = LOGIN_ENDED,
	.open_reason = "bad-option",
	.setcred_reason = "bad-option"},
    {.name = "bad_session_line_ends",
	.server = {.session = "nonsense"},
	.end = LOGIN_ENDED,
	.open_reason = "bad-option",
	.setcred_reason = "bad-option"},
    {.name = "local_user_stays_free", .user = "local", .end = LOGIN_FREE},
    {.name = "local_user_stays_free_without_the_auth_line",
	.server = {.has_no_auth = true},
	.user = "local",
	.end = LOGIN_FREE},
    {.name = "local_user_stays_free_without_the_session_line",
	.server = {.has_no_session = true},
	.user = "local",
	.end = LOGIN_FREE},
    {.name = "local_user_stays_free_when_the_database_goes",
	.user = "local",
	.change = lose_database,
	.end = LOGIN_FREE},
    {.name = "local_user_jailed_in_between_ends",
	.user = "local",
	.change = jail_local,
	.end = LOGIN_ENDED,
	.setcred_reason = NOT_WIRED},
    {.name = "root_stays_free_with_everything_broken",
	.server = {.auth = "nonsense", .session = "nonsense"},
	.user = "root",
	.prepare = lose_database,
	.end = LOGIN_FREE},
    {.name = "rescued_stays_free",
	.server = {.session = "rescue=rescuers"},
	.user = "admin",
	.prepare = lose_database,
	.end = LOGIN_FREE},
    {.name = "no_database_ends_others",
	.server = {.session = "rescue=rescuers"},
	.user = "local",
	.prepare = lose_database,
	.end = LOGIN_ENDED,
	.open_reason = "db-missing",
	.setcred_reason = "db-missing"},
    {.name = "old_server_is_confined",
	.server = {.is_old = true},
	.end = LOGIN_CONFINED},
    {.name = "old_server_without_separation_ends",
	.server = {.is_old = true, .title = "sshd: alice"},
	.end = LOGIN_ENDED,
	.open_reason = NOT_WIRED,
	.setcred_reason = NOT_WIRED},
    {.name = "old_server_without_session_line_ends",
	.server = {.is_old = true, .has_no_session = true},
	.end = LOGIN_ENDED,
	.setcred_reason = NOT_WIRED},
    {.name = "old_server_denied_session_ends",
	.server = {.is_old = true},
	.prepare = open_root,
	.end = LOGIN_ENDED,
	.open_reason = "root-mode",
	.setcred_reason = "root-mode"},
    {.name = "old_server_confinement_that_fails_ends",
	.server = {.is_old = true},
	.prepare = lose_shell,
	.end = LOGIN_ENDED,
	.open_reason = "system-error"},
};

int
main(int argc, char **argv)
{
	const char *missing = world_make(argv, USERS_PASSWD, USERS_GROUP);
	int status = -1;
	size_t i;
	pid_t pid;

	(void)argc;
	if (missing != NULL) {
		test_skip("pam_wiring", missing);
		return 77;
	}
	for (i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
		pid = users_fork();
		if (pid == 0) {
			login_run(&logins[i]);
			users_exit();
		}
		CHECK(waitpid(pid, &status, 0) == pid);
		CHECK_INT(status, 0);
		test_done(logins[i].name);
	}
	return test_failures > 0;
}
