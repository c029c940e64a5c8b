/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "test.h"

#include <stdarg.h>

#include "../../pam_sftpjail/report.c"

/* libpam's, so that the lines end up here.  Only what report.c hands over. */
static char line[8192];
static int priority;
static int lines;

void
pam_syslog(const pam_handle_t *pamh, int prio, const char *fmt, ...)
{
	va_list ap;

	(void)pamh;
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	priority = prio;
	lines++;
}

int
pam_prompt(pam_handle_t *pamh, int style, char **response, const char *fmt, ...)
{
	va_list ap;

	(void)pamh;
	(void)response;
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	priority = style;
	return PAM_CONV_ERR;
}

static struct pam_conv conv;

int
pam_set_item(pam_handle_t *pamh, int type, const void *item)
{
	(void)pamh;
	if (type != PAM_CONV)
		return PAM_BAD_ITEM;
	conv = *(const struct pam_conv *)item;
	return PAM_SUCCESS;
}

static const struct {
	const char *name;
	const char *value;
	const char *want;
} quotes[] = {
    {"quote_null_is_empty", NULL, "\"\""},
    {"quote_empty_is_empty", "", "\"\""},
    {"quote_plain_stays", "alice.b-c_d 1", "\"alice.b-c_d 1\""},
    {"quote_quote_is_escaped", "a\"b", "\"a\\x22b\""},
    {"quote_backslash_is_escaped", "a\\b", "\"a\\x5cb\""},
    {"quote_newline_is_escaped", "a\nb", "\"a\\x0ab\""},
    {"quote_escape_is_escaped", "\033[1m", "\"\\x1b[1m\""},
    {"quote_delete_is_escaped", "\x7f", "\"\\x7f\""},
    {"quote_space_and_tilde_stay", " ~", "\" ~\""},
    {"quote_high_bytes_are_escaped", "\xc3\xab", "\"\\xc3\\xab\""},
    {"quote_format_is_text", "%s%n", "\"%s%n\""},
    {"quote_cannot_close_the_value", "x\" reason=ok y=\"",
	"\"x\\x22 reason=ok y=\\x22\""},
};

static void
test_quotes(void)
{
	char got[SJ_REPORT_QUOTED_SIZE];
	size_t i;

	for (i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		sj_report_quote(quotes[i].value, got);
		CHECK_STR(got, quotes[i].want);
		test_done(quotes[i].name);
	}
}

static void
test_long_values(void)
{
	char value[4097], got[SJ_REPORT_QUOTED_SIZE + 16];
	size_t plain;

	memset(value, 'a', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	memset(got, 'X', sizeof(got));
	sj_report_quote(value, got);
	CHECK_INT(strlen(got), 258);
	CHECK_INT(got[257], '"');
	CHECK_INT(got[SJ_REPORT_QUOTED_SIZE], 'X');
	test_done("quote_long_value_is_cut_at_256");

	/* 253 to 255 bytes leave no room for a whole escape */
	for (plain = 250; plain <= 256; plain++) {
		memset(value, 'a', plain);
		value[plain] = '\n';
		value[plain + 1] = '\0';
		memset(got, 'X', sizeof(got));
		sj_report_quote(value, got);
		CHECK_INT(strlen(got), plain + 2 + (plain <= 252 ? 4 : 0));
		CHECK_INT(got[strlen(got) - 1], '"');
		CHECK_INT(got[SJ_REPORT_QUOTED_SIZE], 'X');
	}
	test_done("quote_no_escape_is_cut");
}

/* The handle is never looked into: who would stands above. */
static const struct sj_report heard = {
    .pamh = (pam_handle_t *)&lines,
};

static const struct sj_report who = {
    .user = "alice", .jail = "default", .rhost = "192.0.2.7"};

static void
test_lines(void)
{
	struct sj_fault fault = {.where = "/srv is mode 0775, want 0755"};
	struct sj_report evil = {
	    .user = "x\" jail=\"y", .jail = NULL, .rhost = "a\nb"};

	sj_report_deny(&who, SJ_ROOT_MODE, &fault);
	CHECK_STR(line, "deny user=\"alice\" jail=\"default\" "
			"reason=root-mode rhost=\"192.0.2.7\" "
			"detail=\"/srv is mode 0775, want 0755\"");
	CHECK_INT(priority, LOG_NOTICE);
	test_done("line_deny");

	fault.where[0] = '\0';
	sj_report_deny(&evil, SJ_DB_MISSING, &fault);
	CHECK_STR(line, "deny user=\"x\\x22 jail=\\x22y\" jail=\"\" "
			"reason=db-missing rhost=\"a\\x0ab\" "
			"detail=\"there is no compiled database\"");
	test_done("line_deny_without_cause_says_what_the_reason_is");

	sj_report_allow(&who);
	CHECK_STR(
	    line, "allow user=\"alice\" jail=\"default\" rhost=\"192.0.2.7\"");
	CHECK_INT(priority, LOG_INFO);
	test_done("line_allow");

	sj_report_open(&who, "1a-2", "publickey", "SHA256:abc");
	CHECK_STR(line, "open user=\"alice\" jail=\"default\" id=\"1a-2\" "
			"rhost=\"192.0.2.7\" auth=\"publickey\" "
			"key=\"SHA256:abc\"");
	CHECK_INT(priority, LOG_INFO);
	test_done("line_open");

	sj_report_close(&who, "1a-2", 12, true);
	CHECK_STR(line, "close user=\"alice\" id=\"1a-2\" seconds=12 "
			"detail=\"session_time is over\"");
	sj_report_close(&who, "1a-2", 12, false);
	CHECK_STR(line, "close user=\"alice\" id=\"1a-2\" seconds=12");
	CHECK_INT(priority, LOG_INFO);
	test_done("line_close");

	lines = 0;
	sj_report_not_jailed(&who);
	CHECK_INT(priority, LOG_DEBUG);
	sj_report_step(&who, "wired");
	CHECK_INT(priority, LOG_DEBUG);
	sj_report_warning(&who, "no log");
	CHECK_INT(priority, LOG_ERR);
	CHECK_STR(
	    line, "warning user=\"alice\" jail=\"default\" detail=\"no log\"");
	sj_report_ignore(&who, SJ_DB_CORRUPT, "onerr=ignore");
	CHECK_INT(priority, LOG_ERR);
	CHECK(strstr(line, "reason=db-corrupt") != NULL);
	CHECK_INT(lines, 4);
	test_done("line_priorities");

	sj_report_tell(&heard, "100% %s closed");
	CHECK_STR(line, "100% %s closed");
	CHECK_INT(priority, PAM_ERROR_MSG);
	test_done("message_is_text_and_a_deaf_client_is_no_matter");
}

/* What libpam does for a module that speaks or asks afterwards. */
static void
test_silence(void)
{
	const struct pam_message text = {PAM_TEXT_INFO, "and more"},
				 error = {PAM_ERROR_MSG, "expired"},
				 question = {PAM_PROMPT_ECHO_OFF, "Password:"};
	const struct pam_message *said[] = {&text, &error};
	const struct pam_message *asked[] = {&text, &question};
	struct pam_response *responses = NULL;

	sj_report_tell(&heard, "closed");
	CHECK_INT(
	    conv.conv(2, said, &responses, conv.appdata_ptr), PAM_SUCCESS);
	CHECK(responses != NULL && responses[0].resp == NULL &&
	      responses[1].resp == NULL);
	free(responses);
	CHECK_STR(line, "closed");
	CHECK_INT(
	    conv.conv(2, asked, &responses, conv.appdata_ptr), PAM_CONV_ERR);
	test_done("message_is_the_last_one_shown");
}

/* A reason that no row names denies. */
static const struct {
	enum sj_reason reason;
	int codes[4];
} codes[] = {
    {SJ_OK, {PAM_IGNORE, PAM_SUCCESS, PAM_IGNORE, PAM_SUCCESS}},
    {SJ_NOT_JAILED, {PAM_IGNORE, PAM_IGNORE, PAM_IGNORE, PAM_IGNORE}},
    {SJ_USER_UNKNOWN,
	{PAM_AUTH_ERR, PAM_USER_UNKNOWN, PAM_CRED_ERR, PAM_SESSION_ERR}},
    {SJ_USER_EXPIRED,
	{PAM_AUTH_ERR, PAM_ACCT_EXPIRED, PAM_CRED_ERR, PAM_SESSION_ERR}},
};

static void
test_code(enum sj_reason reason)
{
	static const int denied[4] = {
	    PAM_AUTH_ERR, PAM_PERM_DENIED, PAM_CRED_ERR, PAM_SESSION_ERR};
	const int *want = denied;
	char name[64];
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].reason == reason)
			want = codes[i].codes;
	CHECK_INT(sj_report_pam_code(SJ_PHASE_AUTH, reason), want[0]);
	CHECK_INT(sj_report_pam_code(SJ_PHASE_ACCOUNT, reason), want[1]);
	CHECK_INT(sj_report_pam_code(SJ_PHASE_SETCRED, reason), want[2]);
	CHECK_INT(sj_report_pam_code(SJ_PHASE_SESSION, reason), want[3]);
	(void)snprintf(name, sizeof(name), "code_%s", sj_reason_token(reason));
	test_done(name);
}

int
main(void)
{
	size_t reason;

	test_quotes();
	test_long_values();
	test_lines();
	test_silence();
	for (reason = 0; reason < SJ_REASON_COUNT; reason++)
		test_code((enum sj_reason)reason);
	return test_failures > 0;
}
