/* SPDX-License-Identifier: ISC */
#include "text_ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/*
 * Nobody is woken for less, unless there is nothing else to do: a piece takes
 * hardly longer than waking.
 */
#define BATCH 16u

struct slot {
	struct sj_text_done done;
	char *text;
	size_t size;
};

/*
 * The counts only grow; a slot is that of a count modulo the number of slots.
 * Those up to read are the caller's, the others up to put the thread's; taken
 * is the caller's alone.
 */
struct sj_text_ahead {
	struct slot slots[SJ_TEXT_AHEAD_MAX];
	unsigned long taken;
	unsigned long put; /* under the mutex, as the next two */
	unsigned long read;
	bool is_over;
	bool has_thread;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t is_put;
	pthread_cond_t is_read;
};

static void
read_slot(struct slot *slot)
{
	struct sj_text_done *done = &slot->done;

	done->is_good =
	    sj_text_tree_read(&done->tree, &done->piece, &done->root);
}

static void *
work(void *context)
{
	struct sj_text_ahead *ahead = context;

	(void)pthread_mutex_lock(&ahead->mutex);
	for (;;) {
		while (ahead->read == ahead->put && !ahead->is_over)
			(void)pthread_cond_wait(&ahead->is_put, &ahead->mutex);
		if (ahead->is_over)
			break;
		(void)pthread_mutex_unlock(&ahead->mutex);
		read_slot(&ahead->slots[ahead->read % SJ_TEXT_AHEAD_MAX]);
		(void)pthread_mutex_lock(&ahead->mutex);
		ahead->read++;
		if (ahead->read % BATCH == 0 || ahead->read == ahead->put)
			(void)pthread_cond_signal(&ahead->is_read);
	}
	(void)pthread_mutex_unlock(&ahead->mutex);
	return NULL;
}

struct sj_text_ahead *
sj_text_ahead_start(void)
{
	struct sj_text_ahead *ahead = calloc(1, sizeof(*ahead));
	unsigned i;

	if (ahead == NULL)
		return NULL;
	for (i = 0; i < SJ_TEXT_AHEAD_MAX; i++)
		ahead->slots[i].done.tree.nodes.fd = -1;
	(void)pthread_mutex_init(&ahead->mutex, NULL);
	(void)pthread_cond_init(&ahead->is_put, NULL);
	(void)pthread_cond_init(&ahead->is_read, NULL);
	ahead->has_thread =
	    pthread_create(&ahead->thread, NULL, work, ahead) == 0;
	return ahead;
}

void
sj_text_ahead_end(struct sj_text_ahead *ahead)
{
	unsigned i;

	if (ahead == NULL)
		return;
	if (ahead->has_thread) {
		(void)pthread_mutex_lock(&ahead->mutex);
		ahead->is_over = true;
		(void)pthread_cond_signal(&ahead->is_put);
		(void)pthread_mutex_unlock(&ahead->mutex);
		(void)pthread_join(ahead->thread, NULL);
	}
	for (i = 0; i < SJ_TEXT_AHEAD_MAX; i++) {
		sj_text_tree_clear(&ahead->slots[i].done.tree);
		free(ahead->slots[i].text);
	}
	(void)pthread_cond_destroy(&ahead->is_read);
	(void)pthread_cond_destroy(&ahead->is_put);
	(void)pthread_mutex_destroy(&ahead->mutex);
	free(ahead);
}

bool
sj_text_ahead_is_full(const struct sj_text_ahead *ahead)
{
	/* Only this thread changes both. */
	return ahead->put - ahead->taken == SJ_TEXT_AHEAD_MAX;
}

bool
sj_text_ahead_put(
    struct sj_text_ahead *ahead, const struct sj_scan_piece *piece)
{
	struct slot *slot = &ahead->slots[ahead->put % SJ_TEXT_AHEAD_MAX];
	char *text = slot->text;

	if (sj_text_ahead_is_full(ahead))
		return false;
	if (slot->size < piece->len + 1) {
		text = realloc(text, piece->len + 1);
		if (text == NULL)
			return false;
		slot->text = text;
		slot->size = piece->len + 1;
	}
	memcpy(text, piece->text, piece->len);
	text[piece->len] = '\0';
	slot->done.piece = *piece;
	slot->done.piece.text = text;
	(void)pthread_mutex_lock(&ahead->mutex);
	ahead->put++;
	if (ahead->put % BATCH == 0)
		(void)pthread_cond_signal(&ahead->is_put);
	(void)pthread_mutex_unlock(&ahead->mutex);
	return true;
}

const struct sj_text_done *
sj_text_ahead_take(struct sj_text_ahead *ahead)
{
	struct slot *slot = &ahead->slots[ahead->taken % SJ_TEXT_AHEAD_MAX];

	if (ahead->taken == ahead->put)
		return NULL;
	if (!ahead->has_thread) {
		read_slot(slot);
		return &slot->done;
	}
	(void)pthread_mutex_lock(&ahead->mutex);
	if (ahead->read == ahead->taken)
		(void)pthread_cond_signal(&ahead->is_put);
	while (ahead->read == ahead->taken)
		(void)pthread_cond_wait(&ahead->is_read, &ahead->mutex);
	(void)pthread_mutex_unlock(&ahead->mutex);
	return &slot->done;
}

void
sj_text_ahead_give_back(struct sj_text_ahead *ahead)
{
	ahead->taken++;
}
