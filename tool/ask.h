/* SPDX-License-Identifier: ISC */
#ifndef SJ_ASK_H
#define SJ_ASK_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Asks the question on out, and on the terminal that standard input is; is_yes:
 * --yes was given, and nothing is asked.  SJ_EXIT_OK: go on.  Else what the
 * command returns, and it is said that nothing was changed.
 */
int sj_ask(const char *command, FILE *out, const char *question, bool is_yes);

#endif
