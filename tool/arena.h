/* SPDX-License-Identifier: ISC */
#ifndef SJ_ARENA_H
#define SJ_ARENA_H

/*
 * Memory that is only added to and freed at once.  What grows past
 * SJ_ARENA_HEAP_MAX goes, where a directory is given, into an unlinked file
 * there that is mapped: the kernel may then take the pages back.
 * Every pointer stays valid until sj_arena_clear().
 */

#include <stdbool.h>
#include <stddef.h>

#define SJ_ARENA_HEAP_MAX ((size_t)8 << 20)

struct sj_arena_chunk {
	unsigned char *start;
	size_t size;
	size_t used;
	bool is_mapped;
};

/* Starts zeroed, but for fd, which starts as -1. */
struct sj_arena {
	const char *spill_dir; /* NULL: never into a file */
	int fd;
	struct sj_arena_chunk *chunks;
	size_t chunk_count;
	size_t total; /* bytes of all chunks */
	size_t file_size;
	int sys_errno; /* of the first failure */
};

void sj_arena_clear(struct sj_arena *arena);

/* Makes one without a directory empty, and keeps its first chunk. */
void sj_arena_rewind(struct sj_arena *arena);

/* len bytes, aligned for 4-byte words; NULL with sys_errno set. */
void *sj_arena_take(struct sj_arena *arena, size_t len);

/* A copy of len bytes and a NUL. */
char *sj_arena_copy(struct sj_arena *arena, const char *bytes, size_t len);

/* Lets the pages of the file go; their content comes back when it is read. */
void sj_arena_relax(struct sj_arena *arena);

#endif
