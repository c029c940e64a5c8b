/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "flow.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "confine.h"
#include "gate.h"
#include "server.h"

static const struct sj_session_dir session_dir = {SJ_RUNDIR, 0};

/* What open_session does with a jailed user whom everything else allows. */
enum action {
	ACTION_REFUSE,
	ACTION_ARM,    /* setcred will confine the process of the user */
	ACTION_CONFINE /* this one, now */
};

static void
explain_refusal(struct sj_flow *flow, const struct sj_flow_state *state,
    const struct sj_wiring *wiring)
{
	if (sj_wiring_process(wiring) == SJ_WIRING_UNSEPARATED)
		(void)sj_fault_set(&flow->fault, SJ_PAM_NOT_WIRED, 0,
		    "this sshd does not separate privileges (process title "
		    "\"%s\")",
		    wiring->title);
	else if (state->wired_pid == 0)
		(void)sj_fault_set(&flow->fault, SJ_PAM_NOT_WIRED, 0,
		    "setcred did not reach pam_sftpjail: its auth line is "
		    "missing, or not the first");
	else if (state->wired_pid != getpid())
		(void)sj_fault_set(&flow->fault, SJ_PAM_NOT_WIRED, 0,
		    "setcred and open_session were called in two processes");
	else
		(void)sj_fault_set(&flow->fault, SJ_PAM_NOT_WIRED, 0,
		    "no monitor of an sshd (PAM_TTY \"%.32s\", process title "
		    "\"%s\"): the session line needs confine=session",
		    flow->tty != NULL ? flow->tty : "", wiring->title);
}

static enum action
choose_action(struct sj_flow *flow, const struct sj_flow_state *state)
{
	enum sj_wiring_process process;
	struct sj_wiring wiring;

	sj_wiring_read(flow->account.facts.user, flow->account.pw.pw_gid,
	    sj_flow_is_ssh(flow), &wiring);
	process = sj_wiring_process(&wiring);
	if (state->wired_pid == getpid() && process == SJ_WIRING_MONITOR &&
	    sj_flow_is_ssh(flow))
		return ACTION_ARM;
	if (state->wired_pid == 0 && process == SJ_WIRING_USER_CHILD)
		return ACTION_CONFINE;
	if (flow->options.is_confine_session)
		return ACTION_CONFINE;
	explain_refusal(flow, state, &wiring);
	return ACTION_REFUSE;
}

/*
 * For the login shell, which has no database to read it from.  Empty is its own
 * default: that of a denied login says something else.
 */
static enum sj_reason
hand_over_message(struct sj_flow *flow)
{
	char variable[4096];
	int len;

	(void)sj_flow_take_password_word(flow->pamh);
	len = snprintf(variable, sizeof(variable), "%s=%s",
	    SJ_FLOW_MESSAGE_VARIABLE, flow->account.jail.message);
	/* Too long a message is cut, not a reason to deny. */
	if (len < 0 || pam_putenv(flow->pamh, variable) != PAM_SUCCESS)
		return sj_fault_set(
		    &flow->fault, SJ_SYSTEM_ERROR, 0, "pam_putenv");
	return SJ_OK;
}

static void
copy(char *to, size_t size, const char *from)
{
	(void)snprintf(to, size, "%s", from != NULL ? from : "");
}

/*
 * The address is asked for as for from; a server whose connection this process
 * does not hold can't be paced.
 */
static enum sj_reason
set_rate(struct sj_flow *flow)
{
	const struct sj_facts *facts = &flow->account.facts;
	uint64_t rate = flow->account.jail.download_rate;

	if (rate == 0)
		return SJ_OK;
	if (facts->from_state != SJ_FROM_KNOWN)
		return sj_fault_set(&flow->fault, SJ_SYSTEM_ERROR, 0,
		    "download_rate: the server gave no numeric client address");
	return sj_limits_pace(&facts->from, rate, &flow->fault);
}

static enum sj_reason
write_record(struct sj_flow *flow, struct sj_flow_state *state)
{
	const struct sj_session_counts max = {
	    .user = flow->account.jail.max_sessions,
	    .address = flow->account.jail.max_sessions_per_address,
	};
	struct sj_session *session = &state->session;
	enum sj_reason reason;

	sj_account_fill_session(&flow->account, session);
	copy(session->service, sizeof(session->service), flow->service);
	copy(session->from, sizeof(session->from), flow->report.rhost);
	copy(session->auth, sizeof(session->auth), flow->auth.names);
	copy(session->key, sizeof(session->key), flow->auth.key);
	reason = sj_session_open(&session_dir, session, &max, &flow->fault);
	state->is_recorded = reason == SJ_OK;
	return reason;
}

static void
remove_record(struct sj_flow_state *state, uint64_t *ret_seconds)
{
	sj_limits_disarm(&state->timer);
	state->is_recorded = false;
	sj_session_close(&session_dir, &state->session, ret_seconds);
}

static enum sj_reason
begin_session(struct sj_flow *flow, struct sj_flow_state *state)
{
	enum sj_reason reason;
	uint64_t seconds;

	reason = set_rate(flow);
	if (reason == SJ_OK)
		reason = write_record(flow, state);
	if (reason != SJ_OK)
		return reason;
	state->session_time_sec = flow->account.jail.session_time_sec;
	reason = sj_flow_start_timer(flow, state, 0);
	if (reason != SJ_OK)
		remove_record(state, &seconds);
	return reason;
}

enum sj_reason
sj_flow_start_timer(
    struct sj_flow *flow, struct sj_flow_state *state, uint32_t grace_sec)
{
	uint32_t sec = flow->account.jail.session_time_sec;

	if (sec == 0)
		return SJ_OK;
	return sj_limits_arm(&state->timer, sec + grace_sec, &flow->fault);
}

enum sj_reason
sj_flow_confine(struct sj_flow *flow)
{
	struct sj_account *account = &flow->account;
	struct sj_pack groups = {NULL, 0, 0, false};
	struct sj_confine confine = {
	    .jail = &account->jail,
	    .user = &flow->jail_user,
	    .shell = SJ_SHELL,
	    .run_dir = SJ_RUNDIR,
	    .log = "/dev/log",
	    .server = account->server,
	    .groups = &groups,
	    .is_keeping_files = !sj_flow_is_ssh(flow),
	};
	bool is_log_missing = false;
	enum sj_reason reason;

	reason = sj_confine_writable_gid(&account->jail, &flow->jail_user,
	    &confine.writable_gid, &flow->fault);
	if (reason != SJ_OK)
		return reason;
	/* The last moment at which the socket of syslog can be reached. */
	openlog(NULL, LOG_PID | LOG_NDELAY, 0);
	if (account->server != NULL)
		sj_server_pack_groups(&groups, &account->public_db,
		    account->gids, account->gid_count);
	reason = sj_confine(&confine, &is_log_missing, &flow->fault);
	sj_pack_clear(&groups);
	if (reason == SJ_OK && is_log_missing)
		sj_report_warning(&flow->report,
		    "there is no /dev/log: transfers are not logged");
	return reason;
}

static enum sj_reason
confine_now(struct sj_flow *flow, struct sj_flow_state *state)
{
	enum sj_reason reason = sj_flow_confine(flow);
	uint64_t seconds;

	if (reason == SJ_OK) {
		state->progress = SJ_FLOW_CONFINED;
		/* Shut in acct, in the monitor that this one is forked from. */
		reason = sj_gate_open(&flow->fault);
	}
	if (reason == SJ_OK)
		return SJ_OK;
	remove_record(state, &seconds);
	if (flow->options.is_confine_session)
		return reason;
	/*
	 * An old sshd goes on as the user after open_session has failed, here
	 * in a process that is half confined.
	 */
	sj_report_deny(&flow->report, reason, &flow->fault);
	_exit(1);
}

static enum sj_reason
arm(struct sj_flow *flow, struct sj_flow_state *state)
{
	enum sj_reason reason = sj_gate_arm(&flow->fault);
	uint64_t seconds;

	if (reason == SJ_OK)
		state->progress = SJ_FLOW_ARMED;
	else
		remove_record(state, &seconds);
	return reason;
}

static enum sj_reason
open_jailed(struct sj_flow *flow, struct sj_flow_state *state)
{
	SJ_LIMITS_AUTO_FILES struct sj_limits_files files = {
	    .is_lifted = false};
	enum sj_reason reason;
	enum action action;

	sj_flow_fill_auth(flow);
	reason = sj_flow_judge(flow, SJ_CHECKS_ALL, false);
	if (reason != SJ_OK)
		return reason;
	action = choose_action(flow, state);
	if (action == ACTION_REFUSE)
		return SJ_PAM_NOT_WIRED;
	sj_flow_step(flow,
	    action == ACTION_ARM ? "setcred will confine" : "confining now");
	reason = hand_over_message(flow);
	sj_limits_lift_files(&files);
	if (reason == SJ_OK)
		reason = begin_session(flow, state);
	if (reason == SJ_OK)
		reason = action == ACTION_ARM ? arm(flow, state)
					      : confine_now(flow, state);
	if (reason != SJ_OK)
		return reason;
	sj_report_open(
	    &flow->report, state->session.id, flow->auth.names, flow->auth.key);
	/* sshd opens it anew for each line; for others it is theirs. */
	if (action == ACTION_CONFINE && !flow->options.is_confine_session)
		closelog();
	return SJ_OK;
}

/*
 * A denied session does not end the connection, and nothing promises that
 * setcred reaches us in the user's process, which would: no user, then.  Only
 * in sshd, where the next child is the session's and no other user's.
 */
static void
bar_children(struct sj_flow *flow)
{
	struct sj_wiring wiring;
	struct sj_fault fault;

	if (!sj_flow_is_ssh(flow))
		return;
	sj_wiring_read(flow->report.user, 0, true, &wiring);
	if (sj_wiring_process(&wiring) == SJ_WIRING_MONITOR &&
	    sj_gate_arm(&fault) != SJ_OK)
		sj_report_warning(&flow->report, fault.where);
}

static enum sj_reason
open_once(struct sj_flow *flow, struct sj_flow_state *state)
{
	enum sj_reason reason;

	if (state != NULL && state->progress == SJ_FLOW_ARMED)
		return sj_fault_set(&flow->fault, SJ_PAM_NOT_WIRED, 0,
		    "open_session was called twice");
	if (state != NULL && state->progress == SJ_FLOW_REFUSED &&
	    state->session_pid == 0)
		return sj_fault_set(&flow->fault, state->refusal, 0,
		    "setcred has refused the user");
	reason = sj_flow_gather(flow);
	if (reason != SJ_OK)
		return reason;
	if (state == NULL)
		return sj_fault_set(
		    &flow->fault, SJ_SYSTEM_ERROR, 0, "pam_set_data");
	return open_jailed(flow, state);
}

enum sj_reason
sj_flow_open_session(struct sj_flow *flow, enum sj_reason begun)
{
	struct sj_flow_state *state = sj_flow_state_make(flow->pamh);
	enum sj_reason reason = begun;

	if (reason == SJ_OK)
		reason = open_once(flow, state);
	if (reason != SJ_OK && reason != SJ_NOT_JAILED)
		bar_children(flow);
	/* Once confined it stays so, whatever is asked again. */
	if (state == NULL ||
	    (state->progress == SJ_FLOW_CONFINED && reason != SJ_OK))
		return reason;
	state->session_pid = getpid();
	if (reason == SJ_NOT_JAILED) {
		/* He was jailed a moment ago, if acct has shut it. */
		sj_gate_disarm();
		state->progress = SJ_FLOW_PASSED;
	} else if (reason != SJ_OK) {
		state->progress = SJ_FLOW_REFUSED;
		state->refusal = reason;
		if (!state->is_recorded)
			copy(state->session.jail, sizeof(state->session.jail),
			    flow->report.jail);
	}
	return reason;
}

int
sj_flow_close_session(pam_handle_t *pamh)
{
	struct sj_flow_state *state = sj_flow_state_find(pamh);
	struct sj_report report = {.pamh = pamh};
	uint64_t seconds = 0;

	if (state == NULL || !state->is_recorded)
		return PAM_IGNORE;
	sj_gate_disarm();
	if (state->progress == SJ_FLOW_ARMED)
		state->progress = SJ_FLOW_NEW;
	remove_record(state, &seconds);
	report.user = state->session.user;
	sj_report_close(&report, state->session.id, (long long)seconds,
	    state->session_time_sec != 0 && seconds >= state->session_time_sec);
	return PAM_SUCCESS;
}
