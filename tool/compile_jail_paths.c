/* SPDX-License-Identifier: ISC */
#include "compile_jail.h"

#include <string.h>

#include "value.h"

#define WRITABLE_MODE_DEFAULT 0700u
#define WRITABLE_MODE_MAX 03777u /* anything but setuid */

/* Tried with plain values: "%h" alone stands for an absolute path. */
bool
sj_jail_is_template(const char *text)
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
	if (!sj_jail_is_template(root->string))
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

bool
sj_jail_normalise_below(const char *text, char *ret_path)
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
		if (sj_jail_normalise_below(list->children[i].string, path))
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

void
sj_jail_read_paths(struct sj_jail_reader *reader)
{
	const struct sj_node *create = reader->at[SJ_JAIL_CREATE];

	read_root(reader);
	reader->jail.is_create = create != NULL && create->number != 0;
	read_writable(reader);
	read_writable_details(reader);
	read_start(reader);
	sj_jail_read_mounts(reader);
}
