/* SPDX-License-Identifier: ISC */
/*
 * Writes databases into a directory, and the same users as passwd, group and
 * shadow files, for tests and benchmarks of the NSS module.
 *	nss_fixture DIR small|evil|COUNT [GENERATION]
 * A database that is there is replaced, and whoever has it open is told.
 * "evil" holds what no answer may: root, ids 0 and -1, as if a writer had
 * gone mad.
 */
#include "db_many.h"
#include "db_small.h"

static const struct sj_passwd evil_users[] = {
    {.uid = 0,
	.gid = 20000,
	.name = "toor",
	.passwd = "",
	.gecos = "",
	.home = "/",
	.shell = "/bin/sh"},
    {.uid = 20005,
	.gid = 20000,
	.name = "root",
	.passwd = "",
	.gecos = "",
	.home = "/",
	.shell = "/bin/sh"},
    {.uid = 20006,
	.gid = 0,
	.name = "gidzero",
	.passwd = "",
	.gecos = "",
	.home = "/",
	.shell = "/bin/sh"},
    {.uid = UINT32_MAX,
	.gid = 20000,
	.name = "minus",
	.passwd = "",
	.gecos = "",
	.home = "/",
	.shell = "/bin/sh"},
    {.uid = 20001,
	.gid = 20000,
	.name = "alice",
	.passwd = "x",
	.gecos = "",
	.home = "/",
	.shell = "/bin/sh"},
};

static const struct sj_group evil_groups[] = {
    {.gid = 0, .name = "wheel", .passwd = "", .members = {.first = ""}},
    {.gid = 20007, .name = "root", .passwd = "", .members = {.first = ""}},
    {.gid = UINT32_MAX,
	.name = "minus",
	.passwd = "",
	.members = {.first = ""}},
    {.gid = 20000, .name = "good", .passwd = "x", .members = {.first = ""}},
};

static const struct sj_group_list evil_lists[] = {
    {.user = "alice",
	.gids = (const unsigned char *)"\0\0\0\0\x27\x4e\0\0\xff\xff\xff\xff",
	.count = 3},
    {.user = "root", .gids = (const unsigned char *)"\x27\x4e\0\0", .count = 1},
};

static const struct sj_user evil_secrets[] = {
    {.is_served = true, .uid = 0, .name = "toor", .hash = ""},
    {.is_served = true, .uid = 20005, .name = "root", .hash = ""},
    {.is_served = false, .uid = 20008, .name = "locked", .hash = ""},
    {.is_served = true,
	.uid = 20001,
	.not_before_day = SJ_NO_DAY,
	.expires_day = SJ_NO_DAY,
	.name = "alice",
	.hash = "*"},
};

static const struct fixture_world evil_world = {
    .users = evil_users,
    .user_count = SMALL_COUNT(evil_users),
    .groups = evil_groups,
    .group_count = SMALL_COUNT(evil_groups),
    .lists = evil_lists,
    .list_count = SMALL_COUNT(evil_lists),
    .secrets = evil_secrets,
    .secret_count = SMALL_COUNT(evil_secrets),
    .served_count = SMALL_COUNT(evil_secrets),
    .jail_groups = {.first = ""},
};

static FILE *
open_text(const char *dir, const char *name, char *path, size_t size)
{
	FILE *file;

	(void)snprintf(path, size, "%s/%s", dir, name);
	file = fopen(path, "we");
	if (file == NULL)
		fixture_die(path);
	return file;
}

static void
close_text(FILE *file, const char *path)
{
	if (fclose(file) != 0)
		fixture_die(path);
}

static void
write_text(const char *dir, const struct fixture_world *world)
{
	char path[4096];
	const char *member;
	unsigned i, j;
	FILE *file = open_text(dir, "passwd", path, sizeof(path));

	for (i = 0; i < world->user_count; i++)
		fprintf(file, "%s:%s:%u:%u:%s:%s:%s\n", world->users[i].name,
		    world->users[i].passwd, world->users[i].uid,
		    world->users[i].gid, world->users[i].gecos,
		    world->users[i].home, world->users[i].shell);
	close_text(file, path);
	file = open_text(dir, "group", path, sizeof(path));
	for (i = 0; i < world->group_count; i++) {
		fprintf(file, "%s:%s:%u:", world->groups[i].name,
		    world->groups[i].passwd, world->groups[i].gid);
		member = world->groups[i].members.first;
		for (j = 0; j < world->groups[i].members.count; j++) {
			fprintf(file, "%s%s", j > 0 ? "," : "", member);
			member = sj_strings_next(member);
		}
		fputc('\n', file);
	}
	close_text(file, path);
	file = open_text(dir, "shadow", path, sizeof(path));
	for (i = 0; i < world->served_count; i++) {
		fprintf(file, "%s:%s::::::", world->secrets[i].name,
		    world->secrets[i].hash);
		if (world->secrets[i].expires_day != SJ_NO_DAY)
			fprintf(file, "%d", world->secrets[i].expires_day + 1);
		fputs(":\n", file);
	}
	close_text(file, path);
}

/* The secret file first: the public one is the commit. */
static void
write_databases(const char *dir, const struct fixture_world *world)
{
	char new[4096], path[4096];

	(void)snprintf(new, sizeof(new), "%s/new", dir);
	(void)snprintf(path, sizeof(path), "%s/secret.v1.cdb", dir);
	fixture_write_secret(new, world);
	fixture_replace(new, path, true);
	(void)snprintf(path, sizeof(path), "%s/public.v1.cdb", dir);
	fixture_write_public(new, world);
	fixture_replace(new, path, true);
}

int
main(int argc, char **argv)
{
	struct fixture_world world;

	if (argc < 3) {
		fputs("usage: nss_fixture DIR small|evil|COUNT [GENERATION]\n",
		    stderr);
		return 2;
	}
	if (strcmp(argv[2], "small") == 0)
		world = small_world;
	else if (strcmp(argv[2], "evil") == 0)
		world = evil_world;
	else
		world = many_world((unsigned)strtoul(argv[2], NULL, 10));
	if (argc > 3)
		world.generation = strtoull(argv[3], NULL, 10);
	(void)umask(022);
	write_text(argv[1], &world);
	write_databases(argv[1], &world);
	return 0;
}
