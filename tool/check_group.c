/* SPDX-License-Identifier: ISC */
#include "check_group.h"

#include <grp.h>
#include <stdlib.h>
#include <string.h>

#include "sysfile.h"

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool
copy_members(struct sj_check_group *group, char *const *members)
{
	size_t count = 0;

	while (members[count] != NULL)
		count++;
	group->members = calloc(count + 1, sizeof(*group->members));
	if (group->members == NULL)
		return false;
	for (; group->member_count < count; group->member_count++) {
		group->members[group->member_count] =
		    strdup(members[group->member_count]);
		if (group->members[group->member_count] == NULL)
			return false;
	}
	qsort(group->members, count, sizeof(*group->members), compare);
	return true;
}

static void
load_one(
    struct sj_checkup *check, struct sj_check_groups *groups, const char *name)
{
	const struct group *entry = getgrnam(name);
	struct sj_check_group *group;
	struct sj_group ours;

	if (entry == NULL)
		return;
	if (!sj_sysfile_grow(&groups->items, groups->count, sizeof(*group))) {
		check->report->is_short = true;
		return;
	}
	group = &groups->items[groups->count++];
	memset(group, 0, sizeof(*group));
	group->name = name;
	group->gid = entry->gr_gid;
	if (!copy_members(group, entry->gr_mem))
		check->report->is_short = true;
	if (sj_db_find_group(&check->public_db, name, &group->is_ours, &ours) !=
	    SJ_OK)
		group->is_ours = false;
}

void
sj_check_groups_load(
    struct sj_checkup *check, struct sj_check_groups *ret_groups)
{
	struct sj_strings names;
	const char *name;
	uint32_t i;

	memset(ret_groups, 0, sizeof(*ret_groups));
	if (sj_db_jail_groups(&check->secret_db, &names) != SJ_OK)
		return;
	for (i = 0, name = names.first; i < names.count;
	     i++, name = sj_strings_next(name))
		load_one(check, ret_groups, name);
}

void
sj_check_groups_clear(struct sj_check_groups *groups)
{
	size_t i, j;

	for (i = 0; i < groups->count; i++) {
		for (j = 0; j < groups->items[i].member_count; j++)
			free(groups->items[i].members[j]);
		free(groups->items[i].members);
	}
	free(groups->items);
	memset(groups, 0, sizeof(*groups));
}

bool
sj_check_group_has(
    const struct sj_check_group *group, const char *user, uint32_t gid)
{
	if (group->is_ours)
		return false;
	return group->gid == gid ||
	       (group->members != NULL &&
		   bsearch(&user, group->members, group->member_count,
		       sizeof(*group->members), compare) != NULL);
}
