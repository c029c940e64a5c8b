/* SPDX-License-Identifier: ISC */
#ifndef SJ_EXPLAIN_PAM_H
#define SJ_EXPLAIN_PAM_H

/* Our lines in the PAM stack of one service, judged as "check" does. */

#include <stdbool.h>

#include "check_report.h"
#include "reason.h"

/*
 * Adds what is wrong to *ret_report, which starts zeroed and is to be cleared.
 * is_auth_needed: the jail allows certain ways to log in only.
 * SJ_SYSTEM_ERROR: the service can't be read.
 */
enum sj_reason sj_explain_pam_judge(const char *service, bool is_auth_needed,
    struct sj_report *ret_report, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
