/* SPDX-License-Identifier: ISC */
#include "host.h"

#include <stdio.h>
#include <string.h>

#include "nsswitch.h"

#define SERVICES_MAX 16
#define LIST_SIZE 512

void
sj_host_user_error(struct sj_compile *compile, uint32_t user,
    const char *setting, const char *source, const char *what)
{
	struct sj_packed_user packed;
	struct sj_where where;
	const char *name;
	bool is_uid = strcmp(setting, "uid") == 0;
	char value[64];

	packed = sj_model_packed(compile->model, user, &name);
	where = SJ_WHERE_ELEMENT("users", packed.element);
	where.setting = setting;
	if (is_uid)
		(void)snprintf(value, sizeof(value), "%u",
		    (unsigned)sj_model_slot(compile->model, user)->uid);
	else
		(void)snprintf(value, sizeof(value), "\"%.48s\"", name);
	compile->file = packed.file;
	sj_compile_error(compile,
	    packed.line + (is_uid ? packed.uid_behind : packed.name_behind),
	    &where, "%s %s %s, expected one that %s does not have", value, what,
	    source, source);
}

void
sj_host_group_error(struct sj_compile *compile, uint32_t group,
    const char *setting, const char *source, const char *what)
{
	const struct sj_group_def *def = &compile->model->groups[group];
	struct sj_where where = SJ_WHERE_ELEMENT("groups", def->element);
	bool is_gid = strcmp(setting, "gid") == 0;
	char value[64];

	if (is_gid)
		(void)snprintf(value, sizeof(value), "%u", (unsigned)def->gid);
	else
		(void)snprintf(value, sizeof(value), "\"%.48s\"", def->name);
	where.setting = setting;
	sj_compile_at(compile, &def->place);
	sj_compile_error(compile, is_gid ? def->gid_line : def->name_line,
	    &where, "%s %s %s, expected one that %s does not have", value, what,
	    source, source);
}

/* What a line names but for ourselves, as __nss_configure_lookup() wants it. */
static void
list_services(const struct sj_nsswitch *config, const char *database,
    char *ret_list, size_t size)
{
	const struct sj_nss_line *line = sj_nsswitch_find(config, database);
	size_t i, used = 0;
	int len;

	(void)snprintf(ret_list, size, "files");
	for (i = 0; line != NULL && i < line->service_count; i++) {
		if (strcmp(line->services[i].name, "sftpjail") == 0)
			continue;
		len = snprintf(ret_list + used, size - used, "%s%s",
		    used > 0 ? " " : "", line->services[i].name);
		if (len < 0 || (size_t)len >= size - used)
			return;
		used += (size_t)len;
	}
}

static bool
is_read_otherwise(const char *service)
{
	static const char *const known[] = {
	    "files", "compat", "systemd", "sftpjail", "db", "cache"};
	size_t i;

	/* db and cache are made from what other sources say. */
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(service, known[i]) == 0)
			return true;
	return false;
}

static void
add_others(const struct sj_nsswitch *config, const char *database,
    const char **services, size_t *count)
{
	const struct sj_nss_line *line = sj_nsswitch_find(config, database);
	const char *name;
	size_t i, j;

	for (i = 0; line != NULL && i < line->service_count; i++) {
		name = line->services[i].name;
		for (j = 0; j < *count; j++)
			if (strcmp(services[j], name) == 0)
				break;
		if (j == *count && *count < SERVICES_MAX &&
		    !is_read_otherwise(name))
			services[(*count)++] = name;
	}
}

void
sj_host_check(struct sj_compile *compile, const char *state_dir)
{
	const char *services[SERVICES_MAX + 1] = {NULL};
	struct sj_nsswitch config;
	struct sj_fault fault;
	char list[LIST_SIZE];
	size_t count = 0;

	sj_host_check_kernel(compile);
	sj_host_check_files(compile);
	/* One that can't be read is as good as none: glibc asks files then. */
	(void)!sj_nsswitch_load(NULL, &config, &fault);
	add_others(&config, "passwd", services, &count);
	add_others(&config, "group", services, &count);
	if (count > 0)
		sj_host_check_others(compile, services, state_dir);
	list_services(&config, "passwd", list, sizeof(list));
	(void)__nss_configure_lookup("passwd", list);
	list_services(&config, "group", list, sizeof(list));
	(void)__nss_configure_lookup("group", list);
	sj_host_check_named(compile);
	sj_nsswitch_clear(&config);
}
