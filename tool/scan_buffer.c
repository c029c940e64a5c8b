/* SPDX-License-Identifier: ISC */
#include "scan_buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "users[3].keys[0]" from the frames. */
static void
render_path(const struct sj_scan *scan, char *path, size_t size)
{
	const struct sj_scan_frame *frame;
	size_t used = 0;
	unsigned i;
	int len;

	path[0] = '\0';
	for (i = 0; i <= scan->depth && used < size; i++) {
		frame = &scan->frames[i];
		if (!frame->is_group)
			len = snprintf(path + used, size - used, "[%u]",
			    (unsigned)frame->index);
		else if (frame->name[0] != '\0')
			len = snprintf(path + used, size - used, "%s%s",
			    used > 0 ? "." : "", frame->name);
		else
			len = 0;
		used += len > 0 ? (size_t)len : 0;
	}
}

static void report(struct sj_scan *scan, uint32_t line, const char *format,
    va_list args) __attribute__((format(printf, 3, 0)));

static void
report(struct sj_scan *scan, uint32_t line, const char *format, va_list args)
{
	struct sj_scan_error error = {.line = line};
	char path[1024], message[512];

	if (scan->end != SJ_SCAN_END)
		return;
	(void)vsnprintf(message, sizeof(message), format, args);
	render_path(scan, path, sizeof(path));
	error.setting = path;
	error.message = message;
	scan->ops->error(scan->ops->context, &error);
}

void
sj_scan_report(struct sj_scan *scan, uint32_t line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(scan, line, format, args);
	va_end(args);
}

void
sj_scan_break(struct sj_scan *scan, uint32_t line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(scan, line, format, args);
	va_end(args);
	if (scan->end == SJ_SCAN_END)
		scan->end = SJ_SCAN_BROKEN;
}

bool
sj_scan_refill(struct sj_scan *scan)
{
	long got;

	if (scan->is_in_eof || scan->end != SJ_SCAN_END)
		return false;
	/* One byte can always be given back. */
	if (scan->in_len > 0)
		scan->in[0] = scan->in[scan->in_len - 1];
	got = scan->ops->read(scan->ops->context, scan->in + 1, SJ_SCAN_WINDOW);
	scan->in_pos = 1;
	scan->in_len = got > 0 ? (size_t)got + 1 : 1;
	scan->is_in_eof = got <= 0;
	if (got < 0)
		scan->end = SJ_SCAN_STOPPED;
	return got > 0;
}

static void
skip_line(struct sj_scan *scan)
{
	int c;

	while ((c = sj_scan_peek(scan)) != SJ_SCAN_EOF && c != '\n') {
		if (c == '\0') {
			sj_scan_break(
			    scan, scan->line, "NUL byte, expected text only");
			return;
		}
		scan->in_pos++;
	}
}

static void
skip_block(struct sj_scan *scan)
{
	uint32_t line = scan->line;
	int c, previous = 0;

	for (; (c = sj_scan_peek(scan)) != SJ_SCAN_EOF; previous = c) {
		scan->in_pos++;
		if (c == '\n')
			scan->line++;
		if (c == '/' && previous == '*')
			return;
		if (c == '\0') {
			sj_scan_break(
			    scan, scan->line, "NUL byte, expected text only");
			return;
		}
	}
	sj_scan_break(scan, line,
	    "the comment that begins here is not closed, expected \"*/\"");
}

/* At a '/', not taken yet. */
static void
skip_slash(struct sj_scan *scan)
{
	int c;

	scan->in_pos++;
	c = sj_scan_peek(scan);
	if (c != '/' && c != '*') {
		sj_scan_break(scan, scan->line,
		    "\"/\" outside of quotes, expected a setting or a value");
		return;
	}
	scan->in_pos++;
	if (c == '/')
		skip_line(scan);
	else
		skip_block(scan);
}

int
sj_scan_skip(struct sj_scan *scan)
{
	int c;

	for (;;) {
		c = sj_scan_peek(scan);
		if (c == '#')
			skip_line(scan);
		else if (c == '/')
			skip_slash(scan);
		else if (c == '\n' || c == ' ' || c == '\t' || c == '\r' ||
			 c == '\f') {
			scan->line += c == '\n';
			scan->in_pos++;
		} else
			break;
	}
	if (c == '\0')
		sj_scan_break(scan, scan->line, "NUL byte, expected text only");
	if (c == '@')
		sj_scan_break(scan, scan->line,
		    "@include is refused, expected a file of its own in "
		    "conf.d");
	return scan->end == SJ_SCAN_END ? c : SJ_SCAN_EOF;
}

static bool
grow(struct sj_scan *scan, size_t len)
{
	size_t size = scan->out_size > 0 ? scan->out_size : 131072;
	char *out;

	while (size - scan->out_len < len)
		size *= 2;
	out = realloc(scan->out, size);
	if (out == NULL) {
		scan->end = SJ_SCAN_MEMORY;
		return false;
	}
	scan->out = out;
	scan->out_size = size;
	return true;
}

void
sj_scan_put(struct sj_scan *scan, const char *bytes, size_t len)
{
	if (scan->end != SJ_SCAN_END)
		return;
	if (scan->out_len + len > SJ_SCAN_PIECE_MAX) {
		sj_scan_break(
		    scan, scan->line, "is larger than 16 MiB, expected less");
		return;
	}
	if (scan->out_size - scan->out_len < len && !grow(scan, len))
		return;
	memcpy(scan->out + scan->out_len, bytes, len);
	scan->out_len += len;
}

void
sj_scan_sync(struct sj_scan *scan)
{
	if (scan->out_len == 0) {
		scan->out_first_line = scan->out_line = scan->line;
		if (scan->list != NULL)
			sj_scan_put(scan, "e=(", 3);
	}
	for (; scan->out_line < scan->line; scan->out_line++)
		sj_scan_put(scan, "\n", 1);
}

static void
hand_on(struct sj_scan *scan, struct sj_scan_piece *piece)
{
	if (scan->out_len == 0 || scan->end != SJ_SCAN_END)
		return;
	if (scan->list != NULL)
		sj_scan_put(scan, ")", 1);
	sj_scan_put(scan, "\n", 2);
	if (scan->end != SJ_SCAN_END)
		return;
	piece->first_index = scan->first_index;
	piece->first_line = scan->out_first_line;
	piece->text = scan->out;
	piece->len = scan->out_len - 1;
	scan->out_len = 0;
	if (!scan->ops->piece(scan->ops->context, piece))
		scan->end = SJ_SCAN_STOPPED;
}

void
sj_scan_flush(struct sj_scan *scan)
{
	struct sj_scan_piece piece = {.list = scan->list};
	bool is_broken = scan->end == SJ_SCAN_BROKEN;

	if (is_broken) {
		scan->out_len = scan->out_whole_len;
		scan->end = SJ_SCAN_END;
	}
	hand_on(scan, &piece);
	scan->out_whole_len = 0;
	if (is_broken && scan->end == SJ_SCAN_END)
		scan->end = SJ_SCAN_BROKEN;
}

/* Behind a backslash: \x00 would cut the string where libconfig allows it. */
static void
take_escape(struct sj_scan *scan)
{
	char escape[4];
	size_t len = 0;
	int c;

	while (len < 3 && (c = sj_scan_peek(scan)) != SJ_SCAN_EOF) {
		escape[len] = (char)c;
		if (len == 0 && c != 'x' && c != 'X') {
			if (c != '\\' && c != '"')
				return;
			scan->in_pos++;
			sj_scan_put(scan, escape, 1);
			return;
		}
		if (len > 0 && strchr("0123456789abcdefABCDEF", c) == NULL)
			break;
		scan->in_pos++;
		len++;
	}
	sj_scan_put(scan, escape, len);
	if (len == 3 && escape[1] == '0' && escape[2] == '0')
		sj_scan_break(scan, scan->line,
		    "a string with byte 0, expected text only");
}

/* The bytes of the window up to the next that matters. */
static void
take_plain(struct sj_scan *scan)
{
	size_t start = scan->in_pos, i = start;

	while (i < scan->in_len && scan->in[i] != '"' && scan->in[i] != '\\' &&
	       scan->in[i] != '\n' && scan->in[i] != '\0')
		i++;
	sj_scan_put(scan, scan->in + start, i - start);
	scan->in_pos = i;
}

void
sj_scan_take_string(struct sj_scan *scan)
{
	uint32_t line = scan->line;
	char byte = '"';
	int c;

	scan->in_pos++;
	sj_scan_put(scan, "\"", 1);
	while ((c = sj_scan_peek(scan)) != SJ_SCAN_EOF) {
		if (c != '"' && c != '\\' && c != '\n' && c != '\0') {
			take_plain(scan);
			continue;
		}
		if (c == '\0')
			break;
		byte = (char)c;
		scan->in_pos++;
		sj_scan_put(scan, &byte, 1);
		if (c == '"')
			return;
		if (c == '\\')
			take_escape(scan);
		if (c == '\n') {
			scan->line++;
			scan->out_line++;
		}
	}
	if (c == '\0')
		sj_scan_break(scan, scan->line, "NUL byte, expected text only");
	else
		sj_scan_break(scan, line,
		    "the string that begins here is not closed, expected "
		    "'\"'");
}
