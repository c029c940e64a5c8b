/* SPDX-License-Identifier: ISC */
#ifndef SJ_CSV_H
#define SJ_CSV_H

/*
 * Comma separated values (RFC 4180): quoted fields may hold commas, line ends
 * and doubled quotes; lines end in CRLF or LF.  Pure; nothing is allocated.
 */

#include <stddef.h>

/* A text that is read record by record and changed on the way. */
struct sj_csv {
	char *next;
	char *end;	   /* the NUL behind the text */
	unsigned int line; /* at which next stands, from 1 */
};

/* text has len bytes and a NUL behind them; it must outlive the fields. */
void sj_csv_init(struct sj_csv *csv, char *text, size_t len);

enum sj_csv_result {
	SJ_CSV_RECORD,
	SJ_CSV_END,
	SJ_CSV_QUOTE,	/* a quote inside an unquoted field, or text behind */
	SJ_CSV_OPEN,	/* no closing quote until the end */
	SJ_CSV_NUL,	/* a NUL byte */
	SJ_CSV_TOO_MANY /* more fields than there is room */
};

/*
 * The next record; empty lines are skipped.  SJ_CSV_RECORD: ret_fields[0] to
 * [*ret_count - 1] are its fields, unquoted and terminated.  *ret_line is where
 * it begins, or where the error is.
 */
enum sj_csv_result sj_csv_next(struct sj_csv *csv, const char **ret_fields,
    size_t room, size_t *ret_count, unsigned int *ret_line);

/* What is wrong, for an error. */
const char *sj_csv_error_text(enum sj_csv_result result);

#endif
