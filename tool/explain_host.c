/* SPDX-License-Identifier: ISC */

/* The PAM stack and the kernel, judged by the code of "check". */

#include "explain.h"

#include <string.h>

#include "check.h"

/* Where a problem is, if it is somewhere. */
static void
add(struct sj_explain *explain, const char *name,
    const struct sj_problem *problem, enum sj_reason reason)
{
	enum sj_explain_result result =
	    reason == SJ_OK ? SJ_EXPLAIN_WARN : SJ_EXPLAIN_FAIL;

	if (problem->path != NULL && problem->line > 0)
		sj_explain_add(explain, name, result, reason, "%s:%u: %s",
		    problem->path, problem->line, problem->what);
	else if (problem->path != NULL)
		sj_explain_add(explain, name, result, reason, "%s: %s",
		    problem->path, problem->what);
	else
		sj_explain_add(
		    explain, name, result, reason, "%s", problem->what);
	if (problem->fix != NULL)
		sj_explain_fix(explain, "%s", problem->fix);
}

/*
 * The session is denied with these; what only may fail (SELinux) is SJ_OK.
 */
static enum sj_reason
reason_of(const struct sj_problem *problem)
{
	static const struct {
		const char *id;
		enum sj_reason reason;
	} reasons[] = {
	    {"kernel-network-namespace", SJ_NETWORK_UNAVAILABLE},
	    {"kernel-seccomp", SJ_NETWORK_UNAVAILABLE},
	    {"kernel-mount-namespace", SJ_SYSTEM_ERROR},
	    {"kernel-no-new-privs", SJ_SYSTEM_ERROR},
	    {"kernel-proc", SJ_SYSTEM_ERROR},
	    {"kernel-pacing", SJ_SYSTEM_ERROR},
	};
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (strcmp(reasons[i].id, problem->kind.id) == 0)
			return reasons[i].reason;
	}
	return SJ_OK;
}

static void
judge_kernel(struct sj_explain *explain, const struct sj_jail *jail)
{
	struct sj_report report;
	struct sj_checkup checkup;
	size_t i;

	memset(&report, 0, sizeof(report));
	memset(&checkup, 0, sizeof(checkup));
	checkup.report = &report;
	checkup.needs.mounts = !jail->is_chroot;
	checkup.needs.network = !jail->is_network_host;
	checkup.needs.pacing = jail->download_rate > 0;
	sj_check_kernel(&checkup);
	for (i = 0; i < report.count; i++)
		add(explain, "kernel", &report.problems[i],
		    reason_of(&report.problems[i]));
	if (report.count == 0)
		sj_explain_add(explain, "kernel", SJ_EXPLAIN_OK, SJ_OK,
		    "network %s, isolation %s",
		    jail->is_network_host ? "host" : "none",
		    jail->is_chroot ? "chroot" : "namespace");
	explain->is_short |= report.is_short;
	sj_report_clear(&report);
}

static void
judge_pam(struct sj_explain *explain, const struct sj_jail *jail)
{
	const struct sj_check_pam_facts facts = {
	    .service = explain->question.service,
	    .is_sshd = strcmp(explain->question.service, "sshd") == 0,
	    .is_auth_needed = jail->auth.count > 0,
	};
	struct sj_pam_stack stack;
	struct sj_report report;
	struct sj_fault fault;
	size_t i;

	memset(&report, 0, sizeof(report));
	memset(&stack, 0, sizeof(stack));
	if (sj_pam_stack_load(NULL, facts.service, &stack, &fault) == SJ_OK)
		sj_check_pam_stack(&report, &stack, &facts);
	else
		sj_explain_add(explain, "pam", SJ_EXPLAIN_WARN, SJ_OK,
		    "the PAM service %s can't be read: %s", facts.service,
		    fault.where);
	for (i = 0; i < report.count; i++)
		add(explain, "pam", &report.problems[i], SJ_OK);
	explain->is_short |= report.is_short;
	sj_report_clear(&report);
	sj_pam_stack_clear(&stack);
}

void
sj_explain_host(struct sj_explain *explain, const struct sj_account *account)
{
	judge_kernel(explain, &account->jail);
	judge_pam(explain, &account->jail);
}
