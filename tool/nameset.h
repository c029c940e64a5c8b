/* SPDX-License-Identifier: ISC */
#ifndef SJ_NAMESET_H
#define SJ_NAMESET_H

/* Borrowed names in the order of adding, each once.  Starts zeroed. */

#include "table.h"

struct sj_nameset {
	const char **items;
	uint32_t count;
	struct sj_table table;
};

/* Also true where it is in the set already; false: no memory. */
bool sj_nameset_add(struct sj_nameset *set, const char *name);

/* Its place in items, or SJ_TABLE_NONE. */
uint32_t sj_nameset_find(const struct sj_nameset *set, const char *name);

void sj_nameset_clear(struct sj_nameset *set);

#endif
