/* SPDX-License-Identifier: ISC */
#ifndef SJ_PROGRESS_H
#define SJ_PROGRESS_H

/* A bar on a terminal that says how far long work is. */

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Starts zeroed: silent. */
struct sj_progress {
	bool is_on;
	bool is_shown;
	struct timespec last;
};

/* On if standard error is a terminal; nothing is shown in the first second. */
void sj_progress_start(struct sj_progress *progress);

/*
 * "WHAT [#######.......] 50 %", at most twice a second; what is short.  NULL:
 * nobody looks.
 */
void sj_progress_show(struct sj_progress *progress, const char *what,
    uint64_t done, uint64_t total);

/* Wipes the line, before anything else is written. */
void sj_progress_end(struct sj_progress *progress);

#endif
