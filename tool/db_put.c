/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "db_put.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

/* After so many users. */
#define SYNC_EACH 65536u

static void
begin_section(const struct sj_db_put *put, struct sj_db_range *range)
{
	range->start_off = put->make.cdb_dpos;
	range->count = 0;
}

static void
end_section(const struct sj_db_put *put, struct sj_db_range *range)
{
	range->end_off = put->make.cdb_dpos;
}

static void
put_passwd(struct sj_db_put *put, const struct sj_user_def *user, char letter)
{
	struct sj_passwd passwd = {.uid = user->uid,
	    .gid = user->gid,
	    .name = user->name,
	    .passwd = "x",
	    .gecos = user->gecos,
	    .home = user->home,
	    .shell = user->shell};

	sj_passwd_store(&put->pack, &passwd);
	if (letter == SJ_KEY_PASSWD_UID)
		sj_db_put_number(put, letter, user->uid);
	else
		sj_db_put_name(put, letter, user->name);
}

static void
put_keys(struct sj_db_put *put, const struct sj_user_def *user)
{
	struct sj_keys keys = {.user = user->name,
	    .not_before_day = user->not_before_day,
	    .expires_day = user->expires_day,
	    .lines = user->keys};

	sj_keys_store(&put->pack, &keys);
	sj_db_put_name(put, SJ_KEY_KEYS, user->name);
}

static void
put_user(struct sj_db_put *put, const struct sj_user_def *def)
{
	struct sj_user user = {.is_served = true,
	    .is_disabled = def->is_disabled,
	    .uid = def->uid,
	    .not_before_day = def->not_before_day,
	    .expires_day = def->expires_day,
	    .name = def->name,
	    .hash = def->password};

	sj_user_store(&put->pack, &user);
	sj_db_put_name(put, SJ_KEY_USER, user.name);
}

/* For the progress. */
static const char *
pass_name(char letter)
{
	switch (letter) {
	case SJ_KEY_USER:
		return "writing users";
	case SJ_KEY_KEYS:
		return "writing keys";
	case SJ_KEY_PASSWD_NAME:
		return "writing names";
	default:
		return "writing ids";
	}
}

/* Brings what was written on its way, so that fsync(2) finds little left. */
static void
start_sync(struct sj_db_put *put)
{
	(void)sync_file_range(put->make.cdb_fd, put->synced_off,
	    put->make.cdb_dpos - put->synced_off, SYNC_FILE_RANGE_WRITE);
	put->synced_off = put->make.cdb_dpos;
}

/* One record of that letter for each user that has one. */
static uint32_t
put_users(struct sj_db_put *put, const struct sj_model *model, char letter)
{
	struct sj_user_def user;
	uint32_t i, count = 0;

	if (letter == SJ_KEY_KEYS && !model->store->has_keys)
		return 0;
	for (i = 0; i < model->user_count && !put->is_failed; i++) {
		sj_progress_show(
		    put->progress, pass_name(letter), i, model->user_count);
		sj_model_user(model, i, &user);
		sj_model_relax(model, i);
		if (i % SYNC_EACH == SYNC_EACH - 1)
			start_sync(put);
		if (letter == SJ_KEY_KEYS &&
		    (user.is_disabled || user.keys.count == 0))
			continue;
		count++;
		if (letter == SJ_KEY_KEYS)
			put_keys(put, &user);
		else if (letter == SJ_KEY_USER)
			put_user(put, &user);
		else
			put_passwd(put, &user, letter);
	}
	return count;
}

/*
 * Who names each group in its own `groups`: the names, by group.  Gathered in
 * one pass in the order of users, as reading a million of them in the order of
 * groups would bring all of their pages into memory.
 */
struct implied {
	char *names;
	uint32_t *starts; /* group_count + 1: offsets into names */
};

/* The name, or NULL if the group itself lists the user. */
static const char *
implied_name(const struct sj_model *model, uint32_t member)
{
	const struct sj_member *each = &model->store->members[member];
	const char *name;

	sj_model_relax(model, member);
	if (each->is_explicit)
		return NULL;
	(void)sj_model_packed(model, each->user, &name);
	return name;
}

static bool
find_implied(const struct sj_model *model, struct implied *implied)
{
	const struct sj_model_store *store = model->store;
	const char *name;
	uint32_t i, *next;
	size_t size = 0;

	implied->starts =
	    calloc((size_t)model->group_count + 2, sizeof(uint32_t));
	if (implied->starts == NULL)
		return false;
	for (i = 0; i < store->member_count; i++) {
		name = implied_name(model, i);
		if (name != NULL)
			implied->starts[store->members[i].group + 2] +=
			    (uint32_t)strlen(name) + 1;
	}
	for (i = 2; i < model->group_count + 2; i++)
		implied->starts[i] += implied->starts[i - 1];
	implied->names = malloc(implied->starts[model->group_count + 1] + 1u);
	if (implied->names == NULL)
		return false;
	/* starts[group + 1] is where the next one of group goes. */
	for (i = 0; i < store->member_count; i++) {
		name = implied_name(model, i);
		if (name == NULL)
			continue;
		next = &implied->starts[store->members[i].group + 1];
		size = strlen(name) + 1;
		memcpy(implied->names + *next, name, size);
		*next += (uint32_t)size;
	}
	return true;
}

static bool
is_listed(const void *array, uint32_t off, const void *key)
{
	const struct sj_pack *list = array;

	return strcmp((const char *)list->data + off, key) == 0;
}

/* The group's own list, each name once; how many. */
static uint32_t
pack_members(struct sj_pack *list, const struct sj_strings *members)
{
	struct sj_table table = {NULL, 0, 0};
	const char *name = members->first;
	uint32_t i, hash, count = 0;

	for (i = 0; i < members->count; i++, name = sj_strings_next(name)) {
		hash = sj_table_hash_string(name);
		if (sj_table_find(&table, hash, is_listed, list, name) !=
		    SJ_TABLE_NONE)
			continue;
		if (!sj_table_add(&table, hash, (uint32_t)list->len))
			list->is_bad = true;
		sj_pack_string(list, name);
		if (list->is_bad)
			break;
		count++;
	}
	sj_table_clear(&table);
	return count;
}

static void
put_group(struct sj_db_put *put, const struct sj_model *model, uint32_t index,
    const struct implied *implied, char letter)
{
	const struct sj_group_def *def = &model->groups[index];
	struct sj_group group = {
	    .gid = def->gid, .name = def->name, .passwd = "x"};
	uint32_t off;

	put->list.len = 0;
	group.members.count = pack_members(&put->list, &def->members);
	for (off = implied->starts[index]; off < implied->starts[index + 1];
	     off += (uint32_t)strlen(implied->names + off) + 1) {
		sj_pack_string(&put->list, implied->names + off);
		group.members.count++;
	}
	group.members.first = (const char *)put->list.data;
	group.members.size = (uint32_t)put->list.len;
	sj_group_store(&put->pack, &group);
	if (letter == SJ_KEY_GROUP_GID)
		sj_db_put_number(put, letter, def->gid);
	else
		sj_db_put_name(put, letter, def->name);
}

static void
put_groups(struct sj_db_put *put, const struct sj_model *model,
    const struct implied *implied, char letter)
{
	uint32_t i;

	for (i = 0; i < model->group_count && !put->is_failed; i++)
		put_group(put, model, i, implied, letter);
	sj_arena_relax(&model->store->arena);
}

/* The supplementary groups of each user that has any. */
static void
put_group_lists(struct sj_db_put *put, const struct sj_model *model)
{
	const struct sj_model_store *store = model->store;
	struct sj_group_list list;
	uint32_t i, user;

	for (i = 0; i < store->member_count && !put->is_failed;) {
		user = store->members[i].user;
		put->list.len = 0;
		list.count = 0;
		for (;
		     i < store->member_count && store->members[i].user == user;
		     i++, list.count++)
			sj_pack_u32(&put->list,
			    model->groups[store->members[i].group].gid);
		if (user < model->user_count)
			(void)sj_model_packed(model, user, &list.user);
		else
			list.user = model->foreign[user - model->user_count];
		list.gids = put->list.data;
		sj_group_list_store(&put->pack, &list);
		sj_db_put_name(put, SJ_KEY_GROUP_LIST, list.user);
		sj_model_relax(model, i);
	}
}

void
sj_db_put_public(struct sj_db_put *put, const struct sj_model *model,
    struct sj_db_header *ret_header)
{
	struct sj_db_range *ranges = ret_header->sections;
	struct implied implied = {NULL, NULL};

	ret_header->jail_count = 0;
	if (!find_implied(model, &implied))
		put->pack.is_bad = true;
	begin_section(put, &ranges[SJ_DB_SECTION_PASSWD]);
	ranges[SJ_DB_SECTION_PASSWD].count =
	    put_users(put, model, SJ_KEY_PASSWD_NAME);
	end_section(put, &ranges[SJ_DB_SECTION_PASSWD]);
	begin_section(put, &ranges[SJ_DB_SECTION_GROUP]);
	if (!put->pack.is_bad)
		put_groups(put, model, &implied, SJ_KEY_GROUP_NAME);
	ranges[SJ_DB_SECTION_GROUP].count = model->group_count;
	end_section(put, &ranges[SJ_DB_SECTION_GROUP]);
	begin_section(put, &ranges[SJ_DB_SECTION_KEYS]);
	ranges[SJ_DB_SECTION_KEYS].count = put_users(put, model, SJ_KEY_KEYS);
	end_section(put, &ranges[SJ_DB_SECTION_KEYS]);
	(void)put_users(put, model, SJ_KEY_PASSWD_UID);
	if (!put->pack.is_bad)
		put_groups(put, model, &implied, SJ_KEY_GROUP_GID);
	put_group_lists(put, model);
	free(implied.names);
	free(implied.starts);
}

/* Users of other sources that the list "disabled" locks. */
static void
put_locked(struct sj_db_put *put, const struct sj_model *model)
{
	struct sj_user user = {.is_disabled = true,
	    .not_before_day = SJ_NO_DAY,
	    .expires_day = SJ_NO_DAY,
	    .hash = "*"};
	uint32_t i;

	for (i = 0; i < model->disabled_count; i++) {
		if (!model->disabled[i].is_served) {
			user.name = model->disabled[i].name;
			sj_user_store(&put->pack, &user);
			sj_db_put_name(put, SJ_KEY_USER, user.name);
		}
	}
}

static uint32_t
add_names(struct sj_pack *list, const struct sj_strings *names, uint32_t count)
{
	struct sj_strings so_far = {.count = count};
	const char *name = names->first;
	uint32_t i, added = 0;

	for (i = 0; i < names->count; i++, name = sj_strings_next(name)) {
		so_far.first = (const char *)list->data;
		so_far.count = count + added;
		if (so_far.count > 0 && sj_strings_contain(&so_far, name))
			continue;
		sj_pack_string(list, name);
		added++;
	}
	return added;
}

static void
put_jails(struct sj_db_put *put, const struct sj_model *model)
{
	struct sj_strings names = {.count = 0};
	const struct sj_jail *jail;
	uint32_t i;

	for (i = 0; i < model->jail_count; i++) {
		sj_jail_store(&put->pack, &model->jails[i].jail);
		sj_db_put_number(put, SJ_KEY_JAIL, i);
	}
	put->list.len = 0;
	for (i = 0; i < model->jail_count; i++) {
		jail = &model->jails[i].jail;
		names.count +=
		    add_names(&put->list, &jail->groups, names.count);
		names.count +=
		    add_names(&put->list, &jail->except_groups, names.count);
	}
	names.first = (const char *)put->list.data;
	names.size = (uint32_t)put->list.len;
	sj_names_store(&put->pack, &names);
	sj_db_put_name(put, SJ_KEY_JAIL_GROUPS, "");
}

static void
put_server(struct sj_db_put *put, const struct sj_model *model)
{
	if (model->server.argv.count == 0)
		return;
	sj_server_store(&put->pack, &model->server);
	sj_db_put_name(put, SJ_KEY_SERVER, "");
}

void
sj_db_put_secret(struct sj_db_put *put, const struct sj_model *model,
    struct sj_db_header *ret_header)
{
	struct sj_db_range *range = &ret_header->sections[SJ_DB_SECTION_USER];

	begin_section(put, range);
	range->count = put_users(put, model, SJ_KEY_USER);
	end_section(put, range);
	put_locked(put, model);
	put_jails(put, model);
	put_server(put, model);
	ret_header->jail_count = model->jail_count;
}
