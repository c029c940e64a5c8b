/* SPDX-License-Identifier: ISC */
/* Packed records: what is stored is loaded again, and no damage is. */
#include "bytes.h"
#include "db_compare.h"
#include "db_small.h"
#include "record_inside.h"
#include "server.h"
#include "test.h"

static enum sj_reason
load_passwd(const void *value, size_t len, union view *view)
{
	return sj_passwd_load(value, len, &view->passwd);
}

static enum sj_reason
load_group(const void *value, size_t len, union view *view)
{
	return sj_group_load(value, len, &view->group);
}

static enum sj_reason
load_list(const void *value, size_t len, union view *view)
{
	return sj_group_list_load(value, len, &view->list);
}

static enum sj_reason
load_keys(const void *value, size_t len, union view *view)
{
	return sj_keys_load(value, len, &view->keys);
}

static enum sj_reason
load_user(const void *value, size_t len, union view *view)
{
	return sj_user_load(value, len, &view->user);
}

static enum sj_reason
load_jail(const void *value, size_t len, union view *view)
{
	return sj_jail_load(value, len, &view->jail);
}

static enum sj_reason
load_names(const void *value, size_t len, union view *view)
{
	return sj_names_load(value, len, &view->names);
}

static enum sj_reason
load_server(const void *value, size_t len, union view *view)
{
	return sj_server_load(value, len, &view->server);
}

static void
store_all(unsigned kind, struct sj_pack *pack)
{
	switch (kind) {
	case 0:
		sj_passwd_store(pack, &small_users[0]);
		break;
	case 1:
		sj_group_store(pack, &small_groups[1]);
		break;
	case 2:
		sj_group_list_store(pack, &small_lists[0]);
		break;
	case 3:
		sj_keys_store(pack, &small_keys[0]);
		break;
	case 4:
		sj_user_store(pack, &small_secrets[0]);
		break;
	case 5:
		sj_jail_store(pack, &small_jails[0]);
		break;
	case 6:
		sj_names_store(pack, &small_world.jail_groups);
		break;
	default:
		sj_server_store(pack, &small_server);
		break;
	}
}

static bool
is_same(unsigned kind, const union view *view)
{
	switch (kind) {
	case 0:
		return same_passwd(&view->passwd, &small_users[0]);
	case 1:
		return same_group(&view->group, &small_groups[1]);
	case 2:
		return same_list(&view->list, &small_lists[0]);
	case 3:
		return same_keys(&view->keys, &small_keys[0]);
	case 4:
		return same_user(&view->user, &small_secrets[0]);
	case 5:
		return same_jail(&view->jail, &small_jails[0]);
	case 6:
		return same_strings(&view->names, &small_world.jail_groups);
	default:
		return same_server(&view->server, &small_server);
	}
}

static const struct {
	const char *name;
	enum sj_reason (*load)(const void *value, size_t len, union view *view);
	bool (*holds)(const struct room *room, const union view *view);
} kinds[] = {
    {"passwd", load_passwd, holds_passwd},
    {"group", load_group, holds_group},
    {"group_list", load_list, holds_list},
    {"keys", load_keys, holds_keys},
    {"user", load_user, holds_user},
    {"jail", load_jail, holds_jail},
    {"names", load_names, holds_names},
    {"server", load_server, holds_server},
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

/* Loads a copy of its own size: a sanitizer sees every byte too far. */
static enum sj_reason
load_copy(unsigned kind, const unsigned char *bytes, size_t len, bool *ret_held)
{
	char *copy = malloc(len > 0 ? len : 1);
	struct room room = {copy, copy + len};
	enum sj_reason reason;
	union view view;

	if (copy == NULL)
		fixture_die("malloc");
	memcpy(copy, bytes, len);
	reason = kinds[kind].load(copy, len, &view);
	*ret_held = reason != SJ_OK || kinds[kind].holds(&room, &view);
	free(copy);
	return reason;
}

/* As a writer gone wrong, or bad, would: the sum is right. */
static void
reseal(unsigned char *bytes, size_t len)
{
	sj_store_le32(bytes + 8, (uint32_t)len);
	sj_store_le64(bytes, sj_sum(SJ_SUM_SEED, bytes + 8, len - 8));
}

static void
test_round_trip(unsigned kind, struct sj_pack *pack)
{
	unsigned char odd[2048];
	union view view;
	unsigned at;

	for (at = 0; at < 8; at++) {
		memcpy(odd + at, pack->data, pack->len);
		CHECK_INT(kinds[kind].load(odd + at, pack->len, &view), SJ_OK);
		CHECK(is_same(kind, &view));
	}
}

static void
test_damage(unsigned kind, struct sj_pack *pack)
{
	bool is_held;
	size_t i;
	unsigned bit, other;

	for (i = 0; i < pack->len; i++)
		CHECK_INT(
		    load_copy(kind, pack->data, i, &is_held), SJ_DB_CORRUPT);
	for (i = 0; i < pack->len; i++)
		for (bit = 0; bit < 8; bit++) {
			pack->data[i] ^= (unsigned char)(1u << bit);
			CHECK_INT(
			    load_copy(kind, pack->data, pack->len, &is_held),
			    SJ_DB_CORRUPT);
			pack->data[i] ^= (unsigned char)(1u << bit);
		}
	for (other = 0; other < KIND_COUNT; other++)
		if (other != kind)
			CHECK_INT(
			    load_copy(other, pack->data, pack->len, &is_held),
			    SJ_DB_CORRUPT);
}

/* A right sum over anything: refused, or a view that stays inside. */
static void
test_resealed(unsigned kind, struct sj_pack *pack)
{
	static const unsigned char values[] = {0, 1, 2, 4, 5, 0x7f, 0x80, 0xff};
	unsigned char copy[2048];
	unsigned loaded = 0, refused = 0, j;
	enum sj_reason reason;
	bool is_held;
	size_t i;

	for (i = SJ_RECORD_PREFIX_SIZE; i < pack->len; i++)
		for (j = 0; j < sizeof(values); j++) {
			memcpy(copy, pack->data, pack->len);
			copy[i] = values[j];
			reseal(copy, pack->len);
			reason = load_copy(kind, copy, pack->len, &is_held);
			CHECK(reason == SJ_OK || reason == SJ_DB_CORRUPT);
			CHECK(is_held);
			loaded += reason == SJ_OK;
			refused += reason != SJ_OK;
		}
	CHECK(loaded > 0);
	CHECK(refused > 0);
	for (i = SJ_RECORD_PREFIX_SIZE; i < pack->len; i++) {
		memcpy(copy, pack->data, i);
		reseal(copy, i);
		CHECK_INT(load_copy(kind, copy, i, &is_held), SJ_DB_CORRUPT);
	}
	memcpy(copy, pack->data, pack->len);
	copy[pack->len] = '\0';
	reseal(copy, pack->len + 1);
	CHECK_INT(
	    load_copy(kind, copy, pack->len + 1, &is_held), SJ_DB_CORRUPT);
}

static const struct {
	const char *name;
	void (*run)(unsigned kind, struct sj_pack *pack);
} cases[] = {
    {"round_trip", test_round_trip},
    {"damaged_is_corrupt", test_damage},
    {"resealed_stays_inside", test_resealed},
};

static void
test_jail_elements(void)
{
	struct sj_mount mount = sj_jail_mount(&small_jails[0], 0);
	struct sj_net net = sj_jail_from(&small_jails[0], 0);
	struct sj_hours hours = sj_jail_hours(&small_jails[0], 0);

	CHECK(mount.is_read_only);
	CHECK(!mount.is_optional && !mount.is_create);
	CHECK_STR(mount.source, "/data/%u");
	CHECK_STR(mount.target, "/data");
	CHECK_INT(net.family, 4);
	CHECK_INT(net.prefix, 8);
	CHECK_INT(net.addr[0], 10);
	CHECK_INT(hours.days, 0x3e);
	CHECK_INT(hours.start_min, 480);
	CHECK_INT(hours.end_min, 1080);
	CHECK_INT(sj_jail_auth(&small_jails[0], 0),
	    SJ_AUTH_PUBLICKEY | SJ_AUTH_PASSWORD);
	test_done("record_jail_elements_unpack");
}

static void
test_strings(void)
{
	static const struct sj_strings strings =
	    FIXTURE_STRINGS("a\0bc\0\0d\0", 4);
	static const struct sj_strings none = {"", 0, 0};

	CHECK(sj_strings_contain(&strings, "a"));
	CHECK(sj_strings_contain(&strings, "bc"));
	CHECK(sj_strings_contain(&strings, ""));
	CHECK(sj_strings_contain(&strings, "d"));
	CHECK(!sj_strings_contain(&strings, "b"));
	CHECK(!sj_strings_contain(&strings, "c"));
	CHECK(!sj_strings_contain(&none, ""));
	test_done("record_strings_contain");
}

/* Counts that would wrap where they are multiplied. */
static void
test_counts(void)
{
	static const uint32_t counts[] = {
	    0x40000000u, 0x40000001u, 0x80000000u, 0xffffffffu, 0x10000000u, 4};
	struct sj_pack pack = {0};
	bool is_held;
	unsigned i;

	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		sj_group_list_store(&pack, &small_lists[0]);
		sj_store_le32(pack.data + 16, counts[i]);
		reseal(pack.data, pack.len);
		CHECK_INT(
		    load_copy(2, pack.data, pack.len, &is_held), SJ_DB_CORRUPT);
		sj_group_store(&pack, &small_groups[0]);
		sj_store_le32(pack.data + 20, counts[i]);
		reseal(pack.data, pack.len);
		CHECK_INT(
		    load_copy(1, pack.data, pack.len, &is_held), SJ_DB_CORRUPT);
	}
	sj_pack_clear(&pack);
	test_done("record_counts_that_wrap_are_corrupt");
}

static enum sj_reason
reload(const struct sj_server *server)
{
	struct sj_pack pack = {0};
	struct sj_server loaded;
	enum sj_reason reason;

	sj_server_store(&pack, server);
	reason = sj_server_load(pack.data, pack.len, &loaded);
	sj_pack_clear(&pack);
	return reason;
}

/* What the confinement relies on, whoever wrote the record. */
static void
test_server(void)
{
	static const struct sj_server rows[] = {
	    {.argv = FIXTURE_STRINGS("", 0),
		.files = FIXTURE_STRINGS("/a\0", 1)},
	    {.argv = FIXTURE_STRINGS("/a\0", 1),
		.files = FIXTURE_STRINGS("a\0", 1)},
	    {.argv = FIXTURE_STRINGS("/a\0", 1),
		.files = FIXTURE_STRINGS("/\0", 1)},
	    {.argv = FIXTURE_STRINGS("/a\0", 1),
		.files = FIXTURE_STRINGS("/a\0/a/../b\0", 2)},
	    {.argv = FIXTURE_STRINGS("/a\0", 1),
		.files = FIXTURE_STRINGS("/a//b\0", 1)},
	    {.argv = FIXTURE_STRINGS("/a\0", 1),
		.files = FIXTURE_STRINGS("/a/\0", 1)},
	};
	const uint32_t most = SJ_SERVER_FILES_MAX;
	char long_word[SJ_SERVER_ARGV_SIZE + 1], many[3 * 65];
	struct sj_server bounds = rows[1];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_INT(reload(&rows[i]), SJ_DB_CORRUPT);
	for (i = 0; i <= most; i++)
		memcpy(many + (size_t)i * 3, "/a", 3);
	bounds.files = (struct sj_strings){many, 3 * most, most};
	CHECK_INT(reload(&bounds), SJ_OK);
	bounds.files = (struct sj_strings){many, 3 * (most + 1), most + 1};
	CHECK_INT(reload(&bounds), SJ_DB_CORRUPT);
	bounds.files = rows[0].files;
	memset(long_word, 'x', sizeof(long_word));
	long_word[SJ_SERVER_ARGV_SIZE] = '\0';
	bounds.argv =
	    (struct sj_strings){long_word + 1, SJ_SERVER_ARGV_SIZE, 1};
	CHECK_INT(reload(&bounds), SJ_OK);
	bounds.argv =
	    (struct sj_strings){long_word, SJ_SERVER_ARGV_SIZE + 1, 1};
	CHECK_INT(reload(&bounds), SJ_DB_CORRUPT);
	test_done("record_server_that_could_not_be_shown_is_corrupt");
}

int
main(void)
{
	struct sj_pack pack = {0};
	unsigned i, kind;
	char name[64];

	for (kind = 0; kind < KIND_COUNT; kind++)
		for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			store_all(kind, &pack);
			CHECK(!pack.is_bad && pack.len < 2000);
			cases[i].run(kind, &pack);
			(void)snprintf(name, sizeof(name), "record_%s_%s",
			    kinds[kind].name, cases[i].name);
			test_done(name);
		}
	sj_pack_clear(&pack);
	test_jail_elements();
	test_strings();
	test_counts();
	test_server();
	return test_failures > 0;
}
