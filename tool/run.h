/* SPDX-License-Identifier: ISC */
#ifndef SJ_RUN_H
#define SJ_RUN_H

/* Runs another program of the host and listens to what it says. */

#include <stddef.h>

#define SJ_RUN_TEXT_SIZE 4096

/*
 * Runs argv[0], a path, with PATH as its only environment; standard input is
 * stdin_fd (-1: /dev/null).  text (size bytes, terminated) is what it wrote to
 * standard output and error, its end cut off.  A program that says nothing for
 * some seconds, or too much, is killed.
 *
 * Returns its exit status; -1 if it was killed or could not be run.
 */
int sj_run(char *const argv[], int stdin_fd, char *text, size_t size);

#endif
