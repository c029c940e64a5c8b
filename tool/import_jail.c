/* SPDX-License-Identifier: ISC */
/* Jails as text. */
#define _GNU_SOURCE
#include "import.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "edit_value.h"
#include "quote.h"
#include "stream.h"

/* Where a home is seen that the user may write to. */
#define MOUNT_TARGET "/home"

void
sj_import_jail_clear(struct sj_import_jail *jail)
{
	free(jail->users.items);
	free(jail->groups.items);
	free(jail->except_users.items);
	free(jail->except_groups.items);
	free(jail->from.items);
	free(jail->auth.items);
	memset(jail, 0, sizeof(*jail));
}

void
sj_import_begin(struct sj_import *import, const char *source)
{
	sj_quote_printf(
	    import->out, "# Made by \"sftpjail import %s\".\n", source);
	if (!import->is_part)
		(void)fputs("version = 1;\n", import->out);
}

void
sj_import_jails_begin(struct sj_import *import)
{
	(void)fputs("jails = (", import->out);
}

void
sj_import_jails_end(struct sj_import *import)
{
	(void)fputs("\n);\n", import->out);
}

static struct sj_edit_field
list_field(const char *name, const struct sj_import_list *list)
{
	return (struct sj_edit_field){.name = name,
	    .kind = SJ_EDIT_LIST,
	    .items = list->items,
	    .count = list->count};
}

static struct sj_edit_field
string_field(const char *name, const char *text)
{
	return (struct sj_edit_field){.name = name,
	    .kind = text == NULL ? SJ_EDIT_NONE : SJ_EDIT_STRING,
	    .text = text};
}

/* Without an L, libconfig reads what does not fit into an int as nonsense. */
static struct sj_edit_field
number_field(struct sj_import *import, const char *name, uint64_t value)
{
	return (struct sj_edit_field){.name = name,
	    .kind = value == 0 ? SJ_EDIT_NONE : SJ_EDIT_BARE,
	    .text = sj_import_printf(
		import, "%" PRIu64 "%s", value, value > INT32_MAX ? "L" : "")};
}

static struct sj_edit_field
mounts_field(struct sj_import *import, const char *source)
{
	struct sj_edit_field field = {.name = "mounts"};
	SJ_AUTO_FREE char *quoted = NULL;
	size_t size;
	FILE *out;

	if (source == NULL)
		return field;
	out = sj_stream_open(&quoted, &size);
	if (out != NULL)
		sj_quote_put_string(out, source);
	if (out == NULL || fclose(out) != 0) {
		import->is_short = true;
		return field;
	}
	field.kind = SJ_EDIT_BARE;
	field.text = sj_import_printf(import,
	    "( { source = %s; target = \"" MOUNT_TARGET "\"; } )", quoted);
	return field;
}

void
sj_import_list_put(struct sj_import *import, const struct sj_import_list *list)
{
	const struct sj_edit_field field = list_field(NULL, list);

	sj_edit_value_put(import->out, &field);
}

void
sj_import_jail_put(
    struct sj_import *import, const struct sj_import_jail *jail, bool is_first)
{
	bool is_shown = jail->mount != NULL;
	const struct sj_edit_field fields[] = {
	    string_field("name", jail->name),
	    list_field("users", &jail->users),
	    list_field("groups", &jail->groups),
	    list_field("except_users", &jail->except_users),
	    list_field("except_groups", &jail->except_groups),
	    string_field("root", is_shown ? "virtual" : jail->root),
	    mounts_field(import, jail->mount),
	    string_field("start", is_shown ? MOUNT_TARGET : jail->start),
	    {"read_only", jail->is_read_only ? SJ_EDIT_BARE : SJ_EDIT_NONE,
		"true", NULL, 0},
	    string_field("umask", jail->umask),
	    list_field("from", &jail->from),
	    list_field("auth", &jail->auth),
	    number_field(import, "max_sessions", jail->max_sessions),
	    number_field(import, "max_sessions_per_address",
		jail->max_sessions_per_address),
	    number_field(import, "session_time", jail->session_time_sec),
	    number_field(import, "download_rate", jail->download_rate),
	};

	(void)fputs(is_first ? "\n\t# " : ",\n\t# ", import->out);
	sj_quote_put(import->out, jail->place.path);
	if (jail->place.line > 0)
		(void)fprintf(import->out, ":%u", jail->place.line);
	sj_quote_printf(import->out, ": %s\n", jail->origin);
	sj_edit_put_element(
	    import->out, fields, sizeof(fields) / sizeof(fields[0]));
}
