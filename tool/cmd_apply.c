/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <unistd.h>

#include "apply.h"
#include "apply_report.h"
#include "args.h"
#include "cleanup.h"
#include "lock.h"
#include "log.h"
#include "quote.h"
#include "text.h"
#include "tool.h"

struct request {
	const struct sj_tool *tool;
	bool is_dry_run;
	bool is_shrink_allowed;
	bool is_verbose;
	struct sj_progress *progress;
};

static const char help[] =
    "usage: sftpjail apply [--dry-run] [--allow-shrink] [--verbose]\n"
    "\n"
    "Checks the configuration, compiles it and puts it into force.\n"
    "\n"
    "  --dry-run       check and compare only; needs no root\n"
    "  --allow-shrink  even if more than half of the users would go\n"
    "  --verbose       name what is added (+), changed (~) and removed (-)\n";

static int
say_failure(const struct request *request, const struct sj_model *model,
    const struct sj_fault *fault, enum sj_exit status)
{
	(void)fputs("sftpjail: ", stderr);
	sj_quote_put(stderr, fault->where);
	(void)fputc('\n', stderr);
	if (request->tool->is_json && !sj_apply_report_json(model, NULL,
					  request->is_dry_run, fault->where))
		return SJ_EXIT_SYSTEM;
	return (int)status;
}

static int
say_invalid(const struct request *request, const struct sj_model *model)
{
	int status = model->is_unread ? SJ_EXIT_SYSTEM : SJ_EXIT_CONFIG;

	if (request->tool->is_json)
		return sj_apply_report_json(
			   model, NULL, request->is_dry_run, NULL)
			   ? status
			   : SJ_EXIT_SYSTEM;
	sj_findings_print(&model->warnings, "warning: ", stderr);
	sj_findings_print(&model->errors, "", stderr);
	(void)fprintf(stderr, "sftpjail: nothing was changed\n");
	return status;
}

static int
install(const struct request *request, struct sj_model *model)
{
	struct sj_apply_options options = {.is_dry_run = request->is_dry_run,
	    .is_shrink_allowed = request->is_shrink_allowed,
	    .is_named = request->is_verbose,
	    .progress = request->progress};
	struct sj_apply_result result = {.is_changed = false};
	struct sj_fault fault;
	enum sj_exit status;

	status =
	    sj_apply_install(request->tool, model, &options, &result, &fault);
	sj_progress_end(request->progress);
	if (status != SJ_EXIT_OK)
		return say_failure(request, model, &fault, status);
	if (!request->is_dry_run && result.is_changed)
		sj_log_change("apply", result.generation);
	if (request->tool->is_json) {
		if (!sj_apply_report_json(
			model, &result, request->is_dry_run, NULL))
			status = SJ_EXIT_SYSTEM;
	} else {
		sj_findings_print(&model->warnings, "warning: ", stderr);
		sj_apply_report_text(&result);
	}
	sj_apply_result_clear(&result);
	return (int)status;
}

static int
load_and_install(const struct request *request)
{
	struct sj_text_options options = {.dir = request->tool->config_dir,
	    .owner = geteuid(),
	    .is_host_checked = geteuid() == 0,
	    .is_server_found = true,
	    .state_dir = request->tool->state_dir,
	    .spill_dir = request->is_dry_run ? NULL : request->tool->state_dir,
	    .progress = request->progress};
	struct sj_model *model;
	enum sj_reason reason;
	struct sj_fault fault;
	int status;

	reason = sj_text_load(&options, &model, &fault);
	if (reason != SJ_OK || model->errors.count > 0)
		sj_progress_end(request->progress);
	if (reason != SJ_OK)
		return say_failure(request, NULL, &fault, SJ_EXIT_SYSTEM);
	if (model->errors.count > 0)
		status = say_invalid(request, model);
	else
		status = install(request, model);
	sj_model_free(model);
	return status;
}

int
sj_cmd_apply(const struct sj_tool *tool, int argc, char **argv)
{
	struct sj_progress progress = {.is_on = false};
	struct request request = {.tool = tool, .progress = &progress};
	const struct sj_arg_option options[] = {
	    {"--dry-run", SJ_ARG_FLAG, &request.is_dry_run},
	    {"--allow-shrink", SJ_ARG_FLAG, &request.is_shrink_allowed},
	    {"--verbose", SJ_ARG_FLAG, &request.is_verbose},
	    {NULL, SJ_ARG_FLAG, NULL},
	};
	const struct sj_arg_spec spec = {
	    .name = "apply", .options = options, .help = help};
	SJ_AUTO_CLOSE int lock_fd = -1;
	struct sj_fault fault;
	int count, status;

	if (!sj_args_parse(&spec, argc, argv, &count, &status))
		return status;
	if (!request.is_dry_run &&
	    sj_lock_take(tool, &lock_fd, &fault) != SJ_OK)
		return say_failure(&request, NULL, &fault, SJ_EXIT_SYSTEM);
	sj_progress_start(&progress);
	return load_and_install(&request);
}
