/* SPDX-License-Identifier: ISC */
#include "scan_buffer.h"

#include <stdio.h>
#include <string.h>

#include "table.h"

bool
sj_scan_is_name_start(int c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_name(int c)
{
	return sj_scan_is_name_start(c) || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_' || c == '*';
}

/* What c is, for a message. */
static const char *
describe(int c, char *buf, size_t size)
{
	if (c == SJ_SCAN_EOF)
		return "the end of the file";
	if (c == '"')
		return "a string";
	if (c < 0x20 || c >= 0x7f)
		(void)snprintf(buf, size, "byte 0x%02x", (unsigned)c);
	else
		(void)snprintf(buf, size, "\"%c\"", c);
	return buf;
}

void
sj_scan_unexpected(struct sj_scan *scan, int c, const char *expected)
{
	char buf[16];

	sj_scan_break(scan, scan->line, "unexpected %s, expected %s",
	    describe(c, buf, sizeof(buf)), expected);
}

/* False, and the scan is over, if brackets are too deep. */
bool
sj_scan_push(struct sj_scan *scan, char closing)
{
	struct sj_scan_frame *frame;

	if (scan->depth == SJ_SCAN_DEPTH_MAX) {
		sj_scan_break(scan, scan->line,
		    "is nested too deep, expected at most %d levels",
		    SJ_SCAN_DEPTH_MAX);
		return false;
	}
	frame = &scan->frames[++scan->depth];
	frame->closing = closing;
	frame->is_group = closing == '}';
	frame->line = scan->line;
	frame->index = 0;
	frame->name_count = 0;
	frame->name[0] = '\0';
	scan->in_pos++;
	return true;
}

void
sj_scan_pop(struct sj_scan *scan)
{
	scan->depth--;
	scan->in_pos++;
}

/* At a byte that is none of the frame's: a wrong bracket, or the end. */
void
sj_scan_unexpected_in(struct sj_scan *scan, int c, const char *expected)
{
	char text[64];

	(void)snprintf(text, sizeof(text),
	    "%s or the \"%c\" for the bracket of line %u", expected,
	    sj_scan_top(scan)->closing, (unsigned)sj_scan_top(scan)->line);
	sj_scan_unexpected(scan, c, text);
}

/* Notes the name in its group; false if the group has it already. */
bool
sj_scan_note_name(struct sj_scan *scan)
{
	struct sj_scan_frame *frame = sj_scan_top(scan);
	uint32_t hash = sj_table_hash_string(frame->name), i;

	for (i = 0; i < frame->name_count; i++) {
		if (frame->hashes[i] != hash)
			continue;
		sj_scan_report(scan, scan->line, "is set twice, expected once");
		return false;
	}
	if (frame->name_count == SJ_SCAN_SETTINGS_MAX) {
		sj_scan_break(scan, scan->line,
		    "more than %d settings in one group, expected fewer",
		    SJ_SCAN_SETTINGS_MAX);
		return true;
	}
	frame->hashes[frame->name_count++] = hash;
	return true;
}

/* A second one of the same name gets another, which the reader drops. */
void
sj_scan_put_name(struct sj_scan *scan, bool is_new)
{
	char name[32];

	if (is_new) {
		sj_scan_put(scan, sj_scan_top(scan)->name,
		    strlen(sj_scan_top(scan)->name));
		return;
	}
	(void)snprintf(name, sizeof(name), "*%zu", scan->out_len);
	sj_scan_put(scan, name, strlen(name));
}

void
sj_scan_take_name(struct sj_scan *scan)
{
	struct sj_scan_frame *frame = sj_scan_top(scan);
	size_t len = 0;
	int c;

	while (is_name(c = sj_scan_peek(scan)) && len < SJ_SCAN_NAME_MAX) {
		frame->name[len++] = (char)c;
		scan->in_pos++;
	}
	frame->name[len] = '\0';
	if (is_name(c))
		sj_scan_break(scan, scan->line,
		    "the name is too long, expected that of a setting");
}
