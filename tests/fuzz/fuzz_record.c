/* SPDX-License-Identifier: ISC */
/*
 * One packed record: the first byte is its type, the rest what stands behind
 * the prefix.  What loads is packed again as it was.
 */
#define _GNU_SOURCE
#include "bytes.h"
#include "db_see.h"

union view {
	struct sj_passwd passwd;
	struct sj_group group;
	struct sj_group_list list;
	struct sj_keys keys;
	struct sj_user user;
	struct sj_jail jail;
	struct sj_strings names;
	struct sj_server server;
};

static bool
load(uint32_t type, const unsigned char *value, size_t len, union view *view)
{
	switch (type) {
	case SJ_RECORD_PASSWD:
		return sj_passwd_load(value, len, &view->passwd) == SJ_OK;
	case SJ_RECORD_GROUP:
		return sj_group_load(value, len, &view->group) == SJ_OK;
	case SJ_RECORD_GROUP_LIST:
		return sj_group_list_load(value, len, &view->list) == SJ_OK;
	case SJ_RECORD_KEYS:
		return sj_keys_load(value, len, &view->keys) == SJ_OK;
	case SJ_RECORD_USER:
		return sj_user_load(value, len, &view->user) == SJ_OK;
	case SJ_RECORD_JAIL:
		return sj_jail_load(value, len, &view->jail) == SJ_OK;
	case SJ_RECORD_NAMES:
		return sj_names_load(value, len, &view->names) == SJ_OK;
	case SJ_RECORD_SERVER:
		return sj_server_load(value, len, &view->server) == SJ_OK;
	default:
		return false;
	}
}

static void
see_and_store(uint32_t type, const union view *view, struct sj_pack *pack)
{
	if (type == SJ_RECORD_PASSWD) {
		see_passwd(&view->passwd);
		sj_passwd_store(pack, &view->passwd);
	} else if (type == SJ_RECORD_GROUP) {
		see_group(&view->group);
		sj_group_store(pack, &view->group);
	} else if (type == SJ_RECORD_GROUP_LIST) {
		see_group_list(&view->list);
		sj_group_list_store(pack, &view->list);
	} else if (type == SJ_RECORD_KEYS) {
		see_keys(&view->keys);
		sj_keys_store(pack, &view->keys);
	} else if (type == SJ_RECORD_USER) {
		see_user(&view->user);
		sj_user_store(pack, &view->user);
	} else if (type == SJ_RECORD_JAIL) {
		see_jail(&view->jail);
		sj_jail_store(pack, &view->jail);
	} else if (type == SJ_RECORD_NAMES) {
		see_strings(&view->names);
		sj_names_store(pack, &view->names);
	} else {
		see_server(&view->server);
		sj_server_store(pack, &view->server);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sj_pack pack = {.data = NULL};
	unsigned char *value;
	union view view;
	uint32_t type;
	size_t len;

	if (size < 1)
		return 0;
	type = data[0] % (SJ_RECORD_SERVER + 1u);
	len = SJ_RECORD_PREFIX_SIZE + size - 1;
	value = malloc(len);
	FUZZ_MUST(value != NULL);
	memcpy(value + SJ_RECORD_PREFIX_SIZE, data + 1, size - 1);
	sj_store_le32(value + 8, (uint32_t)len);
	sj_store_le32(value + 12, type);
	sj_store_le64(value, sj_sum(SJ_SUM_SEED, value + 8, len - 8));
	if (load(type, value, len, &view)) {
		see_and_store(type, &view, &pack);
		/* Bits of flags that mean nothing are not kept. */
		FUZZ_MUST(!pack.is_bad && pack.len == len);
		FUZZ_MUST(load(type, pack.data, pack.len, &view));
	}
	sj_pack_clear(&pack);
	free(value);
	return 0;
}
