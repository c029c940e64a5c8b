/* SPDX-License-Identifier: ISC */
#ifndef SJ_CHECK_GROUP_H
#define SJ_CHECK_GROUP_H

/* The groups that jails ask for, with their members, each looked up once. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check.h"

struct sj_check_group {
	const char *name; /* of the database */
	bool is_ours;	  /* its members are in the database's group lists */
	uint32_t gid;
	char **members; /* sorted; owned */
	size_t member_count;
};

struct sj_check_groups {
	struct sj_check_group *items;
	size_t count;
};

/* Asks NSS for each group of any jail; what NSS does not know is left out. */
void sj_check_groups_load(
    struct sj_checkup *check, struct sj_check_groups *ret_groups);
void sj_check_groups_clear(struct sj_check_groups *groups);

/*
 * Is the user in it by another source than our database: as a member, or by
 * his primary group?
 */
bool sj_check_group_has(
    const struct sj_check_group *group, const char *user, uint32_t gid);

#endif
