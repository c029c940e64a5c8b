/* SPDX-License-Identifier: ISC */
/* nsswitch.conf: the reader, what check says of it, what setup makes of it. */
#define _GNU_SOURCE
#include "check.h"
#include "setup_twice.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sj_setup_facts facts = {.root = fuzz_dir()};
	char *text = fuzz_copy(data, size);
	struct sj_report report = {.count = 0};
	struct sj_nsswitch config;

	FUZZ_MUST(sj_nsswitch_parse(text, &config, NULL) == SJ_OK);
	sj_check_nss_switch(&report, &config);
	sj_report_print_text(&report, fuzz_sink());
	sj_report_clear(&report);
	sj_nsswitch_clear(&config);
	setup_twice(&facts, SJ_NSS_PATH, text, sj_setup_nss);
	free(text);
	return 0;
}
