/* SPDX-License-Identifier: ISC */
#ifndef SJ_CHANGE_FILE_H
#define SJ_CHANGE_FILE_H

/* conf.d/50-users.conf on the disc. */

#include "edit.h"

/* Reads the file; where there is none, *ret_edit is what a new one begins with.
 */
enum sj_reason sj_change_file_load(const char *path, struct sj_edit *ret_edit,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Puts the text in the file's place: written beside it (0600), synced, renamed,
 * and the directory synced.  The directory is made if it is missing.  Anything
 * but SJ_OK: the file is as it was.
 */
enum sj_reason sj_change_file_store(const char *path,
    const struct sj_edit *edit, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
