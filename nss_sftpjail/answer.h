/* SPDX-License-Identifier: ISC */
#ifndef SJ_NSS_ANSWER_H
#define SJ_NSS_ANSWER_H

/*
 * From a record to an answer.  Records that no answer may be made of (pack.h
 * says which; of shadow, users we do not serve) are as good as not there.
 */

#include "db.h"
#include "outcome.h"
#include "pack.h"

/*
 * Given that a record was found without a fault: packs it into the caller's
 * buffer, and notes in *outcome whether it may be answered and whether it
 * fits.  Otherwise nothing happens.
 */
void sj_answer_passwd(struct sj_outcome *outcome, const struct sj_passwd *view,
    struct passwd *result, char *buffer, size_t size);
void sj_answer_group(struct sj_outcome *outcome, const struct sj_group *view,
    struct group *result, char *buffer, size_t size);
void sj_answer_shadow(struct sj_outcome *outcome, const struct sj_user *view,
    struct spwd *result, char *buffer, size_t size);

/* Found is a list that had something to add. */
void sj_answer_group_list(struct sj_outcome *outcome,
    const struct sj_group_list *list, const struct sj_pack_gids *into);

/* The next record that may be answered; else as sj_db_next_*(). */
enum sj_reason sj_answer_next_passwd(const struct sj_db *db,
    struct sj_db_cursor *at, bool *ret_found,
    struct sj_passwd *ret_view) SJ_MUST_CHECK;
enum sj_reason sj_answer_next_group(const struct sj_db *db,
    struct sj_db_cursor *at, bool *ret_found,
    struct sj_group *ret_view) SJ_MUST_CHECK;
enum sj_reason sj_answer_next_user(const struct sj_db *db,
    struct sj_db_cursor *at, bool *ret_found,
    struct sj_user *ret_view) SJ_MUST_CHECK;

#endif
