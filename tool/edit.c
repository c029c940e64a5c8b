/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "edit.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "edit_scan.h"
#include "edit_value.h"
#include "stream.h"

static const char first_lines[] =
    "# This file belongs to sftpjail(8): its commands user, group, key and "
    "passwd\n"
    "# edit it.  What is written by hand belongs in another file of this "
    "directory.\n";

void
sj_edit_clear(struct sj_edit *edit)
{
	free(edit->text);
	memset(edit, 0, sizeof(*edit));
}

static enum sj_reason
no_memory(struct sj_fault *fault)
{
	return sj_fault_set(
	    fault, SJ_SYSTEM_ERROR, ENOMEM, "editing the configuration");
}

static enum sj_reason
not_followed(struct sj_fault *fault)
{
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
	    "the file with the users is not in a form that can be edited");
}

enum sj_reason
sj_edit_init(struct sj_edit *ret_edit, const char *text, size_t len,
    struct sj_fault *fault)
{
	if (text == NULL) {
		text = first_lines;
		len = sizeof(first_lines) - 1;
	}
	ret_edit->text = malloc(len + 1);
	if (ret_edit->text == NULL)
		return no_memory(fault);
	memcpy(ret_edit->text, text, len);
	ret_edit->text[len] = '\0';
	ret_edit->len = len;
	ret_edit->is_changed = false;
	return SJ_OK;
}

/* Puts text in the place of a span. */
static enum sj_reason
replace(struct sj_edit *edit, const struct sj_edit_span *span, const char *text,
    struct sj_fault *fault)
{
	size_t text_len = strlen(text), tail_len = edit->len - span->end_off;
	size_t len = span->start_off + text_len + tail_len;
	char *bigger;

	if (len == edit->len &&
	    memcmp(edit->text + span->start_off, text, text_len) == 0)
		return SJ_OK;
	bigger = malloc(len + 1);
	if (bigger == NULL)
		return no_memory(fault);
	memcpy(bigger, edit->text, span->start_off);
	memcpy(bigger + span->start_off, text, text_len);
	memcpy(bigger + span->start_off + text_len, edit->text + span->end_off,
	    tail_len);
	bigger[len] = '\0';
	free(edit->text);
	edit->text = bigger;
	edit->len = len;
	edit->is_changed = true;
	return SJ_OK;
}

static enum sj_reason
insert(
    struct sj_edit *edit, size_t off, const char *text, struct sj_fault *fault)
{
	const struct sj_edit_span span = {off, off};

	return replace(edit, &span, text, fault);
}

/*
 * The blanks and the line end that go with what is taken out: from the line's
 * start if nothing stands before it, up to the next line.
 */
static struct sj_edit_span
widen(const struct sj_edit *edit, struct sj_edit_span span)
{
	size_t start = span.start_off, end = span.end_off;

	while (end < edit->len && strchr(" \t", edit->text[end]) != NULL)
		end++;
	while (start > 0 && strchr(" \t", edit->text[start - 1]) != NULL)
		start--;
	if (end < edit->len && edit->text[end] == '\n' &&
	    (start == 0 || edit->text[start - 1] == '\n'))
		return (struct sj_edit_span){start, end + 1};
	return span;
}

/* name = value; in body.  Without a value the setting is taken out. */
static enum sj_reason
set(struct sj_edit *edit, const struct sj_edit_span *body, const char *name,
    const char *value, struct sj_fault *fault)
{
	SJ_AUTO_FREE char *text = NULL;
	struct sj_edit_found found;
	struct sj_edit_span span;
	bool is_top = body->start_off == 0;

	if (!sj_edit_scan_setting(edit->text, body, name, &found))
		return not_followed(fault);
	if (found.is_found && value != NULL)
		return replace(edit, &found.setting.value, value, fault);
	if (found.is_found) {
		span = widen(edit, found.setting.whole);
		/* The blank line that a new setting of the top gets. */
		if (is_top && span.start_off >= 2 &&
		    span.end_off == edit->len &&
		    memcmp(edit->text + span.start_off - 2, "\n\n", 2) == 0)
			span.start_off--;
		return replace(edit, &span, "", fault);
	}
	if (value == NULL)
		return SJ_OK;
	/* At the end of the text, behind comments, or of the group. */
	if (asprintf(&text, "%s\n%s%s = %s;%s",
		found.is_last_terminated ? "" : ";", is_top ? "" : "\t\t", name,
		value, is_top ? "\n" : "") < 0) {
		text = NULL;
		return no_memory(fault);
	}
	return insert(edit,
	    is_top && found.is_last_terminated ? edit->len : found.last_off,
	    text, fault);
}

static enum sj_reason
find_list(const struct sj_edit *edit, const char *list,
    struct sj_edit_found *ret_found, struct sj_fault *fault)
{
	const struct sj_edit_span all = {0, edit->len};

	return sj_edit_scan_setting(edit->text, &all, list, ret_found)
		   ? SJ_OK
		   : not_followed(fault);
}

/* list[index]; it must be there. */
static enum sj_reason
find_element(const struct sj_edit *edit, const char *list, uint32_t index,
    struct sj_edit_element *ret_element, struct sj_fault *fault)
{
	struct sj_edit_found found;
	enum sj_reason reason = find_list(edit, list, &found, fault);

	if (reason != SJ_OK)
		return reason;
	if (!found.is_found ||
	    !sj_edit_scan_element(
		edit->text, &found.setting.value, index, ret_element) ||
	    !ret_element->is_found ||
	    edit->text[ret_element->span.start_off] != '{')
		return not_followed(fault);
	return SJ_OK;
}

/* Closes a memory stream; its text is the caller's. */
static enum sj_reason
finish(FILE *out, struct sj_fault *fault)
{
	return fclose(out) == 0 ? SJ_OK : no_memory(fault);
}

/* A new list, at the end of the text. */
static enum sj_reason
append_list(struct sj_edit *edit, const char *list, const char *elements,
    const struct sj_edit_found *found, struct sj_fault *fault)
{
	SJ_AUTO_FREE char *text = NULL;

	if (asprintf(&text, "%s\n%s = (\n%s\n);\n",
		found->is_last_terminated ? "" : ";", list, elements) < 0) {
		text = NULL;
		return no_memory(fault);
	}
	return insert(edit,
	    found->is_last_terminated ? edit->len : found->last_off, text,
	    fault);
}

enum sj_reason
sj_edit_append(struct sj_edit *edit, const char *list, const char *elements,
    struct sj_fault *fault)
{
	SJ_AUTO_FREE char *text = NULL;
	struct sj_edit_found found;
	struct sj_edit_element last;
	enum sj_reason reason = find_list(edit, list, &found, fault);

	if (reason != SJ_OK)
		return reason;
	if (!found.is_found)
		return append_list(edit, list, elements, &found, fault);
	if (!sj_edit_scan_element(
		edit->text, &found.setting.value, UINT32_MAX, &last))
		return not_followed(fault);
	if (asprintf(&text, "%s%s%s", last.count > 0 ? SJ_EDIT_BETWEEN : "\n",
		elements, last.count > 0 ? "" : "\n") < 0) {
		text = NULL;
		return no_memory(fault);
	}
	return insert(edit,
	    last.count > 0 ? last.span.end_off
			   : found.setting.value.start_off + 1,
	    text, fault);
}

enum sj_reason
sj_edit_add(struct sj_edit *edit, const char *list,
    const struct sj_edit_field *fields, size_t count, struct sj_fault *fault)
{
	SJ_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *out = sj_stream_open(&text, &size);

	if (out == NULL)
		return no_memory(fault);
	sj_edit_put_element(out, fields, count);
	if (finish(out, fault) != SJ_OK)
		return SJ_SYSTEM_ERROR;
	return sj_edit_append(edit, list, text, fault);
}

static bool
is_blank(const struct sj_edit *edit, size_t start_off, size_t end_off)
{
	return start_off + strspn(edit->text + start_off, " \t\r\n") >= end_off;
}

enum sj_reason
sj_edit_remove(struct sj_edit *edit, const char *list, uint32_t element,
    struct sj_fault *fault)
{
	struct sj_edit_element found;
	struct sj_edit_span span, comma;
	enum sj_reason reason =
	    find_element(edit, list, element, &found, fault);

	if (reason != SJ_OK)
		return reason;
	/* One of the commas goes along; comments around it stay. */
	span = found.span;
	if (found.has_after &&
	    is_blank(edit, span.end_off, found.after_comma_off))
		span.end_off = found.after_comma_off + 1;
	else if (found.has_after) {
		comma.start_off = found.after_comma_off;
		comma.end_off = comma.start_off + 1;
		reason = replace(edit, &comma, "", fault);
	}
	span = widen(edit, span);
	if (reason == SJ_OK)
		reason = replace(edit, &span, "", fault);
	if (reason != SJ_OK || found.has_after || !found.has_before)
		return reason;
	comma.start_off = found.before_comma_off;
	comma.end_off = comma.start_off + 1;
	return replace(edit, &comma, "", fault);
}

/* As text, NULL for none; the caller's to free. */
static enum sj_reason
make_value(
    const struct sj_edit_field *field, char **ret_text, struct sj_fault *fault)
{
	size_t size;
	FILE *out;

	if (!sj_edit_value_is_set(field))
		return SJ_OK;
	out = sj_stream_open(ret_text, &size);
	if (out == NULL)
		return no_memory(fault);
	sj_edit_value_put(out, field);
	return finish(out, fault);
}

static enum sj_reason
set_in(struct sj_edit *edit, const struct sj_edit_span *body,
    const struct sj_edit_field *field, struct sj_fault *fault)
{
	SJ_AUTO_FREE char *value = NULL;
	enum sj_reason reason = make_value(field, &value, fault);

	return reason == SJ_OK ? set(edit, body, field->name, value, fault)
			       : reason;
}

enum sj_reason
sj_edit_set(struct sj_edit *edit, const char *list, uint32_t element,
    const struct sj_edit_field *field, struct sj_fault *fault)
{
	struct sj_edit_element found;
	struct sj_edit_span body;
	enum sj_reason reason =
	    find_element(edit, list, element, &found, fault);

	if (reason != SJ_OK)
		return reason;
	body.start_off = found.span.start_off + 1;
	body.end_off = found.span.end_off - 1;
	return set_in(edit, &body, field, fault);
}

enum sj_reason
sj_edit_set_top(struct sj_edit *edit, const struct sj_edit_field *field,
    struct sj_fault *fault)
{
	const struct sj_edit_span all = {0, edit->len};

	return set_in(edit, &all, field, fault);
}
