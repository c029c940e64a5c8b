/* SPDX-License-Identifier: ISC */
#ifndef SJ_DB_H
#define SJ_DB_H

/*
 * The compiled database: open, validate, find.  A CDB file (cdb(5)) whose
 * first record is our header; sftpjail-db(5) has the bytes.
 *
 * Every byte is taken for hostile.  What a lookup answers was verified by it:
 * a record by its own checksum; "not found" by the checksum of the hash table
 * that would have named the record, once for each table and open database.
 *
 * The file is replaced by rename(2), never rewritten: shortening it in place
 * would be a SIGBUS in every process that has it mapped.
 */

#include <cdb.h>
#include <sys/types.h>

#include "record.h"
#include "reason.h"

#define SJ_DB_FORMAT 1u

enum sj_db_kind { SJ_DB_PUBLIC = 1, SJ_DB_SECRET = 2 };

/* Runs of records of one kind that lie one behind the other in the file. */
enum sj_db_section {
	SJ_DB_SECTION_PASSWD = 0, /* public */
	SJ_DB_SECTION_GROUP = 1,  /* public */
	SJ_DB_SECTION_USER = 2,	  /* secret: served users only */
	SJ_DB_SECTION_KEYS = 3,	  /* public */
	SJ_DB_SECTION_COUNT = 4
};

struct sj_db_range {
	uint32_t start_off;
	uint32_t end_off;
	uint32_t count;
};

struct sj_db_header {
	uint64_t generation;
	uint32_t jail_count;
	struct sj_db_range sections[SJ_DB_SECTION_COUNT];
};

/* Where a database is and whose it must be; the user is a parameter for tests.
 */
struct sj_db_source {
	const char *path;
	enum sj_db_kind kind;
	uid_t owner;
};

/*
 * An open database.  Owned by who opened it; read-only after sj_db_open() but
 * for sound, which is written with atomic operations: threads may share it.
 */
struct sj_db {
	struct cdb cdb;
	struct sj_db_header header;
	const unsigned char *table_sums;
	const unsigned char *retired;
	dev_t dev; /* which file this is, to notice another in its place */
	ino_t ino;
	uint32_t sound[8]; /* a bit for each hash table that was verified */
};

/*
 * Maps the file and checks it: regular (no symbolic link, never blocking),
 * owned by source->owner, not writable by group or others, and of our magic,
 * format, size, header checksum.  No descriptor stays open.
 *
 * SJ_DB_MISSING: no such file.  SJ_DB_UNTRUSTED: kind, owner or mode.
 * SJ_DB_CORRUPT: the content.  SJ_SYSTEM_ERROR: any other failure.
 */
enum sj_reason sj_db_open(struct sj_db *ret_db,
    const struct sj_db_source *source, struct sj_fault *fault) SJ_MUST_CHECK;

/* Unmaps; every view from this database ends here. */
void sj_db_close(struct sj_db *db);

/* True once the writer has put another file in this one's place. */
bool sj_db_is_retired(const struct sj_db *db);

/*
 * Find one record.  SJ_OK: *ret_found says if there is one, and then the view
 * is filled and is of the name or id asked for.  SJ_DB_CORRUPT: the answer
 * can't be known.  A name that no record can have is simply not found.
 */
enum sj_reason sj_db_find_passwd(struct sj_db *db, const char *name,
    bool *ret_found, struct sj_passwd *ret_passwd) SJ_MUST_CHECK;
enum sj_reason sj_db_find_passwd_uid(struct sj_db *db, uint32_t uid,
    bool *ret_found, struct sj_passwd *ret_passwd) SJ_MUST_CHECK;
enum sj_reason sj_db_find_group(struct sj_db *db, const char *name,
    bool *ret_found, struct sj_group *ret_group) SJ_MUST_CHECK;
enum sj_reason sj_db_find_group_gid(struct sj_db *db, uint32_t gid,
    bool *ret_found, struct sj_group *ret_group) SJ_MUST_CHECK;
enum sj_reason sj_db_find_group_list(struct sj_db *db, const char *user,
    bool *ret_found, struct sj_group_list *ret_list) SJ_MUST_CHECK;
enum sj_reason sj_db_find_keys(struct sj_db *db, const char *user,
    bool *ret_found, struct sj_keys *ret_keys) SJ_MUST_CHECK;
enum sj_reason sj_db_find_user(struct sj_db *db, const char *name,
    bool *ret_found, struct sj_user *ret_user) SJ_MUST_CHECK;

/* The jail at index < header.jail_count, in the order of the config. */
enum sj_reason sj_db_jail(
    struct sj_db *db, uint32_t index, struct sj_jail *ret_jail) SJ_MUST_CHECK;

/* The names of all groups that any jail asks for, each once. */
enum sj_reason sj_db_jail_groups(
    struct sj_db *db, struct sj_strings *ret_names) SJ_MUST_CHECK;

/* The external sftp server, if the configuration names one. */
enum sj_reason sj_db_server(struct sj_db *db, bool *ret_found,
    struct sj_server *ret_server) SJ_MUST_CHECK;

/* A place in a section: start as { .section = X }. */
struct sj_db_cursor {
	enum sj_db_section section;
	uint32_t off; /* 0: before the first */
	uint32_t seen;
};

/*
 * The next record of the section in file order; *ret_found is false behind the
 * last one.  SJ_DB_CORRUPT as soon as the rest of the section can't be known.
 */
enum sj_reason sj_db_next_passwd(const struct sj_db *db,
    struct sj_db_cursor *cursor, bool *ret_found,
    struct sj_passwd *ret_passwd) SJ_MUST_CHECK;
enum sj_reason sj_db_next_group(const struct sj_db *db,
    struct sj_db_cursor *cursor, bool *ret_found,
    struct sj_group *ret_group) SJ_MUST_CHECK;
enum sj_reason sj_db_next_user(const struct sj_db *db,
    struct sj_db_cursor *cursor, bool *ret_found,
    struct sj_user *ret_user) SJ_MUST_CHECK;
enum sj_reason sj_db_next_keys(const struct sj_db *db,
    struct sj_db_cursor *cursor, bool *ret_found,
    struct sj_keys *ret_keys) SJ_MUST_CHECK;

/*
 * The header's bytes, for the writer (tool/db_write.c).  The header is the
 * first record of the file: its value begins at SJ_DB_HEADER_OFF, aligned so
 * that the retired word can be written at once.
 */
#define SJ_DB_HEADER_KEY "sftpjail"
#define SJ_DB_HEADER_OFF 2064u
#define SJ_DB_HEADER_SIZE 2208u
#define SJ_DB_RETIRED_OFF (SJ_DB_HEADER_OFF + 16u)

/*
 * Fills in the header record of a finished file that is mapped for writing:
 * sums, size, magic.  The space for it must be there.
 */
void sj_db_seal(unsigned char *map, size_t size, enum sj_db_kind kind,
    const struct sj_db_header *header);

/*
 * The same without the file in memory: fills in the value of the header
 * record (SJ_DB_HEADER_SIZE bytes) from the first 2048 bytes of the file and
 * the sum of each of its hash tables.
 */
#define SJ_DB_TABLE_COUNT 256u

struct sj_db_shape {
	enum sj_db_kind kind;
	uint64_t size;
	uint64_t table_sums[SJ_DB_TABLE_COUNT];
};

void sj_db_seal_header(unsigned char *value, const unsigned char *toc,
    const struct sj_db_shape *shape, const struct sj_db_header *header);

#endif
