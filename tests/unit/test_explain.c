/* SPDX-License-Identifier: ISC */
/* What explain is made of: the verdict, times, safe output, command lines. */
#define _GNU_SOURCE
#include "explain.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "json.h"
#include "quote.h"
#include "test.h"
#include "when.h"

static const struct {
	const char *name;
	enum sj_reason failed[3]; /* SJ_OK ends */
	enum sj_explain_verdict verdict;
	enum sj_reason reason;
} verdicts[] = {
    {"none", {SJ_OK}, SJ_EXPLAIN_ALLOW, SJ_OK},
    {"one", {SJ_ROOT_MODE}, SJ_EXPLAIN_DENY, SJ_ROOT_MODE},
    {"in_order", {SJ_USER_EXPIRED, SJ_ROOT_MODE}, SJ_EXPLAIN_DENY,
	SJ_USER_EXPIRED},
    {"out_of_order", {SJ_ROOT_MODE, SJ_START_MISSING, SJ_USER_DISABLED},
	SJ_EXPLAIN_DENY, SJ_USER_DISABLED},
    {"database_before_user", {SJ_USER_UNKNOWN, SJ_DB_MISSING}, SJ_EXPLAIN_DENY,
	SJ_DB_MISSING},
    {"not_jailed", {SJ_NOT_JAILED}, SJ_EXPLAIN_NOT_JAILED, SJ_NOT_JAILED},
    {"system_error_last", {SJ_SYSTEM_ERROR, SJ_ROOT_OWNER}, SJ_EXPLAIN_DENY,
	SJ_ROOT_OWNER},
};

static void
test_verdicts(void)
{
	struct sj_explain explain;
	char name[80];
	size_t i, k;

	for (i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		memset(&explain, 0, sizeof(explain));
		sj_explain_add(&explain, "a", SJ_EXPLAIN_OK, SJ_OK, "x");
		sj_explain_add(&explain, "b", SJ_EXPLAIN_WARN, SJ_OK, "x");
		for (k = 0; k < 3 && verdicts[i].failed[k] != SJ_OK; k++)
			sj_explain_add(&explain, "c", SJ_EXPLAIN_FAIL,
			    verdicts[i].failed[k], "%d", 1);
		sj_explain_judge(&explain);
		CHECK_INT(explain.verdict, verdicts[i].verdict);
		CHECK_INT(explain.reason, verdicts[i].reason);
		CHECK(!explain.is_short);
		sj_explain_clear(&explain);
		(void)snprintf(
		    name, sizeof(name), "verdict_%s", verdicts[i].name);
		test_done(name);
	}
}

/* Local time is Berlin's: UTC+1, +2 in summer. */
static const struct {
	const char *text;
	int64_t want; /* -1: refused */
} times[] = {
    {"2026-11-22 18:04", 1795367040},
    {"2026-07-01 00:00", 1782856800},
    {"2026-11-22T17:04:00Z", 1795367040},
    {"2026-11-22t17:04:00z", 1795367040},
    {"2026-11-22 17:04:00Z", 1795367040},
    {"2026-11-22T18:04:00+01:00", 1795367040},
    {"2026-11-22T11:34:00.125-05:30", 1795367040},
    {"2028-02-29T00:00:00Z", 1835395200},
    {"1970-01-01T00:00:00Z", 0},
    {"", -1},
    {"now", -1},
    {"2026-11-22", -1},
    {"2026-11-22 18", -1},
    {"2026-11-22 18:4", -1},
    {"2026-11-22T18:04", -1},
    {"2026-11-22 18:04 ", -1},
    {"2026-11-22 18:04:00", -1},
    {"2026-11-22T18:04:00", -1},
    {"2026-11-22T18:04:00Zx", -1},
    {"2026-11-22T18:04:00.Z", -1},
    {"2026-11-22T18:04:00+1:00", -1},
    {"2026-11-22T18:04:00+24:00", -1},
    {"2026-13-22 18:04", -1},
    {"2026-00-22 18:04", -1},
    {"2026-02-29 18:04", -1},
    {"2026-11-31 18:04", -1},
    {"2026-11-00 18:04", -1},
    {"2026-11-22 24:00", -1},
    {"2026-11-22 18:60", -1},
    {"26-11-22 18:04", -1},
    {"+026-11-22 18:04", -1},
    {"2026/11/22 18:04", -1},
    {"99999-11-22 18:04", -1},
};

static void
test_times(void)
{
	char name[80];
	size_t i;

	(void)setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int64_t sec = -1;
		bool is_good = sj_when_parse(times[i].text, &sec);

		CHECK_INT(is_good, times[i].want != -1);
		CHECK_INT(sec, times[i].want);
		(void)snprintf(
		    name, sizeof(name), "when_%zu_%s", i, times[i].text);
		test_done(name);
	}
}

static const struct {
	const char *name;
	const char *text;
	const char *shown;
	const char *json; /* as jansson prints it in ASCII */
	const char *word; /* of a shell */
} strings[] = {
    {"plain", "alice", "alice", "\"alice\"", "alice"},
    {"empty", "", "", "\"\"", "''"},
    {"blank", "a b", "a b", "\"a b\"", "'a b'"},
    {"path", "/srv/sftp-1/a_b.c", "/srv/sftp-1/a_b.c", "\"/srv/sftp-1/a_b.c\"",
	"/srv/sftp-1/a_b.c"},
    {"utf8", "J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x90\xa7",
	"J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x90\xa7",
	"\"J\\u00F6rg \\u20AC \\uD83D\\uDC27\"",
	"'J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x90\xa7'"},
    {"escape", "\033[2Jx", "\\x1b[2Jx", "\"\\u001B[2Jx\"", "'\033[2Jx'"},
    {"newline", "a\nb", "a\\x0ab", "\"a\\nb\"", "'a\nb'"},
    {"quotes", "a'b\"c", "a'b\"c", "\"a'b\\\"c\"", "'a'\\''b\"c'"},
    {"backslash", "a\\b", "a\\x5cb", "\"a\\\\b\"", "'a\\b'"},
    {"dollar", "$(reboot)", "$(reboot)", "\"$(reboot)\"", "'$(reboot)'"},
    {"latin1", "J\xf6rg", "J\\xf6rg", "\"J\\\\xf6rg\"", "'J\xf6rg'"},
    {"c1_control",
	"\xc2\x9b"
	"2J",
	"\\xc2\\x9b"
	"2J",
	"\"\\u009B2J\"",
	"'\xc2\x9b"
	"2J'"},
    {"right_to_left",
	"a\xe2\x80\xae"
	"b",
	"a\\xe2\\x80\\xae"
	"b",
	"\"a\\u202Eb\"",
	"'a\xe2\x80\xae"
	"b'"},
    {"overlong", "\xc0\xaf", "\\xc0\\xaf", "\"\\\\xc0\\\\xaf\"", "'\xc0\xaf'"},
    {"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80",
	"\"\\\\xed\\\\xa0\\\\x80\"", "'\xed\xa0\x80'"},
    {"beyond_unicode", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80",
	"\"\\\\xf4\\\\x90\\\\x80\\\\x80\"", "'\xf4\x90\x80\x80'"},
    {"cut_sequence", "a\xe2\x82", "a\\xe2\\x82", "\"a\\\\xe2\\\\x82\"",
	"'a\xe2\x82'"},
};

static char *
shown(const char *text, bool is_command)
{
	char *copy = NULL;
	size_t size;
	FILE *out = open_memstream(&copy, &size);

	if (out == NULL)
		abort();
	if (is_command)
		sj_quote_put_command(out, text);
	else
		sj_quote_printf(out, "<%s>", text);
	(void)fclose(out);
	return copy;
}

static void
test_strings(void)
{
	char name[80], want[128];
	size_t i;

	for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		const char *text = strings[i].text;
		char *got = shown(text, false), *dumped;
		char *word = sj_quote_make_word(text);
		json_t *json = sj_json_text(text);

		(void)snprintf(want, sizeof(want), "<%s>", strings[i].shown);
		CHECK_STR(got, want);
		CHECK_INT(sj_quote_is_safe(text),
		    strcmp(text, strings[i].shown) == 0);
		dumped = json_dumps(json, JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
		CHECK_STR(dumped, strings[i].json);
		CHECK_STR(word, strings[i].word);
		json_decref(json);
		free(dumped);
		free(got);
		free(word);
		(void)snprintf(
		    name, sizeof(name), "string_%s", strings[i].name);
		test_done(name);
	}
}

static void
test_commands(void)
{
	char *got = shown("chmod 0755 'a'\\''b'", true);

	CHECK_STR(got, "chmod 0755 'a'\\''b'");
	free(got);
	got = shown("chmod 0755 'a\033b\n'", true);
	CHECK_STR(got, "chmod 0755 'a\\x1bb\\x0a'");
	free(got);
	test_done("command_keeps_its_backslashes_only");
}

static void
test_days(void)
{
	char text[SJ_JSON_TIME_SIZE];
	json_t *json = sj_json_day(SJ_NO_DAY);

	sj_json_day_format(20779, text);
	CHECK_STR(text, "2026-11-22");
	sj_json_day_format(-1, text);
	CHECK_STR(text, "1969-12-31");
	sj_json_time_format(1795367040, text);
	CHECK_STR(text, "2026-11-22T17:04:00Z");
	CHECK(json_is_null(json));
	json_decref(json);
	test_done("days_and_times_are_utc");
}

/* A key file, its modes, and what is said of them; the owner is us. */
static const struct {
	const char *name;
	mode_t dir_mode;
	mode_t file_mode; /* 0: no file */
	bool is_good;
	const char *fix; /* first word */
} key_files[] = {
    {"good", 0755, 0644, true, ""},
    {"private", 0700, 0600, true, ""},
    {"missing", 0755, 0, false, ""},
    {"group_writable", 0755, 0664, false, "chmod go-w"},
    {"other_writable", 0755, 0646, false, "chmod go-w"},
    {"in_open_directory", 0777, 0644, false, "chmod go-w"},
    {"not_readable", 0755, 0044, false, "chmod a+r"},
    {"directory_closed", 0655, 0644, false, "chmod a+x"},
};

static void
test_key_files(void)
{
	struct sj_account account;
	struct sj_explain_file what;
	char dir[] = "/tmp/sj-explain-XXXXXX", path[64], name[80];
	size_t i;

	if (mkdtemp(dir) == NULL)
		abort();
	memset(&account, 0, sizeof(account));
	account.pw.pw_uid = getuid();
	account.pw.pw_gid = getgid();
	/* sshd looks no further up than the home directory. */
	account.pw.pw_dir = dir;
	(void)snprintf(path, sizeof(path), "%s/alice", dir);
	for (i = 0; i < sizeof(key_files) / sizeof(key_files[0]); i++) {
		FILE *file =
		    key_files[i].file_mode == 0 ? NULL : fopen(path, "w");

		if (file != NULL)
			(void)fclose(file);
		(void)chmod(path, key_files[i].file_mode);
		(void)chmod(dir, key_files[i].dir_mode);
		memset(&what, 0, sizeof(what));
		CHECK_INT(sj_explain_key_file(&account, path, &what),
		    key_files[i].is_good);
		CHECK(strncmp(what.fix, key_files[i].fix,
			  strlen(key_files[i].fix)) == 0);
		CHECK(key_files[i].is_good || what.detail[0] != '\0');
		(void)chmod(dir, 0700);
		(void)unlink(path);
		(void)snprintf(
		    name, sizeof(name), "key_file_%s", key_files[i].name);
		/* Without root a directory that is closed is closed to us. */
		if (getuid() != 0 && key_files[i].dir_mode == 0655)
			test_skip(name, "root");
		else
			test_done(name);
	}
	(void)rmdir(dir);
}

int
main(void)
{
	test_verdicts();
	test_times();
	test_strings();
	test_commands();
	test_days();
	test_key_files();
	return test_failures > 0;
}
