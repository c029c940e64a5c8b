/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "change.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply.h"
#include "change_file.h"
#include "cleanup.h"
#include "lock.h"
#include "log.h"
#include "quote.h"
#include "sources.h"
#include "text.h"

void
sj_change_say(const struct sj_change *change, const char *format, ...)
{
	SJ_AUTO_FREE char *text = NULL;
	va_list ap;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	sj_quote_printf(stderr, "sftpjail %s: %s\n", change->command,
	    text == NULL ? "out of memory" : text);
}

int
sj_change_fail(const struct sj_change *change, const char *what)
{
	sj_change_say(change, "%s", what);
	return SJ_EXIT_SYSTEM;
}

int
sj_change_no_memory(const struct sj_change *change)
{
	return sj_change_fail(change, "out of memory");
}

bool
sj_change_is_ours(const struct sj_place *place)
{
	size_t len = strlen(place->file), tail_len = strlen(SJ_TEXT_USERS_FILE);

	return len >= tail_len &&
	       strcmp(place->file + len - tail_len, SJ_TEXT_USERS_FILE) == 0;
}

static int
load(const struct sj_change *change, struct sj_text_options *options,
    struct sj_model **ret_model)
{
	struct sj_progress progress;
	struct sj_fault fault;
	enum sj_reason reason;

	sj_progress_start(&progress);
	options->dir = change->tool->config_dir;
	options->owner = geteuid();
	options->state_dir = change->tool->state_dir;
	options->progress = &progress;
	reason = sj_text_load(options, ret_model, &fault);
	sj_progress_end(&progress);
	options->progress = NULL;
	return reason == SJ_OK ? SJ_EXIT_OK
			       : sj_change_fail(change, fault.where);
}

static int
report_errors(const struct sj_change *change, const struct sj_model *model,
    const char *what)
{
	if (model->errors.count == 0 && !model->errors.is_short)
		return SJ_EXIT_OK;
	sj_findings_print(&model->errors, "", stderr);
	sj_change_say(change, "%s, nothing was changed", what);
	return model->is_unread ? SJ_EXIT_SYSTEM : SJ_EXIT_CONFIG;
}

/* The files that nobody else may read tell it, before any other does. */
static bool
is_closed_to_us(const struct sj_change *change)
{
	SJ_AUTO_FREE char *path = NULL;

	if (geteuid() == 0)
		return false;
	if (asprintf(&path, "%s/sftpjail.conf", change->tool->config_dir) < 0) {
		path = NULL;
		return false;
	}
	return (access(path, R_OK) != 0 && errno == EACCES) ||
	       (access(change->path, R_OK) != 0 && errno == EACCES);
}

static bool
set_path(struct sj_change *change)
{
	if (change->path == NULL &&
	    asprintf(&change->path, "%s/%s", change->tool->config_dir,
		SJ_TEXT_USERS_FILE) < 0)
		change->path = NULL;
	return change->path != NULL;
}

int
sj_change_read(struct sj_change *change)
{
	/* Under the lock the directory is there, and ours to write to. */
	struct sj_text_options options = {
	    .spill_dir = change->lock_fd < 0 ? NULL : change->tool->state_dir};
	int status;

	if (!set_path(change))
		return sj_change_no_memory(change);
	if (is_closed_to_us(change))
		return sj_change_fail(
		    change, "needs root to read the configuration");
	status = load(change, &options, &change->model);
	if (status != SJ_EXIT_OK)
		return status;
	return report_errors(
	    change, change->model, "the configuration has errors");
}

static int
take_lock(struct sj_change *change)
{
	struct sj_fault fault;

	if (change->lock_fd >= 0)
		return SJ_EXIT_OK;
	if (geteuid() != 0)
		return sj_change_fail(change, "needs root");
	if (sj_lock_take(change->tool, &change->lock_fd, &fault) != SJ_OK)
		return sj_change_fail(change, fault.where);
	return SJ_EXIT_OK;
}

int
sj_change_begin_unread(struct sj_change *change, bool *ret_is_fresh)
{
	int status = take_lock(change);
	bool is_stale = true;
	struct sj_fault fault;

	if (status == SJ_EXIT_OK)
		*ret_is_fresh = sj_sources_is_stale(
				    change->tool, &is_stale, &fault) == SJ_OK &&
				!is_stale && set_path(change) &&
				sj_change_file_load(change->path, &change->edit,
				    &fault) == SJ_OK;
	return status;
}

int
sj_change_begin(struct sj_change *change)
{
	struct sj_fault fault;
	int status = take_lock(change);

	if (status != SJ_EXIT_OK)
		return status;
	/* What was tried unread. */
	sj_model_free(change->new_model);
	change->new_model = NULL;
	sj_edit_clear(&change->edit);
	status = sj_change_read(change);
	if (status != SJ_EXIT_OK)
		return status;
	if (sj_change_file_load(change->path, &change->edit, &fault) != SJ_OK)
		return sj_change_fail(change, fault.where);
	return SJ_EXIT_OK;
}

int
sj_change_compile(struct sj_change *change)
{
	struct sj_text_options options = {
	    .replaced = SJ_TEXT_USERS_FILE,
	    .replaced_text = change->edit.text,
	    .replaced_len = change->edit.len,
	    .is_host_checked = true,
	    .is_server_found = true,
	    .spill_dir = change->tool->state_dir,
	};

	return load(change, &options, &change->new_model);
}

int
sj_change_judge(const struct sj_change *change)
{
	return report_errors(
	    change, change->new_model, "this would be an error");
}

int
sj_change_check(struct sj_change *change)
{
	int status = sj_change_compile(change);

	return status == SJ_EXIT_OK ? sj_change_judge(change) : status;
}

static enum sj_reason
write_text(void *context, struct sj_fault *fault)
{
	const struct sj_change *change = context;

	return sj_change_file_store(change->path, &change->edit, fault);
}

static void
log_change(
    const struct sj_change *change, const char *about, uint64_t generation)
{
	SJ_AUTO_FREE char *what = NULL;

	if (asprintf(&what, "%s %s", change->command, about) < 0)
		what = NULL;
	sj_log_change(what != NULL ? what : change->command, generation);
}

int
sj_change_commit(struct sj_change *change, const char *about)
{
	struct sj_progress progress;
	const struct sj_apply_options options = {.before_commit = write_text,
	    .context = change,
	    .progress = &progress};
	struct sj_apply_result result;
	struct sj_fault fault;
	enum sj_exit status;

	memset(&result, 0, sizeof(result));
	memset(&fault, 0, sizeof(fault));
	sj_findings_print(&change->new_model->warnings, "warning: ", stderr);
	sj_progress_start(&progress);
	status = sj_apply_install(
	    change->tool, change->new_model, &options, &result, &fault);
	sj_progress_end(&progress);
	if (status == SJ_EXIT_OK)
		log_change(change, about, result.generation);
	else
		sj_change_say(change, "%s", fault.where);
	sj_apply_result_clear(&result);
	return status;
}

int
sj_change_finish(struct sj_change *change, const char *about)
{
	int status = sj_change_check(change);

	return status == SJ_EXIT_OK ? sj_change_commit(change, about) : status;
}

int
sj_change_run(const struct sj_tool *tool, const struct sj_arg_spec *spec,
    int argc, char **argv,
    int (*run)(struct sj_change *change, char **argv, void *context),
    void *context)
{
	struct sj_change change = {
	    .tool = tool, .command = spec->name, .lock_fd = -1};
	int status;

	if (!sj_args_parse(spec, argc, argv, &argc, &status))
		return status;
	status = run(&change, argv, context);
	sj_change_clear(&change);
	return status;
}

enum sj_reason
sj_change_set_disabled(struct sj_change *change, const char *name,
    bool is_disabled, struct sj_fault *fault)
{
	const struct sj_model *model = change->model;
	SJ_AUTO_FREE const char **names = NULL;
	struct sj_edit_field field = {.name = "disabled", .kind = SJ_EDIT_LIST};
	size_t count = 0;
	uint32_t i;

	names = calloc((size_t)model->disabled_count + 1, sizeof(names[0]));
	if (names == NULL)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, ENOMEM, "editing the list");
	for (i = 0; i < model->disabled_count; i++) {
		const struct sj_disabled_def *entry = &model->disabled[i];

		if (sj_change_is_ours(&entry->place) &&
		    strcmp(entry->name, name) != 0)
			names[count++] = entry->name;
	}
	if (is_disabled)
		names[count++] = name;
	field.items = names;
	field.count = count;
	return sj_edit_set_top(&change->edit, &field, fault);
}

void
sj_change_clear(struct sj_change *change)
{
	sj_model_free(change->model);
	sj_model_free(change->new_model);
	change->model = change->new_model = NULL;
	sj_edit_clear(&change->edit);
	free(change->path);
	change->path = NULL;
	if (change->lock_fd >= 0)
		(void)close(change->lock_fd);
	change->lock_fd = -1;
}
