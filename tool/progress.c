/* SPDX-License-Identifier: ISC */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define FIRST_MSEC 1000
#define NEXT_MSEC 500
#define WIDTH 40

void
sj_progress_start(struct sj_progress *progress)
{
	progress->is_shown = false;
	progress->is_on = isatty(STDERR_FILENO) == 1 &&
			  clock_gettime(CLOCK_MONOTONIC, &progress->last) == 0;
}

static void
draw(const char *what, uint64_t done, uint64_t total)
{
	static const char full[WIDTH + 1] =
	    "########################################";
	static const char empty[WIDTH + 1] =
	    "........................................";
	int percent = total == 0 || done >= total
			  ? 100
			  : (int)((double)done * 100 / (double)total);
	int marks = percent * WIDTH / 100;

	(void)fprintf(stderr, "\r%s [%.*s%.*s] %d %%\033[K", what, marks, full,
	    WIDTH - marks, empty, percent);
}

void
sj_progress_show(struct sj_progress *progress, const char *what, uint64_t done,
    uint64_t total)
{
	struct timespec now;
	int64_t msec;

	if (progress == NULL || !progress->is_on ||
	    clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return;
	msec = (int64_t)(now.tv_sec - progress->last.tv_sec) * 1000 +
	       (now.tv_nsec - progress->last.tv_nsec) / 1000000;
	if (msec < (progress->is_shown ? NEXT_MSEC : FIRST_MSEC))
		return;
	progress->last = now;
	progress->is_shown = true;
	draw(what, done, total);
}

void
sj_progress_end(struct sj_progress *progress)
{
	if (progress->is_shown)
		(void)fputs("\r\033[K", stderr);
	progress->is_on = progress->is_shown = false;
}
