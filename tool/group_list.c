/* SPDX-License-Identifier: ISC */
#include "group.h"

#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "json.h"
#include "quote.h"
#include "user.h"

static const char help[] =
    "usage: sftpjail group list [--json]\n\n"
    "Lists the groups of the configuration by name: how many users have each\n"
    "as their primary one, and who else is in it.\n";

/* A group; what is kept of it has its place in the order of names. */
struct entry {
	const struct sj_group_def *group;
	uint32_t primary_count;
	uint32_t rank; /* of the group that has this place in the text */
};

/* Somebody in a group. */
struct member {
	uint32_t rank;
	const char *name;
};

struct listing {
	struct entry *entries;
	struct member *members;
	size_t member_count;
};

static int
compare_entries(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->group->name,
	    ((const struct entry *)b)->group->name);
}

static int
compare_members(const void *a, const void *b)
{
	const struct member *left = a, *right = b;

	if (left->rank != right->rank)
		return left->rank < right->rank ? -1 : 1;
	return strcmp(left->name, right->name);
}

static bool
sort_groups(const struct sj_model *model, struct listing *listing)
{
	struct entry *entries =
	    calloc((size_t)model->group_count + 1, sizeof(entries[0]));
	uint32_t i;

	listing->entries = entries;
	if (entries == NULL)
		return false;
	for (i = 0; i < model->group_count; i++)
		entries[i].group = &model->groups[i];
	qsort(entries, model->group_count, sizeof(entries[0]), compare_entries);
	for (i = 0; i < model->group_count; i++)
		entries[entries[i].group - model->groups].rank = i;
	return true;
}

static bool
add_members(const struct sj_model *model, uint32_t user, const char *name,
    struct listing *listing)
{
	const uint32_t *groups = NULL;
	uint32_t count = sj_model_groups_of(model, user, &groups), i;
	struct member *members = realloc(listing->members,
	    (listing->member_count + count + 1) * sizeof(members[0]));

	if (members == NULL)
		return false;
	listing->members = members;
	for (i = 0; i < count; i++)
		members[listing->member_count++] =
		    (struct member){listing->entries[groups[i]].rank, name};
	return true;
}

static bool
sort_members(const struct sj_model *model, struct listing *listing)
{
	struct sj_user_def user;
	uint32_t i;

	/* an array even where nobody is a member */
	listing->members = calloc(1, sizeof(listing->members[0]));
	if (listing->members == NULL)
		return false;
	for (i = 0; i < model->user_count; i++) {
		sj_model_user(model, i, &user);
		listing->entries[listing->entries[user.group].rank]
		    .primary_count++;
		if (!add_members(model, i, user.name, listing))
			return false;
	}
	for (i = 0; i < model->foreign_count; i++) {
		if (!add_members(model, model->user_count + i,
			model->foreign[i], listing))
			return false;
	}
	qsort(listing->members, listing->member_count,
	    sizeof(listing->members[0]), compare_members);
	return true;
}

static void
put_line(const struct entry *entry, const struct member *members, size_t count)
{
	size_t i;

	(void)printf("%-16s %-7u %7u ", entry->group->name,
	    (unsigned)entry->group->gid, (unsigned)entry->primary_count);
	for (i = 0; i < count; i++)
		sj_quote_printf(stdout, i == 0 ? "%s" : ",%s", members[i].name);
	(void)fputs(count == 0 ? "-\n" : "\n", stdout);
}

static json_t *
make_json(const struct entry *entry, const struct member *members, size_t count)
{
	json_t *names = json_array();
	size_t i;

	for (i = 0; i < count; i++) {
		if (json_array_append_new(
			names, sj_json_text(members[i].name)) != 0) {
			json_decref(names);
			return NULL;
		}
	}
	return json_pack("{s:o, s:I, s:I, s:o, s:o}", "name",
	    sj_json_text(entry->group->name), "gid",
	    (json_int_t)entry->group->gid, "primary_users",
	    (json_int_t)entry->primary_count, "members", names, "defined",
	    sj_user_json_defined(&entry->group->place));
}

/* Groups in the order of names, each with its members. */
static int
put(const struct sj_change *change, const struct listing *listing)
{
	json_t *groups = json_array();
	size_t next = 0;
	uint32_t i;

	if (!change->tool->is_json)
		(void)printf(
		    "%-16s %-7s %7s %s\n", "NAME", "GID", "PRIMARY", "MEMBERS");
	for (i = 0; i < change->model->group_count; i++) {
		const struct entry *entry = &listing->entries[i];
		const struct member *members = listing->members + next;
		size_t count = 0;

		while (next + count < listing->member_count &&
		       members[count].rank == i)
			count++;
		next += count;
		if (!change->tool->is_json)
			put_line(entry, members, count);
		else if (json_array_append_new(
			     groups, make_json(entry, members, count)) != 0)
			return sj_change_no_memory(change);
	}
	if (!change->tool->is_json) {
		json_decref(groups);
		return SJ_EXIT_OK;
	}
	return sj_json_print(json_pack(
		   "{s:i, s:o}", "schema", SJ_JSON_SCHEMA, "groups", groups))
		   ? SJ_EXIT_OK
		   : SJ_EXIT_SYSTEM;
}

static int
list(struct sj_change *change, char **argv, void *context)
{
	struct listing listing = {NULL, NULL, 0};
	int status = sj_change_read(change);

	(void)argv;
	(void)context;
	if (status != SJ_EXIT_OK)
		return status;
	status = sort_groups(change->model, &listing) &&
			 sort_members(change->model, &listing)
		     ? put(change, &listing)
		     : sj_change_no_memory(change);
	free(listing.entries);
	free(listing.members);
	return status;
}

int
sj_group_list(const struct sj_tool *tool, int argc, char **argv)
{
	const struct sj_arg_spec spec = {"group list", NULL, 0, 0, help};

	return sj_change_run(tool, &spec, argc, argv, list, NULL);
}
