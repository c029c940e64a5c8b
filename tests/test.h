/* SPDX-License-Identifier: ISC */
#ifndef SJ_TEST_H
#define SJ_TEST_H

/*
 * The smallest test kit: a line for each case, and an exit status.
 *   ok NAME / not ok NAME - why / skip NAME - what is missing
 * tests/run counts these lines.
 */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int test_failures;
static bool test_is_bad;

/* Inside a case: notes a failure and goes on. */
#define CHECK(condition)                                                      \
	do {                                                                  \
		if (!(condition)) {                                           \
			printf(                                               \
			    "# %s:%d: %s\n", __FILE__, __LINE__, #condition); \
			test_is_bad = true;                                   \
		}                                                             \
	} while (0)

#define CHECK_STR(got, want)                                                   \
	do {                                                                   \
		const char *got_ = (got), *want_ = (want);                     \
		if (got_ == NULL || strcmp(got_, want_) != 0) {                \
			printf("# %s:%d: got \"%s\", want \"%s\"\n", __FILE__, \
			    __LINE__, got_ == NULL ? "(null)" : got_, want_);  \
			test_is_bad = true;                                    \
		}                                                              \
	} while (0)

#define CHECK_INT(got, want)                                                  \
	do {                                                                  \
		long long got_ = (long long)(got), want_ = (long long)(want); \
		if (got_ != want_) {                                          \
			printf("# %s:%d: %s is %lld, want %lld\n", __FILE__,  \
			    __LINE__, #got, got_, want_);                     \
			test_is_bad = true;                                   \
		}                                                             \
	} while (0)

/* Ends a case. */
static inline void
test_done(const char *name)
{
	printf("%s %s\n", test_is_bad ? "not ok" : "ok", name);
	(void)fflush(stdout);
	if (test_is_bad)
		test_failures++;
	test_is_bad = false;
}

static inline void
test_skip(const char *name, const char *missing)
{
	printf("skip %s - %s\n", name, missing);
}

#endif
