/* SPDX-License-Identifier: ISC */
#include "compile_jail.h"

#include <string.h>

#include "value.h"

#define WRITABLE_MODE_DEFAULT 0700u
#define WRITABLE_MODE_MAX 03777u /* anything but setuid */

enum mount_setting {
	MOUNT_SOURCE = 0,
	MOUNT_TARGET,
	MOUNT_READ_ONLY,
	MOUNT_OPTIONAL,
	MOUNT_CREATE,
	MOUNT_COUNT
};

static const struct sj_spec mount_specs[MOUNT_COUNT] = {
    [MOUNT_SOURCE] = {"source", SJ_WANT_STRING},
    [MOUNT_TARGET] = {"target", SJ_WANT_STRING},
    [MOUNT_READ_ONLY] = {"read_only", SJ_WANT_BOOL},
    [MOUNT_OPTIONAL] = {"optional", SJ_WANT_BOOL},
    [MOUNT_CREATE] = {"create", SJ_WANT_BOOL},
};

/* Tried with plain values: "%h" alone stands for an absolute path. */
static bool
is_template(const char *text)
{
	struct sj_template_values values = {
	    .user = "u", .home = "/h", .group = "g"};
	char path[SJ_PATH_SIZE];

	return sj_template_is_valid(text) &&
	       sj_template_expand(text, &values, SJ_ROOT_MISSING, path, NULL) ==
		   SJ_OK;
}

static const char *
copy_string(struct sj_jail_reader *reader, const char *string)
{
	return sj_model_copy(reader->compile->model, string);
}

static void
read_root(struct sj_jail_reader *reader)
{
	const struct sj_node *root = reader->at[SJ_JAIL_ROOT];

	reader->jail.root = "";
	if (root == NULL)
		return;
	if (strcmp(root->string, "virtual") == 0) {
		reader->jail.is_virtual = true;
		return;
	}
	if (!is_template(root->string))
		sj_jail_error(reader, SJ_JAIL_ROOT, SJ_NO_INDEX,
		    "is no usable directory",
		    "an absolute path or \"virtual\"; %u (user), %h (home), "
		    "%g (primary group) and %% stand for values; no \"..\"");
	else if (root->string[strspn(root->string, "/.")] == '\0')
		sj_jail_error(reader, SJ_JAIL_ROOT, SJ_NO_INDEX,
		    "is the host's own root, which is no jail",
		    "a directory below it, such as \"%h\"");
	reader->jail.root = copy_string(reader, root->string);
}

/* A path inside the jail that is not its root. */
static bool
normalise_below(const char *text, char *ret_path)
{
	return *text != '\0' && sj_jail_path_normalise(text, ret_path) &&
	       strcmp(ret_path, "/") != 0;
}

static void
read_writable(struct sj_jail_reader *reader)
{
	const struct sj_node *list = reader->at[SJ_JAIL_WRITABLE];
	struct sj_pack *scratch = &reader->compile->scratch;
	struct sj_model_store *store = reader->compile->model->store;
	char path[SJ_PATH_SIZE];
	uint32_t i;

	reader->jail.writable.first = "";
	if (list == NULL || list->count == 0)
		return;
	scratch->len = 0;
	for (i = 0; i < list->count; i++) {
		if (normalise_below(list->children[i].string, path))
			sj_pack_string(scratch, path);
		else
			sj_jail_error(reader, SJ_JAIL_WRITABLE, i,
			    "is no usable directory inside the jail",
			    "a path below \"/\" without \"..\"");
	}
	if (scratch->len == 0)
		return;
	reader->jail.writable.first = sj_arena_copy(
	    &store->arena, (const char *)scratch->data, scratch->len);
	reader->jail.writable.size = (uint32_t)scratch->len;
	reader->jail.writable.count = list->count;
	if (reader->jail.writable.first == NULL || scratch->is_bad)
		store->is_short = true;
}

static void
read_writable_details(struct sj_jail_reader *reader)
{
	const struct sj_node *mode = reader->at[SJ_JAIL_WRITABLE_MODE];
	const struct sj_node *group = reader->at[SJ_JAIL_WRITABLE_GROUP];

	reader->jail.writable_mode = WRITABLE_MODE_DEFAULT;
	reader->jail.writable_group = "";
	if (mode != NULL && !sj_value_mode(mode->string, WRITABLE_MODE_MAX,
				&reader->jail.writable_mode))
		sj_jail_error(reader, SJ_JAIL_WRITABLE_MODE, SJ_NO_INDEX,
		    "is no mode",
		    "an octal string such as \"0700\" or "
		    "\"2770\"");
	if (group == NULL)
		return;
	if (!sj_value_is_foreign_name(group->string))
		sj_jail_error(reader, SJ_JAIL_WRITABLE_GROUP, SJ_NO_INDEX,
		    "is no name of a group", "one");
	reader->jail.writable_group = copy_string(reader, group->string);
}

static void
read_start(struct sj_jail_reader *reader)
{
	const struct sj_node *start = reader->at[SJ_JAIL_START];
	char path[SJ_PATH_SIZE];

	reader->jail.start = "/";
	if (start == NULL)
		return;
	if (*start->string != '\0' &&
	    sj_jail_path_normalise(start->string, path))
		reader->jail.start = copy_string(reader, path);
	else
		sj_jail_error(reader, SJ_JAIL_START, SJ_NO_INDEX,
		    "is no usable directory inside the jail",
		    "a path such as \"/upload\", without \"..\"");
}

static void
mount_error(struct sj_jail_reader *reader, const struct sj_node *node,
    const struct sj_where *where, const char *name, const char *what)
{
	struct sj_where at = *where;

	at.sub = name;
	sj_compile_error(reader->compile, node->line, &at, "\"%.80s\" %s",
	    node->string, what);
}

/* One mount; false if it can't be stored. */
static bool
read_mount(struct sj_jail_reader *reader, uint32_t item, struct sj_pack *paths,
    struct sj_pack *flags)
{
	const struct sj_node *node =
	    &reader->at[SJ_JAIL_MOUNTS]->children[item];
	const struct sj_node *at[MOUNT_COUNT];
	struct sj_where where = reader->where;
	struct sj_mount mount = {.is_read_only = false};
	char target[SJ_PATH_SIZE] = "";

	where.setting = "mounts";
	where.item = item;
	sj_compile_collect(
	    reader->compile, node, &where, mount_specs, MOUNT_COUNT, at);
	sj_compile_require(reader->compile, node, &where, "source",
	    "a directory outside of the jail");
	sj_compile_require(reader->compile, node, &where, "target",
	    "a directory inside the jail");
	if (at[MOUNT_SOURCE] != NULL && !is_template(at[MOUNT_SOURCE]->string))
		mount_error(reader, at[MOUNT_SOURCE], &where, "source",
		    "is no usable directory, expected an absolute path "
		    "without \"..\"; %u, %h, %g and %% stand for values");
	if (at[MOUNT_TARGET] != NULL &&
	    !normalise_below(at[MOUNT_TARGET]->string, target))
		mount_error(reader, at[MOUNT_TARGET], &where, "target",
		    "is no usable directory inside the jail, expected a path "
		    "below \"/\" without \"..\"");
	if (at[MOUNT_SOURCE] == NULL || target[0] == '\0')
		return false;
	mount.is_read_only =
	    at[MOUNT_READ_ONLY] != NULL && at[MOUNT_READ_ONLY]->number != 0;
	mount.is_optional =
	    at[MOUNT_OPTIONAL] != NULL && at[MOUNT_OPTIONAL]->number != 0;
	mount.is_create =
	    at[MOUNT_CREATE] != NULL && at[MOUNT_CREATE]->number != 0;
	sj_pack_string(paths, at[MOUNT_SOURCE]->string);
	sj_pack_string(paths, target);
	sj_pack_mount_flags(flags, &mount);
	return true;
}

static void
store_mounts(struct sj_jail_reader *reader, const struct sj_pack *paths,
    const struct sj_pack *flags, uint32_t count)
{
	struct sj_model_store *store = reader->compile->model->store;
	struct sj_jail *jail = &reader->jail;

	if (count == 0)
		return;
	jail->mount_paths.first =
	    sj_arena_copy(&store->arena, (const char *)paths->data, paths->len);
	jail->mount_paths.size = (uint32_t)paths->len;
	jail->mount_paths.count = count * 2;
	jail->mounts.first = (const unsigned char *)sj_arena_copy(
	    &store->arena, (const char *)flags->data, flags->len);
	jail->mounts.count = count;
	if (jail->mount_paths.first == NULL || jail->mounts.first == NULL ||
	    paths->is_bad || flags->is_bad)
		store->is_short = true;
}

static void
read_mounts(struct sj_jail_reader *reader)
{
	const struct sj_node *list = reader->at[SJ_JAIL_MOUNTS];
	struct sj_pack paths = {NULL, 0, 0, false};
	struct sj_pack flags = {NULL, 0, 0, false};
	uint32_t i, count = 0;

	reader->jail.mount_paths.first = "";
	for (i = 0; list != NULL && i < list->count; i++)
		count += read_mount(reader, i, &paths, &flags);
	store_mounts(reader, &paths, &flags, count);
	sj_pack_clear(&paths);
	sj_pack_clear(&flags);
}

void
sj_jail_read_paths(struct sj_jail_reader *reader)
{
	const struct sj_node *create = reader->at[SJ_JAIL_CREATE];

	read_root(reader);
	reader->jail.is_create = create != NULL && create->number != 0;
	read_writable(reader);
	read_writable_details(reader);
	read_start(reader);
	read_mounts(reader);
}
