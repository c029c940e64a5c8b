/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "flow.h"

#include "gate.h"

static const struct sj_session_dir session_dir = {SJ_RUNDIR, 0};

static bool
takes_passwords(const struct sj_jail *jail)
{
	uint32_t i;

	for (i = 0; i < jail->auth.count; i++)
		if ((sj_jail_auth(jail, i) & SJ_AUTH_PASSWORD) != 0)
			return true;
	return jail->auth.count == 0;
}

/*
 * Passwords and keyboard-interactive come here, keys do not.  Who can't be
 * judged now is judged in acct, where rescue= is known.
 *
 * That a password was asked for is left in the PAM environment, which sshd
 * brings home from the helper that it forks for keyboard-interactive; setcred
 * takes it out of there.
 */
enum sj_reason
sj_flow_authenticate(struct sj_flow *flow)
{
	enum sj_reason reason = sj_flow_gather(flow);

	if (reason != SJ_OK) {
		flow->is_silent |= reason != SJ_NOT_JAILED;
		return SJ_NOT_JAILED;
	}
	if (!takes_passwords(&flow->account.jail))
		return sj_fault_set(&flow->fault, SJ_AUTH_NOT_ALLOWED, 0,
		    "auth of the jail has no entry with password");
	if (pam_putenv(flow->pamh, SJ_FLOW_PASSWORD_VARIABLE "=asked") !=
	    PAM_SUCCESS)
		return sj_fault_set(
		    &flow->fault, SJ_SYSTEM_ERROR, 0, "pam_putenv");
	return SJ_OK;
}

static enum sj_reason
check_directories(struct sj_flow *flow)
{
	const struct sj_account *account = &flow->account;
	const struct sj_jailroot_host host = {-1, 0, account->server};
	enum sj_reason reason;

	reason = sj_jailroot_check(
	    &account->jail, &flow->jail_user, &host, NULL, &flow->fault);
	if (reason == SJ_OK)
		sj_flow_step(flow, "directories are good");
	return reason;
}

enum sj_reason
sj_flow_judge(struct sj_flow *flow, uint32_t checks, bool is_confined_next)
{
	struct sj_account *account = &flow->account;
	enum sj_reason reason = SJ_OK;

	sj_flow_fill_facts(flow);
	if ((checks & SJ_CHECKS_COUNTED) != 0)
		reason = sj_account_count(account, &session_dir, &flow->fault);
	if (reason == SJ_OK)
		reason = sj_policy_decide(
		    checks, &account->jail, &account->facts, &flow->fault);
	if (reason == SJ_AUTH_NOT_ALLOWED && flow->is_auth_doubtful)
		return sj_fault_set(&flow->fault, reason, 0,
		    "SSH_AUTH_INFO_0 was written by another than sshd, or "
		    "authenticate did not reach pam_sftpjail");
	if (reason != SJ_OK)
		return reason;
	sj_flow_step(flow, "settings allow");
	if (!is_confined_next)
		reason = check_directories(flow);
	if (reason != SJ_OK)
		return reason;
	if (account->pw.pw_gid == 0)
		return sj_fault_set(&flow->fault, SJ_PAM_NOT_WIRED, 0,
		    "the user's primary group is root's (gid 0)");
	return SJ_OK;
}

/*
 * Only here does a denial end the connection: without privilege separation
 * open_session comes too late, or never, for who only forwards.
 *
 * Nothing promises that another line of ours is reached: the gate is shut from
 * here on, and only a confinement opens it.  What a helper shuts is not the
 * monitor's, but in there authenticate was asked before, if its line is.
 */
static enum sj_reason
guard(struct sj_flow *flow)
{
	struct sj_wiring wiring;

	if (!sj_flow_is_ssh(flow))
		return SJ_OK;
	sj_wiring_read(
	    flow->account.facts.user, flow->account.pw.pw_gid, true, &wiring);
	switch (sj_wiring_process(&wiring)) {
	case SJ_WIRING_UNSEPARATED:
		return sj_fault_set(&flow->fault, SJ_PAM_NOT_WIRED, 0,
		    "this sshd does not separate privileges (process title "
		    "\"%s\")",
		    wiring.title);
	case SJ_WIRING_MONITOR:
		break;
	case SJ_WIRING_USER_CHILD:
	case SJ_WIRING_OTHER:
		return SJ_OK;
	}
	if (wiring.is_helper &&
	    pam_getenv(flow->pamh, SJ_FLOW_PASSWORD_VARIABLE) == NULL)
		return sj_fault_set(&flow->fault, SJ_PAM_NOT_WIRED, 0,
		    "authenticate did not reach pam_sftpjail: its auth line is "
		    "missing, or not the first");
	return sj_gate_arm(&flow->fault);
}

enum sj_reason
sj_flow_account(struct sj_flow *flow)
{
	enum sj_reason reason = sj_flow_gather(flow);

	if (reason != SJ_OK)
		return reason;
	reason = sj_flow_judge(flow, SJ_CHECKS_ACCOUNT, false);
	return reason == SJ_OK ? guard(flow) : reason;
}
