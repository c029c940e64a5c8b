/* SPDX-License-Identifier: ISC */
/* The database that a process keeps: replaced, gone, shared, inherited. */
#define _GNU_SOURCE
#include "cache.h"

#include <pthread.h>
#include <sys/wait.h>

#include "cache_place.h"
#include "secret.h"

static void
test_replaced(struct sj_cache *cache, struct place *place)
{
	unsigned i;

	for (i = 1; i < 50; i++) {
		CHECK_INT(see(cache, place), i);
		CHECK_INT(see(cache, place), i);
		CHECK_INT(count_maps(place), 1);
		put(place, i + 1, true);
	}
}

/* The writer was killed between the rename and the retired word. */
static void
test_replaced_untold(struct sj_cache *cache, struct place *place)
{
	CHECK_INT(see(cache, place), 1);
	put(place, 2, false);
	wait_for_next_second();
	CHECK_INT(see(cache, place), 2);
	CHECK_INT(count_maps(place), 1);
}

static void
test_missing(struct sj_cache *cache, struct place *place)
{
	enum sj_reason reason;

	CHECK_INT(rename(place->path, place->new), 0);
	CHECK_INT(look(cache, place, &reason), 0);
	CHECK_INT(reason, SJ_DB_MISSING);
	CHECK_INT(rename(place->new, place->path), 0);
	CHECK_INT(look(cache, place, &reason), 1);
	CHECK_INT(reason, SJ_OK);
}

static void
test_gone(struct sj_cache *cache, struct place *place)
{
	CHECK_INT(see(cache, place), 1);
	CHECK_INT(unlink(place->path), 0);
	wait_for_next_second();
	CHECK_INT(see(cache, place), 1);
	write_kind(place->path, SJ_DB_PUBLIC, 2);
	wait_for_next_second();
	CHECK_INT(see(cache, place), 2);
}

/* Whatever else comes to stand there: what was good stays. */
static void
test_doubtful(struct sj_cache *cache, struct place *place)
{
	unsigned i;

	CHECK_INT(see(cache, place), 1);
	for (i = 0; i < 4; i++) {
		write_kind(place->new, SJ_DB_PUBLIC, 9);
		if (i == 0)
			CHECK_INT(chmod(place->new, 0666), 0);
		else if (i == 1)
			CHECK_INT(truncate(place->new, 4000), 0);
		else if (i == 2)
			CHECK_INT(truncate(place->new, 0), 0);
		else
			CHECK_INT(unlink(place->new) +
				      symlink("/dev/zero", place->new),
			    0);
		fixture_replace(place->new, place->path, i == 0);
		CHECK_INT(see(cache, place), 1);
		wait_for_next_second();
		CHECK_INT(see(cache, place), 1);
		CHECK_INT(count_maps(place), 1);
	}
	put(place, 3, true);
	wait_for_next_second();
	CHECK_INT(see(cache, place), 3);
}

/* A backup that was retired long ago is put back: one opening is enough. */
static void
test_restored(struct sj_cache *cache, struct place *place)
{
	static const unsigned char retired[4] = {1};
	int fd = open(place->path, O_WRONLY | O_CLOEXEC);
	struct sj_cache_ref ref;
	unsigned i, slots = 0;

	CHECK_INT(pwrite(fd, retired, sizeof(retired), SJ_DB_RETIRED_OFF), 4);
	(void)close(fd);
	for (i = 0; i < 100; i++) {
		CHECK_INT(
		    sj_cache_acquire(cache, &place->source, &ref, NULL), SJ_OK);
		slots |= 1u << ref.slot;
		sj_cache_release(&ref);
	}
	CHECK_INT(slots, 1);
	put(place, 2, true);
	wait_for_next_second();
	CHECK_INT(see(cache, place), 2);
}

/* References outlive the database they are of; slots run out and return. */
static void
test_held(struct sj_cache *cache, struct place *place)
{
	struct sj_cache_ref refs[SJ_CACHE_SLOTS * 2];
	struct sj_passwd view;
	bool is_found;
	unsigned i;

	for (i = 0; i < SJ_CACHE_SLOTS * 2; i++) {
		CHECK_INT(
		    sj_cache_acquire(cache, &place->source, &refs[i], NULL),
		    SJ_OK);
		CHECK_INT(refs[i].db->header.generation, i + 1);
		put(place, i + 2, true);
	}
	CHECK_INT(count_maps(place), SJ_CACHE_SLOTS * 2);
	for (i = 0; i < SJ_CACHE_SLOTS * 2; i++) {
		CHECK_INT(refs[i].db->header.generation, i + 1);
		CHECK_INT(
		    sj_db_find_passwd(refs[i].db, "alice", &is_found, &view),
		    SJ_OK);
		CHECK(is_found);
		sj_cache_release(&refs[i]);
	}
	CHECK_INT(see(cache, place), SJ_CACHE_SLOTS * 2 + 1);
	CHECK_INT(count_maps(place), 1);
	sj_cache_drop(cache);
	CHECK_INT(count_maps(place), 0);
	CHECK_INT(see(cache, place), SJ_CACHE_SLOTS * 2 + 1);
}

struct worker {
	struct sj_cache *cache;
	const struct place *place;
	uint64_t *told; /* the generation that is in place, and told of */
	uint64_t end;
	unsigned long lookups, wrong;
};

/*
 * Never older than what was in place when the lookup began.  The next one, not
 * told of yet, may be seen, and then once more this one.
 */
static bool
is_right(const struct worker *worker, struct sj_db *db, uint64_t told)
{
	uint64_t now = db->header.generation;
	struct sj_passwd view;
	bool is_found;

	return sj_db_find_passwd(db, "alice", &is_found, &view) == SJ_OK &&
	       is_found && view.uid == 20001 && now >= told &&
	       now <= __atomic_load_n(worker->told, __ATOMIC_ACQUIRE) + 1;
}

static void *
work(void *argument)
{
	struct worker *worker = argument;
	struct sj_cache_ref ref;
	uint64_t told;

	do {
		told = __atomic_load_n(worker->told, __ATOMIC_ACQUIRE);
		if (sj_cache_acquire(worker->cache, &worker->place->source,
			&ref, NULL) != SJ_OK) {
			worker->wrong++;
			continue;
		}
		worker->wrong += !is_right(worker, ref.db, told);
		sj_cache_release(&ref);
		worker->lookups++;
	} while (told < worker->end);
	return NULL;
}

static void
put_and_tell(const struct place *place, uint64_t generation, uint64_t *told)
{
	put(place, generation, true);
	__atomic_store_n(told, generation, __ATOMIC_RELEASE);
}

#define THREADS 4
#define GENERATIONS 201

static void
test_threads(struct sj_cache *cache, struct place *place)
{
	struct worker workers[THREADS];
	pthread_t threads[THREADS];
	uint64_t told = 1;
	unsigned i;

	for (i = 0; i < THREADS; i++) {
		workers[i] =
		    (struct worker){cache, place, &told, GENERATIONS, 0, 0};
		CHECK_INT(
		    pthread_create(&threads[i], NULL, work, &workers[i]), 0);
	}
	for (i = 2; i <= GENERATIONS; i++)
		put_and_tell(place, i, &told);
	for (i = 0; i < THREADS; i++) {
		CHECK_INT(pthread_join(threads[i], NULL), 0);
		CHECK_INT(workers[i].wrong, 0);
		CHECK(workers[i].lookups > 0);
	}
	CHECK_INT(see(cache, place), GENERATIONS);
	CHECK_INT(count_maps(place), 1);
}

/* In a child: what it inherits works, and what is new is noticed. */
static int
run_child(struct sj_cache *cache, const struct place *place, uint64_t want)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(see(cache, place) == want ? 0 : 1);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return status;
}

/* Forks while other threads look up and open. */
static void
test_fork(struct sj_cache *cache, struct place *place)
{
	uint64_t told = 1;
	struct worker worker = {cache, place, &told, 101, 0, 0};
	pthread_t thread;
	unsigned i;

	CHECK_INT(pthread_create(&thread, NULL, work, &worker), 0);
	for (i = 0; i < 100; i++) {
		put_and_tell(place, i + 2, &told);
		CHECK_INT(run_child(cache, place, i + 2), 0);
	}
	CHECK_INT(pthread_join(thread, NULL), 0);
	CHECK_INT(worker.wrong, 0);
}

/* A child of a process whose thread was just opening: the owner is foreign. */
static void
test_fork_owned(struct sj_cache *cache, struct place *place)
{
	cache->owner = (int32_t)getppid();
	CHECK_INT(see(cache, place), 1);
	CHECK_INT(count_maps(place), 1);
	CHECK_INT(cache->owner, 0);
	/* another thread of this process opens: not waited for */
	put(place, 2, true);
	cache->owner = (int32_t)getpid();
	CHECK_INT(see(cache, place), 2);
	CHECK_INT(cache->owner, (int32_t)getpid());
	cache->owner = 0;
	CHECK_INT(see(cache, place), 2);
	CHECK_INT(count_maps(place), 1);
}

static const struct {
	const char *name;
	void (*run)(struct sj_cache *cache, struct place *place);
} cases[] = {
    {"replaced_is_noticed_at_once", test_replaced},
    {"replaced_untold_is_noticed_in_a_second", test_replaced_untold},
    {"missing_is_tried_again", test_missing},
    {"gone_is_kept", test_gone},
    {"doubtful_is_not_taken", test_doubtful},
    {"restored_backup_is_opened_once", test_restored},
    {"held_references_stay_good", test_held},
    {"threads_while_replaced_200_times", test_threads},
    {"fork_while_replaced_100_times", test_fork},
    {"fork_while_another_opens", test_fork_owned},
};

/* The secret: the parent keeps it, a child does not have it. */
static int
secret_child(struct sj_secret **place_of, const struct place *place)
{
	struct sj_cache_ref ref;
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		if (count_maps(place) != 0)
			_exit(1);
		if (sj_secret_acquire(place_of, &place->source, &ref, NULL) !=
			SJ_OK ||
		    ref.db->header.generation != 1)
			_exit(2);
		sj_cache_release(&ref);
		_exit(count_maps(place) == 1 ? 0 : 3);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return status;
}

static void
test_secret(void)
{
	struct place place = make_place(SJ_DB_SECRET);
	struct sj_secret *secret = NULL;
	struct sj_cache_ref ref;
	unsigned i;

	for (i = 0; i < 3; i++) {
		CHECK_INT(sj_secret_acquire(&secret, &place.source, &ref, NULL),
		    SJ_OK);
		CHECK_INT(count_maps(&place), 1);
		CHECK_INT(secret_child(&secret, &place), 0);
		sj_cache_release(&ref);
	}
	CHECK_INT(count_maps(&place), 1);
	/* who is root no more has none, and may not have it */
	CHECK_INT(seteuid(65534), 0);
	CHECK_INT(sj_secret_acquire(&secret, &place.source, &ref, NULL),
	    SJ_SYSTEM_ERROR);
	CHECK_INT(seteuid(0), 0);
	CHECK_INT(count_maps(&place), 0);
	drop_place(&place);
	test_done("cache_secret_is_not_inherited");
}

int
main(void)
{
	struct sj_cache *cache;
	struct place place;
	char name[64];
	unsigned i;

	for (i = 0; i < SMALL_COUNT(cases); i++) {
		place = make_place(SJ_DB_PUBLIC);
		cache = make_cache();
		cases[i].run(cache, &place);
		free(cache);
		drop_place(&place);
		(void)snprintf(name, sizeof(name), "cache_%s", cases[i].name);
		test_done(name);
	}
	if (geteuid() == 0)
		test_secret();
	else
		test_skip("cache_secret_is_not_inherited", "root");
	return test_failures > 0;
}
