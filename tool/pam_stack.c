/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "pam_stack.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "pam_line.h"

/* libpam's own limit; the others bound files that include each other. */
#define INCLUDE_DEPTH_MAX 16u
#define FILE_COUNT_MAX 512u
#define ENTRY_COUNT_MAX 4096u
#define FAULT_COUNT_MAX 64u

#define ANY_TYPE SJ_PAM_TYPE_COUNT

struct reader {
	struct sj_pam_stack *stack;
	const char *root;
	const struct sj_sysfile_text *instead;
	unsigned int own_line; /* of the service's file; 0 behind it */
	unsigned int depth;
	unsigned int file_count;
	bool is_short; /* of memory */
};

/* What the line being read is part of. */
struct place {
	const char *path;
	unsigned int line;
	unsigned int level;
	int type; /* enum sj_pam_type, others are skipped; or ANY_TYPE */
};

static enum sj_reason read_name(
    struct reader *reader, const char *name, struct place *place);

const char *
sj_pam_type_name(enum sj_pam_type type)
{
	static const char *const names[SJ_PAM_TYPE_COUNT] = {
	    "auth", "account", "session", "password"};

	return names[type];
}

static void add_fault(struct reader *reader, const struct place *place,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

static void
add_fault(
    struct reader *reader, const struct place *place, const char *format, ...)
{
	struct sj_pam_stack *stack = reader->stack;
	struct sj_pam_fault *entry;
	va_list args;
	int len;

	if (stack->fault_count >= FAULT_COUNT_MAX)
		return;
	if (!sj_sysfile_grow(
		&stack->faults, stack->fault_count, sizeof(*entry))) {
		reader->is_short = true;
		return;
	}
	entry = &stack->faults[stack->fault_count];
	va_start(args, format);
	len = vasprintf(&entry->what, format, args);
	va_end(args);
	if (len < 0) {
		reader->is_short = true;
		return;
	}
	entry->path = place->path;
	entry->line = place->line;
	stack->fault_count++;
}

static struct sj_pam_entry *
add_entry(struct reader *reader, const struct place *place, int type)
{
	struct sj_pam_stack *stack = reader->stack;
	struct sj_pam_entry *entry;

	if (stack->entry_count >= ENTRY_COUNT_MAX) {
		add_fault(reader, place, "too many lines are included");
		return NULL;
	}
	if (!sj_sysfile_grow(
		&stack->entries, stack->entry_count, sizeof(*entry))) {
		reader->is_short = true;
		return NULL;
	}
	entry = &stack->entries[stack->entry_count++];
	memset(entry, 0, sizeof(*entry));
	entry->path = place->path;
	entry->line = place->line;
	entry->own_line = reader->own_line;
	entry->level = place->level;
	entry->type = (enum sj_pam_type)type;
	entry->control = "";
	entry->module = "";
	return entry;
}

/* The line will fail whenever it is reached. */
static void
add_broken(struct reader *reader, const struct place *place, int type)
{
	struct sj_pam_entry *entry;

	/* A missing @include has no type: libpam drops the whole service. */
	if (type == ANY_TYPE)
		return;
	entry = add_entry(reader, place, type);
	if (entry == NULL)
		return;
	entry->is_broken = true;
	(void)sj_pam_line_control("required", entry->actions);
}

static void
take_args(struct reader *reader, struct sj_pam_entry *entry, char *text)
{
	char *word;

	if (!sj_sysfile_grow(&entry->args, 0, sizeof(*entry->args))) {
		reader->is_short = true;
		return;
	}
	entry->args[0] = NULL;
	while ((word = sj_pam_line_word(&text)) != NULL) {
		if (!sj_sysfile_grow(&entry->args, entry->arg_count + 1,
			sizeof(*entry->args))) {
			reader->is_short = true;
			return;
		}
		entry->args[entry->arg_count++] = word;
		entry->args[entry->arg_count] = NULL;
	}
}

static void
read_include(struct reader *reader, struct place *place, const char *name,
    int type, bool is_substack)
{
	struct place inner = {.type = type, .level = place->level};
	struct sj_pam_entry *entry;
	bool is_deep = reader->depth >= INCLUDE_DEPTH_MAX ||
		       reader->file_count >= FILE_COUNT_MAX;

	if (is_substack) {
		entry = add_entry(reader, place, type);
		if (entry == NULL)
			return;
		entry->is_substack = true;
		entry->control = "substack";
		entry->module = name == NULL ? "" : name;
		inner.level++;
	}
	if (name == NULL)
		add_fault(reader, place, "include without a name");
	else if (is_deep)
		add_fault(reader, place,
		    "%s is included too deep, or includes itself", name);
	if (name == NULL || is_deep) {
		add_broken(reader, place, type);
		return;
	}
	reader->depth++;
	if (read_name(reader, name, &inner) != SJ_OK) {
		add_fault(reader, place, "there is no %s to include", name);
		add_broken(reader, place, type);
	}
	reader->depth--;
}

/* The type of the line, ANY_TYPE for @include, -1 for anything else. */
static int
type_of(const char *word, const struct place *place)
{
	int type;

	for (type = 0; type < SJ_PAM_TYPE_COUNT; type++)
		if (strcasecmp(
			word, sj_pam_type_name((enum sj_pam_type)type)) == 0)
			return type;
	return strcasecmp(word, "@include") == 0 ? place->type : -1;
}

/* What stands behind the type: control, module, arguments. */
static void
read_module(struct reader *reader, struct place *place, int type, char *text)
{
	struct sj_pam_entry *entry;
	const char *control = sj_pam_line_word(&text), *module;
	int actions[SJ_PAM_RETURN_COUNT];
	enum sj_pam_control kind;

	if (control == NULL) {
		add_fault(reader, place, "there is no control value");
		add_broken(reader, place, type);
		return;
	}
	kind = sj_pam_line_control(control, actions);
	module = sj_pam_line_word(&text);
	if (kind == SJ_PAM_CONTROL_INCLUDE || kind == SJ_PAM_CONTROL_SUBSTACK) {
		read_include(reader, place, module, type,
		    kind == SJ_PAM_CONTROL_SUBSTACK);
		return;
	}
	if (kind == SJ_PAM_CONTROL_BAD)
		add_fault(reader, place,
		    "the control value \"%s\" is not understood", control);
	if (module == NULL)
		add_fault(reader, place, "there is no module");
	entry = add_entry(reader, place, type);
	if (entry == NULL)
		return;
	memcpy(entry->actions, actions, sizeof(actions));
	entry->control = control;
	entry->module = module == NULL ? "" : module;
	entry->is_broken = module == NULL;
	take_args(reader, entry, text);
}

static void
read_line(struct reader *reader, struct place *place, char *text)
{
	size_t count = reader->stack->entry_count;
	char *word = sj_pam_line_word(&text);
	bool is_silent = word != NULL && *word == '-';
	int type;

	if (word == NULL)
		return;
	type = type_of(word + is_silent, place);
	if (type < 0) {
		add_fault(reader, place, "\"%s\" is no type", word);
		add_broken(reader, place,
		    place->type == ANY_TYPE ? SJ_PAM_AUTH : place->type);
		return;
	}
	if (place->type != ANY_TYPE && type != place->type)
		return;
	if (strcasecmp(word + is_silent, "@include") == 0)
		read_include(
		    reader, place, sj_pam_line_word(&text), type, false);
	else
		read_module(reader, place, type, text);
	if (is_silent && reader->stack->entry_count == count + 1)
		reader->stack->entries[count].is_silent = true;
}

/* Takes the newest file of the list apart. */
static void
read_text(struct reader *reader, struct place *place)
{
	struct sj_sysfile *file = reader->stack->files;
	unsigned int line = 0;
	char *cursor = file->text, *text;

	place->path = file->path;
	while (
	    (text = sj_pam_line_next(&cursor, &line, &place->line)) != NULL) {
		if (reader->depth == 0)
			reader->own_line = place->line;
		read_line(reader, place, text);
	}
}

/*
 * Looks the name up as libpam does and reads it; place says for which type
 * and at which level.  Its path and line are then those of the file.
 */
static enum sj_reason
read_name(struct reader *reader, const char *name, struct place *place)
{
	static const char *const dirs[] = {SJ_SYSCONFDIR "/pam.d/",
	    "/usr/lib/pam.d/", "/usr/share/pam.d/", "/usr/etc/pam.d/"};
	SJ_AUTO_FREE char *path = NULL;
	size_t i, count = *name == '/' ? 1 : sizeof(dirs) / sizeof(dirs[0]);

	for (i = 0; i < count; i++) {
		free(path);
		if (asprintf(&path, "%s%s", *name == '/' ? "" : dirs[i], name) <
		    0) {
			path = NULL;
			reader->is_short = true;
			return SJ_SYSTEM_ERROR;
		}
		if (sj_sysfile_load_instead(reader->root, path, reader->instead,
			&reader->stack->files, NULL) != SJ_OK)
			continue;
		reader->file_count++;
		read_text(reader, place);
		return SJ_OK;
	}
	return SJ_SYSTEM_ERROR;
}

static bool
has_type(const struct sj_pam_stack *stack, int type)
{
	size_t i;

	for (i = 0; i < stack->entry_count; i++)
		if ((int)stack->entries[i].type == type)
			return true;
	return false;
}

/*
 * "other" answers for each type that the service has no line of.  Passwords
 * are never changed by a login of ours.
 */
static void
read_other(struct reader *reader)
{
	struct place place = {.level = 0};
	int type;

	/* Its lines count as included: they are not the service's own. */
	reader->own_line = 0;
	reader->depth = 1;
	for (type = 0; type < SJ_PAM_PASSWORD; type++) {
		place.type = type;
		if (has_type(reader->stack, type))
			continue;
		if (read_name(reader, "other", &place) != SJ_OK)
			return;
		if (reader->stack->path == NULL)
			reader->stack->path = place.path;
	}
}

enum sj_reason
sj_pam_stack_load_instead(const char *root, const char *service,
    const struct sj_sysfile_text *instead, struct sj_pam_stack *ret_stack,
    struct sj_fault *fault)
{
	struct reader reader = {
	    .stack = ret_stack, .root = root, .instead = instead};
	struct place place = {.type = ANY_TYPE};

	memset(ret_stack, 0, sizeof(*ret_stack));
	ret_stack->is_other = *service == '\0' ||
			      strchr(service, '/') != NULL ||
			      read_name(&reader, service, &place) != SJ_OK;
	if (!ret_stack->is_other)
		ret_stack->path = place.path;
	read_other(&reader);
	if (reader.is_short)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, ENOMEM, "PAM service %s", service);
	if (ret_stack->path == NULL)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOENT,
		    SJ_SYSCONFDIR "/pam.d/%s", service);
	return SJ_OK;
}

enum sj_reason
sj_pam_stack_load(const char *root, const char *service,
    struct sj_pam_stack *ret_stack, struct sj_fault *fault)
{
	return sj_pam_stack_load_instead(root, service, NULL, ret_stack, fault);
}

void
sj_pam_stack_clear(struct sj_pam_stack *stack)
{
	size_t i;

	for (i = 0; i < stack->entry_count; i++)
		free(stack->entries[i].args);
	for (i = 0; i < stack->fault_count; i++)
		free(stack->faults[i].what);
	free(stack->entries);
	free(stack->faults);
	sj_sysfile_clear(&stack->files);
	memset(stack, 0, sizeof(*stack));
}

bool
sj_pam_entry_is(const struct sj_pam_entry *entry, const char *module)
{
	const char *slash = strrchr(entry->module, '/');
	const char *base = slash == NULL ? entry->module : slash + 1;
	size_t len = strlen(module);

	/* A carriage return at the end of the line is part of the word. */
	return !entry->is_substack && strncmp(base, module, len) == 0 &&
	       strcmp(base + len + strspn(base + len, "\r"), "") == 0;
}
