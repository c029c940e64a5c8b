/* SPDX-License-Identifier: ISC */
/* Who is in which supplementary group. */
#include "model_store.h"

#include <stdlib.h>
#include <string.h>

#include "sysfile.h"

void
sj_model_add_member(struct sj_model *model, const struct sj_member *member)
{
	struct sj_model_store *store = model->store;

	if (store->is_short)
		return;
	if (store->member_count == UINT32_MAX ||
	    !sj_sysfile_grow(&store->members, store->member_count,
		sizeof(*store->members))) {
		store->is_short = true;
		return;
	}
	store->members[store->member_count++] = *member;
}

/* A membership named on both sides is the group's own: that one first. */
static int
compare(const void *left, const void *right)
{
	const struct sj_member *a = left, *b = right;

	if (a->user != b->user)
		return a->user < b->user ? -1 : 1;
	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return (int)b->is_explicit - (int)a->is_explicit;
}

static uint32_t
make_unique(struct sj_member *members, uint32_t count)
{
	uint32_t in, out = 0;

	for (in = 0; in < count; in++) {
		if (out > 0 && members[out - 1].user == members[in].user &&
		    members[out - 1].group == members[in].group)
			continue;
		members[out++] = members[in];
	}
	return out;
}

void
sj_model_sort_members(struct sj_model *model)
{
	struct sj_model_store *store = model->store;
	uint32_t i;

	if (store->member_count == 0 || store->is_short)
		return;
	qsort(store->members, store->member_count, sizeof(*store->members),
	    compare);
	store->member_count = make_unique(store->members, store->member_count);
	store->member_groups =
	    malloc(store->member_count * sizeof(*store->member_groups));
	if (store->member_groups == NULL) {
		store->is_short = true;
		store->member_count = 0;
		return;
	}
	for (i = 0; i < store->member_count; i++)
		store->member_groups[i] = store->members[i].group;
}
