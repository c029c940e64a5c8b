/* SPDX-License-Identifier: ISC */
#ifndef SJ_FLOCK_H
#define SJ_FLOCK_H

/* flock(2) with an end. */

#include "reason.h"

#define SJ_FLOCK_SEC 10

/*
 * Locks the open file description of fd against all others; closing its last
 * descriptor gives the lock back.  Waits for at most SJ_FLOCK_SEC seconds: a
 * stopped process that holds it must not hang every login.  what: for *fault.
 */
enum sj_reason sj_flock_take(
    int fd, const char *what, struct sj_fault *fault) SJ_MUST_CHECK;

void sj_flock_release(int fd);

#endif
