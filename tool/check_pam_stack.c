/* SPDX-License-Identifier: ISC */

/* What is wrong with our lines in one PAM service; pure. */

#include "check.h"

#include <stdio.h>
#include <string.h>

#include "pam_walk.h"

#define MODULE "pam_sftpjail.so"
#define FIX_SIZE 256

static const struct sj_problem_kind missing_kinds[] = {
    [SJ_PAM_AUTH] = {"pam-auth-missing", SJ_ERROR,
	"setcred comes by the auth stack: without the line no session can be "
	"confined, and sessions are refused with pam-not-wired"},
    [SJ_PAM_ACCOUNT] = {"pam-account-missing", SJ_ERROR,
	"this phase denies and says so to the client; without it users who "
	"may not log in are authenticated and then dropped"},
    [SJ_PAM_SESSION] = {"pam-session-missing", SJ_ERROR,
	"without the line nothing is confined: setcred ends the login of a "
	"jailed user"},
};
static const struct sj_problem_kind auth_optional = {"pam-auth-missing",
    SJ_WARNING,
    "the ways to log in that a jail allows are enforced by the auth line"};
static const struct sj_problem_kind place_kinds[] = {
    [SJ_PAM_AUTH] = {"pam-auth-place", SJ_ERROR,
	"the server asks the auth stack again in the user's process: if the "
	"line is passed by there, the session can't be confined and dies"},
    [SJ_PAM_ACCOUNT] = {"pam-account-place", SJ_ERROR,
	"users whom the earlier line accepts are let in without any check "
	"of ours"},
    [SJ_PAM_SESSION] = {"pam-session-place", SJ_ERROR,
	"sessions that the earlier line accepts are not confined: setcred "
	"ends the login of a jailed user"},
};
static const struct sj_problem_kind auth_requisite = {"pam-auth-requisite",
    SJ_WARNING,
    "an earlier line that fails in the user's process only ends the stack "
    "before ours, and the session dies"};
static const struct sj_problem_kind not_last = {"pam-session-not-last",
    SJ_ERROR,
    "what runs behind the line, runs in a server that already waits for the "
    "confinement: a program started there loses the right to change its "
    "user"};
static const struct sj_problem_kind bad_control = {"pam-control", SJ_ERROR,
    "with another control value a denial does not end the login, or ends the "
    "stack for everybody else"};
static const struct sj_problem_kind silent = {"pam-silent", SJ_WARNING,
    "with the '-' a missing module lets everybody in unconfined, and nothing "
    "is logged"};
static const struct sj_problem_kind twice = {"pam-twice", SJ_WARNING,
    "every login is judged twice, and each session counted twice"};
static const struct sj_problem_kind bad_option = {"bad-option", SJ_ERROR,
    "the module denies every login of a jailed user until the argument is "
    "put right"};
static const struct sj_problem_kind confine_sshd = {"pam-confine-session",
    SJ_ERROR,
    "sshd goes on in the same process with root's rights after the session "
    "was opened: it must not be jailed there, but in setcred"};
static const struct sj_problem_kind confine_missing = {"pam-confine-missing",
    SJ_ERROR,
    "only sshd calls setcred in the user's process; elsewhere sessions are "
    "refused with pam-not-wired unless they are confined when opened"};
static const struct sj_problem_kind onerr = {"pam-onerr", SJ_WARNING,
    "while the database can't be used, everybody is let in unconfined"};
static const struct sj_problem_kind syntax = {"pam-syntax", SJ_ERROR,
    "libpam lets the line fail, or drops the whole service"};
static const struct sj_problem_kind no_service = {"pam-service-missing",
    SJ_ERROR, "logins of this service are judged by the service \"other\""};

struct judge {
	struct sj_report *report;
	const struct sj_pam_stack *stack;
	const struct sj_check_pam_facts *facts;
	char own_path[FIX_SIZE]; /* where a line of ours belongs */
};

static const char *
place_hint(enum sj_pam_type type)
{
	switch (type) {
	case SJ_PAM_AUTH:
		return "as the first auth line";
	case SJ_PAM_ACCOUNT:
		return "as the first account line";
	case SJ_PAM_SESSION:
		return "as the last session line, behind every include";
	case SJ_PAM_PASSWORD:
		break;
	}
	return "";
}

/* "" or the argument that a service other than sshd needs. */
static const char *
needed_option(const struct judge *judge, enum sj_pam_type type)
{
	return type == SJ_PAM_SESSION && !judge->facts->is_sshd
		   ? " confine=session"
		   : "";
}

static void
fix_line(const struct judge *judge, enum sj_pam_type type)
{
	sj_report_fix(judge->report,
	    "write \"%-7s required " MODULE "%s\" into %s, %s",
	    sj_pam_type_name(type), needed_option(judge, type), judge->own_path,
	    place_hint(type));
}

static void
fix_move(const struct judge *judge, const struct sj_pam_entry *entry)
{
	sj_report_fix(judge->report, "move line %u of %s: into %s, %s",
	    entry->line, entry->path, judge->own_path, place_hint(entry->type));
}

static void
judge_missing(const struct judge *judge, enum sj_pam_type type)
{
	const struct sj_problem_kind *kind = &missing_kinds[type];

	if (type == SJ_PAM_AUTH && !judge->facts->is_sshd) {
		if (!judge->facts->is_auth_needed)
			return;
		kind = &auth_optional;
	}
	sj_report_add(judge->report, kind, judge->own_path, 0,
	    "service %s has no %s line of " MODULE, judge->facts->service,
	    sj_pam_type_name(type));
	fix_line(judge, type);
}

static const char *
shown_control(const struct sj_pam_entry *entry, char *buffer, size_t size)
{
	bool is_pairs = strchr(entry->control, '=') != NULL;

	(void)snprintf(buffer, size, "%s%s%s", is_pairs ? "[" : "",
	    entry->control, is_pairs ? "]" : "");
	return buffer;
}

static void
judge_place(const struct judge *judge, const struct sj_pam_entry *entry)
{
	const struct sj_problem_kind *kind = &place_kinds[entry->type];
	const struct sj_pam_entry *by;
	const char *how = "";
	char control[64];
	size_t index = (size_t)(entry - judge->stack->entries);

	switch (sj_pam_walk_bypass(judge->stack, index, &by)) {
	case SJ_PAM_BYPASS_NONE:
		return;
	case SJ_PAM_BYPASS_DIE:
		/* account and session fail with it, which is as good. */
		if (entry->type != SJ_PAM_AUTH)
			return;
		kind = &auth_requisite;
		how = "may end the stack";
		break;
	case SJ_PAM_BYPASS_DONE:
		how = "may end the stack with success";
		break;
	case SJ_PAM_BYPASS_JUMP:
		how = "may jump over it";
		break;
	}
	sj_report_add(judge->report, kind, entry->path, entry->line,
	    "the %s line is not always reached: before it, at %s:%u, "
	    "\"%s %s\" %s",
	    sj_pam_type_name(entry->type), by->path, by->line,
	    shown_control(by, control, sizeof(control)), by->module, how);
	fix_move(judge, entry);
}

static void
judge_last(const struct judge *judge, const struct sj_pam_entry *entry)
{
	const struct sj_pam_entry *behind;

	if (entry->type != SJ_PAM_SESSION)
		return;
	behind = sj_pam_walk_behind(
	    judge->stack, (size_t)(entry - judge->stack->entries));
	if (behind == NULL)
		return;
	sj_report_add(judge->report, &not_last, entry->path, entry->line,
	    "the session line is not the last one: %s runs behind it, from "
	    "%s:%u",
	    behind->module, behind->path, behind->line);
	fix_move(judge, entry);
}

static void
judge_control(const struct judge *judge, const struct sj_pam_entry *entry)
{
	char control[64];

	if (!entry->is_broken && !sj_pam_walk_is_binding(entry)) {
		sj_report_add(judge->report, &bad_control, entry->path,
		    entry->line, "the %s line is \"%s\", want \"required\"",
		    sj_pam_type_name(entry->type),
		    shown_control(entry, control, sizeof(control)));
		sj_report_fix(judge->report, "write \"required\" instead");
	}
	if (entry->is_silent) {
		sj_report_add(judge->report, &silent, entry->path, entry->line,
		    "the %s line has a '-' in front",
		    sj_pam_type_name(entry->type));
		sj_report_fix(judge->report, "take the '-' away");
	}
}

static bool
has_value(const char *arg, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(arg, prefix, len) == 0 && arg[len] != '\0';
}

static bool
is_known_option(const char *arg)
{
	return strcmp(arg, "confine=session") == 0 ||
	       strcmp(arg, "onerr=ignore") == 0 || strcmp(arg, "debug") == 0 ||
	       has_value(arg, "service=") || has_value(arg, "rescue=");
}

static bool
has_option(const struct sj_pam_entry *entry, const char *option)
{
	size_t i;

	for (i = 0; i < entry->arg_count; i++)
		if (strcmp(entry->args[i], option) == 0)
			return true;
	return false;
}

/* Two values of one option: which one is meant? */
static bool
is_contradicted(const struct sj_pam_entry *entry, size_t index)
{
	const char *arg = entry->args[index];
	size_t i, len = strcspn(arg, "=") + 1;

	if (strchr(arg, '=') == NULL)
		return false;
	for (i = 0; i < index; i++)
		if (strncmp(entry->args[i], arg, len) == 0 &&
		    strcmp(entry->args[i], arg) != 0)
			return true;
	return false;
}

static void
judge_options(const struct judge *judge, const struct sj_pam_entry *entry)
{
	const char *arg;
	size_t i;

	for (i = 0; i < entry->arg_count; i++) {
		arg = entry->args[i];
		if (is_known_option(arg) && !is_contradicted(entry, i))
			continue;
		sj_report_add(judge->report, &bad_option, entry->path,
		    entry->line, "%s: the argument \"%s\" %s",
		    sj_pam_type_name(entry->type), arg,
		    is_known_option(arg) ? "contradicts an earlier one"
					 : "is not understood");
		sj_report_fix(judge->report,
		    "take it away; known are confine=session, service=NAME, "
		    "rescue=GROUP, onerr=ignore, debug");
	}
	if (has_option(entry, "onerr=ignore")) {
		sj_report_add(judge->report, &onerr, entry->path, entry->line,
		    "the %s line has onerr=ignore",
		    sj_pam_type_name(entry->type));
		sj_report_fix(judge->report,
		    "use rescue=GROUP with a group of administrators");
	}
}

static void
judge_confine(const struct judge *judge, const struct sj_pam_entry *entry)
{
	bool is_set = has_option(entry, "confine=session");

	if (entry->type != SJ_PAM_SESSION || is_set != judge->facts->is_sshd)
		return;
	if (is_set) {
		sj_report_add(judge->report, &confine_sshd, entry->path,
		    entry->line, "confine=session on a line of sshd");
		sj_report_fix(judge->report, "take confine=session away");
		return;
	}
	sj_report_add(judge->report, &confine_missing, entry->path, entry->line,
	    "the session line of service %s has no confine=session",
	    judge->facts->service);
	fix_line(judge, SJ_PAM_SESSION);
}

static void
judge_type(const struct judge *judge, enum sj_pam_type type)
{
	const struct sj_pam_stack *stack = judge->stack;
	const struct sj_pam_entry *entry, *first = NULL;
	size_t i;

	for (i = 0; i < stack->entry_count; i++) {
		entry = &stack->entries[i];
		if (entry->type != type || !sj_pam_entry_is(entry, MODULE))
			continue;
		if (first != NULL) {
			sj_report_add(judge->report, &twice, entry->path,
			    entry->line, "a second %s line; the first is %s:%u",
			    sj_pam_type_name(type), first->path, first->line);
			sj_report_fix(judge->report, "take one of them away");
			continue;
		}
		first = entry;
		judge_place(judge, entry);
		judge_last(judge, entry);
		judge_control(judge, entry);
		judge_options(judge, entry);
		judge_confine(judge, entry);
	}
	if (first == NULL)
		judge_missing(judge, type);
}

static void
judge_faults(const struct judge *judge)
{
	const struct sj_pam_fault *fault;
	const struct sj_pam_entry *entry;
	size_t i;

	for (i = 0; i < judge->stack->fault_count; i++) {
		fault = &judge->stack->faults[i];
		sj_report_add(judge->report, &syntax, fault->path, fault->line,
		    "%s", fault->what);
		sj_report_fix(judge->report,
		    "correct the line, or write the file that it includes");
	}
	/* libpam takes it for a part of the last word. */
	for (i = 0; i < judge->stack->entry_count; i++) {
		entry = &judge->stack->entries[i];
		if (!sj_pam_entry_is(entry, MODULE) ||
		    strchr(entry->module, '\r') == NULL)
			continue;
		sj_report_add(judge->report, &syntax, entry->path, entry->line,
		    "a carriage return at the end: no module is found");
		sj_report_fix(
		    judge->report, "sed -i 's/\\r$//' %s", entry->path);
	}
}

static bool
has_our_line(const struct sj_pam_stack *stack)
{
	size_t i;

	for (i = 0; i < stack->entry_count; i++)
		if (sj_pam_entry_is(&stack->entries[i], MODULE))
			return true;
	return false;
}

void
sj_check_pam_stack(struct sj_report *report, const struct sj_pam_stack *stack,
    const struct sj_check_pam_facts *facts)
{
	struct judge judge = {.report = report, .stack = stack, .facts = facts};

	(void)snprintf(judge.own_path, sizeof(judge.own_path), "%s%s",
	    stack->is_other ? SJ_SYSCONFDIR "/pam.d/" : "",
	    stack->is_other ? facts->service : stack->path);
	if (stack->is_other && !has_our_line(stack)) {
		sj_report_add(report, &no_service, judge.own_path, 0,
		    "PAM has no service %s", facts->service);
		sj_report_fix(report,
		    "write the file, or take \"%s\" out of \"services\" of the "
		    "jails",
		    facts->service);
		return;
	}
	judge_faults(&judge);
	judge_type(&judge, SJ_PAM_AUTH);
	judge_type(&judge, SJ_PAM_ACCOUNT);
	judge_type(&judge, SJ_PAM_SESSION);
}
