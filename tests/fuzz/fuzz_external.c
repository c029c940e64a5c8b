/* SPDX-License-Identifier: ISC */
/* sftp_server: the setting, the loader's listing, the program's headers. */
#define _GNU_SOURCE
#include "external.h"
#include "fuzz.h"
#include "name.h"

static void
check_list(struct sj_external_list *list, bool is_paths)
{
	struct sj_strings strings = sj_external_strings(list);
	const char *string = strings.first;
	char normal[SJ_PATH_SIZE];
	uint32_t i;

	for (i = 0; i < strings.count; i++, string = sj_strings_next(string))
		if (is_paths || i == 0)
			FUZZ_MUST(sj_jail_path_normalise(string, normal) &&
				  strcmp(string, normal) == 0);
	sj_pack_clear(&list->pack);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sj_external_list argv = {.count = 0}, files = {.count = 0};
	char *text = fuzz_copy(data, size), *loader = malloc(SJ_PATH_SIZE);
	struct sj_fault fault;

	FUZZ_MUST(loader != NULL);
	if (sj_external_parse(text, &argv) == NULL)
		check_list(&argv, false);
	else
		sj_pack_clear(&argv.pack);
	if (sj_external_parse_listing(text, &files, &fault) == SJ_OK)
		check_list(&files, true);
	else
		sj_pack_clear(&files.pack);
	if (sj_external_interpreter(
		fuzz_write("program", data, size), loader, &fault) == SJ_OK)
		(void)fuzz_see(loader);
	free(loader);
	free(text);
	return 0;
}
