/* SPDX-License-Identifier: ISC */
#ifndef SJ_MODEL_H
#define SJ_MODEL_H

/*
 * The configuration in memory: what all files together say, checked.  Made by
 * sj_text_load() (text.h); nothing here is shared between threads.
 *
 * Users are many: they are kept packed and seen through a view.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "finding.h"
#include "reason.h"
#include "record.h"

#define SJ_NO_INDEX UINT32_MAX

/* A file that was read, in the order of reading. */
struct sj_model_file {
	const char *path; /* as findings name it */
	uint64_t size;
	uint64_t sum;
	struct timespec mtime; /* 0: taken from memory */
	uint32_t mode;
};

/*
 * One served user with all defaults put in.  The strings live as long as the
 * model, but for home, which lives as long as the view.
 */
struct sj_user_def {
	const char *name;
	uint32_t uid;
	uint32_t group; /* index of the primary group */
	const char *group_name;
	uint32_t gid;
	const char *gecos;
	const char *home; /* expanded */
	const char *shell;
	const char *password;	/* a hash, "*" or one locked with "!" */
	struct sj_strings keys; /* as written */
	struct sj_strings
	    groups;	  /* its own setting; see sj_model_groups_of() */
	bool is_disabled; /* by its own setting or the list */
	int32_t not_before_day;
	int32_t expires_day;
	struct sj_place place; /* of its "{" */
	uint32_t element;      /* users[element] in that file */
	char home_buffer[SJ_PATH_SIZE];
};

struct sj_group_def {
	const char *name;
	uint32_t gid;
	struct sj_strings members; /* as written */
	struct sj_place place;
	uint32_t element;
	uint32_t name_line;
	uint32_t gid_line;
	uint32_t members_line;
};

/* The lists of a jail that name somebody. */
enum sj_who {
	SJ_WHO_USERS = 0,
	SJ_WHO_GROUPS = 1,
	SJ_WHO_EXCEPT_USERS = 2,
	SJ_WHO_EXCEPT_GROUPS = 3,
	SJ_WHO_COUNT = 4
};

struct sj_jail_def {
	struct sj_jail jail;
	struct sj_place place;
	uint32_t element;
	uint32_t root_line;
	uint32_t writable_group_line;
	uint32_t who_lines[SJ_WHO_COUNT];
};

/* A name in the top-level list "disabled". */
struct sj_disabled_def {
	const char *name;
	bool is_served; /* else a user of another source */
	struct sj_place place;
};

struct sj_ids {
	uint32_t uid_min;
	uint32_t uid_max;
	uint32_t gid_min;
	uint32_t gid_max;
};

/* Private to model*.c. */
struct sj_model_store;

struct sj_model {
	const struct sj_model_file *files;
	uint32_t file_count;
	uint32_t user_count;
	const struct sj_group_def *groups;
	uint32_t group_count;
	const struct sj_jail_def *jails;
	uint32_t jail_count;
	const struct sj_disabled_def *disabled;
	uint32_t disabled_count;
	/* Members of groups that are users of other sources, by name. */
	const char *const *foreign;
	uint32_t foreign_count;
	struct sj_ids ids;
	bool is_key_files;
	/* argv.count 0: none; files: only where they were looked for. */
	struct sj_server server;
	/* Errors: nothing may be installed, and the rest may be incomplete. */
	struct sj_findings errors;
	struct sj_findings warnings;
	bool is_unread; /* one of the errors is the system's, not the text's */
	struct sj_model_store *store;
};

/* Frees the model and all that it owns; NULL is fine. */
void sj_model_free(struct sj_model *model);

/* Fills the view of user index < user_count. */
void sj_model_user(
    const struct sj_model *model, uint32_t index, struct sj_user_def *ret_user);

/* The index, or SJ_NO_INDEX. */
uint32_t sj_model_find_user(const struct sj_model *model, const char *name);
uint32_t sj_model_find_uid(const struct sj_model *model, uint32_t uid);
uint32_t sj_model_find_group(const struct sj_model *model, const char *name);
uint32_t sj_model_find_gid(const struct sj_model *model, uint32_t gid);

/*
 * The supplementary groups of a user as indexes into groups, in the order of
 * definition, with the primary one only if its members name the user; for
 * user_count + i: those of foreign[i].  Returns how many; *ret_first lives as
 * long as the model.
 */
uint32_t sj_model_groups_of(
    const struct sj_model *model, uint32_t user, const uint32_t **ret_first);

/*
 * The jail that takes this served user, or SJ_NO_INDEX; knows the groups of
 * the configuration only, not those of other sources.
 */
uint32_t sj_model_jail_of(const struct sj_model *model, uint32_t user);

#endif
