/* SPDX-License-Identifier: ISC */
/* Finding every record by every way: all give the same. */
#include "db_compare.h"
#include "db_many.h"
#include "db_small.h"
#include "test.h"

/* Each way to a record gives the same record, and none gives another. */
static void
compare_users(struct sj_db *db, const struct fixture_world *world)
{
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_PASSWD};
	struct sj_passwd view;
	bool is_found;
	unsigned i;

	for (i = 0; i < world->user_count; i++) {
		const struct sj_passwd *want = &world->users[i];

		CHECK_INT(
		    sj_db_find_passwd(db, want->name, &is_found, &view), SJ_OK);
		CHECK(is_found && same_passwd(&view, want));
		CHECK_INT(
		    sj_db_find_passwd_uid(db, want->uid, &is_found, &view),
		    SJ_OK);
		CHECK(is_found && same_passwd(&view, want));
		CHECK_INT(
		    sj_db_next_passwd(db, &cursor, &is_found, &view), SJ_OK);
		CHECK(is_found && same_passwd(&view, want));
		CHECK_INT(sj_db_find_passwd_uid(
			      db, want->uid + 5000000, &is_found, &view),
		    SJ_OK);
		CHECK(!is_found);
	}
	CHECK_INT(sj_db_next_passwd(db, &cursor, &is_found, &view), SJ_OK);
	CHECK(!is_found);
	CHECK_INT(sj_db_next_passwd(db, &cursor, &is_found, &view), SJ_OK);
	CHECK(!is_found);
}

static void
compare_groups(struct sj_db *db, const struct fixture_world *world)
{
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_GROUP};
	struct sj_group_list list;
	struct sj_group view;
	bool is_found;
	unsigned i;

	for (i = 0; i < world->group_count; i++) {
		const struct sj_group *want = &world->groups[i];

		CHECK_INT(
		    sj_db_find_group(db, want->name, &is_found, &view), SJ_OK);
		CHECK(is_found && same_group(&view, want));
		CHECK_INT(sj_db_find_group_gid(db, want->gid, &is_found, &view),
		    SJ_OK);
		CHECK(is_found && same_group(&view, want));
		CHECK_INT(
		    sj_db_next_group(db, &cursor, &is_found, &view), SJ_OK);
		CHECK(is_found && same_group(&view, want));
	}
	CHECK_INT(sj_db_next_group(db, &cursor, &is_found, &view), SJ_OK);
	CHECK(!is_found);
	for (i = 0; i < world->list_count; i++) {
		CHECK_INT(sj_db_find_group_list(
			      db, world->lists[i].user, &is_found, &list),
		    SJ_OK);
		CHECK(is_found && same_list(&list, &world->lists[i]));
	}
}

static void
compare_secrets(struct sj_db *db, const struct fixture_world *world)
{
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_USER};
	struct sj_user view;
	bool is_found;
	unsigned i;

	for (i = 0; i < world->secret_count; i++) {
		const struct sj_user *want = &world->secrets[i];

		CHECK_INT(
		    sj_db_find_user(db, want->name, &is_found, &view), SJ_OK);
		CHECK(is_found && same_user(&view, want));
		if (i >= world->served_count)
			continue;
		CHECK_INT(
		    sj_db_next_user(db, &cursor, &is_found, &view), SJ_OK);
		CHECK(is_found && same_user(&view, want));
	}
	CHECK_INT(sj_db_next_user(db, &cursor, &is_found, &view), SJ_OK);
	CHECK(!is_found);
}

static void
test_every_way(unsigned users)
{
	struct fixture_world world = many_world(users);
	char path[] = "/tmp/sftpjail-db.XXXXXX", name[64];
	struct sj_db_source source = {path, SJ_DB_PUBLIC, geteuid()};
	struct sj_db db;

	(void)close(mkstemp(path));
	fixture_write_public(path, &world);
	CHECK_INT(sj_db_open(&db, &source, NULL), SJ_OK);
	compare_users(&db, &world);
	compare_groups(&db, &world);
	sj_db_close(&db);
	fixture_write_secret(path, &world);
	source.kind = SJ_DB_SECRET;
	CHECK_INT(sj_db_open(&db, &source, NULL), SJ_OK);
	compare_secrets(&db, &world);
	sj_db_close(&db);
	(void)unlink(path);
	(void)snprintf(name, sizeof(name), "db_every_way_%u_users", users);
	test_done(name);
}

/* Records with right sums that a reader must not believe all the same. */
static void
test_foreign(void)
{
	char path[] = "/tmp/sftpjail-db.XXXXXX";
	struct sj_db_source source = {path, SJ_DB_PUBLIC, geteuid()};
	struct sj_passwd passwd;
	struct sj_group_list list;
	struct sj_keys keys;
	struct fixture fixture;
	struct sj_db db;
	bool is_found;

	(void)close(mkstemp(path));
	fixture_begin(&fixture, path, 0644);
	sj_passwd_store(&fixture.pack, &small_users[0]);
	fixture_add_name(&fixture, SJ_KEY_PASSWD_NAME, "carol");
	fixture_add_number(&fixture, SJ_KEY_PASSWD_UID, 20099);
	fixture_add_name(&fixture, SJ_KEY_GROUP_LIST, "alice");
	sj_group_list_store(&fixture.pack, &small_lists[0]);
	fixture_add_name(&fixture, SJ_KEY_GROUP_LIST, "carol");
	fixture_add_name(&fixture, SJ_KEY_KEYS, "carol");
	sj_keys_store(&fixture.pack, &small_keys[0]);
	fixture_add_name(&fixture, SJ_KEY_KEYS, "dave");
	fixture_finish(&fixture, SJ_DB_PUBLIC);
	CHECK_INT(sj_db_open(&db, &source, NULL), SJ_OK);
	CHECK_INT(
	    sj_db_find_passwd(&db, "carol", &is_found, &passwd), SJ_DB_CORRUPT);
	CHECK_INT(sj_db_find_passwd_uid(&db, 20099, &is_found, &passwd),
	    SJ_DB_CORRUPT);
	CHECK_INT(sj_db_find_group_list(&db, "alice", &is_found, &list),
	    SJ_DB_CORRUPT);
	CHECK_INT(sj_db_find_group_list(&db, "carol", &is_found, &list),
	    SJ_DB_CORRUPT);
	CHECK_INT(
	    sj_db_find_keys(&db, "carol", &is_found, &keys), SJ_DB_CORRUPT);
	CHECK_INT(
	    sj_db_find_keys(&db, "dave", &is_found, &keys), SJ_DB_CORRUPT);
	sj_db_close(&db);
	(void)unlink(path);
	test_done("db_find_record_under_foreign_key_is_corrupt");
}

/* Names that no record can have. */
static void
test_names(void)
{
	char path[] = "/tmp/sftpjail-db.XXXXXX", name[5000];
	struct sj_db_source source = {path, SJ_DB_PUBLIC, geteuid()};
	struct sj_passwd passwd;
	struct sj_db db;
	bool is_found;
	size_t len;

	(void)close(mkstemp(path));
	fixture_write_public(path, &small_world);
	CHECK_INT(sj_db_open(&db, &source, NULL), SJ_OK);
	for (len = 0; len < sizeof(name); len++) {
		memset(name, 'a', len);
		name[len] = '\0';
		is_found = true;
		CHECK_INT(
		    sj_db_find_passwd(&db, name, &is_found, &passwd), SJ_OK);
		CHECK(!is_found);
	}
	sj_db_close(&db);
	(void)unlink(path);
	test_done("db_find_names_of_any_length");
}

/* The jails and the names of their groups must be there. */
static void
test_required(void)
{
	char path[] = "/tmp/sftpjail-db.XXXXXX";
	struct sj_db_source source = {path, SJ_DB_SECRET, geteuid()};
	struct sj_strings names;
	struct fixture fixture;
	struct sj_jail jail;
	struct sj_db db;

	(void)close(mkstemp(path));
	fixture_begin(&fixture, path, 0600);
	fixture_finish(&fixture, SJ_DB_SECRET);
	CHECK_INT(sj_db_open(&db, &source, NULL), SJ_OK);
	CHECK_INT(sj_db_jail(&db, 0, &jail), SJ_DB_CORRUPT);
	CHECK_INT(sj_db_jail_groups(&db, &names), SJ_DB_CORRUPT);
	sj_db_close(&db);
	(void)unlink(path);
	test_done("db_jail_missing_is_corrupt");
}

static int
compare_unsigned(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

	return (x > y) - (x < y);
}

/* Ids side by side must not share hashes: each shared one is a record more to
 * look at. */
static void
test_spread(void)
{
	enum { COUNT = 40000 };
	static unsigned hashes[COUNT];
	unsigned char key[5] = {SJ_KEY_PASSWD_UID};
	unsigned i, shared = 0;

	for (i = 0; i < COUNT; i++) {
		sj_store_key_number(key + 1, 20000 + i);
		hashes[i] = cdb_hash(key, sizeof(key));
	}
	qsort(hashes, COUNT, sizeof(hashes[0]), compare_unsigned);
	for (i = 1; i < COUNT; i++)
		shared += hashes[i] == hashes[i - 1];
	CHECK(shared < COUNT / 100);
	test_done("db_keys_of_numbers_spread");
}

int
main(void)
{
	test_every_way(0);
	test_every_way(1);
	test_every_way(1000);
	test_every_way(20000);
	test_foreign();
	test_names();
	test_required();
	test_spread();
	return test_failures > 0;
}
