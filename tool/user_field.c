/* SPDX-License-Identifier: ISC */
#include "user_field.h"

#include <stdlib.h>
#include <string.h>

#include "name.h"
#include "sshkey_input.h"

static const struct {
	const char *name;
	enum sj_edit_kind kind;
} table[SJ_FIELD_COUNT] = {
    [SJ_FIELD_NAME] = {"name", SJ_EDIT_STRING},
    [SJ_FIELD_UID] = {"uid", SJ_EDIT_BARE},
    [SJ_FIELD_GROUP] = {"group", SJ_EDIT_STRING},
    [SJ_FIELD_GROUPS] = {"groups", SJ_EDIT_LIST},
    [SJ_FIELD_GECOS] = {"gecos", SJ_EDIT_STRING},
    [SJ_FIELD_HOME] = {"home", SJ_EDIT_STRING},
    [SJ_FIELD_SHELL] = {"shell", SJ_EDIT_STRING},
    [SJ_FIELD_PASSWORD] = {"password", SJ_EDIT_STRING},
    [SJ_FIELD_NOT_BEFORE] = {"not_before", SJ_EDIT_STRING},
    [SJ_FIELD_EXPIRES] = {"expires", SJ_EDIT_STRING},
    [SJ_FIELD_DISABLED] = {"disabled", SJ_EDIT_BARE},
    [SJ_FIELD_KEYS] = {"keys", SJ_EDIT_LINES},
};

const char *
sj_user_field_name(enum sj_user_field field)
{
	return table[field].name;
}

void
sj_user_fields_options(struct sj_user_fields *fields,
    struct sj_arg_option ret_options[SJ_FIELD_OPTION_COUNT])
{
	const char **values = fields->values;
	const struct sj_arg_option options[SJ_FIELD_OPTION_COUNT] = {
	    {"--key", SJ_ARG_LIST, &fields->key_files},
	    {"--uid", SJ_ARG_VALUE, &values[SJ_FIELD_UID]},
	    {"--groups", SJ_ARG_VALUE, &values[SJ_FIELD_GROUPS]},
	    {"--group", SJ_ARG_VALUE, &values[SJ_FIELD_GROUP]},
	    {"--gecos", SJ_ARG_VALUE, &values[SJ_FIELD_GECOS]},
	    {"--home", SJ_ARG_VALUE, &values[SJ_FIELD_HOME]},
	    {"--shell", SJ_ARG_VALUE, &values[SJ_FIELD_SHELL]},
	    {"--not-before", SJ_ARG_VALUE, &values[SJ_FIELD_NOT_BEFORE]},
	    {"--expires", SJ_ARG_VALUE, &values[SJ_FIELD_EXPIRES]},
	    {NULL, SJ_ARG_FLAG, NULL},
	};

	memcpy(ret_options, options, sizeof(options));
}

/* Written anew: leading zeros would be an error of the text. */
static void
set_uid(struct sj_user_fields *fields, uint32_t uid)
{
	struct sj_edit_field *field = &fields->fields[SJ_FIELD_UID];

	sj_edit_value_number(uid, fields->uid_text);
	field->kind = table[SJ_FIELD_UID].kind;
	field->text = fields->uid_text;
}

static const char *
make_uid(struct sj_user_fields *fields)
{
	uint32_t uid;

	if (!sj_args_number(fields->values[SJ_FIELD_UID], &uid))
		return "expected a number of at most 4294967294";
	set_uid(fields, uid);
	return NULL;
}

static const char *
make_disabled(const char *value, struct sj_edit_field *field)
{
	static const char *const yes[] = {"yes", "true", "1"};
	static const char *const no[] = {"no", "false", "0"};
	size_t i;

	for (i = 0; i < 3; i++) {
		if (strcmp(value, yes[i]) == 0) {
			field->text = "true";
			return NULL;
		}
		if (strcmp(value, no[i]) == 0) {
			field->kind = SJ_EDIT_NONE;
			return NULL;
		}
	}
	return "expected yes or no";
}

static const char *
make_groups(struct sj_user_fields *fields, struct sj_edit_field *field)
{
	fields->groups_text = strdup(fields->values[SJ_FIELD_GROUPS]);
	if (fields->groups_text != NULL)
		fields->group_names =
		    sj_args_split(fields->groups_text, &field->count);
	field->items = fields->group_names;
	return fields->group_names == NULL ? "out of memory" : NULL;
}

static const char *
make_keys(struct sj_user_fields *fields)
{
	const char *text = fields->values[SJ_FIELD_KEYS];
	enum sj_sshkey_error error;
	unsigned int line;

	error = sj_sshkey_list_parse(text, strlen(text), &fields->keys, &line);
	return error == SJ_SSHKEY_OK ? NULL : sj_sshkey_error_text(error);
}

/* What is wrong, or NULL. */
static const char *
make_field(struct sj_user_fields *fields, enum sj_user_field which)
{
	const char *value = fields->values[which];
	struct sj_edit_field *field = &fields->fields[which];

	*field = (struct sj_edit_field){
	    .name = table[which].name, .kind = SJ_EDIT_NONE};
	if (value == NULL || *value == '\0')
		return NULL;
	field->kind = table[which].kind;
	field->text = value;
	if (which == SJ_FIELD_UID)
		return make_uid(fields);
	if (which == SJ_FIELD_DISABLED)
		return make_disabled(value, field);
	if (which == SJ_FIELD_GROUPS)
		return make_groups(fields, field);
	return which == SJ_FIELD_KEYS ? make_keys(fields) : NULL;
}

bool
sj_user_fields_make(struct sj_user_fields *fields,
    enum sj_user_field *ret_field, const char **ret_error)
{
	struct sj_edit_field *keys = &fields->fields[SJ_FIELD_KEYS];
	size_t i;

	for (i = 0; i < SJ_FIELD_COUNT; i++) {
		*ret_field = (enum sj_user_field)i;
		*ret_error = make_field(fields, *ret_field);
		if (*ret_error != NULL)
			return false;
	}
	keys->kind = table[SJ_FIELD_KEYS].kind;
	keys->items = (const char *const *)fields->keys.lines;
	keys->count = fields->keys.count;
	return true;
}

int
sj_user_fields_choose_uid(struct sj_user_fields *fields,
    const struct sj_change *change, struct sj_ids_source *ids)
{
	uint32_t uid;

	if (fields->fields[SJ_FIELD_UID].kind != SJ_EDIT_NONE)
		return SJ_EXIT_OK;
	if (sj_ids_take(ids, &uid)) {
		set_uid(fields, uid);
		return SJ_EXIT_OK;
	}
	sj_change_say(change, "no free uid from %u to %u: see ids",
	    (unsigned)ids->min, (unsigned)ids->max);
	return SJ_EXIT_NO;
}

static int
read_keys(struct sj_user_fields *fields, const struct sj_change *change)
{
	size_t i;
	int status = SJ_EXIT_OK;

	for (i = 0; i < fields->key_files.count && status == SJ_EXIT_OK; i++) {
		if (fields->key_files.items[i][0] != '\0')
			status = sj_sshkey_input_read(
			    change, fields->key_files.items[i], &fields->keys);
	}
	return status;
}

int
sj_user_fields_read(
    struct sj_user_fields *fields, const struct sj_change *change)
{
	enum sj_user_field field;
	const char *error;
	int status;

	if (fields->is_disabled)
		fields->values[SJ_FIELD_DISABLED] = "yes";
	if (!sj_name_is_user(fields->values[SJ_FIELD_NAME])) {
		sj_change_say(change,
		    "a user name is [a-z_][a-z0-9_.-]{0,31} without a dot at "
		    "its end: %s",
		    fields->values[SJ_FIELD_NAME]);
		return SJ_EXIT_USAGE;
	}
	status = read_keys(fields, change);
	if (status != SJ_EXIT_OK)
		return status;
	if (!sj_user_fields_make(fields, &field, &error)) {
		sj_change_say(change, "--%s: %s", table[field].name, error);
		return SJ_EXIT_USAGE;
	}
	return SJ_EXIT_OK;
}

bool
sj_user_fields_has(
    const struct sj_user_fields *fields, enum sj_user_field field)
{
	if (field == SJ_FIELD_KEYS && fields->key_files.count > 0)
		return true;
	return fields->values[field] != NULL;
}

void
sj_user_fields_clear(struct sj_user_fields *fields)
{
	free(fields->key_files.items);
	free(fields->groups_text);
	free(fields->group_names);
	sj_sshkey_list_clear(&fields->keys);
}
