/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "test.h"

#include "../../pam_sftpjail/options.c"

#define ARGUMENTS 4

static const struct {
	const char *name;
	const char *argv[ARGUMENTS];
	struct sj_options want;
} good[] = {
    {"options_none_are_all_off", {NULL}, {0}},
    {"options_confine_session_is_known", {"confine=session"},
	{.is_confine_session = true}},
    {"options_onerr_ignore_is_known", {"onerr=ignore"},
	{.is_onerr_ignore = true}},
    {"options_debug_is_known", {"debug"}, {.is_debug = true}},
    {"options_service_has_its_value", {"service=sshd"}, {.service = "sshd"}},
    {"options_rescue_has_its_value", {"rescue=sudo"}, {.rescue = "sudo"}},
    {"options_value_may_hold_an_equals_sign", {"service=a=b"},
	{.service = "a=b"}},
    {"options_all_of_them_go_together",
	{"debug", "confine=session", "service=x", "rescue=wheel"},
	{.is_debug = true,
	    .is_confine_session = true,
	    .service = "x",
	    .rescue = "wheel"}},
    {"options_same_value_twice_is_one",
	{"debug", "debug", "rescue=a", "rescue=a"},
	{.is_debug = true, .rescue = "a"}},
};

static const struct {
	const char *name;
	const char *argv[ARGUMENTS];
	const char *named;
} bad[] = {
    {"options_unknown_is_refused", {"debug", "nonsense"}, "\"nonsense\""},
    {"options_empty_argument_is_refused", {""}, "\"\""},
    {"options_service_without_value_is_refused", {"service="}, "\"service=\""},
    {"options_rescue_without_value_is_refused", {"rescue"}, "\"rescue\""},
    {"options_confine_of_another_value_is_refused", {"confine=sessions"},
	"\"confine=sessions\""},
    {"options_onerr_of_another_value_is_refused", {"onerr=succeed"},
	"\"onerr=succeed\""},
    {"options_case_matters", {"Debug"}, "\"Debug\""},
    {"options_debug_with_value_is_refused", {"debug=1"}, "\"debug=1\""},
    {"options_two_services_are_refused", {"service=a", "service=b"},
	"\"service=b\""},
    {"options_two_rescue_groups_are_refused", {"rescue=a", "rescue=b"},
	"\"rescue=b\""},
};

static int
count(const char *const *argv)
{
	int argc = 0;

	while (argc < ARGUMENTS && argv[argc] != NULL)
		argc++;
	return argc;
}

static bool
is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
test_good(void)
{
	struct sj_options got;
	struct sj_fault fault;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		memset(&got, 0xff, sizeof(got));
		CHECK_INT(sj_options_parse(
			      count(good[i].argv), good[i].argv, &got, &fault),
		    SJ_OK);
		CHECK(
		    got.is_confine_session == good[i].want.is_confine_session);
		CHECK(got.is_onerr_ignore == good[i].want.is_onerr_ignore);
		CHECK(got.is_debug == good[i].want.is_debug);
		CHECK(is_same(got.service, good[i].want.service));
		CHECK(is_same(got.rescue, good[i].want.rescue));
		test_done(good[i].name);
	}
}

static void
test_bad(void)
{
	struct sj_options got, untouched;
	struct sj_fault fault;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&got, 0x55, sizeof(got));
		untouched = got;
		CHECK_INT(sj_options_parse(
			      count(bad[i].argv), bad[i].argv, &got, &fault),
		    SJ_BAD_OPTION);
		CHECK_INT(fault.reason, SJ_BAD_OPTION);
		CHECK(strstr(fault.where, bad[i].named) != NULL);
		CHECK(memcmp(&got, &untouched, sizeof(got)) == 0);
		test_done(bad[i].name);
	}
}

int
main(void)
{
	test_good();
	test_bad();
	return test_failures > 0;
}
