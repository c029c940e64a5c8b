/* SPDX-License-Identifier: ISC */
/* What can be checked only when all files were read. */
#include "compile.h"

#include <string.h>

static struct sj_where
where_user(const struct sj_packed_user *packed, const char *setting)
{
	struct sj_where where = SJ_WHERE_ELEMENT("users", packed->element);

	where.setting = setting;
	return where;
}

static void
check_uid(struct sj_compile *compile, const struct sj_packed_user *packed,
    uint32_t uid)
{
	struct sj_where where = where_user(packed, "uid");
	const struct sj_ids *ids = &compile->model->ids;

	/* 0 stands for one that was reported. */
	if (uid == 0 || (uid >= ids->uid_min && uid <= ids->uid_max))
		return;
	compile->file = packed->file;
	sj_compile_error(compile, packed->line + packed->uid_behind, &where,
	    "%u is outside of ids, expected %u to %u", (unsigned)uid,
	    (unsigned)ids->uid_min, (unsigned)ids->uid_max);
}

/* The group of user_defaults is judged once, not for each user. */
static uint32_t
check_default_group(struct sj_compile *compile)
{
	struct sj_where where = {.list = "user_defaults",
	    .setting = "group",
	    .element = SJ_NO_INDEX,
	    .item = SJ_NO_INDEX};
	const char *name = compile->model->store->defaults.group;
	uint32_t group;

	if (name == NULL)
		return SJ_SLOT_NO_GROUP;
	group = sj_model_find_group(compile->model, name);
	if (group != SJ_NO_INDEX)
		return group;
	compile->file = compile->top_files[SJ_TOP_GROUP];
	sj_compile_error(compile, compile->tops[SJ_TOP_GROUP].line, &where,
	    "\"%.80s\" is not defined, expected the name of one of groups",
	    name);
	return SJ_SLOT_NO_GROUP;
}

static void
resolve_group(struct sj_compile *compile, uint32_t user,
    const struct sj_packed_user *packed, uint32_t default_group)
{
	struct sj_where where = where_user(packed, "group");
	struct sj_model *model = compile->model;
	const char *name, *group_name;
	uint32_t group = default_group;

	(void)sj_model_packed(model, user, &name);
	group_name = name + strlen(name) + 1;
	compile->file = packed->file;
	if ((packed->flags & SJ_PACKED_HAS_GROUP) != 0) {
		group = sj_model_find_group(model, group_name);
		if (group == SJ_NO_INDEX) {
			sj_compile_error(compile,
			    packed->line + packed->group_behind, &where,
			    "\"%.80s\" is not defined, expected the name of "
			    "one of groups",
			    group_name);
			return;
		}
	} else if ((packed->flags & SJ_PACKED_IS_GROUP_BAD) != 0) {
		return;
	} else if (compile->tops[SJ_TOP_GROUP].line == 0) {
		sj_compile_error(compile, packed->line, &where,
		    "is missing, expected the name of a group, here or in "
		    "user_defaults");
		return;
	}
	sj_model_slot(model, user)->group = group & SJ_SLOT_NO_GROUP;
}

static void
add_user_groups(struct sj_compile *compile, uint32_t user,
    const struct sj_packed_user *packed, const char *first)
{
	struct sj_where where = where_user(packed, "groups");
	uint32_t primary = sj_model_slot(compile->model, user)->group;
	struct sj_member member = {.user = user};
	const char *name = first;
	uint32_t i, group;

	for (i = 0; i < packed->group_count;
	     i++, name = sj_strings_next(name)) {
		group = sj_model_find_group(compile->model, name);
		if (group == SJ_NO_INDEX) {
			where.item = i;
			compile->file = packed->file;
			sj_compile_error(compile,
			    packed->line + packed->groups_behind, &where,
			    "\"%.80s\" is not defined, expected the name of "
			    "one of groups",
			    name);
			continue;
		}
		member.group = group & SJ_SLOT_NO_GROUP;
		if (group != primary)
			sj_model_add_member(compile->model, &member);
	}
}

/* The list of supplementary groups in a packed user. */
static const char *
groups_of(const char *name)
{
	unsigned i;

	/* name, group, gecos, home, shell, password */
	for (i = 0; i < 6; i++)
		name = sj_strings_next(name);
	return name;
}

static void
resolve_users(struct sj_compile *compile)
{
	uint32_t default_group = check_default_group(compile), i;
	struct sj_model *model = compile->model;
	struct sj_packed_user packed;
	struct sj_user_slot *slot;
	const char *name;

	for (i = 0; i < model->user_count; i++) {
		packed = sj_model_packed(model, i, &name);
		slot = sj_model_slot(model, i);
		check_uid(compile, &packed, slot->uid);
		resolve_group(compile, i, &packed, default_group);
		if (packed.group_count > 0)
			add_user_groups(compile, i, &packed, groups_of(name));
		slot->is_disabled =
		    (packed.flags & SJ_PACKED_IS_DISABLED) != 0 ||
		    (model->disabled_count > 0 &&
			sj_model_find_disabled(model, name) != SJ_NO_INDEX);
		sj_model_relax(model, i);
	}
}

static uint32_t
rank_of(const struct sj_model *model, const char *file)
{
	uint32_t i;

	for (i = 0; i < model->file_count; i++)
		if (model->files[i].path == file)
			return i;
	return 0;
}

static void
add_members(struct sj_compile *compile, uint32_t group)
{
	struct sj_model *model = compile->model;
	const struct sj_group_def *def = &model->groups[group];
	struct sj_where where = SJ_WHERE_ELEMENT("groups", def->element);
	struct sj_member member = {
	    .group = group & SJ_SLOT_NO_GROUP, .is_explicit = 1};
	const char *name = def->members.first;
	uint32_t i, user;

	for (i = 0; i < def->members.count; i++, name = sj_strings_next(name)) {
		if (strcmp(name, "root") == 0) {
			where.setting = "members";
			where.item = i;
			compile->file = rank_of(model, def->place.file);
			sj_compile_error(compile, def->members_line, &where,
			    "root can't be a member, expected another user");
			continue;
		}
		user = sj_model_find_user(model, name);
		member.user =
		    user != SJ_NO_INDEX
			? user
			: model->user_count + sj_model_add_foreign(model, name);
		/* Also of the primary group: getgrouplist(3) with another
		 * one tells it, as of /etc/group. */
		sj_model_add_member(model, &member);
	}
}

static void
resolve_groups(struct sj_compile *compile)
{
	struct sj_model *model = compile->model;
	const struct sj_ids *ids = &model->ids;
	const struct sj_group_def *def;
	struct sj_where where;
	uint32_t i;

	for (i = 0; i < model->group_count; i++) {
		def = &model->groups[i];
		add_members(compile, i);
		if (def->gid == 0 ||
		    (def->gid >= ids->gid_min && def->gid <= ids->gid_max))
			continue;
		where = SJ_WHERE_ELEMENT("groups", def->element);
		where.setting = "gid";
		compile->file = rank_of(model, def->place.file);
		sj_compile_error(compile, def->gid_line, &where,
		    "%u is outside of ids, expected %u to %u",
		    (unsigned)def->gid, (unsigned)ids->gid_min,
		    (unsigned)ids->gid_max);
	}
}

static void
resolve_disabled(struct sj_model *model)
{
	struct sj_disabled_def *disabled = model->store->disabled;
	uint32_t i;

	for (i = 0; i < model->disabled_count; i++)
		disabled[i].is_served =
		    sj_model_find_user(model, disabled[i].name) != SJ_NO_INDEX;
}

void
sj_compile_at(struct sj_compile *compile, const struct sj_place *place)
{
	compile->file = rank_of(compile->model, place->file);
}

void
sj_compile_finish(struct sj_compile *compile)
{
	sj_compile_finish_top(compile);
	/* Half a file would give errors that are none. */
	if (compile->is_broken || compile->model->store->is_short)
		return;
	resolve_users(compile);
	resolve_groups(compile);
	resolve_disabled(compile->model);
	sj_model_sort_members(compile->model);
	if (compile->model->errors.count > 0 || compile->model->store->is_short)
		return;
	sj_model_index_jails(compile->model);
	sj_compile_check_jails(compile);
	sj_compile_check_nesting(compile);
}
