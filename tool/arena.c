/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAP_CHUNK ((size_t)64 << 10)
#define FILE_CHUNK ((size_t)4 << 20)

void
sj_arena_clear(struct sj_arena *arena)
{
	size_t i;

	for (i = 0; i < arena->chunk_count; i++) {
		if (arena->chunks[i].is_mapped)
			(void)munmap(
			    arena->chunks[i].start, arena->chunks[i].size);
		else
			free(arena->chunks[i].start);
	}
	free(arena->chunks);
	if (arena->fd >= 0)
		(void)close(arena->fd);
	memset(arena, 0, sizeof(*arena));
	arena->fd = -1;
}

void
sj_arena_rewind(struct sj_arena *arena)
{
	if (arena->chunk_count == 0)
		return;
	while (arena->chunk_count > 1)
		free(arena->chunks[--arena->chunk_count].start);
	arena->chunks[0].used = 0;
	arena->total = arena->chunks[0].size;
}

/* A file without a name: nothing is left behind by a killed process. */
static int
open_spill(const char *dir)
{
	char path[4096];
	int fd;

	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	/* A file system or a kernel without O_TMPFILE. */
	if (snprintf(path, sizeof(path), "%s/.spill.%ld", dir,
		(long)getpid()) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(
	    path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0)
		(void)unlink(path);
	return fd;
}

/*
 * The space is taken before the pages are touched: a full disc is an error
 * here and not a SIGBUS later.
 */
static unsigned char *
map_chunk(struct sj_arena *arena, size_t size)
{
	void *start;
	int error;

	if (arena->fd < 0)
		arena->fd = open_spill(arena->spill_dir);
	if (arena->fd < 0)
		return NULL;
	error =
	    posix_fallocate(arena->fd, (off_t)arena->file_size, (off_t)size);
	if (error != 0) {
		errno = error;
		return NULL;
	}
	start = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, arena->fd,
	    (off_t)arena->file_size);
	if (start == MAP_FAILED)
		return NULL;
	arena->file_size += size;
	return start;
}

static bool
add_chunk(struct sj_arena *arena, size_t len)
{
	bool is_mapped =
	    arena->spill_dir != NULL && arena->total >= SJ_ARENA_HEAP_MAX;
	size_t unit = is_mapped ? FILE_CHUNK : HEAP_CHUNK;
	struct sj_arena_chunk *chunks;
	unsigned char *start;
	size_t size;

	if (len > SIZE_MAX / 2)
		return false;
	size = (len + unit - 1) / unit * unit;
	chunks =
	    realloc(arena->chunks, (arena->chunk_count + 1) * sizeof(*chunks));
	if (chunks == NULL)
		return false;
	arena->chunks = chunks;
	if (is_mapped)
		sj_arena_relax(arena);
	start = is_mapped ? map_chunk(arena, size) : malloc(size);
	if (start == NULL)
		return false;
	chunks[arena->chunk_count++] = (struct sj_arena_chunk){
	    .start = start, .size = size, .is_mapped = is_mapped};
	arena->total += size;
	return true;
}

void *
sj_arena_take(struct sj_arena *arena, size_t len)
{
	struct sj_arena_chunk *chunk = NULL;
	void *taken;

	len = (len + 3) & ~(size_t)3;
	if (arena->chunk_count > 0)
		chunk = &arena->chunks[arena->chunk_count - 1];
	if (chunk == NULL || len > chunk->size - chunk->used) {
		if (!add_chunk(arena, len)) {
			if (arena->sys_errno == 0)
				arena->sys_errno = errno != 0 ? errno : ENOMEM;
			return NULL;
		}
		chunk = &arena->chunks[arena->chunk_count - 1];
	}
	taken = chunk->start + chunk->used;
	chunk->used += len;
	return taken;
}

char *
sj_arena_copy(struct sj_arena *arena, const char *bytes, size_t len)
{
	char *copy = sj_arena_take(arena, len + 1);

	if (copy == NULL)
		return NULL;
	memcpy(copy, bytes, len);
	copy[len] = '\0';
	return copy;
}

void
sj_arena_relax(struct sj_arena *arena)
{
	size_t i;

	for (i = 0; i < arena->chunk_count; i++)
		if (arena->chunks[i].is_mapped)
			(void)madvise(arena->chunks[i].start,
			    arena->chunks[i].size, MADV_DONTNEED);
}
