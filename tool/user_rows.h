/* SPDX-License-Identifier: ISC */
#ifndef SJ_USER_ROWS_H
#define SJ_USER_ROWS_H

/* A CSV file of users, as it is read: columns are found, values not judged. */

#include "user_field.h"

struct sj_user_row {
	unsigned int line;
	const char *values[SJ_FIELD_COUNT]; /* NULL: no such column */
};

/* Starts zeroed; sj_user_rows_clear() frees it. */
struct sj_user_rows {
	const char *file; /* for messages */
	char *text;	  /* the values are in it */
	enum sj_user_field columns[SJ_FIELD_COUNT];
	size_t column_count;
	struct sj_user_row *items;
	size_t count;
	size_t size;
	size_t error_count; /* that were said */
};

/*
 * Reads the file, "-" for standard input.  SJ_EXIT_OK with an error_count: it
 * is no good file of users; all is said.
 */
int sj_user_rows_read(struct sj_user_rows *rows, const struct sj_change *change,
    const char *path) SJ_MUST_CHECK;

/* "FILE:LINE: COLUMN: what" on standard error, and counts it; column may be
 * NULL. */
void sj_user_rows_say(struct sj_user_rows *rows, unsigned int line,
    const char *column, const char *what);

void sj_user_rows_clear(struct sj_user_rows *rows);

#endif
