/* SPDX-License-Identifier: ISC */
#ifndef SJ_SHA256_H
#define SJ_SHA256_H

/*
 * SHA-256 (FIPS 180-4), for the fingerprints of keys in logs and lists: too
 * little to link a cryptographic library into sshd for.
 */

#include <stddef.h>

#define SJ_SHA256_SIZE 32

/* Pure, thread-safe, nothing is allocated. */
void sj_sha256_sum(const unsigned char *bytes, size_t len,
    unsigned char ret_digest[SJ_SHA256_SIZE]);

#endif
