/* SPDX-License-Identifier: ISC */
#ifndef SJ_MODEL_STORE_H
#define SJ_MODEL_STORE_H

/* How a model is built: for text*.c, compile*.c and model*.c only. */

#include "arena.h"
#include "model.h"
#include "table.h"

/* What a user's packed record says of itself. */
#define SJ_PACKED_HAS_GROUP 1u
#define SJ_PACKED_HAS_HOME 2u
#define SJ_PACKED_HAS_SHELL 4u
#define SJ_PACKED_IS_DISABLED 8u
#define SJ_PACKED_IS_GROUP_BAD 16u /* reported already */

/*
 * The numbers of a packed user; behind them: name, group, gecos, home, shell,
 * password (each with its NUL, empty if unset), then groups and keys.
 */
struct sj_packed_user {
	uint32_t line;
	uint16_t name_behind; /* lines from the "{" to the setting */
	uint16_t uid_behind;
	uint16_t group_behind;
	uint16_t groups_behind;
	uint32_t element;
	uint32_t file;
	uint32_t flags;
	int32_t not_before_day;
	int32_t expires_day;
	uint32_t group_count;
	uint32_t groups_size;
	uint32_t key_count;
	uint32_t keys_size;
};

/* What is kept at hand of each user. */
struct sj_user_slot {
	const unsigned char *packed;
	uint32_t uid;
	uint32_t group : 31; /* index, or SJ_SLOT_NO_GROUP */
	uint32_t is_disabled : 1;
};

#define SJ_SLOT_NO_GROUP 0x7fffffffu
#define SJ_SLOTS_PER_BLOCK 8192u

/* One membership; sorted by user, then group. */
struct sj_member {
	uint32_t user; /* index; from user_count on: foreign */
	uint32_t group : 31;
	uint32_t is_explicit : 1; /* by the group's own list */
};

/* What user_defaults says; group and shell may be NULL. */
struct sj_defaults {
	const char *group;
	const char *home;
	const char *shell;
};

struct sj_model_store {
	struct sj_arena arena;
	struct sj_model_file *files;
	struct sj_user_slot **blocks;
	uint32_t block_count;
	struct sj_table user_names;
	struct sj_table user_ids;
	struct sj_group_def *groups;
	struct sj_table group_names;
	struct sj_table group_ids;
	struct sj_jail_def *jails;
	struct sj_table jail_names;
	struct sj_disabled_def *disabled;
	struct sj_table disabled_names;
	const char **foreign;
	struct sj_table foreign_names;
	struct sj_member *members;
	uint32_t member_count;
	struct sj_table *who_tables; /* of the jails' long lists; or NULL */
	uint32_t *member_groups;     /* the groups of members[], for views */
	struct sj_defaults defaults;
	bool has_keys; /* any of the users */
	bool is_short; /* memory; is_bad of everything below */
};

/* NULL: no memory. */
struct sj_model *sj_model_new(const char *spill_dir);

struct sj_user_slot *sj_model_slot(
    const struct sj_model *model, uint32_t index);

/* The fixed numbers and the name of a packed user. */
struct sj_packed_user sj_model_packed(
    const struct sj_model *model, uint32_t index, const char **ret_name);

/*
 * Add, at the end; memory that is short is noted in the store.  What
 * they point at must be the arena's.  found_name and the id behind it
 * are what finds it afterwards: "" and 0 for those that were reported as
 * wrong or taken (a table of many that are the same would be slow).
 */
uint32_t sj_model_add_file(struct sj_model *model, const char *path);
void sj_model_add_user(struct sj_model *model, const unsigned char *packed,
    uint32_t uid, const char *found_name, uint32_t found_uid);
void sj_model_add_group(struct sj_model *model,
    const struct sj_group_def *group, const char *found_name,
    uint32_t found_gid);
void sj_model_add_jail(struct sj_model *model, const struct sj_jail_def *jail);
void sj_model_add_disabled(
    struct sj_model *model, const struct sj_disabled_def *disabled);
uint32_t sj_model_add_foreign(struct sj_model *model, const char *name);

uint32_t sj_model_find_jail(const struct sj_model *model, const char *name);
uint32_t sj_model_find_disabled(const struct sj_model *model, const char *name);

/* Adds a membership; sj_model_sort_members() is to follow. */
void sj_model_add_member(
    struct sj_model *model, const struct sj_member *member);
/* Sorts, makes each one unique, and lets views see them. */
void sj_model_sort_members(struct sj_model *model);

/* The names of a user and of its primary group, without the rest. */
const char *sj_model_names(
    const struct sj_model *model, uint32_t index, const char **ret_group_name);

/* One of the four lists of a jail. */
const struct sj_strings *sj_jail_who(
    const struct sj_jail *jail, enum sj_who who);

/* Makes the long lists of jails quick to look into, when all are added. */
void sj_model_index_jails(struct sj_model *model);
void sj_model_clear_jails(struct sj_model *model);

/* Do users or groups of the jail name the user? */
bool sj_model_is_named(
    const struct sj_model *model, uint32_t jail, uint32_t user);

/* And does it take the user, whatever other jails do? */
bool sj_model_is_in_jail(
    const struct sj_model *model, uint32_t jail, uint32_t user);

/* Copies into the arena; "" when memory is short. */
const char *sj_model_copy(struct sj_model *model, const char *string);
/* Likewise; none. */
struct sj_strings sj_model_copy_strings(
    struct sj_model *model, struct sj_strings strings);

/* Frees the tables of users, before the database is written. */
void sj_model_drop_tables(struct sj_model *model);

/* Lets go the pages that a pass over all users has touched; at any index. */
void sj_model_relax(const struct sj_model *model, uint32_t index);

#endif
