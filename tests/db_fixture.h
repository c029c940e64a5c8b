/* SPDX-License-Identifier: ISC */
#ifndef SJ_DB_FIXTURE_H
#define SJ_DB_FIXTURE_H

/*
 * Writes databases for tests and benchmarks, apart from the tool: what reads
 * and what writes are then not wrong together.  Ends the program when it can't.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "db.h"

/* All that two databases hold.  Of secrets, the served ones come first. */
struct fixture_world {
	const struct sj_passwd *users;
	const struct sj_group *groups;
	const struct sj_group_list *lists;
	const struct sj_keys *keys;
	const struct sj_user *secrets;
	const struct sj_jail *jails;
	unsigned user_count;
	unsigned group_count;
	unsigned list_count;
	unsigned key_count;
	unsigned secret_count;
	unsigned served_count;
	unsigned jail_count;
	struct sj_strings jail_groups;
	const struct sj_server *server; /* NULL: none */
	uint64_t generation;
	/* so many bytes that nobody asks for: to make the file end with a page
	 */
	unsigned pad_size;
};

struct fixture {
	struct cdb_make make;
	struct sj_pack pack;
	struct sj_db_header header;
	uint32_t off;
	int fd;
};

/* STRINGS("a\0b\0", 2): the array's own NUL is one too many */
#define FIXTURE_STRINGS(bytes, number)                                 \
	{                                                              \
		.first = (bytes), .size = (uint32_t)sizeof(bytes) - 1, \
		.count = (number)                                      \
	}

static inline void
fixture_die(const char *what)
{
	fprintf(stderr, "fixture: %s: %s\n", what, strerror(errno));
	exit(1);
}

static inline void
fixture_add(struct fixture *fixture, const void *key, unsigned key_len,
    const void *value, size_t len)
{
	if (cdb_make_add(&fixture->make, key, key_len, value, (unsigned)len) !=
	    0)
		fixture_die("cdb_make_add");
	fixture->off += 8 + key_len + (uint32_t)len;
}

/* The packed record under a letter and a name. */
static inline void
fixture_add_name(struct fixture *fixture, char letter, const char *name)
{
	char key[256];
	int len = snprintf(key, sizeof(key), "%c%s", letter, name);

	if (fixture->pack.is_bad || len < 0 || len >= (int)sizeof(key))
		fixture_die("record");
	fixture_add(
	    fixture, key, (unsigned)len, fixture->pack.data, fixture->pack.len);
}

static inline void
fixture_add_number(struct fixture *fixture, char letter, uint32_t number)
{
	unsigned char key[5] = {(unsigned char)letter};

	if (fixture->pack.is_bad)
		fixture_die("record");
	sj_store_key_number(key + 1, number);
	fixture_add(
	    fixture, key, sizeof(key), fixture->pack.data, fixture->pack.len);
}

static inline void
fixture_begin(struct fixture *fixture, const char *path, mode_t mode)
{
	static const unsigned char header[SJ_DB_HEADER_SIZE];

	memset(fixture, 0, sizeof(*fixture));
	(void)unlink(path);
	fixture->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fixture->fd < 0 || fchmod(fixture->fd, mode) != 0 ||
	    cdb_make_start(&fixture->make, fixture->fd) != 0)
		fixture_die(path);
	fixture->off = 2048;
	fixture_add(fixture, SJ_DB_HEADER_KEY, 8, header, sizeof(header));
}

static inline void
fixture_begin_section(
    struct fixture *fixture, enum sj_db_section section, unsigned count)
{
	fixture->header.sections[section].start_off = fixture->off;
	fixture->header.sections[section].count = count;
}

static inline void
fixture_end_section(struct fixture *fixture, enum sj_db_section section)
{
	fixture->header.sections[section].end_off = fixture->off;
}

static inline void
fixture_put_padding(struct fixture *fixture, const struct fixture_world *world)
{
	void *zeros;

	if (world->pad_size == 0)
		return;
	zeros = calloc(1, world->pad_size);
	if (zeros == NULL)
		fixture_die("calloc");
	fixture_add(fixture, "~", 1, zeros, world->pad_size);
	free(zeros);
}

static inline void
fixture_finish(struct fixture *fixture, enum sj_db_kind kind)
{
	struct stat st;
	void *map;

	if (cdb_make_finish(&fixture->make) != 0 ||
	    fstat(fixture->fd, &st) != 0)
		fixture_die("cdb_make_finish");
	map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED,
	    fixture->fd, 0);
	if (map == MAP_FAILED)
		fixture_die("mmap");
	sj_db_seal(map, (size_t)st.st_size, kind, &fixture->header);
	(void)munmap(map, (size_t)st.st_size);
	(void)close(fixture->fd);
	sj_pack_clear(&fixture->pack);
}

static inline void
fixture_put_users(struct fixture *fixture, const struct fixture_world *world)
{
	unsigned i;

	fixture_begin_section(fixture, SJ_DB_SECTION_PASSWD, world->user_count);
	for (i = 0; i < world->user_count; i++) {
		sj_passwd_store(&fixture->pack, &world->users[i]);
		fixture_add_name(
		    fixture, SJ_KEY_PASSWD_NAME, world->users[i].name);
	}
	fixture_end_section(fixture, SJ_DB_SECTION_PASSWD);
	for (i = 0; i < world->user_count; i++) {
		sj_passwd_store(&fixture->pack, &world->users[i]);
		fixture_add_number(
		    fixture, SJ_KEY_PASSWD_UID, world->users[i].uid);
	}
}

static inline void
fixture_put_groups(struct fixture *fixture, const struct fixture_world *world)
{
	unsigned i;

	fixture_begin_section(fixture, SJ_DB_SECTION_GROUP, world->group_count);
	for (i = 0; i < world->group_count; i++) {
		sj_group_store(&fixture->pack, &world->groups[i]);
		fixture_add_name(
		    fixture, SJ_KEY_GROUP_NAME, world->groups[i].name);
	}
	fixture_end_section(fixture, SJ_DB_SECTION_GROUP);
	for (i = 0; i < world->group_count; i++) {
		sj_group_store(&fixture->pack, &world->groups[i]);
		fixture_add_number(
		    fixture, SJ_KEY_GROUP_GID, world->groups[i].gid);
	}
	for (i = 0; i < world->list_count; i++) {
		sj_group_list_store(&fixture->pack, &world->lists[i]);
		fixture_add_name(
		    fixture, SJ_KEY_GROUP_LIST, world->lists[i].user);
	}
}

static inline void
fixture_put_keys(struct fixture *fixture, const struct fixture_world *world)
{
	unsigned i;

	fixture_begin_section(fixture, SJ_DB_SECTION_KEYS, world->key_count);
	for (i = 0; i < world->key_count; i++) {
		sj_keys_store(&fixture->pack, &world->keys[i]);
		fixture_add_name(fixture, SJ_KEY_KEYS, world->keys[i].user);
	}
	fixture_end_section(fixture, SJ_DB_SECTION_KEYS);
}

static inline void
fixture_put_secrets(struct fixture *fixture, const struct fixture_world *world)
{
	unsigned i;

	fixture_begin_section(fixture, SJ_DB_SECTION_USER, world->served_count);
	for (i = 0; i < world->secret_count; i++) {
		if (i == world->served_count)
			fixture_end_section(fixture, SJ_DB_SECTION_USER);
		sj_user_store(&fixture->pack, &world->secrets[i]);
		fixture_add_name(fixture, SJ_KEY_USER, world->secrets[i].name);
	}
	if (i == world->served_count)
		fixture_end_section(fixture, SJ_DB_SECTION_USER);
}

static inline void
fixture_put_jails(struct fixture *fixture, const struct fixture_world *world)
{
	unsigned i;

	for (i = 0; i < world->jail_count; i++) {
		sj_jail_store(&fixture->pack, &world->jails[i]);
		fixture_add_number(fixture, SJ_KEY_JAIL, i);
	}
	sj_names_store(&fixture->pack, &world->jail_groups);
	fixture_add_name(fixture, SJ_KEY_JAIL_GROUPS, "");
	if (world->server != NULL) {
		sj_server_store(&fixture->pack, world->server);
		fixture_add_name(fixture, SJ_KEY_SERVER, "");
	}
	fixture->header.jail_count = world->jail_count;
}

/* Writes path, not atomically. */
static inline void
fixture_write_public(const char *path, const struct fixture_world *world)
{
	struct fixture fixture;

	fixture_begin(&fixture, path, 0644);
	fixture_put_users(&fixture, world);
	fixture_put_groups(&fixture, world);
	fixture_put_keys(&fixture, world);
	fixture_put_padding(&fixture, world);
	fixture.header.generation = world->generation;
	fixture_finish(&fixture, SJ_DB_PUBLIC);
}

static inline void
fixture_write_secret(const char *path, const struct fixture_world *world)
{
	struct fixture fixture;

	fixture_begin(&fixture, path, 0600);
	fixture_put_secrets(&fixture, world);
	fixture_put_jails(&fixture, world);
	fixture_put_padding(&fixture, world);
	fixture.header.generation = world->generation;
	fixture_finish(&fixture, SJ_DB_SECRET);
}

/*
 * Puts the file new in the place of path, and tells who has the old one open;
 * or, like a writer that is killed in between, does not.
 */
static inline void
fixture_replace(const char *new, const char *path, bool is_told)
{
	static const unsigned char retired[4] = {1};
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (rename(new, path) != 0)
		fixture_die(path);
	if (fd < 0)
		return;
	if (is_told && pwrite(fd, retired, sizeof(retired),
			   SJ_DB_RETIRED_OFF) != (ssize_t)sizeof(retired))
		fixture_die("pwrite");
	(void)close(fd);
}

#endif
