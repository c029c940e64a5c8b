/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "user.h"

#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "cleanup.h"
#include "json.h"
#include "quote.h"

static const char show_help[] =
    "usage: sftpjail user show NAME [--json]\n\n"
    "Shows a served user as the configuration has him, with the fingerprints\n"
    "of his keys; hashes are never shown.  Exit status 1: no such user.\n";
static const char list_help[] =
    "usage: sftpjail user list [--json]\n\n"
    "Lists the served users of the configuration, by name.\n";

static void
put_row(const char *name, const char *value)
{
	if (value == NULL)
		return;
	(void)printf("%-11s ", name);
	sj_quote_put(stdout, value);
	(void)putchar('\n');
}

static void
put_day(const char *name, int32_t day)
{
	char text[SJ_JSON_TIME_SIZE];

	if (day == SJ_NO_DAY)
		return;
	sj_json_day_format(day, text);
	put_row(name, text);
}

static void
put_groups(const struct sj_model *model, uint32_t index)
{
	size_t count = 0, i;
	SJ_AUTO_FREE const char **names = sj_user_groups(model, index, &count);

	if (names == NULL || count == 0)
		return;
	(void)printf("%-11s", "groups");
	for (i = 0; i < count; i++)
		sj_quote_printf(stdout, " %s", names[i]);
	(void)putchar('\n');
}

static void
put_user(const struct sj_model *model, uint32_t index,
    const struct sj_user_def *user)
{
	const char *jail = sj_user_jail(model, index);

	put_row("name", user->name);
	(void)printf("%-11s %u\n", "uid", (unsigned)user->uid);
	(void)printf(
	    "%-11s %s (%u)\n", "group", user->group_name, (unsigned)user->gid);
	put_groups(model, index);
	put_row("gecos", user->gecos[0] == '\0' ? NULL : user->gecos);
	put_row("home", user->home);
	put_row("shell", user->shell);
	put_row("password",
	    strchr("*!", user->password[0]) == NULL ? "set" : "none");
	put_row("disabled", user->is_disabled ? "yes" : "no");
	put_day("not_before", user->not_before_day);
	put_day("expires", user->expires_day);
	put_row("jail", jail == NULL ? "none: not confined" : jail);
	sj_quote_printf(stdout, "defined     %s", user->place.file);
	(void)printf(":%u\n", (unsigned)user->place.line);
	(void)printf("%-11s %u\n", "keys", (unsigned)user->keys.count);
	sj_user_put_keys(user, "  ", stdout);
}

static int
show(struct sj_change *change, char **argv, void *context)
{
	struct sj_user_def user;
	uint32_t index;
	int status = sj_change_read(change);

	(void)context;
	if (status != SJ_EXIT_OK)
		return status;
	index = sj_model_find_user(change->model, argv[1]);
	if (index == SJ_NO_INDEX) {
		sj_change_say(
		    change, "%s: no such user in the configuration", argv[1]);
		return SJ_EXIT_NO;
	}
	if (change->tool->is_json)
		return sj_json_print(sj_user_json(change->model, index))
			   ? SJ_EXIT_OK
			   : SJ_EXIT_SYSTEM;
	sj_model_user(change->model, index, &user);
	put_user(change->model, index, &user);
	return SJ_EXIT_OK;
}

int
sj_user_show(const struct sj_tool *tool, int argc, char **argv)
{
	const struct sj_arg_spec spec = {"user show", NULL, 1, 1, show_help};

	return sj_change_run(tool, &spec, argc, argv, show, NULL);
}

/* Users are many: only their places in the order of names are kept. */
struct entry {
	const char *name;
	uint32_t index;
};

static int
compare_entries(const void *a, const void *b)
{
	return strcmp(
	    ((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static struct entry *
sort_users(const struct sj_model *model)
{
	struct entry *entries =
	    calloc((size_t)model->user_count + 1, sizeof(entries[0]));
	struct sj_user_def user;
	uint32_t i;

	if (entries == NULL)
		return NULL;
	for (i = 0; i < model->user_count; i++) {
		sj_model_user(model, i, &user);
		entries[i].name = user.name;
		entries[i].index = i;
	}
	qsort(entries, model->user_count, sizeof(entries[0]), compare_entries);
	return entries;
}

static void
put_line(const struct sj_model *model, uint32_t index)
{
	struct sj_user_def user;
	const char *jail = sj_user_jail(model, index);
	char day[SJ_JSON_TIME_SIZE] = "-";

	sj_model_user(model, index, &user);
	if (user.expires_day != SJ_NO_DAY)
		sj_json_day_format(user.expires_day, day);
	(void)printf("%-16s %-7u %-16s %-12s %-10s %4u %-8s ", user.name,
	    (unsigned)user.uid, user.group_name, jail == NULL ? "-" : jail, day,
	    (unsigned)user.keys.count, user.is_disabled ? "locked" : "-");
	sj_quote_put(stdout, user.gecos);
	(void)putchar('\n');
}

/* One after the other: a tree of all of them would be large. */
static bool
put_json(const struct sj_model *model, const struct entry *entries)
{
	uint32_t i;
	int status = 0;

	(void)printf("{\n  \"schema\": %d,\n  \"users\": [", SJ_JSON_SCHEMA);
	for (i = 0; i < model->user_count && status == 0; i++) {
		json_t *json = sj_user_json(model, entries[i].index);

		(void)fputs(i == 0 ? "\n" : ",\n", stdout);
		status = json == NULL
			     ? -1
			     : json_dumpf(json, stdout, JSON_ENSURE_ASCII);
		json_decref(json);
	}
	(void)fputs("\n  ]\n}\n", stdout);
	return status == 0;
}

static int
list(struct sj_change *change, char **argv, void *context)
{
	SJ_AUTO_FREE struct entry *entries = NULL;
	const struct sj_model *model;
	uint32_t i;
	int status = sj_change_read(change);

	(void)argv;
	(void)context;
	if (status != SJ_EXIT_OK)
		return status;
	model = change->model;
	entries = sort_users(model);
	if (entries == NULL)
		return sj_change_no_memory(change);
	if (change->tool->is_json)
		return put_json(model, entries) ? SJ_EXIT_OK : SJ_EXIT_SYSTEM;
	(void)printf("%-16s %-7s %-16s %-12s %-10s %4s %-8s %s\n", "NAME",
	    "UID", "GROUP", "JAIL", "EXPIRES", "KEYS", "LOCKED", "GECOS");
	for (i = 0; i < model->user_count; i++)
		put_line(model, entries[i].index);
	return SJ_EXIT_OK;
}

int
sj_user_list(const struct sj_tool *tool, int argc, char **argv)
{
	const struct sj_arg_spec spec = {"user list", NULL, 0, 0, list_help};

	return sj_change_run(tool, &spec, argc, argv, list, NULL);
}
