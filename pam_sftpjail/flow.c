/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "flow.h"

#include <stdio.h>
#include <string.h>

/* useradd(8) and NSS end at 32 and 256; this is for sources that go beyond. */
#define NAME_LIMIT 256
#define NO_ID ((uint32_t)-1)

static const char *
item(pam_handle_t *pamh, int type)
{
	const void *value = NULL;

	if (pam_get_item(pamh, type, &value) != PAM_SUCCESS)
		return NULL;
	return value;
}

/*
 * The name is asked for in authenticate only: an application may leave it to
 * the first module of the auth stack.  A question in a session would end up
 * in the SFTP stream.
 */
static const char *
find_name(const struct sj_flow *flow)
{
	const char *name = NULL;

	if (flow->phase != SJ_PHASE_AUTH)
		return item(flow->pamh, PAM_USER);
	if (pam_get_user(flow->pamh, &name, NULL) != PAM_SUCCESS)
		return NULL;
	return name;
}

static enum sj_reason
check_name(const char *name, struct sj_fault *fault)
{
	const char *p;

	if (name == NULL || name[0] == '\0')
		return sj_fault_set(fault, SJ_USER_UNKNOWN, 0,
		    "the application gave no user name");
	if (strlen(name) > NAME_LIMIT)
		return sj_fault_set(fault, SJ_USER_UNKNOWN, 0,
		    "the user name has more than %d bytes", NAME_LIMIT);
	for (p = name; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == '/' ||
		    *p == ':')
			return sj_fault_set(fault, SJ_USER_UNKNOWN, 0,
			    "byte 0x%02x can't stand in a user name",
			    (unsigned)(unsigned char)*p);
	return SJ_OK;
}

/*
 * Nothing is looked up once this process is in the jail: it is still root, and
 * the files that NSS and we would read are those of the jail.
 */
static enum sj_reason
check_confined(struct sj_flow *flow)
{
	const struct sj_flow_state *state = sj_flow_state_find(flow->pamh);

	if (state == NULL || state->progress != SJ_FLOW_CONFINED)
		return SJ_OK;
	flow->report.jail = state->session.jail;
	flow->is_silent = true;
	if (flow->phase == SJ_PHASE_SETCRED)
		return SJ_NOT_JAILED;
	return sj_fault_set(&flow->fault, SJ_PAM_NOT_WIRED, 0,
	    "this process is in the jail of a session already");
}

enum sj_reason
sj_flow_begin(struct sj_flow *flow, int argc, const char **argv)
{
	const char *name = find_name(flow);
	enum sj_reason reason;

	flow->report.pamh = flow->pamh;
	flow->report.user = name;
	flow->report.rhost = item(flow->pamh, PAM_RHOST);
	flow->service = item(flow->pamh, PAM_SERVICE);
	flow->tty = item(flow->pamh, PAM_TTY);
	reason = check_confined(flow);
	if (reason == SJ_OK)
		reason = check_name(name, &flow->fault);
	if (reason != SJ_OK)
		return reason;
	reason = sj_account_find_user(&flow->account, name, &flow->fault);
	if (reason != SJ_OK)
		return reason;
	if (flow->account.facts.is_known && flow->account.facts.uid == 0) {
		flow->is_silent = true;
		return SJ_NOT_JAILED;
	}
	/* Some sources know a user by several spellings: one name is judged. */
	if (flow->account.facts.is_known)
		flow->account.facts.user = flow->account.pw.pw_name;
	reason = sj_options_parse(argc, argv, &flow->options, &flow->fault);
	if (reason == SJ_OK && flow->options.service != NULL)
		flow->service = flow->options.service;
	return reason;
}

static bool
is_unusable(enum sj_reason reason)
{
	return reason == SJ_DB_MISSING || reason == SJ_DB_UNTRUSTED ||
	       reason == SJ_DB_CORRUPT;
}

/* The administrator's way in while the database can't be used. */
static enum sj_reason
try_rescue(struct sj_flow *flow, enum sj_reason reason)
{
	const char *rescue = flow->options.rescue, *why;

	if (flow->options.is_onerr_ignore)
		why = "onerr=ignore";
	else if (rescue != NULL && sj_flow_is_rescued(flow->report.user, rescue,
				       "/etc/passwd", "/etc/group"))
		why = "a member of the rescue group";
	else
		return reason;
	sj_report_ignore(&flow->report, reason, why);
	flow->is_silent = true;
	return SJ_NOT_JAILED;
}

/* (uid_t)-1 is "leave it as it is" to setresuid(2): the user would be root. */
static enum sj_reason
check_ids(const struct sj_account *account, struct sj_fault *fault)
{
	if (account->pw.pw_uid != NO_ID && account->pw.pw_gid != NO_ID)
		return SJ_OK;
	return sj_fault_set(fault, SJ_USER_CONFLICT, 0,
	    "NSS gives uid or gid %u, which no user can have", NO_ID);
}

static enum sj_reason
load(struct sj_flow *flow)
{
	struct sj_account *account = &flow->account;
	enum sj_reason reason;

	reason = sj_account_open(
	    account, &sj_account_sources_installed, &flow->fault);
	if (reason == SJ_OK)
		reason = sj_account_load(account, &flow->fault);
	if (reason == SJ_OK)
		reason = check_ids(account, &flow->fault);
	if (reason == SJ_OK)
		reason = sj_account_find_jail(account, &flow->fault);
	return reason;
}

enum sj_reason
sj_flow_gather(struct sj_flow *flow)
{
	struct sj_account *account = &flow->account;
	enum sj_reason reason = load(flow);

	if (is_unusable(reason))
		return try_rescue(flow, reason);
	if (reason != SJ_OK)
		return reason;
	if (!account->is_jailed)
		return SJ_NOT_JAILED;
	flow->report.jail = account->jail.name;
	flow->jail_user = (struct sj_jail_user){
	    .name = account->pw.pw_name,
	    .home = account->pw.pw_dir,
	    .group = account->group,
	    .shell = account->pw.pw_shell,
	    .uid = account->pw.pw_uid,
	    .gid = account->pw.pw_gid,
	};
	sj_flow_step(flow, account->why);
	return SJ_OK;
}

int
sj_flow_end(struct sj_flow *flow, enum sj_reason reason)
{
	int code = sj_report_pam_code(flow->phase, reason);

	if (reason == SJ_NOT_JAILED) {
		if (flow->options.is_debug && !flow->is_silent)
			sj_report_not_jailed(&flow->report);
		return code;
	}
	if (reason == SJ_OK) {
		if (flow->phase == SJ_PHASE_ACCOUNT)
			sj_report_allow(&flow->report);
		return code;
	}
	sj_report_deny(&flow->report, reason, &flow->fault);
	if (flow->phase == SJ_PHASE_ACCOUNT && (flow->flags & PAM_SILENT) == 0)
		sj_report_tell(&flow->report,
		    sj_policy_message(
			flow->account.is_jailed ? &flow->account.jail : NULL));
	return code;
}

void
sj_flow_clear(struct sj_flow *flow)
{
	sj_account_clear(&flow->account);
}

bool
sj_flow_is_ssh(const struct sj_flow *flow)
{
	return flow->tty != NULL && strcmp(flow->tty, "ssh") == 0;
}

void
sj_flow_step(const struct sj_flow *flow, const char *step)
{
	if (flow->options.is_debug)
		sj_report_step(&flow->report, step);
}
