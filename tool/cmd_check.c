/* SPDX-License-Identifier: ISC */

/* sftpjail check: is the whole installation right? */

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "ask.h"
#include "check.h"
#include "log.h"
#include "tool.h"

static const char help[] =
    "usage: sftpjail check [--json] [--fix [--yes]]\n\n"
    "Looks at the databases, the PAM services, nsswitch.conf, sshd_config,\n"
    "the kernel and the directories of every jail, and tells what is wrong,\n"
    "why it matters and what mends it.  Changes nothing.  Needs root.\n"
    "\n"
    "  --fix      mend owner and mode of the jails' directories, and make "
    "roots\n"
    "             that are missing: shows each change, asks, then checks "
    "again\n"
    "  --yes      do not ask\n"
    "\n"
    "Exit status: 0 no errors (there may be warnings); 1 errors.\n";

struct request {
	const struct sj_tool *tool;
	bool is_fix;
	bool is_yes;
	struct sj_mends mends;
};

static void
check_all(struct sj_checkup *check)
{
	sj_check_db(check);
	/* Names the PAM service of sshd, which PAM is then asked about. */
	sj_check_sshd(check);
	sj_check_pam(check);
	sj_check_nss(check);
	sj_check_kernel(check);
	sj_check_files(check);
	sj_check_server(check);
	sj_check_users(check);
	sj_check_clear(check);
}

static int
show(const struct sj_tool *tool, const struct sj_report *report)
{
	if (report->is_short) {
		(void)fputs("sftpjail check: out of memory\n", stderr);
		return SJ_EXIT_SYSTEM;
	}
	if (tool->is_json && !sj_report_print_json(report))
		return SJ_EXIT_SYSTEM;
	if (!tool->is_json)
		sj_report_print_text(report, stdout);
	return sj_report_count(report, SJ_ERROR) == 0 ? SJ_EXIT_OK : SJ_EXIT_NO;
}

/* SJ_EXIT_OK: *ret_is_again, or there is nothing left to change. */
static int
mend(struct request *request, bool *ret_is_again)
{
	FILE *out = request->tool->is_json ? stderr : stdout;
	struct sj_mends *mends = &request->mends;
	size_t made_count = mends->made_count;
	int status;

	*ret_is_again = false;
	sj_mends_print(mends, out);
	if (!sj_mends_is_pending(mends))
		return SJ_EXIT_OK;
	(void)fflush(out);
	status = sj_ask("check", out, "Make these changes?", request->is_yes);
	if (status != SJ_EXIT_OK)
		return status;
	sj_mends_make(mends);
	*ret_is_again = mends->made_count > made_count;
	return SJ_EXIT_OK;
}

static int
run(struct request *request)
{
	struct sj_report report = {.count = 0};
	bool is_again = false;
	int status;

	do {
		struct sj_checkup check = {
		    .tool = request->tool,
		    .report = &report,
		    .now_sec = (int64_t)time(NULL),
		    .mends = request->is_fix ? &request->mends : NULL,
		};

		sj_report_clear(&report);
		check_all(&check);
		report.is_short = report.is_short || request->mends.is_short;
		status = mend(request, &is_again);
	} while (is_again);
	if (status == SJ_EXIT_OK)
		status = show(request->tool, &report);
	sj_report_clear(&report);
	return status;
}

static void
log_mended(const struct request *request)
{
	char what[64];

	if (request->mends.made_count == 0)
		return;
	(void)snprintf(what, sizeof(what), "check --fix: %zu directories",
	    request->mends.made_count);
	sj_log_change(what, sj_state_generation(request->tool));
}

int
sj_cmd_check(const struct sj_tool *tool, int argc, char **argv)
{
	struct request request = {.tool = tool};
	const struct sj_arg_option options[] = {
	    {"--fix", SJ_ARG_FLAG, &request.is_fix},
	    {"--yes", SJ_ARG_FLAG, &request.is_yes},
	    {NULL, SJ_ARG_FLAG, NULL},
	};
	const struct sj_arg_spec spec = {.name = "check",
	    .options = options,
	    .count_min = 0,
	    .count_max = 0,
	    .help = help};
	int count, status;

	if (!sj_args_parse(&spec, argc, argv, &count, &status))
		return status;
	if (request.is_yes && !request.is_fix)
		return sj_args_error(&spec, "--yes is for --fix", NULL);
	if (geteuid() != 0) {
		(void)fputs("sftpjail check: needs root\n", stderr);
		return SJ_EXIT_SYSTEM;
	}
	status = run(&request);
	log_mended(&request);
	sj_mends_clear(&request.mends);
	return status;
}
