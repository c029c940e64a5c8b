/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "group.h"

#include <string.h>

#include "args.h"
#include "cleanup.h"
#include "edit_value.h"
#include "ids.h"
#include "name.h"
#include "owned.h"
#include "quote.h"

static const char help[] =
    "usage: sftpjail group add NAME [--gid NUMBER] [--members A,B]\n"
    "       sftpjail group set NAME [--gid NUMBER] [--members A,B]\n"
    "                               [--add A,B] [--remove A,B]\n"
    "       sftpjail group del NAME\n\n"
    "\"sftpjail group --help\" says more.\n";

/* A gid as it is written; *ret_field is not set where none was given. */
static int
make_gid(const struct sj_change *change, const char *text,
    char buffer[SJ_EDIT_NUMBER_SIZE], struct sj_edit_field *ret_field)
{
	uint32_t gid;

	*ret_field = (struct sj_edit_field){.name = "gid"};
	if (text == NULL)
		return SJ_EXIT_OK;
	if (!sj_args_number(text, &gid)) {
		sj_change_say(change,
		    "--gid: expected a number of at most 4294967294: %s", text);
		return SJ_EXIT_USAGE;
	}
	sj_edit_value_number(gid, buffer);
	ret_field->kind = SJ_EDIT_BARE;
	ret_field->text = buffer;
	return SJ_EXIT_OK;
}

static int
choose_gid(const struct sj_change *change, char buffer[SJ_EDIT_NUMBER_SIZE],
    struct sj_edit_field *field)
{
	struct sj_ids_source ids;
	uint32_t gid;

	if (field->kind != SJ_EDIT_NONE)
		return SJ_EXIT_OK;
	sj_ids_init(&ids, change->model, SJ_IDS_GID);
	if (!sj_ids_take(&ids, &gid)) {
		sj_change_say(change, "no free gid from %u to %u: see ids",
		    (unsigned)ids.min, (unsigned)ids.max);
		return SJ_EXIT_NO;
	}
	sj_edit_value_number(gid, buffer);
	field->kind = SJ_EDIT_BARE;
	field->text = buffer;
	return SJ_EXIT_OK;
}

static int
check_new(const struct sj_change *change, const char *name)
{
	uint32_t index = sj_model_find_group(change->model, name);
	const struct sj_place *place;

	if (index == SJ_NO_INDEX)
		return SJ_EXIT_OK;
	place = &change->model->groups[index].place;
	sj_change_say(change, "%s:%u: the group %s is there already",
	    place->file, (unsigned)place->line, name);
	return SJ_EXIT_NO;
}

/* Of the element; gid's text is what the group gets. */
enum { NAME, GID, MEMBERS, FIELD_COUNT };

static int
add_fields(struct sj_change *change, struct sj_edit_field fields[FIELD_COUNT],
    char buffer[SJ_EDIT_NUMBER_SIZE])
{
	const char *name = fields[NAME].text;
	struct sj_fault fault;
	int status = check_new(change, name);

	if (status == SJ_EXIT_OK)
		status = choose_gid(change, buffer, &fields[GID]);
	if (status != SJ_EXIT_OK)
		return status;
	if (sj_edit_add(&change->edit, "groups", fields, FIELD_COUNT, &fault) !=
	    SJ_OK)
		return sj_change_fail(change, fault.where);
	status = sj_change_finish(change, name);
	if (status == SJ_EXIT_OK)
		(void)printf("group %s added: gid %.*s\n", name,
		    (int)strspn(fields[GID].text, "0123456789"),
		    fields[GID].text);
	return status;
}

static int
add(struct sj_change *change, char **argv, void *context)
{
	const struct sj_group_request *request = context;
	SJ_AUTO_FREE char *copy = NULL;
	SJ_AUTO_FREE const char **items = NULL;
	struct sj_edit_field fields[FIELD_COUNT];
	char buffer[SJ_EDIT_NUMBER_SIZE];
	size_t count = 0;
	int status;

	if (!sj_name_is_user(argv[1])) {
		sj_change_say(change,
		    "a group name is [a-z_][a-z0-9_.-]{0,31} without a dot at "
		    "its end: %s",
		    argv[1]);
		return SJ_EXIT_USAGE;
	}
	fields[NAME] = (struct sj_edit_field){
	    .name = "name", .kind = SJ_EDIT_STRING, .text = argv[1]};
	copy = strdup(request->members == NULL ? "" : request->members);
	items = copy == NULL ? NULL : sj_args_split(copy, &count);
	if (items == NULL)
		return sj_change_no_memory(change);
	fields[MEMBERS] = sj_group_members_field(items, count);
	status = make_gid(change, request->gid, buffer, &fields[GID]);
	if (status == SJ_EXIT_OK)
		status = sj_change_begin(change);
	return status == SJ_EXIT_OK ? add_fields(change, fields, buffer)
				    : status;
}

int
sj_group_add(const struct sj_tool *tool, int argc, char **argv)
{
	struct sj_group_request request = {NULL, NULL, NULL, NULL};
	const struct sj_arg_option options[] = {
	    {"--gid", SJ_ARG_VALUE, &request.gid},
	    {"--members", SJ_ARG_VALUE, &request.members},
	    {NULL, SJ_ARG_FLAG, NULL},
	};
	const struct sj_arg_spec spec = {"group add", options, 1, 1, help};

	return sj_change_run(tool, &spec, argc, argv, add, &request);
}

static int
edit(struct sj_change *change, const struct sj_group_def *group,
    const struct sj_group_request *request, const struct sj_edit_field *gid)
{
	struct sj_fault fault;
	int status = sj_group_edit_members(change, group, request);

	if (status != SJ_EXIT_OK || gid->kind == SJ_EDIT_NONE)
		return status;
	return sj_edit_set(&change->edit, "groups", group->element, gid,
		   &fault) == SJ_OK
		   ? SJ_EXIT_OK
		   : sj_change_fail(change, fault.where);
}

/* Users of other sources, whom no warning of the configuration names. */
static void
warn_removed(const struct sj_change *change, const char *name)
{
	const struct sj_model *model = change->model;
	uint32_t i;

	for (i = 0; i < model->jail_count; i++) {
		const struct sj_jail *jail = &model->jails[i].jail;

		if (sj_strings_contain(&jail->groups, name))
			sj_change_say(change,
			    "the jail %s takes the members of %s: who is "
			    "none any more may be unconfined; see sftpjail "
			    "explain USER",
			    jail->name, name);
	}
}

static int
set(struct sj_change *change, char **argv, void *context)
{
	const struct sj_group_request *request = context;
	const struct sj_group_def *group;
	struct sj_edit_field gid;
	char buffer[SJ_EDIT_NUMBER_SIZE];
	int status = make_gid(change, request->gid, buffer, &gid);

	if (status == SJ_EXIT_OK)
		status = sj_change_begin(change);
	if (status == SJ_EXIT_OK)
		status = sj_owned_group(change, argv[1], &group);
	if (status == SJ_EXIT_OK)
		status = edit(change, group, request, &gid);
	if (status != SJ_EXIT_OK)
		return status;
	if (!change->edit.is_changed) {
		sj_quote_printf(stdout, "group %s is so already\n", argv[1]);
		return SJ_EXIT_OK;
	}
	status = sj_change_finish(change, argv[1]);
	if (status != SJ_EXIT_OK)
		return status;
	sj_quote_printf(stdout, "group %s changed\n", argv[1]);
	if (gid.kind != SJ_EDIT_NONE)
		sj_change_say(change,
		    "files keep their old gid, %u: see chown(1)",
		    (unsigned)group->gid);
	if (request->members != NULL || request->remove != NULL)
		warn_removed(change, argv[1]);
	return SJ_EXIT_OK;
}

int
sj_group_set(const struct sj_tool *tool, int argc, char **argv)
{
	struct sj_group_request request = {NULL, NULL, NULL, NULL};
	const struct sj_arg_option options[] = {
	    {"--gid", SJ_ARG_VALUE, &request.gid},
	    {"--members", SJ_ARG_VALUE, &request.members},
	    {"--add", SJ_ARG_VALUE, &request.add},
	    {"--remove", SJ_ARG_VALUE, &request.remove},
	    {NULL, SJ_ARG_FLAG, NULL},
	};
	const struct sj_arg_spec spec = {"group set", options, 1, 1, help};

	return sj_change_run(tool, &spec, argc, argv, set, &request);
}

/* Without it the jail would let out whom it takes by this group. */
static int
check_no_jail(const struct sj_change *change, const char *name)
{
	const struct sj_model *model = change->model;
	uint32_t i;

	for (i = 0; i < model->jail_count; i++) {
		const struct sj_jail_def *def = &model->jails[i];

		if (!sj_strings_contain(&def->jail.groups, name) &&
		    !sj_strings_contain(&def->jail.except_groups, name) &&
		    strcmp(def->jail.writable_group, name) != 0)
			continue;
		sj_change_say(change,
		    "%s:%u: the jail %s names the group %s: take it out there "
		    "first",
		    def->place.file, (unsigned)def->place.line, def->jail.name,
		    name);
		return SJ_EXIT_NO;
	}
	return SJ_EXIT_OK;
}

static int
check_no_user(const struct sj_change *change, const char *name)
{
	const struct sj_model *model = change->model;
	struct sj_user_def user;
	uint32_t i;

	for (i = 0; i < model->user_count; i++) {
		sj_model_user(model, i, &user);
		if (strcmp(user.group_name, name) != 0 &&
		    !sj_strings_contain(&user.groups, name))
			continue;
		sj_change_say(change,
		    "%s:%u: the user %s is in the group %s: put him into "
		    "another first",
		    user.place.file, (unsigned)user.place.line, user.name,
		    name);
		return SJ_EXIT_NO;
	}
	return SJ_EXIT_OK;
}

static int
del(struct sj_change *change, char **argv, void *context)
{
	const struct sj_group_def *group;
	struct sj_fault fault;
	int status = sj_change_begin(change);

	(void)context;
	if (status == SJ_EXIT_OK)
		status = sj_owned_group(change, argv[1], &group);
	if (status == SJ_EXIT_OK)
		status = check_no_jail(change, argv[1]);
	if (status == SJ_EXIT_OK)
		status = check_no_user(change, argv[1]);
	if (status != SJ_EXIT_OK)
		return status;
	if (sj_edit_remove(&change->edit, "groups", group->element, &fault) !=
	    SJ_OK)
		return sj_change_fail(change, fault.where);
	status = sj_change_finish(change, argv[1]);
	if (status == SJ_EXIT_OK)
		sj_quote_printf(stdout, "group %s deleted\n", argv[1]);
	return status;
}

int
sj_group_del(const struct sj_tool *tool, int argc, char **argv)
{
	const struct sj_arg_spec spec = {"group del", NULL, 1, 1, help};

	return sj_change_run(tool, &spec, argc, argv, del, NULL);
}
