/* SPDX-License-Identifier: ISC */
#include "answer.h"

#include <errno.h>

static bool
is_passwd_usable(const struct sj_passwd *view)
{
	return sj_pack_name_is_usable(view->name) &&
	       sj_pack_id_is_usable(view->uid) &&
	       sj_pack_id_is_usable(view->gid);
}

static bool
is_group_usable(const struct sj_group *view)
{
	return sj_pack_name_is_usable(view->name) &&
	       sj_pack_id_is_usable(view->gid);
}

static bool
is_user_usable(const struct sj_user *view)
{
	return view->is_served && sj_pack_name_is_usable(view->name) &&
	       sj_pack_id_is_usable(view->uid);
}

void
sj_answer_passwd(struct sj_outcome *outcome, const struct sj_passwd *view,
    struct passwd *result, char *buffer, size_t size)
{
	if (outcome->reason != SJ_OK || !outcome->is_found)
		return;
	outcome->is_found = is_passwd_usable(view);
	outcome->is_fitting =
	    outcome->is_found && sj_pack_passwd(view, buffer, size, result);
}

void
sj_answer_group(struct sj_outcome *outcome, const struct sj_group *view,
    struct group *result, char *buffer, size_t size)
{
	if (outcome->reason != SJ_OK || !outcome->is_found)
		return;
	outcome->is_found = is_group_usable(view);
	outcome->is_fitting =
	    outcome->is_found && sj_pack_group(view, buffer, size, result);
}

void
sj_answer_shadow(struct sj_outcome *outcome, const struct sj_user *view,
    struct spwd *result, char *buffer, size_t size)
{
	if (outcome->reason != SJ_OK || !outcome->is_found)
		return;
	outcome->is_found = is_user_usable(view);
	outcome->is_fitting =
	    outcome->is_found && sj_pack_shadow(view, buffer, size, result);
}

void
sj_answer_group_list(struct sj_outcome *outcome,
    const struct sj_group_list *list, const struct sj_pack_gids *into)
{
	if (outcome->reason != SJ_OK || !outcome->is_found)
		return;
	outcome->fault.sys_errno = ENOMEM;
	outcome->reason = sj_pack_group_list(list, into, &outcome->is_found);
	outcome->is_fitting = true;
}

enum sj_reason
sj_answer_next_passwd(const struct sj_db *db, struct sj_db_cursor *at,
    bool *ret_found, struct sj_passwd *ret_view)
{
	enum sj_reason reason;

	do
		reason = sj_db_next_passwd(db, at, ret_found, ret_view);
	while (reason == SJ_OK && *ret_found && !is_passwd_usable(ret_view));
	return reason;
}

enum sj_reason
sj_answer_next_group(const struct sj_db *db, struct sj_db_cursor *at,
    bool *ret_found, struct sj_group *ret_view)
{
	enum sj_reason reason;

	do
		reason = sj_db_next_group(db, at, ret_found, ret_view);
	while (reason == SJ_OK && *ret_found && !is_group_usable(ret_view));
	return reason;
}

enum sj_reason
sj_answer_next_user(const struct sj_db *db, struct sj_db_cursor *at,
    bool *ret_found, struct sj_user *ret_view)
{
	enum sj_reason reason;

	do
		reason = sj_db_next_user(db, at, ret_found, ret_view);
	while (reason == SJ_OK && *ret_found && !is_user_usable(ret_view));
	return reason;
}
