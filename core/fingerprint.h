/* SPDX-License-Identifier: ISC */
#ifndef SJ_FINGERPRINT_H
#define SJ_FINGERPRINT_H

/*
 * How OpenSSH names a key: "SHA256:" and 43 characters of base64
 * (ssh-keygen(1), -l).  Pure functions; thread-safe; nothing is allocated.
 */

#include <stdbool.h>
#include <stddef.h>

#define SJ_FINGERPRINT_SIZE 51	     /* bytes, with the NUL */
#define SJ_FINGERPRINT_KEY_MAX 16384 /* characters of a key's base64 */

/* Of a key's bytes. */
void sj_fingerprint_of(
    const unsigned char *blob, size_t len, char ret_text[SJ_FINGERPRINT_SIZE]);

/*
 * Of a key as authorized_keys and SSH_AUTH_INFO_0 write it: len characters of
 * base64.  False if they are no base64 or more than SJ_FINGERPRINT_KEY_MAX.
 */
bool sj_fingerprint_of_base64(
    const char *base64, size_t len, char ret_text[SJ_FINGERPRINT_SIZE]);

#endif
