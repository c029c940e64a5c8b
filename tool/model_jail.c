/* SPDX-License-Identifier: ISC */
/* Which jail takes whom. */
#include "model_store.h"

#include <stdlib.h>
#include <string.h>

/* From so many names on a list is looked up by a table. */
#define LONG_LIST 32u

const struct sj_strings *
sj_jail_who(const struct sj_jail *jail, enum sj_who who)
{
	switch (who) {
	case SJ_WHO_USERS:
		return &jail->users;
	case SJ_WHO_GROUPS:
		return &jail->groups;
	case SJ_WHO_EXCEPT_USERS:
		return &jail->except_users;
	case SJ_WHO_EXCEPT_GROUPS:
	case SJ_WHO_COUNT:
		break;
	}
	return &jail->except_groups;
}

/* The table has offsets into the list. */
static bool
is_name_at(const void *array, uint32_t off, const void *key)
{
	const struct sj_strings *names = array;

	return strcmp(names->first + off, key) == 0;
}

static bool
index_list(struct sj_table *table, const struct sj_strings *names)
{
	const char *name = names->first;
	uint32_t i, hash;

	if (names->count < LONG_LIST)
		return true;
	for (i = 0; i < names->count; i++, name = sj_strings_next(name)) {
		hash = sj_table_hash_string(name);
		if (sj_table_find(table, hash, is_name_at, names, name) ==
			SJ_TABLE_NONE &&
		    !sj_table_add(table, hash, (uint32_t)(name - names->first)))
			return false;
	}
	return true;
}

void
sj_model_index_jails(struct sj_model *model)
{
	struct sj_model_store *store = model->store;
	uint32_t i;

	store->who_tables = calloc((size_t)model->jail_count * SJ_WHO_COUNT + 1,
	    sizeof(*store->who_tables));
	if (store->who_tables == NULL) {
		store->is_short = true;
		return;
	}
	for (i = 0; i < model->jail_count * SJ_WHO_COUNT; i++)
		if (!index_list(&store->who_tables[i],
			sj_jail_who(&model->jails[i / SJ_WHO_COUNT].jail,
			    (enum sj_who)(i % SJ_WHO_COUNT))))
			store->is_short = true;
}

void
sj_model_clear_jails(struct sj_model *model)
{
	struct sj_model_store *store = model->store;
	uint32_t i;

	for (i = 0;
	     store->who_tables != NULL && i < model->jail_count * SJ_WHO_COUNT;
	     i++)
		sj_table_clear(&store->who_tables[i]);
	free(store->who_tables);
	store->who_tables = NULL;
}

static bool
names_contain(const struct sj_model *model, uint32_t jail, enum sj_who who,
    const char *name)
{
	const struct sj_strings *names =
	    sj_jail_who(&model->jails[jail].jail, who);
	const struct sj_table *tables = model->store->who_tables;

	if (names->count < LONG_LIST || tables == NULL)
		return sj_strings_contain(names, name);
	return sj_table_find(&tables[jail * SJ_WHO_COUNT + who],
		   sj_table_hash_string(name), is_name_at, names,
		   name) != SJ_TABLE_NONE;
}

static bool
is_in_groups(const struct sj_model *model, uint32_t jail, enum sj_who who,
    const char *primary, uint32_t user)
{
	const struct sj_strings *names =
	    sj_jail_who(&model->jails[jail].jail, who);
	const uint32_t *groups;
	uint32_t count, i;

	if (names->count == 0)
		return false;
	if (names_contain(model, jail, who, primary))
		return true;
	count = sj_model_groups_of(model, user, &groups);
	for (i = 0; i < count; i++)
		if (names_contain(
			model, jail, who, model->groups[groups[i]].name))
			return true;
	return false;
}

bool
sj_model_is_named(const struct sj_model *model, uint32_t jail, uint32_t user)
{
	const char *name, *primary;

	name = sj_model_names(model, user, &primary);
	return names_contain(model, jail, SJ_WHO_USERS, "*") ||
	       names_contain(model, jail, SJ_WHO_USERS, name) ||
	       is_in_groups(model, jail, SJ_WHO_GROUPS, primary, user);
}

bool
sj_model_is_in_jail(const struct sj_model *model, uint32_t jail, uint32_t user)
{
	const char *name, *primary;

	if (!sj_model_is_named(model, jail, user))
		return false;
	name = sj_model_names(model, user, &primary);
	return !names_contain(model, jail, SJ_WHO_EXCEPT_USERS, name) &&
	       !is_in_groups(model, jail, SJ_WHO_EXCEPT_GROUPS, primary, user);
}

uint32_t
sj_model_jail_of(const struct sj_model *model, uint32_t user)
{
	uint32_t i;

	for (i = 0; i < model->jail_count; i++)
		if (sj_model_is_in_jail(model, i, user))
			return i;
	return SJ_NO_INDEX;
}
