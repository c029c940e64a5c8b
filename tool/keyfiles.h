/* SPDX-License-Identifier: ISC */
#ifndef SJ_KEYFILES_H
#define SJ_KEYFILES_H

/* Authorized keys in files of root's, for AuthorizedKeysFile. */

#include <stddef.h>
#include <stdint.h>

#include "model.h"
#include "record.h"
#include "tool.h"

#define SJ_KEYFILES_DIR "keys"
#define SJ_KEYFILES_PREFIX \
	"no-port-forwarding,no-agent-forwarding,no-X11-forwarding,no-pty"

/*
 * Appends the line with the prefix in front, joined to options that the line
 * already has (sshd(8), AUTHORIZED_KEYS FILE FORMAT), and a newline.
 */
void sj_keyfiles_put_line(struct sj_pack *out, const char *line);

/*
 * Makes the files in the state directory what the model says at time now_sec:
 * one for each user with keys that is not disabled nor outside its dates, none
 * else; none at all without key_files.  A file is written beside its place and
 * renamed, and only if its content differs.
 */
enum sj_reason sj_keyfiles_store(const struct sj_tool *tool,
    const struct sj_model *model, int64_t now_sec,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
