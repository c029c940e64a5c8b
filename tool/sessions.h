/* SPDX-License-Identifier: ISC */
#ifndef SJ_SESSIONS_H
#define SJ_SESSIONS_H

/* Live sessions for the commands: choosing some, ending them. */

#include "session.h"

/* The records of this host. */
extern const struct sj_session_dir sj_sessions_installed;

/*
 * The live sessions of a user, or the one with an id (ids begin with a digit,
 * names do not); NULL: all.  As sj_session_list(): free() *ret_sessions.
 */
enum sj_reason sj_sessions_find(const char *user_or_id,
    struct sj_session **ret_sessions, size_t *ret_count,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Ends them: SIGTERM, which lets sshd close cleanly, and after some ten
 * seconds SIGKILL to what is left.  Prints a line for each on standard output.
 * SJ_SYSTEM_ERROR: one of them can't be signalled or still lives.
 */
enum sj_reason sj_sessions_end(const struct sj_session *sessions, size_t count,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
