/* SPDX-License-Identifier: ISC */
/*
 * Prints all that the C library answers, so that two sources of the same users
 * can be compared: what nsswitch.conf names now, by every key that standard
 * input names, by enumeration, and the first COUNT keys with buffers of every
 *size. nss_dump COUNT A line of input is a kind and a key: u USER   U UID   g
 *GROUP   G GID   s USER (shadow)   i USER (groups)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_SIZE 65536
#define SWEEP_SIZE 700

static void
print_passwd(const struct passwd *p)
{
	printf("%s:%s:%u:%u:%s:%s:%s\n", p->pw_name, p->pw_passwd, p->pw_uid,
	    p->pw_gid, p->pw_gecos, p->pw_dir, p->pw_shell);
}

static void
print_group(const struct group *g)
{
	unsigned i;

	printf("%s:%s:%u:", g->gr_name, g->gr_passwd, g->gr_gid);
	for (i = 0; g->gr_mem[i] != NULL; i++)
		printf("%s%s", i > 0 ? "," : "", g->gr_mem[i]);
	putchar('\n');
}

static void
print_shadow(const struct spwd *s)
{
	printf("%s:%s:%ld:%ld:%ld:%ld:%ld:%ld:%lu\n", s->sp_namp, s->sp_pwdp,
	    s->sp_lstchg, s->sp_min, s->sp_max, s->sp_warn, s->sp_inact,
	    s->sp_expire, s->sp_flag);
}

/* Answers: 1 printed or found, 0 not there, -ERRNO. */
static int
ask(char kind, const char *key, char *buffer, size_t size, bool is_printed)
{
	union {
		struct passwd passwd;
		struct group group;
		struct spwd shadow;
	} entry;
	struct passwd *passwd = NULL;
	struct group *group = NULL;
	struct spwd *shadow = NULL;
	unsigned id = (unsigned)strtoul(key, NULL, 10);
	int error = 0;

	if (kind == 'u')
		error = getpwnam_r(key, &entry.passwd, buffer, size, &passwd);
	else if (kind == 'U')
		error = getpwuid_r(id, &entry.passwd, buffer, size, &passwd);
	else if (kind == 'g')
		error = getgrnam_r(key, &entry.group, buffer, size, &group);
	else if (kind == 'G')
		error = getgrgid_r(id, &entry.group, buffer, size, &group);
	else
		error = getspnam_r(key, &entry.shadow, buffer, size, &shadow);
	if (error != 0)
		return -error;
	if (passwd != NULL && is_printed)
		print_passwd(passwd);
	if (group != NULL && is_printed)
		print_group(group);
	if (shadow != NULL && is_printed)
		print_shadow(shadow);
	return passwd != NULL || group != NULL || shadow != NULL;
}

/* ERANGE up to some size; from there on one and the same answer. */
static bool
sweep(char kind, const char *key, int want, size_t at)
{
	bool has_fitted = false;
	char *buffer;
	size_t size;
	int got;

	for (size = 0; size < SWEEP_SIZE; size++) {
		buffer = malloc(size + at);
		got = ask(kind, key, buffer + at, size, false);
		free(buffer);
		if (got == want)
			has_fitted = true;
		else if (got != -ERANGE || has_fitted)
			return false;
	}
	return has_fitted;
}

static void
print_groups(const char *user, gid_t primary)
{
	gid_t *gids = malloc(1000 * sizeof(*gids));
	int count = 1000, few, i;

	getgrouplist(user, primary, gids, &count);
	for (i = 0; i < count; i++)
		printf(" %u", gids[i]);
	for (few = 1; few < count; few++) {
		i = few;
		if (getgrouplist(user, primary, gids, &i) != -1 || i != count)
			printf(" wrong with room for %d", few);
	}
	putchar('\n');
	free(gids);
}

static void
print_entries(void)
{
	struct passwd *passwd;
	struct group *group;
	struct spwd *shadow;

	puts("passwd entries:");
	setpwent();
	while ((passwd = getpwent()) != NULL)
		print_passwd(passwd);
	endpwent();
	puts("group entries:");
	setgrent();
	while ((group = getgrent()) != NULL)
		print_group(group);
	endgrent();
	puts("shadow entries:");
	setspent();
	while ((shadow = getspent()) != NULL)
		print_shadow(shadow);
	endspent();
}

int
main(int argc, char **argv)
{
	static char buffer[BUFFER_SIZE];
	char line[512], *key = line + 2;
	long sweeps = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
	size_t at;
	int got;

	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		printf("%s: ", line);
		if (line[0] == 'i') {
			print_groups(key, 20000);
			continue;
		}
		got = ask(line[0], key, buffer, sizeof(buffer), true);
		if (got < 1)
			printf("%s\n", got == 0 ? "not found" : strerror(-got));
		for (at = 0; at < 8 && sweeps > 0; at += 3)
			if (!sweep(line[0], key, got, at))
				printf("%s: WRONG with some buffer\n", line);
		sweeps--;
	}
	print_entries();
	return 0;
}
