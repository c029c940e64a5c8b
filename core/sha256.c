/* SPDX-License-Identifier: ISC */
#include "sha256.h"

#include <stdint.h>
#include <string.h>

#define BLOCK_SIZE 64

static const uint32_t round_words[64] = {0x428a2f98, 0x71374491, 0xb5c0fbcf,
    0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
    0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7,
    0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
    0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
    0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
    0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c,
    0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee,
    0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2};

static uint32_t
rotate(uint32_t word, unsigned int count)
{
	return word >> count | word << (32 - count);
}

static uint32_t
load_be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

static void
store_be32(unsigned char *p, uint32_t word)
{
	p[0] = (unsigned char)(word >> 24);
	p[1] = (unsigned char)(word >> 16);
	p[2] = (unsigned char)(word >> 8);
	p[3] = (unsigned char)word;
}

static void
spread(const unsigned char *block, uint32_t words[64])
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		words[i] = load_be32(block + 4 * i);
	for (; i < 64; i++) {
		uint32_t a = words[i - 15], b = words[i - 2];

		words[i] = words[i - 16] + words[i - 7] +
			   (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
			   (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	}
}

static void
mix(uint32_t state[8], const unsigned char *block)
{
	uint32_t words[64], s[8];
	unsigned int i;

	spread(block, words);
	memcpy(s, state, sizeof(s));
	for (i = 0; i < 64; i++) {
		uint32_t one =
		    s[7] +
		    (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) +
		    ((s[4] & s[5]) ^ (~s[4] & s[6])) + round_words[i] +
		    words[i];
		uint32_t two =
		    (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) +
		    ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));

		memmove(s + 1, s, 7 * sizeof(s[0]));
		s[4] += one;
		s[0] = one + two;
	}
	for (i = 0; i < 8; i++)
		state[i] += s[i];
}

void
sj_sha256_sum(const unsigned char *bytes, size_t len,
    unsigned char ret_digest[SJ_SHA256_SIZE])
{
	uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
	    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
	unsigned char last[2 * BLOCK_SIZE] = {0};
	uint64_t bits = (uint64_t)len * 8;
	size_t rest, last_size;
	unsigned int i;

	for (rest = len; rest >= BLOCK_SIZE; rest -= BLOCK_SIZE) {
		mix(state, bytes);
		bytes += BLOCK_SIZE;
	}
	if (rest > 0)
		memcpy(last, bytes, rest);
	last[rest] = 0x80;
	last_size = rest < BLOCK_SIZE - 8 ? BLOCK_SIZE : 2 * BLOCK_SIZE;
	store_be32(last + last_size - 8, (uint32_t)(bits >> 32));
	store_be32(last + last_size - 4, (uint32_t)bits);
	mix(state, last);
	if (last_size > BLOCK_SIZE)
		mix(state, last + BLOCK_SIZE);
	for (i = 0; i < 8; i++)
		store_be32(ret_digest + 4 * i, state[i]);
}
