/* SPDX-License-Identifier: ISC */
#ifndef SJ_SETUP_TEST_H
#define SJ_SETUP_TEST_H

/* The new texts, tried by the programs that will read them. */

#include "setup.h"

/*
 * Asks "sshd -t" about the new text, from a temporary file.  Needs root, for
 * the host keys.  Refuses also where it already fails with the present text,
 * or there is no sshd to ask.
 */
void sj_setup_test_sshd(
    const struct sj_setup_file *file, struct sj_report *refused);

/*
 * Asks pamtester, where it is installed, to judge root by the new stack, which
 * is prepared beside the file.  Refuses if that fails, and did not before.
 * False: nothing was tried.
 */
bool sj_setup_test_pam(
    const struct sj_setup_file *file, struct sj_report *refused);

/* Refuses where this host is not ready: no database, no module (needs root). */
struct sj_tool;
void sj_setup_test_host(const struct sj_tool *tool, struct sj_report *refused);

#endif
