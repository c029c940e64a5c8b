/* SPDX-License-Identifier: ISC */
#ifndef SJ_GATE_H
#define SJ_GATE_H

/*
 * The gate: from arming on, each child that this process forks begins without
 * CAP_SETUID in its effective set, so that it can't become the user, unless it
 * opens the gate behind the confinement.  Nothing promises that a PAM stack
 * asks us in the child as it did in the monitor; sshd then dies in setresuid.
 *
 * A child that executes a program as root has the capability again: helpers of
 * other modules are not harmed.
 *
 * One connection for each process: what is armed is armed for all of it.  The
 * handler leaves with the module (glibc drops a module's fork handlers in
 * dlclose).
 */

#include "reason.h"

/*
 * SJ_OK: armed.  SJ_SYSTEM_ERROR: not, or armed so that no child will live,
 * because capabilities can't be changed here.
 */
enum sj_reason sj_gate_arm(struct sj_fault *fault) SJ_MUST_CHECK;

/* Children forked from now on begin as they are.  Not armed: nothing. */
void sj_gate_disarm(void);

/*
 * In the child: gives CAP_SETUID back, and closes the gate for nobody any
 * more.  Where it is not armed nothing is done.  SJ_SYSTEM_ERROR: the process
 * can't become the user and must end.
 */
enum sj_reason sj_gate_open(struct sj_fault *fault) SJ_MUST_CHECK;

#endif
