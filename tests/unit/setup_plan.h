/* SPDX-License-Identifier: ISC */
#ifndef SJ_SETUP_PLAN_H
#define SJ_SETUP_PLAN_H

/* Rows of texts and what setup makes of them, for test_setup_*.c. */

#include "setup.h"
#include "sysfile.h"
#include "test.h"
#include "tree.h"

/*
 * want: the new text; SETUP_SAME: nothing to change; else NULL, and the
 * refusal "ID:LINE", or several with blanks between, stands in refused.
 */
struct setup_row {
	const char *name;
	const char *text;
	const char *want;
	const char *refused;
};

#define SETUP_SAME ""

static inline char *
setup_list(const struct sj_report *report)
{
	char *text = strdup(""), *longer;
	size_t i;

	for (i = 0; i < report->count; i++) {
		if (asprintf(&longer, "%s%s%s:%u", text, i == 0 ? "" : " ",
			report->problems[i].kind.id,
			report->problems[i].line) < 0)
			abort();
		free(text);
		text = longer;
	}
	return text;
}

/* Plans the file below facts->root; what is made is made once only. */
static inline void
setup_plan_row(const struct sj_setup_facts *facts, const char *path,
    void (*plan)(const struct sj_setup_facts *facts, struct sj_setup_file *file,
	struct sj_report *refused),
    const struct setup_row *row)
{
	struct sj_setup_file file = {.path = path}, again = {.path = path};
	struct sj_report refused = {.count = 0};
	char *list;

	tree_put(facts->root, path, row->text);
	plan(facts, &file, &refused);
	list = setup_list(&refused);
	CHECK_STR(list, row->refused == NULL ? "" : row->refused);
	CHECK(!refused.is_short);
	if (row->want == NULL || *row->want == '\0')
		CHECK(file.new == NULL);
	else
		CHECK_STR(file.new, row->want);
	if (file.new != NULL) {
		tree_put(facts->root, path, file.new);
		plan(facts, &again, &refused);
		CHECK(again.new == NULL);
		CHECK_INT(refused.count, 0);
	}
	free(list);
	sj_report_clear(&refused);
	sj_setup_file_clear(&file);
	sj_setup_file_clear(&again);
	test_done(row->name);
}

#endif
