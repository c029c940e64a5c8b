/* SPDX-License-Identifier: ISC */
#include "nameset.h"

#include <stdlib.h>
#include <string.h>

#include "sysfile.h"

static bool
is_name(const void *array, uint32_t index, const void *key)
{
	const char *const *names = array;

	return strcmp(names[index], key) == 0;
}

uint32_t
sj_nameset_find(const struct sj_nameset *set, const char *name)
{
	return sj_table_find(
	    &set->table, sj_table_hash_string(name), is_name, set->items, name);
}

bool
sj_nameset_add(struct sj_nameset *set, const char *name)
{
	if (sj_nameset_find(set, name) != SJ_TABLE_NONE)
		return true;
	if (!sj_sysfile_grow(&set->items, set->count, sizeof(*set->items)) ||
	    !sj_table_add(&set->table, sj_table_hash_string(name), set->count))
		return false;
	set->items[set->count++] = name;
	return true;
}

void
sj_nameset_clear(struct sj_nameset *set)
{
	free(set->items);
	sj_table_clear(&set->table);
	set->items = NULL;
	set->count = 0;
}
