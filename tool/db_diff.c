/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "db_diff.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "db_entries.h"
#include "db_format.h"

/*
 * A database that is gone through, and which side it is.  Either file may be
 * missing; what it would hold is then not noted.
 */
struct side {
	const struct sj_db_pair *pair;
	uint64_t seen;
	struct sj_db_entries *entries;
	uint32_t passed;
};

/* part tells the records of one name apart. */
static void
note(struct side *side, const char *name, uint64_t part, uint64_t sum)
{
	struct sj_db_entry *entry = sj_db_entries_find(side->entries, name);

	if (entry == NULL)
		return;
	entry->name |= side->seen;
	sum = (sum ^ part) * UINT64_C(0x9e3779b97f4a7c15);
	entry->content += side->seen == SJ_DB_SEEN_OLD ? sum : -sum;
}

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

/* Lets go of what was read: a file of a million users is not kept in memory. */
static void
relax(struct side *side, const struct sj_db *db)
{
	if (++side->passed % 16384 == 0)
		(void)madvise((void *)(uintptr_t)db->cdb.cdb_mem,
		    db->cdb.cdb_fsize, MADV_DONTNEED);
}

static enum sj_reason
note_group_list(struct side *side, const char *user)
{
	struct sj_group_list list;
	enum sj_reason reason;
	bool is_found;

	reason =
	    sj_db_find_group_list(side->pair->public, user, &is_found, &list);
	if (reason == SJ_OK && is_found)
		note(side, user, 4,
		    sj_sum(SJ_SUM_SEED, list.gids, (size_t)list.count * 4));
	return reason;
}

static enum sj_reason
note_passwds(struct side *side)
{
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_PASSWD};
	struct sj_passwd passwd;
	enum sj_reason reason;
	bool is_found;

	for (;;) {
		reason = sj_db_next_passwd(
		    side->pair->public, &cursor, &is_found, &passwd);
		if (reason != SJ_OK || !is_found)
			return reason;
		note(side, passwd.name, 1,
		    sum_strings(sum_numbers(passwd.uid, passwd.gid, 0),
			&passwd.strings));
		reason = note_group_list(side, passwd.name);
		if (reason != SJ_OK)
			return reason;
		relax(side, side->pair->public);
	}
}

static enum sj_reason
note_keys(struct side *side)
{
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_KEYS};
	struct sj_keys keys;
	enum sj_reason reason;
	bool is_found;

	for (;;) {
		reason = sj_db_next_keys(
		    side->pair->public, &cursor, &is_found, &keys);
		if (reason != SJ_OK || !is_found)
			return reason;
		note(side, keys.user, 2,
		    sum_strings(sum_numbers((uint32_t)keys.not_before_day,
				    (uint32_t)keys.expires_day, 0),
			&keys.lines));
		relax(side, side->pair->public);
	}
}

static enum sj_reason
note_users(struct side *side)
{
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_USER};
	struct sj_user user;
	enum sj_reason reason;
	bool is_found;

	for (;;) {
		reason = sj_db_next_user(
		    side->pair->secret, &cursor, &is_found, &user);
		if (reason != SJ_OK || !is_found)
			return reason;
		note(side, user.name, 3,
		    sum_strings(sum_numbers(user.is_disabled,
				    (uint32_t)user.not_before_day,
				    (uint32_t)user.expires_day),
			&user.strings));
		relax(side, side->pair->secret);
	}
}

static enum sj_reason
note_all_users(struct side *side)
{
	enum sj_reason reason = note_passwds(side);

	if (reason == SJ_OK)
		reason = note_keys(side);
	if (reason == SJ_OK && side->pair->secret != NULL)
		reason = note_users(side);
	return reason;
}

static enum sj_reason
note_groups(struct side *side)
{
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_GROUP};
	struct sj_group group;
	enum sj_reason reason;
	bool is_found;

	for (;;) {
		reason = sj_db_next_group(
		    side->pair->public, &cursor, &is_found, &group);
		if (reason != SJ_OK || !is_found)
			return reason;
		note(side, group.name, 1,
		    sum_strings(sum_numbers(group.gid, 0, 0), &group.strings));
		relax(side, side->pair->public);
	}
}

static enum sj_reason
note_jails(struct side *side)
{
	struct sj_pack pack = {NULL, 0, 0, false};
	struct sj_db *db = side->pair->secret;
	enum sj_reason reason = SJ_OK;
	struct sj_jail jail;
	uint32_t i;

	if (db == NULL)
		return SJ_OK;
	for (i = 0; i < db->header.jail_count && reason == SJ_OK; i++) {
		reason = sj_db_jail(db, i, &jail);
		if (reason != SJ_OK)
			break;
		sj_jail_store(&pack, &jail);
		if (pack.is_bad) {
			side->entries->is_short = true;
			break;
		}
		note(side, jail.name, 1,
		    sj_sum(SJ_SUM_SEED, pack.data, pack.len));
	}
	sj_pack_clear(&pack);
	return reason;
}

/* The three kinds of names. */
struct kind {
	enum sj_reason (*note)(struct side *side);
	const char *(*next)(struct side *side, struct sj_db_cursor *cursor);
	enum sj_db_section section;
};

static const char *
next_user(struct side *side, struct sj_db_cursor *cursor)
{
	struct sj_passwd passwd;
	bool is_found;

	relax(side, side->pair->public);
	if (sj_db_next_passwd(side->pair->public, cursor, &is_found, &passwd) !=
		SJ_OK ||
	    !is_found)
		return NULL;
	return passwd.name;
}

static const char *
next_group(struct side *side, struct sj_db_cursor *cursor)
{
	struct sj_group group;
	bool is_found;

	if (sj_db_next_group(side->pair->public, cursor, &is_found, &group) !=
		SJ_OK ||
	    !is_found)
		return NULL;
	return group.name;
}

static const char *
next_jail(struct side *side, struct sj_db_cursor *cursor)
{
	struct sj_db *db = side->pair->secret;
	struct sj_jail jail;

	if (db == NULL || cursor->seen >= db->header.jail_count ||
	    sj_db_jail(db, cursor->seen++, &jail) != SJ_OK)
		return NULL;
	return jail.name;
}

/* "+name", "~name" of the new side, "-name" of the old one. */
static void
put_names(struct side *side, const struct kind *kind, struct sj_pack *names,
    struct sj_apply_count *count)
{
	struct sj_db_cursor cursor = {.section = kind->section};
	const char *name;
	char sign;

	while ((name = kind->next(side, &cursor)) != NULL) {
		sign =
		    sj_db_entry_judge(sj_db_entries_find(side->entries, name));
		if (sign == '=' ||
		    (side->seen == SJ_DB_SEEN_OLD && sign != '-'))
			continue;
		sj_pack_bytes(names, &sign, 1);
		sj_pack_string(names, name);
		count->names.count++;
	}
}

static enum sj_reason
diff_kind(struct side *sides, const struct kind *kind, struct sj_pack *names,
    struct sj_apply_count *ret_count)
{
	struct sj_db_entries entries = {NULL, 0, 0, false};
	enum sj_reason reason = SJ_OK;
	unsigned i;

	for (i = 0; i < 2 && reason == SJ_OK; i++) {
		sides[i].entries = &entries;
		if (sides[i].pair->public != NULL)
			reason = kind->note(&sides[i]);
	}
	if (entries.is_short)
		reason = SJ_SYSTEM_ERROR;
	if (reason == SJ_OK) {
		sj_db_entries_count(&entries, ret_count);
		for (i = 0; i < 2 && names != NULL; i++)
			if (sides[i].pair->public != NULL)
				put_names(&sides[i], kind, names, ret_count);
	}
	free(entries.slots);
	return reason;
}

/* Where each kind's names lie in the one block. */
static enum sj_reason
keep_names(
    struct sj_pack *names, const size_t *ends, struct sj_apply_result *result)
{
	struct sj_strings *const lists[] = {
	    &result->users.names, &result->groups.names, &result->jails.names};
	size_t start = 0;
	unsigned i;

	if (names->is_bad || names->len > UINT32_MAX)
		return SJ_SYSTEM_ERROR;
	for (i = 0; i < 3; i++) {
		lists[i]->first = (const char *)names->data + start;
		lists[i]->size = (uint32_t)(ends[i] - start);
		start = ends[i];
	}
	result->names_memory = names->data;
	names->data = NULL;
	return SJ_OK;
}

enum sj_reason
sj_db_diff(const struct sj_db_pair *old, const struct sj_db_pair *new,
    bool is_named, struct sj_apply_result *ret_result)
{
	static const struct kind kinds[] = {
	    {note_all_users, next_user, SJ_DB_SECTION_PASSWD},
	    {note_groups, next_group, SJ_DB_SECTION_GROUP},
	    {note_jails, next_jail, SJ_DB_SECTION_COUNT},
	};
	struct sj_apply_count *const counts[] = {
	    &ret_result->users, &ret_result->groups, &ret_result->jails};
	struct side sides[2] = {
	    {new, SJ_DB_SEEN_NEW, NULL, 0}, {old, SJ_DB_SEEN_OLD, NULL, 0}};
	struct sj_pack names = {NULL, 0, 0, false};
	enum sj_reason reason = SJ_OK;
	size_t ends[3] = {0, 0, 0};
	unsigned i;

	for (i = 0; i < 3 && reason == SJ_OK; i++) {
		memset(counts[i], 0, sizeof(*counts[i]));
		reason = diff_kind(
		    sides, &kinds[i], is_named ? &names : NULL, counts[i]);
		ends[i] = names.len;
	}
	if (reason == SJ_OK && is_named)
		reason = keep_names(&names, ends, ret_result);
	sj_pack_clear(&names);
	return reason;
}
