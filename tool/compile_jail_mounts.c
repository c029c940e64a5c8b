/* SPDX-License-Identifier: ISC */
#include "compile_jail.h"

#include <stdlib.h>
#include <string.h>

#include "jailmount.h"

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

/* Of one jail, while they are read. */
struct mounts {
	uint32_t count;
	struct sj_mount items[SJ_JAIL_MOUNT_MAX];
};

static void
mount_error(struct sj_jail_reader *reader, const struct sj_node *node,
    const struct sj_where *where, const char *name, const char *what)
{
	struct sj_where at = *where;

	at.sub = name;
	sj_compile_error(reader->compile, node->line, &at, "\"%.80s\" %s",
	    node->string, what);
}

/* What stands behind a "%" is not known here. */
static bool
is_of_host(const char *source)
{
	char path[SJ_PATH_SIZE];

	return sj_jail_path_normalise(source, path) &&
	       sj_jailmount_is_of_host(path);
}

static bool
read_source(struct sj_jail_reader *reader, const struct sj_node *node,
    const struct sj_where *where, const char **ret_source)
{
	if (node == NULL)
		return false;
	if (!sj_jail_is_template(node->string))
		mount_error(reader, node, where, "source",
		    "is no usable directory, expected an absolute path "
		    "without \"..\"; %u, %h, %g and %% stand for values");
	else if (node->string[strspn(node->string, "/.")] == '\0')
		mount_error(reader, node, where, "source",
		    "is the host's own root, expected a directory below it");
	else if (is_of_host(node->string))
		mount_error(reader, node, where, "source",
		    "would show the host, expected a directory that does not "
		    "lie in /proc or /sys");
	*ret_source = sj_model_copy(reader->compile->model, node->string);
	return *ret_source != NULL;
}

static bool
has_target(const struct mounts *mounts, const char *target)
{
	uint32_t i;

	for (i = 0; i < mounts->count; i++)
		if (strcmp(mounts->items[i].target, target) == 0)
			return true;
	return false;
}

static bool
read_target(struct sj_jail_reader *reader, const struct sj_node *node,
    const struct sj_where *where, const struct mounts *mounts,
    const char **ret_target)
{
	char target[SJ_PATH_SIZE];

	if (node == NULL)
		return false;
	if (!sj_jail_normalise_below(node->string, target)) {
		mount_error(reader, node, where, "target",
		    "is no usable directory inside the jail, expected a path "
		    "below \"/\" without \"..\"");
		return false;
	}
	if (has_target(mounts, target))
		mount_error(reader, node, where, "target",
		    "has a mount already, expected another directory");
	*ret_target = sj_model_copy(reader->compile->model, target);
	return *ret_target != NULL;
}

static bool
is_true(const struct sj_node *node)
{
	return node != NULL && node->number != 0;
}

static void
read_mount(struct sj_jail_reader *reader, uint32_t item, struct mounts *mounts)
{
	const struct sj_node *node =
	    &reader->at[SJ_JAIL_MOUNTS]->children[item];
	const struct sj_node *at[MOUNT_COUNT];
	struct sj_where where = reader->where;
	struct sj_mount mount;
	bool is_good;

	where.setting = "mounts";
	where.item = item;
	sj_compile_collect(
	    reader->compile, node, &where, mount_specs, MOUNT_COUNT, at);
	sj_compile_require(reader->compile, node, &where, "source",
	    "a directory outside of the jail");
	sj_compile_require(reader->compile, node, &where, "target",
	    "a directory inside the jail");
	is_good = read_source(reader, at[MOUNT_SOURCE], &where, &mount.source);
	if (!read_target(
		reader, at[MOUNT_TARGET], &where, mounts, &mount.target) ||
	    !is_good)
		return;
	mount.is_read_only = is_true(at[MOUNT_READ_ONLY]);
	mount.is_optional = is_true(at[MOUNT_OPTIONAL]);
	mount.is_create = is_true(at[MOUNT_CREATE]);
	mounts->items[mounts->count++] = mount;
}

/* A directory sorts before what lies in it. */
static int
compare(const void *a, const void *b)
{
	const struct sj_mount *left = a, *right = b;

	return strcmp(left->target, right->target);
}

static void
store(struct sj_jail_reader *reader, const struct mounts *mounts)
{
	struct sj_model_store *model = reader->compile->model->store;
	struct sj_jail *jail = &reader->jail;
	struct sj_pack paths = {NULL, 0, 0, false};
	struct sj_pack flags = {NULL, 0, 0, false};
	uint32_t i;

	for (i = 0; i < mounts->count; i++) {
		sj_pack_string(&paths, mounts->items[i].source);
		sj_pack_string(&paths, mounts->items[i].target);
		sj_pack_mount_flags(&flags, &mounts->items[i]);
	}
	jail->mount_paths.first =
	    sj_arena_copy(&model->arena, (const char *)paths.data, paths.len);
	jail->mount_paths.size = (uint32_t)paths.len;
	jail->mount_paths.count = mounts->count * 2;
	jail->mounts.first = (const unsigned char *)sj_arena_copy(
	    &model->arena, (const char *)flags.data, flags.len);
	jail->mounts.count = mounts->count;
	if (jail->mount_paths.first == NULL || jail->mounts.first == NULL ||
	    paths.is_bad || flags.is_bad) {
		model->is_short = true;
		jail->mounts.count = jail->mount_paths.count = 0;
	}
	sj_pack_clear(&paths);
	sj_pack_clear(&flags);
}

void
sj_jail_read_mounts(struct sj_jail_reader *reader)
{
	const struct sj_node *list = reader->at[SJ_JAIL_MOUNTS];
	struct mounts mounts = {.count = 0};
	uint32_t i;

	reader->jail.mount_paths.first = "";
	if (list == NULL)
		return;
	if (list->count > SJ_JAIL_MOUNT_MAX) {
		SJ_ERROR_AT(reader->compile, list, &reader->where, "mounts",
		    "has %u mounts, expected at most %u", list->count,
		    SJ_JAIL_MOUNT_MAX);
		return;
	}
	for (i = 0; i < list->count; i++)
		read_mount(reader, i, &mounts);
	if (mounts.count == 0)
		return;
	qsort(mounts.items, mounts.count, sizeof(mounts.items[0]), compare);
	store(reader, &mounts);
}

/* What a mount would hide.  Users with a shell of their own: at the login. */
static void
check_hidden(struct sj_jail_reader *reader)
{
	const struct sj_jail *jail = &reader->jail;
	const struct sj_jail_user user = {.shell = SJ_SHELL};
	uint32_t i;

	for (i = 0; i < jail->mounts.count; i++) {
		const char *target = sj_jail_mount(jail, i).target;

		if (!sj_jailroot_is_over_placeholder(jail, &user, NULL, target))
			continue;
		SJ_ERROR_AT(reader->compile, reader->at[SJ_JAIL_MOUNTS],
		    &reader->where, "mounts",
		    "\"%.80s\" as a target is in the way of the login shell "
		    "(%s) or %s, expected another directory",
		    target, SJ_SHELL, SJ_JAILROOT_LOG);
	}
}

static void
check_virtual(struct sj_jail_reader *reader)
{
	const struct sj_jail *jail = &reader->jail;
	const char *path = jail->writable.first, *rest;
	uint32_t i;

	/* One that was wrong was reported; it is not missing. */
	if (reader->at[SJ_JAIL_MOUNTS] == NULL ||
	    reader->at[SJ_JAIL_MOUNTS]->count == 0) {
		SJ_ERROR_AT(reader->compile, reader->at[SJ_JAIL_ROOT],
		    &reader->where, "root",
		    "\"virtual\" without mounts is an empty jail, expected "
		    "mounts, or a directory");
		return;
	}
	for (i = 0; i < jail->writable.count; i++, path = sj_strings_next(path))
		if (sj_jailmount_find(jail, sj_jailmount_all(jail), path,
			&rest) == SJ_JAILMOUNT_NONE)
			SJ_ERROR_AT(reader->compile,
			    reader->at[SJ_JAIL_WRITABLE], &reader->where,
			    "writable",
			    "\"%.80s\" lies in no mount and a virtual root "
			    "keeps nothing, expected a directory in a mount",
			    path);
	if (jail->mounts.count > 0 &&
	    sj_jailmount_find(jail, sj_jailmount_all(jail), jail->start,
		&rest) == SJ_JAILMOUNT_NONE &&
	    !sj_jailmount_leads(jail, sj_jailmount_all(jail), jail->start))
		sj_jail_error(reader, SJ_JAIL_START, SJ_NO_INDEX,
		    "does not exist in the virtual root",
		    "\"/\", or a directory in a mount");
}

/* More than one user, as far as that can be said here. */
static bool
takes_many(const struct sj_jail *jail)
{
	return jail->groups.count > 0 || jail->users.count > 1 ||
	       sj_strings_contain(&jail->users, "*");
}

/* Legal, and not what was meant; NULL: fine. */
static const char *
judge_writable(const struct sj_jail *jail, const char *path)
{
	const char *rest;
	int mount =
	    sj_jailmount_find(jail, sj_jailmount_all(jail), path, &rest);

	if (jail->is_read_only)
		return "is made, but can't be written: the jail is read-only";
	if (mount == SJ_JAILMOUNT_NONE)
		return NULL;
	if (sj_jail_mount(jail, (uint32_t)mount).is_read_only)
		return "is made, but can't be written: its mount is read-only";
	if (takes_many(jail) &&
	    !sj_template_depends_on_user(
		sj_jail_mount(jail, (uint32_t)mount).source))
		return "lies in a directory that all users of the jail share: "
		       "it will be the first one's, and the others are denied";
	return NULL;
}

static void
warn_writable(struct sj_jail_reader *reader)
{
	const struct sj_jail *jail = &reader->jail;
	const char *path = jail->writable.first, *what;
	struct sj_where where = reader->where;
	uint32_t i;

	where.setting = "writable";
	for (i = 0; i < jail->writable.count;
	     i++, path = sj_strings_next(path)) {
		what = judge_writable(jail, path);
		if (what != NULL)
			sj_compile_warn(reader->compile,
			    reader->at[SJ_JAIL_WRITABLE]->line, &where,
			    "\"%.80s\" %s", path, what);
	}
}

void
sj_jail_check_mounts(struct sj_jail_reader *reader)
{
	check_hidden(reader);
	if (reader->jail.is_virtual && !reader->jail.is_chroot)
		check_virtual(reader);
	warn_writable(reader);
}
