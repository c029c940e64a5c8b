/* SPDX-License-Identifier: ISC */
#ifndef SJ_DB_INSTALL_H
#define SJ_DB_INSTALL_H

/* The installed files, and putting new ones in their place. */

#include "db_diff.h"
#include "db_write.h"

/* One directory with two files; the installed ones or the new ones. */
struct sj_db_files {
	struct sj_db public;
	struct sj_db secret;
	bool has_public;
	bool has_secret;
	bool is_secret_hidden; /* there, but this caller may not read it */
	int sys_errno; /* why one could not be opened, if the system failed */
};

/* Opens what can be trusted in the directory; suffix "" or ".new". */
void sj_db_files_open(struct sj_db_files *ret_files, const char *dir,
    const char *suffix, uid_t owner);
void sj_db_files_close(struct sj_db_files *files);

/* The highest generation of both. */
uint64_t sj_db_files_generation(const struct sj_db_files *files);

/*
 * True if the installed files need no replacement: both there, of one
 * generation, not retired, of the right mode, and of the same content as the
 * new ones.
 */
enum sj_reason sj_db_files_compare(int dir_fd, int new_dir_fd,
    const struct sj_db_files *installed, bool *ret_is_same,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Renames the new files over the installed ones: secret, then public, which
 * is the commit; tells the readers of each old file at once.  SJ_SYSTEM_ERROR:
 * *ret_is_begun says whether anything was renamed.
 */
enum sj_reason sj_db_files_commit(int dir_fd,
    const struct sj_db_files *installed, bool *ret_is_begun,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* Removes new files, also those of a process that was killed. */
void sj_db_files_discard(int dir_fd);

#endif
