/* SPDX-License-Identifier: ISC */
#ifndef SJ_SETUP_LINES_H
#define SJ_SETUP_LINES_H

/*
 * Changes to single lines of a text: everything else keeps its bytes.  Lines
 * are counted from 1, in the text as it was.
 */

#include <stdbool.h>
#include <stddef.h>

enum sj_setup_where {
	SJ_SETUP_BEFORE, /* a new line in front of it */
	SJ_SETUP_REPLACE,
	SJ_SETUP_AFTER
};

struct sj_setup_line {
	enum sj_setup_where where;
	unsigned int line;
	char *text; /* without its end */
};

/* Starts zeroed.  is_short: memory was short, something is missing. */
struct sj_setup_lines {
	struct sj_setup_line *items;
	size_t count;
	bool is_short;
};

void sj_setup_lines_add(struct sj_setup_lines *lines, enum sj_setup_where where,
    unsigned int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * The text with all changes made, in the order in which they were added; the
 * caller frees it, NULL: memory is short.  New lines end as the line does that
 * they are put beside (LF or CR LF); a last line without an end gets one only
 * if a new line follows.  AFTER line 0: at the end of the text.
 */
char *sj_setup_lines_make(const struct sj_setup_lines *lines, const char *text);

void sj_setup_lines_clear(struct sj_setup_lines *lines);

/*
 * Line number of the text (1 is the first), without its end, "\r" included,
 * in *ret_len; NULL: there is no such line.
 */
const char *sj_setup_lines_find(
    const char *text, unsigned int number, size_t *ret_len);

/* How many lines the text has; one without an end counts. */
unsigned int sj_setup_lines_count(const char *text);

#endif
