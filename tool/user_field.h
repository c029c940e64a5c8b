/* SPDX-License-Identifier: ISC */
#ifndef SJ_USER_FIELD_H
#define SJ_USER_FIELD_H

/*
 * What "user add" and "user set" and a line of "user import" say of a user, on
 * its way into the text.  Only what can't be written is judged here, the rest
 * when the text is read again.
 */

#include "args.h"
#include "change.h"
#include "edit_value.h"
#include "ids.h"
#include "sshkey.h"

/* In the order in which they are written. */
enum sj_user_field {
	SJ_FIELD_NAME = 0,
	SJ_FIELD_UID,
	SJ_FIELD_GROUP,
	SJ_FIELD_GROUPS,
	SJ_FIELD_GECOS,
	SJ_FIELD_HOME,
	SJ_FIELD_SHELL,
	SJ_FIELD_PASSWORD,
	SJ_FIELD_NOT_BEFORE,
	SJ_FIELD_EXPIRES,
	SJ_FIELD_DISABLED,
	SJ_FIELD_KEYS,
	SJ_FIELD_COUNT
};

/* As the configuration calls it. */
const char *sj_user_field_name(enum sj_user_field field);

/* Starts zeroed; sj_user_fields_clear() frees what was made. */
struct sj_user_fields {
	/* Borrowed.  NULL: not said; "": unset.  groups: "a,b"; keys: text of a
	 * file. */
	const char *values[SJ_FIELD_COUNT];
	struct sj_arg_list key_files; /* of --key */
	bool is_disabled;	      /* --disabled */
	/* made; fields[] is in the order of the enum */
	struct sj_edit_field fields[SJ_FIELD_COUNT];
	char uid_text[SJ_EDIT_NUMBER_SIZE];
	char *groups_text;
	const char **group_names;
	struct sj_sshkey_list keys;
};

/* The options that both commands have, with the NULL name at the end. */
#define SJ_FIELD_OPTION_COUNT 10
void sj_user_fields_options(struct sj_user_fields *fields,
    struct sj_arg_option ret_options[SJ_FIELD_OPTION_COUNT]);

/*
 * Gives a user without one the next free uid.  Returns an exit status; all is
 * said.
 */
int sj_user_fields_choose_uid(struct sj_user_fields *fields,
    const struct sj_change *change, struct sj_ids_source *ids) SJ_MUST_CHECK;

/*
 * Fills fields[] by values.  False: *ret_field is one that can't be written,
 * and *ret_error says why.
 */
bool sj_user_fields_make(struct sj_user_fields *fields,
    enum sj_user_field *ret_field, const char **ret_error) SJ_MUST_CHECK;

/*
 * The command line: the name's form is checked, key_files are read ("": no
 * key), fields[] is made.  SJ_EXIT_OK, or all is said.
 */
int sj_user_fields_read(struct sj_user_fields *fields,
    const struct sj_change *change) SJ_MUST_CHECK;

/* True if something was said of it, be it that it goes. */
bool sj_user_fields_has(
    const struct sj_user_fields *fields, enum sj_user_field field);

void sj_user_fields_clear(struct sj_user_fields *fields);

#endif
