/* SPDX-License-Identifier: ISC */
/* Looking at a model. */
#include "model_store.h"

#include <string.h>

/* The string behind one, and past it. */
static const char *
next_string(const char **at)
{
	const char *string = *at;

	*at += strlen(string) + 1;
	return string;
}

struct sj_packed_user
sj_model_packed(
    const struct sj_model *model, uint32_t index, const char **ret_name)
{
	const unsigned char *bytes = sj_model_slot(model, index)->packed;
	struct sj_packed_user packed;

	memcpy(&packed, bytes, sizeof(packed));
	*ret_name = (const char *)bytes + sizeof(packed);
	return packed;
}

/*
 * The default home.  The compiler has normalised the template, and no name has
 * a slash or is "..": plain substitution gives what sj_template_expand() would.
 */
static const char *
expand_home(const char *template, struct sj_user_def *user)
{
	char *out = user->home_buffer;
	const char *value = NULL;
	size_t left = SJ_PATH_SIZE - 1, len;

	for (; *template != '\0'; template += value != NULL ? 2 : 1) {
		value = NULL;
		if (*template == '%')
			value = template[1] == 'u'   ? user->name
				: template[1] == 'g' ? user->group_name
						     : "%";
		len = value != NULL ? strlen(value) : 1;
		if (len > left)
			break;
		memcpy(out, value != NULL ? value : template, len);
		out += len;
		left -= len;
	}
	*out = '\0';
	return user->home_buffer;
}

static void
view_group(const struct sj_model *model, const char *own, uint32_t group,
    struct sj_user_def *user)
{
	user->group = SJ_NO_INDEX;
	user->group_name = *own != '\0' ? own : model->store->defaults.group;
	if (user->group_name == NULL)
		user->group_name = "";
	if (group != SJ_SLOT_NO_GROUP) {
		user->group = group;
		user->group_name = model->groups[group].name;
		user->gid = model->groups[group].gid;
	}
}

void
sj_model_user(
    const struct sj_model *model, uint32_t index, struct sj_user_def *ret_user)
{
	const struct sj_user_slot *slot = sj_model_slot(model, index);
	const struct sj_defaults *defaults = &model->store->defaults;
	struct sj_packed_user packed;
	struct sj_user_def *user = ret_user;
	const char *at, *group;

	packed = sj_model_packed(model, index, &at);
	user->name = next_string(&at);
	user->uid = slot->uid;
	user->gid = 0;
	group = next_string(&at);
	view_group(model, group, slot->group, user);
	user->gecos = next_string(&at);
	user->home = next_string(&at);
	if ((packed.flags & SJ_PACKED_HAS_HOME) == 0)
		user->home = expand_home(defaults->home, user);
	user->shell = next_string(&at);
	if ((packed.flags & SJ_PACKED_HAS_SHELL) == 0)
		user->shell = defaults->shell;
	user->password = next_string(&at);
	user->groups = (struct sj_strings){.first = at,
	    .size = packed.groups_size,
	    .count = packed.group_count};
	user->keys = (struct sj_strings){.first = at + packed.groups_size,
	    .size = packed.keys_size,
	    .count = packed.key_count};
	user->is_disabled = slot->is_disabled;
	user->not_before_day = packed.not_before_day;
	user->expires_day = packed.expires_day;
	user->place.file = model->files[packed.file].path;
	user->place.line = packed.line;
	user->element = packed.element;
}

static bool
is_user(const void *array, uint32_t index, const void *key)
{
	const char *name;

	(void)sj_model_packed(array, index, &name);
	return strcmp(name, key) == 0;
}

static bool
is_uid(const void *array, uint32_t index, const void *key)
{
	return sj_model_slot(array, index)->uid == *(const uint32_t *)key;
}

static bool
is_group(const void *array, uint32_t index, const void *key)
{
	const struct sj_model *model = array;

	return strcmp(model->groups[index].name, key) == 0;
}

static bool
is_gid(const void *array, uint32_t index, const void *key)
{
	const struct sj_model *model = array;

	return model->groups[index].gid == *(const uint32_t *)key;
}

static bool
is_jail(const void *array, uint32_t index, const void *key)
{
	const struct sj_model *model = array;

	return strcmp(model->jails[index].jail.name, key) == 0;
}

static bool
is_disabled(const void *array, uint32_t index, const void *key)
{
	const struct sj_model *model = array;

	return strcmp(model->disabled[index].name, key) == 0;
}

uint32_t
sj_model_find_user(const struct sj_model *model, const char *name)
{
	return sj_table_find(&model->store->user_names,
	    sj_table_hash_string(name), is_user, model, name);
}

uint32_t
sj_model_find_uid(const struct sj_model *model, uint32_t uid)
{
	return sj_table_find(&model->store->user_ids, sj_table_hash_number(uid),
	    is_uid, model, &uid);
}

uint32_t
sj_model_find_group(const struct sj_model *model, const char *name)
{
	return sj_table_find(&model->store->group_names,
	    sj_table_hash_string(name), is_group, model, name);
}

uint32_t
sj_model_find_gid(const struct sj_model *model, uint32_t gid)
{
	return sj_table_find(&model->store->group_ids,
	    sj_table_hash_number(gid), is_gid, model, &gid);
}

uint32_t
sj_model_find_jail(const struct sj_model *model, const char *name)
{
	return sj_table_find(&model->store->jail_names,
	    sj_table_hash_string(name), is_jail, model, name);
}

uint32_t
sj_model_find_disabled(const struct sj_model *model, const char *name)
{
	return sj_table_find(&model->store->disabled_names,
	    sj_table_hash_string(name), is_disabled, model, name);
}

/* The first member of user or behind. */
static uint32_t
find_member(const struct sj_model_store *store, uint32_t user)
{
	uint32_t low = 0, high = store->member_count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (store->members[middle].user < user)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t
sj_model_groups_of(
    const struct sj_model *model, uint32_t user, const uint32_t **ret_first)
{
	const struct sj_model_store *store = model->store;
	uint32_t first = find_member(store, user), end = first;

	while (end < store->member_count && store->members[end].user == user)
		end++;
	/* There may be no array at all. */
	*ret_first = end > first ? store->member_groups + first : NULL;
	return end - first;
}

const char *
sj_model_names(
    const struct sj_model *model, uint32_t index, const char **ret_group_name)
{
	uint32_t group = sj_model_slot(model, index)->group;
	const char *name;

	(void)sj_model_packed(model, index, &name);
	*ret_group_name =
	    group != SJ_SLOT_NO_GROUP ? model->groups[group].name : "";
	return name;
}
