/* SPDX-License-Identifier: ISC */
#ifndef SJ_INPUT_H
#define SJ_INPUT_H

/* Files that an administrator hands to a command. */

#include <stdbool.h>
#include <stddef.h>

/*
 * Reads the file at path, "-" for standard input, of at most max bytes, and
 * terminates it; *ret_text is the caller's to free().  False: errno says why.
 * Never waits on a FIFO that somebody put in the file's place.
 */
bool sj_input_read(
    const char *path, size_t max, char **ret_text, size_t *ret_len);

/* Why sj_input_read() failed, as errno has it. */
const char *sj_input_error(void);

/* path for messages. */
const char *sj_input_name(const char *path);

#endif
