/* SPDX-License-Identifier: ISC */
#ifndef SJ_SSHKEY_BLOB_H
#define SJ_SSHKEY_BLOB_H

/* The bytes inside a public key (RFC 4253, 5656, 8709; PROTOCOL.u2f). */

#include <stdbool.h>
#include <stddef.h>

#include "sshkey.h"

/* Is text (len bytes) the name of a key type that we know? */
bool sj_sshkey_blob_is_type(const char *text, size_t len);

/* The key's type as its bytes name it; false: none that we know. */
bool sj_sshkey_blob_type(
    const unsigned char *blob, size_t len, struct sj_sshkey_part *ret_type);

/*
 * Is blob one whole key of that type, of a size that servers take?
 * SJ_SSHKEY_TYPE_DIFFERS, _BROKEN, _SIZE, _TYPE otherwise.
 */
enum sj_sshkey_error sj_sshkey_blob_check(const struct sj_sshkey_part *type,
    const unsigned char *blob, size_t len) SJ_MUST_CHECK;

#endif
