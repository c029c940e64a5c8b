/* SPDX-License-Identifier: ISC */
#ifndef SJ_TEXT_TREE_H
#define SJ_TEXT_TREE_H

/* Pieces of text as libconfig reads them. */

#include "arena.h"
#include "node.h"
#include "scan.h"

/* Starts as { .nodes.fd = -1 }. */
struct sj_text_tree {
	struct sj_arena nodes; /* of the current piece */
	void *config;	       /* libconfig's, which has the strings */
	bool is_short;	       /* memory */
	uint32_t error_line;
	char error[128]; /* what libconfig says */
};

/* Frees the last piece. */
void sj_text_tree_clear(struct sj_text_tree *tree);

/*
 * True: *ret_root is a group of the settings, or for a piece of a list that
 * list; it lives until the next one is read or sj_text_tree_clear().  False:
 * is_short, or libconfig does not understand it.
 */
bool sj_text_tree_read(struct sj_text_tree *tree,
    const struct sj_scan_piece *piece, struct sj_node *ret_root);

#endif
