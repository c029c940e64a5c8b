/* SPDX-License-Identifier: ISC */
/*
 * A fuzz target without a fuzzer: reads each file of its corpus, or those that
 * are named, once.  usage: fuzz_NAME [FILE...]
 */
#define _GNU_SOURCE
#include <dirent.h>

#include "fuzz.h"
#include "../test.h"

static void
run_file(const char *path)
{
	FILE *file = fopen(path, "re");
	uint8_t *data = NULL, *bigger;
	size_t len = 0, got;

	FUZZ_MUST(file != NULL);
	do {
		bigger = realloc(data, len + 65536);
		FUZZ_MUST(bigger != NULL);
		data = bigger;
		got = fread(data + len, 1, 65536, file);
		len += got;
	} while (got > 0);
	(void)fclose(file);
	/* Exactly as long as it is: to read on behind it is seen. */
	bigger = malloc(len > 0 ? len : 1);
	FUZZ_MUST(bigger != NULL);
	memcpy(bigger, data, len);
	free(data);
	(void)LLVMFuzzerTestOneInput(bigger, len);
	free(bigger);
}

static int
is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int
main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	const char *target = slash == NULL ? argv[0] : slash + 1;
	struct dirent **entries = NULL;
	char path[512];
	int i, count;

	for (i = 1; i < argc; i++)
		run_file(argv[i]);
	if (argc > 1)
		return 0;
	(void)snprintf(path, sizeof(path), "tests/fuzz/corpus/%s",
	    target + strlen("fuzz_"));
	count = scandir(path, &entries, is_file, alphasort);
	CHECK(count > 0);
	for (i = 0; i < count; i++) {
		(void)snprintf(path, sizeof(path), "tests/fuzz/corpus/%s/%s",
		    target + strlen("fuzz_"), entries[i]->d_name);
		/* Should it end the program, this is the last line. */
		printf("# %s\n", path);
		(void)fflush(stdout);
		run_file(path);
		free(entries[i]);
	}
	free(entries);
	printf("# count inputs %d\n", count);
	(void)snprintf(path, sizeof(path), "%s_corpus", target);
	test_done(path);
	return test_failures > 0;
}
