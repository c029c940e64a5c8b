/* SPDX-License-Identifier: ISC */
#ifndef SJ_CHECK_REPORT_H
#define SJ_CHECK_REPORT_H

/* The problems that "sftpjail check" found, and how they are shown. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum sj_severity {
	SJ_ERROR,  /* logins fail, or are not confined as they should be */
	SJ_WARNING /* works, but not as well as it could */
};

/*
 * What is known of a problem before it is met: the id is stable, why says what
 * becomes of it if it stays.
 */
struct sj_problem_kind {
	const char *id;
	enum sj_severity severity;
	const char *why;
};

struct sj_problem {
	struct sj_problem_kind kind; /* its strings are never freed */
	char *path;		     /* NULL: not about a file */
	unsigned int line;	     /* 0: not about a line */
	char *what;
	char *fix; /* NULL: none known; a command or a line to write */
};

/* Starts zeroed.  is_short: memory was short, something is missing. */
struct sj_report {
	struct sj_problem *problems;
	size_t count;
	bool is_short;
};

/* Adds a problem; the strings are copied, those of kind must live on. */
void sj_report_add(struct sj_report *report, const struct sj_problem_kind *kind,
    const char *path, unsigned int line, const char *what_format, ...)
    __attribute__((format(printf, 5, 6)));

/* What mends the problem that was added last. */
void sj_report_fix(struct sj_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

size_t sj_report_count(
    const struct sj_report *report, enum sj_severity severity);

/*
 * Text: a block for each problem, then "ok: no problems" or "2 errors, 1
 * warning".  JSON: check {schema, ok, problems}.  ok is: no error.
 * False if it could not be printed.
 */
void sj_report_print_text(const struct sj_report *report, FILE *out);
bool sj_report_print_json(const struct sj_report *report);

void sj_report_clear(struct sj_report *report);

#endif
