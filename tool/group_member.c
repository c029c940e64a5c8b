/* SPDX-License-Identifier: ISC */
/* Who is in a group: its members, and the groups that users name. */
#define _GNU_SOURCE
#include "group.h"

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "owned.h"

/* More are written one in a line. */
#define MEMBERS_IN_LINE 6

/* A list of names on its way into the text. */
struct names {
	const char **items; /* freed by who made them; strings are borrowed */
	size_t count;
};

static bool
has_name(const struct names *names, const char *name)
{
	size_t i;

	for (i = 0; i < names->count; i++) {
		if (strcmp(names->items[i], name) == 0)
			return true;
	}
	return false;
}

/* True if it was there. */
static bool
drop_name(struct names *names, const char *name)
{
	size_t i, kept = 0;

	for (i = 0; i < names->count; i++) {
		if (strcmp(names->items[i], name) != 0)
			names->items[kept++] = names->items[i];
	}
	i = names->count;
	names->count = kept;
	return kept < i;
}

struct sj_edit_field
sj_group_members_field(const char *const *items, size_t count)
{
	return (struct sj_edit_field){.name = "members",
	    .kind = count > MEMBERS_IN_LINE ? SJ_EDIT_LINES : SJ_EDIT_LIST,
	    .items = items,
	    .count = count};
}

static enum sj_reason
set_members(struct sj_change *change, const struct sj_group_def *group,
    const struct names *names, struct sj_fault *fault)
{
	const struct sj_edit_field field =
	    sj_group_members_field(names->items, names->count);

	return sj_edit_set(
	    &change->edit, "groups", group->element, &field, fault);
}

enum sj_reason
sj_group_forget(
    struct sj_change *change, const char *name, struct sj_fault *fault)
{
	const struct sj_model *model = change->model;
	enum sj_reason reason = SJ_OK;
	uint32_t i;

	for (i = 0; i < model->group_count && reason == SJ_OK; i++) {
		const struct sj_group_def *group = &model->groups[i];
		SJ_AUTO_FREE const char **items = NULL;
		struct names names;

		if (!sj_change_is_ours(&group->place) ||
		    !sj_strings_contain(&group->members, name))
			continue;
		items = sj_owned_strings(&group->members, 0);
		if (items == NULL)
			return sj_fault_set(
			    fault, SJ_SYSTEM_ERROR, 0, "out of memory");
		names = (struct names){items, group->members.count};
		(void)drop_name(&names, name);
		reason = set_members(change, group, &names, fault);
	}
	return reason;
}

/* His own setting "groups", too, if it names the group. */
static int
remove_from_user(struct sj_change *change, const struct sj_group_def *group,
    const char *name, bool *was_there)
{
	SJ_AUTO_FREE const char **items = NULL;
	uint32_t index = sj_model_find_user(change->model, name);
	struct sj_edit_field field = {.name = "groups", .kind = SJ_EDIT_LIST};
	struct sj_user_def user;
	struct sj_fault fault;
	struct names names;
	int status;

	if (index == SJ_NO_INDEX)
		return SJ_EXIT_OK;
	sj_model_user(change->model, index, &user);
	if (!sj_strings_contain(&user.groups, group->name))
		return SJ_EXIT_OK;
	*was_there = true;
	status = sj_owned_check(change, "user", name, &user.place);
	if (status != SJ_EXIT_OK)
		return status;
	items = sj_owned_strings(&user.groups, 0);
	if (items == NULL)
		return sj_change_no_memory(change);
	names = (struct names){items, user.groups.count};
	(void)drop_name(&names, group->name);
	field.items = names.items;
	field.count = names.count;
	return sj_edit_set(&change->edit, "users", user.element, &field,
		   &fault) == SJ_OK
		   ? SJ_EXIT_OK
		   : sj_change_fail(change, fault.where);
}

static int
remove_one(struct sj_change *change, const struct sj_group_def *group,
    const char *name, struct names *names)
{
	bool was_there = drop_name(names, name);
	uint32_t index = sj_model_find_user(change->model, name);
	struct sj_user_def user;
	int status = remove_from_user(change, group, name, &was_there);

	if (status != SJ_EXIT_OK || was_there)
		return status;
	if (index != SJ_NO_INDEX)
		sj_model_user(change->model, index, &user);
	if (index != SJ_NO_INDEX && strcmp(user.group_name, group->name) == 0)
		sj_change_say(change,
		    "%s is the primary group of %s: sftpjail user set %s "
		    "--group OTHER",
		    group->name, name, name);
	else
		sj_change_say(
		    change, "%s is no member of %s", name, group->name);
	return SJ_EXIT_NO;
}

/* The members as they are, or as --members says, with room for more. */
static bool
begin_names(const struct sj_group_def *group, const struct names *members,
    size_t more, struct names *ret_names)
{
	size_t i;

	ret_names->count =
	    members->items == NULL ? group->members.count : members->count;
	if (members->items == NULL) {
		ret_names->items = sj_owned_strings(&group->members, more);
		return ret_names->items != NULL;
	}
	ret_names->items =
	    calloc(members->count + more + 1, sizeof(ret_names->items[0]));
	for (i = 0; ret_names->items != NULL && i < members->count; i++)
		ret_names->items[i] = members->items[i];
	return ret_names->items != NULL;
}

/* Cuts "a,b"; items is NULL where nothing was said. */
static bool
split(const char *text, char **ret_copy, struct names *ret_names)
{
	if (text == NULL)
		return true;
	*ret_copy = strdup(text);
	if (*ret_copy != NULL)
		ret_names->items = sj_args_split(*ret_copy, &ret_names->count);
	return ret_names->items != NULL;
}

/* Of members, add and remove. */
enum { MEMBERS, ADD, REMOVE, LIST_COUNT };

static int
edit_names(struct sj_change *change, const struct sj_group_def *group,
    const struct names lists[LIST_COUNT])
{
	SJ_AUTO_FREE const char **items = NULL;
	struct sj_fault fault;
	struct names names;
	size_t i;
	int status = SJ_EXIT_OK;

	if (!begin_names(group, &lists[MEMBERS], lists[ADD].count, &names))
		return sj_change_no_memory(change);
	items = names.items;
	for (i = 0; i < lists[ADD].count; i++) {
		if (!has_name(&names, lists[ADD].items[i]))
			names.items[names.count++] = lists[ADD].items[i];
	}
	for (i = 0; i < lists[REMOVE].count && status == SJ_EXIT_OK; i++)
		status =
		    remove_one(change, group, lists[REMOVE].items[i], &names);
	if (status != SJ_EXIT_OK)
		return status;
	return set_members(change, group, &names, &fault) == SJ_OK
		   ? SJ_EXIT_OK
		   : sj_change_fail(change, fault.where);
}

int
sj_group_edit_members(struct sj_change *change,
    const struct sj_group_def *group, const struct sj_group_request *request)
{
	const char *const texts[LIST_COUNT] = {
	    request->members, request->add, request->remove};
	char *copies[LIST_COUNT] = {NULL, NULL, NULL};
	struct names lists[LIST_COUNT] = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
	bool is_split = true;
	size_t i;
	int status;

	for (i = 0; i < LIST_COUNT; i++)
		is_split = is_split && split(texts[i], &copies[i], &lists[i]);
	status = is_split ? edit_names(change, group, lists)
			  : sj_change_no_memory(change);
	for (i = 0; i < LIST_COUNT; i++) {
		free(copies[i]);
		free(lists[i].items);
	}
	return status;
}
