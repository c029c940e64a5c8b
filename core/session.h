/* SPDX-License-Identifier: ISC */
#ifndef SJ_SESSION_H
#define SJ_SESSION_H

/*
 * The records of live sessions: one file for each in DIR/sessions, DIR being
 * /run/sftpjail but in tests.  A record lives while the monitor or the child
 * of its session does; who finds a dead one removes it.
 *
 * Everything that counts or writes holds one lock (flock(2) on DIR/sessions),
 * waits at most SJ_FLOCK_SEC for it, and has closed its descriptor on
 * return, so that no child ever inherits the lock.  A record appears and
 * changes by rename(2): it is never seen half written.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reason.h"

#define SJ_SESSION_ID_SIZE 24

/*
 * A process that can't be taken for another with the same number: start is
 * field 22 of /proc/PID/stat.  pid 0: none.
 */
struct sj_process {
	pid_t pid;
	uint64_t start;
};

/* Strings are cut where they do not fit.  "" is: not known. */
struct sj_session {
	char id[SJ_SESSION_ID_SIZE]; /* begins with a digit */
	char user[256];
	char jail[65];
	char service[64];
	char from[256]; /* PAM_RHOST */
	char auth[64];	/* "publickey", "publickey+password" */
	char key[96];	/* "SHA256:..." */
	uint32_t uid;
	int64_t since_sec;	 /* since 1970-01-01 UTC */
	uint64_t since_boot_sec; /* CLOCK_BOOTTIME: durations survive date(1) */
	struct sj_process monitor; /* who opened the session */
	struct sj_process child;   /* the user's process */
};

/* Where the records are, and whose the directories must be (0 but in tests). */
struct sj_session_dir {
	const char *path;
	uid_t uid;
};

/*
 * Opens DIR, making it (0700) if it is missing.  SJ_OK: an O_DIRECTORY|
 * O_CLOEXEC descriptor, the caller's.  SJ_SYSTEM_ERROR: also where it is a
 * symbolic link, of another owner, or writable by others.
 */
enum sj_reason sj_session_dir_open(const struct sj_session_dir *dir,
    int *ret_fd, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Counts the live sessions of session->uid and, if they are fewer than
 * max_sessions (0: no limit), writes the record of one more, in one critical
 * section.  The caller fills in user, jail, service, from, auth, key and uid;
 * id, the times and monitor (this process) are filled in here.
 *
 * SJ_TOO_MANY_SESSIONS: no record was written.  SJ_SYSTEM_ERROR: likewise.
 */
enum sj_reason sj_session_open(const struct sj_session_dir *dir,
    struct sj_session *session, uint32_t max_sessions,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Notes this process as the child of the session, in the record and in
 * *session.  To be called in it, as root, before it is confined.
 */
enum sj_reason sj_session_set_child(const struct sj_session_dir *dir,
    struct sj_session *session, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Removes the record; *ret_seconds is how long the session was.  Never fails:
 * where the record can't be reached (old servers close as the user, inside
 * the jail), it dies with its processes.
 */
void sj_session_close(const struct sj_session_dir *dir,
    const struct sj_session *session, uint64_t *ret_seconds);

/* How many live sessions uid has, for the account phase and explain. */
enum sj_reason sj_session_count(const struct sj_session_dir *dir, uid_t uid,
    uint32_t *ret_count, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * All live sessions, by since and id; *ret_sessions is the caller's to free()
 * (NULL if there are none).  A directory that is not there holds none.
 */
enum sj_reason sj_session_list(const struct sj_session_dir *dir,
    struct sj_session **ret_sessions, size_t *ret_count,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Sends signo to the monitor of the session, which ends it cleanly, or where
 * that is gone to the child; by a pidfd where the kernel has them, and never to
 * another process with the number.  *ret_sent is false if both were gone.
 */
enum sj_reason sj_session_signal(const struct sj_session *session, int signo,
    bool *ret_sent, struct sj_fault *fault) SJ_MUST_CHECK;

/* The process with this number now; false if there is none, or a zombie. */
bool sj_process_find(pid_t pid, struct sj_process *ret_process);

/* True while that very process lives. */
bool sj_process_is_live(const struct sj_process *process);

#endif
