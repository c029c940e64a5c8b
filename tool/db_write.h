/* SPDX-License-Identifier: ISC */
#ifndef SJ_DB_WRITE_H
#define SJ_DB_WRITE_H

/*
 * A model as the two database files, under names of their own beside the
 * installed ones.  sftpjail-db(5) has the bytes.
 */

#include "db.h"
#include "model.h"
#include "progress.h"

#define SJ_DB_PUBLIC_FILE "public.v1.cdb"
#define SJ_DB_SECRET_FILE "secret.v1.cdb"
#define SJ_DB_NEW_SUFFIX ".new"

/*
 * Writes the file of that kind as name in the directory dir_fd: new, complete,
 * on the disc, with its final owner and mode.  SJ_SYSTEM_ERROR: it could not
 * be written, nothing is left behind.
 *
 * The public file holds what everybody may see (0644), the secret one is root's
 * (0600), or the group's too (0640) if secret_gid is not SJ_NO_INDEX.
 */
struct sj_db_target {
	int dir_fd;
	const char *name;
	enum sj_db_kind kind;
	uint64_t generation;
	uint32_t secret_gid;
	struct sj_progress *progress; /* NULL: silent */
};

enum sj_reason sj_db_write(const struct sj_db_target *target,
    const struct sj_model *model, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
