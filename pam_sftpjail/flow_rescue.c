/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "flow.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

#define BUFFER_START 4096u
#define BUFFER_LIMIT (16u * 1024 * 1024)

/*
 * "Resolved by files" is meant so: NSS would ask our own module, whose
 * database is just what can't be used, and sources that others control.
 */

/* The next entry, however long its line; false at the end or on an error. */
static bool
next_group(FILE *file, char **buffer, size_t *size, struct group *ret_group)
{
	struct group *found = NULL;
	long start = ftell(file);
	char *larger;
	int error;

	for (;;) {
		error = fgetgrent_r(file, ret_group, *buffer, *size, &found);
		if (error != ERANGE || *size >= BUFFER_LIMIT)
			return error == 0 && found != NULL;
		larger = realloc(*buffer, *size * 4);
		if (larger == NULL)
			return false;
		*buffer = larger;
		*size *= 4;
		if (start < 0 || fseek(file, start, SEEK_SET) != 0)
			return false;
	}
}

static bool
has_member(const struct group *group, const char *user)
{
	char **member;

	for (member = group->gr_mem; *member != NULL; member++)
		if (strcmp(*member, user) == 0)
			return true;
	return false;
}

/* The gid of the user's line in the passwd file. */
static bool
find_primary(const char *user, const char *path, gid_t *ret_gid)
{
	SJ_AUTO_FCLOSE FILE *file = fopen(path, "re");
	struct passwd entry, *found = NULL;
	char buffer[4096];

	while (file != NULL) {
		if (fgetpwent_r(file, &entry, buffer, sizeof(buffer), &found) !=
		    0)
			return false;
		if (strcmp(entry.pw_name, user) != 0)
			continue;
		*ret_gid = entry.pw_gid;
		return true;
	}
	return false;
}

bool
sj_flow_is_rescued(const char *user, const char *group, const char *passwd_path,
    const char *group_path)
{
	SJ_AUTO_FCLOSE FILE *file = fopen(group_path, "re");
	SJ_AUTO_FREE char *buffer = malloc(BUFFER_START);
	size_t size = BUFFER_START;
	struct group entry;
	gid_t primary = 0;
	bool has_primary = find_primary(user, passwd_path, &primary);

	if (file == NULL || buffer == NULL)
		return false;
	while (next_group(file, &buffer, &size, &entry)) {
		if (strcmp(entry.gr_name, group) != 0)
			continue;
		if (has_member(&entry, user) ||
		    (has_primary && entry.gr_gid == primary))
			return true;
	}
	return false;
}
