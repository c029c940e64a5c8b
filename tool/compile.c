/* SPDX-License-Identifier: ISC */
#include "compile.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_LEN 64

const char *const sj_compile_lists[] = {
    "users", "groups", "jails", "disabled", NULL};

void
sj_compile_clear(struct sj_compile *compile)
{
	sj_pack_clear(&compile->scratch);
}

static void
render_where(const struct sj_where *where, char *path, size_t size)
{
	char element[16] = "", item[16] = "";

	if (where->element != SJ_NO_INDEX)
		(void)snprintf(
		    element, sizeof(element), "[%u]", (unsigned)where->element);
	if (where->item != SJ_NO_INDEX)
		(void)snprintf(
		    item, sizeof(item), "[%u]", (unsigned)where->item);
	(void)snprintf(path, size, "%s%s%s%s%s%s%s",
	    where->list != NULL ? where->list : "", element,
	    where->list != NULL && where->setting != NULL ? "." : "",
	    where->setting != NULL ? where->setting : "", item,
	    where->sub != NULL ? "." : "",
	    where->sub != NULL ? where->sub : "");
}

static void
add_finding(struct sj_compile *compile, struct sj_findings *findings,
    uint32_t line, const struct sj_where *where, const char *message)
{
	const struct sj_model *model = compile->model;
	struct sj_finding finding = {.file_rank = compile->file};
	char path[256];

	render_where(where, path, sizeof(path));
	finding.place.file = compile->file < model->file_count
				 ? model->files[compile->file].path
				 : "";
	finding.place.line = line;
	finding.setting = path;
	finding.message = message;
	sj_finding_add(findings, &finding);
}

void
sj_compile_error(struct sj_compile *compile, uint32_t line,
    const struct sj_where *where, const char *format, ...)
{
	char message[1024];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	add_finding(compile, &compile->model->errors, line, where, message);
}

void
sj_compile_warn(struct sj_compile *compile, uint32_t line,
    const struct sj_where *where, const char *format, ...)
{
	char message[1024];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	add_finding(compile, &compile->model->warnings, line, where, message);
}

static unsigned
smallest(unsigned a, unsigned b, unsigned c)
{
	unsigned min = a < b ? a : b;

	return min < c ? min : c;
}

/* Edit distance of two short names, by rows; b is in small letters. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[NAME_MAX_LEN + 1], i, j, diagonal, above;
	size_t b_len = strlen(b);

	if (strlen(a) > NAME_MAX_LEN || b_len > NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (j = 0; j <= b_len; j++)
		row[j] = j;
	for (i = 1; a[i - 1] != '\0'; i++) {
		diagonal = row[0];
		row[0] = i;
		for (j = 1; j <= b_len; j++) {
			above = row[j];
			row[j] = smallest(above + 1, row[j - 1] + 1,
			    diagonal +
				(tolower((unsigned char)a[i - 1]) != b[j - 1]));
			diagonal = above;
		}
	}
	return row[b_len];
}

const char *
sj_compile_nearest(
    const char *name, const struct sj_spec *specs, uint32_t count)
{
	unsigned best = UINT32_MAX, each;
	const char *nearest = NULL;
	uint32_t i;

	for (i = 0; i < count; i++) {
		each = distance(name, specs[i].name);
		if (each < best) {
			best = each;
			nearest = specs[i].name;
		}
	}
	return nearest;
}

static const char *
type_name(enum sj_node_type type)
{
	switch (type) {
	case SJ_NODE_BAD:
		return "no value";
	case SJ_NODE_BOOL:
		return "a boolean";
	case SJ_NODE_INTEGER:
		return "an integer";
	case SJ_NODE_STRING:
		return "a string";
	case SJ_NODE_LIST:
		return "a list";
	case SJ_NODE_GROUP:
		return "a group";
	}
	return "unknown";
}

static const char *
want_name(enum sj_want want)
{
	switch (want) {
	case SJ_WANT_STRING:
		return "a string";
	case SJ_WANT_INTEGER:
		return "an integer";
	case SJ_WANT_BOOL:
		return "true or false";
	case SJ_WANT_STRINGS:
		return "a list of strings [ \"...\", \"...\" ]";
	case SJ_WANT_GROUP:
		return "a group { ... }";
	case SJ_WANT_GROUPS:
		return "a list of groups ( { ... }, { ... } )";
	case SJ_WANT_STRING_OR_BOOL:
		return "true, false or a string";
	case SJ_WANT_STRING_OR_STRINGS:
		return "a string or a list of strings";
	}
	return "unknown";
}

static bool
is_wanted(enum sj_node_type type, enum sj_want want)
{
	switch (want) {
	case SJ_WANT_STRING:
		return type == SJ_NODE_STRING;
	case SJ_WANT_INTEGER:
		return type == SJ_NODE_INTEGER;
	case SJ_WANT_BOOL:
		return type == SJ_NODE_BOOL;
	case SJ_WANT_STRINGS:
	case SJ_WANT_GROUPS:
		return type == SJ_NODE_LIST;
	case SJ_WANT_GROUP:
		return type == SJ_NODE_GROUP;
	case SJ_WANT_STRING_OR_BOOL:
		return type == SJ_NODE_STRING || type == SJ_NODE_BOOL;
	case SJ_WANT_STRING_OR_STRINGS:
		return type == SJ_NODE_STRING || type == SJ_NODE_LIST;
	}
	return false;
}

/* The elements of a list; those that are bad were reported by the scan. */
static bool
are_elements(struct sj_compile *compile, const struct sj_node *list,
    const struct sj_where *where, enum sj_want want)
{
	struct sj_where at = *where;
	bool is_good = true;
	uint32_t i;

	for (i = 0; i < list->count; i++) {
		if (is_wanted(list->children[i].type, want))
			continue;
		is_good = false;
		at.item = i;
		if (list->children[i].type != SJ_NODE_BAD)
			sj_compile_error(compile, list->children[i].line, &at,
			    "is %s, expected %s",
			    type_name(list->children[i].type), want_name(want));
	}
	return is_good;
}

bool
sj_compile_is_type(struct sj_compile *compile, const struct sj_node *node,
    const struct sj_where *where, enum sj_want want)
{
	if (node->type == SJ_NODE_BAD)
		return false;
	if (!is_wanted(node->type, want)) {
		sj_compile_error(compile, node->line, where,
		    "is %s, expected %s", type_name(node->type),
		    want_name(want));
		return false;
	}
	if (want == SJ_WANT_GROUPS)
		return are_elements(compile, node, where, SJ_WANT_GROUP);
	if (node->type == SJ_NODE_LIST)
		return are_elements(compile, node, where, SJ_WANT_STRING);
	return true;
}

static void
collect_one(struct sj_compile *compile, const struct sj_node *node,
    struct sj_where *where, const struct sj_spec *spec,
    const struct sj_node **ret_node)
{
	if (where->item != SJ_NO_INDEX)
		where->sub = node->name;
	else
		where->setting = node->name;
	if (sj_compile_is_type(compile, node, where, spec->want))
		*ret_node = node;
}

void
sj_compile_collect(struct sj_compile *compile, const struct sj_node *group,
    const struct sj_where *where, const struct sj_spec *specs, uint32_t count,
    const struct sj_node **ret_nodes)
{
	const struct sj_node *node;
	struct sj_where at;
	uint32_t i, spec;

	for (spec = 0; spec < count; spec++)
		ret_nodes[spec] = NULL;
	for (i = 0; i < group->count; i++) {
		node = &group->children[i];
		at = *where;
		for (spec = 0; spec < count; spec++)
			if (strcmp(node->name, specs[spec].name) == 0)
				break;
		if (spec < count) {
			collect_one(
			    compile, node, &at, &specs[spec], &ret_nodes[spec]);
			continue;
		}
		if (at.item != SJ_NO_INDEX)
			at.sub = node->name;
		else
			at.setting = node->name;
		sj_compile_error(compile, node->line, &at,
		    "is no known setting, expected another name; the nearest "
		    "is \"%s\"",
		    sj_compile_nearest(node->name, specs, count));
	}
}

bool
sj_compile_has(const struct sj_node *group, const char *name)
{
	uint32_t i;

	for (i = 0; i < group->count; i++)
		if (strcmp(group->children[i].name, name) == 0)
			return true;
	return false;
}

void
sj_compile_require(struct sj_compile *compile, const struct sj_node *group,
    const struct sj_where *where, const char *name, const char *expected)
{
	struct sj_where at = *where;

	if (sj_compile_has(group, name))
		return;
	if (at.item != SJ_NO_INDEX)
		at.sub = name;
	else
		at.setting = name;
	sj_compile_error(
	    compile, group->line, &at, "is missing, expected %s", expected);
}

struct sj_strings
sj_compile_strings(struct sj_compile *compile, const struct sj_node *list)
{
	struct sj_pack *scratch = &compile->scratch;
	struct sj_strings strings = {.first = ""};
	uint32_t i;

	if (list == NULL || list->count == 0)
		return strings;
	scratch->len = 0;
	for (i = 0; i < list->count; i++)
		sj_pack_string(scratch, list->children[i].string);
	if (scratch->is_bad || scratch->len > UINT32_MAX) {
		compile->model->store->is_short = true;
		return strings;
	}
	strings.first = (const char *)scratch->data;
	strings.size = (uint32_t)scratch->len;
	strings.count = list->count;
	return sj_model_copy_strings(compile->model, strings);
}
