/* SPDX-License-Identifier: ISC */
/*
 * A jail's root below a directory that a user may write is no jail: he can move
 * it away, or put links where it was checked.  The same with what is above the
 * source of a mount.  The login would be denied; here it is said before.
 */
#include "compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "jailmount.h"

#define REPORTED_MAX 20u

/* A path that leads to a root or to a source, and whose that is... */
struct prefix {
	uint64_t hash;
	uint32_t user;
	uint32_t inner;
};

/* ...in a table of all of them. */
struct prefixes {
	struct prefix *slots;
	size_t count;
	size_t size; /* a power of two */
};

struct depths {
	unsigned root_max;
	unsigned writable_min;
};

static unsigned
depth_of(const char *path)
{
	unsigned depth = 0;

	for (; *path != '\0'; path++)
		depth += *path == '/' && path[1] != '\0' && path[1] != '/';
	return depth;
}

static uint64_t
hash_of(const char *path, size_t len)
{
	return sj_sum(SJ_SUM_SEED, (const unsigned char *)path, len);
}

/* One user in his jail. */
struct place {
	const struct sj_jail *jail;
	struct sj_user_def user;
	struct sj_jail_user as_user; /* what of him templates need */
};

static void
place_init(struct place *place, const struct sj_model *model, uint32_t jail,
    uint32_t user)
{
	place->jail = &model->jails[jail].jail;
	sj_model_user(model, user, &place->user);
	place->as_user = (struct sj_jail_user){
	    .name = place->user.name,
	    .home = place->user.home,
	    .group = place->user.group_name,
	};
}

static bool
expand_root(const struct place *place, char *ret_path)
{
	return !place->jail->is_virtual &&
	       sj_jailroot_expand(
		   place->jail, &place->as_user, ret_path, NULL) == SJ_OK;
}

static bool
expand_source(const struct place *place, uint32_t mount, char *ret_path)
{
	return sj_jailmount_source(place->jail, &place->as_user, mount,
		   ret_path, NULL) == SJ_OK;
}

/*
 * The directories that must lie in none that a user may write: the root, and
 * what is above the source of each mount.
 */
static uint32_t
inner_count(const struct sj_jail *jail)
{
	return 1 + jail->mounts.count;
}

static bool
inner_path(const struct place *place, uint32_t inner, char *ret_path)
{
	char *last;

	if (inner == 0)
		return expand_root(place, ret_path);
	if (!expand_source(place, inner - 1, ret_path))
		return false;
	last = strrchr(ret_path, '/');
	*last = '\0';
	return last != ret_path;
}

/* Those that the user may write: in the jail's words, and mounts of his own. */
static uint32_t
outer_count(const struct sj_jail *jail)
{
	return jail->writable.count + jail->mounts.count;
}

static const char *
nth_string(const struct sj_strings *strings, uint32_t index)
{
	const char *string = strings->first;

	for (; index > 0; index--)
		string = sj_strings_next(string);
	return string;
}

static bool
writable_path(const struct place *place, uint32_t index, char *ret_path)
{
	const struct sj_jail *jail = place->jail;
	char top[SJ_PATH_SIZE];
	const char *rest;
	int mount;

	mount = sj_jailmount_find(jail, sj_jailmount_all(jail),
	    nth_string(&jail->writable, index), &rest);
	if (mount == SJ_JAILMOUNT_NONE
		? !expand_root(place, top)
		: !expand_source(place, (uint32_t)mount, top))
		return false;
	return snprintf(ret_path, SJ_PATH_SIZE, "%s%s", top, rest) <
	       SJ_PATH_SIZE;
}

static bool
outer_path(const struct place *place, uint32_t outer, char *ret_path)
{
	const struct sj_jail *jail = place->jail;
	uint32_t mount = outer - jail->writable.count;

	if (outer < jail->writable.count)
		return writable_path(place, outer, ret_path);
	if (jail->is_read_only || sj_jail_mount(jail, mount).is_read_only ||
	    !sj_jailmount_is_users(jail, mount))
		return false;
	return expand_source(place, mount, ret_path);
}

static void
deepen(const struct place *place, struct depths *depths)
{
	char path[SJ_PATH_SIZE];
	unsigned depth;
	uint32_t i;

	for (i = 0; i < inner_count(place->jail); i++) {
		if (!inner_path(place, i, path))
			continue;
		depth = depth_of(path);
		if (depth > depths->root_max)
			depths->root_max = depth;
	}
	for (i = 0; i < outer_count(place->jail); i++) {
		if (!outer_path(place, i, path))
			continue;
		depth = depth_of(path);
		if (depth < depths->writable_min)
			depths->writable_min = depth;
	}
}

/*
 * Most configurations end here: where no root lies as deep as the highest
 * writable directory, nothing nests.  Depths depend on the user only by "%h"
 * (names have no slash), and a home only if it is the user's own.
 */
static struct depths
find_depths(const struct sj_model *model)
{
	struct depths found = {0, UINT32_MAX};
	uint32_t i, jail, own, common = SJ_NO_INDEX;
	struct sj_packed_user packed;
	struct place place;
	const char *name;

	for (i = 0; i < model->user_count; i++) {
		sj_model_relax(model, i);
		packed = sj_model_packed(model, i, &name);
		own = packed.flags & SJ_PACKED_HAS_HOME;
		jail = sj_model_jail_of(model, i);
		/* The same jail and the same home template: seen already. */
		if (jail == SJ_NO_INDEX || (own == 0 && jail == common))
			continue;
		if (own == 0)
			common = jail;
		place_init(&place, model, jail, i);
		deepen(&place, &found);
	}
	return found;
}

static bool
grow(struct prefixes *prefixes)
{
	size_t size = prefixes->size > 0 ? prefixes->size * 2 : 1024, i, at;
	struct prefix *slots = calloc(size, sizeof(*slots));

	if (slots == NULL)
		return false;
	for (i = 0; i < prefixes->size; i++) {
		if (prefixes->slots[i].hash == 0)
			continue;
		at = prefixes->slots[i].hash & (size - 1);
		while (slots[at].hash != 0)
			at = (at + 1) & (size - 1);
		slots[at] = prefixes->slots[i];
	}
	free(prefixes->slots);
	prefixes->slots = slots;
	prefixes->size = size;
	return true;
}

static struct prefix *
find_slot(const struct prefixes *prefixes, uint64_t hash)
{
	size_t at = hash & (prefixes->size - 1);

	while (
	    prefixes->slots[at].hash != 0 && prefixes->slots[at].hash != hash)
		at = (at + 1) & (prefixes->size - 1);
	return &prefixes->slots[at];
}

/* The first one who is noted stays. */
static bool
note_hash(struct prefixes *prefixes, uint64_t hash, const struct prefix *whose)
{
	struct prefix *slot;

	if (prefixes->count >= prefixes->size / 2 && !grow(prefixes))
		return false;
	slot = find_slot(prefixes, hash);
	if (slot->hash != 0)
		return true;
	*slot = *whose;
	slot->hash = hash;
	prefixes->count++;
	return true;
}

/* Notes the path and each directory above it that lies deep enough. */
static bool
note_path(struct prefixes *prefixes, const char *path, unsigned least,
    const struct prefix *whose)
{
	unsigned depth = 0;
	size_t len;

	for (len = 1;; len++) {
		if (path[len] != '/' && path[len] != '\0')
			continue;
		if (++depth >= least &&
		    !note_hash(prefixes, hash_of(path, len) | 1, whose))
			return false;
		if (path[len] == '\0')
			return true;
	}
}

static void
report(struct sj_compile *compile, const struct prefix *inner, uint32_t outer,
    const char *writable)
{
	const struct sj_model *model = compile->model;
	uint32_t jail = sj_model_jail_of(model, inner->user);
	const struct sj_jail_def *def = &model->jails[jail];
	struct sj_where where = SJ_WHERE_ELEMENT("jails", def->element);
	const char *outer_name, *group;
	struct place place;
	char path[SJ_PATH_SIZE];

	place_init(&place, model, jail, inner->user);
	if (inner->inner == 0 ? !expand_root(&place, path)
			      : !expand_source(&place, inner->inner - 1, path))
		return;
	outer_name = sj_model_names(model, outer, &group);
	where.setting = inner->inner == 0 ? "root" : "mounts";
	sj_compile_at(compile, &def->place);
	sj_compile_error(compile, def->root_line, &where,
	    "%.200s of user \"%s\" lies in %.200s, which user \"%s\" may "
	    "write, expected roots%s outside of %s writable directories",
	    path, place.user.name, writable, outer_name,
	    inner->inner == 0 ? "" : " and sources",
	    inner->inner == 0 ? "others'" : "all");
}

/* True if something was found below a directory that this user may write. */
static bool
try_user(
    struct sj_compile *compile, const struct prefixes *prefixes, uint32_t user)
{
	uint32_t jail = sj_model_jail_of(compile->model, user), i;
	const struct prefix *slot;
	struct place place;
	char path[SJ_PATH_SIZE];

	if (jail == SJ_NO_INDEX)
		return false;
	place_init(&place, compile->model, jail, user);
	for (i = 0; i < outer_count(place.jail); i++) {
		if (!outer_path(&place, i, path))
			continue;
		slot = find_slot(prefixes, hash_of(path, strlen(path)) | 1);
		if (slot->hash == 0)
			continue;
		report(compile, slot, user, path);
		return true;
	}
	return false;
}

static bool
note_user(const struct sj_model *model, struct prefixes *prefixes,
    unsigned least, uint32_t user)
{
	uint32_t jail = sj_model_jail_of(model, user), i;
	struct prefix whose = {.user = user};
	struct place place;
	char path[SJ_PATH_SIZE];

	if (jail == SJ_NO_INDEX)
		return true;
	place_init(&place, model, jail, user);
	for (i = 0; i < inner_count(place.jail); i++) {
		whose.inner = i;
		if (inner_path(&place, i, path) && depth_of(path) >= least &&
		    !note_path(prefixes, path, least, &whose))
			return false;
	}
	return true;
}

static bool
note_all(
    const struct sj_model *model, struct prefixes *prefixes, unsigned least)
{
	uint32_t i;

	for (i = 0; i < model->user_count; i++) {
		sj_model_relax(model, i);
		if (!note_user(model, prefixes, least, i))
			return false;
	}
	return true;
}

void
sj_compile_check_nesting(struct sj_compile *compile)
{
	struct sj_model *model = compile->model;
	struct depths depths = find_depths(model);
	struct prefixes prefixes = {NULL, 0, 0};
	uint32_t i, reported = 0;

	if (depths.root_max < depths.writable_min)
		return;
	if (!grow(&prefixes) ||
	    !note_all(model, &prefixes, depths.writable_min)) {
		model->store->is_short = true;
		free(prefixes.slots);
		return;
	}
	for (i = 0; i < model->user_count && reported < REPORTED_MAX; i++) {
		sj_model_relax(model, i);
		reported += try_user(compile, &prefixes, i);
	}
	free(prefixes.slots);
}
