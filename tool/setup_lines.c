/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "setup_lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"
#include "sysfile.h"

void
sj_setup_lines_add(struct sj_setup_lines *lines, enum sj_setup_where where,
    unsigned int line, const char *format, ...)
{
	struct sj_setup_line *item;
	va_list args;
	int len;

	if (!sj_sysfile_grow(&lines->items, lines->count, sizeof(*item))) {
		lines->is_short = true;
		return;
	}
	item = &lines->items[lines->count];
	item->where = where;
	item->line = line;
	va_start(args, format);
	len = vasprintf(&item->text, format, args);
	va_end(args);
	if (len < 0)
		lines->is_short = true;
	else
		lines->count++;
}

void
sj_setup_lines_clear(struct sj_setup_lines *lines)
{
	size_t i;

	for (i = 0; i < lines->count; i++)
		free(lines->items[i].text);
	free(lines->items);
	memset(lines, 0, sizeof(*lines));
}

/* The line at the cursor, which is moved behind its end; NULL: no more. */
static const char *
next_line(const char **cursor, size_t *ret_len)
{
	const char *start = *cursor;

	if (*start == '\0')
		return NULL;
	*ret_len = strcspn(start, "\n");
	*cursor = start + *ret_len + (start[*ret_len] == '\n');
	return start;
}

const char *
sj_setup_lines_find(const char *text, unsigned int number, size_t *ret_len)
{
	const char *line = NULL;
	unsigned int i;

	for (i = 0; i < number; i++) {
		line = next_line(&text, ret_len);
		if (line == NULL)
			return NULL;
	}
	return line;
}

unsigned int
sj_setup_lines_count(const char *text)
{
	unsigned int count = 0;
	size_t len;

	while (next_line(&text, &len) != NULL)
		count++;
	return count;
}

static void
put_all(FILE *out, const struct sj_setup_lines *lines,
    enum sj_setup_where where, unsigned int line, const char *end)
{
	size_t i;

	for (i = 0; i < lines->count; i++)
		if (lines->items[i].where == where &&
		    lines->items[i].line == line)
			(void)fprintf(out, "%s%s", lines->items[i].text, end);
}

static const struct sj_setup_line *
find_replacement(const struct sj_setup_lines *lines, unsigned int line)
{
	size_t i;

	for (i = 0; i < lines->count; i++)
		if (lines->items[i].where == SJ_SETUP_REPLACE &&
		    lines->items[i].line == line)
			return &lines->items[i];
	return NULL;
}

static bool
has_after(const struct sj_setup_lines *lines, unsigned int line)
{
	size_t i;

	for (i = 0; i < lines->count; i++)
		if (lines->items[i].where == SJ_SETUP_AFTER &&
		    (lines->items[i].line == line || lines->items[i].line == 0))
			return true;
	return false;
}

static void
put_line(FILE *out, const struct sj_setup_lines *lines, unsigned int number,
    const char *line, size_t len)
{
	const struct sj_setup_line *other = find_replacement(lines, number);
	bool is_cr = len > 0 && line[len - 1] == '\r';
	const char *end = is_cr ? "\r\n" : "\n";

	put_all(out, lines, SJ_SETUP_BEFORE, number, end);
	if (other != NULL)
		(void)fprintf(out, "%s%s", other->text, is_cr ? "\r" : "");
	else
		(void)fwrite(line, 1, len, out);
	/* Only the last line can be without an end. */
	if (line[len] == '\n' || has_after(lines, number))
		(void)fputc('\n', out);
	put_all(out, lines, SJ_SETUP_AFTER, number, end);
	if (line[len] == '\0' || line[len + 1] == '\0')
		put_all(out, lines, SJ_SETUP_AFTER, 0, end);
}

char *
sj_setup_lines_make(const struct sj_setup_lines *lines, const char *text)
{
	const char *line;
	unsigned int number = 0;
	char *made = NULL;
	size_t len, size;
	FILE *out;

	if (lines->is_short)
		return NULL;
	out = sj_stream_open(&made, &size);
	if (out == NULL)
		return NULL;
	if (*text == '\0')
		put_all(out, lines, SJ_SETUP_AFTER, 0, "\n");
	while ((line = next_line(&text, &len)) != NULL)
		put_line(out, lines, ++number, line, len);
	if (fclose(out) != 0) {
		free(made);
		return NULL;
	}
	return made;
}
