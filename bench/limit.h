/* SPDX-License-Identifier: ISC */
#ifndef SJ_LIMIT_H
#define SJ_LIMIT_H

/*
 * What a lookup costs at the least: a hash table on the heap, the comparison
 * of the key, and the copy into the caller's buffer.  Nothing is verified,
 * shared, reloaded or counted.
 */

#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <shadow.h>

#include "../tests/db_many.h"

struct limit_record {
	uint32_t uid;
	uint32_t gid;
	uint32_t len[5]; /* passwd: five strings; shadow: two */
	char strings[];
};

struct limit {
	const struct fixture_world *world;
	struct limit_record **by_name;
	struct limit_record **by_uid;
	struct limit_record **shadow;
	const struct sj_group_list **lists;
	uint32_t mask;
};

static inline uint32_t
limit_hash(const char *name)
{
	uint32_t hash = 5381;

	for (; *name != '\0'; name++)
		hash = (hash * 33) ^ (unsigned char)*name;
	return hash * 0x9e3779b1u >> 3;
}

static inline uint32_t
limit_hash_id(uint32_t id)
{
	return id * 0x9e3779b1u >> 3;
}

static inline void
limit_insert(struct limit_record **table, uint32_t mask, uint32_t hash,
    struct limit_record *record)
{
	while (table[hash & mask] != NULL)
		hash++;
	table[hash & mask] = record;
}

static inline struct limit_record *
limit_record(
    const struct sj_passwd *user, unsigned count, const char *const *strings)
{
	struct limit_record *record;
	size_t size = 0;
	unsigned i;

	for (i = 0; i < count; i++)
		size += strlen(strings[i]) + 1;
	record = malloc(sizeof(*record) + size);
	if (record == NULL)
		fixture_die("malloc");
	record->uid = user->uid;
	record->gid = user->gid;
	for (i = 0, size = 0; i < count; i++) {
		record->len[i] = (uint32_t)strlen(strings[i]) + 1;
		memcpy(record->strings + size, strings[i], record->len[i]);
		size += record->len[i];
	}
	return record;
}

static inline void
limit_add(struct limit *limit, unsigned i)
{
	const struct sj_passwd *u = &limit->world->users[i];
	const char *passwd[] = {
	    u->name, u->passwd, u->gecos, u->home, u->shell};
	const char *shadow[] = {u->name, limit->world->secrets[i].hash};
	struct limit_record *record = limit_record(u, 5, passwd);
	uint32_t at = limit_hash(u->name);

	limit_insert(limit->by_name, limit->mask, at, record);
	limit_insert(limit->by_uid, limit->mask, limit_hash_id(u->uid), record);
	limit_insert(
	    limit->shadow, limit->mask, at, limit_record(u, 2, shadow));
	while (limit->lists[at & limit->mask] != NULL)
		at++;
	limit->lists[at & limit->mask] = &limit->world->lists[i];
}

static inline struct limit *
limit_make(const struct fixture_world *world)
{
	struct limit *limit = calloc(1, sizeof(*limit));
	uint32_t slots = 2;
	unsigned i;

	if (limit == NULL)
		fixture_die("calloc");
	while (slots < 2 * world->user_count)
		slots *= 2;
	limit->world = world;
	limit->mask = slots - 1;
	limit->by_name = calloc(slots, sizeof(void *));
	limit->by_uid = calloc(slots, sizeof(void *));
	limit->shadow = calloc(slots, sizeof(void *));
	limit->lists = calloc(slots, sizeof(void *));
	for (i = 0; i < world->user_count; i++)
		limit_add(limit, i);
	return limit;
}

static inline bool
limit_copy(const struct limit_record *record, unsigned count, char *buffer,
    size_t size, char **ret_strings)
{
	size_t len = 0;
	unsigned i;

	for (i = 0; i < count; i++) {
		ret_strings[i] = buffer + len;
		len += record->len[i];
	}
	if (len > size)
		return false;
	memcpy(buffer, record->strings, len);
	return true;
}

static inline const struct limit_record *
limit_find(struct limit_record *const *table, uint32_t mask, const char *name)
{
	uint32_t at = limit_hash(name);

	for (; table[at & mask] != NULL; at++)
		if (strcmp(table[at & mask]->strings, name) == 0)
			return table[at & mask];
	return NULL;
}

static inline const struct limit_record *
limit_find_uid(const struct limit *limit, uint32_t uid)
{
	uint32_t at = limit_hash_id(uid);

	for (; limit->by_uid[at & limit->mask] != NULL; at++)
		if (limit->by_uid[at & limit->mask]->uid == uid)
			return limit->by_uid[at & limit->mask];
	return NULL;
}

static inline bool
limit_passwd(const struct limit_record *record, struct passwd *result,
    char *buffer, size_t size)
{
	char *strings[5];

	if (record == NULL || !limit_copy(record, 5, buffer, size, strings))
		return false;
	result->pw_uid = record->uid;
	result->pw_gid = record->gid;
	result->pw_name = strings[0];
	result->pw_passwd = strings[1];
	result->pw_gecos = strings[2];
	result->pw_dir = strings[3];
	result->pw_shell = strings[4];
	return true;
}

static inline bool
limit_shadow(const struct limit_record *record, struct spwd *result,
    char *buffer, size_t size)
{
	char *strings[5];

	memset(result, 0xff, sizeof(*result));
	if (record == NULL || !limit_copy(record, 2, buffer, size, strings))
		return false;
	result->sp_namp = strings[0];
	result->sp_pwdp = strings[1];
	return true;
}

static inline long
limit_groups(const struct limit *limit, const char *name, gid_t *gids)
{
	uint32_t at = limit_hash(name), i;
	const struct sj_group_list *list;

	for (; (list = limit->lists[at & limit->mask]) != NULL; at++)
		if (strcmp(list->user, name) == 0) {
			for (i = 0; i < list->count; i++)
				gids[i] = sj_load_le32(list->gids + i * 4);
			return list->count;
		}
	return 0;
}

#endif
