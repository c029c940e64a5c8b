/* SPDX-License-Identifier: ISC */
/* Answers in the caller's buffer, whatever its size and place. */
#include "pack.h"

#include "bytes.h"
#include "db_small.h"
#include "test.h"

#define CANARY 0x5a
#define ROOM 4096

/* Loads what a store packs: views as they come out of a database. */
static void
load_small(struct sj_pack *pack, unsigned kind, unsigned i, void *view)
{
	enum sj_reason reason = SJ_SYSTEM_ERROR;

	if (kind == 0) {
		sj_passwd_store(pack, &small_users[i]);
		reason = sj_passwd_load(pack->data, pack->len, view);
	} else if (kind == 1) {
		sj_group_store(pack, &small_groups[i]);
		reason = sj_group_load(pack->data, pack->len, view);
	} else {
		sj_user_store(pack, &small_secrets[i]);
		reason = sj_user_load(pack->data, pack->len, view);
	}
	CHECK_INT(reason, SJ_OK);
}

struct room {
	unsigned char bytes[ROOM + 32];
	char *start;
	size_t size;
};

static void
make_room(struct room *room, unsigned at, size_t size)
{
	memset(room->bytes, CANARY, sizeof(room->bytes));
	room->start = (char *)room->bytes + 16 + at;
	room->size = size;
}

/* Nothing before the buffer was written, nothing behind; nothing at all? */
static bool
is_untouched(const struct room *room, bool is_inside_too)
{
	size_t i, from = (size_t)(room->start - (const char *)room->bytes);

	for (i = 0; i < sizeof(room->bytes); i++)
		if (room->bytes[i] != CANARY &&
		    (is_inside_too || i < from || i >= from + room->size))
			return false;
	return true;
}

static bool
is_inside(const struct room *room, const char *string)
{
	return string >= room->start && string < room->start + room->size &&
	       memchr(string, '\0',
		   (size_t)(room->start + room->size - string)) != NULL;
}

static bool
is_right_passwd(const struct room *room, const struct passwd *got, unsigned i)
{
	const struct sj_passwd *want = &small_users[i];

	return is_inside(room, got->pw_name) &&
	       is_inside(room, got->pw_passwd) &&
	       is_inside(room, got->pw_gecos) && is_inside(room, got->pw_dir) &&
	       is_inside(room, got->pw_shell) && got->pw_uid == want->uid &&
	       got->pw_gid == want->gid &&
	       strcmp(got->pw_name, want->name) == 0 &&
	       strcmp(got->pw_passwd, want->passwd) == 0 &&
	       strcmp(got->pw_gecos, want->gecos) == 0 &&
	       strcmp(got->pw_dir, want->home) == 0 &&
	       strcmp(got->pw_shell, want->shell) == 0;
}

static bool
is_right_group(const struct room *room, const struct group *got, unsigned i)
{
	const struct sj_group *want = &small_groups[i];
	const char *member = want->members.first;
	uint32_t n;

	if ((uintptr_t)got->gr_mem % sizeof(char *) != 0 ||
	    !is_inside(room, (char *)got->gr_mem) ||
	    !is_inside(room, got->gr_name) ||
	    !is_inside(room, got->gr_passwd) || got->gr_gid != want->gid ||
	    strcmp(got->gr_name, want->name) != 0 ||
	    strcmp(got->gr_passwd, want->passwd) != 0)
		return false;
	for (n = 0; n < want->members.count; n++) {
		if (!is_inside(room, got->gr_mem[n]) ||
		    strcmp(got->gr_mem[n], member) != 0)
			return false;
		member = sj_strings_next(member);
	}
	return got->gr_mem[n] == NULL;
}

static bool
is_right_shadow(const struct room *room, const struct spwd *got, unsigned i)
{
	const struct sj_user *want = &small_secrets[i];
	long expire =
	    want->expires_day == SJ_NO_DAY ? -1 : want->expires_day + 1;

	return is_inside(room, got->sp_namp) && is_inside(room, got->sp_pwdp) &&
	       strcmp(got->sp_namp, want->name) == 0 &&
	       strcmp(got->sp_pwdp, want->hash) == 0 && got->sp_lstchg == -1 &&
	       got->sp_min == -1 && got->sp_max == -1 && got->sp_warn == -1 &&
	       got->sp_inact == -1 && got->sp_expire == expire &&
	       got->sp_flag == ~0ul;
}

union view {
	struct sj_passwd passwd;
	struct sj_group group;
	struct sj_user user;
};

/* One buffer: true if it was filled, and then rightly. */
static bool
pack_one(struct room *room, unsigned kind, unsigned i, const union view *view)
{
	struct passwd passwd;
	struct group group;
	struct spwd shadow;
	bool is_packed, is_right = false;

	if (kind == 0) {
		is_packed = sj_pack_passwd(
		    &view->passwd, room->start, room->size, &passwd);
		is_right = is_packed && is_right_passwd(room, &passwd, i);
	} else if (kind == 1) {
		is_packed = sj_pack_group(
		    &view->group, room->start, room->size, &group);
		is_right = is_packed && is_right_group(room, &group, i);
	} else {
		is_packed = sj_pack_shadow(
		    &view->user, room->start, room->size, &shadow);
		is_right = is_packed && is_right_shadow(room, &shadow, i);
	}
	CHECK(is_packed == is_right);
	CHECK(is_untouched(room, !is_packed));
	return is_packed;
}

/* Once it fits it always does, and what is needed is not wasteful. */
static void
test_sizes(unsigned kind, unsigned count)
{
	static const char *const names[] = {"passwd", "group", "shadow"};
	struct sj_pack pack = {0};
	struct room room;
	union view view;
	unsigned i, at;
	size_t size, least;
	char name[64];

	for (i = 0; i < count; i++) {
		load_small(&pack, kind, i, &view);
		for (at = 0; at < 16; at++) {
			least = SIZE_MAX;
			for (size = 0; size < 512; size++) {
				make_room(&room, at, size);
				if (pack_one(&room, kind, i, &view))
					least = size < least ? size : least;
				else
					CHECK(least == SIZE_MAX);
			}
			CHECK(least < pack.len + 64);
		}
	}
	sj_pack_clear(&pack);
	(void)snprintf(
	    name, sizeof(name), "pack_%s_every_size_and_place", names[kind]);
	test_done(name);
}

static void
test_big_group(void)
{
	enum { MEMBERS = 10000 };
	struct sj_group stored = {.gid = 5, .name = "big", .passwd = "x"}, view;
	char *members = calloc(MEMBERS, 16), *end = members, *buffer;
	struct sj_pack pack = {0};
	struct group group;
	size_t size = MEMBERS * (16 + sizeof(char *)) + 100, step;
	unsigned i;

	for (i = 0; i < MEMBERS; i++)
		end += sprintf(end, "member%u", i) + 1;
	stored.members.first = members;
	stored.members.size = (uint32_t)(end - members);
	stored.members.count = MEMBERS;
	sj_group_store(&pack, &stored);
	CHECK_INT(sj_group_load(pack.data, pack.len, &view), SJ_OK);
	buffer = malloc(size);
	CHECK(sj_pack_group(&view, buffer, size, &group));
	CHECK_STR(group.gr_mem[0], "member0");
	CHECK_STR(group.gr_mem[MEMBERS - 1], "member9999");
	CHECK(group.gr_mem[MEMBERS] == NULL);
	/* to the byte: heap bounds are the sanitizer's to watch */
	free(buffer);
	for (step = 0; step < 40; step++) {
		size = (MEMBERS + 1) * sizeof(char *) + view.strings.size +
		       step - 20;
		buffer = malloc(size);
		CHECK(
		    sj_pack_group(&view, buffer, size, &group) == (step >= 20));
		free(buffer);
	}
	sj_pack_clear(&pack);
	free(members);
	test_done("pack_group_of_10000");
}

static const struct {
	const char *name;
	uint32_t gids[6]; /* up to a 7 */
	gid_t skip;
	long start, size, limit;
	bool is_any;
	long want_start;
} lists[] = {
    {"one", {30, 7}, 1, 1, 16, 0, true, 2},
    {"none", {7}, 1, 1, 16, 0, false, 1},
    {"only_the_primary", {1, 1, 7}, 1, 1, 16, 0, false, 1},
    {"primary_among_others", {30, 1, 31, 7}, 1, 1, 16, 0, true, 3},
    {"group_0", {0, 30, 7}, 1, 1, 16, 0, true, 2},
    {"group_minus_1", {UINT32_MAX, 7}, 1, 1, 16, 0, false, 1},
    {"grows", {30, 31, 32, 33, 34, 7}, 1, 1, 1, 0, true, 6},
    {"grows_from_nothing", {30, 31, 7}, 1, 0, 0, 0, true, 2},
    {"limit", {30, 31, 32, 33, 34, 7}, 1, 1, 1, 3, true, 3},
    {"limit_reached_before", {30, 31, 7}, 1, 3, 4, 3, false, 3},
    {"limit_not_reached", {30, 31, 7}, 1, 1, 1, 9, true, 3},
    {"negative_limit", {30, 31, 7}, 1, 1, 1, -1, true, 3},
};

static void
test_lists(void)
{
	unsigned char bytes[24];
	char name[64];
	unsigned i, j;

	for (i = 0; i < SMALL_COUNT(lists); i++) {
		struct sj_group_list list = {.user = "u", .gids = bytes};
		long start = lists[i].start, size = lists[i].size;
		gid_t *gids = malloc(((size_t)size + 1) * sizeof(*gids));
		struct sj_pack_gids into = {
		    lists[i].skip, &start, &size, &gids, lists[i].limit};
		bool is_any;

		for (j = 0; j < 6 && lists[i].gids[j] != 7; j++)
			sj_store_le32(bytes + j * 4, lists[i].gids[j]);
		list.count = j;
		for (j = 0; j < start; j++)
			gids[j] = 100 + j;
		CHECK_INT(sj_pack_group_list(&list, &into, &is_any), SJ_OK);
		CHECK_INT(is_any, lists[i].is_any);
		CHECK_INT(start, lists[i].want_start);
		CHECK(size >= start);
		CHECK(lists[i].limit <= 0 || start <= lists[i].limit);
		for (j = 0; j < start; j++)
			CHECK(j < lists[i].start
				  ? gids[j] == 100 + j
				  : gids[j] >= 30 && gids[j] < 40);
		free(gids);
		(void)snprintf(
		    name, sizeof(name), "pack_group_list_%s", lists[i].name);
		test_done(name);
	}
}

static void
test_usable(void)
{
	CHECK(!sj_pack_name_is_usable("root"));
	CHECK(sj_pack_name_is_usable("roo"));
	CHECK(sj_pack_name_is_usable("root2"));
	CHECK(!sj_pack_id_is_usable(0));
	CHECK(!sj_pack_id_is_usable((uint32_t)-1));
	CHECK(sj_pack_id_is_usable(1));
	CHECK(sj_pack_id_is_usable((uint32_t)-2));
	test_done("pack_never_root");
}

int
main(void)
{
	test_sizes(0, SMALL_COUNT(small_users));
	test_sizes(1, SMALL_COUNT(small_groups));
	test_sizes(2, SMALL_COUNT(small_secrets));
	test_big_group();
	test_lists();
	test_usable();
	return test_failures > 0;
}
