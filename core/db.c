/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "db.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "db_format.h"

/* O_NONBLOCK: a FIFO in the file's place must not hold a login up. */
static enum sj_reason
open_trusted(const struct sj_db_source *source, int *ret_fd,
    struct stat *ret_st, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;

	fd = open(source->path,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return sj_fault_set(
		    fault, SJ_DB_MISSING, errno, "%s", source->path);
	if (fd < 0 && (errno == ELOOP || errno == ENXIO))
		return sj_fault_set(fault, SJ_DB_UNTRUSTED, 0,
		    "%s is no regular file", source->path);
	if (fd < 0 || fstat(fd, ret_st) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "%s", source->path);
	if (!S_ISREG(ret_st->st_mode))
		return sj_fault_set(fault, SJ_DB_UNTRUSTED, 0,
		    "%s is no regular file", source->path);
	if (ret_st->st_uid != source->owner)
		return sj_fault_set(fault, SJ_DB_UNTRUSTED, 0,
		    "%s is owned by uid %u, want %u", source->path,
		    (unsigned)ret_st->st_uid, (unsigned)source->owner);
	if ((ret_st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return sj_fault_set(fault, SJ_DB_UNTRUSTED, 0,
		    "%s is mode %04o, others may write it", source->path,
		    (unsigned)ret_st->st_mode & 07777u);
	*ret_fd = sj_take_fd(&fd);
	return SJ_OK;
}

static void
load_sections(const unsigned char *value, struct sj_db_header *header)
{
	const unsigned char *p = value + SJ_HEADER_SECTIONS;
	unsigned i;

	for (i = 0; i < SJ_DB_SECTION_COUNT; i++, p += SJ_HEADER_SECTION_SIZE) {
		header->sections[i].start_off = sj_load_le32(p);
		header->sections[i].end_off = sj_load_le32(p + 4);
		header->sections[i].count = sj_load_le32(p + 8);
	}
}

/* The header, and the table of hash tables, which every lookup relies on. */
static bool
load_header(struct sj_db *db, enum sj_db_kind kind, uint64_t size)
{
	const unsigned char *map = db->cdb.cdb_mem, *value;

	if (size < SJ_DB_HEADER_OFF + SJ_DB_HEADER_SIZE ||
	    memcmp(map + SJ_DB_HEADER_OFF - 8, SJ_DB_HEADER_KEY, 8) != 0 ||
	    sj_load_le32(map + SJ_DB_HEADER_OFF - 16) != 8 ||
	    sj_load_le32(map + SJ_DB_HEADER_OFF - 12) != SJ_DB_HEADER_SIZE)
		return false;
	value = map + SJ_DB_HEADER_OFF;
	if (memcmp(value + SJ_HEADER_MAGIC, SJ_DB_MAGIC, 8) != 0 ||
	    sj_load_le32(value + SJ_HEADER_FORMAT) != SJ_DB_FORMAT ||
	    sj_load_le32(value + SJ_HEADER_KIND) != (uint32_t)kind ||
	    sj_load_le64(value + SJ_HEADER_FILE_SIZE) != size ||
	    sj_load_le64(value) != sj_header_sum(value) ||
	    sj_load_le64(value + SJ_HEADER_TOC_SUM) !=
		sj_sum(SJ_SUM_SEED, map, SJ_TOC_SIZE))
		return false;
	db->header.generation = sj_load_le64(value + SJ_HEADER_GENERATION);
	db->header.jail_count = sj_load_le32(value + SJ_HEADER_JAILS);
	load_sections(value, &db->header);
	db->table_sums = value + SJ_HEADER_TABLE_SUMS;
	db->retired = map + SJ_DB_RETIRED_OFF;
	return true;
}

enum sj_reason
sj_db_open(struct sj_db *ret_db, const struct sj_db_source *source,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	enum sj_reason reason;
	struct sj_db db;
	struct stat st;

	reason = open_trusted(source, &fd, &st, fault);
	if (reason != SJ_OK)
		return reason;
	memset(&db, 0, sizeof(db));
	db.dev = st.st_dev;
	db.ino = st.st_ino;
	if (st.st_size < (off_t)(SJ_DB_HEADER_OFF + SJ_DB_HEADER_SIZE) ||
	    (uint64_t)st.st_size > UINT32_MAX)
		return sj_fault_set(fault, SJ_DB_CORRUPT, 0,
		    "%s has an impossible size", source->path);
	if (cdb_init(&db.cdb, fd) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "%s", source->path);
	db.cdb.cdb_fd = -1;
	/* What was mapped must be what was judged: it may have shrunk since. */
	if (db.cdb.cdb_fsize != (uint64_t)st.st_size ||
	    !load_header(&db, source->kind, (uint64_t)st.st_size)) {
		cdb_free(&db.cdb);
		return sj_fault_set(fault, SJ_DB_CORRUPT, 0,
		    "%s is damaged or of another format", source->path);
	}
	*ret_db = db;
	return SJ_OK;
}

void
sj_db_close(struct sj_db *db)
{
	cdb_free(&db->cdb);
	memset(db, 0, sizeof(*db));
}

bool
sj_db_is_retired(const struct sj_db *db)
{
	/* Written by another process: read it anew at each call. */
	const volatile uint32_t *word = (const void *)db->retired;

	return *word != 0;
}

static void
store_sections(unsigned char *value, const struct sj_db_header *header)
{
	unsigned char *p = value + SJ_HEADER_SECTIONS;
	unsigned i;

	for (i = 0; i < SJ_DB_SECTION_COUNT; i++, p += SJ_HEADER_SECTION_SIZE) {
		sj_store_le32(p, header->sections[i].start_off);
		sj_store_le32(p + 4, header->sections[i].end_off);
		sj_store_le32(p + 8, header->sections[i].count);
	}
}

void
sj_db_seal_header(unsigned char *value, const unsigned char *toc,
    const struct sj_db_shape *shape, const struct sj_db_header *header)
{
	unsigned table;

	memset(value, 0, SJ_DB_HEADER_SIZE);
	sj_store_le32(value + 8, SJ_DB_HEADER_SIZE);
	sj_store_le32(value + 12, SJ_RECORD_HEADER);
	sj_store_le32(value + SJ_HEADER_FORMAT, SJ_DB_FORMAT);
	sj_store_le32(value + SJ_HEADER_KIND, (uint32_t)shape->kind);
	sj_store_le32(value + SJ_HEADER_JAILS, header->jail_count);
	/* bytes: NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
	memcpy(value + SJ_HEADER_MAGIC, SJ_DB_MAGIC, 8);
	sj_store_le64(value + SJ_HEADER_GENERATION, header->generation);
	sj_store_le64(value + SJ_HEADER_FILE_SIZE, shape->size);
	sj_store_le64(
	    value + SJ_HEADER_TOC_SUM, sj_sum(SJ_SUM_SEED, toc, SJ_TOC_SIZE));
	store_sections(value, header);
	for (table = 0; table < SJ_TABLE_COUNT; table++)
		sj_store_le64(value + SJ_HEADER_TABLE_SUMS + (size_t)table * 8,
		    shape->table_sums[table]);
	sj_store_le64(value, sj_header_sum(value));
}

void
sj_db_seal(unsigned char *map, size_t size, enum sj_db_kind kind,
    const struct sj_db_header *header)
{
	struct sj_db_shape shape = {.kind = kind, .size = size};
	unsigned table;
	uint32_t off, slots;

	for (table = 0; table < SJ_TABLE_COUNT; table++) {
		off = sj_load_le32(map + (size_t)table * 8);
		slots = sj_load_le32(map + (size_t)table * 8 + 4);
		shape.table_sums[table] =
		    sj_sum(SJ_SUM_SEED, map + off, (size_t)slots * 8);
	}
	sj_db_seal_header(map + SJ_DB_HEADER_OFF, map, &shape, header);
}
