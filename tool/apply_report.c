/* SPDX-License-Identifier: ISC */
#include "apply_report.h"

#include "json.h"
#include "quote.h"

static void
print_names(const char *kind, const struct sj_strings *names)
{
	const char *name = names->first;
	uint32_t i;

	for (i = 0; i < names->count; i++, name = sj_strings_next(name)) {
		(void)printf("%s ", kind);
		sj_quote_put(stdout, name);
		(void)putchar('\n');
	}
}

static void
print_count(
    const char *kind, const struct sj_apply_count *count, const char *end)
{
	(void)printf("%s +%u ~%u -%u%s", kind, (unsigned)count->added,
	    (unsigned)count->changed, (unsigned)count->removed, end);
}

void
sj_apply_report_text(const struct sj_apply_result *result)
{
	if (!result->is_changed) {
		(void)puts("no changes");
		return;
	}
	print_count("users", &result->users, ", ");
	print_count("groups", &result->groups, ", ");
	print_count("jails", &result->jails, "\n");
	print_names("user", &result->users.names);
	print_names("group", &result->groups.names);
	print_names("jail", &result->jails.names);
}

static json_t *
pack_count(const struct sj_apply_count *count)
{
	if (count == NULL)
		return json_null();
	return json_pack("{s:I,s:I,s:I}", "added", (json_int_t)count->added,
	    "changed", (json_int_t)count->changed, "removed",
	    (json_int_t)count->removed);
}

static json_t *
pack_finding(const struct sj_finding *finding)
{
	json_t *line = json_null();
	const char *file = finding->place.file;

	if (finding->place.line > 0)
		line = json_integer((json_int_t)finding->place.line);
	return json_pack("{s:o,s:o,s:o,s:o}", "file",
	    sj_json_text(*file != '\0' ? file : NULL), "line", line, "setting",
	    sj_json_text(*finding->setting != '\0' ? finding->setting : NULL),
	    "message", sj_json_text(finding->message));
}

static json_t *
pack_findings(const struct sj_findings *findings, const char *failure)
{
	struct sj_finding more = {{"", 0}, 0, "", failure};
	json_t *array = json_array();
	size_t i;

	for (i = 0; findings != NULL && i < findings->count; i++)
		(void)json_array_append_new(
		    array, pack_finding(&findings->items[i]));
	if (failure != NULL)
		(void)json_array_append_new(array, pack_finding(&more));
	return array;
}

bool
sj_apply_report_json(const struct sj_model *model,
    const struct sj_apply_result *result, bool is_dry_run, const char *failure)
{
	bool is_ok = result != NULL && failure == NULL;
	json_t *generation = json_null();

	if (result != NULL && result->generation > 0)
		generation = json_integer((json_int_t)result->generation);
	return sj_json_print(
	    json_pack("{s:i,s:b,s:b,s:b,s:o,s:o,s:o,s:o,s:o,s:o}", "schema",
		SJ_JSON_SCHEMA, "ok", is_ok, "changed",
		result != NULL && result->is_changed, "dry_run", is_dry_run,
		"generation", generation, "users",
		pack_count(result != NULL ? &result->users : NULL), "groups",
		pack_count(result != NULL ? &result->groups : NULL), "jails",
		pack_count(result != NULL ? &result->jails : NULL), "errors",
		pack_findings(model != NULL ? &model->errors : NULL, failure),
		"warnings",
		pack_findings(model != NULL ? &model->warnings : NULL, NULL)));
}
