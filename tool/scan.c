/* SPDX-License-Identifier: ISC */
#include "scan_buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

/* A piece is handed on at the first good place behind this many bytes. */
#define PIECE_SIZE 65536u
/* Longer words are shown cut. */
#define WORD_MAX 63

static bool take_value(struct sj_scan *scan, int c);

static struct sj_scan_frame *
top(struct sj_scan *scan)
{
	return &scan->frames[scan->depth];
}

static bool
is_open(const struct sj_scan *scan)
{
	return scan->end == SJ_SCAN_END;
}

static bool
is_name_start(int c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_name(int c)
{
	return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' ||
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

static void
break_unexpected(struct sj_scan *scan, int c, const char *expected)
{
	char buf[16];

	sj_scan_break(scan, scan->line, "unexpected %s, expected %s",
	    describe(c, buf, sizeof(buf)), expected);
}

/* False, and the scan is over, if brackets are too deep. */
static bool
push(struct sj_scan *scan, char closing)
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

static void
pop(struct sj_scan *scan)
{
	scan->depth--;
	scan->in_pos++;
}

/* At a byte that is none of the frame's: a wrong bracket, or the end. */
static void
break_open(struct sj_scan *scan, int c, const char *expected)
{
	char text[64];

	(void)snprintf(text, sizeof(text),
	    "%s or the \"%c\" for the bracket of line %u", expected,
	    top(scan)->closing, (unsigned)top(scan)->line);
	break_unexpected(scan, c, text);
}

/* Notes the name in its group; false if the group has it already. */
static bool
note_name(struct sj_scan *scan, struct sj_scan_frame *frame)
{
	uint32_t hash = sj_table_hash_string(frame->name), i;

	for (i = 0; i < frame->name_count; i++) {
		if (frame->hashes[i] != hash)
			continue;
		sj_scan_report(scan, scan->line,
		    "is set twice, expected once");
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
static void
put_name(struct sj_scan *scan, bool is_new)
{
	char name[32];

	if (is_new) {
		sj_scan_put(scan, top(scan)->name, strlen(top(scan)->name));
		return;
	}
	(void)snprintf(name, sizeof(name), "*%zu", scan->out_len);
	sj_scan_put(scan, name, strlen(name));
}

static void
take_name(struct sj_scan *scan)
{
	struct sj_scan_frame *frame = top(scan);
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

/* A word without quotes; only its first bytes are kept. */
static void
take_word(struct sj_scan *scan, char *ret_word)
{
	size_t len = 0;
	int c;

	while ((c = sj_scan_peek(scan)) != SJ_SCAN_EOF && c > ' ' &&
	    strchr(",;=(){}[]\"#@", c) == NULL) {
		if (len < WORD_MAX)
			ret_word[len++] = (char)c;
		scan->in_pos++;
	}
	ret_word[len] = '\0';
}

static bool
is_password(const struct sj_scan *scan)
{
	const struct sj_scan_frame *frame = &scan->frames[scan->depth];

	return frame->is_group && strcmp(frame->name, "password") == 0;
}

static void
take_bare(struct sj_scan *scan)
{
	char word[WORD_MAX + 1], message[256];

	take_word(scan, word);
	if (sj_scan_judge_word(word, message, sizeof(message)) !=
	    SJ_WORD_BAD) {
		sj_scan_put(scan, word, strlen(word));
		return;
	}
	/* Whatever stands there may be the password itself. */
	sj_scan_report(scan, scan->line, "%s",
	    is_password(scan) ? "is without quotes, expected a string" :
				message);
	sj_scan_put(scan, SJ_SCAN_BAD, strlen(SJ_SCAN_BAD));
}

/* The "=" or ":" behind a name. */
static bool
take_equals(struct sj_scan *scan)
{
	int c = sj_scan_skip(scan);

	if (c != '=' && c != ':') {
		if (is_open(scan))
			break_unexpected(scan, c, "\"=\" behind the name");
		return false;
	}
	scan->in_pos++;
	sj_scan_put(scan, "=", 1);
	return true;
}

static void
take_terminator(struct sj_scan *scan)
{
	int c = sj_scan_skip(scan);

	if (c == ',' || c == ';')
		scan->in_pos++;
	else if (c == '"')
		sj_scan_break(scan, scan->line,
		    "two strings side by side, expected one (libconfig would "
		    "join them)");
	sj_scan_put(scan, ";", 1);
}

static const char *
find_list(const struct sj_scan *scan, int c)
{
	const char *const *list;

	if (scan->depth > 0 || (c != '(' && c != '['))
		return NULL;
	for (list = scan->ops->lists; *list != NULL; list++)
		if (strcmp(*list, scan->frames[0].name) == 0)
			return *list;
	return NULL;
}

/* Behind an element: true if another one follows. */
static bool
take_comma(struct sj_scan *scan)
{
	uint32_t line, previous = scan->line;
	int c = sj_scan_skip(scan);

	if (c == top(scan)->closing)
		return false;
	if (c == ',') {
		line = scan->line;
		scan->in_pos++;
		c = sj_scan_skip(scan);
		if (c == top(scan)->closing)
			sj_scan_report(scan, line,
			    "a comma behind the last element, expected none");
		return c != top(scan)->closing && is_open(scan);
	}
	if (!is_open(scan))
		return false;
	if (c == SJ_SCAN_EOF || strchr(")]};=:", c) != NULL) {
		break_open(scan, c, "a comma");
		return false;
	}
	top(scan)->index++;
	sj_scan_report(scan, scan->line,
	    "a comma is missing in front of this element (behind line %u), "
	    "expected one",
	    (unsigned)previous);
	top(scan)->index--;
	return true;
}

/*
 * The elements of a list or an array, behind the opening bracket.  Both are
 * handed on as lists: an array of mixed types is for the reader to refuse.
 */
static void
take_elements(struct sj_scan *scan, bool is_cut)
{
	bool is_first = true;
	int c = sj_scan_skip(scan);

	if (c == top(scan)->closing)
		return;
	do {
		c = sj_scan_skip(scan);
		if (is_cut && scan->out_len == 0) {
			scan->first_index = top(scan)->index;
			is_first = true;
		}
		if (!is_first)
			sj_scan_put(scan, ",", 1);
		is_first = false;
		if (!take_value(scan, c))
			return;
		if (is_cut && scan->out_len >= PIECE_SIZE)
			sj_scan_flush(scan);
		if (!take_comma(scan))
			return;
		top(scan)->index++;
	} while (is_open(scan));
}

static void
take_list(struct sj_scan *scan, int c)
{
	const char *list = find_list(scan, c);

	if (list != NULL)
		sj_scan_flush(scan);
	else
		sj_scan_put(scan, "(", 1);
	if (!push(scan, c == '(' ? ')' : ']'))
		return;
	scan->list = list != NULL ? list : scan->list;
	take_elements(scan, list != NULL);
	if (!is_open(scan))
		return;
	if (list != NULL)
		sj_scan_flush(scan);
	else
		sj_scan_put(scan, ")", 1);
	scan->list = list != NULL ? NULL : scan->list;
	pop(scan);
}

static void
take_setting(struct sj_scan *scan)
{
	bool is_list, is_new;
	size_t before;
	int c;

	take_name(scan);
	if (!is_open(scan))
		return;
	is_new = note_name(scan, top(scan));
	sj_scan_sync(scan);
	before = scan->out_len;
	put_name(scan, is_new);
	if (!take_equals(scan))
		return;
	c = sj_scan_skip(scan);
	is_list = find_list(scan, c) != NULL;
	/* A list that is cut is handed on without its name. */
	if (is_list)
		scan->out_len = before;
	if (!take_value(scan, c))
		return;
	if (!is_list)
		take_terminator(scan);
	else if ((c = sj_scan_skip(scan)) == ',' || c == ';')
		scan->in_pos++;
	top(scan)->name[0] = '\0';
}

/* The settings of a group or of the file, up to its end (not taken). */
static void
take_settings(struct sj_scan *scan)
{
	int c;

	while (is_open(scan)) {
		c = sj_scan_skip(scan);
		if (!is_open(scan) || c == top(scan)->closing)
			return;
		if (c == SJ_SCAN_EOF && scan->depth == 0)
			return;
		if (is_name_start(c))
			take_setting(scan);
		else if (scan->depth == 0)
			break_unexpected(scan, c, "the name of a setting");
		else
			break_open(scan, c, "a setting");
		if (scan->depth == 0 && scan->out_len >= PIECE_SIZE)
			sj_scan_flush(scan);
	}
}

static void
take_group(struct sj_scan *scan)
{
	sj_scan_put(scan, "{", 1);
	if (!push(scan, '}'))
		return;
	take_settings(scan);
	if (!is_open(scan))
		return;
	sj_scan_put(scan, "}", 1);
	pop(scan);
}

/* The value that begins with c; false: the scan is over. */
static bool
take_value(struct sj_scan *scan, int c)
{
	if (!is_open(scan))
		return false;
	if (find_list(scan, c) == NULL)
		sj_scan_sync(scan);
	if (c == '{') {
		take_group(scan);
	} else if (c == '(' || c == '[') {
		if (c == '(' || scan->depth == 0 ||
		    top(scan)->closing != ']') {
			take_list(scan, c);
		} else
			break_unexpected(scan, c, "no list in an array");
	} else if (c == '"') {
		sj_scan_take_string(scan);
	} else if (c == SJ_SCAN_EOF || strchr(",;=:)]}", c) != NULL) {
		break_unexpected(scan, c, "a value");
	} else
		take_bare(scan);
	return is_open(scan);
}

static void
skip_byte_order_mark(struct sj_scan *scan)
{
	int c = sj_scan_peek(scan);

	if (scan->in_len >= 3 && memcmp(scan->in, "\xef\xbb\xbf", 3) == 0) {
		sj_scan_report(scan, 1,
		    "the file begins with a byte order mark, expected none");
		scan->in_pos = 3;
	} else if (c == 0xff || c == 0xfe)
		sj_scan_break(scan, 1,
		    "the file is UTF-16 or binary, expected UTF-8");
}

enum sj_scan_end
sj_scan_file(const struct sj_scan_ops *ops)
{
	struct sj_scan *scan = calloc(1, sizeof(*scan));
	enum sj_scan_end end;

	if (scan == NULL)
		return SJ_SCAN_MEMORY;
	scan->ops = ops;
	scan->line = 1;
	scan->frames[0].is_group = true;
	skip_byte_order_mark(scan);
	take_settings(scan);
	if (is_open(scan))
		sj_scan_flush(scan);
	end = scan->end;
	free(scan->out);
	free(scan);
	return end;
}
