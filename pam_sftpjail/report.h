/* SPDX-License-Identifier: ISC */
#ifndef SJ_REPORT_H
#define SJ_REPORT_H

/*
 * What is told, and to whom: a PAM code to the application, a line to syslog
 * (authpriv), a text to the client.  pam_syslog(3) writes the beginning of
 * each line: "pam_sftpjail(SERVICE:PHASE): ".
 */

#include <security/pam_modules.h>
#include <stdbool.h>
#include <stddef.h>

#include "reason.h"

enum sj_phase {
	SJ_PHASE_AUTH,
	SJ_PHASE_ACCOUNT,
	SJ_PHASE_SETCRED,
	SJ_PHASE_SESSION
};

/* Whom a line is about.  NULL stands for "" in each string. */
struct sj_report {
	pam_handle_t *pamh;
	const char *user;
	const char *jail;
	const char *rhost;
};

/*
 * The code of a verdict.  auth and setcred have no SUCCESS: some other module
 * must give it.  Not jailed is PAM_IGNORE everywhere.
 */
int sj_report_pam_code(enum sj_phase phase, enum sj_reason reason);

/*
 * Writes value in double quotes, with each byte outside 0x20-0x7e, each '"'
 * and each '\' as \xHH; at most 256 bytes stand between the quotes, and no
 * escape is cut.  The result always fits into SJ_REPORT_QUOTED_SIZE bytes.
 */
#define SJ_REPORT_QUOTED_SIZE 260
void sj_report_quote(const char *value, char *ret_quoted);

/* deny user= jail= reason= rhost= detail=   (notice) */
void sj_report_deny(const struct sj_report *report, enum sj_reason reason,
    const struct sj_fault *fault);

/* allow user= jail= rhost=   (info) */
void sj_report_allow(const struct sj_report *report);

/* open user= jail= id= rhost= auth= key=   (info) */
void sj_report_open(const struct sj_report *report, const char *id,
    const char *auth, const char *key);

/* close user= id= seconds=, and detail= if its time was over   (info) */
void sj_report_close(const struct sj_report *report, const char *id,
    long long seconds, bool is_time_over);

/*
 * ignore user= reason= rhost= detail=: let through although the database could
 * not be used, by the administrator's word (err).
 */
void sj_report_ignore(
    const struct sj_report *report, enum sj_reason reason, const char *detail);

/* not-jailed user= rhost=   (debug) */
void sj_report_not_jailed(const struct sj_report *report);

/* warning user= jail= detail=: what denies nobody, but must be seen (err) */
void sj_report_warning(const struct sj_report *report, const char *detail);

/* debug user= step=   (debug) */
void sj_report_step(const struct sj_report *report, const char *step);

/*
 * Shows text to the client, and nothing of what modules say after it: "your
 * account has expired" would tell what the text does not.  Only for acct, whose
 * denial is the end: in a session it would end up in the SFTP stream.
 */
void sj_report_tell(const struct sj_report *report, const char *text);

#endif
