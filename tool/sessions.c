/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "sessions.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "quote.h"

#define STEP_NSEC 50000000L
#define STEPS_TERM 200 /* ten seconds */
#define STEPS_KILL 40

const struct sj_session_dir sj_sessions_installed = {SJ_RUNDIR, 0};

static bool
is_wanted(const struct sj_session *session, const char *user_or_id)
{
	return user_or_id == NULL || strcmp(session->id, user_or_id) == 0 ||
	       strcmp(session->user, user_or_id) == 0;
}

enum sj_reason
sj_sessions_find(const char *user_or_id, struct sj_session **ret_sessions,
    size_t *ret_count, struct sj_fault *fault)
{
	struct sj_session *sessions = NULL;
	size_t count = 0, i, kept = 0;
	enum sj_reason reason;

	reason =
	    sj_session_list(&sj_sessions_installed, &sessions, &count, fault);
	if (reason != SJ_OK)
		return reason;
	for (i = 0; i < count; i++) {
		if (is_wanted(&sessions[i], user_or_id))
			sessions[kept++] = sessions[i];
	}
	*ret_sessions = sessions;
	*ret_count = kept;
	return SJ_OK;
}

static bool
is_live(const struct sj_process *process)
{
	return process->pid > 0 && sj_process_is_live(process);
}

static size_t
count_live(const struct sj_session *sessions, size_t count)
{
	size_t i, live = 0;

	for (i = 0; i < count; i++)
		live += is_live(&sessions[i].monitor) ||
			is_live(&sessions[i].child);
	return live;
}

/*
 * sj_session_signal() takes the child only where the monitor is gone; is_both
 * is for the end, when neither has listened.
 */
static enum sj_reason
signal_all(const struct sj_session *sessions, size_t count, int signo,
    bool is_both, struct sj_fault *fault)
{
	enum sj_reason reason = SJ_OK;
	size_t i;

	for (i = 0; i < count && reason == SJ_OK; i++) {
		struct sj_session session = sessions[i];
		bool is_sent;

		reason = sj_session_signal(&session, signo, &is_sent, fault);
		session.monitor.pid = 0;
		if (reason == SJ_OK && is_both && is_live(&session.child))
			reason =
			    sj_session_signal(&session, signo, &is_sent, fault);
	}
	return reason;
}

/* A monitor that was killed leaves its child behind: that gets its own. */
static enum sj_reason
end_orphans(
    const struct sj_session *sessions, size_t count, struct sj_fault *fault)
{
	enum sj_reason reason = SJ_OK;
	size_t i;

	for (i = 0; i < count && reason == SJ_OK; i++) {
		if (!is_live(&sessions[i].monitor) &&
		    is_live(&sessions[i].child))
			reason =
			    signal_all(&sessions[i], 1, SIGTERM, false, fault);
	}
	return reason;
}

static bool
wait_all(const struct sj_session *sessions, size_t count, unsigned int steps)
{
	const struct timespec step = {0, STEP_NSEC};
	unsigned int i;

	for (i = 0; i < steps; i++) {
		struct sj_fault ignored;

		if (count_live(sessions, count) == 0)
			return true;
		/* Once a second: sshd's child needs a moment of its own. */
		if (i % 20 == 19 &&
		    end_orphans(sessions, count, &ignored) != SJ_OK)
			return false;
		(void)nanosleep(&step, NULL);
	}
	return count_live(sessions, count) == 0;
}

enum sj_reason
sj_sessions_end(
    const struct sj_session *sessions, size_t count, struct sj_fault *fault)
{
	enum sj_reason reason;
	size_t i;

	reason = signal_all(sessions, count, SIGTERM, false, fault);
	if (reason != SJ_OK)
		return reason;
	if (!wait_all(sessions, count, STEPS_TERM)) {
		reason = signal_all(sessions, count, SIGKILL, true, fault);
		if (reason != SJ_OK)
			return reason;
		if (!wait_all(sessions, count, STEPS_KILL))
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
			    "%zu sessions do not end",
			    count_live(sessions, count));
	}
	for (i = 0; i < count; i++)
		sj_quote_printf(stdout, "ended session %s of %s\n",
		    sessions[i].id, sessions[i].user);
	return SJ_OK;
}
