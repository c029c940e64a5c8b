/* SPDX-License-Identifier: ISC */
#ifndef SJ_FLOW_H
#define SJ_FLOW_H

/*
 * One call of PAM from its beginning to its end: who is meant, what is known
 * of him, what follows.  Each phase begins with sj_flow_begin() and ends with
 * sj_flow_end(), which alone turns a reason into a line and a code.
 *
 * Reasons: SJ_NOT_JAILED is "not our business" (root, a user without a jail,
 * one whom rescue or onerr lets through); SJ_OK is a jailed user for whom all
 * is well; everything else denies.
 */

#include <security/pam_modules.h>
#include <stdbool.h>

#include "account.h"
#include "auth_info.h"
#include "flow_state.h"
#include "jailroot.h"
#include "options.h"
#include "reason.h"
#include "report.h"
#include "wiring.h"

struct sj_flow {
	pam_handle_t *pamh;
	enum sj_phase phase;
	int flags;
	struct sj_options options;
	struct sj_report report;
	const char *service; /* to be judged by */
	const char *tty;
	bool is_silent; /* not-jailed is not worth a line: root */
	struct sj_account account;
	struct sj_jail_user jail_user; /* where account.is_jailed */
	struct sj_auth_info auth;      /* after sj_flow_fill_auth() */
	bool is_auth_doubtful;	       /* likewise: told, but not believed */
	struct sj_fault fault;
};

/* What authenticate leaves for setcred in the PAM environment. */
#define SJ_FLOW_PASSWORD_VARIABLE "SFTPJAIL_PASSWORD"

/* What the login shell says to who asks it for a shell or a command. */
#define SJ_FLOW_MESSAGE_VARIABLE "SFTPJAIL_MESSAGE"

#define SJ_FLOW_AUTO __attribute__((cleanup(sj_flow_clear)))

/*
 * Who is meant: SJ_NOT_JAILED for uid 0, before the options are looked at;
 * SJ_BAD_OPTION; SJ_USER_UNKNOWN for a name that no user can have; else SJ_OK.
 */
enum sj_reason sj_flow_begin(
    struct sj_flow *flow, int argc, const char **argv) SJ_MUST_CHECK;

/*
 * What the databases and NSS know: SJ_OK is a jailed user, with account.jail
 * and jail_user.  Where the database can't be used, rescue= and onerr= are
 * asked (session and account lines carry them).
 */
enum sj_reason sj_flow_gather(struct sj_flow *flow) SJ_MUST_CHECK;

/* Puts service, address and time into the facts. */
void sj_flow_fill_facts(struct sj_flow *flow);

/*
 * Puts into the facts how the user authenticated, as far as the server tells
 * and the telling can be believed; fills flow->auth.  Where the server tells
 * nothing, publickey is known only for a jail that takes nothing else: the
 * authenticate phase has refused passwords then.
 */
void sj_flow_fill_auth(struct sj_flow *flow);

/* The PAM code; writes the one line, and in acct tells the client. */
int sj_flow_end(struct sj_flow *flow, enum sj_reason reason);

void sj_flow_clear(struct sj_flow *flow);

/* With `debug` only. */
void sj_flow_step(const struct sj_flow *flow, const char *step);

/* True if group exists in the files and has the user as a member there. */
bool sj_flow_is_rescued(const char *user, const char *group,
    const char *passwd_path, const char *group_path);

/* The phases, behind a good sj_flow_begin(). */
enum sj_reason sj_flow_authenticate(struct sj_flow *flow) SJ_MUST_CHECK;
enum sj_reason sj_flow_account(struct sj_flow *flow) SJ_MUST_CHECK;

/* Takes the reason of sj_flow_begin(): a denial marks the handle. */
enum sj_reason sj_flow_open_session(
    struct sj_flow *flow, enum sj_reason begun) SJ_MUST_CHECK;

/* Likewise.  In the user's process, every denial ends it here. */
enum sj_reason sj_flow_setcred(
    struct sj_flow *flow, enum sj_reason begun) SJ_MUST_CHECK;

/* Never denies, and needs neither root nor a database. */
int sj_flow_close_session(pam_handle_t *pamh);

/*
 * Confines this process as the jail of flow->account says.  Everything is
 * irreversible, also where it fails; syslog can be reached then, too.
 */
enum sj_reason sj_flow_confine(struct sj_flow *flow) SJ_MUST_CHECK;

/*
 * Ends this process by SIGTERM grace_sec after the jail's session_time, if that
 * has one.
 */
enum sj_reason sj_flow_start_timer(struct sj_flow *flow,
    struct sj_flow_state *state, uint32_t grace_sec) SJ_MUST_CHECK;

/* Is PAM_TTY sshd's? */
bool sj_flow_is_ssh(const struct sj_flow *flow);

/* Takes authenticate's word out of the PAM environment: was it there? */
bool sj_flow_take_password_word(pam_handle_t *pamh);

/*
 * All checks of the jail that facts and directories allow: first failure.
 * checks is a set of SJ_CHECK_* bits.  Of directories nothing is said where the
 * confinement comes next: it makes the same checks where it uses them.
 */
enum sj_reason sj_flow_judge(
    struct sj_flow *flow, uint32_t checks, bool is_confined_next) SJ_MUST_CHECK;

#endif
