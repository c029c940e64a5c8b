/* SPDX-License-Identifier: ISC */
#include "model_store.h"

#include <stdlib.h>
#include <string.h>

#include "sysfile.h"

struct sj_model *
sj_model_new(const char *spill_dir)
{
	struct sj_model *model = calloc(1, sizeof(*model));

	if (model == NULL)
		return NULL;
	model->store = calloc(1, sizeof(*model->store));
	if (model->store == NULL) {
		free(model);
		return NULL;
	}
	model->store->arena.spill_dir = spill_dir;
	model->store->arena.fd = -1;
	model->is_key_files = true;
	return model;
}

void
sj_model_free(struct sj_model *model)
{
	struct sj_model_store *store;
	uint32_t i;

	if (model == NULL)
		return;
	store = model->store;
	for (i = 0; i < store->block_count; i++)
		free(store->blocks[i]);
	free(store->blocks);
	sj_model_drop_tables(model);
	sj_model_clear_jails(model);
	sj_table_clear(&store->group_names);
	sj_table_clear(&store->group_ids);
	sj_table_clear(&store->jail_names);
	sj_table_clear(&store->disabled_names);
	sj_table_clear(&store->foreign_names);
	free(store->files);
	free(store->groups);
	free(store->jails);
	free(store->disabled);
	free(store->foreign);
	free(store->members);
	free(store->member_groups);
	sj_arena_clear(&store->arena);
	sj_findings_clear(&model->errors);
	sj_findings_clear(&model->warnings);
	free(store);
	free(model);
}

void
sj_model_drop_tables(struct sj_model *model)
{
	sj_table_clear(&model->store->user_names);
	sj_table_clear(&model->store->user_ids);
}

void
sj_model_relax(const struct sj_model *model, uint32_t index)
{
	if (index % 16384 == 16383)
		sj_arena_relax(&model->store->arena);
}

const char *
sj_model_copy(struct sj_model *model, const char *string)
{
	const char *copy =
	    sj_arena_copy(&model->store->arena, string, strlen(string));

	if (copy == NULL)
		model->store->is_short = true;
	return copy != NULL ? copy : "";
}

struct sj_strings
sj_model_copy_strings(struct sj_model *model, struct sj_strings strings)
{
	strings.first =
	    sj_arena_copy(&model->store->arena, strings.first, strings.size);
	if (strings.first != NULL)
		return strings;
	model->store->is_short = true;
	return (struct sj_strings){.first = ""};
}

struct sj_user_slot *
sj_model_slot(const struct sj_model *model, uint32_t index)
{
	return &model->store->blocks[index / SJ_SLOTS_PER_BLOCK]
				    [index % SJ_SLOTS_PER_BLOCK];
}

uint32_t
sj_model_add_file(struct sj_model *model, const char *path)
{
	struct sj_model_store *store = model->store;

	if (!sj_sysfile_grow(
		&store->files, model->file_count, sizeof(*store->files))) {
		store->is_short = true;
		return 0;
	}
	memset(&store->files[model->file_count], 0, sizeof(*store->files));
	store->files[model->file_count].path = sj_model_copy(model, path);
	model->files = store->files;
	return model->file_count++;
}

static bool
add_block(struct sj_model_store *store)
{
	struct sj_user_slot *block;
	/* an array of pointers: NOLINTNEXTLINE(bugprone-sizeof-expression) */
	const size_t size = sizeof(block);

	if (!sj_sysfile_grow(&store->blocks, store->block_count, size))
		return false;
	block = malloc(SJ_SLOTS_PER_BLOCK * sizeof(*block));
	if (block == NULL)
		return false;
	store->blocks[store->block_count++] = block;
	return true;
}

static bool
add_name(struct sj_table *names, const char *name, uint32_t index)
{
	return *name == '\0' ||
	       sj_table_add(names, sj_table_hash_string(name), index);
}

static bool
add_id(struct sj_table *ids, uint32_t id, uint32_t index)
{
	return id == 0 || sj_table_add(ids, sj_table_hash_number(id), index);
}

void
sj_model_add_user(struct sj_model *model, const unsigned char *packed,
    uint32_t uid, const char *found_name, uint32_t found_uid)
{
	struct sj_model_store *store = model->store;
	uint32_t index = model->user_count;
	struct sj_user_slot *slot;

	if (store->is_short || index == SJ_NO_INDEX - 1)
		return;
	if ((index % SJ_SLOTS_PER_BLOCK == 0 && !add_block(store)) ||
	    !add_name(&store->user_names, found_name, index) ||
	    !add_id(&store->user_ids, found_uid, index)) {
		store->is_short = true;
		return;
	}
	slot = sj_model_slot(model, index);
	memset(slot, 0, sizeof(*slot));
	slot->packed = packed;
	slot->uid = uid;
	slot->group = SJ_SLOT_NO_GROUP;
	model->user_count++;
}

void
sj_model_add_group(struct sj_model *model, const struct sj_group_def *group,
    const char *found_name, uint32_t found_gid)
{
	struct sj_model_store *store = model->store;
	uint32_t index = model->group_count;

	if (store->is_short || index >= SJ_SLOT_NO_GROUP)
		return;
	if (!sj_sysfile_grow(&store->groups, index, sizeof(*store->groups)) ||
	    !add_name(&store->group_names, found_name, index) ||
	    !add_id(&store->group_ids, found_gid, index)) {
		store->is_short = true;
		return;
	}
	store->groups[index] = *group;
	model->groups = store->groups;
	model->group_count++;
}

void
sj_model_add_jail(struct sj_model *model, const struct sj_jail_def *jail)
{
	struct sj_model_store *store = model->store;
	uint32_t index = model->jail_count;

	if (store->is_short)
		return;
	if (!sj_sysfile_grow(&store->jails, index, sizeof(*store->jails)) ||
	    !sj_table_add(&store->jail_names,
		sj_table_hash_string(jail->jail.name), index)) {
		store->is_short = true;
		return;
	}
	store->jails[index] = *jail;
	model->jails = store->jails;
	model->jail_count++;
}

void
sj_model_add_disabled(
    struct sj_model *model, const struct sj_disabled_def *disabled)
{
	struct sj_model_store *store = model->store;
	uint32_t index = model->disabled_count;

	if (store->is_short)
		return;
	if (!sj_sysfile_grow(
		&store->disabled, index, sizeof(*store->disabled)) ||
	    !sj_table_add(&store->disabled_names,
		sj_table_hash_string(disabled->name), index)) {
		store->is_short = true;
		return;
	}
	store->disabled[index] = *disabled;
	model->disabled = store->disabled;
	model->disabled_count++;
}

static bool
is_foreign(const void *array, uint32_t index, const void *key)
{
	const struct sj_model_store *store = array;

	return strcmp(store->foreign[index], key) == 0;
}

uint32_t
sj_model_add_foreign(struct sj_model *model, const char *name)
{
	struct sj_model_store *store = model->store;
	uint32_t hash = sj_table_hash_string(name), index;

	index =
	    sj_table_find(&store->foreign_names, hash, is_foreign, store, name);
	if (index != SJ_TABLE_NONE)
		return index;
	index = model->foreign_count;
	if (!sj_sysfile_grow(&store->foreign, index, sizeof(*store->foreign)) ||
	    !sj_table_add(&store->foreign_names, hash, index)) {
		store->is_short = true;
		return 0;
	}
	store->foreign[index] = name;
	model->foreign = store->foreign;
	model->foreign_count++;
	return index;
}
