/* SPDX-License-Identifier: ISC */
#include "db_diff.h"

#include <stdlib.h>
#include <string.h>

#include "db_entries.h"
#include "db_items.h"

struct walk {
	enum sj_reason (*next)(struct sj_db_side *side,
	    struct sj_db_cursor *cursor, bool *ret_found,
	    struct sj_db_item *ret_item);
	enum sj_db_section section;
	uint64_t part; /* 0: these are the names' own records */
};

struct diff {
	struct sj_db_side sides[2]; /* new, old */
	struct sj_db_entries users;
	struct sj_db_entries groups;
	struct sj_db_entries jails;
};

/* part tells the records of one name apart. */
static void
note(struct sj_db_entries *entries, const struct sj_db_side *side,
    const char *name, uint64_t part, uint64_t sum)
{
	struct sj_db_entry *entry = sj_db_entries_find(entries, name);

	if (entry == NULL)
		return;
	entry->name |= part == 0 ? side->seen : SJ_DB_SEEN_PART;
	sum = (sum ^ part) * UINT64_C(0x9e3779b97f4a7c15);
	entry->content += side->seen == SJ_DB_SEEN_OLD ? sum : -sum;
}

/*
 * Both sides in step: most records are where they were, and need no entry.
 */
static enum sj_reason
walk_both(
    struct diff *diff, const struct walk *walk, struct sj_db_entries *entries)
{
	struct sj_db_cursor cursors[2] = {
	    {.section = walk->section}, {.section = walk->section}};
	bool is_found[2] = {true, true};
	struct sj_db_item items[2];
	enum sj_reason reason;
	unsigned i;

	for (;;) {
		sj_db_items_skip(diff->sides, cursors);
		for (i = 0; i < 2; i++) {
			is_found[i] =
			    is_found[i] && diff->sides[i].pair->public != NULL;
			reason = is_found[i]
				     ? walk->next(&diff->sides[i], &cursors[i],
					   &is_found[i], &items[i])
				     : SJ_OK;
			if (reason != SJ_OK)
				return reason;
		}
		if (!is_found[0] && !is_found[1])
			return SJ_OK;
		if (is_found[0] && is_found[1] &&
		    items[0].sum == items[1].sum &&
		    strcmp(items[0].name, items[1].name) == 0)
			continue;
		for (i = 0; i < 2; i++)
			if (is_found[i])
				note(entries, &diff->sides[i], items[i].name,
				    walk->part, items[i].sum);
	}
}

/* Members that are users of other sources are none of ours to count. */
static void
note_member(
    struct diff *diff, struct sj_db_side *side, const char *name, uint32_t gid)
{
	struct sj_passwd passwd;
	bool is_found = false;

	if (sj_db_find_passwd(side->pair->public, name, &is_found, &passwd) ==
		SJ_OK &&
	    is_found)
		note(&diff->users, side, name, (uint64_t)gid << 8 | 4, gid);
}

/*
 * The supplementary groups of a user have changed if those groups have, which
 * their own records tell: their gid and members.
 */
static enum sj_reason
note_members(struct diff *diff, unsigned which)
{
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_GROUP};
	struct sj_db_side *side = &diff->sides[which];
	enum sj_reason reason = SJ_OK;
	bool is_found = true;
	struct sj_db_item item;
	const char *name;
	uint32_t i;

	while (side->pair->public != NULL) {
		reason = sj_db_items_group(side, &cursor, &is_found, &item);
		if (reason != SJ_OK || !is_found)
			return reason;
		if (sj_db_entries_judge(&diff->groups, item.name) == '=')
			continue;
		name = item.group.members.first;
		for (i = 0; i < item.group.members.count;
		     i++, name = sj_strings_next(name))
			note_member(diff, side, name, item.group.gid);
	}
	return reason;
}

/* "+name", "~name" of the new side, "-name" of the old one. */
static enum sj_reason
put_names(struct diff *diff, const struct walk *walk,
    const struct sj_db_entries *entries, struct sj_pack *names,
    struct sj_apply_count *count)
{
	enum sj_reason reason = SJ_OK;
	struct sj_db_item item;
	bool is_found;
	unsigned i;
	char sign;

	for (i = 0; i < 2; i++) {
		struct sj_db_cursor cursor = {.section = walk->section};
		struct sj_db_side *side = &diff->sides[i];

		while (side->pair->public != NULL) {
			reason = walk->next(side, &cursor, &is_found, &item);
			if (reason != SJ_OK || !is_found)
				break;
			sign = sj_db_entries_judge(entries, item.name);
			if (sign == '=' || (i == 1 && sign != '-'))
				continue;
			sj_pack_bytes(names, &sign, 1);
			sj_pack_string(names, item.name);
			count->names.count++;
		}
	}
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

static const struct walk walk_passwd = {
    sj_db_items_passwd, SJ_DB_SECTION_PASSWD, 0};
static const struct walk walk_keys = {sj_db_items_keys, SJ_DB_SECTION_KEYS, 2};
static const struct walk walk_user = {sj_db_items_user, SJ_DB_SECTION_USER, 3};
static const struct walk walk_group = {
    sj_db_items_group, SJ_DB_SECTION_GROUP, 0};
static const struct walk walk_jail = {sj_db_items_jail, SJ_DB_SECTION_COUNT, 0};

static enum sj_reason
walk_all(struct diff *diff)
{
	enum sj_reason reason;

	reason = walk_both(diff, &walk_passwd, &diff->users);
	if (reason == SJ_OK)
		reason = walk_both(diff, &walk_keys, &diff->users);
	if (reason == SJ_OK)
		reason = walk_both(diff, &walk_user, &diff->users);
	if (reason == SJ_OK)
		reason = walk_both(diff, &walk_group, &diff->groups);
	if (reason == SJ_OK && diff->groups.count > 0)
		reason = note_members(diff, 0);
	if (reason == SJ_OK && diff->groups.count > 0)
		reason = note_members(diff, 1);
	if (reason == SJ_OK)
		reason = walk_both(diff, &walk_jail, &diff->jails);
	return diff->users.is_short || diff->groups.is_short ||
		       diff->jails.is_short
		   ? SJ_SYSTEM_ERROR
		   : reason;
}

static enum sj_reason
name_all(struct diff *diff, struct sj_apply_result *result)
{
	struct sj_pack names = {NULL, 0, 0, false};
	enum sj_reason reason;
	size_t ends[3];

	reason =
	    put_names(diff, &walk_passwd, &diff->users, &names, &result->users);
	ends[0] = names.len;
	if (reason == SJ_OK)
		reason = put_names(
		    diff, &walk_group, &diff->groups, &names, &result->groups);
	ends[1] = names.len;
	if (reason == SJ_OK)
		reason = put_names(
		    diff, &walk_jail, &diff->jails, &names, &result->jails);
	ends[2] = names.len;
	if (reason == SJ_OK)
		reason = keep_names(&names, ends, result);
	sj_pack_clear(&names);
	return reason;
}

enum sj_reason
sj_db_diff(const struct sj_db_pair *old, const struct sj_db_pair *new,
    bool is_named, struct sj_apply_result *ret_result)
{
	struct diff diff = {
	    .sides = {{new, SJ_DB_SEEN_NEW, 0}, {old, SJ_DB_SEEN_OLD, 0}}};
	enum sj_reason reason;

	memset(&ret_result->users, 0, sizeof(ret_result->users));
	memset(&ret_result->groups, 0, sizeof(ret_result->groups));
	memset(&ret_result->jails, 0, sizeof(ret_result->jails));
	reason = walk_all(&diff);
	if (reason == SJ_OK) {
		sj_db_entries_count(&diff.users, &ret_result->users);
		sj_db_entries_count(&diff.groups, &ret_result->groups);
		sj_db_entries_count(&diff.jails, &ret_result->jails);
		if (is_named)
			reason = name_all(&diff, ret_result);
	}
	free(diff.users.slots);
	free(diff.groups.slots);
	free(diff.jails.slots);
	return reason;
}
