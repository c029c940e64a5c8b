/* SPDX-License-Identifier: ISC */
/*
 * One NSS module in one process (see bench/run-nss.sh):
 *	nssone resident USERS NAME MODULE
 * prints by how many kilobytes one lookup makes a process larger;
 *	nssone replaced USERS NAME MODULE COMMAND
 * looks a user up that is not there, runs the command, which adds him, and
 * prints how many lookups it takes until he is found (0: he never is).
 * Lines are those of nssbench.
 */
#define _GNU_SOURCE
#include "targets.h"

#define LOOKUPS_MAX 1000000u

/*
 * Kilobytes that are resident.  The C library's own pages are left out: which
 * of them a process has touched before differs by more than a module takes.
 */
static long
resident_kb(void)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	bool is_counted = false;
	char line[4096];
	long sum = 0;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, "Rss:", 4) == 0)
			sum += is_counted ? strtol(line + 4, NULL, 10) : 0;
		else if (strcspn(line, "-") < strcspn(line, ":"))
			is_counted = strstr(line, "/libc") == NULL &&
				     strstr(line, "/ld-") == NULL &&
				     strstr(line, "nssone") == NULL;
	if (file != NULL)
		(void)fclose(file);
	return sum;
}

static int
print_resident(const char *users, struct target *target, const char *path)
{
	struct key key = {.name = "user1", .number = 1};
	char buffer[BUFFER_SIZE];
	long before;

	(void)resident_kb();
	before = resident_kb();
	if (!load_module(target, path) || !look_up(target, PWNAM, &key, buffer))
		return 1;
	printf("%s resident-kB %s %ld\n", users, target->name,
	    resident_kb() - before);
	return 0;
}

static int
print_replaced(const char *users, struct target *target, const char *path,
    const char *command)
{
	struct key key = {.number = (uint32_t)strtoul(users, NULL, 10)};
	char buffer[BUFFER_SIZE];
	unsigned count = 1;

	(void)snprintf(key.name, sizeof(key.name), "user%s", users);
	if (!load_module(target, path) ||
	    look_up(target, PWNAM, &key, buffer) || system(command) != 0)
		return 1;
	while (count <= LOOKUPS_MAX && !look_up(target, PWNAM, &key, buffer))
		count++;
	printf("%s replaced-noticed-at %s %u\n", users, target->name,
	    count > LOOKUPS_MAX ? 0 : count);
	return 0;
}

int
main(int argc, char **argv)
{
	struct target target = {.name = argc > 3 ? argv[3] : ""};

	if (argc == 5 && strcmp(argv[1], "resident") == 0)
		return print_resident(argv[2], &target, argv[4]);
	if (argc == 6 && strcmp(argv[1], "replaced") == 0)
		return print_replaced(argv[2], &target, argv[4], argv[5]);
	return 2;
}
