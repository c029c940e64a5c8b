/* SPDX-License-Identifier: ISC */
#ifndef SJ_TEXT_QUICK_H
#define SJ_TEXT_QUICK_H

/*
 * The elements of a long list, as libconfig would read them, in a third of
 * its time.  It knows only what the scan hands on: no comments, no space but
 * line ends, every word and bracket judged already.  tests/unit/test_text.c
 * holds it against libconfig.
 */

#include "arena.h"
#include "node.h"
#include "scan.h"

/* Reused from piece to piece; starts zeroed, but for nodes.fd, which is -1. */
struct sj_text_quick {
	struct sj_arena nodes; /* of the current piece */
	struct sj_node *stack; /* children of what is open */
	size_t stack_count;
	size_t stack_size;
	char *text; /* the piece, its strings decoded in place */
	size_t text_size;
};

void sj_text_quick_clear(struct sj_text_quick *quick);

/*
 * True: *ret_list is the list of the elements and lives until the next piece.
 * False: memory, or something that is left to libconfig.
 */
bool sj_text_quick_read(struct sj_text_quick *quick,
    const struct sj_scan_piece *piece, struct sj_node *ret_list);

#endif
