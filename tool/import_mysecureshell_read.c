/* SPDX-License-Identifier: ISC */
/*
 * Reads sftp_config: tags of one level, lines of words.  A later line of a
 * scope counts more than an earlier one; a tag inside another alone decides.
 */
#include "import_mysecureshell.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "value.h"

#define INCLUDE_DEPTH_MAX 10u
#define TAG_DEPTH_MAX 16u
#define WORD_MAX 8u
#define BLANKS " \t\r\f\v"

struct reader {
	struct sj_import *import;
	struct sj_mss_config *config;
	size_t open[TAG_DEPTH_MAX]; /* scopes */
	size_t depth;
	unsigned int include_depth;
};

static enum sj_reason read_file(
    struct reader *reader, const char *path, struct sj_fault *fault);

static void
lose(struct reader *reader, const struct sj_import_place *place,
    const char *text, const char *why)
{
	sj_import_say(
	    reader->import, place, SJ_IMPORT_LOST, "%.128s: %s", text, why);
}

/* Where the scope of that kind and name is, or SJ_TABLE_NONE. */
static bool
is_scope(const void *array, uint32_t index, const void *key)
{
	const struct sj_mss_scope *scopes = array, *scope = key;

	return scopes[index].kind == scope->kind &&
	       strcmp(scopes[index].name, scope->name) == 0;
}

static size_t
find_scope(struct reader *reader, const struct sj_mss_scope *scope)
{
	struct sj_mss_config *config = reader->config;
	uint32_t hash =
	    sj_table_hash_string(scope->name) + (uint32_t)scope->kind;
	uint32_t at = sj_table_find(
	    &config->scope_table, hash, is_scope, config->scopes, scope);

	if (at != SJ_TABLE_NONE)
		return at;
	if (!sj_sysfile_grow(&config->scopes, config->scope_count,
		sizeof(*config->scopes)) ||
	    !sj_table_add(
		&config->scope_table, hash, (uint32_t)config->scope_count)) {
		reader->import->is_short = true;
		return 0;
	}
	config->scopes[config->scope_count] = *scope;
	return config->scope_count++;
}

static char *
trim(char *text)
{
	size_t len;

	text += strspn(text, BLANKS);
	for (len = strlen(text); len > 0; len--)
		if (strchr(BLANKS, text[len - 1]) == NULL)
			break;
	text[len] = '\0';
	return text;
}

static void
open_scope(struct reader *reader, struct sj_mss_scope *scope, const char *tag)
{
	static const char *const kinds[] = {
	    [SJ_MSS_USER] = "User", [SJ_MSS_GROUP] = "Group"};

	scope->kind = SJ_MSS_OTHER;
	if (strcasecmp(tag, kinds[SJ_MSS_USER]) == 0)
		scope->kind = SJ_MSS_USER;
	else if (strcasecmp(tag, kinds[SJ_MSS_GROUP]) == 0)
		scope->kind = SJ_MSS_GROUP;
	else if (strcasecmp(tag, "Default") == 0 || scope->name[0] == '\0')
		scope->kind = SJ_MSS_EVERYBODY;
	if (scope->kind != SJ_MSS_OTHER && strcmp(scope->name, "*") == 0)
		scope->kind = SJ_MSS_EVERYBODY;
	if (scope->kind == SJ_MSS_EVERYBODY)
		scope->name = "";
	else if (reader->depth > 0 && reader->open[reader->depth - 1] != 0) {
		lose(reader, &scope->place, tag,
		    "a tag inside another: no jail is made of its lines");
		scope->kind = SJ_MSS_OTHER;
	} else if (scope->kind == SJ_MSS_OTHER)
		lose(reader, &scope->place, tag,
		    "a jail is chosen by user and group only: no jail is made "
		    "of its lines");
	else if (!sj_value_is_foreign_name(scope->name)) {
		lose(reader, &scope->place, tag, "has what is no name");
		scope->kind = SJ_MSS_OTHER;
	}
	if (scope->kind == SJ_MSS_OTHER)
		scope->name = "";
	reader->open[reader->depth++] = find_scope(reader, scope);
}

/* "<User bob>", without its brackets. */
static void
take_tag(struct reader *reader, const struct sj_import_place *place, char *tag)
{
	struct sj_mss_scope scope = {
	    .place = *place, .first = SIZE_MAX, .last = SIZE_MAX};
	char *name;

	tag = trim(tag);
	if (*tag == '/') {
		if (reader->depth > 0)
			reader->depth--;
		else
			lose(reader, place, tag, "closes what is not open");
		return;
	}
	if (reader->depth == TAG_DEPTH_MAX) {
		lose(reader, place, tag, "stands too deep");
		return;
	}
	name = tag + strcspn(tag, BLANKS);
	if (*name != '\0')
		*name++ = '\0';
	scope.name = trim(name);
	open_scope(reader, &scope, tag);
}

/* Words without their quotation marks and backslashes; "=" is none. */
static size_t
split(char *line, const char **ret_words)
{
	size_t count = 0;
	char *to, quote;

	while (*(line += strspn(line, BLANKS)) != '\0' && count < WORD_MAX) {
		ret_words[count] = to = line;
		for (quote = '\0'; *line != '\0'; line++) {
			if (quote == '\0' && strchr(BLANKS, *line) != NULL)
				break;
			if (quote == '\0' && strchr("'\"", *line) != NULL)
				quote = *line;
			else if (quote != '\0' && *line == quote)
				quote = '\0';
			else if (*line != '\\' || line[1] == '\0')
				*to++ = *line;
			else
				*to++ = *++line;
		}
		if (*line != '\0')
			line++;
		*to = '\0';
		if (strcmp(ret_words[count], "=") != 0 &&
		    *ret_words[count] != '\0')
			count++;
	}
	ret_words[count] = NULL;
	return count;
}

static void
add_setting(struct reader *reader, const struct sj_mss_setting *setting)
{
	struct sj_mss_config *config = reader->config;
	struct sj_mss_scope *scope =
	    &config
		 ->scopes[reader->depth == 0 ? 0
					     : reader->open[reader->depth - 1]];
	size_t at = config->setting_count;

	if (!sj_sysfile_grow(&config->settings, at, sizeof(*setting))) {
		reader->import->is_short = true;
		return;
	}
	config->settings[at] = *setting;
	config->settings[at].next = SIZE_MAX;
	if (scope->first == SIZE_MAX)
		scope->first = at;
	else
		config->settings[scope->last].next = at;
	scope->last = at;
	config->setting_count++;
}

static void
include(struct reader *reader, const struct sj_import_place *place,
    const char *path)
{
	struct sj_fault fault = {.reason = SJ_OK};

	if (reader->include_depth >= INCLUDE_DEPTH_MAX)
		lose(reader, place, "Include", "stands too deep");
	else if (read_file(reader, path, &fault) != SJ_OK)
		lose(reader, place, "Include", fault.where);
}

static bool
is_in_other(const struct reader *reader)
{
	return reader->depth > 0 &&
	       reader->config->scopes[reader->open[reader->depth - 1]].kind ==
		   SJ_MSS_OTHER;
}

static void
take_line(
    struct reader *reader, const struct sj_import_place *place, char *line)
{
	struct sj_mss_setting setting = {.place = *place};
	const char *words[WORD_MAX + 1];
	size_t len;

	line[strcspn(line, "#")] = '\0';
	line = trim(line);
	len = strlen(line);
	if (len == 0)
		return;
	if (*line == '<') {
		if (line[len - 1] != '>') {
			lose(reader, place, line, "has no '>'");
			return;
		}
		line[len - 1] = '\0';
		take_tag(reader, place, line + 1);
	} else if (!is_in_other(reader) && split(line, words) > 0) {
		if (strcmp(words[0], "Include") == 0 && words[1] != NULL)
			include(reader, place, words[1]);
		else if (sj_import_mysecureshell_value(
			     reader->import, place, words, &setting))
			add_setting(reader, &setting);
	}
}

static enum sj_reason
read_file(struct reader *reader, const char *path, struct sj_fault *fault)
{
	struct sj_import_place place = {path, 0};
	enum sj_reason reason;
	char *cursor, *line;

	reason = sj_import_load(reader->import, path, &cursor, fault);
	if (reason != SJ_OK)
		return reason;
	reader->include_depth++;
	while ((line = sj_sysfile_line(&cursor, &place.line)) != NULL)
		take_line(reader, &place, line);
	reader->include_depth--;
	return SJ_OK;
}

enum sj_reason
sj_import_mysecureshell_load(struct sj_import *import, const char *path,
    struct sj_mss_config *ret_config, struct sj_fault *fault)
{
	struct reader reader = {.import = import, .config = ret_config};
	struct sj_mss_scope everybody = {.kind = SJ_MSS_EVERYBODY,
	    .name = "",
	    .place = {path, 0},
	    .first = SIZE_MAX,
	    .last = SIZE_MAX};

	memset(ret_config, 0, sizeof(*ret_config));
	(void)find_scope(&reader, &everybody);
	if (ret_config->scope_count == 0)
		return SJ_OK; /* memory is short */
	return read_file(&reader, path, fault);
}

void
sj_import_mysecureshell_clear(struct sj_mss_config *config)
{
	free(config->scopes);
	free(config->settings);
	sj_table_clear(&config->scope_table);
}
