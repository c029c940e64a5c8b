/* SPDX-License-Identifier: ISC */
#ifndef SJ_NSS_OUTCOME_H
#define SJ_NSS_OUTCOME_H

/* What came of a call, and how the C library is told. */

#include <nss.h>
#include <stdbool.h>

#include "reason.h"

struct sj_outcome {
	enum sj_reason reason;
	bool is_found;	 /* there is an answer ... */
	bool is_fitting; /* ... and the caller's buffer holds it */
	int errno_before;
	struct sj_fault fault; /* of reasons that have one */
};

/* First of all: nothing found, nothing wrong; remembers errno. */
void sj_outcome_begin(struct sj_outcome *ret_outcome);

/*
 * SUCCESS, and errno is what it was.  NOTFOUND: ENOENT.  TRYAGAIN: ERANGE for
 * a buffer too small; what else may pass by itself: no memory, no descriptor.
 * UNAVAIL: the cause.
 */
enum nss_status sj_outcome_status(
    const struct sj_outcome *outcome, int *errnop);

#endif
