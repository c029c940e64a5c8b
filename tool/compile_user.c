/* SPDX-License-Identifier: ISC */
#include "compile.h"

#include <string.h>

#include "sshkey.h"
#include "value.h"

#define LIST "users"
#define NAME_RULE "expected [a-z_][a-z0-9_.-]{0,31} without a trailing dot"

enum user_setting {
	USER_NAME = 0,
	USER_UID,
	USER_GROUP,
	USER_GROUPS,
	USER_GECOS,
	USER_HOME,
	USER_SHELL,
	USER_PASSWORD,
	USER_KEYS,
	USER_DISABLED,
	USER_NOT_BEFORE,
	USER_EXPIRES,
	USER_COUNT
};

static const struct sj_spec specs[USER_COUNT] = {
    [USER_NAME] = {"name", SJ_WANT_STRING},
    [USER_UID] = {"uid", SJ_WANT_INTEGER},
    [USER_GROUP] = {"group", SJ_WANT_STRING},
    [USER_GROUPS] = {"groups", SJ_WANT_STRINGS},
    [USER_GECOS] = {"gecos", SJ_WANT_STRING},
    [USER_HOME] = {"home", SJ_WANT_STRING},
    [USER_SHELL] = {"shell", SJ_WANT_STRING},
    [USER_PASSWORD] = {"password", SJ_WANT_STRING},
    [USER_KEYS] = {"keys", SJ_WANT_STRINGS},
    [USER_DISABLED] = {"disabled", SJ_WANT_BOOL},
    [USER_NOT_BEFORE] = {"not_before", SJ_WANT_STRING},
    [USER_EXPIRES] = {"expires", SJ_WANT_STRING},
};

/* The settings of one user that are of the right type. */
struct parsed {
	const struct sj_node *at[USER_COUNT];
	struct sj_where where;
	int32_t not_before_day;
	int32_t expires_day;
	uint32_t uid;	    /* 0: none that is good */
	uint32_t found_uid; /* 0: none, or another user has it */
};

static const char *
string_of(const struct parsed *user, enum user_setting setting)
{
	return user->at[setting] != NULL ? user->at[setting]->string : "";
}

/* The defaults are not known yet: no view of a user can be had. */
static void
report_twice(struct sj_compile *compile, const struct parsed *user,
    enum user_setting setting, uint32_t other)
{
	struct sj_packed_user packed;
	const char *name, *file;

	packed = sj_model_packed(compile->model, other, &name);
	file = compile->model->files[packed.file].path;
	if (setting == USER_NAME)
		SJ_ERROR_AT(compile, user->at[setting], &user->where, "name",
		    "\"%s\" is defined twice, expected once; the other is at "
		    "%s:%u",
		    name, file, (unsigned)packed.line);
	else
		SJ_ERROR_AT(compile, user->at[setting], &user->where, "uid",
		    "%u is used twice, expected one of its own; user \"%s\" "
		    "at %s:%u has it",
		    (unsigned)user->uid, name, file, (unsigned)packed.line);
}

/* True if the name is good and new, so that others may refer to it. */
static bool
check_name(struct sj_compile *compile, const struct parsed *user)
{
	const struct sj_node *name = user->at[USER_NAME];
	uint32_t other;

	if (name == NULL)
		return false;
	if (!sj_name_is_user(name->string)) {
		SJ_ERROR_AT(compile, name, &user->where, "name",
		    "\"%.80s\" is no user name, " NAME_RULE, name->string);
		return false;
	}
	if (strcmp(name->string, "root") == 0) {
		SJ_ERROR_AT(compile, name, &user->where, "name",
		    "\"root\" can't be served, expected another name");
		return false;
	}
	other = sj_model_find_user(compile->model, name->string);
	if (other != SJ_NO_INDEX)
		report_twice(compile, user, USER_NAME, other);
	return other == SJ_NO_INDEX;
}

/* ids is checked at the end: it may stand behind or in another file. */
static void
check_uid(struct sj_compile *compile, struct parsed *user)
{
	const struct sj_node *uid = user->at[USER_UID];
	uint32_t other;

	if (uid == NULL)
		return;
	if (uid->number <= 0 || uid->number >= (int64_t)UINT32_MAX) {
		SJ_ERROR_AT(compile, uid, &user->where, "uid",
		    "%lld is no usable id, expected one inside ids",
		    (long long)uid->number);
		return;
	}
	user->uid = (uint32_t)uid->number;
	other = sj_model_find_uid(compile->model, user->uid);
	if (other == SJ_NO_INDEX)
		user->found_uid = user->uid;
	else
		report_twice(compile, user, USER_UID, other);
}

static void
check_field(struct sj_compile *compile, const struct parsed *user,
    enum user_setting setting)
{
	const struct sj_node *node = user->at[setting];

	if (node != NULL && !sj_value_is_field(node->string))
		SJ_ERROR_AT(compile, node, &user->where, specs[setting].name,
		    "has a ':' or a control character, expected none");
}

static void
check_path(struct sj_compile *compile, const struct parsed *user,
    enum user_setting setting)
{
	const struct sj_node *node = user->at[setting];

	check_field(compile, user, setting);
	if (node != NULL && !sj_value_is_path(node->string))
		SJ_ERROR_AT(compile, node, &user->where, specs[setting].name,
		    "\"%.80s\" is no usable path, expected an absolute one "
		    "without \"..\"",
		    node->string);
}

/* Never shows what was written: it may be the password itself. */
static void
check_password(struct sj_compile *compile, const struct parsed *user)
{
	const struct sj_node *node = user->at[USER_PASSWORD];
	enum sj_password kind;
	struct sj_where at = user->where;

	if (node == NULL)
		return;
	at.setting = "password";
	kind = sj_value_password(node->string);
	if (kind == SJ_PASSWORD_EMPTY)
		sj_compile_error(compile, node->line, &at,
		    "is empty, expected \"*\" (none) or a crypt(3) hash");
	if (kind == SJ_PASSWORD_INVALID)
		sj_compile_error(compile, node->line, &at,
		    "is no crypt(3) hash, expected one, or \"*\" (none)");
	if (kind == SJ_PASSWORD_WEAK)
		sj_compile_warn(compile, node->line, &at,
		    "is a hash of a kind that is guessed quickly; better set "
		    "a new password");
	if (kind != SJ_PASSWORD_NONE && kind != SJ_PASSWORD_EMPTY &&
	    compile->hash_line == 0)
		compile->hash_line = node->line;
}

static void
check_keys(struct sj_compile *compile, const struct parsed *user)
{
	const struct sj_node *keys = user->at[USER_KEYS];
	struct sj_where at = user->where;
	enum sj_sshkey_error error;
	uint32_t i;

	if (keys == NULL)
		return;
	at.setting = "keys";
	for (i = 0; i < keys->count; i++) {
		error = sj_sshkey_check_line(keys->children[i].string);
		if (error == SJ_SSHKEY_OK)
			continue;
		at.item = i;
		sj_compile_error(compile, keys->children[i].line, &at, "%s",
		    sj_sshkey_error_text(error));
	}
}

static int32_t
check_day(struct sj_compile *compile, const struct parsed *user,
    enum user_setting setting)
{
	const struct sj_node *node = user->at[setting];
	int32_t day = SJ_NO_DAY;

	if (node != NULL && !sj_value_day(node->string, &day))
		SJ_ERROR_AT(compile, node, &user->where, specs[setting].name,
		    "\"%.80s\" is no date, expected \"YYYY-MM-DD\" of a day "
		    "that exists",
		    node->string);
	return day;
}

static void
check_days(struct sj_compile *compile, struct parsed *user)
{
	user->not_before_day = check_day(compile, user, USER_NOT_BEFORE);
	user->expires_day = check_day(compile, user, USER_EXPIRES);
	if (user->not_before_day != SJ_NO_DAY &&
	    user->expires_day < user->not_before_day)
		SJ_ERROR_AT(compile, user->at[USER_EXPIRES], &user->where,
		    "expires", "is before not_before, expected a later day");
}

/* How far behind the "{" a setting stands. */
static uint16_t
behind(const struct parsed *user, enum user_setting setting, uint32_t line)
{
	const struct sj_node *node = user->at[setting];

	if (node == NULL || node->line < line || node->line - line > UINT16_MAX)
		return 0;
	return (uint16_t)(node->line - line);
}

static struct sj_packed_user
numbers_of(const struct sj_compile *compile, const struct parsed *user,
    const struct sj_node *node)
{
	uint32_t line = node->line;
	struct sj_packed_user packed = {.line = line,
	    .element = user->where.element,
	    .file = compile->file,
	    .not_before_day = user->not_before_day,
	    .expires_day = user->expires_day};
	const struct sj_node *disabled = user->at[USER_DISABLED];

	packed.name_behind = behind(user, USER_NAME, line);
	packed.uid_behind = behind(user, USER_UID, line);
	packed.group_behind = behind(user, USER_GROUP, line);
	packed.groups_behind = behind(user, USER_GROUPS, line);
	if (user->at[USER_GROUP] != NULL)
		packed.flags |= SJ_PACKED_HAS_GROUP;
	else if (sj_compile_has(node, specs[USER_GROUP].name))
		packed.flags |= SJ_PACKED_IS_GROUP_BAD;
	if (user->at[USER_HOME] != NULL)
		packed.flags |= SJ_PACKED_HAS_HOME;
	if (user->at[USER_SHELL] != NULL)
		packed.flags |= SJ_PACKED_HAS_SHELL;
	if (disabled != NULL && disabled->number != 0)
		packed.flags |= SJ_PACKED_IS_DISABLED;
	return packed;
}

static void
put_list(struct sj_pack *pack, const struct sj_node *list, uint32_t *ret_count,
    uint32_t *ret_size)
{
	size_t before = pack->len;
	uint32_t i;

	for (i = 0; list != NULL && i < list->count; i++)
		sj_pack_string(pack, list->children[i].string);
	*ret_count = list != NULL ? list->count : 0;
	*ret_size = (uint32_t)(pack->len - before);
}

/* One without a good name is kept for the checks that come at the end. */
static void
add(struct sj_compile *compile, const struct parsed *user,
    const struct sj_node *node, bool is_name_good)
{
	struct sj_packed_user packed = numbers_of(compile, user, node);
	struct sj_pack *pack = &compile->scratch;
	struct sj_model *model = compile->model;
	const char *name = is_name_good ? string_of(user, USER_NAME) : "";
	const char *password = string_of(user, USER_PASSWORD);
	unsigned char *copy;

	pack->len = 0;
	sj_pack_bytes(pack, &packed, sizeof(packed));
	sj_pack_string(pack, string_of(user, USER_NAME));
	sj_pack_string(pack, string_of(user, USER_GROUP));
	sj_pack_string(pack, string_of(user, USER_GECOS));
	sj_pack_string(pack, string_of(user, USER_HOME));
	sj_pack_string(pack, string_of(user, USER_SHELL));
	sj_pack_string(pack, *password != '\0' ? password : "*");
	put_list(pack, user->at[USER_GROUPS], &packed.group_count,
	    &packed.groups_size);
	put_list(
	    pack, user->at[USER_KEYS], &packed.key_count, &packed.keys_size);
	model->store->has_keys |= packed.key_count > 0;
	copy = pack->is_bad ? NULL
			    : sj_arena_take(&model->store->arena, pack->len);
	if (copy == NULL) {
		model->store->is_short = true;
		return;
	}
	memcpy(pack->data, &packed, sizeof(packed));
	memcpy(copy, pack->data, pack->len);
	sj_model_add_user(model, copy, user->uid, name, user->found_uid);
}

void
sj_compile_user(
    struct sj_compile *compile, uint32_t element, const struct sj_node *node)
{
	struct parsed user = {.where = SJ_WHERE_ELEMENT(LIST, element)};
	bool is_name_good;

	if (!sj_compile_is_type(compile, node, &user.where, SJ_WANT_GROUP))
		return;
	sj_compile_collect(
	    compile, node, &user.where, specs, USER_COUNT, user.at);
	sj_compile_require(
	    compile, node, &user.where, specs[USER_NAME].name, "a user name");
	sj_compile_require(
	    compile, node, &user.where, specs[USER_UID].name, "a user id");
	is_name_good = check_name(compile, &user);
	check_uid(compile, &user);
	check_field(compile, &user, USER_GECOS);
	check_path(compile, &user, USER_HOME);
	check_path(compile, &user, USER_SHELL);
	check_password(compile, &user);
	check_keys(compile, &user);
	check_days(compile, &user);
	/* A user with an error keeps its name: others may refer to it. */
	add(compile, &user, node, is_name_good);
}
