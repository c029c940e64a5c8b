/* SPDX-License-Identifier: ISC */
#ifndef SJ_REASON_H
#define SJ_REASON_H

/* The verdict codes of reason.def, and how a failure is described. */

#include <stddef.h>

#define X(code, token, message) code,
enum sj_reason {
#include "reason.def"
};
#undef X

#define SJ_REASON_COUNT ((size_t)SJ_SYSTEM_ERROR + 1)
#define SJ_FAULT_SIZE 512

#define SJ_MUST_CHECK __attribute__((warn_unused_result))

/*
 * What went wrong, filled in next to the failure by the function that saw it.
 * reason is never SJ_OK there; sys_errno is 0 where no system call failed;
 * where is a sentence for the administrator ("/srv/sftp is mode 0775, want
 * 0755"), always terminated, cut if need be.  May hold bytes of file names
 * as they are: who prints it, quotes it.
 */
struct sj_fault {
	enum sj_reason reason;
	int sys_errno;
	char where[SJ_FAULT_SIZE];
};

/*
 * Fills *fault (NULL: nothing is filled) and returns reason.  With sys_errno
 * other than 0, ": " and its text are put behind.  Pass errno itself: it is
 * read before anything else happens.
 */
enum sj_reason sj_fault_set(struct sj_fault *fault, enum sj_reason reason,
    int sys_errno, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The stable token / the message for administrators.  Never NULL. */
const char *sj_reason_token(enum sj_reason reason);
const char *sj_reason_message(enum sj_reason reason);

#endif
