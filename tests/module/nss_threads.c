/* SPDX-License-Identifier: ISC */
/*
 * Threads that ask the module itself, by every entry point, while databases
 * are replaced, processes are forked and one of the threads is not root.
 *	nss_threads MODULE STATE-DIR JAIL-DIR [CASE]
 * What they are told is of one database or the other.  "make tsan" runs it for
 * what they do not see: two threads at one place in memory.
 */
#define _GNU_SOURCE
#include "nss_direct.h"
#include "nss_process.h"

#include <pthread.h>
#include <sys/syscall.h>

#define THREADS 4
#define REPLACEMENTS 100

static struct direct module;
static bool is_over;

struct worker {
	pthread_t thread;
	bool is_shadow_forbidden;
	unsigned long rounds, wrong;
	bool is_round; /* once at least */
};

static bool
is_known(enum nss_status status)
{
	return status == NSS_STATUS_SUCCESS || status == NSS_STATUS_NOTFOUND;
}

/* Of either database: nobody has both names. */
static bool
is_right(char how, const struct reply *r)
{
	if (r->status != NSS_STATUS_SUCCESS)
		return r->status == NSS_STATUS_NOTFOUND;
	switch (how) {
	case 'u':
	case 'U':
		return is_small_user(&r->passwd, 0) ||
		       r->passwd.pw_uid == MANY_UID + 1;
	case 'g':
	case 'G':
		return is_small_group(&r->group, 1) ||
		       r->group.gr_gid == MANY_GID + 1;
	case 's':
		return is_small_shadow(&r->shadow, 0) ||
		       strcmp(r->shadow.sp_namp, "user1") == 0;
	default:
		return r->gid_count == 2;
	}
}

static unsigned
ask_all(bool is_shadow_forbidden)
{
	static const struct {
		char how;
		const char *name;
		unsigned id;
	} questions[] = {
	    {'u', "alice", 0},
	    {'u', "user1", 0},
	    {'U', NULL, 20001},
	    {'U', NULL, MANY_UID + 1},
	    {'g', "acme", 0},
	    {'g', "group1", 0},
	    {'G', NULL, 20001},
	    {'G', NULL, MANY_GID + 1},
	    {'i', "alice", 0},
	    {'i', "user1", 0},
	    {'s', "alice", 0},
	    {'s', "user1", 0},
	};
	struct reply r;
	unsigned wrong = 0;
	size_t i;

	for (i = 0; i < SMALL_COUNT(questions); i++) {
		direct_ask(&module, questions[i].how, questions[i].name,
		    questions[i].id, &r);
		if (questions[i].how == 's' && is_shadow_forbidden)
			wrong += r.status != NSS_STATUS_UNAVAIL;
		else
			wrong += !is_right(questions[i].how, &r);
	}
	return wrong;
}

/* The walks are one for the process: each thread gets any entry of them. */
static unsigned
walk_all(unsigned long round, bool is_shadow_forbidden)
{
	struct reply r;
	unsigned wrong = 0;

	if (round % 4 == 0) {
		(void)module.setpwent(0);
		(void)module.endgrent();
		(void)module.endspent();
	}
	direct_next(&module, 'u', &r);
	wrong += !is_known(r.status);
	direct_next(&module, 'g', &r);
	wrong += !is_known(r.status);
	direct_next(&module, 's', &r);
	/* the walk may be one that a thread which is root began */
	wrong += !is_known(r.status) && !is_shadow_forbidden;
	return wrong;
}

static void *
work(void *argument)
{
	struct worker *worker = argument;

	/* the system call is of this thread, the function of all */
	if (worker->is_shadow_forbidden &&
	    syscall(SYS_setresuid, -1, 65534, -1) != 0) {
		worker->wrong++;
		__atomic_store_n(&worker->is_round, true, __ATOMIC_RELEASE);
		return NULL;
	}
	while (!__atomic_load_n(&is_over, __ATOMIC_ACQUIRE)) {
		worker->wrong += ask_all(worker->is_shadow_forbidden);
		worker->wrong +=
		    walk_all(worker->rounds, worker->is_shadow_forbidden);
		worker->rounds++;
		__atomic_store_n(&worker->is_round, true, __ATOMIC_RELEASE);
	}
	return NULL;
}

/* A child of a process with threads: what they held, they hold no more. */
static void
fork_one(void)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(ask_all(false) != 0);
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK_INT(status, 0);
}

/* Timing decides nothing: every thread has come round before the end. */
static void
wait_for(const struct worker *worker)
{
	while (!__atomic_load_n(&worker->is_round, __ATOMIC_ACQUIRE))
		(void)usleep(1000);
}

static void
run_threads(unsigned forbidden)
{
	static struct worker workers[THREADS];
	unsigned i;

	for (i = 0; i < THREADS; i++) {
		workers[i].is_shadow_forbidden = i < forbidden;
		CHECK_INT(
		    pthread_create(&workers[i].thread, NULL, work, &workers[i]),
		    0);
	}
	for (i = 0; i < REPLACEMENTS; i++) {
		put_many(30);
		if (i % 10 == 0)
			fork_one();
		put_small();
	}
	for (i = 0; i < THREADS; i++)
		wait_for(&workers[i]);
	__atomic_store_n(&is_over, true, __ATOMIC_RELEASE);
	for (i = 0; i < THREADS; i++) {
		CHECK_INT(pthread_join(workers[i].thread, NULL), 0);
		CHECK_INT(workers[i].wrong, 0);
	}
}

static void
case_root(void)
{
	run_threads(0);
}

static void
case_one_not_root(void)
{
	run_threads(1);
}

static const struct nss_case cases[] = {
    {"every_entry_while_replaced_and_forked", case_root, false},
    {"every_entry_while_one_is_not_root", case_one_not_root, true},
};

int
main(int argc, char **argv)
{
	if (argc < 2) {
		fputs("usage: nss_threads MODULE STATE-DIR JAIL-DIR [CASE]\n",
		    stderr);
		return 2;
	}
	direct_open(&module, argv[1]);
	return run_cases(argv + 1, "threads", cases, SMALL_COUNT(cases));
}
