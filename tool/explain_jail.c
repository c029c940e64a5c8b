/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "explain.h"

#include <stdio.h>

#include "cleanup.h"
#include "json.h"
#include "quote.h"

/* What a check that was passed has looked at. */
static void
describe_days(enum sj_check check, const struct sj_facts *facts,
    char text[SJ_JSON_TIME_SIZE])
{
	int32_t day = SJ_NO_DAY;

	if (facts->served != NULL && facts->served->is_served)
		day = check == SJ_CHECK_EXPIRES ? facts->served->expires_day
						: facts->served->not_before_day;
	if (day == SJ_NO_DAY)
		(void)snprintf(text, SJ_JSON_TIME_SIZE, "not set");
	else
		sj_json_day_format(day, text);
}

static void
add_passed(struct sj_explain *explain, enum sj_check check,
    const struct sj_jail *jail, const struct sj_facts *facts)
{
	const char *name = sj_check_name(check), *detail = "";
	char text[SJ_JSON_TIME_SIZE];

	switch (check) {
	case SJ_CHECK_DISABLED:
		detail = "no";
		break;
	case SJ_CHECK_NOT_BEFORE:
	case SJ_CHECK_EXPIRES:
		describe_days(check, facts, text);
		detail = text;
		break;
	case SJ_CHECK_SERVICE:
		detail = facts->service;
		break;
	case SJ_CHECK_FROM:
		detail = jail->from.count == 0 ? "any address"
					       : explain->question.from;
		break;
	case SJ_CHECK_HOURS:
		detail = jail->hours.count == 0 ? "any time" : "open";
		break;
	case SJ_CHECK_AUTH:
		detail = jail->auth.count == 0 ? "any method"
					       : explain->question.auth;
		break;
	case SJ_CHECK_SESSIONS:
		detail = jail->max_sessions == 0 ? "no limit" : "below it";
		break;
	case SJ_CHECK_ADDRESS:
		detail = jail->max_sessions_per_address == 0 ? "no limit"
							     : "below it";
		break;
	case SJ_CHECK_COUNT:
		break;
	}
	sj_explain_add(explain, name, SJ_EXPLAIN_OK, SJ_OK, "%s", detail);
}

static bool
is_unasked(enum sj_check check, const struct sj_explain *explain,
    const struct sj_jail *jail, const char **ret_detail)
{
	if (((check == SJ_CHECK_FROM && jail->from.count > 0) ||
		(check == SJ_CHECK_ADDRESS &&
		    jail->max_sessions_per_address > 0)) &&
	    explain->question.from == NULL) {
		*ret_detail = "the jail limits it; ask with --from ADDRESS";
		return true;
	}
	if (check == SJ_CHECK_AUTH && jail->auth.count > 0 &&
	    explain->question.auth == NULL) {
		*ret_detail = "the jail limits it; ask with --auth METHOD";
		return true;
	}
	return false;
}

/* What is the user's own setting, and no rule of the jail. */
static void
fix_user(struct sj_explain *explain, enum sj_check check, const char *user)
{
	SJ_AUTO_FREE char *word = sj_quote_make_word(user);

	if (word == NULL)
		return;
	if (check == SJ_CHECK_DISABLED)
		sj_explain_fix(explain, "sftpjail user unlock %s", word);
	else if (check == SJ_CHECK_EXPIRES)
		sj_explain_fix(
		    explain, "sftpjail user set %s --expires DAY", word);
	else if (check == SJ_CHECK_NOT_BEFORE)
		sj_explain_fix(
		    explain, "sftpjail user set %s --not-before ''", word);
}

void
sj_explain_settings(
    struct sj_explain *explain, const struct sj_account *account)
{
	const struct sj_jail *jail = &account->jail;
	unsigned int i;

	for (i = 0; i < SJ_CHECK_COUNT; i++) {
		enum sj_check check = (enum sj_check)i;
		const char *detail = "";
		struct sj_fault fault;
		enum sj_reason reason;

		if (is_unasked(check, explain, jail, &detail)) {
			sj_explain_add(explain, sj_check_name(check),
			    SJ_EXPLAIN_SKIP, SJ_OK, "%s", detail);
			continue;
		}
		reason = sj_policy_check(check, jail, &account->facts, &fault);
		if (reason == SJ_OK) {
			add_passed(explain, check, jail, &account->facts);
			continue;
		}
		sj_explain_add(explain, sj_check_name(check), SJ_EXPLAIN_FAIL,
		    reason, "%s", fault.where);
		fix_user(explain, check, account->facts.user);
	}
}

/* The confinement gives directories that it makes to this group. */
static void
check_writable_group(
    struct sj_explain *explain, const struct sj_account *account)
{
	const char *name = account->jail.writable_group;

	if (name[0] != '\0' && getgrnam(name) == NULL)
		sj_explain_add(explain, "writable_group", SJ_EXPLAIN_FAIL,
		    SJ_WRITABLE_UNSAFE, "there is no group \"%s\"", name);
}

static void
visit_path(void *context, const struct sj_jailroot_path *path)
{
	sj_explain_add_path(context, path);
}

static void
visit_result(void *context, const struct sj_jailroot_result *result)
{
	enum sj_explain_result shown = SJ_EXPLAIN_OK;

	if (result->is_skipped)
		shown = SJ_EXPLAIN_SKIP;
	else if (result->reason != SJ_OK)
		shown = SJ_EXPLAIN_FAIL;
	else if (result->is_warning)
		shown = SJ_EXPLAIN_WARN;
	sj_explain_add(context, sj_jailroot_role_name(result->role), shown,
	    result->reason, "%s", result->detail);
}

void
sj_explain_directories(
    struct sj_explain *explain, const struct sj_account *account)
{
	const struct sj_jailroot_host host = {-1, 0, account->server};
	const struct sj_jailroot_visitor visitor = {
	    visit_path, visit_result, explain};
	const struct sj_jail_user user = {
	    .name = account->facts.user,
	    .home = account->pw.pw_dir,
	    .group = account->group,
	    .shell = account->pw.pw_shell,
	    .uid = account->pw.pw_uid,
	    .gid = account->pw.pw_gid,
	};
	size_t before = explain->check_count;
	struct sj_fault fault;
	enum sj_reason reason;

	reason = sj_jailroot_check(&account->jail, &user, &host,
	    explain->is_brief ? NULL : &visitor, &fault);
	/* A failure behind the last visit would be lost otherwise. */
	if (reason != SJ_OK && explain->check_count == before)
		sj_explain_add(explain, "root", SJ_EXPLAIN_FAIL, reason, "%s",
		    fault.where);
	check_writable_group(explain, account);
	if (account->pw.pw_gid == 0)
		sj_explain_add(explain, "group", SJ_EXPLAIN_FAIL,
		    SJ_PAM_NOT_WIRED,
		    "the user's primary group is root's (gid 0)");
}
