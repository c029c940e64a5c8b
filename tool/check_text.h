/* SPDX-License-Identifier: ISC */
#ifndef SJ_CHECK_TEXT_H
#define SJ_CHECK_TEXT_H

/* Would the text be applied? */

#include "check_report.h"
#include "tool.h"

/* Reads the configuration and adds its errors, the first of them at most. */
void sj_check_text(struct sj_report *report, const struct sj_tool *tool);

#endif
