/* SPDX-License-Identifier: ISC */
#ifndef SJ_FAULTS_H
#define SJ_FAULTS_H

/*
 * Faults in one process and all that it forks: the n-th allocation, every
 * allocation from the n-th on, or the n-th system call fails.  faults_try()
 * forks a child for each; the caller loops until a fault is not hit any more.
 *
 * Allocations: who includes this has malloc() and its kin from here.  System
 * calls: the kernel asks this process about each (seccomp's user notification,
 * Linux 5.9), which lets it pass or answers with the error.
 */

#ifndef _GNU_SOURCE
#error "_GNU_SOURCE"
#endif

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum faults_kind { FAULTS_ALLOC, FAULTS_ALLOCS_FROM, FAULTS_CALL };

struct faults {
	enum faults_kind kind;
	unsigned long at; /* from 1; 0: none */
	int error;	  /* of the call */
	/* what came of it */
	int status;	 /* as of waitpid(2) */
	bool is_hit;	 /* it was reached */
	bool is_foreign; /* in code that is none of ours */
	int call;	 /* its number */
	long long arg;	 /* its first argument */
};

/* Shared by the process that looks on and those that are tried. */
struct faults_shared {
	struct faults faults;
	unsigned long seen;
	unsigned long calls; /* all of them, in FAULTS_CALL */
	bool is_on;
	int foreign_depth;
	int listener;
	bool is_heard;
};

static struct faults_shared *faults_shared;
/* Bytes that this process has allocated and not freed, more or less. */
static long faults_live;

/* Between these two it counts. */
static inline void
faults_begin(void)
{
	__atomic_store_n(&faults_shared->is_on, true, __ATOMIC_SEQ_CST);
}

static inline void
faults_end(void)
{
	__atomic_store_n(&faults_shared->is_on, false, __ATOMIC_SEQ_CST);
}

/* What is hit between +1 and -1 is marked. */
static inline void
faults_foreign(int by)
{
	if (faults_shared != NULL)
		faults_shared->foreign_depth += by;
}

static inline bool
faults_is_due(void)
{
	struct faults *faults = &faults_shared->faults;
	unsigned long now;
	bool is_due;

	now = __atomic_add_fetch(&faults_shared->seen, 1, __ATOMIC_SEQ_CST);
	is_due = now == faults->at || (faults->kind == FAULTS_ALLOCS_FROM &&
					  faults->at != 0 && now > faults->at);
	faults->is_hit |= is_due;
	faults->is_foreign |= is_due && faults->kind != FAULTS_CALL &&
			      faults_shared->foreign_depth > 0;
	return is_due;
}

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void __libc_free(void *);
extern size_t malloc_usable_size(void *);

static inline bool
faults_alloc_fails(void)
{
	if (faults_shared == NULL || !faults_shared->is_on ||
	    faults_shared->faults.kind == FAULTS_CALL || !faults_is_due())
		return false;
	errno = ENOMEM;
	return true;
}

static inline void *
faults_count_live(void *memory, long before)
{
	faults_live +=
	    (memory == NULL ? 0 : (long)malloc_usable_size(memory)) - before;
	return memory;
}

#pragma GCC visibility push(default)
void *
malloc(size_t size)
{
	if (faults_alloc_fails())
		return NULL;
	return faults_count_live(__libc_malloc(size), 0);
}

void *
calloc(size_t count, size_t size)
{
	if (faults_alloc_fails())
		return NULL;
	return faults_count_live(__libc_calloc(count, size), 0);
}

void *
realloc(void *memory, size_t size)
{
	long before = memory == NULL ? 0 : (long)malloc_usable_size(memory);
	void *bigger;

	if (faults_alloc_fails())
		return NULL;
	bigger = __libc_realloc(memory, size);
	if (bigger == NULL && size != 0)
		return NULL;
	return faults_count_live(bigger, before);
}

void
free(void *memory)
{
	int before = errno;

	if (memory != NULL)
		(void)faults_count_live(NULL, (long)malloc_usable_size(memory));
	__libc_free(memory);
	errno = before;
}
#pragma GCC visibility pop

/* What can't fail, or what a failure of would say nothing. */
static inline bool
faults_spares(const struct seccomp_data *data)
{
	static const int spared[] = {SYS_exit, SYS_exit_group, SYS_getpid,
	    SYS_gettid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid,
	    SYS_getegid, SYS_umask, SYS_rt_sigreturn, SYS_rt_sigaction,
	    SYS_rt_sigprocmask, SYS_sched_yield, SYS_futex, SYS_brk, SYS_munmap,
	    SYS_set_robust_list, SYS_rseq, SYS_wait4, SYS_waitid};
	size_t i;

	/* A message that can't be written is not said. */
	if (data->nr == SYS_write && data->args[0] == 2)
		return true;
	for (i = 0; i < sizeof(spared) / sizeof(spared[0]); i++)
		if (data->nr == spared[i])
			return true;
	return false;
}

static inline void
faults_die(const char *what)
{
	printf("not ok faults - %s: %s\n", what, strerror(errno));
	(void)fflush(stdout);
	_exit(1);
}

/* In the child: from here on the kernel asks the parent. */
static inline void
faults_submit(void)
{
	struct sock_filter code = {
	    BPF_RET | BPF_K, 0, 0, SECCOMP_RET_USER_NOTIF};
	struct sock_fprog program = {1, &code};
	int fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	    SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);

	__atomic_store_n(&faults_shared->listener, fd, __ATOMIC_SEQ_CST);
	if (fd < 0)
		_exit(1);
	while (!__atomic_load_n(&faults_shared->is_heard, __ATOMIC_SEQ_CST))
		continue;
	(void)close(fd);
}

/* The listener of the child; -1: it has none. */
static inline int
faults_take_listener(pid_t pid)
{
	int fd, pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int theirs;

	do
		theirs =
		    __atomic_load_n(&faults_shared->listener, __ATOMIC_SEQ_CST);
	while (theirs == 0);
	fd = theirs < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, theirs, 0);
	(void)close(pidfd);
	__atomic_store_n(&faults_shared->is_heard, true, __ATOMIC_SEQ_CST);
	return fd;
}

static inline void
faults_answer(int listener)
{
	struct seccomp_notif ask;
	struct seccomp_notif_resp answer;
	struct faults *faults = &faults_shared->faults;

	memset(&ask, 0, sizeof(ask));
	memset(&answer, 0, sizeof(answer));
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &ask) != 0)
		return;
	(void)__atomic_add_fetch(&faults_shared->calls, 1, __ATOMIC_SEQ_CST);
	answer.id = ask.id;
	if (faults_shared->is_on && !faults_spares(&ask.data) &&
	    faults_is_due()) {
		answer.error = -faults->error;
		faults->call = ask.data.nr;
		faults->arg = (long long)ask.data.args[0];
	} else {
		answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	}
	(void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

static inline void
faults_serve(pid_t pid)
{
	int listener = faults_take_listener(pid);
	struct pollfd wait = {.fd = listener, .events = POLLIN};

	if (listener < 0)
		faults_die("no user notification of seccomp");
	while (poll(&wait, 1, -1) >= 0 && (wait.revents & POLLIN) != 0)
		faults_answer(listener);
	(void)close(listener);
}

/*
 * Runs body in a child with this fault and fills in what came of it.  The child
 * is exited with what body returns.
 */
static inline void
faults_try(
    struct faults *faults, int (*body)(const void *), const void *argument)
{
	pid_t pid;

	if (faults_shared == NULL) {
		faults_shared = mmap(NULL, sizeof(*faults_shared),
		    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (faults_shared == MAP_FAILED)
			faults_die("mmap");
	}
	memset(faults_shared, 0, sizeof(*faults_shared));
	faults_shared->faults = *faults;
	(void)fflush(stdout);
	pid = fork();
	if (pid < 0)
		faults_die("fork");
	if (pid == 0) {
		if (faults->kind == FAULTS_CALL)
			faults_submit();
		exit(body(argument));
	}
	if (faults->kind == FAULTS_CALL)
		faults_serve(pid);
	if (waitpid(pid, &faults_shared->faults.status, 0) != pid)
		faults_die("waitpid");
	faults_end();
	*faults = faults_shared->faults;
}

/* The name of a call; FAULTS_CALL_NAMES are {NUMBER, "NAME"}, if given. */
static inline const char *
faults_name(const struct faults *faults)
{
	static char number[16];
#ifdef FAULTS_CALL_NAMES
	static const struct {
		int call;
		const char *name;
	} names[] = {
#include FAULTS_CALL_NAMES
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (faults->kind == FAULTS_CALL &&
		    names[i].call == faults->call)
			return names[i].name;
#endif
	if (faults->kind == FAULTS_ALLOC)
		return "allocation";
	if (faults->kind == FAULTS_ALLOCS_FROM)
		return "allocations from there on";
	(void)snprintf(number, sizeof(number), "call %d", faults->call);
	return number;
}

#endif
