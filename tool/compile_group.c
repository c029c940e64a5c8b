/* SPDX-License-Identifier: ISC */
#include "compile.h"

#include <string.h>

#include "value.h"

enum group_setting { GROUP_NAME = 0, GROUP_GID, GROUP_MEMBERS, GROUP_COUNT };

static const struct sj_spec specs[GROUP_COUNT] = {
    [GROUP_NAME] = {"name", SJ_WANT_STRING},
    [GROUP_GID] = {"gid", SJ_WANT_INTEGER},
    [GROUP_MEMBERS] = {"members", SJ_WANT_STRINGS},
};

static bool
check_name(struct sj_compile *compile, const struct sj_node *name,
    const struct sj_where *where)
{
	const struct sj_group_def *other;
	uint32_t index;

	if (name == NULL)
		return false;
	if (!sj_name_is_user(name->string) ||
	    strcmp(name->string, "root") == 0) {
		SJ_ERROR_AT(compile, name, where, "name",
		    "\"%.80s\" is no group name, expected "
		    "[a-z_][a-z0-9_.-]{0,31} without a trailing dot, and not "
		    "root",
		    name->string);
		return false;
	}
	index = sj_model_find_group(compile->model, name->string);
	if (index == SJ_NO_INDEX)
		return true;
	other = &compile->model->groups[index];
	SJ_ERROR_AT(compile, name, where, "name",
	    "\"%s\" is defined twice, expected once; the other is at %s:%u",
	    other->name, other->place.file, (unsigned)other->place.line);
	return false;
}

/* 0: none that is good; *ret_found_gid: none that is its own. */
static uint32_t
check_gid(struct sj_compile *compile, const struct sj_node *gid,
    const struct sj_where *where, uint32_t *ret_found_gid)
{
	const struct sj_group_def *other;
	uint32_t index;

	*ret_found_gid = 0;
	if (gid == NULL)
		return 0;
	if (gid->number <= 0 || gid->number >= (int64_t)UINT32_MAX) {
		SJ_ERROR_AT(compile, gid, where, "gid",
		    "%lld is no usable id, expected one inside ids",
		    (long long)gid->number);
		return 0;
	}
	index = sj_model_find_gid(compile->model, (uint32_t)gid->number);
	if (index == SJ_NO_INDEX) {
		*ret_found_gid = (uint32_t)gid->number;
	} else {
		other = &compile->model->groups[index];
		SJ_ERROR_AT(compile, gid, where, "gid",
		    "%u is used twice, expected one of its own; group \"%s\" "
		    "at %s:%u has it",
		    (unsigned)other->gid, other->name, other->place.file,
		    (unsigned)other->place.line);
	}
	return (uint32_t)gid->number;
}

bool
sj_compile_check_names(struct sj_compile *compile, const struct sj_node *list,
    const struct sj_where *where, const char *setting, bool is_star_allowed)
{
	struct sj_where at = *where;
	bool is_good = true;
	const char *name;
	uint32_t i;

	at.setting = setting;
	for (i = 0; list != NULL && i < list->count; i++) {
		name = list->children[i].string;
		if (sj_value_is_foreign_name(name) &&
		    (is_star_allowed || strcmp(name, "*") != 0))
			continue;
		is_good = false;
		at.item = i;
		sj_compile_error(compile, list->children[i].line, &at,
		    "\"%.80s\" is no name, expected one of a user or group%s",
		    name, is_star_allowed ? ", or \"*\"" : "");
	}
	return is_good;
}

void
sj_compile_group(
    struct sj_compile *compile, uint32_t element, const struct sj_node *node)
{
	struct sj_where where = SJ_WHERE_ELEMENT("groups", element);
	const struct sj_node *at[GROUP_COUNT];
	struct sj_model *model = compile->model;
	struct sj_group_def group = {.name = "", .element = element};
	uint32_t found_gid;
	bool is_name_good;

	if (!sj_compile_is_type(compile, node, &where, SJ_WANT_GROUP))
		return;
	sj_compile_collect(compile, node, &where, specs, GROUP_COUNT, at);
	sj_compile_require(compile, node, &where, "name", "a group name");
	sj_compile_require(compile, node, &where, "gid", "a group id");
	is_name_good = check_name(compile, at[GROUP_NAME], &where);
	group.gid = check_gid(compile, at[GROUP_GID], &where, &found_gid);
	/* One with an error is kept for what refers to it and to its gid. */
	if (at[GROUP_NAME] != NULL)
		group.name = sj_model_copy(model, at[GROUP_NAME]->string);
	if (sj_compile_check_names(
		compile, at[GROUP_MEMBERS], &where, "members", false))
		group.members = sj_compile_strings(compile, at[GROUP_MEMBERS]);
	group.place.file = model->files[compile->file].path;
	group.place.line = node->line;
	group.name_line =
	    at[GROUP_NAME] != NULL ? at[GROUP_NAME]->line : node->line;
	group.gid_line =
	    at[GROUP_GID] != NULL ? at[GROUP_GID]->line : node->line;
	group.members_line =
	    at[GROUP_MEMBERS] != NULL ? at[GROUP_MEMBERS]->line : node->line;
	sj_model_add_group(
	    model, &group, is_name_good ? group.name : "", found_gid);
}

void
sj_compile_disabled(
    struct sj_compile *compile, uint32_t element, const struct sj_node *node)
{
	struct sj_where where = SJ_WHERE_ELEMENT("disabled", element);
	struct sj_model *model = compile->model;
	struct sj_disabled_def disabled;

	if (!sj_compile_is_type(compile, node, &where, SJ_WANT_STRING))
		return;
	if (!sj_value_is_foreign_name(node->string) ||
	    strcmp(node->string, "*") == 0) {
		sj_compile_error(compile, node->line, &where,
		    "\"%.80s\" is no user name, expected one", node->string);
		return;
	}
	if (strcmp(node->string, "root") == 0) {
		sj_compile_error(compile, node->line, &where,
		    "root can't be disabled here, expected another user");
		return;
	}
	/* A name in two files is disabled once. */
	if (sj_model_find_disabled(model, node->string) != SJ_NO_INDEX)
		return;
	disabled.is_served = false;
	disabled.name = sj_model_copy(model, node->string);
	disabled.place.file = model->files[compile->file].path;
	disabled.place.line = node->line;
	sj_model_add_disabled(model, &disabled);
}
