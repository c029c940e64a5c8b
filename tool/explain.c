/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "explain.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"
#include "quote.h"
#include "session.h"
#include "sessions.h"
#include "sources.h"
#include "state.h"

#define NO_ID ((uint32_t)-1)

static const char *const later_checks[] = {"user", "jail", "disabled",
    "not_before", "expires", "services", "from", "hours", "auth",
    "max_sessions", "max_sessions_per_address", "root", "placeholder",
    "writable", "start", "mount"};

static const char after_failure[] = "not possible after the failure above";

/* What could not be asked any more, from later_checks[first] on. */
static void
skip_from(struct sj_explain *explain, const char *first, const char *why)
{
	size_t i = 0;

	while (strcmp(later_checks[i], first) != 0)
		i++;
	for (; i < sizeof(later_checks) / sizeof(later_checks[0]); i++)
		sj_explain_add(explain, later_checks[i], SJ_EXPLAIN_SKIP, SJ_OK,
		    "%s", why);
}

static bool
is_in_passwd_file(const char *name)
{
	SJ_AUTO_FCLOSE FILE *file = fopen(SJ_SYSCONFDIR "/passwd", "re");
	const struct passwd *pw;

	if (file == NULL)
		return false;
	while ((pw = fgetpwent(file)) != NULL) {
		if (strcmp(pw->pw_name, name) == 0)
			return true;
	}
	return false;
}

/* Who the user is, as far as the databases could be asked. */
static void
note_user(struct sj_explain *explain, const struct sj_account *account)
{
	explain->is_known = account->facts.is_known;
	explain->uid = account->pw.pw_uid;
	if (!account->facts.is_known)
		return;
	if (account->facts.is_public)
		explain->source = "sftpjail";
	else if (is_in_passwd_file(account->facts.user))
		explain->source = "files";
	else
		explain->source = "other";
}

static void
fix_database(struct sj_explain *explain, const struct sj_tool *tool,
    enum sj_reason reason)
{
	SJ_AUTO_FREE char *word = NULL;

	if (reason != SJ_DB_UNTRUSTED) {
		sj_explain_fix(explain, "sftpjail apply");
		return;
	}
	word = sj_quote_make_word(tool->state_dir);
	if (word != NULL)
		sj_explain_fix(explain,
		    "rm -f %s/public.v1.cdb %s/secret.v1.cdb && sftpjail apply",
		    word, word);
}

static void
check_text(struct sj_explain *explain, const struct sj_tool *tool)
{
	struct sj_fault fault;

	if (sj_sources_is_stale(tool, &explain->is_stale, &fault) != SJ_OK) {
		sj_explain_add(explain, "text", SJ_EXPLAIN_WARN, SJ_OK,
		    "can't tell if the configuration was applied: %s",
		    fault.where);
		return;
	}
	explain->is_stale_known = true;
	if (explain->is_stale) {
		sj_explain_add(explain, "text", SJ_EXPLAIN_WARN, SJ_OK,
		    "the configuration is newer than the database: what "
		    "follows is about what was applied last");
		sj_explain_fix(explain, "sftpjail apply");
		return;
	}
	sj_explain_add(explain, "text", SJ_EXPLAIN_OK, SJ_OK,
	    "the configuration is what was applied");
}

static bool
check_database(struct sj_explain *explain, const struct sj_tool *tool,
    struct sj_account *account, const struct sj_state *state)
{
	struct sj_fault fault;
	enum sj_reason reason;

	reason = sj_account_open(account, &state->sources, &fault);
	if (account->is_public_open)
		explain->generation = account->public_db.header.generation;
	if (reason != SJ_OK) {
		sj_explain_add(explain, "database", SJ_EXPLAIN_FAIL, reason,
		    "%s", fault.where);
		fix_database(explain, tool, reason);
		return false;
	}
	sj_explain_add(explain, "database", SJ_EXPLAIN_OK, SJ_OK,
	    "generation %llu", (unsigned long long)explain->generation);
	return true;
}

static void
fix_user(struct sj_explain *explain, const struct sj_account *account,
    enum sj_reason reason)
{
	const struct sj_facts *facts = &account->facts;
	bool is_served = facts->served != NULL && facts->served->is_served;

	/* Our two files differ; another source's user stays one. */
	if (reason == SJ_USER_CONFLICT &&
	    (is_served != facts->is_public ||
		(is_served && facts->served->uid != facts->public_uid)))
		sj_explain_fix(explain, "sftpjail apply");
	else if (reason == SJ_USER_UNKNOWN && account->facts.is_public)
		sj_explain_fix(explain, "sftpjail check");
	else if (reason == SJ_DB_CORRUPT)
		sj_explain_fix(explain, "sftpjail apply");
}

static bool
check_user(struct sj_explain *explain, struct sj_account *account)
{
	struct sj_fault fault;
	enum sj_reason reason;

	reason = sj_account_load(account, &fault);
	note_user(explain, account);
	if (reason == SJ_OK &&
	    (account->pw.pw_uid == NO_ID || account->pw.pw_gid == NO_ID))
		reason = sj_fault_set(&fault, SJ_USER_CONFLICT, 0,
		    "NSS gives uid or gid %u, which no user can have", NO_ID);
	if (reason == SJ_OK) {
		sj_explain_add(explain, "user", SJ_EXPLAIN_OK, SJ_OK,
		    "uid %u, gid %u, from %s", (unsigned)account->pw.pw_uid,
		    (unsigned)account->pw.pw_gid,
		    explain->source == NULL ? "?" : explain->source);
		return true;
	}
	sj_explain_add(explain, reason == SJ_DB_CORRUPT ? "database" : "user",
	    SJ_EXPLAIN_FAIL, reason, "%s%s", fault.where,
	    reason == SJ_USER_UNKNOWN && account->facts.is_public
		? ", but the database does: nsswitch.conf"
		: "");
	fix_user(explain, account, reason);
	return false;
}

static bool
check_jail(struct sj_explain *explain, struct sj_account *account)
{
	struct sj_fault fault;
	enum sj_reason reason;

	reason = sj_account_find_jail(account, &fault);
	if (reason != SJ_OK) {
		sj_explain_add(explain, "jail", SJ_EXPLAIN_FAIL, reason, "%s",
		    fault.where);
		return false;
	}
	sj_explain_passed_jails(explain, account,
	    account->is_jailed ? account->jail_index
			       : account->secret_db.header.jail_count);
	if (!account->is_jailed) {
		sj_explain_add(explain, "jail", SJ_EXPLAIN_FAIL, SJ_NOT_JAILED,
		    "none of %u jails takes the user",
		    account->secret_db.header.jail_count);
		return false;
	}
	explain->jail = strdup(account->jail.name);
	explain->is_short |= explain->jail == NULL;
	sj_explain_add(explain, "jail", SJ_EXPLAIN_OK, SJ_OK, "%s: %s",
	    account->jail.name, account->why);
	return true;
}

static void
fill_facts(struct sj_facts *facts, const struct sj_explain_question *question)
{
	time_t when = (time_t)question->at_sec;
	struct tm local;

	facts->service = question->service;
	facts->now_sec = question->at_sec;
	if (localtime_r(&when, &local) != NULL) {
		facts->local_wday = (uint8_t)local.tm_wday;
		facts->local_min =
		    (uint16_t)(local.tm_hour * 60 + local.tm_min);
	}
	facts->from_state =
	    question->from == NULL ? SJ_FROM_SKIP : SJ_FROM_KNOWN;
	facts->from = question->from_addr;
	facts->is_auth_known = question->auth != NULL;
	facts->auth = question->auth_bits;
}

/* As in the account phase: counted only where there is a limit. */
static void
count_sessions(struct sj_explain *explain, struct sj_account *account)
{
	struct sj_fault fault;

	if (sj_account_count(account, &sj_sessions_installed, &fault) != SJ_OK)
		sj_explain_add(explain, "max_sessions", SJ_EXPLAIN_FAIL,
		    SJ_SYSTEM_ERROR, "%s", fault.where);
}

void
sj_explain_jailed(struct sj_explain *explain, struct sj_account *account)
{
	fill_facts(&account->facts, &explain->question);
	count_sessions(explain, account);
	sj_explain_settings(explain, account);
	sj_explain_directories(explain, account);
}

/* The checks in their order; what can't be asked is said to be skipped. */
static void
run_checks(struct sj_explain *explain, const struct sj_tool *tool,
    struct sj_account *account, const struct sj_state *state)
{
	if (!check_database(explain, tool, account, state)) {
		note_user(explain, account);
		skip_from(explain, "user", after_failure);
		return;
	}
	check_text(explain, tool);
	if (!check_user(explain, account)) {
		skip_from(explain, "jail", after_failure);
		return;
	}
	if (!check_jail(explain, account)) {
		skip_from(explain, "disabled", "there is no jail to ask");
		return;
	}
	sj_explain_jailed(explain, account);
	sj_explain_host(explain, account);
	sj_explain_login(explain, tool, account);
}

/* A user that is ours and in no jail has an unconfined login. */
static void
warn_unjailed(struct sj_explain *explain, const struct sj_account *account)
{
	if (explain->verdict == SJ_EXPLAIN_NOT_JAILED &&
	    account->facts.is_public)
		sj_explain_add(explain, "unconfined", SJ_EXPLAIN_WARN, SJ_OK,
		    "the user is served by sftpjail, but no jail confines "
		    "him: he has a login like any other user");
}

void
sj_explain_run(const struct sj_tool *tool,
    const struct sj_explain_question *question, struct sj_explain *ret_explain)
{
	struct sj_account account;
	struct sj_state state;
	struct sj_fault fault;

	memset(&account, 0, sizeof(account));
	memset(ret_explain, 0, sizeof(*ret_explain));
	ret_explain->question = *question;
	sj_state_init(&state, tool);
	if (sj_account_find_user(&account, question->user, &fault) != SJ_OK)
		sj_explain_add(ret_explain, "user", SJ_EXPLAIN_FAIL,
		    SJ_SYSTEM_ERROR, "%s", fault.where);
	else if (account.facts.is_known && account.pw.pw_uid == 0) {
		note_user(ret_explain, &account);
		sj_explain_add(ret_explain, "user", SJ_EXPLAIN_FAIL,
		    SJ_NOT_JAILED, "uid 0 is never jailed nor denied");
	} else {
		/* Some sources know a user by several spellings. */
		if (account.facts.is_known)
			account.facts.user = account.pw.pw_name;
		run_checks(ret_explain, tool, &account, &state);
	}
	sj_explain_judge(ret_explain);
	warn_unjailed(ret_explain, &account);
	sj_account_clear(&account);
}
