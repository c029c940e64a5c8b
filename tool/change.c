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
	struct sj_fault fault;

	options->dir = change->tool->config_dir;
	options->owner = geteuid();
	options->state_dir = change->tool->state_dir;
	if (sj_text_load(options, ret_model, &fault) != SJ_OK) {
		sj_change_say(change, "%s", fault.where);
		return SJ_EXIT_SYSTEM;
	}
	return SJ_EXIT_OK;
}

static int
report_errors(const struct sj_change *change, const struct sj_model *model,
    const char *what)
{
	if (model->errors.count == 0 && !model->errors.is_short)
		return SJ_EXIT_OK;
	sj_findings_print(&model->errors, "", stderr);
	sj_change_say(change, "%s, nothing was changed", what);
	return SJ_EXIT_CONFIG;
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

int
sj_change_read(struct sj_change *change)
{
	/* Under the lock the directory is there, and ours to write to. */
	struct sj_text_options options = {
	    .spill_dir = change->lock_fd < 0 ? NULL : change->tool->state_dir};
	int status;

	if (asprintf(&change->path, "%s/%s", change->tool->config_dir,
		SJ_TEXT_USERS_FILE) < 0) {
		change->path = NULL;
		sj_change_say(change, "out of memory");
		return SJ_EXIT_SYSTEM;
	}
	if (is_closed_to_us(change)) {
		sj_change_say(change, "needs root to read the configuration");
		return SJ_EXIT_SYSTEM;
	}
	status = load(change, &options, &change->model);
	if (status != SJ_EXIT_OK)
		return status;
	return report_errors(
	    change, change->model, "the configuration has errors");
}

int
sj_change_begin(struct sj_change *change)
{
	struct sj_fault fault;
	int status;

	if (geteuid() != 0) {
		sj_change_say(change, "needs root");
		return SJ_EXIT_SYSTEM;
	}
	if (sj_lock_take(change->tool, &change->lock_fd, &fault) != SJ_OK) {
		sj_change_say(change, "%s", fault.where);
		return SJ_EXIT_SYSTEM;
	}
	status = sj_change_read(change);
	if (status != SJ_EXIT_OK)
		return status;
	if (sj_change_file_load(change->path, &change->edit, &fault) != SJ_OK) {
		sj_change_say(change, "%s", fault.where);
		return SJ_EXIT_SYSTEM;
	}
	return SJ_EXIT_OK;
}

int
sj_change_check(struct sj_change *change)
{
	struct sj_text_options options = {
	    .replaced = SJ_TEXT_USERS_FILE,
	    .replaced_text = change->edit.text,
	    .replaced_len = change->edit.len,
	    .is_host_checked = true,
	    .spill_dir = change->tool->state_dir,
	};
	int status;

	status = load(change, &options, &change->new_model);
	if (status != SJ_EXIT_OK)
		return status;
	return report_errors(
	    change, change->new_model, "this would be an error");
}

static enum sj_reason
write_text(void *context, struct sj_fault *fault)
{
	const struct sj_change *change = context;

	return sj_change_file_store(change->path, &change->edit, fault);
}

int
sj_change_commit(struct sj_change *change, const char *what)
{
	const struct sj_apply_options options = {
	    .before_commit = write_text, .context = change};
	struct sj_apply_result result;
	struct sj_fault fault;
	enum sj_exit status;

	memset(&result, 0, sizeof(result));
	memset(&fault, 0, sizeof(fault));
	sj_findings_print(&change->new_model->warnings, "warning: ", stderr);
	status = sj_apply_install(
	    change->tool, change->new_model, &options, &result, &fault);
	if (status != SJ_EXIT_OK) {
		sj_change_say(change, "%s", fault.where);
	} else {
		change->generation = result.generation;
		sj_log_change(what, result.generation);
	}
	sj_apply_result_clear(&result);
	return status;
}

enum sj_reason
sj_change_set_disabled(struct sj_change *change, const char *name,
    bool is_disabled, struct sj_fault *fault)
{
	const struct sj_model *model = change->model;
	SJ_AUTO_FREE const char **names = NULL;
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
	return sj_edit_set_disabled(&change->edit, names, count, fault);
}

void
sj_change_clear(struct sj_change *change)
{
	sj_model_free(change->model);
	sj_model_free(change->new_model);
	sj_edit_clear(&change->edit);
	free(change->path);
	if (change->lock_fd >= 0)
		(void)close(change->lock_fd);
	change->lock_fd = -1;
}
