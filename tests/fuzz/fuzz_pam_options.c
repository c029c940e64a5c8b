/* SPDX-License-Identifier: ISC */
/*
 * What the PAM module reads beside the database: its arguments (lines), and
 * the variable with the ways of authentication, in two states.
 */
#define _GNU_SOURCE
#include "auth_info.h"
#include "fuzz.h"
#include "options.h"
#include "report.h"

#define ARGS_MAX 16

static void
check_options(char *text)
{
	const char *argv[ARGS_MAX + 1] = {NULL};
	struct sj_options options;
	struct sj_fault fault = {.where = ""};
	char *rest = text, *word;
	int argc = 0;

	while (argc < ARGS_MAX && (word = strsep(&rest, "\n")) != NULL)
		argv[argc++] = word;
	if (sj_options_parse(argc, argv, &options, &fault) != SJ_OK) {
		(void)fuzz_see(fault.where);
		return;
	}
	FUZZ_MUST(options.service == NULL || *options.service != '\0');
	FUZZ_MUST(options.rescue == NULL || *options.rescue != '\0');
}

static void
check_auth_info(const char *text)
{
	struct sj_auth_info info;
	const char *half = text + strlen(text) / 2;

	sj_auth_info_parse(text, &info);
	(void)(fuzz_see(info.names) + fuzz_see(info.key));
	FUZZ_MUST(!sj_auth_info_is_genuine(text, text, true));
	FUZZ_MUST(!sj_auth_info_is_genuine(NULL, text, true));
	(void)sj_auth_info_is_genuine(half, text, true);
	(void)sj_auth_info_is_genuine("", text, false);
}

static void
check_quoted(const char *text)
{
	char *quoted = malloc(SJ_REPORT_QUOTED_SIZE);
	const char *p;
	size_t len;

	FUZZ_MUST(quoted != NULL);
	sj_report_quote(text, quoted);
	len = strlen(quoted);
	FUZZ_MUST(len >= 2 && quoted[0] == '"' && quoted[len - 1] == '"');
	for (p = quoted + 1; p < quoted + len - 1; p++)
		FUZZ_MUST(*p >= 0x20 && *p <= 0x7e && *p != '"');
	free(quoted);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);

	check_quoted(text);
	check_auth_info(text);
	check_options(text);
	free(text);
	return 0;
}
