/* SPDX-License-Identifier: ISC */
#ifndef SJ_AUTH_INFO_H
#define SJ_AUTH_INFO_H

/*
 * SSH_AUTH_INFO_0: how the user authenticated, as sshd (from 7.6) writes it
 * into the PAM environment, a line for each method that was completed:
 *	publickey ssh-ed25519 AAAA...
 *	password
 *	keyboard-interactive/pam
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fingerprint.h"

#define SJ_AUTH_INFO_VARIABLE "SSH_AUTH_INFO_0"

struct sj_auth_info {
	uint32_t methods; /* SJ_AUTH_* bits; 0: nothing is known */
	char names[64];	  /* "publickey+password": for logs and records */
	char key[SJ_FINGERPRINT_SIZE]; /* of the first key; "" without one */
};

/*
 * Reads the variable's value (NULL: not given).  A method that is not known is
 * SJ_AUTH_OTHER.  A certificate has no fingerprint here: what ssh-keygen(1)
 * prints for it is that of the key inside.  Pure.
 */
void sj_auth_info_parse(const char *value, struct sj_auth_info *ret_info);

/*
 * Can `now`, seen in open_session, be sshd's own word?  A session module in
 * front of ours may have let the user write the variable (pam_env with
 * user_readenv=1, as Debian's stock stack has it).  `before` was seen in the
 * auth stack, where no file of the user's had been read: it has all methods
 * but the last one (NULL: this server gives none).  Genuine is `before` and
 * exactly one more line, and that may be a password only if one was asked for.
 */
bool sj_auth_info_is_genuine(
    const char *before, const char *now, bool is_password_asked);

#endif
