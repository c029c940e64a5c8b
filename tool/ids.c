/* SPDX-License-Identifier: ISC */
#include "ids.h"

#include <grp.h>
#include <pwd.h>

void
sj_ids_skip(struct sj_ids_source *ids, uint32_t id)
{
	if (id >= ids->next && id < UINT32_MAX)
		ids->next = id + 1;
}

void
sj_ids_init(struct sj_ids_source *ids, const struct sj_model *model,
    enum sj_ids_kind kind)
{
	struct sj_user_def user;
	uint32_t i;

	ids->model = model;
	ids->kind = kind;
	if (kind == SJ_IDS_GID) {
		ids->min = ids->next = model->ids.gid_min;
		ids->max = model->ids.gid_max;
		for (i = 0; i < model->group_count; i++)
			sj_ids_skip(ids, model->groups[i].gid);
		return;
	}
	ids->min = ids->next = model->ids.uid_min;
	ids->max = model->ids.uid_max;
	for (i = 0; i < model->user_count; i++) {
		sj_model_user(model, i, &user);
		sj_ids_skip(ids, user.uid);
	}
}

static bool
is_free(const struct sj_ids_source *ids, uint32_t id)
{
	if (ids->kind == SJ_IDS_GID)
		return sj_model_find_gid(ids->model, id) == SJ_NO_INDEX &&
		       getgrgid(id) == NULL;
	return (ids->model == NULL ||
		   sj_model_find_uid(ids->model, id) == SJ_NO_INDEX) &&
	       getpwuid(id) == NULL;
}

void
sj_ids_init_behind(struct sj_ids_source *ids, uint32_t uid)
{
	ids->model = NULL;
	ids->kind = SJ_IDS_UID;
	ids->min = ids->next = uid + 1;
	ids->max = UINT32_MAX - 1;
}

bool
sj_ids_take(struct sj_ids_source *ids, uint32_t *ret_id)
{
	uint32_t tries = ids->max - ids->min + 1;

	for (; tries > 0; tries--) {
		if (ids->next < ids->min || ids->next > ids->max)
			ids->next = ids->min;
		if (is_free(ids, ids->next)) {
			*ret_id = ids->next++;
			return true;
		}
		ids->next++;
	}
	return false;
}
