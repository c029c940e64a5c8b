/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "check_tally.h"

#include <stdlib.h>

#include "test.h"

static const struct sj_problem_kind kind = {"root-mode", SJ_ERROR, "why"};

static void
note(struct sj_tally *tally, const char *what, const char *user)
{
	const struct sj_tally_cause cause = {
	    .kind = kind, .path = "/srv", .what = what, .fix = "chmod"};

	sj_tally_note(tally, &cause, user);
}

static void
test_shared(void)
{
	struct sj_report report = {0};
	struct sj_tally tally = {0};

	note(&tally, "one", "alice");
	note(&tally, "two", "bob");
	note(&tally, "one", "carol");
	note(&tally, "one", "dave");
	note(&tally, "two", "erin");
	sj_tally_flush(&tally, &report);
	CHECK_INT(report.count, 2);
	if (report.count == 2) {
		CHECK_STR(
		    report.problems[0].what, "one (user alice and 2 others)");
		CHECK_STR(report.problems[0].fix, "chmod");
		CHECK_STR(report.problems[0].path, "/srv");
		CHECK_STR(
		    report.problems[1].what, "two (user bob and 1 other)");
	}
	CHECK_INT(tally.count, 0);
	sj_report_clear(&report);
	test_done("tally_tells_a_shared_cause_once");
}

static void
test_single(void)
{
	struct sj_report report = {0};
	struct sj_tally tally = {0};

	note(&tally, "one", "alice");
	sj_tally_flush(&tally, &report);
	CHECK_INT(report.count, 1);
	CHECK(report.count == 1 &&
	      strcmp(report.problems[0].what, "one (user alice)") == 0);
	sj_report_clear(&report);
	test_done("tally_names_a_single_user");
}

/* As a million users with a cause each would. */
static void
test_many(void)
{
	struct sj_report report = {0};
	struct sj_tally tally = {0};
	char what[32];
	unsigned int i;

	for (i = 0; i < SJ_TALLY_MAX + 1000; i++) {
		(void)snprintf(what, sizeof(what), "cause %u", i);
		note(&tally, what, "x");
	}
	note(&tally, "cause 3", "y");
	sj_tally_flush(&tally, &report);
	CHECK_INT(report.count, SJ_TALLY_MAX + 1);
	CHECK_STR(report.problems[3].what, "cause 3 (user x and 1 other)");
	CHECK_STR(report.problems[SJ_TALLY_MAX].kind.id, "more-users");
	CHECK(strncmp(report.problems[SJ_TALLY_MAX].what, "1000 more", 9) == 0);
	sj_report_clear(&report);
	test_done("tally_counts_what_it_does_not_keep");
}

static void
test_severity(void)
{
	struct sj_report report = {0};
	struct sj_tally tally = {0};
	struct sj_tally_cause cause = {.kind = kind, .what = "one"};

	sj_tally_note(&tally, &cause, "alice");
	cause.kind.severity = SJ_WARNING;
	sj_tally_note(&tally, &cause, "bob");
	sj_tally_flush(&tally, &report);
	CHECK_INT(report.count, 2);
	CHECK_INT(sj_report_count(&report, SJ_ERROR), 1);
	CHECK_INT(sj_report_count(&report, SJ_WARNING), 1);
	sj_report_clear(&report);
	test_done("tally_keeps_error_and_warning_apart");
}

int
main(void)
{
	test_shared();
	test_single();
	test_many();
	test_severity();
	return test_failures == 0 ? 0 : 1;
}
