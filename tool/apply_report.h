/* SPDX-License-Identifier: ISC */
#ifndef SJ_APPLY_REPORT_H
#define SJ_APPLY_REPORT_H

/* What apply says, as text and as JSON. */

#include "apply.h"

/* "users +3 ~0 -1, groups +0 ~0 -0, jails +0 ~1 -0" or "no changes". */
void sj_apply_report_text(const struct sj_apply_result *result);

/*
 * The whole answer.  model NULL: not even read; result NULL: nothing is known
 * of the changes; failure NULL or the reason why it ended.
 */
bool sj_apply_report_json(const struct sj_model *model,
    const struct sj_apply_result *result, bool is_dry_run, const char *failure);

#endif
