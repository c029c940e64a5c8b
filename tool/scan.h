/* SPDX-License-Identifier: ISC */
#ifndef SJ_SCAN_H
#define SJ_SCAN_H

/*
 * The pre-scan of a configuration file.  It knows libconfig's grammar, names
 * what libconfig hides or calls "syntax error", and cuts the text into pieces
 * of about 1 KiB that libconfig can be given one by one: a tree of a million
 * users would take more than a gigabyte.
 *
 * A value that can't be meant (an unquoted date, yes, 0027, a number too long)
 * is reported and handed on as SJ_SCAN_BAD, so that the rest of the file is
 * read.  What breaks the structure ends the file.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The only floating point number in a piece: stands for a bad value. */
#define SJ_SCAN_BAD "1e99"

/* Every read asks for this much: the sum of a file depends on it. */
#define SJ_SCAN_WINDOW 65536u

#define SJ_SCAN_DEPTH_MAX 8	   /* brackets inside brackets */
#define SJ_SCAN_DIGITS_LONG_MAX 18 /* of an integer with the suffix L */
#define SJ_SCAN_SETTINGS_MAX 100   /* of one group; libconfig is quadratic */
#define SJ_SCAN_PIECE_MAX ((size_t)16 << 20)

/* Settings of the top level (list NULL), or elements of a list named list. */
struct sj_scan_piece {
	const char *list;
	uint32_t first_index; /* of the elements, in this file */
	uint32_t first_line;  /* of the text */
	const char *text;     /* settings, or "e=(...)" */
	size_t len;	      /* terminated as well */
};

struct sj_scan_error {
	uint32_t line;
	const char *setting; /* "users[3].keys[0]", "" outside of any */
	const char *message;
};

/*
 * Where bytes come from and pieces and errors go.  read fills buf and returns
 * how many, 0 at the end, -1 to stop.  piece: false stops.
 */
struct sj_scan_ops {
	long (*read)(void *context, char *buf, size_t size);
	bool (*piece)(void *context, const struct sj_scan_piece *piece);
	void (*error)(void *context, const struct sj_scan_error *error);
	const char *const *lists; /* names of those to cut; NULL ends them */
	void *context;
};

enum sj_scan_end {
	SJ_SCAN_END,	 /* the whole file */
	SJ_SCAN_BROKEN,	 /* a syntax error; what came before was handed on */
	SJ_SCAN_STOPPED, /* by read or piece */
	SJ_SCAN_MEMORY
};

enum sj_scan_end sj_scan_file(const struct sj_scan_ops *ops);

/* What a word without quotes is, in the place of a value. */
enum sj_word { SJ_WORD_BOOL, SJ_WORD_INTEGER, SJ_WORD_BAD };

/*
 * Judges a word; SJ_WORD_BAD: ret_message (size bytes) says what is wrong and
 * what was expected.
 */
enum sj_word sj_scan_judge_word(
    const char *word, char *ret_message, size_t size);

#endif
