/* SPDX-License-Identifier: ISC */
#ifndef SJ_IMPORT_PASSWD_H
#define SJ_IMPORT_PASSWD_H

/* For import_passwd*.c: group(5) and shadow(5) beside passwd(5). */

#include "import.h"
#include "nameset.h"

struct sj_import_group {
	const char *name;
	uint32_t gid;
	bool is_used; /* some served user's */
};

struct sj_import_groups {
	struct sj_import_group *items;
	size_t count;
	struct sj_table gid_table;
	bool has_gid; /* the group that was asked for */
	uint32_t gid;
	struct sj_nameset members; /* of that one */
	uint32_t gid_min;	   /* of those that were put */
	uint32_t gid_max;
};

/*
 * wanted is a name or a gid.  SJ_SYSTEM_ERROR also where the file has no such
 * group, or a gid that is 0.
 */
enum sj_reason sj_import_groups_load(struct sj_import *import, const char *path,
    const char *wanted, struct sj_import_groups *ret_groups,
    struct sj_fault *fault) SJ_MUST_CHECK;
void sj_import_groups_clear(struct sj_import_groups *groups);

/* NULL: there is none. */
struct sj_import_group *sj_import_groups_find(
    const struct sj_import_groups *groups, uint32_t gid);

/* "groups = ( ... );": those that are used, and the one asked for. */
void sj_import_groups_put(struct sj_import *import,
    struct sj_import_groups *groups, const struct sj_nameset *users);

/* What shadow(5) has of one. */
struct sj_import_secret {
	const char *name;
	const char *hash;
	struct sj_import_place place;
	bool is_aged;	  /* the password must be changed after some days */
	int32_t last_day; /* SJ_NO_DAY: no expiry */
};

struct sj_import_shadow {
	struct sj_import_secret *items;
	size_t count;
	struct sj_table table;
};

enum sj_reason sj_import_shadow_load(struct sj_import *import, const char *path,
    struct sj_import_shadow *ret_shadow, struct sj_fault *fault) SJ_MUST_CHECK;
void sj_import_shadow_clear(struct sj_import_shadow *shadow);
const struct sj_import_secret *sj_import_shadow_find(
    const struct sj_import_shadow *shadow, const char *name);

#endif
