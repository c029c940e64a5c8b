/* SPDX-License-Identifier: ISC */
#ifndef SJ_QUOTE_H
#define SJ_QUOTE_H

/* Hostile bytes made fit for a log line and a terminal. */

#include <stddef.h>

/* What a log line shows of a value: 256 bytes, here with the NUL. */
#define SJ_QUOTE_SIZE 257

/*
 * text with the bytes outside 0x20-0x7e, " and \ as \xHH, cut at 256 bytes but
 * never inside an escape.  ret_quoted has SJ_QUOTE_SIZE bytes.
 */
void sj_quote_value(const char *text, char *ret_quoted);

/*
 * Text for a terminal: without control characters (those of UTF-8's second
 * page, too) but the newline.  size: of ret_text; longer text is cut.
 */
void sj_quote_strip(const char *text, char *ret_text, size_t size);

#endif
