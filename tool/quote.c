/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "quote.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct range {
	uint32_t first;
	uint32_t last;
};

/* What changes the look of other characters, or can't be seen. */
static const struct range unprintable[] = {
    {0x0000, 0x001f}, {0x007f, 0x009f}, {0x00ad, 0x00ad}, /* soft hyphen */
    {0x061c, 0x061c}, {0x180e, 0x180e},
    {0x200b, 0x200f}, /* zero width, direction marks */
    {0x2028, 0x202e}, /* line ends, embeddings */
    {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
    {0xe0000, 0xe0fff}, /* tags */
};

/* Bytes of a sequence by its first byte, and the least it may encode. */
static size_t
sequence_len(unsigned char first, uint32_t *ret_bits, uint32_t *ret_least)
{
	if (first < 0x80) {
		*ret_bits = first;
		*ret_least = 0;
		return 1;
	}
	if (first >= 0xc0 && first < 0xe0) {
		*ret_bits = first & 0x1f;
		*ret_least = 0x80;
		return 2;
	}
	if (first >= 0xe0 && first < 0xf0) {
		*ret_bits = first & 0x0f;
		*ret_least = 0x800;
		return 3;
	}
	if (first >= 0xf0 && first < 0xf8) {
		*ret_bits = first & 0x07;
		*ret_least = 0x10000;
		return 4;
	}
	return 0;
}

size_t
sj_quote_decode(const char *text, uint32_t *ret_char)
{
	uint32_t bits, least;
	size_t len = sequence_len((unsigned char)text[0], &bits, &least), i;

	for (i = 1; i < len; i++) {
		unsigned char next = (unsigned char)text[i];

		if ((next & 0xc0) != 0x80)
			return 0;
		bits = bits << 6 | (next & 0x3f);
	}
	if (len == 0 || bits < least || bits > 0x10ffff ||
	    (bits >= 0xd800 && bits <= 0xdfff))
		return 0;
	*ret_char = bits;
	return len;
}

bool
sj_quote_is_printable(uint32_t character)
{
	size_t i;

	for (i = 0; i < sizeof(unprintable) / sizeof(unprintable[0]); i++) {
		if (character >= unprintable[i].first &&
		    character <= unprintable[i].last)
			return false;
	}
	return true;
}

/* Bytes of a character that may be shown as it is, or 0. */
static size_t
safe_len(const char *text)
{
	uint32_t character;
	size_t len = sj_quote_decode(text, &character);

	return len > 0 && sj_quote_is_printable(character) ? len : 0;
}

static void
put(FILE *out, const char *text, bool is_backslash_kept)
{
	while (text != NULL && *text != '\0') {
		size_t len = safe_len(text);

		if (*text == '\\' && !is_backslash_kept)
			len = 0;
		if (len > 0) {
			(void)fwrite(text, 1, len, out);
			text += len;
			continue;
		}
		(void)fprintf(out, "\\x%02x", (unsigned char)*text);
		text++;
	}
}

void
sj_quote_put(FILE *out, const char *text)
{
	put(out, text, false);
}

void
sj_quote_put_command(FILE *out, const char *command)
{
	put(out, command, true);
}

void
sj_quote_put_string(FILE *out, const char *text)
{
	(void)fputc('"', out);
	for (; *text != '\0'; text++) {
		size_t len = safe_len(text);

		if (*text == '"' || *text == '\\') {
			(void)fprintf(out, "\\%c", *text);
		} else if (len > 0) {
			(void)fwrite(text, 1, len, out);
			text += len - 1;
		} else {
			(void)fprintf(out, "\\x%02x", (unsigned char)*text);
		}
	}
	(void)fputc('"', out);
}

bool
sj_quote_is_safe(const char *text)
{
	for (; *text != '\0'; text += safe_len(text)) {
		if (safe_len(text) == 0 || *text == '\\')
			return false;
	}
	return true;
}

void
sj_quote_printf(FILE *out, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	for (; *format != '\0'; format++) {
		if (format[0] != '%') {
			(void)fputc(*format, out);
			continue;
		}
		format++;
		if (*format == 's')
			sj_quote_put(out, va_arg(ap, const char *));
		else
			(void)fputc('%', out);
	}
	va_end(ap);
}

char *
sj_quote_make_word(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "%+,-./:=@_";
	char *word, *next;

	if (text[0] != '\0' && text[strspn(text, plain)] == '\0')
		return strdup(text);
	word = malloc(4 * strlen(text) + 3);
	if (word == NULL)
		return NULL;
	next = word;
	*next++ = '\'';
	for (; *text != '\0'; text++) {
		if (*text == '\'') {
			memcpy(next, "'\\'", 3);
			next += 3;
		}
		*next++ = *text;
	}
	*next++ = '\'';
	*next = '\0';
	return word;
}
