/* SPDX-License-Identifier: ISC */
/* Settings of the top level that are no lists. */
#include "compile.h"

#include <string.h>

#include "external.h"
#include "value.h"

#define ID_MIN_DEFAULT 20000u
#define ID_MAX_DEFAULT 60000u
#define HOME_DEFAULT "/srv/sftp/%u"

/* How each scalar is called, and what it must be. */
static const struct {
	const char *list;
	const char *setting;
} top_names[SJ_TOP_COUNT] = {
    [SJ_TOP_VERSION] = {NULL, "version"},
    [SJ_TOP_KEY_FILES] = {NULL, "key_files"},
    [SJ_TOP_UID_MIN] = {"ids", "uid_min"},
    [SJ_TOP_UID_MAX] = {"ids", "uid_max"},
    [SJ_TOP_GID_MIN] = {"ids", "gid_min"},
    [SJ_TOP_GID_MAX] = {"ids", "gid_max"},
    [SJ_TOP_GROUP] = {"user_defaults", "group"},
    [SJ_TOP_HOME] = {"user_defaults", "home"},
    [SJ_TOP_SHELL] = {"user_defaults", "shell"},
    [SJ_TOP_SFTP_SERVER] = {NULL, "sftp_server"},
};

static const struct sj_spec top_specs[] = {
    {"version", SJ_WANT_INTEGER},
    {"key_files", SJ_WANT_BOOL},
    {"sftp_server", SJ_WANT_STRING},
    {"ids", SJ_WANT_GROUP},
    {"user_defaults", SJ_WANT_GROUP},
    {"users", SJ_WANT_GROUPS},
    {"groups", SJ_WANT_GROUPS},
    {"jails", SJ_WANT_GROUPS},
    {"disabled", SJ_WANT_STRINGS},
};

static const struct sj_spec ids_specs[] = {
    {"uid_min", SJ_WANT_INTEGER},
    {"uid_max", SJ_WANT_INTEGER},
    {"gid_min", SJ_WANT_INTEGER},
    {"gid_max", SJ_WANT_INTEGER},
};

static const struct sj_spec defaults_specs[] = {
    {"group", SJ_WANT_STRING},
    {"home", SJ_WANT_STRING},
    {"shell", SJ_WANT_STRING},
};

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static struct sj_where
where_of(enum sj_top top)
{
	struct sj_where where = SJ_WHERE_TOP(top_names[top].setting);

	where.list = top_names[top].list;
	return where;
}

/* False, reported, if it was set in another file. */
static bool
note_top(
    struct sj_compile *compile, enum sj_top top, const struct sj_node *node)
{
	struct sj_where where = where_of(top);

	if (compile->tops[top].line == 0) {
		compile->tops[top].line = node->line;
		compile->tops[top].file =
		    compile->model->files[compile->file].path;
		compile->top_files[top] = compile->file;
		return true;
	}
	sj_compile_error(compile, node->line, &where,
	    "is set twice, expected once in all files; the other is at %s:%u",
	    compile->tops[top].file, (unsigned)compile->tops[top].line);
	return false;
}

static void
set_version(struct sj_compile *compile, const struct sj_node *node)
{
	struct sj_where where = where_of(SJ_TOP_VERSION);

	if (note_top(compile, SJ_TOP_VERSION, node) && node->number != 1)
		sj_compile_error(compile, node->line, &where,
		    "%lld is not understood, expected 1",
		    (long long)node->number);
}

static void
set_id(struct sj_compile *compile, enum sj_top top, const struct sj_node *node,
    uint32_t *ret_id)
{
	struct sj_where where = where_of(top);

	if (!note_top(compile, top, node))
		return;
	if (node->number < 1 || node->number >= (int64_t)UINT32_MAX)
		sj_compile_error(compile, node->line, &where,
		    "%lld is no usable id, expected 1 to 4294967294",
		    (long long)node->number);
	else
		*ret_id = (uint32_t)node->number;
}

static void
set_ids(struct sj_compile *compile, const struct sj_node *group)
{
	struct sj_where where = {
	    .list = "ids", .element = SJ_NO_INDEX, .item = SJ_NO_INDEX};
	const struct sj_node *at[COUNT(ids_specs)];
	struct sj_ids *ids = &compile->model->ids;
	uint32_t *const places[] = {
	    &ids->uid_min, &ids->uid_max, &ids->gid_min, &ids->gid_max};
	uint32_t i;

	sj_compile_collect(
	    compile, group, &where, ids_specs, COUNT(ids_specs), at);
	for (i = 0; i < COUNT(ids_specs); i++)
		if (at[i] != NULL)
			set_id(compile, (enum sj_top)(SJ_TOP_UID_MIN + i),
			    at[i], places[i]);
}

/* A template of user_defaults may hold %u, %g and %%; names are short. */
#define HOME_MAX 3072u

static bool
is_home_template(const char *text)
{
	struct sj_template_values values = {.user = "u", .group = "g"};
	char path[SJ_PATH_SIZE];

	return sj_value_is_field(text) && text[0] == '/' &&
	       strlen(text) <= HOME_MAX && sj_template_is_valid(text) &&
	       sj_template_expand(text, &values, SJ_ROOT_MISSING, path, NULL) ==
		   SJ_OK;
}

static const char *
set_home(struct sj_compile *compile, const struct sj_node *node)
{
	struct sj_where where = where_of(SJ_TOP_HOME);

	char normal[SJ_PATH_SIZE];

	if (is_home_template(node->string) &&
	    sj_jail_path_normalise(node->string, normal))
		return sj_model_copy(compile->model, normal);
	sj_compile_error(compile, node->line, &where,
	    "\"%.80s\" is no usable template, expected an absolute path with "
	    "%%u (user), %%g (group) and %%%% only, without \"..\" and ':'",
	    node->string);
	return NULL;
}

static const char *
set_shell(struct sj_compile *compile, const struct sj_node *node)
{
	struct sj_where where = where_of(SJ_TOP_SHELL);

	if (sj_value_is_path(node->string) && sj_value_is_field(node->string))
		return sj_model_copy(compile->model, node->string);
	sj_compile_error(compile, node->line, &where,
	    "\"%.80s\" is no usable path, expected an absolute one without "
	    "\"..\" and ':'",
	    node->string);
	return NULL;
}

static void
set_defaults(struct sj_compile *compile, const struct sj_node *group)
{
	struct sj_where where = {.list = "user_defaults",
	    .element = SJ_NO_INDEX,
	    .item = SJ_NO_INDEX};
	struct sj_defaults *defaults = &compile->model->store->defaults;
	const struct sj_node *at[COUNT(defaults_specs)];

	sj_compile_collect(
	    compile, group, &where, defaults_specs, COUNT(defaults_specs), at);
	/* One of the wrong type was reported; it is not missing. */
	if (at[0] == NULL && sj_compile_has(group, "group"))
		compile->tops[SJ_TOP_GROUP].line = group->line;
	if (at[0] != NULL && note_top(compile, SJ_TOP_GROUP, at[0]))
		defaults->group = sj_model_copy(compile->model, at[0]->string);
	if (at[1] != NULL && note_top(compile, SJ_TOP_HOME, at[1]))
		defaults->home = set_home(compile, at[1]);
	if (at[2] != NULL && note_top(compile, SJ_TOP_SHELL, at[2]))
		defaults->shell = set_shell(compile, at[2]);
}

static void
set_sftp_server(struct sj_compile *compile, const struct sj_node *node)
{
	struct sj_where where = where_of(SJ_TOP_SFTP_SERVER);

	struct sj_external_list argv = {.count = 0};
	const char *expected;

	if (!note_top(compile, SJ_TOP_SFTP_SERVER, node))
		return;
	expected = sj_external_parse(node->string, &argv);
	if (expected != NULL)
		sj_compile_error(compile, node->line, &where,
		    "\"%.80s\" is no usable command, expected %s", node->string,
		    expected);
	else
		compile->model->server.argv = sj_model_copy_strings(
		    compile->model, sj_external_strings(&argv));
	sj_pack_clear(&argv.pack);
}

void
sj_compile_setting(struct sj_compile *compile, const struct sj_node *node)
{
	struct sj_where where = SJ_WHERE_TOP(node->name);
	uint32_t i;

	for (i = 0; i < COUNT(top_specs); i++)
		if (strcmp(node->name, top_specs[i].name) == 0)
			break;
	if (i == COUNT(top_specs)) {
		sj_compile_error(compile, node->line, &where,
		    "is no known setting, expected another name; the nearest "
		    "is \"%s\"",
		    sj_compile_nearest(
			node->name, top_specs, COUNT(top_specs)));
		return;
	}
	if (!sj_compile_is_type(compile, node, &where, top_specs[i].want)) {
		/* Wrong, but not missing. */
		if (strcmp(node->name, "version") == 0)
			(void)note_top(compile, SJ_TOP_VERSION, node);
		return;
	}
	if (strcmp(node->name, "version") == 0)
		set_version(compile, node);
	else if (strcmp(node->name, "ids") == 0)
		set_ids(compile, node);
	else if (strcmp(node->name, "user_defaults") == 0)
		set_defaults(compile, node);
	else if (strcmp(node->name, "sftp_server") == 0)
		set_sftp_server(compile, node);
	else if (strcmp(node->name, "key_files") == 0 &&
		 note_top(compile, SJ_TOP_KEY_FILES, node))
		compile->model->is_key_files = node->number != 0;
}

void
sj_compile_element(struct sj_compile *compile, const char *list,
    uint32_t element, const struct sj_node *node)
{
	if (strcmp(list, "users") == 0)
		sj_compile_user(compile, element, node);
	else if (strcmp(list, "groups") == 0)
		sj_compile_group(compile, element, node);
	else if (strcmp(list, "jails") == 0)
		sj_compile_jail(compile, element, node);
	else
		sj_compile_disabled(compile, element, node);
}

static void
check_order(
    struct sj_compile *compile, enum sj_top top, uint32_t min, uint32_t max)
{
	struct sj_where where = where_of(top);

	if (min <= max)
		return;
	compile->file = compile->top_files[top];
	sj_compile_error(compile, compile->tops[top].line, &where,
	    "%u is below the minimum %u, expected min <= max", (unsigned)max,
	    (unsigned)min);
}

void
sj_compile_finish_top(struct sj_compile *compile)
{
	struct sj_defaults *defaults = &compile->model->store->defaults;
	struct sj_where where = where_of(SJ_TOP_VERSION);
	struct sj_ids *ids = &compile->model->ids;

	ids->uid_min = ids->uid_min != 0 ? ids->uid_min : ID_MIN_DEFAULT;
	ids->uid_max = ids->uid_max != 0 ? ids->uid_max : ID_MAX_DEFAULT;
	ids->gid_min = ids->gid_min != 0 ? ids->gid_min : ID_MIN_DEFAULT;
	ids->gid_max = ids->gid_max != 0 ? ids->gid_max : ID_MAX_DEFAULT;
	if (defaults->home == NULL)
		defaults->home = HOME_DEFAULT;
	if (defaults->shell == NULL)
		defaults->shell = SJ_SHELL;
	check_order(compile,
	    compile->tops[SJ_TOP_UID_MAX].line != 0 ? SJ_TOP_UID_MAX
						    : SJ_TOP_UID_MIN,
	    ids->uid_min, ids->uid_max);
	check_order(compile,
	    compile->tops[SJ_TOP_GID_MAX].line != 0 ? SJ_TOP_GID_MAX
						    : SJ_TOP_GID_MIN,
	    ids->gid_min, ids->gid_max);
	if (compile->tops[SJ_TOP_VERSION].line == 0 && !compile->is_broken &&
	    compile->model->file_count > 0) {
		compile->file = 0;
		sj_compile_error(compile, 1, &where,
		    "is missing, expected \"version = 1;\"");
	}
}
