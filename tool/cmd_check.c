/* SPDX-License-Identifier: ISC */

/* sftpjail check: is the whole installation right? */

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "check.h"
#include "tool.h"

static const char help[] =
    "usage: sftpjail check [--json]\n\n"
    "Looks at the databases, the PAM services, nsswitch.conf, sshd_config,\n"
    "the kernel and the directories of every jail, and tells what is wrong,\n"
    "why it matters and what mends it.  Changes nothing.  Needs root.\n\n"
    "Exit status: 0 no errors (there may be warnings); 1 errors.\n";

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

int
sj_cmd_check(const struct sj_tool *tool, int argc, char **argv)
{
	static const struct sj_arg_option options[] = {
	    {NULL, SJ_ARG_FLAG, NULL}};
	const struct sj_arg_spec spec = {.name = "check",
	    .options = options,
	    .count_min = 0,
	    .count_max = 0,
	    .help = help};
	struct sj_report report = {.count = 0};
	struct sj_checkup check = {
	    .tool = tool, .report = &report, .now_sec = (int64_t)time(NULL)};
	int count, status;

	if (!sj_args_parse(&spec, argc, argv, &count, &status))
		return status;
	if (geteuid() != 0) {
		(void)fputs("sftpjail check: needs root\n", stderr);
		return SJ_EXIT_SYSTEM;
	}
	check_all(&check);
	status = show(tool, &report);
	sj_report_clear(&report);
	return status;
}
