/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/* The bar of long work, on a standard error that is a file. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "progress.h"
#include "test.h"

/* What show and end wrote, at a time when one is due if is_due. */
static void
written(bool is_due, uint64_t done, uint64_t total, char *buf, size_t size)
{
	struct sj_progress progress = {.is_on = true};
	int saved = dup(STDERR_FILENO), fd = memfd_create("stderr", 0);
	ssize_t len;

	CHECK(saved >= 0 && fd >= 0);
	if (!is_due)
		CHECK(clock_gettime(CLOCK_MONOTONIC, &progress.last) == 0);
	(void)fflush(stderr);
	(void)dup2(fd, STDERR_FILENO);
	sj_progress_show(&progress, "reading", done, total);
	/* Not again so soon. */
	sj_progress_show(&progress, "reading", done, total);
	sj_progress_end(&progress);
	CHECK(!progress.is_on && !progress.is_shown);
	(void)fflush(stderr);
	(void)dup2(saved, STDERR_FILENO);
	len = pread(fd, buf, size - 1, 0);
	buf[len > 0 ? len : 0] = '\0';
	(void)close(saved);
	(void)close(fd);
}

#define BAR(marks, dots, percent) \
	"\rreading [" marks dots "] " percent " %\033[K\r\033[K"
#define TEN "##########"
#define TEN_DOTS ".........."

static void
test_bar(void)
{
	static const struct {
		const char *name;
		uint64_t done, total;
		const char *want;
	} rows[] = {
	    {"begin", 0, 300,
		BAR("", TEN_DOTS TEN_DOTS TEN_DOTS TEN_DOTS, "0")},
	    {"half", 150, 300, BAR(TEN TEN, TEN_DOTS TEN_DOTS, "50")},
	    {"end", 300, 300, BAR(TEN TEN TEN TEN, "", "100")},
	    {"more_than_there_was", 9, 3, BAR(TEN TEN TEN TEN, "", "100")},
	    {"nothing", 0, 0, BAR(TEN TEN TEN TEN, "", "100")},
	    {"big", UINT64_MAX / 2, UINT64_MAX,
		BAR(TEN TEN, TEN_DOTS TEN_DOTS, "50")},
	};
	char buf[512], name[64];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		written(true, rows[i].done, rows[i].total, buf, sizeof(buf));
		CHECK_STR(buf, rows[i].want);
		(void)snprintf(name, sizeof(name), "progress_%s", rows[i].name);
		test_done(name);
	}
}

static void
test_silent(void)
{
	struct sj_progress progress;
	char buf[512];

	written(false, 1, 2, buf, sizeof(buf));
	CHECK_STR(buf, "");
	sj_progress_show(NULL, "reading", 1, 2);
	sj_progress_start(&progress);
	CHECK(progress.is_on == (isatty(STDERR_FILENO) == 1));
	test_done("progress_is_silent_before_its_time");
}

int
main(void)
{
	test_bar();
	test_silent();
	return test_failures > 0;
}
