/* SPDX-License-Identifier: ISC */
#ifndef SJ_ATOMIC_FILE_H
#define SJ_ATOMIC_FILE_H

/* Small files, replaced by rename(2) as a whole. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "reason.h"
#include "record.h"

/*
 * Writes dir/name unless it holds these bytes already: beside its place,
 * synced, with this mode, renamed, the directory synced.
 */
enum sj_reason sj_atomic_file_store_if_new(const char *dir, const char *name,
    const struct sj_pack *content, mode_t mode,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Writes text to new_path, which is made anew, with owner, mode, access list
 * and SELinux label of path, and syncs it: ready for the commit.
 */
enum sj_reason sj_atomic_file_prepare(const char *path, const char *new_path,
    const char *text, struct sj_fault *fault) SJ_MUST_CHECK;

/* Renames new_path to path and syncs the directory. */
enum sj_reason sj_atomic_file_commit(const char *path, const char *new_path,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Reads dir/name, at most max bytes; *ret_text is terminated and the caller's
 * (free()), NULL if there is no such file.
 */
enum sj_reason sj_atomic_file_load(const char *dir, const char *name,
    size_t max, char **ret_text, struct sj_fault *fault) SJ_MUST_CHECK;

/* All of it, however often write(2) stops; false with errno. */
bool sj_atomic_file_write(int fd, const unsigned char *bytes, size_t len);

#endif
