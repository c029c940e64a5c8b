/* SPDX-License-Identifier: ISC */
#ifndef SJ_BASE64_H
#define SJ_BASE64_H

/*
 * Base64 (RFC 4648, section 4), exactly: no white space, padding where it
 * belongs and nowhere else, no stray bits in the last character.  Pure
 * functions; thread-safe; nothing is allocated.
 */

#include <stdbool.h>
#include <stddef.h>

/* Bytes that len characters decode to at most. */
#define SJ_BASE64_DECODED_SIZE(len) ((len) / 4 * 3)

/*
 * Decodes len characters into ret_bytes, which must have room for
 * SJ_BASE64_DECODED_SIZE(len).  False if they are not exactly base64 or none.
 */
bool sj_base64_decode(
    const char *text, size_t len, unsigned char *ret_bytes, size_t *ret_len);

/*
 * Encodes without padding, as fingerprints are written, and terminates;
 * ret_text must have room for (len * 4 + 2) / 3 + 1 bytes.
 */
void sj_base64_encode_bare(
    const unsigned char *bytes, size_t len, char *ret_text);

#endif
