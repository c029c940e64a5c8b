/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "setup_diff.h"

#include <stdlib.h>

#include "cleanup.h"
#include "setup_lines.h"
#include "test.h"

#define HEAD "--- f\n+++ f\n"
#define A7 "1\n2\n3\n4\n5\n6\n7\n"

static const struct {
	const char *name;
	const char *old;
	const char *new;
	const char *want;
	bool is_colored;
} rows[] = {
    {"same_texts_are_nothing", A7, A7, "", false},
    {"line_is_replaced_in_context", "0\n" A7 "8\n",
	"0\n1\n2\n3\nx\n5\n6\n7\n8\n",
	HEAD "@@ -2,7 +2,7 @@\n 1\n 2\n 3\n-4\n+x\n 5\n 6\n 7\n", false},
    {"new_first_line", "1\n", "x\n1\n", HEAD "@@ -1,1 +1,2 @@\n+x\n 1\n",
	false},
    {"new_text", "", "x\n", HEAD "@@ -0,0 +1,1 @@\n+x\n", false},
    {"text_is_gone", "x\n", "", HEAD "@@ -1,1 +0,0 @@\n-x\n", false},
    {"six_lines_between_are_one_hunk", "a\n1\n2\n3\n4\n5\n6\nb\n",
	"A\n1\n2\n3\n4\n5\n6\nB\n",
	HEAD "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n",
	false},
    {"seven_lines_between_are_two_hunks", "a\n" A7 "b\n", "A\n" A7 "B\n",
	HEAD "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n"
	     "@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n",
	false},
    {"moved_lines_keep_the_longest_part", "a\nb\nc\nd\n", "b\nc\na\nd\n",
	HEAD "@@ -1,4 +1,4 @@\n-a\n b\n c\n+a\n d\n", false},
    {"line_end_is_missing", "1\n2", "1\n2\n3",
	HEAD "@@ -1,2 +1,3 @@\n 1\n-2\n\\ No newline at end of file\n+2\n+3\n"
	     "\\ No newline at end of file\n",
	false},
    {"controls_are_made_visible", "\ta\\\r\n", "\tb\033[2J\n",
	HEAD "@@ -1,1 +1,1 @@\n-\ta\\\\x0d\n+\tb\\x1b[2J\n", false},
    {"colors", "a\n1\n", "b\n1\n",
	HEAD "\033[36m@@ -1,2 +1,2 @@\033[0m\n\033[31m-a\033[0m\n"
	     "\033[32m+b\033[0m\n 1\n",
	true},
};

static void
test_rows(void)
{
	size_t i, size;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		SJ_AUTO_FREE char *got = NULL;
		FILE *out = open_memstream(&got, &size);

		CHECK(sj_setup_diff_print(
		    out, "f", rows[i].old, rows[i].new, rows[i].is_colored));
		(void)fclose(out);
		CHECK_STR(got, rows[i].want);
		test_done(rows[i].name);
	}
}

/* Too much to compare line by line: all old, then all new, and no time lost. */
static void
test_big(void)
{
	SJ_AUTO_FREE char *old = NULL, *new = NULL, *got = NULL;
	size_t size, i, lines = 0;
	FILE *a = open_memstream(&old, &size), *b, *out;

	for (i = 0; i < 20000; i++)
		(void)fprintf(a, "%zu\n", i);
	(void)fclose(a);
	b = open_memstream(&new, &size);
	for (i = 0; i < 20000; i++)
		(void)fprintf(b, "%zu\n", i + 1000000);
	(void)fclose(b);
	out = open_memstream(&got, &size);
	CHECK(sj_setup_diff_print(out, "f", old, new, false));
	(void)fclose(out);
	for (i = 0; i < size; i++)
		lines += got[i] == '\n';
	CHECK_INT(lines, 40003);
	test_done("big_texts_are_all_new");
}

/* Several changes at one line keep their order. */
static void
test_lines(void)
{
	struct sj_setup_lines lines = {.count = 0};
	SJ_AUTO_FREE char *made = NULL;
	size_t len;

	sj_setup_lines_add(&lines, SJ_SETUP_BEFORE, 2, "b%d", 1);
	sj_setup_lines_add(&lines, SJ_SETUP_BEFORE, 2, "b%d", 2);
	sj_setup_lines_add(&lines, SJ_SETUP_REPLACE, 2, "r");
	sj_setup_lines_add(&lines, SJ_SETUP_AFTER, 2, "a");
	sj_setup_lines_add(&lines, SJ_SETUP_AFTER, 0, "end");
	made = sj_setup_lines_make(&lines, "1\n2\r\n3");
	CHECK_STR(made, "1\nb1\r\nb2\r\nr\r\na\r\n3\nend\n");
	sj_setup_lines_clear(&lines);
	CHECK_INT(sj_setup_lines_count("1\n\n3"), 3);
	CHECK_INT(sj_setup_lines_count(""), 0);
	CHECK(sj_setup_lines_find("1\n2\n", 3, &len) == NULL);
	CHECK_STR(sj_setup_lines_find("1\n22\n", 2, &len), "22\n");
	CHECK_INT(len, 2);
	test_done("lines_are_changed_in_order");
}

int
main(void)
{
	test_rows();
	test_big();
	test_lines();
	return test_failures == 0 ? 0 : 1;
}
