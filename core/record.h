/* SPDX-License-Identifier: ISC */
#ifndef SJ_RECORD_H
#define SJ_RECORD_H

/*
 * The packed values of the database: views of them, and how they are packed.
 * sftpjail-db(5) documents the bytes; both sides of the format live here.
 *
 * A load function trusts nothing: the length, the checksum, the type and every
 * string are verified before a view is filled in.  Views borrow from the bytes
 * they were loaded from and live as long as those.  Loading allocates nothing
 * and is thread-safe.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "name.h"
#include "reason.h"

enum sj_record_type {
	SJ_RECORD_HEADER = 1,
	SJ_RECORD_PASSWD = 2,
	SJ_RECORD_GROUP = 3,
	SJ_RECORD_GROUP_LIST = 4,
	SJ_RECORD_KEYS = 5,
	SJ_RECORD_USER = 6,
	SJ_RECORD_JAIL = 7,
	SJ_RECORD_NAMES = 8,
	SJ_RECORD_SERVER = 9
};

/* Every value begins with: sum (8), length of the value (4), type (4). */
#define SJ_RECORD_PREFIX_SIZE 16

/*
 * The first byte of each key; behind it the name or the number (4 bytes, by
 * sj_store_key_number()).
 */
#define SJ_KEY_PASSWD_NAME 'u'
#define SJ_KEY_PASSWD_UID 'U'
#define SJ_KEY_GROUP_NAME 'g'
#define SJ_KEY_GROUP_GID 'G'
#define SJ_KEY_GROUP_LIST 'l'
#define SJ_KEY_KEYS 'k'
#define SJ_KEY_USER 's'
#define SJ_KEY_JAIL 'j'
#define SJ_KEY_JAIL_GROUPS 'n'
#define SJ_KEY_SERVER 'x'

/* count strings, one behind the other, each with its NUL. */
struct sj_strings {
	const char *first;
	uint32_t size; /* bytes, with the NULs */
	uint32_t count;
};

/* The string behind one, while fewer than count were seen. */
const char *sj_strings_next(const char *string);
bool sj_strings_contain(const struct sj_strings *strings, const char *string);

/*
 * passwd and group: strings holds all of the strings below in one block, in
 * the order of the members, so that one copy and the offsets do the rest.
 */
struct sj_passwd {
	uint32_t uid;
	uint32_t gid;
	const char *name;
	const char *passwd;
	const char *gecos;
	const char *home;
	const char *shell;
	struct sj_strings strings;
};

struct sj_group {
	uint32_t gid;
	const char *name;
	const char *passwd;
	struct sj_strings members;
	struct sj_strings strings; /* name, passwd, members */
};

/* The supplementary groups of a user of any source: little-endian gids. */
struct sj_group_list {
	const char *user;
	const unsigned char *gids; /* 4 * count bytes */
	uint32_t count;
};

/* A day as days since 1970-01-01 UTC; SJ_NO_DAY where none is set. */
#define SJ_NO_DAY INT32_MAX

/* The authorized keys of a user that is neither removed nor disabled. */
struct sj_keys {
	const char *user;
	int32_t not_before_day;
	int32_t expires_day; /* the last valid day */
	struct sj_strings lines;
};

/*
 * What the secret file knows of a user: a served one with its hash, or one of
 * another source that is locked by the top-level list (is_served false; then
 * uid, the days and hash mean nothing).
 */
struct sj_user {
	bool is_served;
	bool is_disabled;
	uint32_t uid;
	int32_t not_before_day;
	int32_t expires_day;
	const char *name;
	const char *hash;
	struct sj_strings strings; /* name, hash */
};

enum sj_transfer_log {
	SJ_TRANSFER_LOG_OFF = 0,
	SJ_TRANSFER_LOG_ON = 1,
	SJ_TRANSFER_LOG_REQUIRED = 2
};

/* Bits of an entry of auth: every method of the login must be in one entry. */
#define SJ_AUTH_PUBLICKEY 1u
#define SJ_AUTH_PASSWORD 2u
#define SJ_AUTH_OTHER 4u /* never in an entry: host-based, gssapi */

/* Minutes of the local day, end exclusive; end <= start: over midnight. */
struct sj_hours {
	uint8_t days; /* bit 0: Sunday */
	uint16_t start_min;
	uint16_t end_min;
};

/* A set of them is a word of 64 bits. */
#define SJ_JAIL_MOUNT_MAX 64u

struct sj_mount {
	bool is_read_only;
	bool is_optional;
	bool is_create;
	const char *source; /* template */
	const char *target; /* normalised path inside the jail */
};

/* Lists of packed elements; sj_jail_x(jail, index) unpacks one. */
struct sj_packed {
	const unsigned char *first;
	uint32_t count;
};

#define SJ_UMASK_UNSET UINT32_MAX

struct sj_jail {
	const char *name;
	const char *root;	    /* template; "" where is_virtual */
	const char *start;	    /* normalised */
	const char *writable_group; /* "": the user's primary group */
	const char *message;	    /* "": the default one */
	struct sj_strings users;
	struct sj_strings groups;
	struct sj_strings except_users;
	struct sj_strings except_groups;
	struct sj_strings services;
	struct sj_strings writable;    /* normalised, never "/" */
	struct sj_strings mount_paths; /* source, target, source, target ... */
	struct sj_packed mounts;       /* 4 bytes each: flags */
	struct sj_packed from;	       /* 18 bytes each */
	struct sj_packed hours;	       /* 8 bytes each */
	struct sj_packed auth;	       /* 4 bytes each */
	bool is_virtual;
	bool is_chroot; /* isolation = "chroot" */
	bool is_create;
	bool is_read_only;
	bool is_network_host;
	enum sj_transfer_log transfer_log;
	uint32_t umask; /* SJ_UMASK_UNSET or a mode */
	uint32_t writable_mode;
	uint32_t max_sessions; /* 0: no limit, as the three below */
	uint32_t max_sessions_per_address;
	uint32_t session_time_sec;
	uint64_t download_rate; /* bytes per second */
};

/*
 * The external sftp server.  argv: what is run, its path first.  files: that
 * program and what it needs, each where it is on the host, which is where it is
 * put in a jail: absolute, normalised paths.  Both are bounded by server.h.
 */
struct sj_server {
	struct sj_strings argv;
	struct sj_strings files;
};

struct sj_mount sj_jail_mount(const struct sj_jail *jail, uint32_t index);
struct sj_net sj_jail_from(const struct sj_jail *jail, uint32_t index);
struct sj_hours sj_jail_hours(const struct sj_jail *jail, uint32_t index);
uint32_t sj_jail_auth(const struct sj_jail *jail, uint32_t index);

/*
 * Load: SJ_OK and a view, or SJ_DB_CORRUPT.  value need not be aligned.
 */
enum sj_reason sj_passwd_load(
    const void *value, size_t len, struct sj_passwd *ret_passwd) SJ_MUST_CHECK;
enum sj_reason sj_group_load(
    const void *value, size_t len, struct sj_group *ret_group) SJ_MUST_CHECK;
enum sj_reason sj_group_list_load(const void *value, size_t len,
    struct sj_group_list *ret_list) SJ_MUST_CHECK;
enum sj_reason sj_keys_load(
    const void *value, size_t len, struct sj_keys *ret_keys) SJ_MUST_CHECK;
enum sj_reason sj_user_load(
    const void *value, size_t len, struct sj_user *ret_user) SJ_MUST_CHECK;
enum sj_reason sj_jail_load(
    const void *value, size_t len, struct sj_jail *ret_jail) SJ_MUST_CHECK;
enum sj_reason sj_names_load(
    const void *value, size_t len, struct sj_strings *ret_names) SJ_MUST_CHECK;
enum sj_reason sj_server_load(
    const void *value, size_t len, struct sj_server *ret_server) SJ_MUST_CHECK;

/*
 * A growing buffer that a record is packed into; data is owned by it.  Once
 * memory is short, is_bad stays set and the packed value must not be used.
 * Starts zeroed; sj_pack_clear() frees it.
 */
struct sj_pack {
	unsigned char *data;
	size_t len;
	size_t size;
	bool is_bad;
};

void sj_pack_clear(struct sj_pack *pack);
void sj_pack_bytes(struct sj_pack *pack, const void *bytes, size_t len);
void sj_pack_u32(struct sj_pack *pack, uint32_t value);
void sj_pack_u64(struct sj_pack *pack, uint64_t value);
/* With the NUL; a NUL more than in a length limit is never cut. */
void sj_pack_string(struct sj_pack *pack, const char *string);

/*
 * Store: empty *pack, then pack the record with its prefix and checksum.
 * passwd and group use the single strings, not the block of them; the members
 * of a group, the lines of keys and every list are taken as struct sj_strings.
 */
void sj_passwd_store(struct sj_pack *pack, const struct sj_passwd *passwd);
void sj_group_store(struct sj_pack *pack, const struct sj_group *group);
void sj_group_list_store(
    struct sj_pack *pack, const struct sj_group_list *list);
void sj_keys_store(struct sj_pack *pack, const struct sj_keys *keys);
void sj_user_store(struct sj_pack *pack, const struct sj_user *user);
void sj_jail_store(struct sj_pack *pack, const struct sj_jail *jail);
void sj_names_store(struct sj_pack *pack, const struct sj_strings *names);
void sj_server_store(struct sj_pack *pack, const struct sj_server *server);

/* Elements of a jail's packed lists, appended to *pack. */
void sj_pack_mount_flags(struct sj_pack *pack, const struct sj_mount *mount);
void sj_pack_net(struct sj_pack *pack, const struct sj_net *net);
void sj_pack_hours(struct sj_pack *pack, const struct sj_hours *hours);

#endif
