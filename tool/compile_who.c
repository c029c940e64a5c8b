/* SPDX-License-Identifier: ISC */
/* Whom the jails take: warnings of what can't be meant. */
#include "compile.h"

#include <stdlib.h>
#include <string.h>

/* So many users without a jail are named one by one. */
#define NAMED_MAX 20u
/* So many times a user is held against a jail only to give a warning. */
#define TRIES_MAX 5000000u

struct seen {
	bool *is_candidate; /* a served user fits the jail itself */
	bool *is_taken;	    /* and no jail in front of it took the user */
	uint32_t unmatched_count;
	uint32_t tries;
};

static void
warn_unmatched(struct sj_compile *compile, uint32_t user)
{
	struct sj_packed_user packed;
	struct sj_where where;
	const char *name;

	packed = sj_model_packed(compile->model, user, &name);
	where = SJ_WHERE_ELEMENT("users", packed.element);
	compile->file = packed.file;
	sj_compile_warn(compile, packed.line, &where,
	    "no jail takes \"%s\"; it can log in as far as sshd lets it, "
	    "unconfined",
	    name);
}

/* Whether a group that is not ours has served users is not known here. */
static bool
has_foreign_group(const struct sj_model *model, const struct sj_jail *jail)
{
	const char *name = jail->groups.first;
	uint32_t i;

	for (i = 0; i < jail->groups.count; i++, name = sj_strings_next(name))
		if (sj_model_find_group(model, name) == SJ_NO_INDEX)
			return true;
	return false;
}

static bool
is_any_group_foreign(const struct sj_model *model)
{
	uint32_t i;

	for (i = 0; i < model->jail_count; i++)
		if (has_foreign_group(model, &model->jails[i].jail))
			return true;
	return false;
}

static void
look_at_user(const struct sj_model *model, uint32_t user, struct seen *seen,
    bool *ret_is_taken)
{
	uint32_t i;

	*ret_is_taken = false;
	for (i = 0; i < model->jail_count; i++) {
		if (*ret_is_taken &&
		    (seen->is_candidate[i] || seen->tries >= TRIES_MAX))
			continue;
		seen->tries++;
		if (!sj_model_is_named(model, i, user))
			continue;
		seen->is_candidate[i] = true;
		if (*ret_is_taken || !sj_model_is_in_jail(model, i, user))
			continue;
		seen->is_taken[i] = true;
		*ret_is_taken = true;
	}
}

static void
look_at_users(struct sj_compile *compile, struct seen *seen)
{
	const struct sj_model *model = compile->model;
	bool is_foreign = is_any_group_foreign(model), is_taken;
	uint32_t i;

	for (i = 0; i < model->user_count; i++) {
		look_at_user(model, i, seen, &is_taken);
		sj_model_relax(model, i);
		if (is_taken || is_foreign)
			continue;
		if (seen->unmatched_count++ < NAMED_MAX)
			warn_unmatched(compile, i);
	}
}

/* Could a user of another source be meant? */
static bool
names_others(const struct sj_model *model, const struct sj_jail *jail)
{
	const char *name = jail->users.first;
	const uint32_t *groups;
	uint32_t i, j, count;

	for (i = 0; i < jail->users.count; i++, name = sj_strings_next(name))
		if (strcmp(name, "*") != 0 &&
		    sj_model_find_user(model, name) == SJ_NO_INDEX)
			return true;
	if (has_foreign_group(model, jail))
		return true;
	for (i = 0; i < model->foreign_count; i++) {
		count =
		    sj_model_groups_of(model, model->user_count + i, &groups);
		for (j = 0; j < count; j++)
			if (sj_strings_contain(
				&jail->groups, model->groups[groups[j]].name))
				return true;
	}
	return false;
}

/* A name of users, or of groups: is everybody it means kept out of jail i? */
static bool
is_name_shut(const struct sj_model *model, uint32_t i, const char *name,
    bool is_group, struct seen *seen)
{
	const struct sj_jail *jail = &model->jails[i].jail;
	uint32_t j;

	if (is_group ? sj_strings_contain(&jail->except_groups, name)
		     : strcmp(name, "root") == 0 ||
			   sj_strings_contain(&jail->except_users, name))
		return true;
	for (j = 0; j < i && seen->tries < TRIES_MAX; j++, seen->tries++) {
		jail = &model->jails[j].jail;
		if (jail->except_users.count + jail->except_groups.count == 0 &&
		    sj_strings_contain(
			is_group ? &jail->groups : &jail->users, name))
			return true;
	}
	return false;
}

/* Whoever the other sources have. */
static bool
is_shut(const struct sj_model *model, uint32_t i, struct seen *seen)
{
	const struct sj_jail *jail = &model->jails[i].jail;
	const char *name = jail->users.first;
	uint32_t k;

	for (k = 0; k < jail->users.count; k++, name = sj_strings_next(name))
		if (!is_name_shut(model, i, name, false, seen))
			return false;
	name = jail->groups.first;
	for (k = 0; k < jail->groups.count; k++, name = sj_strings_next(name))
		if (!is_name_shut(model, i, name, true, seen))
			return false;
	return true;
}

static void
warn_never(struct sj_compile *compile, struct seen *seen)
{
	const struct sj_model *model = compile->model;
	const struct sj_jail_def *def;
	struct sj_where where;
	uint32_t i;

	for (i = 0; i < model->jail_count; i++) {
		def = &model->jails[i];
		if (seen->is_taken[i])
			continue;
		if (!is_shut(model, i, seen) &&
		    (!seen->is_candidate[i] || names_others(model, &def->jail)))
			continue;
		where = SJ_WHERE_ELEMENT("jails", def->element);
		sj_compile_at(compile, &def->place);
		sj_compile_warn(compile, def->place.line, &where,
		    "\"%s\" can never match: all of its users are root, "
		    "excepted, or taken by a jail in front of it",
		    def->jail.name);
	}
}

void
sj_compile_check_jails(struct sj_compile *compile)
{
	struct sj_model *model = compile->model;
	struct sj_where nowhere = SJ_WHERE_TOP(NULL);
	struct seen seen = {NULL, NULL, 0, 0};

	seen.is_candidate = calloc(model->jail_count + 1, sizeof(bool));
	seen.is_taken = calloc(model->jail_count + 1, sizeof(bool));
	if (seen.is_candidate == NULL || seen.is_taken == NULL) {
		model->store->is_short = true;
	} else {
		look_at_users(compile, &seen);
		warn_never(compile, &seen);
	}
	if (seen.unmatched_count > NAMED_MAX) {
		compile->file = 0;
		sj_compile_warn(compile, 0, &nowhere,
		    "no jail takes %u more served users",
		    (unsigned)(seen.unmatched_count - NAMED_MAX));
	}
	free(seen.is_candidate);
	free(seen.is_taken);
}
