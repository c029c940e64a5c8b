/* SPDX-License-Identifier: ISC */
#ifndef SJ_TABLE_H
#define SJ_TABLE_H

/*
 * A hash table of indexes into the caller's own array: 8 bytes a slot, so
 * that a million entries take 16 MB.  Starts zeroed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sj_table {
	uint64_t *slots; /* hash in the upper half, index + 1 in the lower */
	uint32_t count;
	uint32_t size; /* slots, a power of two */
};

#define SJ_TABLE_NONE UINT32_MAX

void sj_table_clear(struct sj_table *table);

/*
 * The index of the entry of that hash for which is_equal says that it is the
 * one that key asks for, or SJ_TABLE_NONE.
 */
uint32_t sj_table_find(const struct sj_table *table, uint32_t hash,
    bool (*is_equal)(const void *array, uint32_t index, const void *key),
    const void *array, const void *key);

/* Adds an entry that is not in it yet; false: no memory. */
bool sj_table_add(struct sj_table *table, uint32_t hash, uint32_t index);

uint32_t sj_table_hash_string(const char *string);
uint32_t sj_table_hash_number(uint32_t number);

#endif
