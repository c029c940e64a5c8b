/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "user.h"

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "progress.h"
#include "stream.h"
#include "user_rows.h"

static const char help[] =
    "usage: sftpjail user import FILE.csv|- [--dry-run]\n\n"
    "Adds the users of a CSV file (RFC 4180, UTF-8) to conf.d/50-users.conf "
    "and\n"
    "puts them into force: all of them, or, with any error, none.\n\n"
    "The first line names the columns, in any order:\n"
    "  name                     required\n"
    "  uid                      empty: the next one that is free\n"
    "  group, gecos, home, shell, not_before, expires\n"
    "  groups                   \"a,b\"\n"
    "  password                 a crypt(3) hash\n"
    "  keys                     public keys, one in a line of a quoted field\n"
    "  disabled                 yes or no\n"
    "An empty field is not set.\n\n"
    "  --dry-run   check only\n\n"
    "Exit status: 3 the file has errors, each told with its line and column.\n";

struct import {
	struct sj_user_rows rows;
	bool is_dry_run;
	uint32_t first; /* users[first] of our file is rows.items[0] */
};

/* Users without a uid get what no other line says. */
static void
begin_ids(const struct sj_change *change, const struct import *import,
    struct sj_ids_source *ret_ids)
{
	uint32_t uid;
	size_t i;

	sj_ids_init(ret_ids, change->model, SJ_IDS_UID);
	for (i = 0; i < import->rows.count; i++) {
		const char *text = import->rows.items[i].values[SJ_FIELD_UID];

		if (text != NULL && sj_args_number(text, &uid))
			sj_ids_skip(ret_ids, uid);
	}
}

static int
put_row(struct sj_change *change, struct import *import, size_t index,
    struct sj_ids_source *ids, FILE *out)
{
	const struct sj_user_row *row = &import->rows.items[index];
	struct sj_user_fields fields = {.uid_text = ""};
	enum sj_user_field field;
	const char *error;
	int status = SJ_EXIT_OK;

	memcpy(fields.values, row->values, sizeof(fields.values));
	if (!sj_user_fields_make(&fields, &field, &error))
		sj_user_rows_say(
		    &import->rows, row->line, sj_user_field_name(field), error);
	else
		status = sj_user_fields_choose_uid(&fields, change, ids);
	(void)fputs(index == 0 ? "" : SJ_EDIT_BETWEEN, out);
	sj_edit_put_element(out, fields.fields, SJ_FIELD_COUNT);
	sj_user_fields_clear(&fields);
	return status;
}

static int
put_rows(struct sj_change *change, struct import *import, FILE *out)
{
	struct sj_progress progress;
	struct sj_ids_source ids;
	size_t i;
	int status = SJ_EXIT_OK;

	begin_ids(change, import, &ids);
	sj_progress_start(&progress);
	for (i = 0; i < import->rows.count && status == SJ_EXIT_OK; i++) {
		sj_progress_show(
		    &progress, "reading lines", i, import->rows.count);
		status = put_row(change, import, i, &ids, out);
	}
	sj_progress_end(&progress);
	return status;
}

static int
edit(struct sj_change *change, struct import *import)
{
	SJ_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *out = sj_stream_open(&text, &size);
	struct sj_fault fault;
	int status;

	if (out == NULL)
		return sj_change_no_memory(change);
	status = put_rows(change, import, out);
	if (fclose(out) != 0)
		return sj_change_no_memory(change);
	if (status != SJ_EXIT_OK || import->rows.error_count > 0)
		return status;
	return sj_edit_append(&change->edit, "users", text, &fault) == SJ_OK
		   ? SJ_EXIT_OK
		   : sj_change_fail(change, fault.where);
}

/* How many users the text has had. */
static uint32_t
count_ours(const struct sj_model *model)
{
	struct sj_user_def user;
	uint32_t i, count = 0;

	for (i = 0; i < model->user_count; i++) {
		sj_model_user(model, i, &user);
		count += sj_change_is_ours(&user.place);
	}
	return count;
}

/* What is said of users[7].uid of our file is said of a line of the other. */
static void
move_findings(const struct import *import, struct sj_findings *findings)
{
	size_t i;

	for (i = 0; i < findings->count; i++) {
		struct sj_finding *item = &findings->items[i];
		char *setting = (char *)(uintptr_t)item->setting, *rest;
		uint32_t element;

		if (!sj_change_is_ours(&item->place) ||
		    strncmp(setting, "users[", strlen("users[")) != 0)
			continue;
		element =
		    (uint32_t)strtoul(setting + strlen("users["), &rest, 10);
		if (*rest != ']' || element < import->first ||
		    element - import->first >= import->rows.count)
			continue;
		rest += rest[1] == '.' ? 2 : 1;
		memmove(setting, rest, strlen(rest) + 1);
		item->place.file = import->rows.file;
		item->place.line =
		    import->rows.items[element - import->first].line;
	}
}

static void
print_added(const struct sj_change *change, const struct import *import)
{
	const struct sj_model *model = change->new_model;
	struct sj_user_def user;
	uint32_t i;

	for (i = 0; i < model->user_count; i++) {
		sj_model_user(model, i, &user);
		if (sj_change_is_ours(&user.place) &&
		    user.element >= import->first)
			sj_user_put_added(model, &user, i);
	}
	sj_user_put_command("NAME");
}

static int
finish(struct sj_change *change, const struct import *import)
{
	SJ_AUTO_FREE char *about = NULL;
	int status = sj_change_compile(change);

	if (status != SJ_EXIT_OK)
		return status;
	move_findings(import, &change->new_model->errors);
	move_findings(import, &change->new_model->warnings);
	status = sj_change_judge(change);
	if (status != SJ_EXIT_OK)
		return status;
	if (import->is_dry_run) {
		sj_findings_print(
		    &change->new_model->warnings, "warning: ", stderr);
		(void)printf("%zu users would be added\n", import->rows.count);
		return SJ_EXIT_OK;
	}
	if (asprintf(&about, "%s: %zu users", import->rows.file,
		import->rows.count) < 0) {
		about = NULL;
		return sj_change_no_memory(change);
	}
	status = sj_change_commit(change, about);
	if (status == SJ_EXIT_OK)
		print_added(change, import);
	return status;
}

static int
read_and_add(struct sj_change *change, struct import *import, const char *path)
{
	int status = sj_user_rows_read(&import->rows, change, path);

	if (status == SJ_EXIT_OK && import->rows.error_count == 0 &&
	    import->rows.count == 0) {
		sj_change_say(
		    change, "%s: no users, nothing to do", import->rows.file);
		return SJ_EXIT_OK;
	}
	if (status == SJ_EXIT_OK && import->rows.error_count == 0)
		status = sj_change_begin(change);
	if (status == SJ_EXIT_OK && import->rows.error_count == 0)
		status = edit(change, import);
	if (status != SJ_EXIT_OK)
		return status;
	if (import->rows.error_count > 0) {
		sj_change_say(change, "the file has errors, nothing was "
				      "changed");
		return SJ_EXIT_CONFIG;
	}
	import->first = count_ours(change->model);
	return finish(change, import);
}

static int
run(struct sj_change *change, char **argv, void *context)
{
	struct import *import = context;
	int status = read_and_add(change, import, argv[1]);

	/* Findings name the file. */
	sj_change_clear(change);
	sj_user_rows_clear(&import->rows);
	return status;
}

int
sj_user_import(const struct sj_tool *tool, int argc, char **argv)
{
	struct import import = {.is_dry_run = false};
	const struct sj_arg_option options[] = {
	    {"--dry-run", SJ_ARG_FLAG, &import.is_dry_run},
	    {NULL, SJ_ARG_FLAG, NULL},
	};
	const struct sj_arg_spec spec = {"user import", options, 1, 1, help};

	return sj_change_run(tool, &spec, argc, argv, run, &import);
}
