/* SPDX-License-Identifier: ISC */
#ifndef SJ_FLOW_STATE_H
#define SJ_FLOW_STATE_H

/*
 * What one call of PAM leaves for the next one on the same handle (pam_data).
 * It survives fork, so the user's process sees what the monitor decided; what
 * a forked helper of the monitor notes here is lost.
 */

#include <security/pam_modules.h>
#include <stdbool.h>
#include <sys/types.h>

#include "kernel_limits.h"
#include "reason.h"
#include "session.h"

enum sj_flow_progress {
	SJ_FLOW_NEW,	 /* open_session has not been asked */
	SJ_FLOW_PASSED,	 /* open_session: not ours */
	SJ_FLOW_REFUSED, /* open_session denied; setcred, if session_pid is 0 */
	SJ_FLOW_ARMED,	 /* open_session: the user's process will be confined */
	SJ_FLOW_CONFINED /* this process, or the one it was forked from, is */
};

struct sj_flow_state {
	pid_t wired_pid; /* the process in which setcred reached us; 0: none */
	pid_t session_pid; /* the process in which open_session was asked */
	enum sj_flow_progress progress;
	enum sj_reason refusal; /* where refused */
	char *auth_before;	/* owned: SSH_AUTH_INFO_0 in setcred; or NULL */
	char *connection;	/* owned: SSH_CONNECTION then; or NULL */
	bool is_password_asked; /* authenticate was called */
	bool is_recorded;	/* session has a record */
	struct sj_limits_timer timer;
	uint32_t session_time_sec; /* 0: no limit */
	struct sj_session session;
};

/* The handle's state, or NULL: there is none. */
struct sj_flow_state *sj_flow_state_find(pam_handle_t *pamh);

/*
 * The handle's state, made if there is none, or NULL: no memory.  Owned by the
 * handle until pam_end(3).
 */
struct sj_flow_state *sj_flow_state_make(pam_handle_t *pamh);

#endif
