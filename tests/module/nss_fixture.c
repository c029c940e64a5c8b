/* SPDX-License-Identifier: ISC */
/*
 * Writes databases into a directory, and the same users as passwd, group and
 * shadow files, for tests and benchmarks of the NSS module.
 *	nss_fixture DIR small|evil|COUNT|random:SEED|config:SEED [GENERATION]
 * A database that is there is replaced, and whoever has it open is told.
 * "evil" holds what no answer may: root, ids 0 and -1, as if a writer had
 * gone mad.  "config" writes no databases but a configuration, of which the
 * tool makes them.
 */
#include <time.h>

#include "db_random.h"
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

/* A string of libconfig. */
static void
put_quoted(FILE *file, const char *before, const char *text)
{
	fprintf(file, "%s\"", before);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', file);
		fputc(*text, file);
	}
	fputc('"', file);
}

/*
 * Members are named by the group, behind the first so many users by their own
 * groups, and some by both: the tool has them in this order, too.  Only the
 * group's word counts with users whose primary one it is.
 */
static unsigned
first_by_themselves(const struct fixture_world *world, unsigned group)
{
	const struct sj_group *g = &world->groups[group];
	unsigned first = group * 7 % world->user_count, i;

	for (i = first; i < world->user_count; i++)
		if (world->users[i].gid == g->gid &&
		    sj_strings_contain(&g->members, world->users[i].name))
			first = i + 1;
	return first;
}

static bool
is_named_by_group(
    const struct fixture_world *world, unsigned group, const char *name)
{
	unsigned i = first_by_themselves(world, group);

	for (; i < world->user_count; i++)
		if (strcmp(world->users[i].name, name) == 0)
			return false;
	return true;
}

static bool
is_named_by_user(
    const struct fixture_world *world, unsigned group, unsigned user)
{
	const struct sj_group *g = &world->groups[group];

	return world->users[user].gid != g->gid &&
	       (user % 3 == 0 || user >= first_by_themselves(world, group)) &&
	       sj_strings_contain(&g->members, world->users[user].name);
}

static void
put_groups(FILE *file, const struct fixture_world *world)
{
	const struct sj_group *group;
	const char *member, *comma;
	unsigned i, j;

	fputs("groups = (\n", file);
	for (i = 0; i < world->group_count; i++) {
		group = &world->groups[i];
		fprintf(file, "%s{ name = \"%s\"; gid = %u; members = [",
		    i > 0 ? ",\n" : "", group->name, group->gid);
		member = group->members.first;
		comma = "";
		for (j = 0; j < group->members.count; j++) {
			if (is_named_by_group(world, i, member)) {
				put_quoted(file, comma, member);
				comma = ", ";
			}
			member = sj_strings_next(member);
		}
		fputs("]; }", file);
	}
	fputs("\n);\n", file);
}

static void
put_user_groups(FILE *file, const struct fixture_world *world, unsigned user)
{
	const char *comma = "";
	unsigned i;

	fputs("; groups = [", file);
	for (i = 0; i < world->group_count; i++)
		if (is_named_by_user(world, i, user)) {
			put_quoted(file, comma, world->groups[i].name);
			comma = ", ";
		}
	fputs("]", file);
}

static const char *
group_name(const struct fixture_world *world, uint32_t gid)
{
	unsigned i = 0;

	while (world->groups[i].gid != gid)
		i++;
	return world->groups[i].name;
}

static void
put_users(FILE *file, const struct fixture_world *world)
{
	const struct sj_passwd *user;
	char date[32];
	time_t day;
	unsigned i;

	fputs("users = (\n", file);
	for (i = 0; i < world->user_count; i++) {
		user = &world->users[i];
		fprintf(file, "%s{ name = \"%s\"; uid = %u", i > 0 ? ",\n" : "",
		    user->name, user->uid);
		put_quoted(file, "; group = ", group_name(world, user->gid));
		put_user_groups(file, world, i);
		put_quoted(file, "; gecos = ", user->gecos);
		put_quoted(file, "; home = ", user->home);
		put_quoted(file, "; shell = ", user->shell);
		put_quoted(file, "; password = ", world->secrets[i].hash);
		day = (time_t)world->secrets[i].expires_day * 86400;
		(void)strftime(date, sizeof(date), "%Y-%m-%d", gmtime(&day));
		if (world->secrets[i].expires_day != SJ_NO_DAY)
			put_quoted(file, "; expires = ", date);
		fputs("; }", file);
	}
	fputs("\n);\n", file);
}

static void
write_config(const char *dir, const struct fixture_world *world)
{
	char path[4096];
	FILE *file = open_text(dir, "sftpjail.conf", path, sizeof(path));

	fputs("version = 1;\n", file);
	put_groups(file, world);
	put_users(file, world);
	fputs("jails = ({ name = \"all\"; users = [\"*\"]; "
	      "root = \"/srv/%u\"; });\n",
	    file);
	close_text(file, path);
}

static unsigned
number(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}

int
main(int argc, char **argv)
{
	bool is_config = argc > 2 && strncmp(argv[2], "config:", 7) == 0;
	struct fixture_world world;

	if (argc < 3) {
		fputs("usage: nss_fixture DIR "
		      "small|evil|COUNT|random:SEED|config:SEED "
		      "[GENERATION]\n",
		    stderr);
		return 2;
	}
	if (is_config || strncmp(argv[2], "random:", 7) == 0)
		world = random_world(number(argv[2] + 7), 600, is_config);
	else if (strcmp(argv[2], "small") == 0)
		world = small_world;
	else if (strcmp(argv[2], "evil") == 0)
		world = evil_world;
	else
		world = many_world(number(argv[2]));
	if (argc > 3)
		world.generation = strtoull(argv[3], NULL, 10);
	(void)umask(022);
	write_text(argv[1], &world);
	if (is_config)
		write_config(argv[1], &world);
	else
		write_databases(argv[1], &world);
	return 0;
}
