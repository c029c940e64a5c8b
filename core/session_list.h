/* SPDX-License-Identifier: ISC */
#ifndef SJ_SESSION_LIST_H
#define SJ_SESSION_LIST_H

/* All session records of the directory; for session.c only. */

#include "session.h"

/* Starts zeroed; the sessions are the caller's to free(). */
struct sj_session_found {
	struct sj_session *sessions;
	size_t count;
	size_t size;
};

/*
 * Which boot this is.  A directory that is no tmpfs outlives a reboot, and its
 * records' processes could be taken for others that start as early in the next
 * one.
 */
enum sj_reason sj_session_read_boot(
    char boot[SJ_SESSION_BOOT_SIZE], struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * With the lock held: collects the live records and removes all others; or, if
 * like is not NULL, looks only at those that count together with that one: to
 * see whether a process lives is most of the work.
 */
enum sj_reason sj_session_collect(int sessions_fd,
    const struct sj_session *like, struct sj_session_found *list,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* How many of them count together with session. */
void sj_session_count_like(const struct sj_session_found *list,
    const struct sj_session *session, struct sj_session_counts *ret_counts);

#endif
