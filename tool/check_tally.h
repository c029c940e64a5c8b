/* SPDX-License-Identifier: ISC */
#ifndef SJ_CHECK_TALLY_H
#define SJ_CHECK_TALLY_H

/*
 * Problems that many users share: one cause is told once, with the first user
 * it was seen with and how many there are.  Causes beyond SJ_TALLY_MAX are
 * only counted, so that a million users make a page and not a book.
 */

#include <stddef.h>
#include <stdint.h>

#include "check_report.h"

#define SJ_TALLY_MAX 50u

/* The strings are borrowed until sj_tally_note() returns. */
struct sj_tally_cause {
	struct sj_problem_kind kind; /* its strings live on */
	const char *path;	     /* NULL: none */
	unsigned int line;
	const char *what;
	const char *fix; /* NULL: none */
};

struct sj_tally_entry;

/* Starts zeroed. */
struct sj_tally {
	struct sj_tally_entry *entries;
	size_t count;
	uint64_t dropped_count;
	bool is_short;
};

void sj_tally_note(struct sj_tally *tally, const struct sj_tally_cause *cause,
    const char *user);

/* Adds all to the report and empties the tally. */
void sj_tally_flush(struct sj_tally *tally, struct sj_report *report);

#endif
