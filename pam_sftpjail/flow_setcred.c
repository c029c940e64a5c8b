/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "flow.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "cleanup.h"
#include "confine_root.h"
#include "gate.h"

/* What open_session could know and the user's process can't: who else is. */
#define CHECKS_CHILD (SJ_CHECKS_ALL & ~SJ_CHECKS_COUNTED)

/* The monitor's timer ends the session, this one that of a killed monitor. */
#define GRACE_SEC 5

static const struct sj_session_dir session_dir = {SJ_RUNDIR, 0};

bool
sj_flow_take_password_word(pam_handle_t *pamh)
{
	/* pam_putenv() complains of taking out what is not there. */
	if (pam_getenv(pamh, SJ_FLOW_PASSWORD_VARIABLE) == NULL)
		return false;
	(void)pam_putenv(pamh, SJ_FLOW_PASSWORD_VARIABLE);
	return true;
}

/* A copy of the variable, or NULL where there is none; false: no memory. */
static bool
keep(pam_handle_t *pamh, const char *name, char **ret_copy)
{
	const char *value = pam_getenv(pamh, name);

	*ret_copy = value != NULL ? strdup(value) : NULL;
	return value == NULL || *ret_copy != NULL;
}

/*
 * pam_mkhomedir stands in front of us in the session stack, and gives the user
 * the home that it makes.  Where that is to be a jail's root it must be there
 * already, and root's.  Whatever fails here is judged by open_session.
 */
static void
make_root(struct sj_flow *flow)
{
	const struct sj_jail *jail = &flow->account.jail;
	SJ_AUTO_CLOSE int fd = -1;

	if (!sj_flow_is_ssh(flow) || sj_flow_gather(flow) != SJ_OK ||
	    !jail->is_create || jail->is_virtual)
		return;
	if (sj_confine_root_open(jail, &flow->jail_user, &fd, &flow->fault) !=
	    SJ_OK)
		sj_flow_step(flow, flow->fault.where);
}

/*
 * The first setcred, in the process that will be asked for open_session.  No
 * file of the user's has been read into the PAM environment so far.
 */
static enum sj_reason
note_wired(struct sj_flow *flow)
{
	struct sj_flow_state *state = sj_flow_state_make(flow->pamh);
	bool is_asked = sj_flow_take_password_word(flow->pamh);

	/* Nothing is judged here: no line says that he is not jailed. */
	flow->is_silent = true;
	/* Not noted is not wired: open_session refuses who is jailed. */
	if (state == NULL || state->wired_pid != 0)
		return SJ_NOT_JAILED;
	if (!keep(flow->pamh, SJ_AUTH_INFO_VARIABLE, &state->auth_before) ||
	    !keep(flow->pamh, "SSH_CONNECTION", &state->connection))
		return SJ_NOT_JAILED;
	state->is_password_asked = is_asked;
	state->wired_pid = getpid();
	sj_flow_step(flow, "wired");
	make_root(flow);
	return SJ_NOT_JAILED;
}

/*
 * Is this the process that becomes the user's?  It was forked from the one
 * that setcred had reached first; in the oldest servers, which call setcred
 * only in there, it looks like it.
 */
static bool
is_user_child(struct sj_flow *flow, const struct sj_flow_state *state)
{
	const struct passwd *pw = &flow->account.pw;
	enum sj_wiring_process process;
	struct sj_wiring wiring;

	if (state != NULL && state->wired_pid != 0)
		return state->wired_pid != getpid();
	if (!flow->account.facts.is_known || !sj_flow_is_ssh(flow))
		return false;
	sj_wiring_read(pw->pw_name, pw->pw_gid, true, &wiring);
	process = sj_wiring_process(&wiring);
	return process == SJ_WIRING_USER_CHILD ||
	       (process == SJ_WIRING_UNSEPARATED && wiring.has_user_groups);
}

static enum sj_reason
confine_child(struct sj_flow *flow, struct sj_flow_state *state)
{
	SJ_LIMITS_AUTO_FILES struct sj_limits_files files = {
	    .is_lifted = false};
	enum sj_reason reason;

	if (strcmp(flow->account.facts.user, state->session.user) != 0)
		return sj_fault_set(&flow->fault, SJ_PAM_NOT_WIRED, 0,
		    "the session was opened for user \"%s\"",
		    state->session.user);
	/* Judged by the service that the session line named. */
	flow->service = state->session.service;
	sj_flow_fill_auth(flow);
	reason = sj_flow_judge(flow, CHECKS_CHILD, true);
	sj_limits_lift_files(&files);
	if (reason == SJ_OK)
		reason = sj_session_set_child(
		    &session_dir, &state->session, &flow->fault);
	if (reason == SJ_OK)
		reason = sj_flow_start_timer(flow, state, GRACE_SEC);
	if (reason == SJ_OK)
		reason = sj_flow_confine(flow);
	if (reason != SJ_OK)
		return reason;
	sj_flow_step(flow, "confined");
	/* sshd opens it anew for each line; none to the outside may stay. */
	closelog();
	state->progress = SJ_FLOW_CONFINED;
	return sj_gate_open(&flow->fault);
}

/* A user whom open_session took for jailed, or not, may have become another. */
static enum sj_reason
judge_stranger(
    struct sj_flow *flow, enum sj_flow_progress progress, enum sj_reason reason)
{
	switch (progress) {
	case SJ_FLOW_PASSED:
		/* Can't be judged now, but was, a moment ago. */
		if (reason != SJ_OK)
			return SJ_NOT_JAILED;
		break;
	case SJ_FLOW_ARMED:
		if (reason == SJ_NOT_JAILED)
			return sj_fault_set(&flow->fault, SJ_PAM_NOT_WIRED, 0,
			    "the user was jailed when the session was opened");
		return reason;
	case SJ_FLOW_NEW:
	case SJ_FLOW_REFUSED:
	case SJ_FLOW_CONFINED:
		break;
	}
	if (reason != SJ_OK)
		return reason;
	return sj_fault_set(&flow->fault, SJ_PAM_NOT_WIRED, 0,
	    "open_session did not reach pam_sftpjail: its session line is "
	    "missing, or stands behind one that ends the stack");
}

static enum sj_reason
enter_child(struct sj_flow *flow, struct sj_flow_state *state)
{
	enum sj_flow_progress progress =
	    state != NULL ? state->progress : SJ_FLOW_NEW;
	enum sj_reason reason;

	if (progress == SJ_FLOW_CONFINED)
		return SJ_NOT_JAILED;
	if (progress == SJ_FLOW_REFUSED) {
		flow->report.jail = state->session.jail;
		return sj_fault_set(
		    &flow->fault, state->refusal, 0, "the session was refused");
	}
	reason = sj_flow_gather(flow);
	if (progress != SJ_FLOW_ARMED || reason != SJ_OK)
		return judge_stranger(flow, progress, reason);
	return confine_child(flow, state);
}

static enum sj_reason
refuse_wired(struct sj_flow *flow, enum sj_reason reason)
{
	struct sj_flow_state *state = sj_flow_state_make(flow->pamh);

	if (state == NULL || state->progress != SJ_FLOW_NEW)
		return reason;
	state->wired_pid = getpid();
	state->progress = SJ_FLOW_REFUSED;
	state->refusal = reason;
	return reason;
}

enum sj_reason
sj_flow_setcred(struct sj_flow *flow, enum sj_reason begun)
{
	struct sj_flow_state *state = sj_flow_state_find(flow->pamh);
	bool is_child = is_user_child(flow, state);
	enum sj_reason reason = begun;

	if (!is_child && begun == SJ_OK)
		return note_wired(flow);
	if (!is_child)
		return begun == SJ_NOT_JAILED ? begun
					      : refuse_wired(flow, begun);
	if (begun == SJ_OK)
		reason = enter_child(flow, state);
	else if (begun == SJ_NOT_JAILED && state != NULL)
		reason = judge_stranger(flow, state->progress, begun);
	if (reason == SJ_OK || reason == SJ_NOT_JAILED)
		return reason;
	/* sshd would not care for an error: after a key it goes on. */
	sj_report_deny(&flow->report, reason, &flow->fault);
	_exit(1);
}
