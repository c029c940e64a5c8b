/* SPDX-License-Identifier: ISC */
#include "state.h"

#include <stdio.h>

static void
set_source(struct sj_db_source *source, char *path, enum sj_db_kind kind)
{
	source->path = path;
	source->kind = kind;
	source->owner = 0;
}

void
sj_state_init(struct sj_state *ret_state, const struct sj_tool *tool)
{
	(void)snprintf(ret_state->public_path, sizeof(ret_state->public_path),
	    "%s/public.v1.cdb", tool->state_dir);
	(void)snprintf(ret_state->secret_path, sizeof(ret_state->secret_path),
	    "%s/secret.v1.cdb", tool->state_dir);
	set_source(&ret_state->sources.public_db, ret_state->public_path,
	    SJ_DB_PUBLIC);
	set_source(&ret_state->sources.secret_db, ret_state->secret_path,
	    SJ_DB_SECRET);
}

uint64_t
sj_state_generation(const struct sj_tool *tool)
{
	struct sj_state state;
	struct sj_db db;
	uint64_t generation;

	sj_state_init(&state, tool);
	if (sj_db_open(&db, &state.sources.public_db, NULL) != SJ_OK)
		return 0;
	generation = db.header.generation;
	sj_db_close(&db);
	return generation;
}
