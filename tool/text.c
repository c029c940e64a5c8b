/* SPDX-License-Identifier: ISC */
#include "text.h"

#include <errno.h>
#include <libconfig.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "scan.h"
#include "text_file.h"

/* A piece on its way from libconfig to the checks. */
struct reader {
	struct sj_compile *compile;
	struct sj_text_source *source;
	struct sj_arena nodes;
	uint32_t first_line;
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

static enum sj_node_type
type_of(const config_setting_t *setting)
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return SJ_NODE_INTEGER;
	case CONFIG_TYPE_BOOL:
		return SJ_NODE_BOOL;
	case CONFIG_TYPE_STRING:
		return SJ_NODE_STRING;
	case CONFIG_TYPE_ARRAY:
	case CONFIG_TYPE_LIST:
		return SJ_NODE_LIST;
	case CONFIG_TYPE_GROUP:
		return SJ_NODE_GROUP;
	}
	return SJ_NODE_BAD;
}

static int64_t
number_of(const config_setting_t *setting)
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_INT:
		return config_setting_get_int(setting);
	case CONFIG_TYPE_INT64:
		return config_setting_get_int64(setting);
	case CONFIG_TYPE_BOOL:
		return config_setting_get_bool(setting) != 0;
	}
	return 0;
}

/* The scan gave a second setting of one name a name with a star. */
static bool
is_dropped(const config_setting_t *setting)
{
	return setting->name != NULL && setting->name[0] == '*';
}

static bool
convert(struct reader *reader, const config_setting_t *setting,
    struct sj_node *ret_node)
{
	const config_setting_t *child;
	struct sj_node *children = NULL;
	struct sj_node node = {.type = type_of(setting)};
	int i, length = 0;

	node.line = reader->first_line + setting->line - 1;
	node.name = setting->name;
	node.number = number_of(setting);
	if (node.type == SJ_NODE_STRING)
		node.string = config_setting_get_string(setting);
	if (node.type == SJ_NODE_LIST || node.type == SJ_NODE_GROUP)
		length = config_setting_length(setting);
	if (length > 0)
		children = sj_arena_take(
		    &reader->nodes, (size_t)length * sizeof(*children) + 8);
	if (length > 0 && children == NULL)
		return false;
	/* The arena aligns for 4 bytes, nodes want 8. */
	children = (void *)(((uintptr_t)children + 7) & ~(uintptr_t)7);
	for (i = 0; i < length; i++) {
		child = config_setting_get_elem(setting, (unsigned)i);
		if (is_dropped(child))
			continue;
		if (!convert(reader, child, &children[node.count++]))
			return false;
	}
	node.children = children;
	*ret_node = node;
	return true;
}

static void
hand_over(struct reader *reader, const struct sj_scan_piece *piece,
    const struct sj_node *root)
{
	const struct sj_node *list;
	uint32_t i;

	if (piece->list == NULL) {
		for (i = 0; i < root->count; i++)
			sj_compile_setting(reader->compile, &root->children[i]);
		return;
	}
	list = &root->children[0];
	for (i = 0; i < list->count; i++)
		sj_compile_element(reader->compile, piece->list,
		    piece->first_index + i, &list->children[i]);
}

/* What the scan let pass and libconfig does not understand. */
static bool
refuse_piece(struct reader *reader, const config_t *config)
{
	struct sj_where where = SJ_WHERE_TOP(NULL);
	const char *text = config_error_text(config);

	reader->compile->is_broken = true;
	sj_compile_error(reader->compile,
	    reader->first_line + (uint32_t)config_error_line(config) - 1,
	    &where, "%s, expected libconfig's syntax",
	    text != NULL ? text : "syntax error");
	return true;
}

static bool
take_piece(void *context, const struct sj_scan_piece *piece)
{
	struct reader *reader = context;
	struct sj_node root;
	config_t config;

	reader->first_line = piece->first_line;
	config_init(&config);
	if (!config_read_string(&config, piece->text))
		(void)refuse_piece(reader, &config);
	else if (convert(reader, config_root_setting(&config), &root))
		hand_over(reader, piece, &root);
	else
		reader->is_memory_short = true;
	config_destroy(&config);
	sj_arena_clear(&reader->nodes);
	return !reader->is_memory_short &&
	       !reader->compile->model->store->is_short;
}

static enum sj_reason
read_file(struct sj_compile *compile, struct sj_text_source *source,
    struct sj_fault *fault)
{
	struct reader reader = {
	    .compile = compile, .source = source, .nodes.fd = -1};
	struct sj_scan_ops ops = {.read = read_source,
	    .piece = take_piece,
	    .error = take_error,
	    .lists = sj_compile_lists,
	    .context = &reader};
	enum sj_scan_end end;

	compile->hash_line = 0;
	end = sj_scan_file(&ops);
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
		reason = read_file(compile, &source, fault);
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
