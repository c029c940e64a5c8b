/* SPDX-License-Identifier: ISC */
#include "record.h"

#include <string.h>

#include "cursor.h"
#include "record_format.h"
#include "server.h"

const char *
sj_strings_next(const char *string)
{
	return string + strlen(string) + 1;
}

bool
sj_strings_contain(const struct sj_strings *strings, const char *string)
{
	const char *p = strings->first;
	uint32_t i;

	for (i = 0; i < strings->count; i++, p = sj_strings_next(p))
		if (strcmp(p, string) == 0)
			return true;
	return false;
}

enum sj_reason
sj_passwd_load(const void *value, size_t len, struct sj_passwd *ret_passwd)
{
	struct sj_passwd passwd;
	struct sj_cursor cursor;
	enum sj_reason reason;

	reason = sj_cursor_open(value, len, SJ_RECORD_PASSWD, &cursor);
	if (reason != SJ_OK)
		return reason;
	passwd.uid = sj_cursor_u32(&cursor);
	passwd.gid = sj_cursor_u32(&cursor);
	passwd.strings.first = (const char *)cursor.p;
	passwd.strings.size = (uint32_t)cursor.left;
	passwd.strings.count = 5;
	passwd.name = sj_cursor_string(&cursor);
	passwd.passwd = sj_cursor_string(&cursor);
	passwd.gecos = sj_cursor_string(&cursor);
	passwd.home = sj_cursor_string(&cursor);
	passwd.shell = sj_cursor_string(&cursor);
	reason = sj_cursor_close(&cursor);
	if (reason == SJ_OK)
		*ret_passwd = passwd;
	return reason;
}

enum sj_reason
sj_group_load(const void *value, size_t len, struct sj_group *ret_group)
{
	struct sj_group group;
	struct sj_cursor cursor;
	enum sj_reason reason;
	uint32_t count;

	reason = sj_cursor_open(value, len, SJ_RECORD_GROUP, &cursor);
	if (reason != SJ_OK)
		return reason;
	group.gid = sj_cursor_u32(&cursor);
	count = sj_cursor_u32(&cursor);
	group.strings.first = (const char *)cursor.p;
	group.strings.size = (uint32_t)cursor.left;
	group.name = sj_cursor_string(&cursor);
	group.passwd = sj_cursor_string(&cursor);
	sj_cursor_strings(&cursor, count, &group.members);
	group.strings.count = count + 2;
	reason = sj_cursor_close(&cursor);
	if (reason == SJ_OK)
		*ret_group = group;
	return reason;
}

enum sj_reason
sj_group_list_load(
    const void *value, size_t len, struct sj_group_list *ret_list)
{
	struct sj_group_list list;
	struct sj_packed gids;
	struct sj_cursor cursor;
	enum sj_reason reason;

	reason = sj_cursor_open(value, len, SJ_RECORD_GROUP_LIST, &cursor);
	if (reason != SJ_OK)
		return reason;
	sj_cursor_packed(&cursor, 4, &gids);
	list.gids = gids.first;
	list.count = gids.count;
	list.user = sj_cursor_string(&cursor);
	reason = sj_cursor_close(&cursor);
	if (reason == SJ_OK)
		*ret_list = list;
	return reason;
}

enum sj_reason
sj_keys_load(const void *value, size_t len, struct sj_keys *ret_keys)
{
	struct sj_keys keys;
	struct sj_cursor cursor;
	enum sj_reason reason;

	reason = sj_cursor_open(value, len, SJ_RECORD_KEYS, &cursor);
	if (reason != SJ_OK)
		return reason;
	keys.not_before_day = (int32_t)sj_cursor_u32(&cursor);
	keys.expires_day = (int32_t)sj_cursor_u32(&cursor);
	keys.user = sj_cursor_string(&cursor);
	sj_cursor_list(&cursor, &keys.lines);
	reason = sj_cursor_close(&cursor);
	if (reason == SJ_OK)
		*ret_keys = keys;
	return reason;
}

enum sj_reason
sj_user_load(const void *value, size_t len, struct sj_user *ret_user)
{
	struct sj_user user;
	struct sj_cursor cursor;
	enum sj_reason reason;
	uint32_t flags;

	reason = sj_cursor_open(value, len, SJ_RECORD_USER, &cursor);
	if (reason != SJ_OK)
		return reason;
	flags = sj_cursor_u32(&cursor);
	user.is_served = (flags & SJ_USER_IS_SERVED) != 0;
	user.is_disabled = (flags & SJ_USER_IS_DISABLED) != 0;
	user.uid = sj_cursor_u32(&cursor);
	user.not_before_day = (int32_t)sj_cursor_u32(&cursor);
	user.expires_day = (int32_t)sj_cursor_u32(&cursor);
	user.strings.first = (const char *)cursor.p;
	user.strings.size = (uint32_t)cursor.left;
	user.strings.count = 2;
	user.name = sj_cursor_string(&cursor);
	user.hash = sj_cursor_string(&cursor);
	reason = sj_cursor_close(&cursor);
	if (reason == SJ_OK)
		*ret_user = user;
	return reason;
}

enum sj_reason
sj_names_load(const void *value, size_t len, struct sj_strings *ret_names)
{
	struct sj_strings names;
	struct sj_cursor cursor;
	enum sj_reason reason;

	reason = sj_cursor_open(value, len, SJ_RECORD_NAMES, &cursor);
	if (reason != SJ_OK)
		return reason;
	sj_cursor_list(&cursor, &names);
	reason = sj_cursor_close(&cursor);
	if (reason == SJ_OK)
		*ret_names = names;
	return reason;
}

/* Who puts the files into a jail relies on it. */
static bool
are_places(const struct sj_strings *files)
{
	const char *path = files->first;
	char normal[SJ_PATH_SIZE];
	uint32_t i;

	for (i = 0; i < files->count; i++, path = sj_strings_next(path))
		if (!sj_jail_path_normalise(path, normal) ||
		    strcmp(path, normal) != 0 || normal[1] == '\0')
			return false;
	return true;
}

enum sj_reason
sj_server_load(const void *value, size_t len, struct sj_server *ret_server)
{
	struct sj_server server;
	struct sj_cursor cursor;
	enum sj_reason reason;

	reason = sj_cursor_open(value, len, SJ_RECORD_SERVER, &cursor);
	if (reason != SJ_OK)
		return reason;
	sj_cursor_list(&cursor, &server.argv);
	sj_cursor_list(&cursor, &server.files);
	reason = sj_cursor_close(&cursor);
	if (reason != SJ_OK)
		return reason;
	if (server.argv.count == 0 || server.argv.count > SJ_SERVER_ARGS_MAX ||
	    server.argv.size > SJ_SERVER_ARGV_SIZE ||
	    server.files.count > SJ_SERVER_FILES_MAX ||
	    !are_places(&server.files))
		return SJ_DB_CORRUPT;
	*ret_server = server;
	return SJ_OK;
}
