/* SPDX-License-Identifier: ISC */
#include "scan_buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A piece is handed on at the first good place behind this many bytes.  With
 * less than 1 KiB malloc(3) keeps what libconfig frees apart, ready for the
 * next piece; bigger blocks make it join and split them anew each time.
 */
#define PIECE_SIZE 900u
/* Longer words are shown cut. */
#define WORD_MAX 63

static bool take_value(struct sj_scan *scan, int c);

/* At a '/' that may be part of a word, which is not taken. */
static bool
is_comment(struct sj_scan *scan)
{
	int c;

	scan->in_pos++;
	c = sj_scan_peek(scan);
	scan->in_pos--;
	return c == '/' || c == '*';
}

static bool
is_word_end(int c)
{
	switch (c) {
	case ',':
	case ';':
	case '=':
	case '(':
	case ')':
	case '{':
	case '}':
	case '[':
	case ']':
	case '"':
	case '#':
	case '@':
		return true;
	default:
		return c <= ' '; /* also SJ_SCAN_EOF */
	}
}

/* A word without quotes; only its first bytes are kept. */
static void
take_word(struct sj_scan *scan, char *ret_word)
{
	size_t len = 0;
	int c;

	while (!is_word_end(c = sj_scan_peek(scan)) &&
	       !(c == '/' && is_comment(scan))) {
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
	if (word[0] == '\0') {
		sj_scan_unexpected(scan, sj_scan_peek(scan), "a value");
		return;
	}
	if (sj_scan_judge_word(word, message, sizeof(message)) != SJ_WORD_BAD) {
		sj_scan_put(scan, word, strlen(word));
		return;
	}
	/* Whatever stands there may be the password itself. */
	sj_scan_report(scan, scan->line, "%s",
	    is_password(scan) ? "is without quotes, expected a string"
			      : message);
	sj_scan_put(scan, SJ_SCAN_BAD, strlen(SJ_SCAN_BAD));
}

/* The "=" or ":" behind a name. */
static bool
take_equals(struct sj_scan *scan)
{
	int c = sj_scan_skip(scan);

	if (c != '=' && c != ':') {
		if (sj_scan_is_open(scan))
			sj_scan_unexpected(scan, c, "\"=\" behind the name");
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

	if (c == sj_scan_top(scan)->closing)
		return false;
	if (c == ',') {
		line = scan->line;
		scan->in_pos++;
		c = sj_scan_skip(scan);
		if (c == sj_scan_top(scan)->closing)
			sj_scan_report(scan, line,
			    "a comma behind the last element, expected none");
		return c != sj_scan_top(scan)->closing && sj_scan_is_open(scan);
	}
	if (!sj_scan_is_open(scan))
		return false;
	if (c == SJ_SCAN_EOF || strchr(")]};=:", c) != NULL) {
		sj_scan_unexpected_in(scan, c, "a comma");
		return false;
	}
	sj_scan_top(scan)->index++;
	sj_scan_report(scan, scan->line,
	    "a comma is missing in front of this element (behind line %u), "
	    "expected one",
	    (unsigned)previous);
	sj_scan_top(scan)->index--;
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

	if (c == sj_scan_top(scan)->closing)
		return;
	do {
		c = sj_scan_skip(scan);
		if (is_cut && scan->out_len == 0) {
			scan->first_index = sj_scan_top(scan)->index;
			is_first = true;
		}
		if (!is_first)
			sj_scan_put(scan, ",", 1);
		is_first = false;
		if (!take_value(scan, c))
			return;
		if (is_cut)
			sj_scan_mark(scan);
		if (is_cut && scan->out_len >= PIECE_SIZE)
			sj_scan_flush(scan);
		if (!take_comma(scan))
			return;
		sj_scan_top(scan)->index++;
	} while (sj_scan_is_open(scan));
}

static void
take_list(struct sj_scan *scan, int c)
{
	const char *list = find_list(scan, c);

	if (list != NULL)
		sj_scan_flush(scan);
	else
		sj_scan_put(scan, "(", 1);
	if (!sj_scan_push(scan, c == '(' ? ')' : ']'))
		return;
	scan->list = list != NULL ? list : scan->list;
	take_elements(scan, list != NULL);
	if (!sj_scan_is_open(scan))
		return;
	if (list != NULL)
		sj_scan_flush(scan);
	else
		sj_scan_put(scan, ")", 1);
	scan->list = list != NULL ? NULL : scan->list;
	sj_scan_pop(scan);
}

static void
take_setting(struct sj_scan *scan)
{
	bool is_list, is_new;
	size_t before;
	int c;

	sj_scan_take_name(scan);
	if (!sj_scan_is_open(scan))
		return;
	is_new = sj_scan_note_name(scan);
	sj_scan_sync(scan);
	before = scan->out_len;
	sj_scan_put_name(scan, is_new);
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
	sj_scan_top(scan)->name[0] = '\0';
}

/* The settings of a group or of the file, up to its end (not taken). */
static void
take_settings(struct sj_scan *scan)
{
	int c;

	while (sj_scan_is_open(scan)) {
		c = sj_scan_skip(scan);
		if (!sj_scan_is_open(scan) || c == sj_scan_top(scan)->closing)
			return;
		if (c == SJ_SCAN_EOF && scan->depth == 0)
			return;
		if (sj_scan_is_name_start(c))
			take_setting(scan);
		else if (scan->depth == 0)
			sj_scan_unexpected(scan, c, "the name of a setting");
		else
			sj_scan_unexpected_in(scan, c, "a setting");
		if (scan->depth == 0 && sj_scan_is_open(scan))
			sj_scan_mark(scan);
		if (scan->depth == 0 && scan->out_len >= PIECE_SIZE)
			sj_scan_flush(scan);
	}
}

static void
take_group(struct sj_scan *scan)
{
	sj_scan_put(scan, "{", 1);
	if (!sj_scan_push(scan, '}'))
		return;
	take_settings(scan);
	if (!sj_scan_is_open(scan))
		return;
	sj_scan_put(scan, "}", 1);
	sj_scan_pop(scan);
}

/* The value that begins with c; false: the scan is over. */
static bool
take_value(struct sj_scan *scan, int c)
{
	if (!sj_scan_is_open(scan))
		return false;
	if (find_list(scan, c) == NULL)
		sj_scan_sync(scan);
	if (c > 0 && strchr("{([", c) != NULL &&
	    sj_scan_top(scan)->closing == ']') {
		sj_scan_unexpected(
		    scan, c, "a string, a number, true or false in an array");
	} else if (c == '{') {
		take_group(scan);
	} else if (c == '(' || c == '[') {
		take_list(scan, c);
	} else if (c == '"') {
		sj_scan_take_string(scan);
	} else if (c == SJ_SCAN_EOF || strchr(",;=:)]}", c) != NULL) {
		sj_scan_unexpected(scan, c, "a value");
	} else
		take_bare(scan);
	return sj_scan_is_open(scan);
}

static void
skip_byte_order_mark(struct sj_scan *scan)
{
	int c = sj_scan_peek(scan);

	if (scan->in_len >= 4 &&
	    memcmp(scan->in + scan->in_pos, "\xef\xbb\xbf", 3) == 0) {
		sj_scan_report(scan, 1,
		    "the file begins with a byte order mark, expected none");
		scan->in_pos += 3;
	} else if (c == 0xff || c == 0xfe)
		sj_scan_break(
		    scan, 1, "the file is UTF-16 or binary, expected UTF-8");
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
	sj_scan_flush(scan);
	end = scan->end;
	free(scan->out);
	free(scan);
	return end;
}
