/* SPDX-License-Identifier: ISC */
#ifndef SJ_DB_RANDOM_H
#define SJ_DB_RANDOM_H

/*
 * A world by chance, the same one for the same seed: names of every length and
 * of others' beginnings, fields that are empty or long, groups of nobody and
 * of 500, users in none and in 100, members who are no users of ours.  Made of
 * what the records may hold or, for the tool (is_plain), a configuration.
 */

#include "db_many.h"

#define RANDOM_GROUPS 120u
#define RANDOM_GHOSTS 20u /* before the users: only members */
#define RANDOM_HEAVY 5u	  /* so many users are in most groups ... */
#define RANDOM_BIG 5u	  /* ... and so many groups have most users */

struct random {
	struct many many;
	uint32_t state;
	bool is_plain;
	unsigned users;
	const char **names; /* of ghosts and users, then of groups */
	bool *is_member;    /* [group * (ghosts + users) + ghost or user] */
};

/* 0 .. below - 1 */
static inline uint32_t
random_below(struct random *r, uint32_t below)
{
	r->state ^= r->state << 13;
	r->state ^= r->state >> 17;
	r->state ^= r->state << 5;
	return (uint32_t)((uint64_t)r->state * below >> 32);
}

static inline char *
random_text(struct random *r, const char *from, unsigned len)
{
	char *text = many_alloc(&r->many.arena, len + 1, 1);
	unsigned i, count = (unsigned)strlen(from);

	for (i = 0; i < len; i++)
		text[i] = from[random_below(r, count)];
	return text;
}

/* Any legal name, or one that was there with something behind it. */
static inline const char *
random_name(struct random *r, unsigned before)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz_";
	static const char rest[] = "abcxyz0189_.-";
	unsigned len = 1 + random_below(r, 32), old = 0;
	char *name;

	name = random_text(r, rest, len);
	name[0] = first[random_below(r, sizeof(first) - 1)];
	if (before > 0 && random_below(r, 4) == 0) {
		const char *other = r->names[random_below(r, before)];

		old = (unsigned)strlen(other);
		memcpy(name, other, old < len ? old : len);
	}
	if (name[len - 1] == '.')
		name[len - 1] = '-';
	return name;
}

static inline void
random_names(struct random *r, unsigned start, unsigned count)
{
	unsigned i, j;

	for (i = start; i < start + count; i++) {
		do {
			r->names[i] = random_name(r, i);
			for (j = start; j < i; j++)
				if (strcmp(r->names[i], r->names[j]) == 0)
					break;
		} while (j < i || strcmp(r->names[i], "root") == 0);
	}
}

/* An id that none of the earlier ones is: beside another, or anywhere. */
static inline uint32_t
random_id(struct random *r, const uint32_t *earlier, unsigned count)
{
	unsigned i;
	uint32_t id;

	do {
		if (count > 0 && random_below(r, 2) == 0)
			id = earlier[random_below(r, count)] + 1;
		else if (r->is_plain || random_below(r, 2) == 0)
			id = 20000 + random_below(r, 40000);
		else
			id = 1 + random_below(r, UINT32_MAX - 1);
		for (i = 0; i < count && earlier[i] != id; i++)
			;
	} while (i < count || id == 0 || id == UINT32_MAX ||
		 (r->is_plain && id > 60000));
	return id;
}

static inline const char *
random_gecos(struct random *r)
{
	static const char bytes[] =
	    "abc XYZ,,,..&*'`$()\"\\=;#%+-/@!?\xc3\xab\xf0\x9f\x90\xa7";
	unsigned kind = random_below(r, 8), len;

	len = kind < 2 ? 0 : random_below(r, kind == 2 ? 3000 : 60);
	if (!r->is_plain)
		return random_text(r, bytes, len);
	/* whole characters, no byte of them alone */
	return random_text(r, "abc XYZ,,,..&*'`$()\"\\=;#%+-/@!?", len);
}

static inline const char *
random_path(struct random *r)
{
	unsigned kind = random_below(r, 6);
	char *path;

	if (kind == 0)
		return r->is_plain ? "/" : "";
	path = random_text(
	    r, "abc/_-. ", 1 + random_below(r, kind == 1 ? 900 : 30));
	for (path[0] = '/'; strstr(path, "..") != NULL;)
		*strstr(path, "..") = 'x';
	return path;
}

static inline void
random_fill_user(struct random *r, unsigned i, const uint32_t *gids)
{
	static const char *const hashes[] = {"", "!", "!!", "*", "*"};
	static const int32_t days[] = {
	    SJ_NO_DAY, SJ_NO_DAY, 0, 1, 20000, 2932896, -1, SJ_NO_DAY - 1};
	struct sj_passwd *user = &r->many.users[i];
	struct sj_user *secret = &r->many.secrets[i];

	user->gid = gids[random_below(r, RANDOM_GROUPS)];
	user->name = r->names[RANDOM_GHOSTS + i];
	user->passwd = "x";
	user->gecos = random_gecos(r);
	user->home = random_path(r);
	user->shell = random_path(r);
	secret->is_served = true;
	secret->uid = user->uid;
	secret->not_before_day = SJ_NO_DAY;
	secret->expires_day = days[random_below(r, r->is_plain ? 6 : 8)];
	secret->name = user->name;
	if (random_below(r, 2) == 0)
		secret->hash = many_text(&r->many.arena, "$6$saltsalt$u", i,
		    "MN1Ug5NHtVDUzOaJvbuZ0HgpVWxkR0aVXKOxKbxY5fS0yM9nRjvc0Uk7"
		    "f5fS0yM9nRjvc0Uk7fMN1Ug5NHtVDU");
	else
		secret->hash = hashes[random_below(r, 5)];
	if (r->is_plain && secret->hash[0] != '$')
		secret->hash = "*";
}

/* Who is in which group, and how many there may be of each. */
static inline void
random_members(struct random *r)
{
	unsigned all = r->users + RANDOM_GHOSTS, group, user, most;

	for (group = 0; group < RANDOM_GROUPS; group++) {
		bool *row = r->is_member + (size_t)group * all;

		most = group < RANDOM_BIG ? 500 : random_below(r, 4) * 7;
		if (group >= RANDOM_GROUPS - 5)
			continue; /* of nobody */
		for (user = 0; user < most; user++)
			row[random_below(r, all)] = true;
		for (user = 0; user < RANDOM_HEAVY; user++)
			row[RANDOM_GHOSTS + user] |= random_below(r, 8) != 0;
	}
}

static inline void
random_fill_group(struct random *r, unsigned i)
{
	struct sj_group *group = &r->many.groups[i];
	unsigned all = r->users + RANDOM_GHOSTS, j;
	const bool *row = r->is_member + (size_t)i * all;
	char *members = many_alloc(&r->many.arena, all + 1, 33), *end = members;

	for (j = 0; j < all; j++)
		if (row[j]) {
			end = stpcpy(end, r->names[j]) + 1;
			group->members.count++;
		}
	group->members.first = members;
	group->members.size = (uint32_t)(end - members);
	group->name = r->names[all + i];
	group->passwd = r->is_plain || random_below(r, 4) > 0 ? "x" : "";
}

/* In the order of the groups, as files finds them. */
static inline void
random_fill_lists(struct random *r, struct fixture_world *world)
{
	unsigned all = r->users + RANDOM_GHOSTS, user, group;
	unsigned char *gids;

	for (user = 0; user < all; user++) {
		struct sj_group_list *list = &r->many.lists[world->list_count];

		gids = many_alloc(&r->many.arena, RANDOM_GROUPS, 4);
		list->count = 0;
		for (group = 0; group < RANDOM_GROUPS; group++)
			if (r->is_member[(size_t)group * all + user])
				sj_store_le32(gids + (size_t)list->count++ * 4,
				    r->many.groups[group].gid);
		list->user = r->names[user];
		list->gids = gids;
		world->list_count += list->count > 0;
	}
}

static inline struct fixture_world
random_world(unsigned seed, unsigned users, bool is_plain)
{
	unsigned all = users + RANDOM_GHOSTS, i;
	struct random r = {.state = seed * 2654435761u + 1,
	    .is_plain = is_plain,
	    .users = users};
	struct fixture_world world = {.generation = seed};
	uint32_t *ids;

	r.names =
	    many_alloc(&r.many.arena, all + RANDOM_GROUPS, sizeof(char *));
	r.is_member = many_alloc(&r.many.arena, (size_t)RANDOM_GROUPS * all, 1);
	ids = many_alloc(&r.many.arena, users + RANDOM_GROUPS, sizeof(*ids));
	r.many.users = many_alloc(&r.many.arena, users, sizeof(*world.users));
	r.many.secrets =
	    many_alloc(&r.many.arena, users, sizeof(*world.secrets));
	r.many.groups =
	    many_alloc(&r.many.arena, RANDOM_GROUPS, sizeof(*world.groups));
	r.many.lists = many_alloc(&r.many.arena, all, sizeof(*world.lists));
	random_names(&r, 0, all);
	random_names(&r, all, RANDOM_GROUPS);
	random_members(&r);
	for (i = 0; i < RANDOM_GROUPS; i++) {
		r.many.groups[i].gid = ids[i] = random_id(&r, ids, i);
		random_fill_group(&r, i);
	}
	for (i = 0; i < users; i++) {
		r.many.users[i].uid = random_id(&r, ids + RANDOM_GROUPS, i);
		ids[RANDOM_GROUPS + i] = r.many.users[i].uid;
		random_fill_user(&r, i, ids);
	}
	random_fill_lists(&r, &world);
	world.users = r.many.users;
	world.secrets = r.many.secrets;
	world.groups = r.many.groups;
	world.lists = r.many.lists;
	world.user_count = world.secret_count = world.served_count = users;
	world.group_count = RANDOM_GROUPS;
	world.jail_groups.first = "";
	return world;
}

#endif
