/* SPDX-License-Identifier: ISC */
#ifndef SJ_SESSION_RECORD_H
#define SJ_SESSION_RECORD_H

/* One session record and its file; for session*.c only. */

#include "session.h"

/*
 * Reads the record of this name; false if it is damaged, no record, or of
 * another build.  Never follows a link and never blocks.
 */
bool sj_session_load(
    int sessions_fd, const char *name, struct sj_session *ret_session);

/*
 * Writes the record session->id, new or over the old one, at once for every
 * reader.  The caller holds the lock.
 */
enum sj_reason sj_session_store(int sessions_fd,
    const struct sj_session *session, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
