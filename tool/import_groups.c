/* SPDX-License-Identifier: ISC */
/* group(5): the group that was asked for, and those of the accounts. */
#include "import_passwd.h"

#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "name.h"
#include "quote.h"

/* As group(5) has them. */
enum field { NAME, PASSWORD, GID, MEMBERS, FIELD_COUNT };

static bool
is_gid(const void *array, uint32_t index, const void *key)
{
	const struct sj_import_group *groups = array;
	const uint32_t *gid = key;

	return groups[index].gid == *gid;
}

struct sj_import_group *
sj_import_groups_find(const struct sj_import_groups *groups, uint32_t gid)
{
	uint32_t at = sj_table_find(&groups->gid_table,
	    sj_table_hash_number(gid), is_gid, groups->items, &gid);

	return at == SJ_TABLE_NONE ? NULL : &groups->items[at];
}

static void
take_members(
    struct sj_import *import, struct sj_import_groups *groups, char *members)
{
	char *end;

	for (;; members = end + 1) {
		bool is_last;

		end = members + strcspn(members, ",");
		is_last = *end == '\0';
		*end = '\0';
		if (*members != '\0')
			import->is_short |=
			    !sj_nameset_add(&groups->members, members);
		if (is_last)
			return;
	}
}

static void
take_group(struct sj_import *import, struct sj_import_groups *groups,
    const char *name, uint32_t gid)
{
	/* The first of a gid is the one that getgrgid(3) names. */
	if (sj_import_groups_find(groups, gid) != NULL)
		return;
	if (!sj_sysfile_grow(
		&groups->items, groups->count, sizeof(*groups->items)) ||
	    !sj_table_add(&groups->gid_table, sj_table_hash_number(gid),
		(uint32_t)groups->count)) {
		import->is_short = true;
		return;
	}
	groups->items[groups->count++] =
	    (struct sj_import_group){.name = name, .gid = gid};
}

static void
take_line(struct sj_import *import, const struct sj_import_place *place,
    const char *wanted, char *line, struct sj_import_groups *groups)
{
	char *fields[FIELD_COUNT];
	uint32_t gid, wanted_gid;
	bool is_wanted;

	if (line[0] == '\0' || strchr("#+-", line[0]) != NULL)
		return;
	if (sj_import_fields(line, fields, FIELD_COUNT) < GID + 1 ||
	    !sj_args_number(fields[GID], &gid)) {
		sj_import_say(import, place, SJ_IMPORT_LOST,
		    "%.64s: is no line of group(5)", fields[NAME]);
		return;
	}
	take_group(import, groups, fields[NAME], gid);
	is_wanted = sj_args_number(wanted, &wanted_gid)
			? gid == wanted_gid
			: strcmp(fields[NAME], wanted) == 0;
	if (!is_wanted || (groups->has_gid && gid != groups->gid))
		return;
	groups->has_gid = true;
	groups->gid = gid;
	take_members(import, groups, fields[MEMBERS]);
}

enum sj_reason
sj_import_groups_load(struct sj_import *import, const char *path,
    const char *wanted, struct sj_import_groups *ret_groups,
    struct sj_fault *fault)
{
	struct sj_import_place place = {path, 0};
	struct sj_import_group *group;
	enum sj_reason reason;
	char *cursor, *line;

	reason = sj_import_load(import, path, &cursor, fault);
	if (reason != SJ_OK)
		return reason;
	while ((line = sj_sysfile_line(&cursor, &place.line)) != NULL)
		take_line(import, &place, wanted, line, ret_groups);
	if (!ret_groups->has_gid)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s has no group %s", path, wanted);
	group = sj_import_groups_find(ret_groups, ret_groups->gid);
	if (group == NULL)
		return SJ_OK; /* memory is short */
	if (group->gid == 0 || !sj_name_is_user(group->name))
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s: group %s can't be a served group: it is root's or "
		    "its name is none of a-z 0-9 _ . -",
		    path, group->name);
	group->is_used = true;
	return SJ_OK;
}

/* Of those who are members by the list, not by their primary group. */
static void
put_members(struct sj_import *import, const struct sj_import_groups *groups,
    const struct sj_nameset *users)
{
	struct sj_import_list members = {NULL, 0};
	size_t i;

	for (i = 0; i < users->count; i++)
		if (sj_nameset_find(&groups->members, users->items[i]) !=
		    SJ_TABLE_NONE)
			sj_import_list_add(import, &members, users->items[i]);
	if (members.count > 0) {
		(void)fputs(" members = ", import->out);
		sj_import_list_put(import, &members);
		(void)fputc(';', import->out);
	}
	free(members.items);
}

void
sj_import_groups_put(struct sj_import *import, struct sj_import_groups *groups,
    const struct sj_nameset *users)
{
	struct sj_import_group *group;
	bool is_first = true;
	size_t i;

	groups->gid_min = UINT32_MAX;
	(void)fputs("groups = (", import->out);
	for (i = 0; i < groups->count; i++) {
		group = &groups->items[i];
		if (!group->is_used)
			continue;
		if (group->gid < groups->gid_min)
			groups->gid_min = group->gid;
		if (group->gid > groups->gid_max)
			groups->gid_max = group->gid;
		(void)fputs(
		    is_first ? "\n\t{ name = " : ",\n\t{ name = ", import->out);
		sj_quote_put_string(import->out, group->name);
		(void)fprintf(import->out, "; gid = %u%s;",
		    (unsigned)group->gid, group->gid > INT32_MAX ? "L" : "");
		if (group->gid == groups->gid)
			put_members(import, groups, users);
		(void)fputs(" }", import->out);
		is_first = false;
	}
	(void)fputs("\n);\n", import->out);
}

void
sj_import_groups_clear(struct sj_import_groups *groups)
{
	free(groups->items);
	sj_table_clear(&groups->gid_table);
	sj_nameset_clear(&groups->members);
}
