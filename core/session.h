/* SPDX-License-Identifier: ISC */
#ifndef SJ_SESSION_H
#define SJ_SESSION_H

/*
 * The records of live sessions: one file for each in DIR/sessions, DIR being
 * /run/sftpjail but in tests.  A record lives while the monitor or the child
 * of its session does, in the boot that it was written in; who finds a dead one
 * removes it.  Where nothing is limited, that is once a minute (DIR/swept).
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

#include "name.h"
#include "reason.h"

#define SJ_SESSION_ID_SIZE 24
#define SJ_SESSION_BOOT_SIZE 40

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
	char id[SJ_SESSION_ID_SIZE];	 /* begins with a digit */
	char boot[SJ_SESSION_BOOT_SIZE]; /* pids are of this boot only */
	char user[256];
	char jail[65];
	char service[64];
	char from[256]; /* PAM_RHOST */
	char auth[64];	/* "publickey", "publickey+password" */
	char key[96];	/* "SHA256:..." */
	uint32_t uid;
	struct sj_net addr;	 /* from as a number; family 0: not known */
	int64_t since_sec;	 /* since 1970-01-01 UTC */
	uint64_t since_boot_sec; /* CLOCK_BOOTTIME: durations survive date(1) */
	struct sj_process monitor; /* who opened the session */
	struct sj_process child;   /* the user's process */
};

/* Live sessions that are counted together; as a limit, 0 is none. */
struct sj_session_counts {
	uint32_t user;	  /* of the uid */
	uint32_t address; /* of the jail, from the address, of all users */
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
 * Counts the live sessions as sj_session_count(), where *max is a limit, and,
 * if they are fewer, writes the record of one more, in one critical section.
 * The caller fills in user, jail, service, from, auth, key, uid and addr; id,
 * boot, the times and monitor (this process) are filled in here.
 *
 * SJ_TOO_MANY_SESSIONS: no record was written; also where max->address is a
 * limit and the address is not known.  SJ_SYSTEM_ERROR: likewise.
 */
enum sj_reason sj_session_open(const struct sj_session_dir *dir,
    struct sj_session *session, const struct sj_session_counts *max,
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

/*
 * How many live sessions there are that count together with one of this uid,
 * jail and addr, for the account phase and explain.
 */
enum sj_reason sj_session_count(const struct sj_session_dir *dir,
    const struct sj_session *session, struct sj_session_counts *ret_counts,
    struct sj_fault *fault) SJ_MUST_CHECK;

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
