/* SPDX-License-Identifier: ISC */
#ifndef SJ_NODE_H
#define SJ_NODE_H

/*
 * A piece of the text as a tree: what text.c makes of libconfig's own, for
 * the checks, which know nothing of libconfig.  Lives as long as its piece.
 */

#include <stdint.h>

enum sj_node_type {
	SJ_NODE_BAD, /* reported already */
	SJ_NODE_BOOL,
	SJ_NODE_INTEGER,
	SJ_NODE_STRING,
	SJ_NODE_LIST, /* an array as well */
	SJ_NODE_GROUP
};

struct sj_node {
	enum sj_node_type type;
	uint32_t line;
	const char *name;   /* of a setting; NULL: an element */
	const char *string; /* SJ_NODE_STRING */
	int64_t number;	    /* SJ_NODE_INTEGER, SJ_NODE_BOOL */
	const struct sj_node *children;
	uint32_t count;
};

#endif
