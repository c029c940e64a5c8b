/* SPDX-License-Identifier: ISC */
#include "record.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "record_format.h"

void
sj_pack_clear(struct sj_pack *pack)
{
	free(pack->data);
	memset(pack, 0, sizeof(*pack));
}

static bool
grow(struct sj_pack *pack, size_t len)
{
	size_t size = pack->size > 0 ? pack->size : 256;
	unsigned char *data;

	if (pack->is_bad)
		return false;
	if (len <= pack->size - pack->len)
		return true;
	while (size - pack->len < len && size <= SIZE_MAX / 2)
		size *= 2;
	data = size - pack->len >= len ? realloc(pack->data, size) : NULL;
	if (data == NULL) {
		pack->is_bad = true;
		return false;
	}
	pack->data = data;
	pack->size = size;
	return true;
}

void
sj_pack_bytes(struct sj_pack *pack, const void *bytes, size_t len)
{
	if (len == 0 || !grow(pack, len))
		return;
	memcpy(pack->data + pack->len, bytes, len);
	pack->len += len;
}

void
sj_pack_u32(struct sj_pack *pack, uint32_t value)
{
	unsigned char bytes[4];

	sj_store_le32(bytes, value);
	sj_pack_bytes(pack, bytes, sizeof(bytes));
}

void
sj_pack_u64(struct sj_pack *pack, uint64_t value)
{
	unsigned char bytes[8];

	sj_store_le64(bytes, value);
	sj_pack_bytes(pack, bytes, sizeof(bytes));
}

void
sj_pack_string(struct sj_pack *pack, const char *string)
{
	sj_pack_bytes(pack, string, strlen(string) + 1);
}

static void
pack_list(struct sj_pack *pack, const struct sj_strings *strings)
{
	sj_pack_u32(pack, strings->count);
	sj_pack_bytes(pack, strings->first, strings->size);
}

static void
pack_packed(struct sj_pack *pack, const struct sj_packed *packed, size_t each)
{
	sj_pack_u32(pack, packed->count);
	sj_pack_bytes(pack, packed->first, packed->count * each);
}

static void
begin(struct sj_pack *pack, enum sj_record_type type)
{
	pack->len = 0;
	sj_pack_u64(pack, 0);
	sj_pack_u32(pack, 0);
	sj_pack_u32(pack, (uint32_t)type);
}

static void
finish(struct sj_pack *pack)
{
	if (pack->is_bad || pack->len > UINT32_MAX) {
		pack->is_bad = true;
		return;
	}
	sj_store_le32(pack->data + 8, (uint32_t)pack->len);
	sj_store_le64(
	    pack->data, sj_sum(SJ_SUM_SEED, pack->data + 8, pack->len - 8));
}

void
sj_passwd_store(struct sj_pack *pack, const struct sj_passwd *passwd)
{
	begin(pack, SJ_RECORD_PASSWD);
	sj_pack_u32(pack, passwd->uid);
	sj_pack_u32(pack, passwd->gid);
	sj_pack_string(pack, passwd->name);
	sj_pack_string(pack, passwd->passwd);
	sj_pack_string(pack, passwd->gecos);
	sj_pack_string(pack, passwd->home);
	sj_pack_string(pack, passwd->shell);
	finish(pack);
}

void
sj_group_store(struct sj_pack *pack, const struct sj_group *group)
{
	begin(pack, SJ_RECORD_GROUP);
	sj_pack_u32(pack, group->gid);
	sj_pack_u32(pack, group->members.count);
	sj_pack_string(pack, group->name);
	sj_pack_string(pack, group->passwd);
	sj_pack_bytes(pack, group->members.first, group->members.size);
	finish(pack);
}

void
sj_group_list_store(struct sj_pack *pack, const struct sj_group_list *list)
{
	begin(pack, SJ_RECORD_GROUP_LIST);
	sj_pack_u32(pack, list->count);
	sj_pack_bytes(pack, list->gids, (size_t)list->count * 4);
	sj_pack_string(pack, list->user);
	finish(pack);
}

void
sj_keys_store(struct sj_pack *pack, const struct sj_keys *keys)
{
	begin(pack, SJ_RECORD_KEYS);
	sj_pack_u32(pack, (uint32_t)keys->not_before_day);
	sj_pack_u32(pack, (uint32_t)keys->expires_day);
	sj_pack_string(pack, keys->user);
	pack_list(pack, &keys->lines);
	finish(pack);
}

void
sj_user_store(struct sj_pack *pack, const struct sj_user *user)
{
	begin(pack, SJ_RECORD_USER);
	sj_pack_u32(pack, (user->is_served ? SJ_USER_IS_SERVED : 0u) |
			      (user->is_disabled ? SJ_USER_IS_DISABLED : 0u));
	sj_pack_u32(pack, user->uid);
	sj_pack_u32(pack, (uint32_t)user->not_before_day);
	sj_pack_u32(pack, (uint32_t)user->expires_day);
	sj_pack_string(pack, user->name);
	sj_pack_string(pack, user->hash);
	finish(pack);
}

void
sj_names_store(struct sj_pack *pack, const struct sj_strings *names)
{
	begin(pack, SJ_RECORD_NAMES);
	pack_list(pack, names);
	finish(pack);
}

void
sj_server_store(struct sj_pack *pack, const struct sj_server *server)
{
	begin(pack, SJ_RECORD_SERVER);
	pack_list(pack, &server->argv);
	pack_list(pack, &server->files);
	finish(pack);
}

void
sj_pack_mount_flags(struct sj_pack *pack, const struct sj_mount *mount)
{
	sj_pack_u32(pack, (mount->is_read_only ? SJ_MOUNT_IS_READ_ONLY : 0u) |
			      (mount->is_optional ? SJ_MOUNT_IS_OPTIONAL : 0u) |
			      (mount->is_create ? SJ_MOUNT_IS_CREATE : 0u));
}

void
sj_pack_net(struct sj_pack *pack, const struct sj_net *net)
{
	sj_pack_bytes(pack, &net->family, 1);
	sj_pack_bytes(pack, &net->prefix, 1);
	sj_pack_bytes(pack, net->addr, sizeof(net->addr));
}

void
sj_pack_hours(struct sj_pack *pack, const struct sj_hours *hours)
{
	unsigned char bytes[SJ_HOURS_SIZE] = {hours->days};

	sj_store_le16(bytes + 2, hours->start_min);
	sj_store_le16(bytes + 4, hours->end_min);
	sj_pack_bytes(pack, bytes, sizeof(bytes));
}

static void
pack_numbers(struct sj_pack *pack, const struct sj_jail *jail)
{
	sj_pack_u32(
	    pack, (jail->is_virtual ? SJ_JAIL_IS_VIRTUAL : 0u) |
		      (jail->is_chroot ? SJ_JAIL_IS_CHROOT : 0u) |
		      (jail->is_create ? SJ_JAIL_IS_CREATE : 0u) |
		      (jail->is_read_only ? SJ_JAIL_IS_READ_ONLY : 0u) |
		      (jail->is_network_host ? SJ_JAIL_IS_NETWORK_HOST : 0u));
	sj_pack_u32(pack, (uint32_t)jail->transfer_log);
	sj_pack_u32(pack, jail->umask);
	sj_pack_u32(pack, jail->writable_mode);
	sj_pack_u32(pack, jail->max_sessions);
	sj_pack_u32(pack, jail->max_sessions_per_address);
	sj_pack_u32(pack, jail->session_time_sec);
	sj_pack_u64(pack, jail->download_rate);
}

void
sj_jail_store(struct sj_pack *pack, const struct sj_jail *jail)
{
	begin(pack, SJ_RECORD_JAIL);
	pack_numbers(pack, jail);
	sj_pack_string(pack, jail->name);
	sj_pack_string(pack, jail->root);
	sj_pack_string(pack, jail->start);
	sj_pack_string(pack, jail->writable_group);
	sj_pack_string(pack, jail->message);
	pack_list(pack, &jail->users);
	pack_list(pack, &jail->groups);
	pack_list(pack, &jail->except_users);
	pack_list(pack, &jail->except_groups);
	pack_list(pack, &jail->services);
	pack_list(pack, &jail->writable);
	pack_list(pack, &jail->mount_paths);
	pack_packed(pack, &jail->mounts, SJ_MOUNT_SIZE);
	pack_packed(pack, &jail->from, SJ_NET_SIZE);
	pack_packed(pack, &jail->hours, SJ_HOURS_SIZE);
	pack_packed(pack, &jail->auth, SJ_AUTH_SIZE);
	finish(pack);
}
