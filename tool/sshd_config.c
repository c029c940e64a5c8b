/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "sshd_config.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "sshd_words.h"

/* sshd gives up at a depth of 16, too; the other limits bound hostile trees. */
#define INCLUDE_DEPTH_MAX 16u
#define FILE_COUNT_MAX 1024u
#define FAULT_COUNT_MAX 64u

struct reader {
	struct sj_sshd_config *config;
	const char *root;
	const struct sj_sysfile_text *instead;
	unsigned int depth;
	unsigned int file_count;
};

/* Where the line being read stands. */
struct place {
	const char *path;
	unsigned int line;
	int block;
	int parent; /* the block that the whole file stands in */
};

static enum sj_reason read_file(
    struct reader *reader, const char *path, int block, struct sj_fault *fault);

static enum sj_reason
no_memory(struct sj_fault *fault)
{
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM, "sshd_config");
}

static enum sj_reason add_fault(
    struct reader *reader, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum sj_reason
add_fault(
    struct reader *reader, const struct place *place, const char *format, ...)
{
	struct sj_sshd_config *config = reader->config;
	struct sj_sshd_fault *entry;
	va_list args;
	int len;

	if (config->fault_count >= FAULT_COUNT_MAX)
		return SJ_OK;
	if (!sj_sysfile_grow(
		&config->faults, config->fault_count, sizeof(*entry)))
		return no_memory(NULL);
	entry = &config->faults[config->fault_count];
	va_start(args, format);
	len = vasprintf(&entry->what, format, args);
	va_end(args);
	if (len < 0)
		return no_memory(NULL);
	entry->path = place->path;
	entry->line = place->line;
	config->fault_count++;
	return SJ_OK;
}

/* Takes the words over in any case. */
static enum sj_reason
add_block(struct reader *reader, struct place *place, const char **args,
    size_t arg_count)
{
	struct sj_sshd_config *config = reader->config;
	struct sj_sshd_block *block;

	if (!sj_sysfile_grow(
		&config->blocks, config->block_count, sizeof(*block))) {
		free(args);
		return no_memory(NULL);
	}
	block = &config->blocks[config->block_count];
	block->path = place->path;
	block->line = place->line;
	block->args = args;
	block->arg_count = arg_count;
	block->parent = place->parent;
	place->block = (int)config->block_count++;
	return SJ_OK;
}

static enum sj_reason
add_line(struct reader *reader, const struct place *place,
    const struct sj_sshd_line *line)
{
	struct sj_sshd_config *config = reader->config;
	struct sj_sshd_line *entry;

	if (!sj_sysfile_grow(
		&config->lines, config->line_count, sizeof(*entry))) {
		free(line->args);
		return no_memory(NULL);
	}
	entry = &config->lines[config->line_count++];
	*entry = *line;
	entry->path = place->path;
	entry->line = place->line;
	entry->block = place->block;
	return SJ_OK;
}

static enum sj_reason
include_path(struct reader *reader, const struct place *place, const char *path)
{
	struct sj_fault fault = {.reason = SJ_OK};
	enum sj_reason reason;

	if (reader->depth >= INCLUDE_DEPTH_MAX ||
	    reader->file_count >= FILE_COUNT_MAX)
		return add_fault(reader, place,
		    "Include of %s: nested too deep, or a file that includes "
		    "itself",
		    path);
	reader->depth++;
	reason = read_file(reader, path, place->block, &fault);
	reader->depth--;
	if (reason != SJ_OK && fault.sys_errno != ENOMEM)
		return add_fault(reader, place, "Include: %s", fault.where);
	return reason;
}

/* A pattern that matches nothing is no fault: sshd_config(5). */
static enum sj_reason
include_pattern(
    struct reader *reader, const struct place *place, const char *pattern)
{
	SJ_AUTO_FREE char *full = NULL;
	size_t i, root_len = strlen(reader->root);
	enum sj_reason reason = SJ_OK;
	glob_t found;

	if (asprintf(&full, "%s%s%s", reader->root,
		*pattern == '/' ? "" : SJ_SYSCONFDIR "/ssh/", pattern) < 0) {
		full = NULL;
		return no_memory(NULL);
	}
	switch (glob(full, 0, NULL, &found)) {
	case 0:
		break;
	case GLOB_NOMATCH:
		return SJ_OK;
	case GLOB_NOSPACE:
		return no_memory(NULL);
	default:
		return add_fault(
		    reader, place, "Include: can't expand %s", pattern);
	}
	for (i = 0; i < found.gl_pathc && reason == SJ_OK; i++)
		reason =
		    include_path(reader, place, found.gl_pathv[i] + root_len);
	globfree(&found);
	return reason;
}

static enum sj_reason
include_all(struct reader *reader, const struct place *place,
    const char *const *patterns)
{
	enum sj_reason reason = SJ_OK;

	for (; *patterns != NULL && reason == SJ_OK; patterns++)
		reason = include_pattern(reader, place, *patterns);
	return reason;
}

static enum sj_reason
read_line(struct reader *reader, struct place *place, char *text)
{
	struct sj_sshd_line line = {.block = SJ_SSHD_GLOBAL};
	enum sj_reason reason;

	switch (sj_sshd_words_split(text, &line)) {
	case SJ_SSHD_WORDS_EMPTY:
		return SJ_OK;
	case SJ_SSHD_WORDS_NO_ARGUMENT:
		return add_fault(
		    reader, place, "%s has no argument", line.keyword);
	case SJ_SSHD_WORDS_QUOTES:
		return add_fault(reader, place,
		    "%s: a quotation mark is not closed", line.keyword);
	case SJ_SSHD_WORDS_NO_MEMORY:
		return no_memory(NULL);
	case SJ_SSHD_WORDS_OK:
		break;
	}
	if (strcmp(line.keyword, "match") == 0)
		return add_block(reader, place, line.args, line.arg_count);
	if (strcmp(line.keyword, "include") != 0)
		return add_line(reader, place, &line);
	reason = include_all(reader, place, line.args);
	free(line.args);
	return reason;
}

/* A Match in an included file ends with that file (servconf.c). */
static enum sj_reason
read_file(
    struct reader *reader, const char *path, int block, struct sj_fault *fault)
{
	struct place place = {.block = block, .parent = block};
	enum sj_reason reason;
	char *cursor, *text;

	reason = sj_sysfile_load_instead(
	    reader->root, path, reader->instead, &reader->config->files, fault);
	if (reason != SJ_OK)
		return reason;
	reader->file_count++;
	place.path = reader->config->files->path;
	cursor = reader->config->files->text;
	while ((text = sj_sysfile_line(&cursor, &place.line)) != NULL) {
		reason = read_line(reader, &place, text);
		if (reason != SJ_OK)
			return no_memory(fault);
	}
	return SJ_OK;
}

enum sj_reason
sj_sshd_config_load_instead(const char *root,
    const struct sj_sysfile_text *instead, struct sj_sshd_config *ret_config,
    struct sj_fault *fault)
{
	struct reader reader = {.config = ret_config,
	    .root = root == NULL ? "" : root,
	    .instead = instead};
	struct sj_fault first = {.reason = SJ_OK};
	enum sj_reason reason;

	memset(ret_config, 0, sizeof(*ret_config));
	ret_config->path = SJ_SYSCONFDIR "/ssh/sshd_config";
	reason = read_file(&reader, ret_config->path, SJ_SSHD_GLOBAL, &first);
	if (reason == SJ_OK)
		return SJ_OK;
	if (first.sys_errno == ENOENT &&
	    read_file(&reader, "/usr/etc/ssh/sshd_config", SJ_SSHD_GLOBAL,
		fault) == SJ_OK) {
		ret_config->path = "/usr/etc/ssh/sshd_config";
		return SJ_OK;
	}
	if (fault != NULL)
		*fault = first;
	return reason;
}

enum sj_reason
sj_sshd_config_load(
    const char *root, struct sj_sshd_config *ret_config, struct sj_fault *fault)
{
	return sj_sshd_config_load_instead(root, NULL, ret_config, fault);
}

enum sj_reason
sj_sshd_config_load_file(
    const char *path, struct sj_sshd_config *ret_config, struct sj_fault *fault)
{
	struct reader reader = {.config = ret_config, .root = ""};

	memset(ret_config, 0, sizeof(*ret_config));
	ret_config->path = path;
	return read_file(&reader, path, SJ_SSHD_GLOBAL, fault);
}

void
sj_sshd_config_clear(struct sj_sshd_config *config)
{
	size_t i;

	for (i = 0; i < config->line_count; i++)
		free(config->lines[i].args);
	for (i = 0; i < config->block_count; i++)
		free(config->blocks[i].args);
	for (i = 0; i < config->fault_count; i++)
		free(config->faults[i].what);
	free(config->lines);
	free(config->blocks);
	free(config->faults);
	sj_sysfile_clear(&config->files);
	memset(config, 0, sizeof(*config));
}

const struct sj_sshd_line *
sj_sshd_config_find(const struct sj_sshd_config *config, const char *keyword)
{
	size_t i;

	for (i = 0; i < config->line_count; i++)
		if (config->lines[i].block == SJ_SSHD_GLOBAL &&
		    strcasecmp(config->lines[i].keyword, keyword) == 0)
			return &config->lines[i];
	return NULL;
}

const struct sj_sshd_line *
sj_sshd_config_subsystem(const struct sj_sshd_config *config, const char *name)
{
	const struct sj_sshd_line *line;
	size_t i;

	for (i = 0; i < config->line_count; i++) {
		line = &config->lines[i];
		if (line->block == SJ_SSHD_GLOBAL &&
		    strcmp(line->keyword, "subsystem") == 0 &&
		    strcmp(line->args[0], name) == 0)
			return line;
	}
	return NULL;
}
