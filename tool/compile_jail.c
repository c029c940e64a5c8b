/* SPDX-License-Identifier: ISC */
#include "compile_jail.h"

#include <string.h>

#include "value.h"

static const struct sj_spec specs[SJ_JAIL_SETTING_COUNT] = {
    [SJ_JAIL_NAME] = {"name", SJ_WANT_STRING},
    [SJ_JAIL_USERS] = {"users", SJ_WANT_STRINGS},
    [SJ_JAIL_GROUPS] = {"groups", SJ_WANT_STRINGS},
    [SJ_JAIL_EXCEPT_USERS] = {"except_users", SJ_WANT_STRINGS},
    [SJ_JAIL_EXCEPT_GROUPS] = {"except_groups", SJ_WANT_STRINGS},
    [SJ_JAIL_SERVICES] = {"services", SJ_WANT_STRINGS},
    [SJ_JAIL_ISOLATION] = {"isolation", SJ_WANT_STRING},
    [SJ_JAIL_ROOT] = {"root", SJ_WANT_STRING},
    [SJ_JAIL_CREATE] = {"create", SJ_WANT_BOOL},
    [SJ_JAIL_WRITABLE] = {"writable", SJ_WANT_STRINGS},
    [SJ_JAIL_WRITABLE_MODE] = {"writable_mode", SJ_WANT_STRING},
    [SJ_JAIL_WRITABLE_GROUP] = {"writable_group", SJ_WANT_STRING},
    [SJ_JAIL_START] = {"start", SJ_WANT_STRING},
    [SJ_JAIL_MOUNTS] = {"mounts", SJ_WANT_GROUPS},
    [SJ_JAIL_READ_ONLY] = {"read_only", SJ_WANT_BOOL},
    [SJ_JAIL_TRANSFER_LOG] = {"transfer_log", SJ_WANT_STRING_OR_BOOL},
    [SJ_JAIL_NETWORK] = {"network", SJ_WANT_STRING},
    [SJ_JAIL_UMASK] = {"umask", SJ_WANT_STRING},
    [SJ_JAIL_FROM] = {"from", SJ_WANT_STRINGS},
    [SJ_JAIL_HOURS] = {"hours", SJ_WANT_STRING_OR_STRINGS},
    [SJ_JAIL_AUTH] = {"auth", SJ_WANT_STRINGS},
    [SJ_JAIL_MAX_SESSIONS] = {"max_sessions", SJ_WANT_INTEGER},
    [SJ_JAIL_MAX_PER_ADDRESS] = {"max_sessions_per_address", SJ_WANT_INTEGER},
    [SJ_JAIL_SESSION_TIME] = {"session_time", SJ_WANT_INTEGER},
    [SJ_JAIL_DOWNLOAD_RATE] = {"download_rate", SJ_WANT_INTEGER},
    [SJ_JAIL_MESSAGE] = {"message", SJ_WANT_STRING},
};

/* Those that need a mount namespace. */
static const enum sj_jail_setting namespace_settings[] = {
    SJ_JAIL_MOUNTS, SJ_JAIL_READ_ONLY, SJ_JAIL_TRANSFER_LOG};

void
sj_jail_error(struct sj_jail_reader *reader, enum sj_jail_setting setting,
    uint32_t item, const char *what, const char *expected)
{
	const struct sj_node *node = reader->at[setting];
	struct sj_where where = reader->where;

	where.setting = specs[setting].name;
	where.item = item;
	if (item != SJ_NO_INDEX)
		node = &node->children[item];
	if (node->type == SJ_NODE_STRING)
		sj_compile_error(reader->compile, node->line, &where,
		    "\"%.80s\" %s, expected %s", node->string, what, expected);
	else
		sj_compile_error(reader->compile, node->line, &where,
		    "%s, expected %s", what, expected);
}

static bool
check_name(struct sj_jail_reader *reader)
{
	const struct sj_node *name = reader->at[SJ_JAIL_NAME];
	const struct sj_jail_def *other;
	uint32_t index;

	if (name == NULL)
		return false;
	if (!sj_name_is_jail(name->string)) {
		sj_jail_error(reader, SJ_JAIL_NAME, SJ_NO_INDEX,
		    "is no name of a jail", "[A-Za-z0-9_.-]{1,64}");
		return false;
	}
	index = sj_model_find_jail(reader->compile->model, name->string);
	if (index == SJ_NO_INDEX)
		return true;
	other = &reader->compile->model->jails[index];
	SJ_ERROR_AT(reader->compile, name, &reader->where, "name",
	    "\"%s\" is defined twice, expected once; the other is at %s:%u",
	    other->jail.name, other->place.file, (unsigned)other->place.line);
	return false;
}

static const enum sj_jail_setting who_settings[SJ_WHO_COUNT] = {
    [SJ_WHO_USERS] = SJ_JAIL_USERS,
    [SJ_WHO_GROUPS] = SJ_JAIL_GROUPS,
    [SJ_WHO_EXCEPT_USERS] = SJ_JAIL_EXCEPT_USERS,
    [SJ_WHO_EXCEPT_GROUPS] = SJ_JAIL_EXCEPT_GROUPS,
};

static void
check_who(struct sj_jail_reader *reader, const struct sj_node *group)
{
	struct sj_strings *const places[] = {&reader->jail.users,
	    &reader->jail.groups, &reader->jail.except_users,
	    &reader->jail.except_groups};
	uint32_t i, count = 0;

	for (i = 0; i < SJ_WHO_COUNT; i++) {
		(void)sj_compile_check_names(reader->compile,
		    reader->at[who_settings[i]], &reader->where,
		    specs[who_settings[i]].name,
		    who_settings[i] == SJ_JAIL_USERS);
		*places[i] = sj_compile_strings(
		    reader->compile, reader->at[who_settings[i]]);
	}
	/* A list of the wrong type was reported; it is not missing. */
	for (i = 0; i < group->count; i++)
		if (strcmp(group->children[i].name, "users") == 0 ||
		    strcmp(group->children[i].name, "groups") == 0)
			count += group->children[i].type != SJ_NODE_LIST ||
				 group->children[i].count > 0;
	if (count == 0)
		sj_compile_error(reader->compile, group->line, &reader->where,
		    "has neither users nor groups, expected at least one of "
		    "them");
}

static void
check_services(struct sj_jail_reader *reader)
{
	const struct sj_node *services = reader->at[SJ_JAIL_SERVICES];
	uint32_t i;

	for (i = 0; services != NULL && i < services->count; i++)
		if (!sj_value_is_foreign_name(services->children[i].string))
			sj_jail_error(reader, SJ_JAIL_SERVICES, i,
			    "is no name of a PAM service",
			    "one, as in /etc/pam.d");
	reader->jail.services = sj_compile_strings(reader->compile, services);
	if (services == NULL)
		reader->jail.services = (struct sj_strings){
		    .first = "sshd", .size = sizeof("sshd"), .count = 1};
}

static void
check_isolation(struct sj_jail_reader *reader)
{
	const struct sj_node *node = reader->at[SJ_JAIL_ISOLATION];
	const struct sj_node *root = reader->at[SJ_JAIL_ROOT];
	size_t i;

	if (node == NULL || strcmp(node->string, "namespace") == 0)
		return;
	if (strcmp(node->string, "chroot") != 0) {
		sj_jail_error(reader, SJ_JAIL_ISOLATION, SJ_NO_INDEX,
		    "is unknown", "\"namespace\" or \"chroot\"");
		return;
	}
	reader->jail.is_chroot = true;
	for (i = 0;
	     i < sizeof(namespace_settings) / sizeof(namespace_settings[0]);
	     i++)
		if (reader->at[namespace_settings[i]] != NULL)
			SJ_ERROR_AT(reader->compile,
			    reader->at[namespace_settings[i]], &reader->where,
			    specs[namespace_settings[i]].name,
			    "can't be had with isolation = \"chroot\", "
			    "expected it unset");
	if (root != NULL && strcmp(root->string, "virtual") == 0)
		SJ_ERROR_AT(reader->compile, root, &reader->where, "root",
		    "\"virtual\" can't be had with isolation = \"chroot\", "
		    "expected a directory");
}

static uint32_t
line_of(const struct sj_jail_reader *reader, enum sj_jail_setting setting,
    uint32_t line)
{
	return reader->at[setting] != NULL ? reader->at[setting]->line : line;
}

static void
add(struct sj_jail_reader *reader, const struct sj_node *node)
{
	struct sj_model *model = reader->compile->model;
	struct sj_jail_def def = {.jail = reader->jail};
	unsigned i;

	def.root_line = line_of(reader, SJ_JAIL_ROOT, node->line);
	def.writable_group_line =
	    line_of(reader, SJ_JAIL_WRITABLE_GROUP, node->line);
	for (i = 0; i < SJ_WHO_COUNT; i++)
		def.who_lines[i] = line_of(reader, who_settings[i], node->line);

	def.jail.name = sj_model_copy(model, reader->at[SJ_JAIL_NAME]->string);
	def.place.file = model->files[reader->compile->file].path;
	def.place.line = node->line;
	def.element = reader->where.element;
	sj_model_add_jail(model, &def);
}

void
sj_compile_jail(
    struct sj_compile *compile, uint32_t element, const struct sj_node *node)
{
	struct sj_jail_reader reader = {
	    .compile = compile, .where = SJ_WHERE_ELEMENT("jails", element)};
	bool is_good;

	if (!sj_compile_is_type(compile, node, &reader.where, SJ_WANT_GROUP))
		return;
	sj_compile_collect(compile, node, &reader.where, specs,
	    SJ_JAIL_SETTING_COUNT, reader.at);
	sj_compile_require(
	    compile, node, &reader.where, "name", "a name of its own");
	sj_compile_require(compile, node, &reader.where, "root",
	    "a directory such as \"%h\", or \"virtual\"");
	is_good = check_name(&reader);
	check_who(&reader, node);
	check_services(&reader);
	check_isolation(&reader);
	sj_jail_read_paths(&reader);
	sj_jail_read_limits(&reader);
	sj_jail_check_mounts(&reader);
	if (is_good)
		add(&reader, node);
}
