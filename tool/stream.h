/* SPDX-License-Identifier: ISC */
#ifndef SJ_STREAM_H
#define SJ_STREAM_H

/*
 * As open_memstream(3), but fclose(3) fails if memory was short: the C
 * library's then has lost some of the text, or all, and says nothing.
 */

#include <stdio.h>

/*
 * NULL without memory.  fclose() sets both, the text with a NUL behind it; the
 * text is the caller's to free.  After a failure it is NULL.
 */
FILE *sj_stream_open(char **ret_text, size_t *ret_size);

#endif
