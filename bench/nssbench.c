/* SPDX-License-Identifier: ISC */
/*
 * Times lookups through the entry points of NSS modules, side by side: random
 * keys, interleaved rounds, medians.  All of them hold the same users (see
 * bench/run-nss.sh, which makes the data and calls this).
 *	nssbench USERS NAME=MODULE...
 * MODULE is a path; "libc" for what the C library has built in ("files");
 * "limit" for a hash table in memory.  Prints a line for each figure:
 *	USERS FIGURE NAME VALUE
 * ROUNDS and ROUND_MS in the environment: how often, and how long each time.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/wait.h>
#include <time.h>

#include "targets.h"

#define ROUNDS_MAX 64
/* What one run of these says spreads more: so many times the rounds. */
#define THREAD_ROUNDS 3
#define FIRSTS 101
#define KEYS_MAX (1u << 16)
#define TARGETS_MAX 8

struct bench {
	unsigned users;
	unsigned rounds;
	double round_ns;
	struct key *keys;
	unsigned key_count;
	struct target targets[TARGETS_MAX];
	unsigned target_count;
};

static double
clock_ns(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double
now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

static void
fill_keys(struct bench *bench)
{
	uint64_t state = 88172645463325252u;
	unsigned i;

	bench->key_count =
	    bench->users * 2 < KEYS_MAX ? bench->users * 2 : KEYS_MAX;
	bench->keys = calloc(bench->key_count, sizeof(*bench->keys));
	for (i = 0; i < bench->key_count; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		bench->keys[i].number = (uint32_t)(state % bench->users);
		(void)snprintf(bench->keys[i].name, sizeof(bench->keys[i].name),
		    "user%u", bench->keys[i].number);
	}
}

/*
 * Before anything is timed: each key once, so that what is measured is not the
 * kernel mapping pages; or as many as a second allows.
 */
static void
warm_up(
    const struct bench *bench, const struct target *target, enum figure figure)
{
	char buffer[BUFFER_SIZE];
	double start = now_ns();
	unsigned i;

	for (i = 0; i < bench->key_count && now_ns() - start < 1e9; i++)
		if (!look_up(target, figure, &bench->keys[i], buffer))
			return;
}

/*
 * Nanoseconds of one lookup, over about round_ns; < 0: a wrong answer.  By the
 * thread's own clock a busy machine disturbs less; by the common one threads
 * are compared.
 */
static double
time_round(const struct bench *bench, const struct target *target,
    enum figure figure, clockid_t clock, unsigned *at)
{
	double start = now_ns(), begin = clock_ns(clock), spent = 0;
	char buffer[BUFFER_SIZE];
	unsigned long count = 0;
	unsigned i, batch = 1;

	while (spent < bench->round_ns) {
		for (i = 0; i < batch; i++) {
			if (!look_up(target, figure,
				&bench->keys[*at % bench->key_count], buffer))
				return -1;
			(*at)++;
		}
		count += batch;
		spent = now_ns() - start;
		if (spent < bench->round_ns / 64 && batch < 4096)
			batch *= 2;
	}
	return (clock_ns(clock) - begin) / (double)count;
}

static int
compare_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *values, unsigned count)
{
	qsort(values, count, sizeof(*values), compare_double);
	return values[count / 2];
}

static void
time_figure(const struct bench *bench, enum figure figure)
{
	double values[TARGETS_MAX][ROUNDS_MAX], value;
	unsigned round, i, at[TARGETS_MAX];

	for (i = 0; i < bench->target_count; i++) {
		at[i] = 7919 * i;
		choose_service(&bench->targets[i]);
		warm_up(bench, &bench->targets[i], figure);
	}
	for (round = 0; round < bench->rounds; round++)
		for (i = 0; i < bench->target_count; i++) {
			choose_service(&bench->targets[i]);
			values[i][round] = time_round(bench, &bench->targets[i],
			    figure, CLOCK_THREAD_CPUTIME_ID, &at[i]);
		}
	for (i = 0; i < bench->target_count; i++) {
		value = median(values[i], bench->rounds);
		if (value < 0)
			printf("%u %s %s -\n", bench->users,
			    figure_names[figure], bench->targets[i].name);
		else
			printf("%u %s %s %.1f\n", bench->users,
			    figure_names[figure], bench->targets[i].name,
			    value);
	}
	(void)fflush(stdout);
}

struct worker {
	const struct bench *bench;
	const struct target *target;
	pthread_t thread;
	pthread_barrier_t *barrier;
	unsigned at;
	double value;
};

static void *
work(void *argument)
{
	struct worker *worker = argument;

	(void)pthread_barrier_wait(worker->barrier);
	worker->value = time_round(
	    worker->bench, worker->target, PWNAM, CLOCK_MONOTONIC, &worker->at);
	return NULL;
}

/* Throughput of two threads in units of one's. */
static double
time_threads(const struct bench *bench, const struct target *target)
{
	struct worker workers[2];
	pthread_barrier_t barrier;
	double one;
	unsigned i, at = 0;

	one = time_round(bench, target, PWNAM, CLOCK_MONOTONIC, &at);
	(void)pthread_barrier_init(&barrier, NULL, 2);
	for (i = 0; i < 2; i++) {
		workers[i] = (struct worker){.bench = bench,
		    .target = target,
		    .barrier = &barrier,
		    .at = 1000 + i * 104729};
		(void)pthread_create(
		    &workers[i].thread, NULL, work, &workers[i]);
	}
	for (i = 0; i < 2; i++)
		(void)pthread_join(workers[i].thread, NULL);
	(void)pthread_barrier_destroy(&barrier);
	return one / workers[0].value + one / workers[1].value;
}

static void
print_threads(const struct bench *bench)
{
	double values[TARGETS_MAX][THREAD_ROUNDS * ROUNDS_MAX];
	const unsigned rounds = THREAD_ROUNDS * bench->rounds;
	unsigned i, round;

	for (round = 0; round < rounds; round++)
		for (i = 0; i < bench->target_count; i++) {
			choose_service(&bench->targets[i]);
			values[i][round] =
			    time_threads(bench, &bench->targets[i]);
		}
	for (i = 0; i < bench->target_count; i++)
		printf("%u two-threads %s %.2f\n", bench->users,
		    bench->targets[i].name, median(values[i], rounds));
}

/* A walk through all of them, in entries per second. */
static void
print_walk(const struct bench *bench, const struct target *target)
{
	char buffer[BUFFER_SIZE];
	struct passwd passwd, *found;
	double start, count = 0;
	int error;

	if (target->is_limit)
		return;
	choose_service(target);
	start = now_ns();
	if (target->getpwent_r != NULL) {
		(void)target->setpwent(0);
		while (target->getpwent_r(&passwd, buffer, BUFFER_SIZE,
			   &error) == NSS_STATUS_SUCCESS &&
		       now_ns() - start < 3e9)
			count++;
		(void)target->endpwent();
	} else {
		setpwent();
		while (getpwent_r(&passwd, buffer, BUFFER_SIZE, &found) == 0)
			count++;
		endpwent();
	}
	printf("%u getpwent-per-s %s %.0f\n", bench->users, target->name,
	    count / (now_ns() - start) * 1e9);
}

/* The first lookup of a process, in a child that has nothing open yet. */
static double
time_first(const struct bench *bench, const struct target *target, unsigned i)
{
	char buffer[BUFFER_SIZE];
	double value = -1;
	int fds[2];
	pid_t pid;

	if (pipe(fds) != 0)
		fixture_die("pipe");
	pid = fork();
	if (pid == 0) {
		double start = now_ns();

		if (look_up(target, PWNAM,
			&bench->keys[i * 31 % bench->key_count], buffer))
			value = now_ns() - start;
		_exit(write(fds[1], &value, sizeof(value)) < 0);
	}
	if (read(fds[0], &value, sizeof(value)) != (ssize_t)sizeof(value))
		value = -1;
	(void)close(fds[0]);
	(void)close(fds[1]);
	(void)waitpid(pid, NULL, 0);
	return value;
}

/* In a row: a scan of a million lines in between would empty the caches. */
static void
print_first(const struct bench *bench, const struct target *target)
{
	double values[FIRSTS];
	unsigned i;

	if (target->is_limit)
		return;
	choose_service(target);
	for (i = 0; i < FIRSTS; i++)
		values[i] = time_first(bench, target, i);
	printf("%u first-getpwnam %s %.1f\n", bench->users, target->name,
	    median(values, FIRSTS));
}

static unsigned
setting(const char *name, unsigned value, unsigned max)
{
	const char *text = getenv(name);
	unsigned long number = text == NULL ? value : strtoul(text, NULL, 10);

	return number == 0 || number > max ? max : (unsigned)number;
}

static void
add_target(struct bench *bench, char *argument)
{
	struct target *target = &bench->targets[bench->target_count];
	char *value = strchr(argument, '=');

	if (value == NULL || bench->target_count == TARGETS_MAX)
		return;
	*value++ = '\0';
	target->name = argument;
	if (strcmp(value, "limit") == 0) {
		target->is_limit = true;
	} else if (strcmp(value, "libc") == 0) {
		target->service = argument;
	} else if (!load_module(target, value)) {
		return;
	}
	bench->target_count++;
}

int
main(int argc, char **argv)
{
	static struct fixture_world world;
	static struct bench bench;
	unsigned i;
	int j;

	if (argc < 3)
		return 2;
	bench.users = (unsigned)strtoul(argv[1], NULL, 10);
	bench.rounds = setting("ROUNDS", 7, ROUNDS_MAX);
	bench.round_ns = setting("ROUND_MS", 40, 10000) * 1e6;
	fill_keys(&bench);
	for (j = 2; j < argc; j++)
		add_target(&bench, argv[j]);
	for (i = 0; i < bench.target_count; i++)
		print_first(&bench, &bench.targets[i]);
	/* not before: children would have to inherit it */
	world = many_world(bench.users);
	for (i = 0; i < bench.target_count; i++)
		if (bench.targets[i].is_limit)
			bench.targets[i].limit = limit_make(&world);
	for (i = 0; i < FIGURE_COUNT; i++)
		time_figure(&bench, (enum figure)i);
	print_threads(&bench);
	for (i = 0; i < bench.target_count; i++)
		print_walk(&bench, &bench.targets[i]);
	return 0;
}
