/* SPDX-License-Identifier: ISC */
#ifndef SJ_IDS_H
#define SJ_IDS_H

/* Which id a new user or group gets. */

#include "model.h"

enum sj_ids_kind { SJ_IDS_UID, SJ_IDS_GID };

/* Ids of one kind, handed out one after the other. */
struct sj_ids_source {
	const struct sj_model *model;
	enum sj_ids_kind kind;
	uint32_t min, max; /* the bounds of ids */
	uint32_t next;
};

/* Begins behind the highest one: what was somebody's is not given again. */
void sj_ids_init(struct sj_ids_source *ids, const struct sj_model *model,
    enum sj_ids_kind kind);

/* Uids, of which this one is the highest that is known; the bounds are not. */
void sj_ids_init_behind(struct sj_ids_source *ids, uint32_t uid);

/* Goes on behind this one, too. */
void sj_ids_skip(struct sj_ids_source *ids, uint32_t id);

/* The next that neither the model nor another source of this host has. */
bool sj_ids_take(struct sj_ids_source *ids, uint32_t *ret_id);

#endif
