/* SPDX-License-Identifier: ISC */
#include "owned.h"

#include <stdlib.h>

int
sj_owned_check(const struct sj_change *change, const char *what,
    const char *name, const struct sj_place *place)
{
	if (sj_change_is_ours(place))
		return SJ_EXIT_OK;
	sj_change_say(change,
	    "%s:%u: the %s %s is written by hand here: edit the file, then "
	    "sftpjail apply",
	    place->file, (unsigned)place->line, what, name);
	return SJ_EXIT_NO;
}

static int
unknown(const struct sj_change *change, const char *what, const char *name)
{
	sj_change_say(
	    change, "%s: no such %s in the configuration", name, what);
	return SJ_EXIT_NO;
}

int
sj_owned_user(const struct sj_change *change, const char *name,
    struct sj_user_def *ret_user)
{
	uint32_t index = sj_model_find_user(change->model, name);

	if (index == SJ_NO_INDEX)
		return unknown(change, "user", name);
	sj_model_user(change->model, index, ret_user);
	return sj_owned_check(change, "user", name, &ret_user->place);
}

int
sj_owned_group(const struct sj_change *change, const char *name,
    const struct sj_group_def **ret_group)
{
	uint32_t index = sj_model_find_group(change->model, name);

	if (index == SJ_NO_INDEX)
		return unknown(change, "group", name);
	*ret_group = &change->model->groups[index];
	return sj_owned_check(change, "group", name, &(*ret_group)->place);
}

const char **
sj_owned_strings(const struct sj_strings *strings, size_t more)
{
	const char **items =
	    calloc((size_t)strings->count + more + 1, sizeof(items[0]));
	uint32_t i;

	for (i = 0; items != NULL && i < strings->count; i++)
		items[i] =
		    i == 0 ? strings->first : sj_strings_next(items[i - 1]);
	return items;
}
