/* SPDX-License-Identifier: ISC */
#include "db_entries.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"

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
		at = (entries->slots[i].name >> 2) & (size - 1);
		while (slots[at].name != 0)
			at = (at + 1) & (size - 1);
		slots[at] = entries->slots[i];
	}
	free(entries->slots);
	entries->slots = slots;
	entries->size = size;
	return true;
}

struct sj_db_entry *
sj_db_entries_find(struct sj_db_entries *entries, const char *name)
{
	uint64_t sum =
	    sj_sum(SJ_SUM_SEED, (const unsigned char *)name, strlen(name)) &
	    ~SJ_DB_SEEN_BOTH;
	size_t at;

	if (entries->count >= entries->size / 4 * 3 && !grow(entries))
		return NULL;
	at = (sum >> 2) & (entries->size - 1);
	while (entries->slots[at].name != 0 &&
	       (entries->slots[at].name & ~SJ_DB_SEEN_BOTH) != sum)
		at = (at + 1) & (entries->size - 1);
	entries->count += entries->slots[at].name == 0;
	entries->slots[at].name |= sum;
	return &entries->slots[at];
}

char
sj_db_entry_judge(const struct sj_db_entry *entry)
{
	if ((entry->name & SJ_DB_SEEN_BOTH) == SJ_DB_SEEN_OLD)
		return '-';
	if ((entry->name & SJ_DB_SEEN_BOTH) == SJ_DB_SEEN_NEW)
		return '+';
	return entry->content == 0 ? '=' : '~';
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
		sign = sj_db_entry_judge(&entries->slots[i]);
		ret_count->added += sign == '+';
		ret_count->changed += sign == '~';
		ret_count->removed += sign == '-';
	}
}
