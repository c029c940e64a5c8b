/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "check_report.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "quote.h"
#include "sysfile.h"

void
sj_report_add(struct sj_report *report, const struct sj_problem_kind *kind,
    const char *path, unsigned int line, const char *what_format, ...)
{
	struct sj_problem problem = {.kind = *kind, .line = line};
	va_list args;

	va_start(args, what_format);
	if (vasprintf(&problem.what, what_format, args) < 0)
		problem.what = NULL;
	va_end(args);
	if (path != NULL)
		problem.path = strdup(path);
	if (problem.what == NULL || (path != NULL && problem.path == NULL) ||
	    !sj_sysfile_grow(
		&report->problems, report->count, sizeof(problem))) {
		free(problem.what);
		free(problem.path);
		report->is_short = true;
		return;
	}
	report->problems[report->count++] = problem;
}

void
sj_report_fix(struct sj_report *report, const char *format, ...)
{
	struct sj_problem *last;
	va_list args;
	char *fix;

	if (report->count == 0)
		return;
	va_start(args, format);
	if (vasprintf(&fix, format, args) < 0)
		fix = NULL;
	va_end(args);
	if (fix == NULL) {
		report->is_short = true;
		return;
	}
	last = &report->problems[report->count - 1];
	free(last->fix);
	last->fix = fix;
}

size_t
sj_report_count(const struct sj_report *report, enum sj_severity severity)
{
	size_t i, count = 0;

	for (i = 0; i < report->count; i++)
		if (report->problems[i].kind.severity == severity)
			count++;
	return count;
}

static const char *
severity_name(enum sj_severity severity)
{
	switch (severity) {
	case SJ_ERROR:
		return "error";
	case SJ_WARNING:
		return "warning";
	}
	return "error";
}

static void
print_problem(const struct sj_problem *problem, FILE *out)
{
	(void)fprintf(out, "%s %s: ", severity_name(problem->kind.severity),
	    problem->kind.id);
	if (problem->path != NULL) {
		sj_quote_put(out, problem->path);
		if (problem->line != 0)
			(void)fprintf(out, ":%u", problem->line);
		(void)fputs(": ", out);
	}
	sj_quote_put(out, problem->what);
	(void)fprintf(out, "\n    why: %s\n", problem->kind.why);
	if (problem->fix != NULL) {
		(void)fputs("    fix: ", out);
		sj_quote_put_command(out, problem->fix);
		(void)fputc('\n', out);
	}
}

void
sj_report_print_text(const struct sj_report *report, FILE *out)
{
	size_t errors = sj_report_count(report, SJ_ERROR), i;
	size_t warnings = report->count - errors;

	for (i = 0; i < report->count; i++)
		print_problem(&report->problems[i], out);
	if (report->count == 0)
		(void)fputs("ok: no problems\n", out);
	else
		(void)fprintf(out, "%zu error%s, %zu warning%s\n", errors,
		    errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s");
}

static json_t *
problem_json(const struct sj_problem *problem)
{
	json_t *line = problem->line == 0
			   ? json_null()
			   : json_integer((json_int_t)problem->line);

	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:s, s:o}", "id",
	    problem->kind.id, "severity", severity_name(problem->kind.severity),
	    "path", sj_json_text(problem->path), "line", line, "what",
	    sj_json_text(problem->what), "why", problem->kind.why, "fix",
	    sj_json_text(problem->fix));
}

bool
sj_report_print_json(const struct sj_report *report)
{
	json_t *problems = json_array();
	size_t i;

	for (i = 0; i < report->count; i++) {
		if (json_array_append_new(
			problems, problem_json(&report->problems[i])) != 0) {
			json_decref(problems);
			return sj_json_print(NULL);
		}
	}
	return sj_json_print(
	    json_pack("{s:i, s:b, s:o}", "schema", SJ_JSON_SCHEMA, "ok",
		sj_report_count(report, SJ_ERROR) == 0, "problems", problems));
}

void
sj_report_clear(struct sj_report *report)
{
	size_t i;

	for (i = 0; i < report->count; i++) {
		free(report->problems[i].path);
		free(report->problems[i].what);
		free(report->problems[i].fix);
	}
	free(report->problems);
	memset(report, 0, sizeof(*report));
}
