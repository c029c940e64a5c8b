/* SPDX-License-Identifier: ISC */
#include "fingerprint.h"

#include <string.h>

#include "base64.h"
#include "sha256.h"

void
sj_fingerprint_of(
    const unsigned char *blob, size_t len, char ret_text[SJ_FINGERPRINT_SIZE])
{
	static const char prefix[] = "SHA256:";
	unsigned char digest[SJ_SHA256_SIZE];

	sj_sha256_sum(blob, len, digest);
	memcpy(ret_text, prefix, sizeof(prefix));
	sj_base64_encode_bare(
	    digest, sizeof(digest), ret_text + sizeof(prefix) - 1);
}

bool
sj_fingerprint_of_base64(
    const char *base64, size_t len, char ret_text[SJ_FINGERPRINT_SIZE])
{
	unsigned char blob[SJ_BASE64_DECODED_SIZE(SJ_FINGERPRINT_KEY_MAX)];
	size_t blob_len;

	if (len > SJ_FINGERPRINT_KEY_MAX ||
	    !sj_base64_decode(base64, len, blob, &blob_len))
		return false;
	sj_fingerprint_of(blob, blob_len, ret_text);
	return true;
}
