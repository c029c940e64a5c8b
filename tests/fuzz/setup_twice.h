/* SPDX-License-Identifier: ISC */
#ifndef SJ_SETUP_TWICE_H
#define SJ_SETUP_TWICE_H

/* What setup makes of a file, it leaves alone when it comes again. */

#include "fuzz.h"
#include "setup.h"
#include "setup_diff.h"

static inline void
setup_twice(const struct sj_setup_facts *facts, const char *path,
    const char *text,
    void (*plan)(const struct sj_setup_facts *facts, struct sj_setup_file *file,
	struct sj_report *refused))
{
	struct sj_setup_file file = {.path = path}, again = {.path = path};
	struct sj_report refused = {.count = 0};

	tree_put(facts->root, path, text);
	plan(facts, &file, &refused);
	FUZZ_MUST(!refused.is_short);
	FUZZ_MUST(file.new == NULL || refused.count == 0);
	sj_report_print_text(&refused, fuzz_sink());
	if (file.new != NULL) {
		FUZZ_MUST(sj_setup_diff_print(
		    fuzz_sink(), path, file.old, file.new, true));
		tree_put(facts->root, path, file.new);
		plan(facts, &again, &refused);
		FUZZ_MUST(again.new == NULL &&refused.count == 0);
	}
	sj_report_clear(&refused);
	sj_setup_file_clear(&file);
	sj_setup_file_clear(&again);
}

#endif
