/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "atomic.h"
#include "db_format.h"

/* The longest name that any record of ours can have, with its letter. */
#define KEY_SIZE 256

struct key {
	unsigned char bytes[KEY_SIZE];
	unsigned len;
};

struct value {
	const unsigned char *bytes;
	size_t len;
};

static bool
key_of_name(struct key *key, char letter, const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len >= KEY_SIZE)
		return false;
	key->bytes[0] = (unsigned char)letter;
	memcpy(key->bytes + 1, name, len);
	key->len = (unsigned)len + 1;
	return true;
}

static void
key_of_number(struct key *key, char letter, uint32_t number)
{
	key->bytes[0] = (unsigned char)letter;
	sj_store_key_number(key->bytes + 1, number);
	key->len = 5;
}

/*
 * Was this hash table left as it was written?  Looked at once: a table that
 * was sound stays so, as nobody but root could change it (and only by breaking
 * the rule that the file is replaced, not rewritten).
 */
static bool
is_table_sound(struct sj_db *db, unsigned table)
{
	uint32_t *word = &db->sound[table / 32];
	const unsigned char *entry = db->cdb.cdb_mem + (size_t)table * 8;
	const unsigned char *slots;
	uint32_t count, bit = (uint32_t)1 << table % 32;

	if ((SJ_ATOMIC_LOAD(word) & bit) != 0)
		return true;
	count = sj_load_le32(entry + 4);
	if (count > UINT32_MAX / 8)
		return false;
	slots = count > 0 ? cdb_get(&db->cdb, count * 8, sj_load_le32(entry))
			  : db->cdb.cdb_mem;
	if (slots == NULL ||
	    sj_sum(SJ_SUM_SEED, slots, (size_t)count * 8) !=
		sj_load_le64(db->table_sums + (size_t)table * 8))
		return false;
	(void)SJ_ATOMIC_OR(word, bit);
	return true;
}

/* Does the record at this position have a key of this hash? */
static bool
has_hash(const struct cdb *cdb, uint32_t pos, uint32_t hash)
{
	const unsigned char *head = cdb_get(cdb, 8, pos), *stored;
	uint32_t len;

	if (head == NULL)
		return false;
	len = sj_load_le32(head);
	stored = pos <= UINT32_MAX - 8 ? cdb_get(cdb, len, pos + 8) : NULL;
	return stored != NULL && len > 0 && cdb_hash(stored, len) == hash;
}

/*
 * "Not found" is an answer, too: true only if the table is sound and every
 * record that it names under this hash does have a key of this hash, but
 * another one.  A key that was damaged where it is stored does not.
 */
static bool
is_certainly_missing(struct sj_db *db, const struct key *key)
{
	struct cdb cdb = db->cdb;
	struct cdb_find find;
	const unsigned char *slot;
	uint32_t hash = cdb_hash(key->bytes, key->len);

	if (!is_table_sound(db, hash % SJ_TABLE_COUNT))
		return false;
	if (cdb_findinit(&find, &cdb, key->bytes, key->len) <= 0)
		return true;
	slot = find.cdb_htp;
	for (; find.cdb_httodo > 0; find.cdb_httodo -= 8) {
		if (sj_load_le32(slot + 4) == 0)
			return true;
		if (sj_load_le32(slot) == hash &&
		    !has_hash(&cdb, sj_load_le32(slot + 4), hash))
			return false;
		slot += 8;
		if (slot >= find.cdb_htend)
			slot = find.cdb_htab;
	}
	return true;
}

static enum sj_reason
find_value(struct sj_db *db, const struct key *key, bool *ret_found,
    struct value *ret_value)
{
	struct cdb cdb = db->cdb;
	int found = cdb_find(&cdb, key->bytes, key->len);

	if (found < 0)
		return SJ_DB_CORRUPT;
	if (found == 0) {
		if (!is_certainly_missing(db, key))
			return SJ_DB_CORRUPT;
		*ret_found = false;
		return SJ_OK;
	}
	ret_value->bytes = cdb_getdata(&cdb);
	ret_value->len = cdb_datalen(&cdb);
	*ret_found = true;
	return ret_value->bytes != NULL ? SJ_OK : SJ_DB_CORRUPT;
}

static enum sj_reason
find_name(struct sj_db *db, char letter, const char *name, bool *ret_found,
    struct value *ret_value)
{
	struct key key;

	if (!key_of_name(&key, letter, name)) {
		*ret_found = false;
		return SJ_OK;
	}
	return find_value(db, &key, ret_found, ret_value);
}

/* A record of another name under this key is damage, or worse. */
static enum sj_reason
want_name(enum sj_reason reason, const char *stored, const char *name)
{
	return reason == SJ_OK && strcmp(stored, name) != 0 ? SJ_DB_CORRUPT
							    : reason;
}

static enum sj_reason
want_number(enum sj_reason reason, uint32_t stored, uint32_t number)
{
	return reason == SJ_OK && stored != number ? SJ_DB_CORRUPT : reason;
}

enum sj_reason
sj_db_find_passwd(struct sj_db *db, const char *name, bool *ret_found,
    struct sj_passwd *ret_passwd)
{
	struct sj_passwd passwd;
	struct value value;
	enum sj_reason reason;

	reason = find_name(db, SJ_KEY_PASSWD_NAME, name, ret_found, &value);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	reason = sj_passwd_load(value.bytes, value.len, &passwd);
	if (reason == SJ_OK)
		reason = want_name(reason, passwd.name, name);
	if (reason == SJ_OK)
		*ret_passwd = passwd;
	return reason;
}

enum sj_reason
sj_db_find_passwd_uid(struct sj_db *db, uint32_t uid, bool *ret_found,
    struct sj_passwd *ret_passwd)
{
	struct sj_passwd passwd;
	struct value value;
	struct key key;
	enum sj_reason reason;

	key_of_number(&key, SJ_KEY_PASSWD_UID, uid);
	reason = find_value(db, &key, ret_found, &value);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	reason = sj_passwd_load(value.bytes, value.len, &passwd);
	if (reason == SJ_OK)
		reason = want_number(reason, passwd.uid, uid);
	if (reason == SJ_OK)
		*ret_passwd = passwd;
	return reason;
}

enum sj_reason
sj_db_find_group(struct sj_db *db, const char *name, bool *ret_found,
    struct sj_group *ret_group)
{
	struct sj_group group;
	struct value value;
	enum sj_reason reason;

	reason = find_name(db, SJ_KEY_GROUP_NAME, name, ret_found, &value);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	reason = sj_group_load(value.bytes, value.len, &group);
	if (reason == SJ_OK)
		reason = want_name(reason, group.name, name);
	if (reason == SJ_OK)
		*ret_group = group;
	return reason;
}

enum sj_reason
sj_db_find_group_gid(
    struct sj_db *db, uint32_t gid, bool *ret_found, struct sj_group *ret_group)
{
	struct sj_group group;
	struct value value;
	struct key key;
	enum sj_reason reason;

	key_of_number(&key, SJ_KEY_GROUP_GID, gid);
	reason = find_value(db, &key, ret_found, &value);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	reason = sj_group_load(value.bytes, value.len, &group);
	if (reason == SJ_OK)
		reason = want_number(reason, group.gid, gid);
	if (reason == SJ_OK)
		*ret_group = group;
	return reason;
}

enum sj_reason
sj_db_find_group_list(struct sj_db *db, const char *user, bool *ret_found,
    struct sj_group_list *ret_list)
{
	struct sj_group_list list;
	struct value value;
	enum sj_reason reason;

	reason = find_name(db, SJ_KEY_GROUP_LIST, user, ret_found, &value);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	reason = sj_group_list_load(value.bytes, value.len, &list);
	if (reason == SJ_OK)
		reason = want_name(reason, list.user, user);
	if (reason == SJ_OK)
		*ret_list = list;
	return reason;
}

enum sj_reason
sj_db_find_keys(struct sj_db *db, const char *user, bool *ret_found,
    struct sj_keys *ret_keys)
{
	struct sj_keys keys;
	struct value value;
	enum sj_reason reason;

	reason = find_name(db, SJ_KEY_KEYS, user, ret_found, &value);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	reason = sj_keys_load(value.bytes, value.len, &keys);
	if (reason == SJ_OK)
		reason = want_name(reason, keys.user, user);
	if (reason == SJ_OK)
		*ret_keys = keys;
	return reason;
}

enum sj_reason
sj_db_find_user(struct sj_db *db, const char *name, bool *ret_found,
    struct sj_user *ret_user)
{
	struct sj_user user;
	struct value value;
	enum sj_reason reason;

	reason = find_name(db, SJ_KEY_USER, name, ret_found, &value);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	reason = sj_user_load(value.bytes, value.len, &user);
	if (reason == SJ_OK)
		reason = want_name(reason, user.name, name);
	if (reason == SJ_OK)
		*ret_user = user;
	return reason;
}

/* Records that every database has: missing is damage. */
static enum sj_reason
find_required(struct sj_db *db, const struct key *key, struct value *ret_value)
{
	bool is_found = false;
	enum sj_reason reason = find_value(db, key, &is_found, ret_value);

	return reason == SJ_OK && !is_found ? SJ_DB_CORRUPT : reason;
}

enum sj_reason
sj_db_jail(struct sj_db *db, uint32_t index, struct sj_jail *ret_jail)
{
	struct value value;
	struct key key;
	enum sj_reason reason;

	key_of_number(&key, SJ_KEY_JAIL, index);
	reason = find_required(db, &key, &value);
	if (reason != SJ_OK)
		return reason;
	return sj_jail_load(value.bytes, value.len, ret_jail);
}

enum sj_reason
sj_db_jail_groups(struct sj_db *db, struct sj_strings *ret_names)
{
	struct key key = {.bytes = {SJ_KEY_JAIL_GROUPS}, .len = 1};
	struct value value;
	enum sj_reason reason;

	reason = find_required(db, &key, &value);
	if (reason != SJ_OK)
		return reason;
	return sj_names_load(value.bytes, value.len, ret_names);
}

enum sj_reason
sj_db_server(struct sj_db *db, bool *ret_found, struct sj_server *ret_server)
{
	struct key key = {.bytes = {SJ_KEY_SERVER}, .len = 1};
	struct value value;
	enum sj_reason reason;

	reason = find_value(db, &key, ret_found, &value);
	if (reason != SJ_OK || !*ret_found)
		return reason;
	return sj_server_load(value.bytes, value.len, ret_server);
}
