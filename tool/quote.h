/* SPDX-License-Identifier: ISC */
#ifndef SJ_QUOTE_H
#define SJ_QUOTE_H

/*
 * Strings that somebody else chose (names, paths, gecos, comments of keys) on
 * their way to a terminal, a shell or JSON.  Printable UTF-8 stays; control
 * characters, those that turn or hide text (bidirectional, zero width), bytes
 * that are not UTF-8 and the backslash become \xHH.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Decodes one character of a NUL-terminated string; returns its bytes, or 0
 * where they are not valid UTF-8 (RFC 3629).
 */
size_t sj_quote_decode(const char *text, uint32_t *ret_char);

/* True if a terminal shows the character and does nothing else. */
bool sj_quote_is_printable(uint32_t character);

/* Prints text made safe; NULL prints nothing. */
void sj_quote_put(FILE *out, const char *text);

/* printf() of strings made safe: %s only, at most 6 of them, and %%. */
void sj_quote_printf(FILE *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * text as one word of a POSIX shell, as it is where that needs no quotes; the
 * caller's to free(), NULL if memory is short.
 */
char *sj_quote_make_word(const char *text);

/*
 * Prints a command made of such words: as sj_quote_put(), but a backslash
 * stays.  Where bytes had to be escaped it is no command any more.
 */
void sj_quote_put_command(FILE *out, const char *command);

/*
 * Prints text as a string of our configuration, with its quotation marks.
 * What sj_quote_put() would not print as it is, is written as \xHH.
 */
void sj_quote_put_string(FILE *out, const char *text);

/* True if sj_quote_put() would print the text as it is. */
bool sj_quote_is_safe(const char *text);

#endif
