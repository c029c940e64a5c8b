/* SPDX-License-Identifier: ISC */
#ifndef SJ_STATE_H
#define SJ_STATE_H

/* The installed databases in the state directory of a command. */

#include <stdint.h>

#include "account.h"
#include "tool.h"

/* Where both are; the paths live in the struct. */
struct sj_state {
	struct sj_account_sources sources;
	char public_path[SJ_PATH_SIZE];
	char secret_path[SJ_PATH_SIZE];
};

/* Fills *ret_state, which must stay where it is: sources points into it. */
void sj_state_init(struct sj_state *ret_state, const struct sj_tool *tool);

/* The generation in force; 0 if there is none that can be read. */
uint64_t sj_state_generation(const struct sj_tool *tool);

#endif
