/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE

/* Our three lines in the PAM service of sshd; all else keeps its bytes. */

#include "setup.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "cleanup.h"
#include "pam_line.h"

#define MODULE "pam_sftpjail.so"
#define SERVICE "sshd"

/* What is wrong with a stack, or a text for its file, goes into the report. */
static void
judge(const struct sj_pam_stack *stack, struct sj_report *report)
{
	const struct sj_check_pam_facts facts = {
	    .service = SERVICE, .is_sshd = true};

	sj_check_pam_stack(report, stack, &facts);
}

static void
judge_text(const struct sj_setup_facts *facts, const struct sj_setup_file *file,
    const char *text, struct sj_report *report)
{
	const struct sj_sysfile_text instead = {file->path, text};
	struct sj_pam_stack stack;

	if (sj_pam_stack_load_instead(
		facts->root, SERVICE, &instead, &stack, NULL) == SJ_OK)
		judge(&stack, report);
	else
		report->is_short = true;
	sj_pam_stack_clear(&stack);
}

static bool
is_right(const struct sj_pam_stack *stack)
{
	struct sj_report report = {.count = 0};
	bool is_good;

	judge(stack, &report);
	is_good = !report.is_short && sj_report_count(&report, SJ_ERROR) == 0;
	sj_report_clear(&report);
	return is_good;
}

/* The last line of the one that begins at number: it may be continued. */
static unsigned int
end_of_line(const char *text, unsigned int number)
{
	SJ_AUTO_FREE char *copy = strdup(text);
	unsigned int line = 0, first = 0;
	char *cursor = copy;

	while (copy != NULL && first < number &&
	       sj_pam_line_next(&cursor, &line, &first) != NULL)
		continue;
	return copy != NULL && first == number ? line : number;
}

/* Where in the file the stack of this type begins and ends; 0: nowhere. */
static void
find_ends(const struct sj_pam_stack *stack, enum sj_pam_type type,
    unsigned int *ret_first, unsigned int *ret_last)
{
	size_t i;

	*ret_first = *ret_last = 0;
	for (i = 0; i < stack->entry_count; i++) {
		if (stack->entries[i].type != type)
			continue;
		if (*ret_first == 0)
			*ret_first = stack->entries[i].own_line;
		*ret_last = stack->entries[i].own_line;
	}
}

static bool
has_our_line(const struct sj_pam_stack *stack, enum sj_pam_type type)
{
	size_t i;

	for (i = 0; i < stack->entry_count; i++)
		if (stack->entries[i].type == type &&
		    sj_pam_entry_is(&stack->entries[i], MODULE))
			return true;
	return false;
}

/*
 * Auth and account first of all, so that nothing before them can end the stack
 * or jump over them; session last.
 */
static void
add_line(const struct sj_setup_facts *facts, const struct sj_setup_file *file,
    const struct sj_pam_stack *stack, enum sj_pam_type type,
    struct sj_setup_lines *lines)
{
	bool is_last = type == SJ_PAM_SESSION;
	bool is_rescued = type != SJ_PAM_AUTH && facts->rescue != NULL;
	unsigned int first, last;

	if (has_our_line(stack, type))
		return;
	find_ends(stack, type, &first, &last);
	/* No line of its own: ours alone would change what "other" decides. */
	if (first == 0)
		return;
	sj_setup_lines_add(lines, is_last ? SJ_SETUP_AFTER : SJ_SETUP_BEFORE,
	    is_last ? end_of_line(file->old, last) : first,
	    "%-10s required     " MODULE "%s%s", sj_pam_type_name(type),
	    is_rescued ? " rescue=" : "", is_rescued ? facts->rescue : "");
}

/* The stack once more, so that line numbers are those of the text edited. */
static void
edit(const struct sj_setup_facts *facts, const struct sj_setup_file *file,
    struct sj_setup_lines *lines)
{
	const struct sj_sysfile_text instead = {file->path, file->old};
	struct sj_pam_stack stack;

	if (sj_pam_stack_load_instead(
		facts->root, SERVICE, &instead, &stack, NULL) == SJ_OK) {
		add_line(facts, file, &stack, SJ_PAM_AUTH, lines);
		add_line(facts, file, &stack, SJ_PAM_ACCOUNT, lines);
		add_line(facts, file, &stack, SJ_PAM_SESSION, lines);
	} else {
		lines->is_short = true;
	}
	sj_pam_stack_clear(&stack);
}

static void
plan(const struct sj_setup_facts *facts, struct sj_setup_file *file,
    struct sj_report *refused)
{
	struct sj_setup_lines lines = {.count = 0};
	size_t before = refused->count;
	char *new;

	if (strchr(file->old, '\r') != NULL) {
		sj_report_add(refused, &sj_setup_unsure, file->path, 0,
		    "has carriage returns, which libpam takes for a part of "
		    "the words");
		sj_report_fix(refused, "sed -i 's/\\r$//' %s", file->path);
		return;
	}
	edit(facts, file, &lines);
	new = sj_setup_file_make(file, &lines, refused);
	if (new != NULL)
		judge_text(facts, file, new, refused);
	if (refused->count == before && !refused->is_short)
		file->new = new;
	else
		free(new);
	sj_setup_lines_clear(&lines);
}

static void
refuse_missing(const struct sj_setup_file *file, const char *what,
    const char *path, struct sj_report *refused)
{
	sj_report_add(refused, &sj_setup_missing, file->path, 0, "%s", what);
	if (path != NULL)
		sj_report_fix(refused, "cp -a %s %s", path, file->path);
}

void
sj_setup_pam(const struct sj_setup_facts *facts, struct sj_setup_file *file,
    struct sj_report *refused)
{
	struct sj_pam_stack stack;
	struct sj_fault fault;

	if (sj_pam_stack_load(facts->root, SERVICE, &stack, &fault) != SJ_OK)
		refuse_missing(file, fault.where, NULL, refused);
	else if (stack.is_other)
		refuse_missing(file,
		    "PAM has no service " SERVICE ": is sshd installed, and "
		    "built with PAM?",
		    NULL, refused);
	else if (is_right(&stack))
		;
	else if (strcmp(stack.path, file->path) != 0)
		refuse_missing(file,
		    "the service is a file of the distribution that an update "
		    "replaces",
		    stack.path, refused);
	else if (sj_setup_file_read(facts, file, refused))
		plan(facts, file, refused);
	sj_pam_stack_clear(&stack);
}
