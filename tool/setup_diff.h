/* SPDX-License-Identifier: ISC */
#ifndef SJ_SETUP_DIFF_H
#define SJ_SETUP_DIFF_H

/* The difference of two texts, for people to read. */

#include <stdbool.h>
#include <stdio.h>

/*
 * Prints a unified diff with three lines of context, as diff -u does, "\ No
 * newline at end of file" included; nothing if the texts are equal.  Bytes that
 * a terminal would obey are made visible.  False: memory is short.
 *
 * Our own and not diff(1): it is a page long, needs no temporary files and is
 * there on every host.
 */
bool sj_setup_diff_print(FILE *out, const char *path, const char *old,
    const char *new, bool is_colored);

#endif
