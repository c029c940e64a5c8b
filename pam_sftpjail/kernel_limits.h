/* SPDX-License-Identifier: ISC */
#ifndef SJ_KERNEL_LIMITS_H
#define SJ_KERNEL_LIMITS_H

/*
 * Limits that the kernel keeps for a session, so that nobody has to watch it:
 * how long it may last, and how fast the client may be sent to.
 */

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

#include "name.h"
#include "reason.h"

/* A timer of this process; a child that it forks has none. */
struct sj_limits_timer {
	bool is_armed;
	int id;
};

/*
 * From sec seconds on, also such in which the machine sleeps, this process
 * gets SIGTERM every few seconds, whoever it has become.  *timer, zeroed or
 * taken over by fork(2), is set.  Lost where the process executes a program.
 *
 * SJ_SYSTEM_ERROR: not armed.
 */
enum sj_reason sj_limits_arm(struct sj_limits_timer *timer, uint32_t sec,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* In the process that armed it; nothing is done where none is armed. */
void sj_limits_disarm(struct sj_limits_timer *timer);

/*
 * Paces what this process's TCP connections to the client send, for all who
 * hold them: rate is in bytes per second.  SJ_SYSTEM_ERROR: there is no such
 * connection, or the kernel can't.
 */
enum sj_reason sj_limits_pace(const struct sj_net *client, uint64_t rate,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* What was before; zeroed. */
struct sj_limits_files {
	bool is_lifted;
	struct rlimit size;
	struct sigaction action;
};

/*
 * pam_limits(8) may have left the user no room for files, and the module none
 * for its own: gives it some, if this process may.  If not, writing fails;
 * without this, SIGXFSZ would end the process before a word is said.
 */
void sj_limits_lift_files(struct sj_limits_files *files);

/* As it was; nothing is done where nothing was lifted. */
void sj_limits_restore_files(struct sj_limits_files *files);

#define SJ_LIMITS_AUTO_FILES __attribute__((cleanup(sj_limits_restore_files)))

#endif
