/* SPDX-License-Identifier: ISC */
#ifndef SJ_BYTES_H
#define SJ_BYTES_H

/*
 * Little-endian loads and stores at any alignment, and the checksum of the
 * database.  Pure; no limits but the caller's own.
 */

#include <stddef.h>
#include <stdint.h>

static inline uint16_t
sj_load_le16(const unsigned char *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t
sj_load_le32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static inline uint64_t
sj_load_le64(const unsigned char *p)
{
	return (uint64_t)sj_load_le32(p) | (uint64_t)sj_load_le32(p + 4) << 32;
}

static inline void
sj_store_le16(unsigned char *p, uint16_t v)
{
	p[0] = (unsigned char)v;
	p[1] = (unsigned char)(v >> 8);
}

static inline void
sj_store_le32(unsigned char *p, uint32_t v)
{
	sj_store_le16(p, (uint16_t)v);
	sj_store_le16(p + 2, (uint16_t)(v >> 16));
}

static inline void
sj_store_le64(unsigned char *p, uint64_t v)
{
	sj_store_le32(p, (uint32_t)v);
	sj_store_le32(p + 4, (uint32_t)(v >> 32));
}

/*
 * A number as the end of a key: multiplied first (the factor is odd: nothing is
 * lost), because the hash of CDB is worth 17 bits on the numbers that lie side
 * by side in a range of ids.
 */
static inline void
sj_store_key_number(unsigned char *p, uint32_t number)
{
	sj_store_le32(p, number * UINT32_C(0x9e3779b1));
}

#define SJ_SUM_SEED UINT64_C(0x736674706a61696c)

/*
 * The checksum.  Each step is a bijection of the state for a given word and
 * of the word for a given state (the factor is odd), so two byte strings of
 * one length that differ in one 8-byte word only never have the same sum.
 * It finds accidents, it does not stop forgery: the file's owner does.
 */
static inline uint64_t
sj_sum(uint64_t seed, const unsigned char *p, size_t len)
{
	const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t sum = (seed ^ len) * factor, tail = 0;
	size_t i;

	for (; len >= 8; p += 8, len -= 8) {
		sum = (sum ^ sj_load_le64(p)) * factor;
		sum ^= sum >> 32;
	}
	for (i = 0; i < len; i++)
		tail |= (uint64_t)p[i] << (8 * i);
	sum = (sum ^ tail) * factor;
	return sum ^ sum >> 29;
}

#endif
