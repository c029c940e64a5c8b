/* SPDX-License-Identifier: ISC */
#ifndef SJ_TEXT_AHEAD_H
#define SJ_TEXT_AHEAD_H

/*
 * Pieces of a big text, which libconfig reads in a thread of its own while the
 * next ones are cut and the last ones checked: half of the work, on a second
 * processor.  They come back in the order in which they went in.  What is seen
 * does not depend on how fast which thread is.  Of one thread.
 */

#include "text_tree.h"

/* So many are under way at most. */
#define SJ_TEXT_AHEAD_MAX 64u

struct sj_text_ahead;

/* NULL: no memory.  Where there can't be a thread, it is read by the caller. */
struct sj_text_ahead *sj_text_ahead_start(void);

/* Waits for the thread, and frees what was not taken; NULL is fine. */
void sj_text_ahead_end(struct sj_text_ahead *ahead);

bool sj_text_ahead_is_full(const struct sj_text_ahead *ahead);

/* Copies the piece, but not the name of its list.  False: no memory, or full.
 */
bool sj_text_ahead_put(
    struct sj_text_ahead *ahead, const struct sj_scan_piece *piece);

/* One that was read.  is_good: as sj_text_tree_read() said. */
struct sj_text_done {
	struct sj_scan_piece piece;
	struct sj_text_tree tree;
	struct sj_node root;
	bool is_good;
};

/*
 * Waits for the oldest; NULL if there is none.  It is the caller's until
 * sj_text_ahead_give_back().
 */
const struct sj_text_done *sj_text_ahead_take(struct sj_text_ahead *ahead);
void sj_text_ahead_give_back(struct sj_text_ahead *ahead);

#endif
