/* SPDX-License-Identifier: ISC */
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "scan.h"
#include "text_ahead.h"
#include "text_file.h"
#include "text_tree.h"

/* From so many bytes on, a thread of its own for libconfig is worth it. */
#define BIG_TEXT ((uint64_t)1 << 20)

/* A file on its way to the checks. */
struct reader {
	struct sj_compile *compile;
	struct sj_text_source *source;
	struct sj_progress *progress;
	struct sj_text_ahead *ahead; /* NULL: the text is small */
	bool is_memory_short;
};

static long
read_source(void *context, char *buf, size_t size)
{
	struct reader *reader = context;

	return sj_text_source_read(reader->source, buf, size);
}

static void
take_error(void *context, const struct sj_scan_error *error)
{
	struct reader *reader = context;
	struct sj_where where = SJ_WHERE_TOP(error->setting);

	sj_compile_error(
	    reader->compile, error->line, &where, "%s", error->message);
}

static void
hand_over(struct reader *reader, const struct sj_scan_piece *piece,
    const struct sj_node *root)
{
	uint32_t i;

	for (i = 0; i < root->count; i++) {
		if (piece->list == NULL)
			sj_compile_setting(reader->compile, &root->children[i]);
		else
			sj_compile_element(reader->compile, piece->list,
			    piece->first_index + i, &root->children[i]);
	}
}

/* What the scan let pass and libconfig does not understand. */
static void
refuse_piece(struct reader *reader, const struct sj_text_tree *tree)
{
	struct sj_where where = SJ_WHERE_TOP(NULL);

	reader->compile->is_broken = true;
	sj_compile_error(reader->compile, tree->error_line, &where,
	    "%s, expected libconfig's syntax", tree->error);
}

/* False: no memory. */
static bool
take_tree(struct reader *reader, const struct sj_text_done *done)
{
	if (done->is_good)
		hand_over(reader, &done->piece, &done->root);
	else if (!done->tree.is_short)
		refuse_piece(reader, &done->tree);
	reader->is_memory_short |= done->tree.is_short;
	sj_progress_show(reader->progress, "reading users",
	    reader->source->size, reader->source->total);
	return !reader->is_memory_short &&
	       !reader->compile->model->store->is_short;
}

/* The oldest of those that are read ahead. */
static bool
take_oldest(struct reader *reader, bool *ret_is_any)
{
	const struct sj_text_done *done = sj_text_ahead_take(reader->ahead);
	bool is_good = true;

	*ret_is_any = done != NULL;
	if (done == NULL)
		return true;
	is_good = take_tree(reader, done);
	sj_text_ahead_give_back(reader->ahead);
	return is_good;
}

static bool
take_piece(void *context, const struct sj_scan_piece *piece)
{
	struct sj_text_done done = {
	    .piece = *piece, .tree = {.nodes = {.fd = -1}}};
	struct reader *reader = context;
	bool is_good, is_any;

	if (reader->ahead != NULL) {
		if (sj_text_ahead_is_full(reader->ahead) &&
		    !take_oldest(reader, &is_any))
			return false;
		is_good = sj_text_ahead_put(reader->ahead, piece);
		reader->is_memory_short |= !is_good;
		return is_good;
	}
	done.is_good = sj_text_tree_read(&done.tree, piece, &done.root);
	is_good = take_tree(reader, &done);
	sj_text_tree_clear(&done.tree);
	return is_good;
}

/* The rest of those that are read ahead. */
static void
take_rest(struct reader *reader)
{
	bool is_any = reader->ahead != NULL;

	while (is_any && take_oldest(reader, &is_any))
		continue;
	sj_text_ahead_end(reader->ahead);
}

static enum sj_reason
read_file(struct sj_compile *compile, struct sj_text_source *source,
    struct sj_progress *progress, struct sj_fault *fault)
{
	struct reader reader = {
	    .compile = compile, .source = source, .progress = progress};
	struct sj_scan_ops ops = {.read = read_source,
	    .piece = take_piece,
	    .error = take_error,
	    .lists = sj_compile_lists,
	    .context = &reader};
	enum sj_scan_end end;

	compile->hash_line = 0;
	if (source->total >= BIG_TEXT)
		reader.ahead = sj_text_ahead_start();
	end = sj_scan_file(&ops);
	take_rest(&reader);
	compile->is_broken |= end == SJ_SCAN_BROKEN;
	if (source->sys_errno != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, source->sys_errno,
		    "%s", source->path);
	if (end == SJ_SCAN_MEMORY || reader.is_memory_short)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, ENOMEM, "%s", source->path);
	sj_text_source_finish(source, compile);
	return SJ_OK;
}

static enum sj_reason
check_memory(const struct sj_model *model, struct sj_fault *fault)
{
	int error = model->store->arena.sys_errno;

	if (!model->store->is_short && !model->errors.is_short &&
	    !model->warnings.is_short)
		return SJ_OK;
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, error != 0 ? error : ENOMEM,
	    "reading the configuration");
}

static enum sj_reason
read_all(struct sj_compile *compile, const struct sj_text_options *options,
    struct sj_fault *fault)
{
	struct sj_text_list list = {.dir_fd = -1, .conf_d_fd = -1};
	struct sj_text_source source;
	enum sj_reason reason;
	uint32_t i;

	reason = sj_text_list_open(&list, options, compile, fault);
	for (i = 0; i < list.count && reason == SJ_OK; i++) {
		if (!sj_text_source_open(&source, &list, i, compile))
			continue;
		reason = read_file(compile, &source, options->progress, fault);
		sj_text_source_close(&source);
		if (reason == SJ_OK)
			reason = check_memory(compile->model, fault);
	}
	sj_text_list_clear(&list);
	return reason;
}

enum sj_reason
sj_text_load(const struct sj_text_options *options, struct sj_model **ret_model,
    struct sj_fault *fault)
{
	struct sj_compile compile = {.model = sj_model_new(options->spill_dir)};
	enum sj_reason reason;

	if (compile.model == NULL)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM,
		    "reading the configuration");
	reason = read_all(&compile, options, fault);
	if (reason == SJ_OK) {
		sj_compile_finish(&compile);
		if (options->is_host_checked && !compile.is_broken)
			sj_host_check(&compile, options->state_dir);
		if (options->is_server_found && !compile.is_broken)
			sj_host_find_server(&compile);
		reason = check_memory(compile.model, fault);
	}
	sj_compile_clear(&compile);
	if (reason != SJ_OK) {
		sj_model_free(compile.model);
		return reason;
	}
	sj_findings_sort(&compile.model->errors);
	sj_findings_sort(&compile.model->warnings);
	*ret_model = compile.model;
	return SJ_OK;
}
