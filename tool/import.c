/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "import.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "name.h"
#include "quote.h"
#include "value.h"

void
sj_import_clear(struct sj_import *import)
{
	sj_sysfile_clear(&import->files);
	sj_arena_clear(&import->arena);
}

/* Long lines are cut: the place says where the rest is. */
static void
put_formatted(struct sj_import *import, const char *format, va_list args)
{
	char text[1024];
	int len = vsnprintf(text, sizeof(text), format, args);

	sj_quote_put(import->say, len < 0 ? "" : text);
	(void)fputs(len >= (int)sizeof(text) ? "...\n" : "\n", import->say);
}

void
sj_import_say(struct sj_import *import, const struct sj_import_place *place,
    const char *verb, const char *format, ...)
{
	va_list args;

	sj_quote_put(import->say, place->path);
	if (place->line > 0)
		(void)fprintf(import->say, ":%u", place->line);
	(void)fprintf(import->say, ": %s: ", verb);
	va_start(args, format);
	put_formatted(import, format, args);
	va_end(args);
	if (strcmp(verb, SJ_IMPORT_LOST) == 0)
		import->lost_count++;
}

void
sj_import_note(struct sj_import *import, const char *format, ...)
{
	va_list args;

	(void)fputs("note: ", import->say);
	va_start(args, format);
	put_formatted(import, format, args);
	va_end(args);
}

enum sj_reason
sj_import_load(struct sj_import *import, const char *path, char **ret_text,
    struct sj_fault *fault)
{
	enum sj_reason reason;

	reason = sj_sysfile_load(NULL, path, &import->files, fault);
	if (reason != SJ_OK)
		return reason;
	if (import->files->has_nul)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s holds NUL bytes: it is no text", path);
	*ret_text = import->files->text;
	return SJ_OK;
}

const char *
sj_import_copy(struct sj_import *import, const char *text, size_t len)
{
	const char *copy = sj_arena_copy(&import->arena, text, len);

	if (copy != NULL)
		return copy;
	import->is_short = true;
	return "";
}

const char *
sj_import_printf(struct sj_import *import, const char *format, ...)
{
	SJ_AUTO_FREE char *text = NULL;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0) {
		text = NULL;
		import->is_short = true;
		return "";
	}
	return sj_import_copy(import, text, (size_t)len);
}

void
sj_import_list_add(
    struct sj_import *import, struct sj_import_list *list, const char *item)
{
	if (sj_sysfile_grow(&list->items, list->count, sizeof(*list->items)))
		list->items[list->count++] = item;
	else
		import->is_short = true;
}

bool
sj_import_list_has(const struct sj_import_list *list, const char *item)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (strcmp(list->items[i], item) == 0)
			return true;
	return false;
}

void
sj_import_list_join(struct sj_import *import, struct sj_import_list *list,
    const struct sj_import_list *more)
{
	size_t i;

	for (i = 0; i < more->count; i++)
		sj_import_list_add(import, list, more->items[i]);
}

bool
sj_import_is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

bool
sj_import_is_root(const char *template, const char **ret_why)
{
	const struct sj_template_values values = {
	    .user = "u", .home = "/h", .group = "g"};
	char path[SJ_PATH_SIZE];

	*ret_why = "has control characters";
	if (!sj_import_is_plain(template))
		return false;
	*ret_why = "is no absolute path made of %u, %h and %%, without \"..\"";
	if (!sj_template_is_valid(template) ||
	    sj_template_expand(
		template, &values, SJ_ROOT_MISSING, path, NULL) != SJ_OK)
		return false;
	*ret_why = "is the host's own root, which is no jail";
	return template[strspn(template, "/.")] != '\0';
}

size_t
sj_import_fields(char *line, char **ret_fields, size_t field_count)
{
	size_t count = 0, i;
	bool is_ended = false;

	for (i = 0; i < field_count; i++) {
		ret_fields[i] = line;
		count += !is_ended;
		line += strcspn(line, ":");
		is_ended = is_ended || *line == '\0';
		if (*line == ':')
			*line++ = '\0';
	}
	return count;
}

/* "*" would be everybody. */
bool
sj_import_is_name(const char *text)
{
	return sj_value_is_foreign_name(text) && strcmp(text, "*") != 0;
}

/* The part behind the last slash. */
static bool
is_one_of(const char *shell, const char *const *names)
{
	const char *slash = strrchr(shell, '/');

	shell = slash == NULL ? shell : slash + 1;
	for (; *names != NULL; names++)
		if (strcmp(shell, *names) == 0)
			return true;
	return false;
}

enum sj_reason
sj_import_find_shells(struct sj_import *import, const char *passwd_path,
    const char *const *shells, struct sj_import_list *ret_users,
    struct sj_fault *fault)
{
	struct sj_import_place place = {.path = passwd_path};
	char *cursor, *line, *fields[7];
	enum sj_reason reason;

	reason = sj_import_load(import, passwd_path, &cursor, fault);
	if (reason != SJ_OK)
		return reason;
	while ((line = sj_sysfile_line(&cursor, &place.line)) != NULL) {
		(void)sj_import_fields(line, fields, 7);
		if (!is_one_of(fields[6], shells) || fields[0][0] == '\0')
			continue;
		if (sj_import_is_name(fields[0]))
			sj_import_list_add(import, ret_users, fields[0]);
		else
			sj_import_say(import, &place, SJ_IMPORT_LOST,
			    "%.64s: is no name of a user", fields[0]);
	}
	return SJ_OK;
}
