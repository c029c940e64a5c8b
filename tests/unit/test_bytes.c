/* SPDX-License-Identifier: ISC */
/* Loads, stores and the checksum: their bytes are the format's. */
#include "bytes.h"

#include "test.h"

static void
test_loads(void)
{
	static const unsigned char bytes[] = {
	    0xff, 0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x81, 0, 0};
	unsigned char out[16];
	unsigned at;

	for (at = 0; at < 8; at++) {
		unsigned char buf[24] = {0};

		memcpy(buf + at, bytes, sizeof(bytes));
		CHECK(sj_load_le16(buf + at) == 0xefff);
		CHECK(sj_load_le32(buf + at) == 0xabcdefffu);
		CHECK(
		    sj_load_le64(buf + at + 1) == UINT64_C(0x8123456789abcdef));
	}
	sj_store_le16(out, 0x8001);
	sj_store_le32(out + 2, 0xfedcba98u);
	sj_store_le64(out + 6, UINT64_C(0xfedcba9876543210));
	CHECK(memcmp(out,
		  "\x01\x80\x98\xba\xdc\xfe\x10\x32\x54\x76\x98\xba\xdc"
		  "\xfe",
		  14) == 0);
	test_done("bytes_load_and_store_any_alignment");
}

/* Written down once: files of old versions must stay readable. */
static void
test_golden(void)
{
	static const struct {
		const char *bytes;
		size_t len;
		uint64_t want;
	} sums[] = {
	    {"", 0, UINT64_C(0x8de584cf23479d56)},
	    {"a", 1, UINT64_C(0x7a2492a70e5f85f6)},
	    {"12345678", 8, UINT64_C(0xc23bcad193cf24d0)},
	    {"sftpjail-db(5)", 14, UINT64_C(0x09b6c55c05f33528)},
	};
	unsigned i;

	for (i = 0; i < sizeof(sums) / sizeof(sums[0]); i++) {
		uint64_t got = sj_sum(SJ_SUM_SEED,
		    (const unsigned char *)sums[i].bytes, sums[i].len);

		if (got != sums[i].want)
			printf("# %s: %llx\n", sums[i].bytes,
			    (unsigned long long)got);
		CHECK(got == sums[i].want);
	}
	test_done("bytes_sum_is_as_written_down");
}

/* The promise of bytes.h: damage within one word is always found. */
static void
test_bits(void)
{
	unsigned char buf[67];
	uint64_t sum, seen;
	size_t len, i;
	unsigned value;

	for (i = 0; i < sizeof(buf); i++)
		buf[i] = (unsigned char)(i * 37);
	for (len = 1; len <= sizeof(buf); len++) {
		sum = sj_sum(SJ_SUM_SEED, buf, len);
		for (i = 0; i < len; i++)
			for (value = 1; value < 256; value++) {
				buf[i] ^= (unsigned char)value;
				seen = sj_sum(SJ_SUM_SEED, buf, len);
				buf[i] ^= (unsigned char)value;
				CHECK(seen != sum);
			}
		CHECK(sj_sum(SJ_SUM_SEED, buf, len - 1) != sum);
		CHECK(sj_sum(SJ_SUM_SEED + 1, buf, len) != sum);
	}
	test_done("bytes_sum_finds_every_changed_byte");
}

/* Zeros at the end, and words that change places, are damage, too. */
static void
test_order(void)
{
	static const unsigned char zeros[64];
	unsigned char a[16] = "12345678abcdefgh", b[16] = "abcdefgh12345678";
	size_t i, j;

	for (i = 0; i < sizeof(zeros); i++)
		for (j = 0; j < i; j++)
			CHECK(sj_sum(SJ_SUM_SEED, zeros, i) !=
			      sj_sum(SJ_SUM_SEED, zeros, j));
	CHECK(sj_sum(SJ_SUM_SEED, a, 16) != sj_sum(SJ_SUM_SEED, b, 16));
	test_done("bytes_sum_depends_on_length_and_order");
}

int
main(void)
{
	test_loads();
	test_golden();
	test_bits();
	test_order();
	return test_failures > 0;
}
