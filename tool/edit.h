/* SPDX-License-Identifier: ISC */
#ifndef SJ_EDIT_H
#define SJ_EDIT_H

/*
 * Changes in the text of conf.d/50-users.conf, as an editor would make them:
 * what is not changed stays as it is, comments too.  The text is one that
 * sj_text_load() has read without errors; where it can't be followed all the
 * same, an operation answers SJ_SYSTEM_ERROR and changes nothing.
 */

#include <stddef.h>
#include <stdint.h>

#include "record.h"
#include "reason.h"

/* A text that grows; owned.  Starts zeroed; sj_edit_clear() frees it. */
struct sj_edit {
	char *text; /* terminated */
	size_t len;
};

void sj_edit_clear(struct sj_edit *edit);

/* Takes a copy of text, or of what a new file begins with where it is NULL. */
enum sj_reason sj_edit_init(struct sj_edit *ret_edit, const char *text,
    size_t len, struct sj_fault *fault) SJ_MUST_CHECK;

/* What a new user has; NULL is: not set. */
struct sj_edit_user {
	const char *name;
	uint32_t uid;
	const char *group;
	const char *const *groups;
	size_t group_count;
	const char *gecos;
	const char *home;
	const char *shell;
	const char *not_before;
	const char *expires;
	const char *const *keys;
	size_t key_count;
};

/* Puts the user behind the last one of users. */
enum sj_reason sj_edit_add_user(struct sj_edit *edit,
    const struct sj_edit_user *user, struct sj_fault *fault) SJ_MUST_CHECK;

/* Takes users[element] out. */
enum sj_reason sj_edit_remove_user(struct sj_edit *edit, uint32_t element,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* Sets keys of users[element]; without lines the setting goes. */
enum sj_reason sj_edit_set_keys(struct sj_edit *edit, uint32_t element,
    const char *const *lines, size_t count,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* Takes "disabled" out of users[element], if it is there. */
enum sj_reason sj_edit_enable_user(struct sj_edit *edit, uint32_t element,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* Sets the top-level list "disabled"; without names it goes. */
enum sj_reason sj_edit_set_disabled(struct sj_edit *edit,
    const char *const *names, size_t count,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
