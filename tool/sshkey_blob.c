/* SPDX-License-Identifier: ISC */
#include "sshkey_blob.h"

#include <stdint.h>
#include <string.h>

/* No server uses less by default; no OpenSSL computes with more. */
#define RSA_BITS_MIN 1024
#define RSA_BITS_MAX 16384
#define DSA_BITS 1024

enum family { FAMILY_RSA, FAMILY_DSA, FAMILY_ECDSA, FAMILY_ED25519 };

struct key_type {
	const char *name;
	enum family family;
	bool is_token; /* an application string follows */
	const char *curve;
	size_t point_len;
};

static const struct key_type key_types[] = {
    {"ssh-ed25519", FAMILY_ED25519, false, NULL, 32},
    {"ssh-rsa", FAMILY_RSA, false, NULL, 0},
    {"ecdsa-sha2-nistp256", FAMILY_ECDSA, false, "nistp256", 65},
    {"ecdsa-sha2-nistp384", FAMILY_ECDSA, false, "nistp384", 97},
    {"ecdsa-sha2-nistp521", FAMILY_ECDSA, false, "nistp521", 133},
    {"sk-ssh-ed25519@openssh.com", FAMILY_ED25519, true, NULL, 32},
    {"sk-ecdsa-sha2-nistp256@openssh.com", FAMILY_ECDSA, true, "nistp256", 65},
    {"ssh-dss", FAMILY_DSA, false, NULL, 0},
};

struct reader {
	const unsigned char *next;
	size_t left;
};

static const struct key_type *
find_type(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(key_types) / sizeof(key_types[0]); i++) {
		if (strlen(key_types[i].name) == len &&
		    memcmp(key_types[i].name, text, len) == 0)
			return &key_types[i];
	}
	return NULL;
}

bool
sj_sshkey_blob_is_type(const char *text, size_t len)
{
	return find_type(text, len) != NULL;
}

/* The next string: four bytes of length, then the bytes. */
static bool
take(struct reader *reader, struct reader *ret_string)
{
	uint32_t len;

	if (reader->left < 4)
		return false;
	len = (uint32_t)reader->next[0] << 24 |
	      (uint32_t)reader->next[1] << 16 | (uint32_t)reader->next[2] << 8 |
	      (uint32_t)reader->next[3];
	if (len > reader->left - 4)
		return false;
	ret_string->next = reader->next + 4;
	ret_string->left = len;
	reader->next += 4 + (size_t)len;
	reader->left -= 4 + (size_t)len;
	return true;
}

bool
sj_sshkey_blob_type(
    const unsigned char *blob, size_t len, struct sj_sshkey_part *ret_type)
{
	struct reader reader = {blob, len}, string;

	if (!take(&reader, &string) ||
	    find_type((const char *)string.next, string.left) == NULL)
		return false;
	ret_type->text = (const char *)string.next;
	ret_type->len = string.left;
	return true;
}

static bool
is_string(const struct reader *string, const char *text)
{
	return string->left == strlen(text) &&
	       memcmp(string->next, text, string->left) == 0;
}

/* A positive number in its shortest form (RFC 4251, section 5). */
static bool
take_number(struct reader *reader, size_t *ret_bits)
{
	struct reader number;
	size_t bits;
	unsigned char first;

	if (!take(reader, &number) || number.left == 0 ||
	    (number.next[0] & 0x80) != 0)
		return false;
	if (number.next[0] == 0) {
		if (number.left < 2 || (number.next[1] & 0x80) == 0)
			return false;
		number.next++;
		number.left--;
	}
	bits = (number.left - 1) * 8;
	for (first = number.next[0]; first != 0; first >>= 1)
		bits++;
	*ret_bits = bits;
	return true;
}

static enum sj_sshkey_error
check_rsa(struct reader *reader)
{
	size_t exponent_bits, bits;

	if (!take_number(reader, &exponent_bits) || !take_number(reader, &bits))
		return SJ_SSHKEY_BROKEN;
	return bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX ? SJ_SSHKEY_OK
							    : SJ_SSHKEY_SIZE;
}

static enum sj_sshkey_error
check_dsa(struct reader *reader)
{
	size_t p, q, g, y;

	if (!take_number(reader, &p) || !take_number(reader, &q) ||
	    !take_number(reader, &g) || !take_number(reader, &y))
		return SJ_SSHKEY_BROKEN;
	return p == DSA_BITS ? SJ_SSHKEY_OK : SJ_SSHKEY_SIZE;
}

static enum sj_sshkey_error
check_ecdsa(struct reader *reader, const struct key_type *type)
{
	struct reader curve, point;

	if (!take(reader, &curve) || !take(reader, &point) ||
	    !is_string(&curve, type->curve) || point.left != type->point_len)
		return SJ_SSHKEY_BROKEN;
	/* 4: an uncompressed point, the only form that OpenSSH takes. */
	return point.next[0] == 4 ? SJ_SSHKEY_OK : SJ_SSHKEY_BROKEN;
}

static enum sj_sshkey_error
check_ed25519(struct reader *reader, const struct key_type *type)
{
	struct reader point;

	if (!take(reader, &point) || point.left != type->point_len)
		return SJ_SSHKEY_BROKEN;
	return SJ_SSHKEY_OK;
}

static enum sj_sshkey_error
check_family(struct reader *reader, const struct key_type *type)
{
	switch (type->family) {
	case FAMILY_RSA:
		return check_rsa(reader);
	case FAMILY_DSA:
		return check_dsa(reader);
	case FAMILY_ECDSA:
		return check_ecdsa(reader, type);
	case FAMILY_ED25519:
		return check_ed25519(reader, type);
	}
	return SJ_SSHKEY_TYPE;
}

enum sj_sshkey_error
sj_sshkey_blob_check(
    const struct sj_sshkey_part *type, const unsigned char *blob, size_t len)
{
	const struct key_type *known = find_type(type->text, type->len);
	struct reader reader = {blob, len}, string;
	enum sj_sshkey_error error;

	if (known == NULL)
		return SJ_SSHKEY_TYPE;
	if (!take(&reader, &string))
		return SJ_SSHKEY_BROKEN;
	if (!is_string(&string, known->name))
		return SJ_SSHKEY_TYPE_DIFFERS;
	error = check_family(&reader, known);
	if (error != SJ_SSHKEY_OK)
		return error;
	if (known->is_token && (!take(&reader, &string) || string.left == 0))
		return SJ_SSHKEY_BROKEN;
	return reader.left == 0 ? SJ_SSHKEY_OK : SJ_SSHKEY_BROKEN;
}
