/* SPDX-License-Identifier: ISC */
#include "record_format.h"

#include <string.h>

#include "bytes.h"
#include "cursor.h"

static void
load_numbers(struct sj_cursor *cursor, struct sj_jail *jail)
{
	uint32_t flags = sj_cursor_u32(cursor);
	uint32_t transfer_log = sj_cursor_u32(cursor);

	jail->is_virtual = (flags & SJ_JAIL_IS_VIRTUAL) != 0;
	jail->is_chroot = (flags & SJ_JAIL_IS_CHROOT) != 0;
	jail->is_create = (flags & SJ_JAIL_IS_CREATE) != 0;
	jail->is_read_only = (flags & SJ_JAIL_IS_READ_ONLY) != 0;
	jail->is_network_host = (flags & SJ_JAIL_IS_NETWORK_HOST) != 0;
	if (transfer_log > SJ_TRANSFER_LOG_REQUIRED)
		cursor->is_bad = true;
	else
		jail->transfer_log = (enum sj_transfer_log)transfer_log;
	jail->umask = sj_cursor_u32(cursor);
	jail->writable_mode = sj_cursor_u32(cursor);
	jail->max_sessions = sj_cursor_u32(cursor);
	jail->max_sessions_per_address = sj_cursor_u32(cursor);
	jail->session_time_sec = sj_cursor_u32(cursor);
	jail->download_rate = sj_cursor_u64(cursor);
}

static void
load_lists(struct sj_cursor *cursor, struct sj_jail *jail)
{
	sj_cursor_list(cursor, &jail->users);
	sj_cursor_list(cursor, &jail->groups);
	sj_cursor_list(cursor, &jail->except_users);
	sj_cursor_list(cursor, &jail->except_groups);
	sj_cursor_list(cursor, &jail->services);
	sj_cursor_list(cursor, &jail->writable);
	sj_cursor_list(cursor, &jail->mount_paths);
	sj_cursor_packed(cursor, SJ_MOUNT_SIZE, &jail->mounts);
	sj_cursor_packed(cursor, SJ_NET_SIZE, &jail->from);
	sj_cursor_packed(cursor, SJ_HOURS_SIZE, &jail->hours);
	sj_cursor_packed(cursor, SJ_AUTH_SIZE, &jail->auth);
	if (jail->mount_paths.count / 2 != jail->mounts.count ||
	    jail->mount_paths.count % 2 != 0 ||
	    jail->mounts.count > SJ_JAIL_MOUNT_MAX)
		cursor->is_bad = true;
}

enum sj_reason
sj_jail_load(const void *value, size_t len, struct sj_jail *ret_jail)
{
	struct sj_cursor cursor;
	struct sj_jail jail;
	enum sj_reason reason;

	reason = sj_cursor_open(value, len, SJ_RECORD_JAIL, &cursor);
	if (reason != SJ_OK)
		return reason;
	memset(&jail, 0, sizeof(jail));
	load_numbers(&cursor, &jail);
	jail.name = sj_cursor_string(&cursor);
	jail.root = sj_cursor_string(&cursor);
	jail.start = sj_cursor_string(&cursor);
	jail.writable_group = sj_cursor_string(&cursor);
	jail.message = sj_cursor_string(&cursor);
	load_lists(&cursor, &jail);
	reason = sj_cursor_close(&cursor);
	if (reason == SJ_OK)
		*ret_jail = jail;
	return reason;
}

struct sj_mount
sj_jail_mount(const struct sj_jail *jail, uint32_t index)
{
	uint32_t flags =
	    sj_load_le32(jail->mounts.first + (size_t)index * SJ_MOUNT_SIZE);
	const char *path = jail->mount_paths.first;
	struct sj_mount mount;
	uint32_t i;

	for (i = 0; i < index; i++)
		path = sj_strings_next(sj_strings_next(path));
	mount.is_read_only = (flags & SJ_MOUNT_IS_READ_ONLY) != 0;
	mount.is_optional = (flags & SJ_MOUNT_IS_OPTIONAL) != 0;
	mount.is_create = (flags & SJ_MOUNT_IS_CREATE) != 0;
	mount.source = path;
	mount.target = sj_strings_next(path);
	return mount;
}

struct sj_net
sj_jail_from(const struct sj_jail *jail, uint32_t index)
{
	const unsigned char *p = jail->from.first + (size_t)index * SJ_NET_SIZE;
	unsigned bits = p[0] == 4 ? 32 : 128;
	struct sj_net net;

	net.family = p[0];
	net.prefix = p[1] <= bits ? p[1] : (uint8_t)bits;
	memcpy(net.addr, p + 2, sizeof(net.addr));
	return net;
}

struct sj_hours
sj_jail_hours(const struct sj_jail *jail, uint32_t index)
{
	const unsigned char *p =
	    jail->hours.first + (size_t)index * SJ_HOURS_SIZE;
	struct sj_hours hours;

	hours.days = p[0];
	hours.start_min = sj_load_le16(p + 2);
	hours.end_min = sj_load_le16(p + 4);
	return hours;
}

uint32_t
sj_jail_auth(const struct sj_jail *jail, uint32_t index)
{
	return sj_load_le32(jail->auth.first + (size_t)index * SJ_AUTH_SIZE);
}
