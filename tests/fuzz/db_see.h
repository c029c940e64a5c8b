/* SPDX-License-Identifier: ISC */
#ifndef SJ_DB_SEE_H
#define SJ_DB_SEE_H

/* Looks at all that a record holds, and at all that a database has. */

#include "db.h"
#include "fuzz.h"
#include "pack.h"
#include "policy.h"

static inline void
see_strings(const struct sj_strings *strings)
{
	const char *string = strings->first;
	size_t size = 0;
	uint32_t i;

	for (i = 0; i < strings->count; i++) {
		size += fuzz_see(string) + 1;
		FUZZ_MUST(size <= strings->size);
		string = sj_strings_next(string);
	}
	FUZZ_MUST(size == strings->size);
}

/* Answers of the name service, in a buffer of just that size. */
static inline bool
see_packed(int kind, const void *view, size_t size)
{
	char *buffer = malloc(size + 1);
	struct passwd passwd;
	struct group group;
	struct spwd shadow;
	bool is_packed;
	char **member;

	/* From an odd address, to its very end. */
	FUZZ_MUST(buffer != NULL);
	if (kind == SJ_RECORD_PASSWD) {
		is_packed = sj_pack_passwd(view, buffer + 1, size, &passwd);
		if (is_packed)
			(void)(fuzz_see(passwd.pw_name) +
			       fuzz_see(passwd.pw_passwd) +
			       fuzz_see(passwd.pw_gecos) +
			       fuzz_see(passwd.pw_dir) +
			       fuzz_see(passwd.pw_shell));
	} else if (kind == SJ_RECORD_GROUP) {
		is_packed = sj_pack_group(view, buffer + 1, size, &group);
		for (member = is_packed ? group.gr_mem : NULL;
		     member != NULL && *member != NULL; member++)
			(void)fuzz_see(*member);
	} else {
		is_packed = sj_pack_shadow(view, buffer + 1, size, &shadow);
		if (is_packed)
			(void)(fuzz_see(shadow.sp_namp) +
			       fuzz_see(shadow.sp_pwdp));
	}
	free(buffer);
	return is_packed;
}

/* It fits from some size on, and only from there. */
static inline void
see_packed_sizes(int kind, const void *view, uint32_t strings_size)
{
	size_t size, step = 1 + strings_size / 16;
	bool was_packed = false, is_packed;

	for (size = 0; size <= strings_size + step; size += step) {
		is_packed = see_packed(kind, view, size);
		FUZZ_MUST(is_packed || !was_packed);
		was_packed = is_packed;
	}
	FUZZ_MUST(see_packed(kind, view, 16 + (size_t)strings_size * 10));
}

static inline void
see_passwd(const struct sj_passwd *passwd)
{
	see_strings(&passwd->strings);
	see_packed_sizes(SJ_RECORD_PASSWD, passwd, passwd->strings.size);
}

static inline void
see_group(const struct sj_group *group)
{
	see_strings(&group->strings);
	see_strings(&group->members);
	see_packed_sizes(SJ_RECORD_GROUP, group, group->strings.size);
}

static inline void
see_user(const struct sj_user *user)
{
	see_strings(&user->strings);
	see_packed_sizes(SJ_RECORD_USER, user, user->strings.size);
}

static inline void
see_group_list(const struct sj_group_list *list)
{
	long start = 0, size = 1;
	gid_t *gids = malloc(sizeof(*gids));
	const struct sj_pack_gids into = {.skip = 1,
	    .start = &start,
	    .size = &size,
	    .gids = &gids,
	    .limit = 100};
	bool is_any;

	FUZZ_MUST(gids != NULL);
	(void)fuzz_see(list->user);
	FUZZ_MUST(sj_pack_group_list(list, &into, &is_any) == SJ_OK);
	FUZZ_MUST(start <= size && start <= 100 && (start > 0) == is_any);
	free(gids);
}

static inline void
see_keys(const struct sj_keys *keys)
{
	(void)fuzz_see(keys->user);
	see_strings(&keys->lines);
}

/* What is decided by it, whatever that is. */
static inline void
see_decision(const struct sj_jail *jail)
{
	static const char *const groups[] = {"sftp-only"};
	struct sj_facts facts = {.user = "alice",
	    .service = "sshd",
	    .is_known = true,
	    .uid = 20001,
	    .groups = groups,
	    .group_count = 1,
	    .now_sec = 1700000000,
	    .local_wday = 3,
	    .local_min = 700,
	    .from = {.family = 4, .prefix = 32, .addr = {10, 0, 0, 1}},
	    .is_auth_known = true,
	    .auth = SJ_AUTH_PUBLICKEY};
	struct sj_fault fault;
	const char *why;
	unsigned check;

	(void)sj_policy_matches(jail, &facts, &why);
	(void)(fuzz_see(why) + fuzz_see(sj_policy_message(jail)));
	for (check = 0; check < SJ_CHECK_COUNT; check++)
		if (sj_policy_check(
			(enum sj_check)check, jail, &facts, &fault) != SJ_OK)
			(void)fuzz_see(fault.where);
}

static inline void
see_jail(const struct sj_jail *jail)
{
	uint32_t i;

	(void)(fuzz_see(jail->name) + fuzz_see(jail->root) +
	       fuzz_see(jail->start) + fuzz_see(jail->writable_group) +
	       fuzz_see(jail->message));
	see_strings(&jail->users);
	see_strings(&jail->groups);
	see_strings(&jail->except_users);
	see_strings(&jail->except_groups);
	see_strings(&jail->services);
	see_strings(&jail->writable);
	see_strings(&jail->mount_paths);
	FUZZ_MUST(jail->mounts.count <= SJ_JAIL_MOUNT_MAX);
	for (i = 0; i < jail->mounts.count; i++) {
		struct sj_mount mount = sj_jail_mount(jail, i);

		(void)(fuzz_see(mount.source) + fuzz_see(mount.target));
	}
	for (i = 0; i < jail->from.count; i++)
		(void)sj_jail_from(jail, i);
	for (i = 0; i < jail->hours.count; i++)
		(void)sj_jail_hours(jail, i);
	for (i = 0; i < jail->auth.count; i++)
		(void)sj_jail_auth(jail, i);
	see_decision(jail);
}

static inline void
see_server(const struct sj_server *server)
{
	see_strings(&server->argv);
	see_strings(&server->files);
}

/* What is found has the name that was asked for. */
static inline void
db_see_name(struct sj_db *db, const char *name)
{
	struct sj_passwd passwd;
	struct sj_group group;
	struct sj_group_list list;
	struct sj_keys keys;
	struct sj_user user;
	bool is_found;

	if (sj_db_find_passwd(db, name, &is_found, &passwd) == SJ_OK &&
	    is_found) {
		FUZZ_MUST(strcmp(passwd.name, name) == 0);
		see_passwd(&passwd);
	}
	if (sj_db_find_group(db, name, &is_found, &group) == SJ_OK &&
	    is_found) {
		FUZZ_MUST(strcmp(group.name, name) == 0);
		see_group(&group);
	}
	if (sj_db_find_group_list(db, name, &is_found, &list) == SJ_OK &&
	    is_found) {
		FUZZ_MUST(strcmp(list.user, name) == 0);
		see_group_list(&list);
	}
	if (sj_db_find_keys(db, name, &is_found, &keys) == SJ_OK && is_found) {
		FUZZ_MUST(strcmp(keys.user, name) == 0);
		see_keys(&keys);
	}
	if (sj_db_find_user(db, name, &is_found, &user) == SJ_OK && is_found) {
		FUZZ_MUST(strcmp(user.name, name) == 0);
		see_user(&user);
	}
}

static inline void
db_see_id(struct sj_db *db, uint32_t id)
{
	struct sj_passwd passwd;
	struct sj_group group;
	bool is_found;

	if (sj_db_find_passwd_uid(db, id, &is_found, &passwd) == SJ_OK &&
	    is_found) {
		FUZZ_MUST(passwd.uid == id);
		see_passwd(&passwd);
	}
	if (sj_db_find_group_gid(db, id, &is_found, &group) == SJ_OK &&
	    is_found) {
		FUZZ_MUST(group.gid == id);
		see_group(&group);
	}
}

static inline void
db_walk_public(struct sj_db *db)
{
	struct sj_db_cursor users = {.section = SJ_DB_SECTION_PASSWD};
	struct sj_db_cursor groups = {.section = SJ_DB_SECTION_GROUP};
	struct sj_db_cursor lines = {.section = SJ_DB_SECTION_KEYS};
	struct sj_passwd passwd;
	struct sj_group group;
	struct sj_keys keys;
	bool is_found;

	while (sj_db_next_passwd(db, &users, &is_found, &passwd) == SJ_OK &&
	       is_found) {
		see_passwd(&passwd);
		db_see_name(db, passwd.name);
		db_see_id(db, passwd.uid);
	}
	while (sj_db_next_group(db, &groups, &is_found, &group) == SJ_OK &&
	       is_found) {
		see_group(&group);
		db_see_name(db, group.name);
		db_see_id(db, group.gid);
	}
	while (
	    sj_db_next_keys(db, &lines, &is_found, &keys) == SJ_OK && is_found)
		see_keys(&keys);
}

static inline void
db_walk_secret(struct sj_db *db)
{
	struct sj_db_cursor users = {.section = SJ_DB_SECTION_USER};
	struct sj_user user;
	struct sj_jail jail;
	struct sj_strings names;
	struct sj_server server;
	bool is_found;
	uint32_t i;

	while (sj_db_next_user(db, &users, &is_found, &user) == SJ_OK &&
	       is_found) {
		see_user(&user);
		db_see_name(db, user.name);
	}
	for (i = 0;
	     i < db->header.jail_count && sj_db_jail(db, i, &jail) == SJ_OK;
	     i++)
		see_jail(&jail);
	if (sj_db_jail_groups(db, &names) == SJ_OK)
		see_strings(&names);
	if (sj_db_server(db, &is_found, &server) == SJ_OK && is_found)
		see_server(&server);
}

/* All of a file, or nothing where it does not open. */
static inline void
db_see_file(const struct sj_db_source *source)
{
	static const char *const names[] = {
	    "alice", "bob.smith", "_c", "acme", "sftp-only", "local", ""};
	struct sj_db db;
	size_t i;

	if (sj_db_open(&db, source, NULL) != SJ_OK)
		return;
	(void)sj_db_is_retired(&db);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		db_see_name(&db, names[i]);
	for (i = 20000; i < 20004; i++)
		db_see_id(&db, (uint32_t)i);
	db_walk_public(&db);
	db_walk_secret(&db);
	sj_db_close(&db);
}

#endif
