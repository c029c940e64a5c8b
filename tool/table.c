/* SPDX-License-Identifier: ISC */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"

void
sj_table_clear(struct sj_table *table)
{
	free(table->slots);
	memset(table, 0, sizeof(*table));
}

uint32_t
sj_table_find(const struct sj_table *table, uint32_t hash,
    bool (*is_equal)(const void *array, uint32_t index, const void *key),
    const void *array, const void *key)
{
	uint32_t i, index;

	if (table->size == 0)
		return SJ_TABLE_NONE;
	for (i = hash & (table->size - 1); table->slots[i] != 0;
	     i = (i + 1) & (table->size - 1)) {
		if ((uint32_t)(table->slots[i] >> 32) != hash)
			continue;
		index = (uint32_t)table->slots[i] - 1;
		if (is_equal(array, index, key))
			return index;
	}
	return SJ_TABLE_NONE;
}

static void
place(uint64_t *slots, uint32_t size, uint64_t slot)
{
	uint32_t i = (uint32_t)(slot >> 32) & (size - 1);

	while (slots[i] != 0)
		i = (i + 1) & (size - 1);
	slots[i] = slot;
}

static bool
grow(struct sj_table *table)
{
	uint32_t size = table->size > 0 ? table->size * 2 : 64, i;
	uint64_t *slots;

	if (table->size > UINT32_MAX / 2)
		return false;
	slots = calloc(size, sizeof(*slots));
	if (slots == NULL)
		return false;
	for (i = 0; i < table->size; i++)
		if (table->slots[i] != 0)
			place(slots, size, table->slots[i]);
	free(table->slots);
	table->slots = slots;
	table->size = size;
	return true;
}

bool
sj_table_add(struct sj_table *table, uint32_t hash, uint32_t index)
{
	if (table->count >= table->size / 4 * 3 && !grow(table))
		return false;
	place(table->slots, table->size,
	    (uint64_t)hash << 32 | (uint64_t)(index + 1));
	table->count++;
	return true;
}

uint32_t
sj_table_hash_string(const char *string)
{
	uint64_t sum =
	    sj_sum(SJ_SUM_SEED, (const unsigned char *)string, strlen(string));

	return (uint32_t)(sum ^ sum >> 32);
}

uint32_t
sj_table_hash_number(uint32_t number)
{
	uint64_t sum = number * UINT64_C(0x9e3779b97f4a7c15);

	return (uint32_t)(sum >> 32);
}
