/* SPDX-License-Identifier: ISC */
#include "text_tree.h"

#include <libconfig.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

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
convert(struct sj_text_tree *tree, uint32_t first_line,
    const config_setting_t *setting, struct sj_node *ret_node)
{
	const config_setting_t *child;
	struct sj_node *children = NULL;
	struct sj_node node = {.type = type_of(setting)};
	int i, length = 0;

	node.line = first_line + setting->line - 1;
	node.name = setting->name;
	node.number = number_of(setting);
	if (node.type == SJ_NODE_STRING)
		node.string = config_setting_get_string(setting);
	if (node.type == SJ_NODE_LIST || node.type == SJ_NODE_GROUP)
		length = config_setting_length(setting);
	if (length > 0)
		children = sj_arena_take(
		    &tree->nodes, (size_t)length * sizeof(*children) + 8);
	if (length > 0 && children == NULL)
		return false;
	/* The arena aligns for 4 bytes, nodes want 8. */
	children = (void *)(((uintptr_t)children + 7) & ~(uintptr_t)7);
	for (i = 0; i < length; i++) {
		child = config_setting_get_elem(setting, (unsigned)i);
		if (is_dropped(child))
			continue;
		if (!convert(tree, first_line, child, &children[node.count++]))
			return false;
	}
	node.children = children;
	*ret_node = node;
	return true;
}

/* Room for a new piece, with the memory for nodes that the last one took. */
static config_t *
start_anew(struct sj_text_tree *tree)
{
	if (tree->config != NULL)
		config_destroy(tree->config);
	else
		tree->config = malloc(sizeof(config_t));
	if (tree->config != NULL)
		config_init(tree->config);
	sj_arena_rewind(&tree->nodes);
	tree->is_short = tree->config == NULL;
	return tree->config;
}

void
sj_text_tree_clear(struct sj_text_tree *tree)
{
	if (tree->config != NULL)
		config_destroy(tree->config);
	free(tree->config);
	tree->config = NULL;
	sj_arena_clear(&tree->nodes);
}

bool
sj_text_tree_read(struct sj_text_tree *tree, const struct sj_scan_piece *piece,
    struct sj_node *ret_root)
{
	config_t *config = start_anew(tree);
	const config_setting_t *root;
	const char *error;

	if (config == NULL)
		return false;
	if (!config_read_string(config, piece->text)) {
		error = config_error_text(config);
		(void)snprintf(tree->error, sizeof(tree->error), "%s",
		    error != NULL ? error : "syntax error");
		tree->error_line =
		    piece->first_line + (uint32_t)config_error_line(config) - 1;
		return false;
	}
	root = config_root_setting(config);
	if (piece->list != NULL)
		root = config_setting_get_elem(root, 0);
	if (!convert(tree, piece->first_line, root, ret_root)) {
		tree->is_short = true;
		return false;
	}
	return true;
}
