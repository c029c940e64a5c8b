/* SPDX-License-Identifier: ISC */
/*
 * A PAM service: the reader, every way through the stack, what check says of
 * it, what setup makes of it.  Behind a form feed: a file that it may include.
 */
#define _GNU_SOURCE
#include "check.h"
#include "pam_walk.h"
#include "setup_twice.h"

#define SSHD SJ_SYSCONFDIR "/pam.d/sshd"
#define INCLUDED SJ_SYSCONFDIR "/pam.d/a"

static void
check_stack(const char *root)
{
	const struct sj_check_pam_facts facts = {
	    .service = "sshd", .is_sshd = true, .is_auth_needed = true};
	struct sj_report report = {.count = 0};
	const struct sj_pam_entry *by;
	struct sj_pam_stack stack;
	size_t i;

	if (sj_pam_stack_load(root, "sshd", &stack, NULL) == SJ_OK) {
		/* Each costs as much as there are: not the square of many. */
		for (i = 0; i < stack.entry_count && i < 64; i++) {
			(void)fuzz_see(stack.entries[i].module);
			if (sj_pam_walk_bypass(&stack, i, &by) !=
			    SJ_PAM_BYPASS_NONE)
				FUZZ_MUST(by != NULL);
			(void)sj_pam_walk_behind(&stack, i);
			(void)sj_pam_walk_is_binding(&stack.entries[i]);
		}
		sj_check_pam_stack(&report, &stack, &facts);
		sj_report_print_text(&report, fuzz_sink());
		sj_report_clear(&report);
	}
	sj_pam_stack_clear(&stack);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sj_setup_facts facts = {
	    .root = fuzz_dir(), .rescue = "sudo"};
	char *text = fuzz_copy(data, size), *rest = text;

	if (fuzz_is_slow(text)) {
		free(text);
		return 0;
	}
	(void)strsep(&rest, "\f");
	tree_put(facts.root, SSHD, text);
	tree_put(facts.root, INCLUDED, rest == NULL ? "" : rest);
	check_stack(facts.root);
	setup_twice(&facts, SSHD, text, sj_setup_pam);
	free(text);
	return 0;
}
