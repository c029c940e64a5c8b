/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "flock.h"

#include <errno.h>
#include <sys/file.h>
#include <time.h>

#define STEP_NSEC 2000000L

enum sj_reason
sj_flock_take(int fd, const char *what, struct sj_fault *fault)
{
	const struct timespec step = {0, STEP_NSEC};
	long left = SJ_FLOCK_SEC * (1000000000L / STEP_NSEC);

	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return sj_fault_set(
			    fault, SJ_SYSTEM_ERROR, errno, "lock %s", what);
		if (left-- == 0)
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
			    "%s was locked for %d seconds", what, SJ_FLOCK_SEC);
		(void)nanosleep(&step, NULL);
	}
	return SJ_OK;
}

void
sj_flock_release(int fd)
{
	(void)flock(fd, LOCK_UN);
}
