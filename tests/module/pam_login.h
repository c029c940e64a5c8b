/* SPDX-License-Identifier: ISC */
#ifndef SJ_PAM_LOGIN_H
#define SJ_PAM_LOGIN_H

/*
 * Calls PAM in the processes and the order in which an sshd does, and sees
 * what becomes of the process that would be the user's.
 */

#include <grp.h>
#include <sys/wait.h>

#include "pam_users.h"

/* What becomes of the user's process; also its exit status. */
enum login_end {
	LOGIN_CONFINED = 0, /* as the user, in the jail */
	LOGIN_ENDED = 1,    /* by the module */
	LOGIN_FREE = 7,	    /* as the user, outside */
	LOGIN_BARRED = 8    /* sshd could not become the user */
};

/* How a server behaves; zero is a newer sshd with the three right lines. */
struct login_server {
	const char *title; /* NULL: a monitor's */
	const char *tty;   /* NULL: "ssh" */
	const char *auth;  /* arguments of the line; NULL: none */
	const char *account;
	const char *session;
	bool has_no_auth; /* there is no such line, as below */
	bool has_no_session;
	bool is_old;	       /* sshd up to 4.7 */
	bool is_child_unasked; /* setcred does not reach us in the child */
	bool is_opened_twice;
	bool is_opened_elsewhere; /* in a process forked for it */
	bool is_closed_before;	  /* and the session closed before the fork */
};

struct login {
	const char *name;
	struct login_server server;
	const char *user; /* NULL: alice */
	enum login_end end;
	const char *open_reason;    /* NULL: open_session allows */
	const char *setcred_reason; /* NULL: the child's setcred does */
	bool is_monitor_denied;	    /* and the monitor's setcred denies, too */
	struct users_plan plan;
	void (*prepare)(void);	 /* before the first call */
	void (*change)(void);	 /* between open_session and the child */
	const char *auth_before; /* SSH_AUTH_INFO_0 in setcred; NULL: none */
	const char *auth_now;	 /* and in open_session */
	bool is_password_asked;
};

static inline const char *
login_user(const struct login *login)
{
	return login->user != NULL ? login->user : "alice";
}

/* Never returns: as sshd's child, from setresuid on. */
static inline void
login_become_user(void)
{
	if (setresuid(ALICE, ALICE, ALICE) != 0)
		_exit(LOGIN_BARRED);
	_exit(access("/etc/passwd", F_OK) == 0 ? LOGIN_FREE : LOGIN_CONFINED);
}

static inline void
login_take_groups(void)
{
	if (setgid(JAILED_GID) != 0 || initgroups("alice", JAILED_GID) != 0)
		_exit(9);
}

static inline int
login_wait(pid_t pid)
{
	int status = -1;

	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static inline void
login_put(pam_handle_t *pamh, const char *name, const char *value)
{
	char variable[512];

	if (value == NULL)
		return;
	(void)snprintf(variable, sizeof(variable), "%s=%s", name, value);
	CHECK_INT(pam_putenv(pamh, variable), PAM_SUCCESS);
}

static inline pam_handle_t *
login_begin(const struct login *login)
{
	const struct login_server *server = &login->server;
	pam_handle_t *pamh;

	world_set_title(
	    server->title != NULL ? server->title : "sshd: alice [priv]");
	world_stack("sshd",
	    server->has_no_auth	   ? NULL
	    : server->auth != NULL ? server->auth
				   : "",
	    server->account != NULL ? server->account : "",
	    server->has_no_session    ? NULL
	    : server->session != NULL ? server->session
				      : "");
	users_write(&login->plan);
	if (login->prepare != NULL)
		login->prepare();
	pamh = world_start("sshd", login_user(login));
	(void)pam_set_item(pamh, PAM_RHOST, "192.0.2.7");
	(void)pam_set_item(
	    pamh, PAM_TTY, server->tty != NULL ? server->tty : "ssh");
	return pamh;
}

/* The old order: all in the user's process, after initgroups. */
static inline int
login_old(const struct login *login, pam_handle_t *pamh)
{
	pid_t pid = fork();

	if (pid != 0)
		return login_wait(pid);
	login_take_groups();
	if (pam_open_session(pamh, 0) !=
	    (login->open_reason == NULL ? PAM_SUCCESS : PAM_SESSION_ERR))
		_exit(10);
	(void)pam_setcred(pamh, PAM_REINITIALIZE_CRED);
	login_become_user();
	return -1;
}

static inline void
login_open(const struct login *login, pam_handle_t *pamh)
{
	int want = login->open_reason == NULL ? PAM_SUCCESS : PAM_SESSION_ERR;

	login_put(pamh, "SSH_AUTH_INFO_0", login->auth_now);
	if (login->server.is_opened_twice)
		CHECK_INT(pam_open_session(pamh, 0), PAM_SUCCESS);
	CHECK_INT(pam_open_session(pamh, 0), want);
	if (login->server.is_closed_before)
		(void)pam_close_session(pamh, 0);
	if (login->change != NULL)
		login->change();
}

static inline int
login_new(const struct login *login, pam_handle_t *pamh)
{
	pid_t pid;

	if (login->is_password_asked)
		CHECK_INT(pam_authenticate(pamh, 0), PAM_SUCCESS);
	login_put(pamh, "SSH_AUTH_INFO_0", login->auth_before);
	(void)pam_setcred(pamh, PAM_ESTABLISH_CRED);
	CHECK(pam_getenv(pamh, "SFTPJAIL_PASSWORD") == NULL);
	login_open(login, pamh);
	pid = fork();
	if (pid != 0)
		return login_wait(pid);
	login_take_groups();
	if (!login->server.is_child_unasked)
		(void)pam_setcred(pamh, PAM_ESTABLISH_CRED);
	login_become_user();
	return -1;
}

/* setcred in one process, open_session in another: nothing to wait for. */
static inline int
login_elsewhere(const struct login *login, pam_handle_t *pamh)
{
	pid_t pid;

	(void)pam_setcred(pamh, PAM_ESTABLISH_CRED);
	pid = fork();
	if (pid != 0)
		return login_wait(pid);
	login_open(login, pamh);
	_exit(test_is_bad ? 11 : (int)login->end);
}

static inline void
login_check_line(const char *phase, const char *reason, int count)
{
	char want[128];

	(void)snprintf(
	    want, sizeof(want), "pam_sftpjail(sshd:%s): deny ", phase);
	CHECK_INT(world_count(want), count);
	if (reason == NULL)
		return;
	(void)snprintf(want, sizeof(want), " reason=%s ", reason);
	CHECK(strstr(strstr(world_log, phase), want) != NULL);
}

static inline void
login_run(const struct login *login)
{
	pam_handle_t *pamh = login_begin(login);
	int end;

	world_listen();
	end = login->server.is_old		  ? login_old(login, pamh)
	      : login->server.is_opened_elsewhere ? login_elsewhere(login, pamh)
						  : login_new(login, pamh);
	CHECK_INT(end, login->end);
	login_check_line(
	    "session", login->open_reason, login->open_reason != NULL);
	login_check_line("setcred", login->setcred_reason,
	    (login->setcred_reason != NULL) + login->is_monitor_denied);
	CHECK_STR(world_told, "");
	/* the process of sshd that stays is not jailed, and needs all it had */
	CHECK(access("/etc/passwd", F_OK) == 0);
	(void)pam_close_session(pamh, 0);
	(void)pam_end(pamh, PAM_SUCCESS);
	if (test_is_bad)
		printf("# log: %s", world_hear());
	CHECK_INT(setresuid(0, 1, 0), 0);
}

#endif
