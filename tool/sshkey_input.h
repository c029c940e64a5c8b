/* SPDX-License-Identifier: ISC */
#ifndef SJ_SSHKEY_INPUT_H
#define SJ_SSHKEY_INPUT_H

/* Files of public keys that an administrator hands to a command. */

#include "change.h"
#include "sshkey.h"

/*
 * Appends the keys of the file ("-": standard input) to *list, but those that
 * are in it already.  Returns an exit status; all is said.
 */
int sj_sshkey_input_read(const struct sj_change *change, const char *path,
    struct sj_sshkey_list *list) SJ_MUST_CHECK;

/* True if one of the lines holds the same key. */
bool sj_sshkey_input_has(const struct sj_sshkey_list *list, const char *line);

#endif
