/* SPDX-License-Identifier: ISC */
#ifndef SJ_DB_DIFF_H
#define SJ_DB_DIFF_H

/* What a new database changes, by name. */

#include "apply.h"
#include "db.h"

/* Both files of one database; NULL: there is none, or it is damaged. */
struct sj_db_pair {
	struct sj_db *public;
	struct sj_db *secret;
};

/*
 * Counts users, groups and jails into *ret_result, and collects the names if
 * is_named (freed by sj_apply_result_clear()).  SJ_DB_CORRUPT: one of the
 * files is damaged.  SJ_SYSTEM_ERROR: memory.
 */
enum sj_reason sj_db_diff(const struct sj_db_pair *old,
    const struct sj_db_pair *new, bool is_named,
    struct sj_apply_result *ret_result) SJ_MUST_CHECK;

/*
 * True if both files hold the same but for generation, sums and retired word.
 * *ret_is_same only on SJ_OK.
 */
enum sj_reason sj_db_diff_bytes(int old_fd, int new_fd, bool *ret_is_same,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
