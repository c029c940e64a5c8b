/* SPDX-License-Identifier: ISC */
#include "db_entries.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"

#define FLAG_BITS 3

static bool
grow(struct sj_db_entries *entries)
{
	size_t size = entries->size > 0 ? entries->size * 2 : 1024, i, at;
	struct sj_db_entry *slots = calloc(size, sizeof(*slots));

	if (slots == NULL) {
		entries->is_short = true;
		return false;
	}
	for (i = 0; i < entries->size; i++) {
		if (entries->slots[i].name == 0)
			continue;
		at = (entries->slots[i].name >> FLAG_BITS) & (size - 1);
		while (slots[at].name != 0)
			at = (at + 1) & (size - 1);
		slots[at] = entries->slots[i];
	}
	free(entries->slots);
	entries->slots = slots;
	entries->size = size;
	return true;
}

static uint64_t
sum_name(const char *name)
{
	return sj_sum(SJ_SUM_SEED, (const unsigned char *)name, strlen(name)) &
	       ~SJ_DB_SEEN_ANY;
}

/* Where the name is or would be; there is always a free slot. */
static struct sj_db_entry *
find_slot(const struct sj_db_entries *entries, uint64_t sum)
{
	size_t at = (sum >> FLAG_BITS) & (entries->size - 1);

	while (entries->slots[at].name != 0 &&
	       (entries->slots[at].name & ~SJ_DB_SEEN_ANY) != sum)
		at = (at + 1) & (entries->size - 1);
	return &entries->slots[at];
}

struct sj_db_entry *
sj_db_entries_find(struct sj_db_entries *entries, const char *name)
{
	uint64_t sum = sum_name(name);
	struct sj_db_entry *entry;

	if (entries->count >= entries->size / 4 * 3 && !grow(entries))
		return NULL;
	entry = find_slot(entries, sum);
	entries->count += entry->name == 0;
	entry->name |= sum;
	return entry;
}

/* Without a record of its own that differs, only the parts count. */
static char
judge(const struct sj_db_entry *entry)
{
	if ((entry->name & SJ_DB_SEEN_BOTH) == SJ_DB_SEEN_OLD)
		return '-';
	if ((entry->name & SJ_DB_SEEN_BOTH) == SJ_DB_SEEN_NEW)
		return '+';
	return entry->content == 0 ? '=' : '~';
}

char
sj_db_entries_judge(const struct sj_db_entries *entries, const char *name)
{
	return entries->size > 0 ? judge(find_slot(entries, sum_name(name)))
				 : '=';
}

void
sj_db_entries_count(
    const struct sj_db_entries *entries, struct sj_apply_count *ret_count)
{
	size_t i;
	char sign;

	for (i = 0; i < entries->size; i++) {
		if (entries->slots[i].name == 0)
			continue;
		sign = judge(&entries->slots[i]);
		ret_count->added += sign == '+';
		ret_count->changed += sign == '~';
		ret_count->removed += sign == '-';
	}
}
