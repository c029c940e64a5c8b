/* SPDX-License-Identifier: ISC */
#include "report.h"

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define VALUE_MAX 256

static int
account_code(enum sj_reason reason)
{
	switch (reason) {
	case SJ_OK:
		return PAM_SUCCESS;
	case SJ_NOT_JAILED:
		return PAM_IGNORE;
	case SJ_USER_UNKNOWN:
		return PAM_USER_UNKNOWN;
	case SJ_USER_EXPIRED:
		return PAM_ACCT_EXPIRED;
	case SJ_BAD_OPTION:
	case SJ_DB_MISSING:
	case SJ_DB_UNTRUSTED:
	case SJ_DB_CORRUPT:
	case SJ_USER_CONFLICT:
	case SJ_USER_DISABLED:
	case SJ_USER_NOT_YET_VALID:
	case SJ_SERVICE_NOT_ALLOWED:
	case SJ_FROM_NOT_ALLOWED:
	case SJ_OUTSIDE_HOURS:
	case SJ_AUTH_NOT_ALLOWED:
	case SJ_TOO_MANY_SESSIONS:
	case SJ_ROOT_MISSING:
	case SJ_ROOT_NOT_DIRECTORY:
	case SJ_ROOT_SYMLINK:
	case SJ_ROOT_OWNER:
	case SJ_ROOT_MODE:
	case SJ_WRITABLE_UNSAFE:
	case SJ_START_MISSING:
	case SJ_MOUNT_MISSING:
	case SJ_MOUNT_UNSAFE:
	case SJ_NETWORK_UNAVAILABLE:
	case SJ_PAM_NOT_WIRED:
	case SJ_SYSTEM_ERROR:
		break;
	}
	return PAM_PERM_DENIED;
}

int
sj_report_pam_code(enum sj_phase phase, enum sj_reason reason)
{
	if (reason == SJ_NOT_JAILED)
		return PAM_IGNORE;
	switch (phase) {
	case SJ_PHASE_AUTH:
		return reason == SJ_OK ? PAM_IGNORE : PAM_AUTH_ERR;
	case SJ_PHASE_ACCOUNT:
		return account_code(reason);
	case SJ_PHASE_SETCRED:
		return reason == SJ_OK ? PAM_IGNORE : PAM_CRED_ERR;
	case SJ_PHASE_SESSION:
		return reason == SJ_OK ? PAM_SUCCESS : PAM_SESSION_ERR;
	}
	return PAM_SYSTEM_ERR;
}

void
sj_report_quote(const char *value, char *ret_quoted)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = value == NULL ? "" : value;
	char *out = ret_quoted;
	const char *end = ret_quoted + 1 + VALUE_MAX;
	unsigned char c;

	*out++ = '"';
	for (; *p != '\0'; p++) {
		c = (unsigned char)*p;
		if (c >= 0x20 && c <= 0x7e && c != '"' && c != '\\') {
			if (end - out < 1)
				break;
			*out++ = (char)c;
			continue;
		}
		if (end - out < 4)
			break;
		*out++ = '\\';
		*out++ = 'x';
		*out++ = digits[c >> 4];
		*out++ = digits[c & 15];
	}
	*out++ = '"';
	*out = '\0';
}

void
sj_report_deny(const struct sj_report *report, enum sj_reason reason,
    const struct sj_fault *fault)
{
	char user[SJ_REPORT_QUOTED_SIZE], jail[SJ_REPORT_QUOTED_SIZE];
	char rhost[SJ_REPORT_QUOTED_SIZE], detail[SJ_REPORT_QUOTED_SIZE];

	sj_report_quote(report->user, user);
	sj_report_quote(report->jail, jail);
	sj_report_quote(report->rhost, rhost);
	sj_report_quote(fault != NULL && fault->where[0] != '\0'
			    ? fault->where
			    : sj_reason_message(reason),
	    detail);
	pam_syslog(report->pamh, LOG_NOTICE,
	    "deny user=%s jail=%s reason=%s rhost=%s detail=%s", user, jail,
	    sj_reason_token(reason), rhost, detail);
}

void
sj_report_allow(const struct sj_report *report)
{
	char user[SJ_REPORT_QUOTED_SIZE], jail[SJ_REPORT_QUOTED_SIZE];
	char rhost[SJ_REPORT_QUOTED_SIZE];

	sj_report_quote(report->user, user);
	sj_report_quote(report->jail, jail);
	sj_report_quote(report->rhost, rhost);
	pam_syslog(report->pamh, LOG_INFO, "allow user=%s jail=%s rhost=%s",
	    user, jail, rhost);
}

void
sj_report_open(const struct sj_report *report, const char *id, const char *auth,
    const char *key)
{
	char user[SJ_REPORT_QUOTED_SIZE], jail[SJ_REPORT_QUOTED_SIZE];
	char rhost[SJ_REPORT_QUOTED_SIZE], id_text[SJ_REPORT_QUOTED_SIZE];
	char auth_text[SJ_REPORT_QUOTED_SIZE], key_text[SJ_REPORT_QUOTED_SIZE];

	sj_report_quote(report->user, user);
	sj_report_quote(report->jail, jail);
	sj_report_quote(report->rhost, rhost);
	sj_report_quote(id, id_text);
	sj_report_quote(auth, auth_text);
	sj_report_quote(key, key_text);
	pam_syslog(report->pamh, LOG_INFO,
	    "open user=%s jail=%s id=%s rhost=%s auth=%s key=%s", user, jail,
	    id_text, rhost, auth_text, key_text);
}

void
sj_report_close(const struct sj_report *report, const char *id,
    long long seconds, bool is_time_over)
{
	char user[SJ_REPORT_QUOTED_SIZE], id_text[SJ_REPORT_QUOTED_SIZE];

	sj_report_quote(report->user, user);
	sj_report_quote(id, id_text);
	pam_syslog(report->pamh, LOG_INFO, "close user=%s id=%s seconds=%lld%s",
	    user, id_text, seconds,
	    is_time_over ? " detail=\"session_time is over\"" : "");
}

void
sj_report_ignore(
    const struct sj_report *report, enum sj_reason reason, const char *detail)
{
	char user[SJ_REPORT_QUOTED_SIZE], rhost[SJ_REPORT_QUOTED_SIZE];
	char detail_text[SJ_REPORT_QUOTED_SIZE];

	sj_report_quote(report->user, user);
	sj_report_quote(report->rhost, rhost);
	sj_report_quote(detail, detail_text);
	pam_syslog(report->pamh, LOG_ERR,
	    "ignore user=%s reason=%s rhost=%s detail=%s", user,
	    sj_reason_token(reason), rhost, detail_text);
}

void
sj_report_not_jailed(const struct sj_report *report)
{
	char user[SJ_REPORT_QUOTED_SIZE], rhost[SJ_REPORT_QUOTED_SIZE];

	sj_report_quote(report->user, user);
	sj_report_quote(report->rhost, rhost);
	pam_syslog(report->pamh, LOG_DEBUG, "not-jailed user=%s rhost=%s", user,
	    rhost);
}

void
sj_report_warning(const struct sj_report *report, const char *detail)
{
	char user[SJ_REPORT_QUOTED_SIZE], jail[SJ_REPORT_QUOTED_SIZE];
	char text[SJ_REPORT_QUOTED_SIZE];

	sj_report_quote(report->user, user);
	sj_report_quote(report->jail, jail);
	sj_report_quote(detail, text);
	pam_syslog(report->pamh, LOG_ERR, "warning user=%s jail=%s detail=%s",
	    user, jail, text);
}

void
sj_report_step(const struct sj_report *report, const char *step)
{
	char user[SJ_REPORT_QUOTED_SIZE], text[SJ_REPORT_QUOTED_SIZE];

	sj_report_quote(report->user, user);
	sj_report_quote(step, text);
	pam_syslog(
	    report->pamh, LOG_DEBUG, "debug user=%s step=%s", user, text);
}

/* Nobody hears what is said, and nobody answers. */
static int
be_silent(int count, const struct pam_message **messages,
    struct pam_response **ret_responses, void *context)
{
	int i;

	(void)context;
	for (i = 0; i < count; i++)
		if (messages[i]->msg_style != PAM_ERROR_MSG &&
		    messages[i]->msg_style != PAM_TEXT_INFO)
			return PAM_CONV_ERR;
	*ret_responses = calloc((size_t)count, sizeof(**ret_responses));
	return *ret_responses != NULL ? PAM_SUCCESS : PAM_BUF_ERR;
}

void
sj_report_tell(const struct sj_report *report, const char *text)
{
	static const struct pam_conv silent = {be_silent, NULL};

	/* A client that can't be told is denied all the same. */
	(void)pam_error(report->pamh, "%s", text);
	/* The modules behind a required line are asked all the same. */
	(void)pam_set_item(report->pamh, PAM_CONV, &silent);
}
