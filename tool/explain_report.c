/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more in *array; NULL, with is_short set, where memory is. */
static void *
grow(struct sj_explain *explain, void *array, size_t count, size_t size)
{
	void *bigger = realloc(array, (count + 1) * size);

	if (bigger == NULL)
		explain->is_short = true;
	return bigger;
}

void
sj_explain_add(struct sj_explain *explain, const char *name,
    enum sj_explain_result result, enum sj_reason reason, const char *format,
    ...)
{
	struct sj_explain_check check = {name, result, reason, NULL, NULL};
	struct sj_explain_check *checks;
	va_list ap;
	int len;

	if (result == SJ_EXPLAIN_FAIL &&
	    (explain->first == SJ_OK || reason < explain->first))
		explain->first = reason;
	if (explain->is_brief)
		return;
	checks = grow(
	    explain, explain->checks, explain->check_count, sizeof(*checks));
	if (checks == NULL)
		return;
	explain->checks = checks;
	va_start(ap, format);
	len = vasprintf(&check.detail, format, ap);
	va_end(ap);
	if (len < 0) {
		explain->is_short = true;
		check.detail = NULL;
	}
	checks[explain->check_count++] = check;
}

void
sj_explain_fix(struct sj_explain *explain, const char *format, ...)
{
	struct sj_explain_check *check;
	va_list ap;
	int len;

	if (explain->check_count == 0)
		return;
	check = &explain->checks[explain->check_count - 1];
	free(check->fix);
	va_start(ap, format);
	len = vasprintf(&check->fix, format, ap);
	va_end(ap);
	if (len < 0) {
		explain->is_short = true;
		check->fix = NULL;
	}
}

void
sj_explain_add_path(
    struct sj_explain *explain, const struct sj_jailroot_path *seen)
{
	struct sj_explain_path path = {.role = seen->role,
	    .check = explain->check_count,
	    .is_there = seen->st != NULL,
	    .is_to_make = seen->is_to_make,
	    .reason = seen->reason};
	struct sj_explain_path *paths;

	paths =
	    grow(explain, explain->paths, explain->path_count, sizeof(*paths));
	if (paths == NULL)
		return;
	explain->paths = paths;
	if (seen->st != NULL) {
		path.mode = seen->st->st_mode;
		path.uid = seen->st->st_uid;
		path.gid = seen->st->st_gid;
	}
	path.path = strdup(seen->path);
	if (seen->fix != NULL && seen->fix[0] != '\0') {
		path.fix = strdup(seen->fix);
		explain->is_short |= path.fix == NULL;
	}
	explain->is_short |= path.path == NULL;
	paths[explain->path_count++] = path;
}

/* Not to be jailed is no failure, though nothing behind it is checked. */
const char *
sj_explain_result_name(
    enum sj_explain_result result, enum sj_reason reason, bool is_json)
{
	switch (result) {
	case SJ_EXPLAIN_OK:
		return "ok";
	case SJ_EXPLAIN_FAIL:
		if (reason == SJ_NOT_JAILED)
			return "skip";
		return is_json ? "fail" : "FAIL";
	case SJ_EXPLAIN_SKIP:
		return "skip";
	case SJ_EXPLAIN_WARN:
		return "warn";
	}
	return "";
}

void
sj_explain_judge(struct sj_explain *explain)
{
	explain->reason = explain->first;
	if (explain->reason == SJ_OK)
		explain->verdict = SJ_EXPLAIN_ALLOW;
	else if (explain->reason == SJ_NOT_JAILED)
		explain->verdict = SJ_EXPLAIN_NOT_JAILED;
	else
		explain->verdict = SJ_EXPLAIN_DENY;
}

void
sj_explain_clear(struct sj_explain *explain)
{
	size_t i;

	for (i = 0; i < explain->check_count; i++) {
		free(explain->checks[i].detail);
		free(explain->checks[i].fix);
	}
	for (i = 0; i < explain->path_count; i++) {
		free(explain->paths[i].path);
		free(explain->paths[i].fix);
	}
	free(explain->checks);
	free(explain->paths);
	free(explain->jail);
	memset(explain, 0, sizeof(*explain));
}
