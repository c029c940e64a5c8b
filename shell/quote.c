/* SPDX-License-Identifier: ISC */
#include "quote.h"

#include <stdbool.h>

void
sj_quote_value(const char *text, char *ret_quoted)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = (const unsigned char *)text;
	size_t len = 0;
	bool is_plain;

	for (; *p != '\0'; p++) {
		is_plain = *p >= 0x20 && *p <= 0x7e && *p != '"' && *p != '\\';
		if (len + (is_plain ? 1 : 4) >= SJ_QUOTE_SIZE)
			break;
		if (is_plain) {
			ret_quoted[len++] = (char)*p;
			continue;
		}
		ret_quoted[len++] = '\\';
		ret_quoted[len++] = 'x';
		ret_quoted[len++] = digits[*p >> 4];
		ret_quoted[len++] = digits[*p & 15];
	}
	ret_quoted[len] = '\0';
}

void
sj_quote_strip(const char *text, char *ret_text, size_t size)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t len = 0;

	for (; *p != '\0' && len + 1 < size; p++) {
		/* U+0080 to U+009F, which some terminals obey. */
		if (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f) {
			p++;
			continue;
		}
		if ((*p < 0x20 && *p != '\n') || *p == 0x7f)
			continue;
		ret_text[len++] = (char)*p;
	}
	ret_text[len] = '\0';
}
