/* SPDX-License-Identifier: ISC */
#ifndef SJ_CACHE_PLACE_H
#define SJ_CACHE_PLACE_H

/* A database in a directory of its own, to replace and to look up in. */

#include <time.h>

#include "cache.h"
#include "db_small.h"
#include "test.h"
#include "tree.h"

/* The cases run one after the other; each has a place of its own. */
struct place {
	char *root;
	char *path;
	char *new;
	struct sj_db_source source;
};

static inline void
write_kind(const char *path, enum sj_db_kind kind, uint64_t generation)
{
	struct fixture_world world = small_world;

	world.generation = generation;
	if (kind == SJ_DB_PUBLIC)
		fixture_write_public(path, &world);
	else
		fixture_write_secret(path, &world);
}

static inline struct place
make_place(enum sj_db_kind kind)
{
	struct place place = {.root = tree_make()};

	if (asprintf(&place.path, "%s/db", place.root) < 0 ||
	    asprintf(&place.new, "%s/new", place.root) < 0)
		fixture_die("asprintf");
	place.source = (struct sj_db_source){place.path, kind, geteuid()};
	write_kind(place.path, kind, 1);
	return place;
}

static inline void
drop_place(struct place *place)
{
	tree_remove(place->root);
	free(place->path);
	free(place->new);
}

static inline void
put(const struct place *place, uint64_t generation, bool is_told)
{
	write_kind(place->new, place->source.kind, generation);
	fixture_replace(place->new, place->path, is_told);
}

/* The generation that a lookup sees; 0: none, for *ret_reason. */
static inline uint64_t
look(struct sj_cache *cache, const struct place *place,
    enum sj_reason *ret_reason)
{
	struct sj_cache_ref ref;
	uint64_t generation = 0;

	*ret_reason = sj_cache_acquire(cache, &place->source, &ref, NULL);
	if (*ret_reason == SJ_OK)
		generation = ref.db->header.generation;
	sj_cache_release(&ref);
	sj_cache_release(&ref);
	return generation;
}

static inline uint64_t
see(struct sj_cache *cache, const struct place *place)
{
	enum sj_reason reason;

	return look(cache, place, &reason);
}

/* How often a file of the place is mapped. */
static inline unsigned
count_maps(const struct place *place)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[1024];
	unsigned count = 0;

	while (maps != NULL && fgets(line, sizeof(line), maps) != NULL)
		count += strstr(line, place->root) != NULL;
	if (maps != NULL)
		(void)fclose(maps);
	return count;
}

static inline void
wait_for_next_second(void)
{
	time_t now = time(NULL);

	while (time(NULL) == now)
		(void)usleep(10000);
}

static inline struct sj_cache *
make_cache(void)
{
	void *memory = NULL;

	if (posix_memalign(&memory, 64, sizeof(struct sj_cache)) != 0)
		fixture_die("posix_memalign");
	memset(memory, 0, sizeof(struct sj_cache));
	return memory;
}

#endif
