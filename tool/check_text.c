/* SPDX-License-Identifier: ISC */
#include "check_text.h"

#include "text.h"

#define SHOWN_MAX 20u

static const struct sj_problem_kind invalid = {"config-invalid", SJ_ERROR,
    "the text can't be applied; logins go on by what was applied last"};

static void
add_errors(struct sj_report *report, const struct sj_findings *errors)
{
	const struct sj_finding *error;
	size_t i;

	for (i = 0; i < errors->count && i < SHOWN_MAX; i++) {
		error = &errors->items[i];
		sj_report_add(report, &invalid, error->place.file,
		    error->place.line, "%s%s%s", error->setting,
		    error->setting[0] == '\0' ? "" : ": ", error->message);
		sj_report_fix(report, "correct it, then sftpjail apply");
	}
	if (errors->count + errors->dropped_count <= SHOWN_MAX)
		return;
	sj_report_add(report, &invalid, NULL, 0, "%zu more errors",
	    errors->count + errors->dropped_count - SHOWN_MAX);
	sj_report_fix(report, "sftpjail apply --dry-run shows them");
}

void
sj_check_text(struct sj_report *report, const struct sj_tool *tool)
{
	const struct sj_text_options options = {
	    .dir = tool->config_dir, .state_dir = tool->state_dir};
	struct sj_model *model = NULL;
	struct sj_fault fault;

	if (sj_text_load(&options, &model, &fault) != SJ_OK) {
		sj_report_add(
		    report, &invalid, tool->config_dir, 0, "%s", fault.where);
		sj_report_fix(report, "sftpjail apply --dry-run");
		return;
	}
	add_errors(report, &model->errors);
	sj_model_free(model);
}
