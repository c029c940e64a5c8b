/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"

/* One number each on all architectures; older C libraries lack the names. */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/*
 * The state and field 22 (start) of a line of proc(5)'s stat.  The name in
 * field 2 is the process's own choice and may hold ") ": the last one counts.
 */
static bool
parse_stat(const char *line, char *ret_state, uint64_t *ret_start)
{
	const char *field = strrchr(line, ')');
	unsigned number;
	char *end;

	if (field == NULL || field[1] != ' ' || field[2] == '\0')
		return false;
	*ret_state = field[2];
	field++;
	for (number = 3; number < 22; number++) {
		field = strchr(field + 1, ' ');
		if (field == NULL)
			return false;
	}
	errno = 0;
	*ret_start = strtoull(field + 1, &end, 10);
	return errno == 0 && end != field + 1 && (*end == ' ' || *end == '\n');
}

bool
sj_process_find(pid_t pid, struct sj_process *ret_process)
{
	SJ_AUTO_CLOSE int fd = -1;
	char path[32], line[1024], state;
	uint64_t start;
	ssize_t len;

	if (pid <= 0)
		return false;
	(void)snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return false;
	len = read(fd, line, sizeof(line) - 1);
	if (len <= 0)
		return false;
	line[len] = '\0';
	/* A zombie that nobody reaps is not a live session. */
	if (!parse_stat(line, &state, &start) || state == 'Z' || state == 'X')
		return false;
	ret_process->pid = pid;
	ret_process->start = start;
	return true;
}

bool
sj_process_is_live(const struct sj_process *process)
{
	struct sj_process now;

	return sj_process_find(process->pid, &now) &&
	       now.start == process->start;
}

/*
 * The descriptor is opened before the start time is compared: once it names
 * the right process it can't come to name another.
 */
static enum sj_reason
signal_process(const struct sj_process *process, int signo, bool *ret_sent,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	int result;

	*ret_sent = false;
	if (process->pid <= 0)
		return SJ_OK;
	fd = (int)syscall(SYS_pidfd_open, process->pid, 0);
	if (!sj_process_is_live(process))
		return SJ_OK;
	if (fd >= 0)
		result =
		    (int)syscall(SYS_pidfd_send_signal, fd, signo, NULL, 0);
	else
		result = kill(process->pid, signo);
	if (result == 0)
		*ret_sent = true;
	else if (errno != ESRCH)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "signal to process %ld", (long)process->pid);
	return SJ_OK;
}

enum sj_reason
sj_session_signal(const struct sj_session *session, int signo, bool *ret_sent,
    struct sj_fault *fault)
{
	enum sj_reason reason;
	bool is_sent;

	reason = signal_process(&session->monitor, signo, &is_sent, fault);
	if (reason == SJ_OK && !is_sent)
		reason =
		    signal_process(&session->child, signo, &is_sent, fault);
	if (reason == SJ_OK)
		*ret_sent = is_sent;
	return reason;
}
