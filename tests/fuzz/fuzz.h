/* SPDX-License-Identifier: ISC */
#ifndef SJ_FUZZ_H
#define SJ_FUZZ_H

/*
 * For the fuzz targets.  Each is one file, fuzz_NAME.c, with the function that
 * libFuzzer calls; linked with run.c instead it reads tests/fuzz/corpus/NAME
 * once, without clang.  A target that sees what must not be ends the program.
 */

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_MUST(condition)                                                   \
	do {                                                                   \
		if (!(condition)) {                                            \
			(void)fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, \
			    __LINE__, #condition);                             \
			abort();                                               \
		}                                                              \
	} while (0)

/* Every byte of a string is looked at: the sanitizer knows its end. */
static inline size_t
fuzz_see(const char *string)
{
	return strlen(string);
}

/* A copy of its own, so that its ends are known, with a NUL behind. */
static inline char *
fuzz_copy(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);

	FUZZ_MUST(copy != NULL);
	if (size > 0)
		memcpy(copy, data, size);
	copy[size] = '\0';
	return copy;
}

static inline char **
fuzz_dir_place(void)
{
	static char *dir;

	return &dir;
}

static inline void
fuzz_dir_remove(void)
{
	tree_remove(*fuzz_dir_place());
}

/* A directory below TMPDIR, removed at the end of the program. */
static inline const char *
fuzz_dir(void)
{
	char **place = fuzz_dir_place();

	if (*place == NULL) {
		*place = tree_make();
		(void)atexit(fuzz_dir_remove);
	}
	return *place;
}

/* Writes a file of that directory; its path lives until the next call. */
static inline const char *
fuzz_write(const char *name, const void *data, size_t size)
{
	static char path[256];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", fuzz_dir(), name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FUZZ_MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	(void)close(fd);
	return path;
}

/*
 * Two files that include each other more than once are read a thousand times:
 * a fuzzer would do little else.
 */
static inline bool
fuzz_is_slow(const char *text)
{
	static const char *const words[] = {"include", "substack"};
	const char *at;
	size_t i, count = 0;

	for (i = 0; i < 2; i++)
		for (at = text; (at = strcasestr(at, words[i])) != NULL; at++)
			count++;
	return count > 2;
}

/* Where what is said goes. */
static inline FILE *
fuzz_sink(void)
{
	static FILE *sink;

	if (sink == NULL)
		sink = fopen("/dev/null", "we");
	FUZZ_MUST(sink != NULL);
	return sink;
}

#endif
