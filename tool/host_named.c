/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

/* So many names that nobody serves are asked for. */
#define NAMES_MAX 1000u
#define BUFFER_SIZE 65536u

struct naming {
	struct sj_compile *compile;
	char *buf;
	uint32_t asked;
};

/* Surely not there: an error of the source is no answer. */
static bool
is_unknown_user(struct naming *naming, const char *name)
{
	struct passwd passwd, *result = NULL;

	if (naming->asked++ >= NAMES_MAX)
		return false;
	return getpwnam_r(name, &passwd, naming->buf, BUFFER_SIZE, &result) ==
		   0 &&
	       result == NULL;
}

static bool
is_unknown_group(struct naming *naming, const char *name)
{
	struct group group, *result = NULL;

	if (naming->asked++ >= NAMES_MAX)
		return false;
	return getgrnam_r(name, &group, naming->buf, BUFFER_SIZE, &result) ==
		   0 &&
	       result == NULL;
}

static void
check_list(struct naming *naming, const struct sj_jail_def *def,
    enum sj_who who, const struct sj_strings *names)
{
	static const char *const settings[SJ_WHO_COUNT] = {
	    "users", "groups", "except_users", "except_groups"};
	const struct sj_model *model = naming->compile->model;
	struct sj_where where = SJ_WHERE_ELEMENT("jails", def->element);
	bool is_users = who == SJ_WHO_USERS || who == SJ_WHO_EXCEPT_USERS;
	const char *name = names->first;

	where.setting = settings[who];
	sj_compile_at(naming->compile, &def->place);
	for (where.item = 0; where.item < names->count;
	     where.item++, name = sj_strings_next(name)) {
		if (is_users
			? strcmp(name, "*") == 0 ||
			      sj_model_find_user(model, name) != SJ_NO_INDEX ||
			      !is_unknown_user(naming, name)
			: sj_model_find_group(model, name) != SJ_NO_INDEX ||
			      !is_unknown_group(naming, name))
			continue;
		sj_compile_warn(naming->compile, def->who_lines[who], &where,
		    "\"%.80s\" is unknown here and to the other sources of "
		    "this host",
		    name);
	}
}

static void
check_writable_group(struct naming *naming, const struct sj_jail_def *def)
{
	struct sj_where where = SJ_WHERE_ELEMENT("jails", def->element);
	const char *name = def->jail.writable_group;

	if (name[0] == '\0' ||
	    sj_model_find_group(naming->compile->model, name) != SJ_NO_INDEX ||
	    !is_unknown_group(naming, name))
		return;
	where.setting = "writable_group";
	sj_compile_at(naming->compile, &def->place);
	sj_compile_warn(naming->compile, def->writable_group_line, &where,
	    "\"%.80s\" is unknown here and to the other sources of this host",
	    name);
}

static void
check_jails(struct naming *naming)
{
	const struct sj_model *model = naming->compile->model;
	const struct sj_jail_def *def;
	uint32_t i;

	for (i = 0; i < model->jail_count; i++) {
		def = &model->jails[i];
		check_list(naming, def, SJ_WHO_USERS, &def->jail.users);
		check_list(naming, def, SJ_WHO_GROUPS, &def->jail.groups);
		check_list(
		    naming, def, SJ_WHO_EXCEPT_USERS, &def->jail.except_users);
		check_list(naming, def, SJ_WHO_EXCEPT_GROUPS,
		    &def->jail.except_groups);
		check_writable_group(naming, def);
	}
}

static void
check_members(struct naming *naming)
{
	const struct sj_model *model = naming->compile->model;
	const struct sj_group_def *def;
	const uint32_t *groups;
	struct sj_where where;
	uint32_t i;

	for (i = 0; i < model->foreign_count; i++) {
		if (!is_unknown_user(naming, model->foreign[i]) ||
		    sj_model_groups_of(model, model->user_count + i, &groups) ==
			0)
			continue;
		def = &model->groups[groups[0]];
		where = SJ_WHERE_ELEMENT("groups", def->element);
		where.setting = "members";
		sj_compile_at(naming->compile, &def->place);
		sj_compile_warn(naming->compile, def->members_line, &where,
		    "\"%.80s\" is unknown here and to the other sources of "
		    "this host",
		    model->foreign[i]);
	}
}

void
sj_host_check_named(struct sj_compile *compile)
{
	struct naming naming = {.compile = compile};

	/* Warnings only: with errors there is enough to read. */
	if (compile->model->errors.count > 0)
		return;
	naming.buf = malloc(BUFFER_SIZE);
	if (naming.buf == NULL) {
		compile->model->store->is_short = true;
		return;
	}
	check_jails(&naming);
	check_members(&naming);
	free(naming.buf);
}
