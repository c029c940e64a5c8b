/* SPDX-License-Identifier: ISC */
#ifndef SJ_DB_MANY_H
#define SJ_DB_MANY_H

/*
 * A world of any number of users: ten to a group, every user in the group of
 * its number and in the next.  Deterministic; the memory is never given back.
 */

#include "db_fixture.h"

#define MANY_UID 1000000u
#define MANY_GID 3000000u
#define MANY_PER_GROUP 10u

/* Zeroed pieces of big mappings: no leak checker asks for them back. */
struct many_arena {
	char *free;
	size_t left;
};

static inline void *
many_alloc(struct many_arena *arena, size_t count, size_t size)
{
	size_t len = (count * size + 15) / 16 * 16, room = len + (1u << 20);
	void *memory;

	if (arena->free == NULL || len > arena->left) {
		arena->free = mmap(NULL, room, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (arena->free == MAP_FAILED)
			fixture_die("mmap");
		arena->left = room;
	}
	memory = arena->free;
	arena->free += len;
	arena->left -= len;
	return memory;
}

static inline char *
many_text(struct many_arena *arena, const char *before, unsigned number,
    const char *behind)
{
	char text[160], *copy;
	int len =
	    snprintf(text, sizeof(text), "%s%u%s", before, number, behind);

	copy = many_alloc(arena, (size_t)len + 1, 1);
	memcpy(copy, text, (size_t)len + 1);
	return copy;
}

/* What one world holds; struct fixture_world has it read-only. */
struct many {
	struct many_arena arena;
	struct sj_passwd *users;
	struct sj_group *groups;
	struct sj_group_list *lists;
	struct sj_user *secrets;
};

static inline void
many_fill_user(struct many *many, unsigned i)
{
	struct sj_passwd *user = &many->users[i];
	struct sj_user *secret = &many->secrets[i];

	user->uid = MANY_UID + i;
	user->gid = MANY_GID + i / MANY_PER_GROUP;
	user->name = many_text(&many->arena, "user", i, "");
	user->passwd = "x";
	user->gecos = many_text(&many->arena, "User Number ", i, ",,,");
	user->home = many_text(&many->arena, "/srv/sftp/user", i, "");
	user->shell = "/usr/libexec/sftpjail/sftpjail-shell";
	secret->is_served = true;
	secret->uid = user->uid;
	secret->not_before_day = SJ_NO_DAY;
	secret->expires_day = SJ_NO_DAY;
	secret->name = user->name;
	secret->hash = many_text(&many->arena, "$6$saltsalt$u", i,
	    ".MN1Ug5NHtVDUzOaJvbuZ0HgpVWxkR0aVXKOxKbxY5fS0yM9nRjvc0Uk7f");
}

/* The members of group i: those of number i and of i - 1, round the end. */
static inline void
many_fill_group(struct many *many, unsigned i, unsigned users, unsigned groups)
{
	struct sj_group *group = &many->groups[i];
	unsigned from[2] = {i, (i + groups - 1) % groups}, part, j, user;
	char *members = many_alloc(&many->arena, 2 * MANY_PER_GROUP, 16),
	     *end = members;

	for (part = 0; part < (groups > 1 ? 2u : 1u); part++)
		for (j = 0; j < MANY_PER_GROUP; j++) {
			user = from[part] * MANY_PER_GROUP + j;
			if (user >= users)
				break;
			end += sprintf(end, "user%u", user) + 1;
			group->members.count++;
		}
	group->members.first = members;
	group->members.size = (uint32_t)(end - members);
	group->gid = MANY_GID + i;
	group->name = many_text(&many->arena, "group", i, "");
	group->passwd = "x";
}

static inline void
many_fill_list(struct many *many, unsigned i, unsigned groups)
{
	unsigned one = i / MANY_PER_GROUP, two = (one + 1) % groups;
	unsigned char *gids = many_alloc(&many->arena, 2, 4);

	/* in the order of the groups, as files finds them */
	sj_store_le32(gids, MANY_GID + (one < two ? one : two));
	sj_store_le32(gids + 4, MANY_GID + (one < two ? two : one));
	many->lists[i].user = many->users[i].name;
	many->lists[i].gids = gids;
	many->lists[i].count = groups > 1 ? 2 : 1;
}

static inline struct fixture_world
many_world(unsigned users)
{
	unsigned groups = (users + MANY_PER_GROUP - 1) / MANY_PER_GROUP, i;
	struct many many = {.arena = {NULL, 0}};
	struct fixture_world world = {.generation = users};

	many.users = many_alloc(&many.arena, users, sizeof(*many.users));
	many.secrets = many_alloc(&many.arena, users, sizeof(*many.secrets));
	many.groups = many_alloc(&many.arena, groups, sizeof(*many.groups));
	many.lists = many_alloc(&many.arena, users, sizeof(*many.lists));
	for (i = 0; i < users; i++)
		many_fill_user(&many, i);
	for (i = 0; i < groups; i++)
		many_fill_group(&many, i, users, groups);
	for (i = 0; i < users; i++)
		many_fill_list(&many, i, groups);
	world.users = many.users;
	world.secrets = many.secrets;
	world.groups = many.groups;
	world.lists = many.lists;
	world.user_count = world.secret_count = world.list_count = users;
	world.served_count = users;
	world.group_count = groups;
	world.jail_groups.first = "";
	return world;
}

#endif
