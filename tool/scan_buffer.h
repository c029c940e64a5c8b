/* SPDX-License-Identifier: ISC */
#ifndef SJ_SCAN_BUFFER_H
#define SJ_SCAN_BUFFER_H

/* What the scanner reads from and writes into; private to scan*.c. */

#include "scan.h"

#define SJ_SCAN_EOF (-1)
#define SJ_SCAN_NAME_MAX 63

struct sj_scan_frame {
	char closing; /* '}', ')', ']'; 0: the file */
	bool is_group;
	uint32_t line;	/* where it was opened */
	uint32_t index; /* of the element, in a list */
	uint32_t name_count;
	char name[SJ_SCAN_NAME_MAX + 1]; /* of the setting, in a group */
	uint32_t hashes[SJ_SCAN_SETTINGS_MAX];
};

struct sj_scan {
	const struct sj_scan_ops *ops;
	enum sj_scan_end end;
	uint32_t line;
	size_t in_len;
	size_t in_pos;
	bool is_in_eof;
	/* The piece that is being made; out_line keeps pace with line. */
	char *out;
	size_t out_len;
	size_t out_size;
	size_t out_whole_len;
	uint32_t out_first_line;
	uint32_t out_line;
	const char *list; /* the list being cut, or NULL */
	uint32_t first_index;
	unsigned depth;
	struct sj_scan_frame frames[SJ_SCAN_DEPTH_MAX + 1];
	char in[1 + SJ_SCAN_WINDOW]; /* the byte before, and a window */
};

/* Reports at line; sj_scan_break() also ends the scan. */
void sj_scan_report(struct sj_scan *scan, uint32_t line, const char *format,
    ...) __attribute__((format(printf, 3, 4)));
void sj_scan_break(struct sj_scan *scan, uint32_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reads the next window; false: there is none. */
bool sj_scan_refill(struct sj_scan *scan);

/* The next byte without taking it; SJ_SCAN_EOF at the end or when broken. */
static inline int
sj_scan_peek(struct sj_scan *scan)
{
	if (scan->end != SJ_SCAN_END ||
	    (scan->in_pos == scan->in_len && !sj_scan_refill(scan)))
		return SJ_SCAN_EOF;
	return (unsigned char)scan->in[scan->in_pos];
}

/* Skips white space and comments; what comes behind them, not taken. */
int sj_scan_skip(struct sj_scan *scan);

void sj_scan_put(struct sj_scan *scan, const char *bytes, size_t len);
/* Line ends until the piece is at the line that is read. */
void sj_scan_sync(struct sj_scan *scan);
/* Hands the piece on, if there is one; after a break, what was whole. */
void sj_scan_flush(struct sj_scan *scan);

static inline struct sj_scan_frame *
sj_scan_top(struct sj_scan *scan)
{
	return &scan->frames[scan->depth];
}

static inline bool
sj_scan_is_open(const struct sj_scan *scan)
{
	return scan->end == SJ_SCAN_END;
}

/* All that was read is whole: if the scan breaks, this much is handed on. */
static inline void
sj_scan_mark(struct sj_scan *scan)
{
	scan->out_whole_len = scan->out_len;
}

/* Breaks at c, which is not what was expected there. */
void sj_scan_unexpected(struct sj_scan *scan, int c, const char *expected);
/* The same, where the closing bracket was the other thing expected. */
void sj_scan_unexpected_in(struct sj_scan *scan, int c, const char *expected);

/* Takes an opening bracket; false: too deep, the scan is over. */
bool sj_scan_push(struct sj_scan *scan, char closing);
/* Takes the closing one. */
void sj_scan_pop(struct sj_scan *scan);

bool sj_scan_is_name_start(int c);
/* Takes the name of a setting into its frame. */
void sj_scan_take_name(struct sj_scan *scan);
/* Notes it in its group; false, reported: the group has it already. */
bool sj_scan_note_name(struct sj_scan *scan);
/* Puts it into the piece; a second one of a name gets one with "*". */
void sj_scan_put_name(struct sj_scan *scan, bool is_new);

/* Takes a whole string, with its quotes, into the piece. */
void sj_scan_take_string(struct sj_scan *scan);

#endif
