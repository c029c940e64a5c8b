/* SPDX-License-Identifier: ISC */
/*
 * A jail's root below a directory that another user may write is no jail: the
 * other one can move it away, or put links where it was checked.
 */
#include "compile.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"

#define REPORTED_MAX 20u

/* One root below which others' writable directories must not be... */
struct prefix {
	uint64_t hash;
	uint32_t user;
};

/* ...as a table of all paths that lead to such roots. */
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

/* The root of this user in that jail; false: there is none on the disc. */
static bool
expand_root(
    const struct sj_model *model, uint32_t jail, uint32_t user, char *ret_path)
{
	const struct sj_jail *def = &model->jails[jail].jail;
	struct sj_template_values values;
	struct sj_user_def view;

	if (def->is_virtual)
		return false;
	sj_model_user(model, user, &view);
	values.user = view.name;
	values.home = view.home;
	values.group = view.group_name;
	return sj_template_expand(def->root, &values, SJ_ROOT_MISSING, ret_path,
		   NULL) == SJ_OK;
}

static unsigned
writable_depth(const struct sj_jail *jail)
{
	const char *path = jail->writable.first;
	unsigned least = 0, depth;
	uint32_t i;

	for (i = 0; i < jail->writable.count;
	     i++, path = sj_strings_next(path)) {
		depth = depth_of(path);
		if (least == 0 || depth < least)
			least = depth;
	}
	return least;
}

/*
 * Most configurations end here: where no root lies as deep as the highest
 * writable directory, nothing nests.  A root's depth depends on the user only
 * by "%h" (names have no slash), and a home only if it is the user's own.
 */
static struct depths
find_depths(const struct sj_model *model)
{
	struct depths found = {0, UINT32_MAX};
	unsigned own, writable, depth;
	char path[SJ_PATH_SIZE];
	uint32_t i, jail, common = SJ_NO_INDEX;
	struct sj_packed_user packed;
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
		if (!expand_root(model, jail, i, path))
			continue;
		depth = depth_of(path);
		writable = writable_depth(&model->jails[jail].jail);
		if (depth > found.root_max)
			found.root_max = depth;
		if (writable > 0 && depth + writable < found.writable_min)
			found.writable_min = depth + writable;
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

/* Notes the root and each directory above it that lies deep enough. */
static bool
note_root(
    struct prefixes *prefixes, const char *path, unsigned least, uint32_t user)
{
	struct prefix *slot;
	unsigned depth = 0;
	uint64_t hash;
	size_t len;

	for (len = 1;; len++) {
		if (path[len] != '/' && path[len] != '\0')
			continue;
		if (++depth >= least) {
			if (prefixes->count >= prefixes->size / 2 &&
			    !grow(prefixes))
				return false;
			hash = hash_of(path, len) | 1;
			slot = find_slot(prefixes, hash);
			prefixes->count += slot->hash == 0;
			if (slot->hash == 0)
				*slot = (struct prefix){hash, user};
		}
		if (path[len] == '\0')
			return true;
	}
}

static void
report(struct sj_compile *compile, uint32_t inner, uint32_t outer,
    const char *writable)
{
	const struct sj_model *model = compile->model;
	uint32_t jail = sj_model_jail_of(model, inner);
	const struct sj_jail_def *def = &model->jails[jail];
	struct sj_where where = SJ_WHERE_ELEMENT("jails", def->element);
	const char *inner_name, *outer_name, *group;
	char root[SJ_PATH_SIZE];

	if (!expand_root(model, jail, inner, root))
		return;
	inner_name = sj_model_names(model, inner, &group);
	outer_name = sj_model_names(model, outer, &group);
	where.setting = "root";
	sj_compile_at(compile, &def->place);
	sj_compile_error(compile, def->root_line, &where,
	    "%.200s of user \"%s\" lies in %.200s, which user \"%s\" may "
	    "write, expected roots outside of others' writable directories",
	    root, inner_name, writable, outer_name);
}

/* True if a root was found below a directory that this user may write. */
static bool
try_user(
    struct sj_compile *compile, const struct prefixes *prefixes, uint32_t user)
{
	const struct sj_model *model = compile->model;
	uint32_t jail = sj_model_jail_of(model, user), i;
	char root[SJ_PATH_SIZE], path[2 * SJ_PATH_SIZE];
	const struct prefix *slot;
	const char *writable;

	if (jail == SJ_NO_INDEX || !expand_root(model, jail, user, root))
		return false;
	writable = model->jails[jail].jail.writable.first;
	for (i = 0; i < model->jails[jail].jail.writable.count;
	     i++, writable = sj_strings_next(writable)) {
		(void)snprintf(path, sizeof(path), "%s%s",
		    strcmp(root, "/") == 0 ? "" : root, writable);
		slot = find_slot(prefixes, hash_of(path, strlen(path)) | 1);
		if (slot->hash == 0)
			continue;
		report(compile, slot->user, user, path);
		return true;
	}
	return false;
}

static bool
note_roots(
    const struct sj_model *model, struct prefixes *prefixes, unsigned least)
{
	char path[SJ_PATH_SIZE];
	uint32_t i, jail;

	for (i = 0; i < model->user_count; i++) {
		sj_model_relax(model, i);
		jail = sj_model_jail_of(model, i);
		if (jail == SJ_NO_INDEX || !expand_root(model, jail, i, path) ||
		    depth_of(path) < least)
			continue;
		if (!note_root(prefixes, path, least, i))
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
	    !note_roots(model, &prefixes, depths.writable_min)) {
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
