/* SPDX-License-Identifier: ISC */
/*
 * Looks users up, one behind another, until its input ends, while somebody
 * replaces the database; says how much one lookup did at the most.
 *	nss_replace MODULE calls|pages|time|processor USERS
 * The users are those of tests/system/nss-replace.sh: "userN", uid 100000 + N,
 * gecos "N old" or "N new".  Prints
 *	lookups N wrong N changes N most N median N p99 N
 * where the last three are of the system calls, page faults or nanoseconds (of
 * the clock or the processor) of one lookup.
 */
#define _GNU_SOURCE
#include "faults.h"
#include "nss_direct.h"

#include <poll.h>
#include <sys/resource.h>
#include <time.h>

#define FIRST_UID 100000u
#define BETWEEN_POLLS 64
#define BUCKETS (1u << 20)

enum measure { CALLS, PAGES, TIME, PROCESSOR };

struct looker {
	struct direct module;
	enum measure measure;
	unsigned users;
	unsigned state; /* of the random numbers */
	bool was_new;
	unsigned long lookups, wrong, changes, most;
	unsigned long *buckets; /* how many lookups did so much */
};

static unsigned long
measure(enum measure what)
{
	struct timespec now;
	struct rusage usage;

	switch (what) {
	case CALLS:
		return faults_shared->calls;
	case PAGES:
		(void)getrusage(RUSAGE_SELF, &usage);
		return (unsigned long)(usage.ru_minflt + usage.ru_majflt);
	case TIME:
	case PROCESSOR:
		(void)clock_gettime(
		    what == TIME ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID,
		    &now);
		return (unsigned long)now.tv_sec * 1000000000u +
		       (unsigned long)now.tv_nsec;
	}
	return 0;
}

static bool
is_user(struct looker *looker, const struct passwd *got, unsigned number)
{
	char name[32], old[32], new[32];
	bool is_new;

	(void)snprintf(name, sizeof(name), "user%u", number);
	(void)snprintf(old, sizeof(old), "%u old", number);
	(void)snprintf(new, sizeof(new), "%u new", number);
	is_new = strcmp(got->pw_gecos, new) == 0;
	looker->changes += is_new != looker->was_new;
	looker->was_new = is_new;
	return strcmp(got->pw_name, name) == 0 &&
	       got->pw_uid == FIRST_UID + number &&
	       (is_new || strcmp(got->pw_gecos, old) == 0);
}

static void
note(struct looker *looker, unsigned long amount)
{
	looker->lookups++;
	if (amount > looker->most)
		looker->most = amount;
	looker->buckets[amount < BUCKETS ? amount : BUCKETS - 1]++;
}

/* By name, by number, and one who is not there. */
static void
look_up(struct looker *looker)
{
	static const char hows[] = "uUx";
	struct reply r;
	unsigned long before, behind;
	unsigned number;
	char name[32], how;

	looker->state = looker->state * 1664525u + 1013904223u;
	number = (looker->state >> 8) % looker->users + 1;
	how = hows[looker->lookups % 3];
	(void)snprintf(
	    name, sizeof(name), how == 'x' ? "nobody%u" : "user%u", number);
	r.error = 0;
	before = measure(looker->measure);
	if (how == 'U')
		r.status = looker->module.getpwuid_r(FIRST_UID + number,
		    &r.passwd, r.buffer, sizeof(r.buffer), &r.error);
	else
		r.status = looker->module.getpwnam_r(
		    name, &r.passwd, r.buffer, sizeof(r.buffer), &r.error);
	behind = measure(looker->measure);
	note(looker, behind - before);
	if (how == 'x')
		looker->wrong += r.status != NSS_STATUS_NOTFOUND;
	else
		looker->wrong += r.status != NSS_STATUS_SUCCESS ||
				 !is_user(looker, &r.passwd, number);
}

static unsigned long
percentile(const struct looker *looker, double part)
{
	unsigned long seen = 0, i;

	for (i = 0; i < BUCKETS - 1; i++) {
		seen += looker->buckets[i];
		if ((double)seen >= (double)looker->lookups * part)
			break;
	}
	return i;
}

static int
look(const void *argument)
{
	struct pollfd input = {.fd = 0, .events = POLLIN};
	struct looker looker = *(const struct looker *)argument;
	unsigned i;
	char byte;

	looker.buckets = calloc(BUCKETS, sizeof(*looker.buckets));
	if (looker.buckets == NULL)
		return 1;
	do {
		for (i = 0; i < BETWEEN_POLLS; i++)
			look_up(&looker);
	} while (poll(&input, 1, 0) == 0 || read(0, &byte, 1) > 0);
	printf(
	    "lookups %lu wrong %lu changes %lu most %lu median %lu p99 %lu\n",
	    looker.lookups, looker.wrong, looker.changes, looker.most,
	    percentile(&looker, 0.5), percentile(&looker, 0.99));
	return looker.wrong != 0;
}

int
main(int argc, char **argv)
{
	struct faults faults = {.kind = FAULTS_CALL};
	struct looker looker = {.state = 1};

	if (argc != 4) {
		fputs("usage: nss_replace MODULE calls|pages|time|processor "
		      "USERS\n",
		    stderr);
		return 2;
	}
	direct_open(&looker.module, argv[1]);
	looker.measure = strcmp(argv[2], "calls") == 0	 ? CALLS
			 : strcmp(argv[2], "pages") == 0 ? PAGES
			 : strcmp(argv[2], "time") == 0	 ? TIME
							 : PROCESSOR;
	looker.users = (unsigned)strtoul(argv[3], NULL, 10);
	if (looker.measure != CALLS)
		return look(&looker);
	faults_try(&faults, look, &looker);
	return faults.status != 0;
}
