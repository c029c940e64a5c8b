/* SPDX-License-Identifier: ISC */
/* Walks through the sections of db.h, in file order. */
#include <string.h>

#include "db_format.h"

struct item {
	const char *key; /* behind the letter; not terminated */
	unsigned key_len;
	const unsigned char *value;
	size_t len;
	uint32_t next_off;
};

/*
 * A section ends where the header says, with as many records as it says: no
 * record can be lost or gained without notice.
 */
static enum sj_reason
next_item(const struct sj_db *db, const struct sj_db_cursor *cursor,
    char letter, bool *ret_found, struct item *ret_item)
{
	const struct sj_db_range *range = &db->header.sections[cursor->section];
	struct cdb cdb = db->cdb;
	unsigned off = cursor->off != 0 ? cursor->off : range->start_off;
	const char *key;

	if (off == range->end_off || range->count == 0) {
		*ret_found = false;
		return cursor->seen == range->count ? SJ_OK : SJ_DB_CORRUPT;
	}
	if (off > range->end_off || cdb_seqnext(&off, &cdb) <= 0 ||
	    off > range->end_off)
		return SJ_DB_CORRUPT;
	key = cdb_getkey(&cdb);
	ret_item->value = cdb_getdata(&cdb);
	if (key == NULL || ret_item->value == NULL || cdb_keylen(&cdb) < 1 ||
	    key[0] != letter)
		return SJ_DB_CORRUPT;
	ret_item->key = key + 1;
	ret_item->key_len = cdb_keylen(&cdb) - 1;
	ret_item->len = cdb_datalen(&cdb);
	ret_item->next_off = off;
	*ret_found = true;
	return SJ_OK;
}

/* The record is good if it is stored under its own name; then step on. */
static enum sj_reason
step(enum sj_reason reason, const char *name, const struct item *item,
    struct sj_db_cursor *cursor)
{
	if (reason != SJ_OK)
		return reason;
	if (strlen(name) != item->key_len ||
	    memcmp(name, item->key, item->key_len) != 0)
		return SJ_DB_CORRUPT;
	cursor->off = item->next_off;
	cursor->seen++;
	return SJ_OK;
}

enum sj_reason
sj_db_next_passwd(const struct sj_db *db, struct sj_db_cursor *cursor,
    bool *ret_found, struct sj_passwd *ret_passwd)
{
	struct sj_passwd passwd;
	struct item item;
	enum sj_reason reason;

	reason = next_item(db, cursor, SJ_KEY_PASSWD_NAME, ret_found, &item);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	reason = sj_passwd_load(item.value, item.len, &passwd);
	if (reason == SJ_OK)
		reason = step(reason, passwd.name, &item, cursor);
	if (reason == SJ_OK)
		*ret_passwd = passwd;
	return reason;
}

enum sj_reason
sj_db_next_group(const struct sj_db *db, struct sj_db_cursor *cursor,
    bool *ret_found, struct sj_group *ret_group)
{
	struct sj_group group;
	struct item item;
	enum sj_reason reason;

	reason = next_item(db, cursor, SJ_KEY_GROUP_NAME, ret_found, &item);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	reason = sj_group_load(item.value, item.len, &group);
	if (reason == SJ_OK)
		reason = step(reason, group.name, &item, cursor);
	if (reason == SJ_OK)
		*ret_group = group;
	return reason;
}

enum sj_reason
sj_db_next_user(const struct sj_db *db, struct sj_db_cursor *cursor,
    bool *ret_found, struct sj_user *ret_user)
{
	struct sj_user user;
	struct item item;
	enum sj_reason reason;

	reason = next_item(db, cursor, SJ_KEY_USER, ret_found, &item);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	reason = sj_user_load(item.value, item.len, &user);
	if (reason == SJ_OK)
		reason = step(reason, user.name, &item, cursor);
	if (reason == SJ_OK)
		*ret_user = user;
	return reason;
}

enum sj_reason
sj_db_next_keys(const struct sj_db *db, struct sj_db_cursor *cursor,
    bool *ret_found, struct sj_keys *ret_keys)
{
	struct sj_keys keys;
	struct item item;
	enum sj_reason reason;

	reason = next_item(db, cursor, SJ_KEY_KEYS, ret_found, &item);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	reason = sj_keys_load(item.value, item.len, &keys);
	if (reason == SJ_OK)
		reason = step(reason, keys.user, &item, cursor);
	if (reason == SJ_OK)
		*ret_keys = keys;
	return reason;
}
