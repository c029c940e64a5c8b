/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "db_items.h"

#include <string.h>
#include <sys/mman.h>

#include "bytes.h"

static uint64_t
sum_strings(uint64_t seed, const struct sj_strings *strings)
{
	return sj_sum(seed + strings->count,
	    (const unsigned char *)strings->first, strings->size);
}

static uint64_t
sum_numbers(uint32_t a, uint32_t b, uint32_t c)
{
	unsigned char bytes[12];

	sj_store_le32(bytes, a);
	sj_store_le32(bytes + 4, b);
	sj_store_le32(bytes + 8, c);
	return sj_sum(SJ_SUM_SEED, bytes, sizeof(bytes));
}

/* Lets go of what was read: millions of records are not kept in memory. */
static void
relax(struct sj_db_side *side, const struct sj_db *db)
{
	if (++side->passed % 16384 == 0)
		(void)madvise((void *)(uintptr_t)db->cdb.cdb_mem,
		    db->cdb.cdb_fsize, MADV_DONTNEED);
}

static const struct sj_db *
db_of(const struct sj_db_side *side, enum sj_db_section section)
{
	switch (section) {
	case SJ_DB_SECTION_USER:
		return side->pair->secret;
	case SJ_DB_SECTION_PASSWD:
	case SJ_DB_SECTION_GROUP:
	case SJ_DB_SECTION_KEYS:
		return side->pair->public;
	case SJ_DB_SECTION_COUNT:
		break;
	}
	return NULL;
}

/* The record that lies ahead; NULL: none, or it is not whole. */
static const unsigned char *
record_ahead(const struct sj_db *db, const struct sj_db_cursor *cursor,
    uint64_t *ret_len)
{
	const struct sj_db_range *range = &db->header.sections[cursor->section];
	uint32_t off = cursor->off != 0 ? cursor->off : range->start_off;
	const unsigned char *record;

	if (range->end_off > db->cdb.cdb_fsize || off > range->end_off ||
	    range->end_off - off < 8)
		return NULL;
	/* two lengths, key, value */
	record = db->cdb.cdb_mem + off;
	*ret_len =
	    UINT64_C(8) + sj_load_le32(record) + sj_load_le32(record + 4);
	return *ret_len <= range->end_off - off ? record : NULL;
}

void
sj_db_items_skip(struct sj_db_side *sides, struct sj_db_cursor *cursors)
{
	const struct sj_db *dbs[2] = {db_of(&sides[0], cursors[0].section),
	    db_of(&sides[1], cursors[1].section)};
	const unsigned char *records[2];
	uint64_t lens[2];
	unsigned i;

	while (dbs[0] != NULL && dbs[1] != NULL) {
		for (i = 0; i < 2; i++) {
			records[i] =
			    record_ahead(dbs[i], &cursors[i], &lens[i]);
			if (records[i] == NULL)
				return;
		}
		if (lens[0] != lens[1] ||
		    memcmp(records[0], records[1], (size_t)lens[0]) != 0)
			return;
		for (i = 0; i < 2; i++) {
			cursors[i].off = (uint32_t)(records[i] + lens[i] -
						    dbs[i]->cdb.cdb_mem);
			cursors[i].seen++;
			relax(&sides[i], dbs[i]);
		}
	}
}

enum sj_reason
sj_db_items_passwd(struct sj_db_side *side, struct sj_db_cursor *cursor,
    bool *ret_found, struct sj_db_item *ret_item)
{
	struct sj_passwd passwd;
	enum sj_reason reason;

	reason =
	    sj_db_next_passwd(side->pair->public, cursor, ret_found, &passwd);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	relax(side, side->pair->public);
	ret_item->name = passwd.name;
	ret_item->sum = sum_strings(
	    sum_numbers(passwd.uid, passwd.gid, 0), &passwd.strings);
	return SJ_OK;
}

enum sj_reason
sj_db_items_keys(struct sj_db_side *side, struct sj_db_cursor *cursor,
    bool *ret_found, struct sj_db_item *ret_item)
{
	struct sj_keys keys;
	enum sj_reason reason;

	reason = sj_db_next_keys(side->pair->public, cursor, ret_found, &keys);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	relax(side, side->pair->public);
	ret_item->name = keys.user;
	ret_item->sum = sum_strings(sum_numbers((uint32_t)keys.not_before_day,
					(uint32_t)keys.expires_day, 0),
	    &keys.lines);
	return SJ_OK;
}

enum sj_reason
sj_db_items_user(struct sj_db_side *side, struct sj_db_cursor *cursor,
    bool *ret_found, struct sj_db_item *ret_item)
{
	struct sj_user user;
	enum sj_reason reason;

	*ret_found = false;
	if (side->pair->secret == NULL)
		return SJ_OK;
	reason = sj_db_next_user(side->pair->secret, cursor, ret_found, &user);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	relax(side, side->pair->secret);
	ret_item->name = user.name;
	ret_item->sum = sum_strings(
	    sum_numbers(user.is_disabled, (uint32_t)user.not_before_day,
		(uint32_t)user.expires_day),
	    &user.strings);
	return SJ_OK;
}

enum sj_reason
sj_db_items_group(struct sj_db_side *side, struct sj_db_cursor *cursor,
    bool *ret_found, struct sj_db_item *ret_item)
{
	struct sj_group *group = &ret_item->group;
	enum sj_reason reason;

	reason = sj_db_next_group(side->pair->public, cursor, ret_found, group);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	relax(side, side->pair->public);
	ret_item->name = group->name;
	ret_item->sum =
	    sum_strings(sum_numbers(group->gid, 0, 0), &group->strings);
	return SJ_OK;
}

enum sj_reason
sj_db_items_jail(struct sj_db_side *side, struct sj_db_cursor *cursor,
    bool *ret_found, struct sj_db_item *ret_item)
{
	struct sj_pack pack = {NULL, 0, 0, false};
	struct sj_db *db = side->pair->secret;
	enum sj_reason reason;
	struct sj_jail jail;

	*ret_found = false;
	if (db == NULL || cursor->seen >= db->header.jail_count)
		return SJ_OK;
	reason = sj_db_jail(db, cursor->seen++, &jail);
	if (reason != SJ_OK)
		return reason;
	sj_jail_store(&pack, &jail);
	if (pack.is_bad)
		return SJ_SYSTEM_ERROR;
	*ret_found = true;
	ret_item->name = jail.name;
	ret_item->sum = sj_sum(SJ_SUM_SEED, pack.data, pack.len);
	sj_pack_clear(&pack);
	return SJ_OK;
}
