/* SPDX-License-Identifier: ISC */
/*
 * explain --all.  The users are taken from the database, as the NSS module
 * does, and not asked for one by one: other sources can be slow, and a million
 * answers would be.  Who is in /etc/passwd as well gets the whole explain.
 */
#define _GNU_SOURCE
#include "explain.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "explain_all.h"
#include "json.h"
#include "progress.h"
#include "quote.h"
#include "sessions.h"
#include "state.h"

struct all {
	const struct sj_tool *tool;
	const struct sj_explain_question *question;
	struct sj_account account; /* the databases, and one user at a time */
	struct sj_all_groups groups;
	struct sj_all_jail *jails;
	struct sj_nameset elsewhere; /* names in /etc/passwd */
	const char **names;	     /* of all users, sorted */
	struct sj_session *sessions;
	size_t session_count;
	bool is_known; /* NSS asks us */
	uint64_t counts[SJ_REASON_COUNT];
};

static int
compare_names(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

static enum sj_reason
no_memory(struct sj_fault *fault)
{
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0, "out of memory");
}

/* The names lie in the mapping. */
static enum sj_reason
load_names(struct all *all, struct sj_fault *fault)
{
	const struct sj_db *db = &all->account.public_db;
	uint32_t count = db->header.sections[SJ_DB_SECTION_PASSWD].count, i;
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_PASSWD};
	struct sj_passwd passwd;
	bool is_found = true;

	all->names = calloc((size_t)count + 1, sizeof(*all->names));
	if (all->names == NULL)
		return no_memory(fault);
	for (i = 0; i < count; i++) {
		if (sj_db_next_passwd(db, &cursor, &is_found, &passwd) !=
			SJ_OK ||
		    !is_found)
			return sj_fault_set(fault, SJ_DB_CORRUPT, 0,
			    "the public database is damaged");
		all->names[i] = passwd.name;
	}
	qsort(all->names, count, sizeof(*all->names), compare_names);
	all->is_known = count == 0 || getpwnam(all->names[0]) != NULL;
	return SJ_OK;
}

static enum sj_reason
load_elsewhere(struct all *all, struct sj_fault *fault)
{
	SJ_AUTO_FCLOSE FILE *file = fopen(SJ_SYSCONFDIR "/passwd", "re");
	const struct passwd *pw;

	while (file != NULL && (pw = fgetpwent(file)) != NULL) {
		const char *copy = sj_arena_copy(
		    &all->groups.arena, pw->pw_name, strlen(pw->pw_name));

		if (copy == NULL || !sj_nameset_add(&all->elsewhere, copy))
			return no_memory(fault);
	}
	return SJ_OK;
}

static enum sj_reason
load(struct all *all, struct sj_fault *fault)
{
	struct sj_account *account = &all->account;
	struct sj_state state;
	enum sj_reason reason;

	sj_state_init(&state, all->tool);
	reason = sj_account_open(account, &state.sources, fault);
	if (reason == SJ_OK)
		reason = load_names(all, fault);
	if (reason == SJ_OK)
		reason = load_elsewhere(all, fault);
	if (reason == SJ_OK)
		reason = sj_explain_all_groups(&all->groups, account, fault);
	if (reason == SJ_OK)
		reason = sj_sessions_find(
		    NULL, &all->sessions, &all->session_count, fault);
	if (reason == SJ_OK)
		reason = sj_explain_all_jails(
		    all->question, account, &all->jails, fault);
	return reason;
}

static void
clear(struct all *all)
{
	free(all->names);
	free(all->jails);
	free(all->sessions);
	sj_nameset_clear(&all->elsewhere);
	sj_explain_all_clear(&all->groups);
	sj_account_clear(&all->account);
}

/* Sessions are counted under a lock: only where one could matter. */
static bool
has_session(const struct all *all, uid_t uid)
{
	size_t i;

	for (i = 0; i < all->session_count; i++)
		if (all->sessions[i].uid == uid)
			return true;
	return false;
}

/* What sj_account_find_user() and sj_account_load() find out from NSS. */
static enum sj_reason
fill_account(struct all *all, const char *name, struct sj_fault *fault)
{
	struct sj_account *account = &all->account;
	struct sj_facts *facts = &account->facts;
	struct sj_passwd passwd;
	bool is_found = false;

	memset(facts, 0, sizeof(*facts));
	facts->user = name;
	if (sj_db_find_passwd(&account->public_db, name, &facts->is_public,
		&passwd) != SJ_OK ||
	    !facts->is_public ||
	    sj_db_find_user(&account->secret_db, name, &is_found,
		&account->served) != SJ_OK)
		return sj_fault_set(
		    fault, SJ_DB_CORRUPT, 0, "the database is damaged");
	facts->is_known = all->is_known;
	facts->uid = facts->public_uid = passwd.uid;
	facts->served = is_found ? &account->served : NULL;
	/* Nothing writes there: struct passwd knows no const. */
	account->pw.pw_name = (char *)(uintptr_t)passwd.name;
	account->pw.pw_dir = (char *)(uintptr_t)passwd.home;
	account->pw.pw_shell = (char *)(uintptr_t)passwd.shell;
	account->pw.pw_uid = passwd.uid;
	account->pw.pw_gid = passwd.gid;
	return sj_explain_all_member(&all->groups, account, fault);
}

static bool
find_jail(struct all *all, const struct sj_all_jail **ret_jail)
{
	struct sj_account *account = &all->account;
	uint32_t i, count = account->secret_db.header.jail_count;

	for (i = 0; i < count; i++) {
		if (!sj_policy_matches(
			&all->jails[i].jail, &account->facts, &account->why))
			continue;
		account->jail = all->jails[i].jail;
		if (!has_session(all, account->pw.pw_uid))
			account->jail.max_sessions = 0;
		*ret_jail = &all->jails[i];
		return true;
	}
	return false;
}

static void
judge_account(struct all *all, struct sj_explain *explain)
{
	const struct sj_all_jail *jail = NULL;
	struct sj_fault fault;
	enum sj_reason reason = sj_policy_identity(&all->account.facts, &fault);

	if (reason == SJ_OK && !find_jail(all, &jail))
		reason = SJ_NOT_JAILED;
	if (reason != SJ_OK) {
		sj_explain_add(
		    explain, "user", SJ_EXPLAIN_FAIL, reason, "%s", "");
		return;
	}
	if (jail->reason != SJ_OK)
		sj_explain_add(
		    explain, "jail", SJ_EXPLAIN_FAIL, jail->reason, "%s", "");
	sj_explain_jailed(explain, &all->account);
}

/* *ret_jail is borrowed: of explain, or of the database. */
static enum sj_reason
judge(struct all *all, const char *name, struct sj_explain *explain,
    const char **ret_jail, struct sj_fault *fault)
{
	struct sj_explain_question question = *all->question;
	enum sj_reason reason;

	question.user = name;
	if (sj_nameset_find(&all->elsewhere, name) != SJ_TABLE_NONE) {
		sj_explain_run(all->tool, &question, explain);
		*ret_jail = explain->jail;
		return SJ_OK;
	}
	memset(explain, 0, sizeof(*explain));
	explain->question = question;
	explain->is_brief = true;
	all->account.jail.name = NULL;
	reason = fill_account(all, name, fault);
	if (reason != SJ_OK)
		return reason;
	judge_account(all, explain);
	sj_explain_judge(explain);
	*ret_jail = all->account.jail.name;
	return SJ_OK;
}

static bool
put_user(const struct all *all, const char *name,
    const struct sj_explain *explain, const char *jail, bool is_first)
{
	const char *verdict = sj_explain_verdict_name(explain->verdict);
	const char *reason = sj_reason_token(explain->reason);
	json_t *json;
	int status = -1;

	if (!all->tool->is_json) {
		(void)printf("%-16s %-10s %-20s %s\n", name, verdict, reason,
		    jail == NULL ? "-" : jail);
		return true;
	}
	json = json_pack("{s:o, s:s, s:s, s:o}", "user", sj_json_text(name),
	    "verdict", verdict, "reason", reason, "jail", sj_json_text(jail));
	(void)fputs(is_first ? "\n" : ",\n", stdout);
	if (json != NULL)
		status = json_dumpf(json, stdout, JSON_ENSURE_ASCII);
	json_decref(json);
	return status == 0;
}

static void
put_counts(const struct all *all)
{
	size_t i;
	bool is_first = true;

	for (i = 0; i < SJ_REASON_COUNT; i++) {
		const char *token = sj_reason_token((enum sj_reason)i);

		if (all->tool->is_json)
			(void)printf("%s\"%s\": %llu", is_first ? "" : ", ",
			    token, (unsigned long long)all->counts[i]);
		else if (all->counts[i] > 0)
			(void)printf("%s%-16s %llu\n", is_first ? "\n" : "",
			    token, (unsigned long long)all->counts[i]);
		if (all->tool->is_json || all->counts[i] > 0)
			is_first = false;
	}
}

/* A status. */
static int
put_all(struct all *all, struct sj_progress *progress, struct sj_fault *fault)
{
	uint32_t count =
	    all->account.public_db.header.sections[SJ_DB_SECTION_PASSWD].count;
	struct sj_explain explain;
	const char *jail = NULL;
	bool is_printed = true;
	uint32_t i;

	for (i = 0; i < count && is_printed; i++) {
		if (judge(all, all->names[i], &explain, &jail, fault) != SJ_OK)
			return SJ_EXIT_SYSTEM;
		is_printed =
		    put_user(all, all->names[i], &explain, jail, i == 0);
		all->counts[explain.reason]++;
		sj_explain_clear(&explain);
		sj_progress_show(progress, "judging users", i, count);
	}
	if (!is_printed) {
		(void)no_memory(fault);
		return SJ_EXIT_SYSTEM;
	}
	return all->counts[SJ_OK] == count ? SJ_EXIT_OK : SJ_EXIT_NO;
}

static int
print(struct all *all, struct sj_fault *fault)
{
	struct sj_progress progress = {.is_on = false};
	int status;

	if (isatty(STDOUT_FILENO) == 0)
		sj_progress_start(&progress);
	if (all->tool->is_json)
		(void)printf(
		    "{\n  \"schema\": %d,\n  \"users\": [", SJ_JSON_SCHEMA);
	else
		(void)printf("%-16s %-10s %-20s %s\n", "USER", "VERDICT",
		    "REASON", "JAIL");
	status = put_all(all, &progress, fault);
	sj_progress_end(&progress);
	if (status == SJ_EXIT_SYSTEM)
		return status;
	if (all->tool->is_json)
		(void)fputs("\n  ],\n  \"counts\": {", stdout);
	put_counts(all);
	if (all->tool->is_json)
		(void)fputs("}\n}\n", stdout);
	return status;
}

int
sj_explain_all(
    const struct sj_tool *tool, const struct sj_explain_question *question)
{
	struct all all = {.tool = tool,
	    .question = question,
	    .groups = {.arena = {.fd = -1}}};
	struct sj_fault fault = {.where = ""};
	enum sj_reason reason = load(&all, &fault);
	int status = SJ_EXIT_SYSTEM;

	if (reason == SJ_OK)
		status = print(&all, &fault);
	if (status == SJ_EXIT_SYSTEM)
		sj_quote_printf(stderr, "sftpjail explain: %s%s%s\n",
		    reason == SJ_OK ? "" : sj_reason_token(reason),
		    reason == SJ_OK ? "" : ": ", fault.where);
	clear(&all);
	return status;
}
