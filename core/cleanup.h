/* SPDX-License-Identifier: ISC */
#ifndef SJ_CLEANUP_H
#define SJ_CLEANUP_H

/*
 * Release at the end of the scope, so that every path can simply return.
 * An owned descriptor starts as -1, an owned pointer as NULL.  errno survives.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void
sj_cleanup_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)close(*fd);
	errno = saved;
}

static inline void
sj_cleanup_free(void *pointer)
{
	int saved = errno;

	free(*(void **)pointer);
	errno = saved;
}

static inline void
sj_cleanup_fclose(FILE **file)
{
	int saved = errno;

	if (*file != NULL)
		(void)fclose(*file);
	errno = saved;
}

#define SJ_AUTO_CLOSE __attribute__((cleanup(sj_cleanup_close)))
#define SJ_AUTO_FREE __attribute__((cleanup(sj_cleanup_free)))
#define SJ_AUTO_FCLOSE __attribute__((cleanup(sj_cleanup_fclose)))

/* Gives the descriptor away: the variable is left as -1. */
static inline int
sj_take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#endif
