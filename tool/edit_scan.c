/* SPDX-License-Identifier: ISC */
#include "edit_scan.h"

#include <string.h>

/* Behind the line end, or end. */
static size_t
skip_line(const char *text, size_t off, size_t end)
{
	while (off < end && text[off] != '\n')
		off++;
	return off;
}

/* Behind the end of a comment that begins at off. */
static size_t
skip_block(const char *text, size_t off, size_t end)
{
	for (off += 2; off + 1 < end; off++) {
		if (text[off] == '*' && text[off + 1] == '/')
			return off + 2;
	}
	return end;
}

/* Blanks and comments. */
static size_t
skip_space(const char *text, size_t off, size_t end)
{
	while (off < end) {
		bool is_slash = text[off] == '/' && off + 1 < end;

		if (strchr(" \t\r\n\f\v", text[off]) != NULL)
			off++;
		else if (text[off] == '#' || (is_slash && text[off + 1] == '/'))
			off = skip_line(text, off, end);
		else if (is_slash && text[off + 1] == '*')
			off = skip_block(text, off, end);
		else
			break;
	}
	return off;
}

/* Behind the closing quote of a string that begins at off. */
static size_t
skip_string(const char *text, size_t off, size_t end)
{
	for (off++; off < end && text[off] != '"'; off++) {
		if (text[off] == '\\')
			off++;
	}
	return off < end ? off + 1 : end;
}

/* Behind the bracket that closes the one at off; brackets nest rightly. */
static size_t
skip_brackets(const char *text, size_t off, size_t end)
{
	size_t depth = 0;

	while (off < end) {
		off = skip_space(text, off, end);
		if (off == end)
			break;
		if (text[off] == '"') {
			off = skip_string(text, off, end);
			continue;
		}
		if (strchr("([{", text[off]) != NULL)
			depth++;
		else if (strchr(")]}", text[off]) != NULL && --depth == 0)
			return off + 1;
		off++;
	}
	return end;
}

static bool
is_word(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("_*+-.", c) != NULL);
}

static size_t
skip_word(const char *text, size_t off, size_t end)
{
	while (off < end && is_word(text[off]))
		off++;
	return off;
}

/* off if no value begins there. */
static size_t
skip_value(const char *text, size_t off, size_t end)
{
	if (off == end)
		return off;
	if (strchr("([{", text[off]) != NULL)
		return skip_brackets(text, off, end);
	if (text[off] == '"')
		return skip_string(text, off, end);
	return skip_word(text, off, end);
}

/* One setting at off, which is behind blanks; its name is text[off..]. */
static bool
take_setting(const char *text, size_t off, size_t end,
    struct sj_edit_setting *ret_setting, size_t *ret_name_len)
{
	size_t next = skip_word(text, off, end);

	*ret_name_len = next - off;
	if (next == off)
		return false;
	next = skip_space(text, next, end);
	if (next == end || (text[next] != '=' && text[next] != ':'))
		return false;
	next = skip_space(text, next + 1, end);
	ret_setting->whole.start_off = off;
	ret_setting->value.start_off = next;
	next = skip_value(text, next, end);
	ret_setting->value.end_off = next;
	if (next == ret_setting->value.start_off)
		return false;
	ret_setting->whole.end_off = next;
	next = skip_space(text, next, end);
	ret_setting->is_terminated =
	    next < end && (text[next] == ';' || text[next] == ',');
	if (ret_setting->is_terminated)
		ret_setting->whole.end_off = next + 1;
	return true;
}

bool
sj_edit_scan_setting(const char *text, const struct sj_edit_span *body,
    const char *name, struct sj_edit_found *ret_found)
{
	struct sj_edit_found found = {
	    .last_off = body->start_off, .is_last_terminated = true};
	size_t off = skip_space(text, body->start_off, body->end_off);

	while (off < body->end_off) {
		struct sj_edit_setting setting;
		size_t name_len;

		if (!take_setting(
			text, off, body->end_off, &setting, &name_len))
			return false;
		if (strlen(name) == name_len &&
		    memcmp(text + off, name, name_len) == 0) {
			found.is_found = true;
			found.setting = setting;
		}
		found.last_off = setting.whole.end_off;
		found.is_last_terminated = setting.is_terminated;
		off = skip_space(text, found.last_off, body->end_off);
	}
	*ret_found = found;
	return true;
}

bool
sj_edit_scan_element(const char *text, const struct sj_edit_span *value,
    uint32_t index, struct sj_edit_element *ret_element)
{
	struct sj_edit_element element = {.count = 0};
	size_t off, comma_off = 0, end = value->end_off;

	if (end - value->start_off < 2 ||
	    strchr("([", text[value->start_off]) == NULL)
		return false;
	end--; /* the closing bracket */
	off = skip_space(text, value->start_off + 1, end);
	while (off < end) {
		size_t next = skip_value(text, off, end);

		if (next == off)
			return false;
		if (element.count == index || index == UINT32_MAX) {
			element.is_found = true;
			element.span = (struct sj_edit_span){off, next};
			element.has_before = element.count > 0;
			element.before_comma_off = comma_off;
		}
		off = skip_space(text, next, end);
		if (off < end && text[off] != ',')
			return false;
		comma_off = off;
		if (element.count == index && off < end) {
			element.has_after = true;
			element.after_comma_off = off;
		}
		element.count++;
		off = skip_space(text, off < end ? off + 1 : end, end);
	}
	*ret_element = element;
	return true;
}
