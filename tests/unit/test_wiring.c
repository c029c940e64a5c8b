/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include <sys/wait.h>

#include "test.h"

#include "../../pam_sftpjail/wiring.c"

#define MONITOR SJ_WIRING_MONITOR
#define CHILD SJ_WIRING_USER_CHILD
#define UNSEPARATED SJ_WIRING_UNSEPARATED
#define OTHER SJ_WIRING_OTHER

static const struct {
	const char *name;
	struct sj_wiring wiring;
	enum sj_wiring_process want;
} rows[] = {
    {"wiring_monitor", {true, false, false, false, "sshd: alice [priv]", false},
	MONITOR},
    {"wiring_monitor_of_newer_servers",
	{true, false, false, false, "sshd-session: alice [priv]", false},
	MONITOR},
    {"wiring_monitor_behind_authentication",
	{true, false, false, false, "sshd-session: alice [postauth]", false},
	MONITOR},
    {"wiring_child_of_that_monitor",
	{true, true, true, false, "sshd-session: alice [postauth]", false},
	CHILD},
    {"wiring_session_that_is_no_sshd_session_is_none",
	{true, false, false, false, "sshd-sessions: alice", false},
	UNSEPARATED},
    {"wiring_monitor_that_is_not_root_is_none",
	{false, false, false, false, "sshd: alice [priv]", false}, OTHER},
    {"wiring_unseparated", {true, false, false, false, "sshd: alice", false},
	UNSEPARATED},
    {"wiring_unseparated_child",
	{true, true, true, false, "sshd: alice", false}, UNSEPARATED},
    {"wiring_title_that_was_cut_is_no_monitor",
	{true, false, false, false, "sshd: alice [pri", false}, UNSEPARATED},
    {"wiring_name_that_looks_like_the_end_is_no_monitor",
	{true, false, false, false, "sshd: alice[priv]", false}, UNSEPARATED},
    {"wiring_bracket_in_the_middle_is_no_monitor",
	{true, false, false, false, "sshd: a [priv] b", false}, UNSEPARATED},
    {"wiring_child_of_an_old_server_has_the_title_of_its_monitor",
	{true, true, true, false, "sshd: alice [priv]", false}, CHILD},
    {"wiring_child_without_the_groups_is_none",
	{true, true, false, false, "x", false}, OTHER},
    {"wiring_child_that_is_not_root_is_none",
	{false, true, true, false, "sshd: alice [priv]", false}, OTHER},
    {"wiring_child_of_another_service",
	{true, true, true, false, "/bin/login", false}, CHILD},
    {"wiring_daemon_by_its_path_is_another",
	{true, false, false, false, "/usr/sbin/sshd", false}, OTHER},
    {"wiring_other_program_with_such_a_title_is_another",
	{true, false, false, false, "vsftpd: alice [priv]", false}, OTHER},
    {"wiring_monitor_of_another_name",
	{true, false, false, false, "sftpd: alice [priv]", true}, MONITOR},
    {"wiring_unseparated_of_another_name",
	{true, false, false, false, "sftpd: alice", true}, UNSEPARATED},
    {"wiring_daemon_of_another_name_by_its_path_is_another",
	{true, false, false, false, "/usr/sbin/sftpd", true}, OTHER},
    {"wiring_arguments_of_a_program_do_not_count",
	{true, false, false, false, "sshd x: alice [priv]", false}, OTHER},
    {"wiring_no_title_is_another", {true, false, false, false, "", false},
	OTHER},
};

#define TITLE_SIZE 64

/* Over the arguments and the environment behind them, as sshd does it. */
static void
set_title(char **argv, const char *title)
{
	memset(argv[0], 0, TITLE_SIZE);
	(void)snprintf(argv[0], TITLE_SIZE, "%s", title);
}

/* The helper that is forked to ask for a password has its parent's title. */
static void
test_helper(char **argv)
{
	struct sj_wiring wiring;
	int status = -1;
	pid_t pid;

	set_title(argv, "sshd: alice [priv]");
	pid = fork();
	if (pid == 0) {
		set_title(argv, "sshd: alice [pam]");
		sj_wiring_read("nobody", (gid_t)4242, true, &wiring);
		_exit(!wiring.is_helper ||
		      strcmp(wiring.title, "sshd: alice [priv]") != 0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK_INT(status, 0);
	test_done("wiring_helper_of_keyboard_interactive_is_its_parent");
}

static size_t
room_for_title(char **argv)
{
	extern char **environ;
	char *end = argv[0] + strlen(argv[0]) + 1;
	int i;

	for (i = 1; argv[i] != NULL; i++)
		end = argv[i] + strlen(argv[i]) + 1;
	for (i = 0; environ[i] != NULL && environ[i] == end; i++)
		end += strlen(environ[i]) + 1;
	return (size_t)(end - argv[0]);
}

int
main(int argc, char **argv)
{
	struct sj_wiring wiring;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(sj_wiring_process(&rows[i].wiring), rows[i].want);
		test_done(rows[i].name);
	}
	sj_wiring_read("nobody", (gid_t)4242, true, &wiring);
	CHECK(wiring.is_root == (getuid() == 0 && geteuid() == 0));
	CHECK(!wiring.has_user_gid && !wiring.has_user_groups);
	CHECK(strstr(wiring.title, "test_wiring") != NULL);
	test_done("wiring_read_sees_this_process");
	(void)argc;
	if (room_for_title(argv) < TITLE_SIZE)
		test_skip("wiring_helper", "room behind the arguments");
	else
		test_helper(argv);
	return test_failures > 0;
}
