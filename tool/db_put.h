/* SPDX-License-Identifier: ISC */
#ifndef SJ_DB_PUT_H
#define SJ_DB_PUT_H

/* The records of a model, put one by one; private to db_*.c. */

#include <cdb.h>

#include "db.h"
#include "model_store.h"
#include "progress.h"

/* Starts zeroed but for make; failed stays set with its errno. */
struct sj_db_put {
	struct cdb_make make;
	uint32_t synced_off;
	struct sj_pack pack; /* the record */
	struct sj_pack list; /* its list, while it is made */
	struct sj_progress *progress;
	bool is_failed;
	bool is_too_big;
	int sys_errno;
};

/* The record in put->pack under a name, or under a number. */
void sj_db_put_name(struct sj_db_put *put, char letter, const char *name);
void sj_db_put_number(struct sj_db_put *put, char letter, uint32_t number);

/* Everything behind the header; sections and jail_count are filled in. */
void sj_db_put_public(struct sj_db_put *put, const struct sj_model *model,
    struct sj_db_header *ret_header);
void sj_db_put_secret(struct sj_db_put *put, const struct sj_model *model,
    struct sj_db_header *ret_header);

#endif
