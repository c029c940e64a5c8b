/* SPDX-License-Identifier: ISC */
#ifndef SJ_MUTATION_ASK_H
#define SJ_MUTATION_ASK_H

/* Asks a database of the small world everything, and judges each answer. */

#include "db_compare.h"
#include "db_small.h"
#include "test.h"

struct subject {
	char path[64];
	struct sj_db_source source;
	unsigned char *map; /* of the file, for writing */
	size_t size;
	unsigned long right, refused; /* answers seen */
	unsigned long at;	      /* the damage, for messages */
};

/* One answer: wrong if the reader was sure and it is not what is there. */
static inline void
judge(struct subject *subject, const char *what, enum sj_reason reason,
    bool is_right)
{
	if (reason == SJ_DB_CORRUPT) {
		subject->refused++;
		return;
	}
	if (reason == SJ_OK && is_right) {
		subject->right++;
		return;
	}
	if (!test_is_bad)
		printf("# %s at %lu: %s\n", what, subject->at,
		    reason == SJ_OK ? "a wrong answer"
				    : sj_reason_token(reason));
	test_is_bad = true;
}

static inline void
find_users(struct subject *subject, struct sj_db *db)
{
	struct sj_passwd view = {0};
	enum sj_reason reason;
	bool is_found = false;
	unsigned i;

	for (i = 0; i < SMALL_COUNT(small_users); i++) {
		reason = sj_db_find_passwd(
		    db, small_users[i].name, &is_found, &view);
		judge(subject, "passwd by name", reason,
		    reason == SJ_OK && is_found &&
			same_passwd(&view, &small_users[i]));
		reason = sj_db_find_passwd_uid(
		    db, small_users[i].uid, &is_found, &view);
		judge(subject, "passwd by uid", reason,
		    reason == SJ_OK && is_found &&
			same_passwd(&view, &small_users[i]));
	}
}

static inline void
find_groups(struct subject *subject, struct sj_db *db)
{
	struct sj_group view = {0};
	enum sj_reason reason;
	bool is_found = false;
	unsigned i;

	for (i = 0; i < SMALL_COUNT(small_groups); i++) {
		reason = sj_db_find_group(
		    db, small_groups[i].name, &is_found, &view);
		judge(subject, "group by name", reason,
		    reason == SJ_OK && is_found &&
			same_group(&view, &small_groups[i]));
		reason = sj_db_find_group_gid(
		    db, small_groups[i].gid, &is_found, &view);
		judge(subject, "group by gid", reason,
		    reason == SJ_OK && is_found &&
			same_group(&view, &small_groups[i]));
	}
}

static inline void
find_lists(struct subject *subject, struct sj_db *db)
{
	struct sj_group_list list = {0};
	struct sj_keys keys = {0};
	enum sj_reason reason;
	bool is_found = false;
	unsigned i;

	for (i = 0; i < SMALL_COUNT(small_lists); i++) {
		reason = sj_db_find_group_list(
		    db, small_lists[i].user, &is_found, &list);
		judge(subject, "group list", reason,
		    reason == SJ_OK && is_found &&
			same_list(&list, &small_lists[i]));
	}
	for (i = 0; i < SMALL_COUNT(small_keys); i++) {
		reason =
		    sj_db_find_keys(db, small_keys[i].user, &is_found, &keys);
		judge(subject, "keys", reason,
		    reason == SJ_OK && is_found &&
			same_keys(&keys, &small_keys[i]));
	}
}

static inline void
find_secrets(struct subject *subject, struct sj_db *db)
{
	struct sj_user user = {0};
	struct sj_jail jail = {0};
	struct sj_strings names = {0};
	struct sj_server server = {{0}, {0}};
	enum sj_reason reason;
	bool is_found = false;
	unsigned i;

	for (i = 0; i < SMALL_COUNT(small_secrets); i++) {
		reason = sj_db_find_user(
		    db, small_secrets[i].name, &is_found, &user);
		judge(subject, "user", reason,
		    reason == SJ_OK && is_found &&
			same_user(&user, &small_secrets[i]));
	}
	judge(subject, "number of jails", SJ_OK,
	    db->header.jail_count == SMALL_COUNT(small_jails));
	for (i = 0; i < SMALL_COUNT(small_jails); i++) {
		reason = sj_db_jail(db, i, &jail);
		judge(subject, "jail", reason,
		    reason == SJ_OK && same_jail(&jail, &small_jails[i]));
	}
	reason = sj_db_jail_groups(db, &names);
	judge(subject, "jail groups", reason,
	    reason == SJ_OK && same_strings(&names, &small_world.jail_groups));
	reason = sj_db_server(db, &is_found, &server);
	judge(subject, "server", reason,
	    reason == SJ_OK && is_found && same_server(&server, &small_server));
}

/* Neighbours by one bit of what is there, and others. */
static const char *const absent_names[] = {
    "alicd", "amice", "carol", "acmd", "root", "", "alice2", "x2", "y"};
static const uint32_t absent_ids[] = {
    0, 1, 20003, 20000 ^ 4, 20001 ^ 0x80000000u, 59998, UINT32_MAX};

static inline void
find_absent(struct subject *subject, struct sj_db *db)
{
	struct sj_passwd passwd;
	struct sj_group group;
	struct sj_group_list list;
	struct sj_keys keys;
	struct sj_user user;
	enum sj_reason reason;
	bool is_found = false;
	unsigned i;

	for (i = 0; i < SMALL_COUNT(absent_names); i++) {
		const char *name = absent_names[i];

		reason = sj_db_find_passwd(db, name, &is_found, &passwd);
		judge(subject, "absent user", reason, !is_found);
		reason = sj_db_find_group(db, name, &is_found, &group);
		judge(subject, "absent group", reason, !is_found);
		reason = sj_db_find_group_list(db, name, &is_found, &list);
		judge(subject, "absent list", reason, !is_found);
		reason = sj_db_find_keys(db, name, &is_found, &keys);
		judge(subject, "absent keys", reason, !is_found);
		reason = sj_db_find_user(db, name, &is_found, &user);
		judge(subject, "absent secret", reason, !is_found);
	}
	for (i = 0; i < SMALL_COUNT(absent_ids); i++) {
		reason = sj_db_find_passwd_uid(
		    db, absent_ids[i], &is_found, &passwd);
		judge(subject, "absent uid", reason, !is_found);
		reason =
		    sj_db_find_group_gid(db, absent_ids[i], &is_found, &group);
		judge(subject, "absent gid", reason, !is_found);
	}
}

static inline bool
is_next_right(enum sj_db_section section, unsigned i, const void *view)
{
	switch (section) {
	case SJ_DB_SECTION_PASSWD:
		return same_passwd(view, &small_users[i]);
	case SJ_DB_SECTION_GROUP:
		return same_group(view, &small_groups[i]);
	case SJ_DB_SECTION_USER:
		return same_user(view, &small_secrets[i]);
	case SJ_DB_SECTION_KEYS:
		return same_keys(view, &small_keys[i]);
	case SJ_DB_SECTION_COUNT:
		break;
	}
	return false;
}

static inline enum sj_reason
next(const struct sj_db *db, struct sj_db_cursor *cursor, bool *ret_found,
    void *view)
{
	switch (cursor->section) {
	case SJ_DB_SECTION_PASSWD:
		return sj_db_next_passwd(db, cursor, ret_found, view);
	case SJ_DB_SECTION_GROUP:
		return sj_db_next_group(db, cursor, ret_found, view);
	case SJ_DB_SECTION_USER:
		return sj_db_next_user(db, cursor, ret_found, view);
	case SJ_DB_SECTION_KEYS:
		return sj_db_next_keys(db, cursor, ret_found, view);
	case SJ_DB_SECTION_COUNT:
		break;
	}
	return SJ_SYSTEM_ERROR;
}

static inline void
walk(struct subject *subject, const struct sj_db *db,
    enum sj_db_section section, unsigned count)
{
	union {
		struct sj_passwd passwd;
		struct sj_group group;
		struct sj_user user;
		struct sj_keys keys;
	} view;
	struct sj_db_cursor cursor = {.section = section};
	enum sj_reason reason = SJ_OK;
	bool is_found = true;
	unsigned i;

	for (i = 0; i <= count && reason == SJ_OK && is_found; i++) {
		reason = next(db, &cursor, &is_found, &view);
		judge(subject, "walk", reason,
		    i < count ? reason == SJ_OK && is_found &&
				    is_next_right(section, i, &view)
			      : !is_found);
	}
}

/* All that can be asked.  What the kind does not hold is absent. */
static inline void
read_all(struct subject *subject)
{
	struct sj_db db = {.retired = NULL};
	enum sj_reason reason = sj_db_open(&db, &subject->source, NULL);

	judge(subject, "open", reason,
	    db.header.generation == small_world.generation);
	if (reason != SJ_OK)
		return;
	find_absent(subject, &db);
	if (subject->source.kind == SJ_DB_PUBLIC) {
		find_users(subject, &db);
		find_groups(subject, &db);
		find_lists(subject, &db);
		walk(subject, &db, SJ_DB_SECTION_PASSWD,
		    SMALL_COUNT(small_users));
		walk(subject, &db, SJ_DB_SECTION_GROUP,
		    SMALL_COUNT(small_groups));
		walk(subject, &db, SJ_DB_SECTION_KEYS, SMALL_COUNT(small_keys));
	} else {
		find_secrets(subject, &db);
		walk(
		    subject, &db, SJ_DB_SECTION_USER, small_world.served_count);
	}
	sj_db_close(&db);
}

#endif
