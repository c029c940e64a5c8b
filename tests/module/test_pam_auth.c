/* SPDX-License-Identifier: ISC */
/*
 * How the user authenticated: passwords are refused where the jail takes none,
 * and what sshd says is believed only as far as nobody else can have said it.
 */
#define _GNU_SOURCE
#include <dirent.h>

#include "pam_login.h"

#define AUTH(bytes, number)                                            \
	.plan = {.jail = {USERS_JAIL,                                  \
		     .auth = {.first = (const unsigned char *)(bytes), \
			 .count = (number)}}}
#define ONLY_KEYS AUTH("\1\0\0\0", 1)
#define ONLY_PASSWORDS AUTH("\2\0\0\0", 1)
#define BOTH AUTH("\3\0\0\0", 1)
#define EITHER AUTH("\1\0\0\0\2\0\0\0", 2)

#define KEY                                                              \
	"publickey ssh-ed25519 "                                         \
	"AAAAC3NzaC1lZDI1NTE5AAAAIFJNL/W8o1VCBmTEbI+2IKIPK2h5OyPlI7XZ+/" \
	"bx/LNt\n"
#define NO "auth-not-allowed"
#define DENIED .end = LOGIN_ENDED, .open_reason = NO, .setcred_reason = NO

static const struct login logins[] = {
    {.name = "any_needs_no_telling", .end = LOGIN_CONFINED},
    {.name = "key_where_keys_are_wanted",
	ONLY_KEYS,
	.auth_before = "",
	.auth_now = KEY,
	.end = LOGIN_CONFINED},
    {.name = "nothing_told_where_keys_are_wanted",
	ONLY_KEYS,
	.end = LOGIN_CONFINED},
    {.name = "nothing_told_where_passwords_are_wanted", ONLY_PASSWORDS, DENIED},
    {.name = "nothing_told_where_either_is_wanted", EITHER, DENIED},
    {.name = "password_that_we_were_not_asked_for",
	ONLY_KEYS,
	.auth_before = "",
	.auth_now = "keyboard-interactive/pam\n",
	DENIED},
    {.name = "told_before_and_then_taken_out",
	ONLY_KEYS,
	.auth_before = "",
	DENIED},
    {.name = "hostbased_where_keys_are_wanted",
	ONLY_KEYS,
	.auth_before = "",
	.auth_now = "hostbased ssh-rsa AAAA\n",
	DENIED},
    {.name = "password_where_passwords_are_wanted",
	ONLY_PASSWORDS,
	.is_password_asked = true,
	.auth_before = "",
	.auth_now = "password\n",
	.end = LOGIN_CONFINED},
    {.name = "keyboard_interactive_where_passwords_are_wanted",
	ONLY_PASSWORDS,
	.is_password_asked = true,
	.auth_before = "",
	.auth_now = "keyboard-interactive/pam\n",
	.end = LOGIN_CONFINED},
    {.name = "key_where_passwords_are_wanted",
	ONLY_PASSWORDS,
	.auth_before = "",
	.auth_now = KEY,
	DENIED},
    {.name = "key_and_password_where_both_are_wanted",
	BOTH,
	.is_password_asked = true,
	.auth_before = KEY,
	.auth_now = KEY "password\n",
	.end = LOGIN_CONFINED},
    {.name = "password_then_key_where_both_are_wanted",
	BOTH,
	.is_password_asked = true,
	.auth_before = "password\n",
	.auth_now = "password\n" KEY,
	.end = LOGIN_CONFINED},
    {.name = "key_alone_where_both_are_wanted",
	BOTH,
	.auth_before = "",
	.auth_now = KEY,
	DENIED},
    {.name = "key_where_either_is_wanted",
	EITHER,
	.auth_before = "",
	.auth_now = KEY,
	.end = LOGIN_CONFINED},
    {.name = "both_where_either_is_wanted",
	EITHER,
	.is_password_asked = true,
	.auth_before = KEY,
	.auth_now = KEY "password\n",
	DENIED},
    {.name = "forged_key_beside_a_password",
	BOTH,
	.is_password_asked = true,
	.auth_before = "",
	.auth_now = KEY "password\n",
	DENIED},
    {.name = "forged_password_beside_a_key",
	BOTH,
	.auth_before = KEY,
	.auth_now = KEY "password\n",
	DENIED},
    {.name = "forged_password_in_place_of_a_key",
	ONLY_PASSWORDS,
	.auth_before = "",
	.auth_now = "password\n",
	DENIED},
    {.name = "forged_where_the_server_tells_nothing",
	BOTH,
	.is_password_asked = true,
	.auth_now = KEY "password\n",
	DENIED},
};

static const struct {
	const char *name;
	const char *user;
	const char *args;
	struct users_plan plan;
	void (*prepare)(void);
	int code;
	bool is_logged;
} asked[] = {
    {.name = "any_takes_passwords", .user = "alice"},
    {.name = "keys_take_none",
	.user = "alice",
	ONLY_KEYS,
	.code = PAM_AUTH_ERR,
	.is_logged = true},
    {.name = "both_take_passwords", .user = "alice", BOTH},
    {.name = "either_takes_passwords", .user = "alice", EITHER},
    {.name = "local_user_is_ignored", .user = "local", ONLY_KEYS},
    {.name = "root_is_ignored", .user = "root", .args = "nonsense"},
    {.name = "unknown_user_is_left_to_others", .user = "stranger"},
    {.name = "bad_option_denies",
	.user = "local",
	.args = "nonsense",
	.code = PAM_AUTH_ERR,
	.is_logged = true},
    {.name = "strange_name_denies",
	.user = "a/b",
	.code = PAM_AUTH_ERR,
	.is_logged = true},
    {.name = "conflict_is_left_to_acct", .user = "moved"},
};

/* pam_permit stands behind: what is ignored is PAM_SUCCESS. */
static void
run_asked(size_t i)
{
	pam_handle_t *pamh;

	world_stack("sshd", asked[i].args != NULL ? asked[i].args : "", "", "");
	users_write(&asked[i].plan);
	world_listen();
	pamh = world_start("sshd", asked[i].user);
	CHECK_INT(pam_authenticate(pamh, 0), asked[i].code);
	CHECK_INT(
	    world_count("pam_sftpjail(sshd:auth): deny "), asked[i].is_logged);
	CHECK_INT(world_count("pam_sftpjail("), asked[i].is_logged);
	CHECK_STR(world_told, "");
	(void)pam_end(pamh, PAM_SUCCESS);
}

/* What the open line says. */
static void
run_open_line(void)
{
	static const struct login login = {
	    .auth_before = "", .auth_now = KEY, .end = LOGIN_CONFINED};

	login_run(&login);
	CHECK_INT(world_count("pam_sftpjail(sshd:session): open user=\"alice\" "
			      "jail=\"default\" id=\""),
	    1);
	CHECK_INT(
	    world_count(" rhost=\"192.0.2.7\" auth=\"publickey\" key=\"SHA256:"
			"Bg2/x95w3O3guW96MKQEQvQoHMRZY8ftOGjpWXC41O4\"\n"),
	    1);
	CHECK_INT(
	    world_count("pam_sftpjail(sshd:session): close user=\"alice\" "
			"id=\""),
	    1);
	CHECK_INT(
	    world_count("\" seconds=0\n") + world_count("\" seconds=1\n"), 1);
}

static int
count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	while (dir != NULL && readdir(dir) != NULL)
		count++;
	if (dir != NULL)
		(void)closedir(dir);
	return count;
}

/* All phases in the monitor, for a jailed and a local user. */
static void
run_descriptors(void)
{
	static const struct users_plan usual;
	const char *const users[] = {"alice", "local", "stranger"};
	pam_handle_t *pamh;
	int before, i;

	world_set_title("sshd: alice [priv]");
	world_stack("sshd", "", "", "");
	users_write(&usual);
	for (i = 0; i < 6; i++) {
		/* the first round opens what stays: syslog, libraries */
		before = i < 3 ? 0 : count_descriptors();
		pamh = world_start("sshd", users[i % 3]);
		(void)pam_set_item(pamh, PAM_TTY, "ssh");
		(void)pam_authenticate(pamh, 0);
		(void)pam_acct_mgmt(pamh, 0);
		(void)pam_setcred(pamh, PAM_ESTABLISH_CRED);
		(void)pam_open_session(pamh, 0);
		CHECK(before == 0 || count_descriptors() == before);
		(void)pam_close_session(pamh, 0);
		(void)pam_end(pamh, PAM_SUCCESS);
		CHECK(before == 0 || count_descriptors() == before);
	}
}

/* In the jail, NSS would read what the jail holds: nothing is asked there. */
static void
run_asked_in_the_jail(void)
{
	static const struct users_plan usual;
	pam_handle_t *pamh;

	world_stack("sshd", "", "", "confine=session");
	users_write(&usual);
	world_mkdir("/srv/alice/etc", 0755, 0, 0);
	world_put("/srv/alice/etc/passwd", 0644, "alice:x:0:0::/:/bin/sh\n");
	world_put("/srv/alice/etc/nsswitch.conf", 0644, "passwd: files\n");
	world_listen();
	pamh = world_start("sshd", "alice");
	CHECK_INT(pam_open_session(pamh, 0), PAM_SUCCESS);
	CHECK_INT(access("/etc/passwd", F_OK), 0);
	CHECK_INT(pam_acct_mgmt(pamh, 0), PAM_PERM_DENIED);
	CHECK_INT(pam_setcred(pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS);
	CHECK_INT(pam_authenticate(pamh, 0), PAM_AUTH_ERR);
	CHECK_INT(pam_open_session(pamh, 0), PAM_SESSION_ERR);
	CHECK_INT(world_count("reason=pam-not-wired"), 3);
	(void)pam_close_session(pamh, 0);
	CHECK_INT(world_count(": close user=\"alice\""), 1);
	(void)pam_end(pamh, PAM_SUCCESS);
	if (test_is_bad)
		printf("# log: %s", world_hear());
}

static void
run(void (*one)(void), const char *name)
{
	int status = -1;
	pid_t pid = users_fork();

	if (pid == 0) {
		one();
		users_exit();
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK_INT(status, 0);
	test_done(name);
}

int
main(int argc, char **argv)
{
	const char *missing = world_make(argv, USERS_PASSWD, USERS_GROUP);
	int status = -1;
	size_t i;
	pid_t pid;

	(void)argc;
	if (missing != NULL) {
		test_skip("pam_auth", missing);
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
	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		pid = users_fork();
		if (pid == 0) {
			run_asked(i);
			users_exit();
		}
		CHECK(waitpid(pid, &status, 0) == pid);
		CHECK_INT(status, 0);
		test_done(asked[i].name);
	}
	run(run_open_line, "open_and_close_lines");
	run(run_descriptors, "no_descriptor_stays_in_the_monitor");
	run(run_asked_in_the_jail, "nothing_is_looked_up_in_the_jail");
	return test_failures > 0;
}
