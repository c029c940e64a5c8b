/* SPDX-License-Identifier: ISC */
/*
 * A PAM module that stands before and behind another one and notes how long it
 * took: lines "PHASE NANOSECONDS" in the file that its argument names, which is
 * there, and full of zeros.
 *	session required pam_stopwatch.so /run/world/stopwatch begin
 *	session required pam_sftpjail.so
 *	session required pam_stopwatch.so /run/world/stopwatch end
 * The file is mapped before the user is confined, and written to behind it.
 * What setcred does in the user's process is the phase "confine".
 *
 * A system call that the kernel refuses, prctl(MARK), shows both places to who
 * traces (bench/profile-login.sh): 1 or 0 for begin or end, and the second
 *letter of the phase, of which there is one each.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <security/pam_modules.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define MARK 0x5a5a
#define LINE_SIZE 32
#define LINES_MAX 32768 /* the first one counts them */

static unsigned *lines;
static double begun;
static pid_t monitor;

static double
now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void
map(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	void *memory;

	if (lines != NULL || fd < 0)
		return;
	memory = mmap(NULL, (size_t)LINES_MAX * LINE_SIZE,
	    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory != MAP_FAILED)
		lines = memory;
	(void)close(fd);
}

static int
note(const char *phase, int argc, const char **argv)
{
	const bool is_begin = argc == 2 && strcmp(argv[1], "begin") == 0;
	double now = now_ns();
	unsigned line;

	if (is_begin)
		map(argv[0]);
	(void)prctl(
	    MARK, (unsigned long)is_begin, (unsigned long)phase[1], 0, 0);
	if (is_begin) {
		if (monitor == 0)
			monitor = getpid();
		begun = now_ns();
	} else if (lines != NULL && begun > 0) {
		line = __sync_add_and_fetch(lines, 1);
		if (line < LINES_MAX)
			(void)snprintf((char *)lines + line * LINE_SIZE,
			    LINE_SIZE, "%s %.0f\n", phase, now - begun);
		begun = 0;
	}
	return PAM_IGNORE;
}

#define PHASE(entry, phase)                                             \
	PAM_EXTERN int entry(                                           \
	    pam_handle_t *pamh, int flags, int argc, const char **argv) \
	{                                                               \
		(void)pamh;                                             \
		(void)flags;                                            \
		return note(phase, argc, argv);                         \
	}

PHASE(pam_sm_authenticate, "authenticate")
PHASE(pam_sm_setcred, getpid() == monitor ? "setcred" : "confine")
PHASE(pam_sm_acct_mgmt, "account")
PHASE(pam_sm_open_session, "open")
PHASE(pam_sm_close_session, "close")
