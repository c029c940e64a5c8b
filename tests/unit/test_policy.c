/* SPDX-License-Identifier: ISC */
/* Every rule of the policy: facts and a jail in, a reason out. */
#include "policy.h"

#include <stdlib.h>

#include "test.h"

#define DAY(n) ((int64_t)(n)*86400)
#define STRINGS(literal, n)                 \
	{                                   \
		literal, sizeof(literal), n \
	}

static const struct sj_user alice = {
    .is_served = true,
    .uid = 20001,
    .not_before_day = SJ_NO_DAY,
    .expires_day = SJ_NO_DAY,
    .name = "alice",
    .hash = "*",
};

static struct sj_facts
good_facts(void)
{
	static const char *const groups[] = {"sftp-only"};
	struct sj_facts facts = {
	    .user = "alice",
	    .service = "sshd",
	    .is_known = true,
	    .uid = 20001,
	    .served = &alice,
	    .is_public = true,
	    .public_uid = 20001,
	    .groups = groups,
	    .group_count = 1,
	    .now_sec = DAY(20000) + 43200,
	    .local_wday = 3,
	    .local_min = 720,
	    .from_state = SJ_FROM_KNOWN,
	    .is_auth_known = true,
	    .auth = SJ_AUTH_PUBLICKEY,
	};

	if (!sj_addr_parse("192.0.2.7", &facts.from))
		abort();
	return facts;
}

static struct sj_jail
good_jail(void)
{
	struct sj_jail jail = {
	    .name = "default",
	    .root = "%h",
	    .start = "/",
	    .writable_group = "",
	    .message = "",
	    .groups = STRINGS("sftp-only", 1),
	    .services = STRINGS("sshd", 1),
	    .umask = SJ_UMASK_UNSET,
	};

	return jail;
}

/* Rows change one thing each; the functions keep the table readable. */
static struct sj_user changed_user;

static void
set_disabled(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)jail;
	changed_user.is_disabled = true;
	facts->served = &changed_user;
}

static void
set_not_before_today(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)jail;
	changed_user.not_before_day = 20000;
	facts->served = &changed_user;
}

static void
set_not_before_tomorrow(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)jail;
	changed_user.not_before_day = 20001;
	facts->served = &changed_user;
	facts->now_sec = DAY(20001) - 1;
}

static void
set_expires_today(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)jail;
	changed_user.expires_day = 20000;
	facts->served = &changed_user;
	facts->now_sec = DAY(20001) - 1;
}

static void
set_expires_yesterday(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)jail;
	changed_user.expires_day = 20000;
	facts->served = &changed_user;
	facts->now_sec = DAY(20001);
}

static void
set_disabled_elsewhere(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)jail;
	changed_user.is_served = false;
	changed_user.is_disabled = true;
	changed_user.expires_day = 1;
	facts->served = &changed_user;
	facts->is_public = false;
}

static void
set_service(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)jail;
	facts->service = "su";
}

static const unsigned char net_v4_24[18] = {4, 24, 192, 0, 2, 0};
static const unsigned char net_other[18] = {4, 24, 198, 51, 100, 0};
static const unsigned char monday_morning[8] = {1 << 1, 0, 224, 1, 208, 2};
static const unsigned char wednesday[8] = {1 << 3, 0, 0, 0, 160, 5};
static const unsigned char tuesday_night[8] = {1 << 2, 0, 40, 5, 200, 0};
static const unsigned char auth_key[4] = {SJ_AUTH_PUBLICKEY};
static const unsigned char auth_password[4] = {SJ_AUTH_PASSWORD};
static const unsigned char auth_both[4] = {
    SJ_AUTH_PUBLICKEY | SJ_AUTH_PASSWORD};

static void
set_from_inside(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)facts;
	jail->from = (struct sj_packed){net_v4_24, 1};
}

static void
set_from_outside(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)facts;
	jail->from = (struct sj_packed){net_other, 1};
}

static void
set_from_unusable(struct sj_facts *facts, struct sj_jail *jail)
{
	set_from_inside(facts, jail);
	facts->from_state = SJ_FROM_UNUSABLE;
}

static void
set_from_skip(struct sj_facts *facts, struct sj_jail *jail)
{
	set_from_outside(facts, jail);
	facts->from_state = SJ_FROM_SKIP;
}

static void
set_hours_inside(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)facts;
	jail->hours = (struct sj_packed){wednesday, 1};
}

static void
set_hours_outside(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)facts;
	jail->hours = (struct sj_packed){monday_morning, 1};
}

static void
set_hours_end(struct sj_facts *facts, struct sj_jail *jail)
{
	jail->hours = (struct sj_packed){monday_morning, 1};
	facts->local_wday = 1;
	facts->local_min = 720; /* 480..720: the end is outside */
}

static void
set_hours_start(struct sj_facts *facts, struct sj_jail *jail)
{
	jail->hours = (struct sj_packed){monday_morning, 1};
	facts->local_wday = 1;
	facts->local_min = 480;
}

static void
set_hours_past_midnight(struct sj_facts *facts, struct sj_jail *jail)
{
	jail->hours = (struct sj_packed){tuesday_night, 1};
	facts->local_min = 199; /* Wednesday: belongs to Tuesday's night */
}

static void
set_hours_before_night(struct sj_facts *facts, struct sj_jail *jail)
{
	jail->hours = (struct sj_packed){tuesday_night, 1};
	facts->local_wday = 2;
	facts->local_min = 199; /* would belong to Monday's */
}

static void
set_auth_key(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)facts;
	jail->auth = (struct sj_packed){auth_key, 1};
}

static void
set_auth_password(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)facts;
	jail->auth = (struct sj_packed){auth_password, 1};
}

static void
set_auth_half(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)facts;
	jail->auth = (struct sj_packed){auth_both, 1};
}

static void
set_auth_more(struct sj_facts *facts, struct sj_jail *jail)
{
	jail->auth = (struct sj_packed){auth_key, 1};
	facts->auth |= SJ_AUTH_OTHER;
}

static void
set_auth_both(struct sj_facts *facts, struct sj_jail *jail)
{
	jail->auth = (struct sj_packed){auth_both, 1};
	facts->auth = SJ_AUTH_PUBLICKEY | SJ_AUTH_PASSWORD;
}

static void
set_auth_untold(struct sj_facts *facts, struct sj_jail *jail)
{
	jail->auth = (struct sj_packed){auth_key, 1};
	facts->is_auth_known = false;
}

static void
set_sessions_full(struct sj_facts *facts, struct sj_jail *jail)
{
	jail->max_sessions = 2;
	facts->session_count = 2;
}

static void
set_sessions_room(struct sj_facts *facts, struct sj_jail *jail)
{
	jail->max_sessions = 2;
	facts->session_count = 1;
}

static void
set_address_full(struct sj_facts *facts, struct sj_jail *jail)
{
	jail->max_sessions_per_address = 2;
	facts->address_count = 2;
}

static void
set_address_room(struct sj_facts *facts, struct sj_jail *jail)
{
	jail->max_sessions_per_address = 2;
	facts->address_count = 1;
	facts->session_count = 9;
}

static void
set_address_unusable(struct sj_facts *facts, struct sj_jail *jail)
{
	jail->max_sessions_per_address = 2;
	facts->from_state = SJ_FROM_UNUSABLE;
}

static void
set_address_skip(struct sj_facts *facts, struct sj_jail *jail)
{
	set_address_full(facts, jail);
	facts->from_state = SJ_FROM_SKIP;
}

static void
set_address_no_limit(struct sj_facts *facts, struct sj_jail *jail)
{
	(void)jail;
	facts->from_state = SJ_FROM_UNUSABLE;
	facts->address_count = 9;
}

static void
set_two_faults(struct sj_facts *facts, struct sj_jail *jail)
{
	set_disabled(facts, jail);
	set_service(facts, jail);
	set_from_outside(facts, jail);
}

static const struct {
	const char *name;
	void (*change)(struct sj_facts *facts, struct sj_jail *jail);
	enum sj_reason want;
} rows[] = {
    {"good_is_ok", NULL, SJ_OK},
    {"disabled", set_disabled, SJ_USER_DISABLED},
    {"disabled_of_another_source", set_disabled_elsewhere, SJ_USER_DISABLED},
    {"first_day_has_come", set_not_before_today, SJ_OK},
    {"last_second_before_first_day", set_not_before_tomorrow,
	SJ_USER_NOT_YET_VALID},
    {"last_second_of_last_day", set_expires_today, SJ_OK},
    {"first_second_behind_last_day", set_expires_yesterday, SJ_USER_EXPIRED},
    {"service_su", set_service, SJ_SERVICE_NOT_ALLOWED},
    {"from_inside", set_from_inside, SJ_OK},
    {"from_outside", set_from_outside, SJ_FROM_NOT_ALLOWED},
    {"from_unusable", set_from_unusable, SJ_FROM_NOT_ALLOWED},
    {"from_not_asked", set_from_skip, SJ_OK},
    {"hours_inside", set_hours_inside, SJ_OK},
    {"hours_outside", set_hours_outside, SJ_OUTSIDE_HOURS},
    {"hours_end_is_exclusive", set_hours_end, SJ_OUTSIDE_HOURS},
    {"hours_start_is_inclusive", set_hours_start, SJ_OK},
    {"hours_past_midnight", set_hours_past_midnight, SJ_OK},
    {"hours_night_of_the_day_before", set_hours_before_night, SJ_OUTSIDE_HOURS},
    {"auth_key", set_auth_key, SJ_OK},
    {"auth_key_where_password_is_wanted", set_auth_password,
	SJ_AUTH_NOT_ALLOWED},
    {"auth_half_of_both", set_auth_half, SJ_AUTH_NOT_ALLOWED},
    {"auth_more_than_listed", set_auth_more, SJ_AUTH_NOT_ALLOWED},
    {"auth_both", set_auth_both, SJ_OK},
    {"auth_untold", set_auth_untold, SJ_AUTH_NOT_ALLOWED},
    {"sessions_full", set_sessions_full, SJ_TOO_MANY_SESSIONS},
    {"sessions_room", set_sessions_room, SJ_OK},
    {"address_full", set_address_full, SJ_TOO_MANY_SESSIONS},
    {"address_room", set_address_room, SJ_OK},
    {"address_unusable", set_address_unusable, SJ_TOO_MANY_SESSIONS},
    {"address_not_asked", set_address_skip, SJ_OK},
    {"address_no_limit", set_address_no_limit, SJ_OK},
    {"first_fault_is_the_reason", set_two_faults, SJ_USER_DISABLED},
};

static void
test_rows(void)
{
	struct sj_facts facts;
	struct sj_jail jail;
	struct sj_fault fault;
	char name[128];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		facts = good_facts();
		jail = good_jail();
		changed_user = alice;
		fault.where[0] = '\0';
		if (rows[i].change != NULL)
			rows[i].change(&facts, &jail);
		CHECK_INT(
		    sj_policy_decide(SJ_CHECKS_ALL, &jail, &facts, &fault),
		    rows[i].want);
		CHECK((fault.where[0] != '\0') == (rows[i].want != SJ_OK));
		(void)snprintf(name, sizeof(name), "policy_%s", rows[i].name);
		test_done(name);
	}
}

static const struct {
	const char *name;
	struct sj_strings users, groups, except_users, except_groups;
	bool is_served;
	bool want;
} matches[] = {
    {"by_group", .groups = STRINGS("sftp-only", 1), .is_served = true,
	.want = true},
    {"by_name", .users = STRINGS("bob\0alice", 2), .want = true},
    {"star_for_served", .users = STRINGS("*", 1), .is_served = true,
	.want = true},
    {"star_not_for_others", .users = STRINGS("*", 1), .want = false},
    {"other_group", .groups = STRINGS("wheel", 1), .want = false},
    {"part_of_a_name", .users = STRINGS("alic\0alicee", 2), .want = false},
    {"except_user", .users = STRINGS("alice", 1),
	.except_users = STRINGS("alice", 1), .want = false},
    {"except_group", .users = STRINGS("alice", 1),
	.except_groups = STRINGS("sftp-only", 1), .want = false},
    {"nobody", .want = false},
};

static void
test_matches(void)
{
	struct sj_facts facts;
	struct sj_jail jail;
	const char *why;
	char name[128];
	size_t i;

	for (i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
		facts = good_facts();
		jail = good_jail();
		changed_user = alice;
		changed_user.is_served = matches[i].is_served;
		facts.served = &changed_user;
		jail.users = matches[i].users;
		jail.groups = matches[i].groups;
		jail.except_users = matches[i].except_users;
		jail.except_groups = matches[i].except_groups;
		why = NULL;
		CHECK_INT(
		    sj_policy_matches(&jail, &facts, &why), matches[i].want);
		CHECK(why != NULL);
		(void)snprintf(
		    name, sizeof(name), "policy_match_%s", matches[i].name);
		test_done(name);
	}
}

static void
test_identity(void)
{
	struct sj_facts facts = good_facts();

	CHECK_INT(sj_policy_identity(&facts, NULL), SJ_OK);
	test_done("policy_identity_agrees");
	facts.is_known = false;
	CHECK_INT(sj_policy_identity(&facts, NULL), SJ_USER_UNKNOWN);
	test_done("policy_identity_unknown_to_nss");
	facts = good_facts();
	facts.uid = 1000;
	CHECK_INT(sj_policy_identity(&facts, NULL), SJ_USER_CONFLICT);
	test_done("policy_identity_other_uid_in_nss");
	facts = good_facts();
	facts.public_uid = 20002;
	CHECK_INT(sj_policy_identity(&facts, NULL), SJ_USER_CONFLICT);
	test_done("policy_identity_files_disagree");
	facts = good_facts();
	facts.is_public = false;
	CHECK_INT(sj_policy_identity(&facts, NULL), SJ_USER_CONFLICT);
	facts = good_facts();
	facts.served = NULL;
	CHECK_INT(sj_policy_identity(&facts, NULL), SJ_USER_CONFLICT);
	test_done("policy_identity_in_one_file_only");
	facts.is_public = false;
	CHECK_INT(sj_policy_identity(&facts, NULL), SJ_OK);
	test_done("policy_identity_of_another_source");
}

static void
test_days(void)
{
	CHECK_INT(sj_day_of(0), 0);
	CHECK_INT(sj_day_of(86399), 0);
	CHECK_INT(sj_day_of(86400), 1);
	CHECK_INT(sj_day_of(-1), -1);
	CHECK_INT(sj_day_of(-86400), -1);
	CHECK_INT(sj_day_of(INT64_MAX), SJ_NO_DAY - 1);
	test_done("policy_day_of_rounds_down");
}

/* The words are read by scripts: none is lost, doubled or renamed. */
static void
test_tokens(void)
{
	size_t i, j;

	CHECK_STR(sj_reason_token(SJ_OK), "ok");
	CHECK_STR(sj_reason_token(SJ_ROOT_MODE), "root-mode");
	CHECK_STR(sj_reason_token(SJ_SYSTEM_ERROR), "system-error");
	for (i = 0; i < SJ_REASON_COUNT; i++)
		for (j = 0; j < i; j++)
			CHECK(strcmp(sj_reason_token((enum sj_reason)i),
				  sj_reason_token((enum sj_reason)j)) != 0);
	test_done("reason_tokens_differ");
}

static void
test_message(void)
{
	struct sj_jail jail = good_jail();

	CHECK(strstr(sj_policy_message(&jail), "by SFTP only") != NULL);
	CHECK(strstr(sj_policy_message(NULL), "SFTP") == NULL);
	CHECK(strlen(sj_policy_message(NULL)) > 0);
	jail.message = "closed";
	CHECK_STR(sj_policy_message(&jail), "closed");
	test_done("policy_message_default_and_own");
}

static void
test_pacing(void)
{
	static const struct {
		const char *release;
		bool want;
	} kernels[] = {
	    {"4.13.0", true},
	    {"4.18.0-553.el8.x86_64", true},
	    {"5.4", true},
	    {"6.1.0-18-amd64", true},
	    {"10.0", true},
	    {"4.12.14-122-default", false},
	    {"4.9.0-19-amd64", false},
	    {"3.10.0-1160.el7.x86_64", false},
	    {"2.6.18-419.el5", false},
	    {"4", false},
	    {"", false},
	    {"x.y", false},
	};
	size_t i;

	for (i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++)
		CHECK_INT(
		    sj_policy_can_pace(kernels[i].release), kernels[i].want);
	test_done("policy_can_pace_from_4_13_on");
}

int
main(void)
{
	test_rows();
	test_matches();
	test_identity();
	test_days();
	test_tokens();
	test_message();
	test_pacing();
	return test_failures > 0;
}
