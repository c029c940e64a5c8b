/* SPDX-License-Identifier: ISC */
#include "base64.h"

#include <stdint.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* 0..63, or 64 for anything that is not of the alphabet. */
static unsigned int
value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned int)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned int)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0') + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : 64;
}

bool
sj_base64_decode(
    const char *text, size_t len, unsigned char *ret_bytes, size_t *ret_len)
{
	size_t i, out = 0, digits = len;
	uint32_t bits = 0;

	if (len == 0 || len % 4 != 0)
		return false;
	if (text[len - 1] == '=')
		digits = text[len - 2] == '=' ? len - 2 : len - 1;
	for (i = 0; i < digits; i++) {
		unsigned int value = value_of(text[i]);

		if (value > 63)
			return false;
		bits = bits << 6 | value;
		if (i % 4 != 0)
			ret_bytes[out++] =
			    (unsigned char)(bits >> (6 - 2 * (i % 4)));
	}
	/* Of the last, unfinished group some bits were shifted out above. */
	if (digits % 4 == 2 && (bits & 0xf) != 0)
		return false;
	if (digits % 4 == 3 && (bits & 0x3) != 0)
		return false;
	*ret_len = out;
	return true;
}

void
sj_base64_encode_bare(const unsigned char *bytes, size_t len, char *ret_text)
{
	uint32_t bits = 0;
	unsigned int count = 0;
	size_t i, out = 0;

	for (i = 0; i < len; i++) {
		bits = bits << 8 | bytes[i];
		for (count += 8; count >= 6; count -= 6)
			ret_text[out++] = alphabet[bits >> (count - 6) & 63];
	}
	if (count > 0)
		ret_text[out++] = alphabet[bits << (6 - count) & 63];
	ret_text[out] = '\0';
}
