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

static const char first_lines[] =
    "# This file belongs to sftpjail(8): \"sftpjail user\" and \"sftpjail "
    "key\"\n"
    "# edit it.  Users written by hand belong in another file of this "
    "directory.\n";

void
sj_edit_clear(struct sj_edit *edit)
{
	free(edit->text);
	edit->text = NULL;
	edit->len = 0;
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
	return SJ_OK;
}

/* Puts text in the place of a span. */
static enum sj_reason
replace(struct sj_edit *edit, const struct sj_edit_span *span, const char *text,
    struct sj_fault *fault)
{
	size_t text_len = strlen(text), tail_len = edit->len - span->end_off;
	size_t len = span->start_off + text_len + tail_len;
	char *bigger = malloc(len + 1);

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
find_users(const struct sj_edit *edit, struct sj_edit_found *ret_found,
    struct sj_fault *fault)
{
	const struct sj_edit_span all = {0, edit->len};

	return sj_edit_scan_setting(edit->text, &all, "users", ret_found)
		   ? SJ_OK
		   : not_followed(fault);
}

/* users[index]; it must be there. */
static enum sj_reason
find_user(const struct sj_edit *edit, uint32_t index,
    struct sj_edit_element *ret_element, struct sj_fault *fault)
{
	struct sj_edit_found found;
	enum sj_reason reason = find_users(edit, &found, fault);

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

/* A string as libconfig reads it. */
static void
put_string(FILE *out, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	(void)fputc('"', out);
	for (; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			(void)fprintf(out, "\\%c", *p);
		else if (*p < 0x20 || *p == 0x7f)
			(void)fprintf(out, "\\x%02x", *p);
		else
			(void)fputc(*p, out);
	}
	(void)fputc('"', out);
}

static void
put_setting(FILE *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	(void)fprintf(out, "\t\t%s = ", name);
	put_string(out, value);
	(void)fputs(";\n", out);
}

/* [ "a", "b" ]; with a separator in front of each and one at the end. */
static void
put_list(FILE *out, const char *const *items, size_t count,
    const char *const separators[2])
{
	size_t i;

	(void)fputc('[', out);
	for (i = 0; i < count; i++) {
		(void)fputs(i == 0 ? "" : ",", out);
		(void)fputs(separators[0], out);
		put_string(out, items[i]);
	}
	(void)fprintf(out, "%s]", separators[1]);
}

static const char *const in_line[2] = {" ", " "};
static const char *const in_lines[2] = {"\n\t\t\t", "\n\t\t"};

static void
put_user(FILE *out, const struct sj_edit_user *user)
{
	(void)fputs("\t{\n", out);
	put_setting(out, "name", user->name);
	(void)fprintf(out, "\t\tuid = %u;\n", (unsigned)user->uid);
	put_setting(out, "group", user->group);
	if (user->group_count > 0) {
		(void)fputs("\t\tgroups = ", out);
		put_list(out, user->groups, user->group_count, in_line);
		(void)fputs(";\n", out);
	}
	put_setting(out, "gecos", user->gecos);
	put_setting(out, "home", user->home);
	put_setting(out, "shell", user->shell);
	put_setting(out, "not_before", user->not_before);
	put_setting(out, "expires", user->expires);
	if (user->key_count > 0) {
		(void)fputs("\t\tkeys = ", out);
		put_list(out, user->keys, user->key_count, in_lines);
		(void)fputs(";\n", out);
	}
	(void)fputs("\t}", out);
}

/* Closes a memory stream; its text is the caller's. */
static enum sj_reason
finish(FILE *out, struct sj_fault *fault)
{
	return fclose(out) == 0 ? SJ_OK : no_memory(fault);
}

enum sj_reason
sj_edit_add_user(struct sj_edit *edit, const struct sj_edit_user *user,
    struct sj_fault *fault)
{
	SJ_AUTO_FREE char *text = NULL;
	struct sj_edit_found found;
	struct sj_edit_element last = {.count = 0};
	size_t size;
	FILE *out;

	if (find_users(edit, &found, fault) != SJ_OK)
		return SJ_SYSTEM_ERROR;
	if (found.is_found && !sj_edit_scan_element(edit->text,
				  &found.setting.value, UINT32_MAX, &last))
		return not_followed(fault);
	out = open_memstream(&text, &size);
	if (out == NULL)
		return no_memory(fault);
	if (!found.is_found)
		(void)fputs(found.is_last_terminated ? "\nusers = (\n"
						     : ";\nusers = (\n",
		    out);
	else
		(void)fputs(last.count > 0 ? ",\n" : "\n", out);
	put_user(out, user);
	(void)fputs(!found.is_found  ? "\n);\n"
		    : last.count > 0 ? ""
				     : "\n",
	    out);
	if (finish(out, fault) != SJ_OK)
		return SJ_SYSTEM_ERROR;
	if (!found.is_found)
		return insert(edit,
		    found.is_last_terminated ? edit->len : found.last_off, text,
		    fault);
	return insert(edit,
	    last.count > 0 ? last.span.end_off
			   : found.setting.value.start_off + 1,
	    text, fault);
}

static bool
is_blank(const struct sj_edit *edit, size_t start_off, size_t end_off)
{
	return start_off + strspn(edit->text + start_off, " \t\r\n") >= end_off;
}

enum sj_reason
sj_edit_remove_user(
    struct sj_edit *edit, uint32_t element, struct sj_fault *fault)
{
	struct sj_edit_element found;
	struct sj_edit_span span, comma;
	enum sj_reason reason = find_user(edit, element, &found, fault);

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

static enum sj_reason
set_in_user(struct sj_edit *edit, uint32_t element, const char *name,
    const char *value, struct sj_fault *fault)
{
	struct sj_edit_element found;
	struct sj_edit_span body;
	enum sj_reason reason = find_user(edit, element, &found, fault);

	if (reason != SJ_OK)
		return reason;
	body.start_off = found.span.start_off + 1;
	body.end_off = found.span.end_off - 1;
	return set(edit, &body, name, value, fault);
}

/* *ret_text is the list as text, NULL for none. */
static enum sj_reason
make_list(const char *const *items, size_t count,
    const char *const separators[2], char **ret_text, struct sj_fault *fault)
{
	size_t size;
	FILE *out;

	*ret_text = NULL;
	if (count == 0)
		return SJ_OK;
	out = open_memstream(ret_text, &size);
	if (out == NULL)
		return no_memory(fault);
	put_list(out, items, count, separators);
	return finish(out, fault);
}

enum sj_reason
sj_edit_set_keys(struct sj_edit *edit, uint32_t element,
    const char *const *lines, size_t count, struct sj_fault *fault)
{
	SJ_AUTO_FREE char *value = NULL;
	enum sj_reason reason;

	reason = make_list(lines, count, in_lines, &value, fault);
	if (reason != SJ_OK)
		return reason;
	return set_in_user(edit, element, "keys", value, fault);
}

enum sj_reason
sj_edit_enable_user(
    struct sj_edit *edit, uint32_t element, struct sj_fault *fault)
{
	return set_in_user(edit, element, "disabled", NULL, fault);
}

enum sj_reason
sj_edit_set_disabled(struct sj_edit *edit, const char *const *names,
    size_t count, struct sj_fault *fault)
{
	SJ_AUTO_FREE char *value = NULL;
	const struct sj_edit_span all = {0, edit->len};
	enum sj_reason reason;

	reason = make_list(names, count, in_line, &value, fault);
	if (reason != SJ_OK)
		return reason;
	return set(edit, &all, "disabled", value, fault);
}
