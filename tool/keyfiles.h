/* SPDX-License-Identifier: ISC */
#ifndef SJ_KEYFILES_H
#define SJ_KEYFILES_H

/* Authorized keys in files of root's, for AuthorizedKeysFile. */

#include <stdint.h>

#include "model.h"
#include "tool.h"

#define SJ_KEYFILES_DIR "keys"

/*
 * Makes the files in the state directory what the model says on the day of
 * now_sec: one for each user with keys that is not disabled and whose last day
 * is not over, none else; none at all without key_files.  A file is written
 * beside its place and renamed, and only if its content differs.  Each line is
 * that of sj_sshkey_restrict().
 */
enum sj_reason sj_keyfiles_store(const struct sj_tool *tool,
    const struct sj_model *model, int64_t now_sec,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
