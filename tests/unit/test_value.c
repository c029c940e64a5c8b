/* SPDX-License-Identifier: ISC */
#include "value.h"

#include <time.h>

#include "test.h"

static void
test_days(void)
{
	static const struct {
		const char *text;
		bool is_good;
		int32_t day;
	} rows[] = {
	    {"1970-01-01", true, 0},
	    {"1970-12-31", true, 364},
	    {"2000-02-29", true, 11016},
	    {"2000-03-01", true, 11017},
	    {"2027-03-31", true, 20908},
	    {"2100-03-01", true, 47541},
	    {"9999-12-31", true, 2932896},
	    {"2100-02-29", false, 0},
	    {"1900-01-01", false, 0},
	    {"1969-12-31", false, 0},
	    {"2027-13-01", false, 0},
	    {"2027-00-01", false, 0},
	    {"2027-01-00", false, 0},
	    {"2027-04-31", false, 0},
	    {"2027-4-30", false, 0},
	    {"2027-04-30 ", false, 0},
	    {"2027/04/30", false, 0},
	    {"20270430", false, 0},
	    {"+027-04-30", false, 0},
	    {"", false, 0},
	};
	int32_t day;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		day = 0;
		CHECK_INT(sj_value_day(rows[i].text, &day), rows[i].is_good);
		CHECK_INT(day, rows[i].day);
	}
	test_done("value_days");
}

/* Every day of four hundred years against the C library's calendar. */
static void
test_calendar(void)
{
	char text[32];
	struct tm tm;
	int32_t day, got;
	time_t now;

	for (day = 0; day < 146097; day++) {
		now = (time_t)day * 86400;
		(void)gmtime_r(&now, &tm);
		(void)strftime(text, sizeof(text), "%Y-%m-%d", &tm);
		got = -1;
		if (!sj_value_day(text, &got) || got != day) {
			CHECK_STR(text, "another day");
			break;
		}
	}
	test_done("value_days_of_four_hundred_years");
}

static void
test_modes(void)
{
	uint32_t mode = 0;

	CHECK(sj_value_mode("0700", 07777, &mode) && mode == 0700);
	CHECK(sj_value_mode("2770", 07777, &mode) && mode == 02770);
	CHECK(sj_value_mode("7", 07777, &mode) && mode == 7);
	CHECK(!sj_value_mode("2770", 0777, &mode));
	CHECK(!sj_value_mode("00700", 07777, &mode));
	CHECK(!sj_value_mode("0800", 07777, &mode));
	CHECK(!sj_value_mode("-1", 07777, &mode));
	CHECK(!sj_value_mode("", 07777, &mode));
	test_done("value_modes");
}

static void
test_hours(void)
{
	static const struct {
		const char *text;
		bool is_good;
		struct sj_hours hours;
	} rows[] = {
	    {"Mon-Fri 08:00-18:00", true, {0x3e, 480, 1080}},
	    {"Sat 22:00-06:00", true, {0x40, 1320, 360}},
	    {"Sun 00:00-24:00", true, {0x01, 0, 1440}},
	    {"Fri-Mon 00:00-12:30", true, {0x63, 0, 750}},
	    {"Mon,Wed,Fri 08:00-09:00", true, {0x2a, 480, 540}},
	    {"Mon-Sun 08:00-09:00", true, {0x7f, 480, 540}},
	    {"Sun-Sat 08:00-09:00", true, {0x7f, 480, 540}},
	    {"08:00-18:00", false, {0, 0, 0}},
	    {"Mon", false, {0, 0, 0}},
	    {"mon 08:00-18:00", false, {0, 0, 0}},
	    {"Mon 8:00-18:00", false, {0, 0, 0}},
	    {"Mon 08:00-08:00", false, {0, 0, 0}},
	    {"Mon 24:00-08:00", false, {0, 0, 0}},
	    {"Mon 08:00-24:01", false, {0, 0, 0}},
	    {"Mon 08:60-09:00", false, {0, 0, 0}},
	    {"Mon 08:00-18:00 ", false, {0, 0, 0}},
	    {"Mon, 08:00-18:00", false, {0, 0, 0}},
	    {"", false, {0, 0, 0}},
	};
	struct sj_hours hours;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&hours, 0, sizeof(hours));
		CHECK_INT(
		    sj_value_hours(rows[i].text, &hours), rows[i].is_good);
		CHECK_INT(hours.days, rows[i].hours.days);
		CHECK_INT(hours.start_min, rows[i].hours.start_min);
		CHECK_INT(hours.end_min, rows[i].hours.end_min);
	}
	test_done("value_hours");
}

static void
test_passwords(void)
{
	static const struct {
		const char *text;
		enum sj_password want;
	} rows[] = {
	    {"", SJ_PASSWORD_EMPTY},
	    {"*", SJ_PASSWORD_NONE},
	    {"!", SJ_PASSWORD_NONE},
	    {"!!", SJ_PASSWORD_NONE},
	    {"!*", SJ_PASSWORD_NONE},
	    {"**", SJ_PASSWORD_INVALID},
	    {"x", SJ_PASSWORD_INVALID},
	    {"Secret123", SJ_PASSWORD_INVALID},
	    {"!Secret123", SJ_PASSWORD_INVALID},
	    {"$", SJ_PASSWORD_INVALID},
	    {"$6$salt", SJ_PASSWORD_INVALID},
	    {"$6$salt$", SJ_PASSWORD_INVALID},
	    {"$6$salt$short", SJ_PASSWORD_INVALID},
	    {"$$$$aaaaaaaaaaaaaaaaaaaaaaaa", SJ_PASSWORD_INVALID},
	    {"$6$s:lt$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", SJ_PASSWORD_INVALID},
	    {"$6$s lt$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", SJ_PASSWORD_INVALID},
	    {"$6$rounds=5000$salt$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		SJ_PASSWORD_HASH},
	    {"!$6$salt$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", SJ_PASSWORD_HASH},
	    {"$2b$12$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		SJ_PASSWORD_HASH},
	    {"$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i"
	     "5rd.RhAtQ7",
		SJ_PASSWORD_HASH},
	    {"$1$salt$aaaaaaaaaaaaaaaaaaaaaa", SJ_PASSWORD_WEAK},
	    {"abJnggxhB/yWI", SJ_PASSWORD_WEAK},
	    {"_J9..CCCCXBrJUJV154M", SJ_PASSWORD_WEAK},
	    {"abJnggxhB/yW", SJ_PASSWORD_INVALID},
	    {"abJnggxhB/yW-", SJ_PASSWORD_INVALID},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_INT(sj_value_password(rows[i].text), rows[i].want);
	test_done("value_passwords");
}

static void
test_others(void)
{
	uint32_t bits = 0;
	char name[300];

	CHECK(sj_value_auth("publickey", &bits) && bits == 1);
	CHECK(sj_value_auth("password", &bits) && bits == 2);
	CHECK(sj_value_auth("publickey+password", &bits) && bits == 3);
	CHECK(!sj_value_auth("any", &bits));
	test_done("value_auth");
	CHECK(sj_value_is_field("J\xc3\xbcrgen, ACME"));
	CHECK(!sj_value_is_field("a:b"));
	CHECK(!sj_value_is_field("a\tb"));
	CHECK(!sj_value_is_field("a\x7f"));
	test_done("value_fields");
	CHECK(sj_value_is_path("/srv/x"));
	CHECK(!sj_value_is_path("srv"));
	CHECK(!sj_value_is_path(""));
	CHECK(!sj_value_is_path("/srv/../x"));
	test_done("value_paths");
	CHECK(sj_value_is_foreign_name("DOMAIN\\user name"));
	CHECK(!sj_value_is_foreign_name(""));
	CHECK(!sj_value_is_foreign_name("a,b"));
	CHECK(!sj_value_is_foreign_name("a/b"));
	CHECK(!sj_value_is_foreign_name("a:b"));
	memset(name, 'a', sizeof(name));
	name[254] = '\0';
	CHECK(sj_value_is_foreign_name(name));
	name[254] = 'a';
	name[255] = '\0';
	CHECK(!sj_value_is_foreign_name(name));
	test_done("value_foreign_names");
}

int
main(void)
{
	test_days();
	test_calendar();
	test_modes();
	test_hours();
	test_passwords();
	test_others();
	return test_failures > 0;
}
