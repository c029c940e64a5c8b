/* SPDX-License-Identifier: ISC */
#ifndef SJ_PAM_LINE_H
#define SJ_PAM_LINE_H

/* One line of a PAM service, in place: pam_line.c, _pam_tokenize() of libpam.
 */

#include "pam_stack.h"

/*
 * The next line that is not empty, from *cursor: comments cut off, lines that
 * end in a backslash joined.  *line counts all lines read; *ret_line is the
 * number of its first part.  NULL at the end.
 */
char *sj_pam_line_next(
    char **cursor, unsigned int *line, unsigned int *ret_line);

/*
 * The next word of *text, or NULL: "[...]" is one, without the brackets, with
 * "\]" in it for "]".
 */
char *sj_pam_line_word(char **text);

enum sj_pam_control {
	SJ_PAM_CONTROL_MODULE,
	SJ_PAM_CONTROL_INCLUDE,
	SJ_PAM_CONTROL_SUBSTACK,
	SJ_PAM_CONTROL_BAD /* not understood: every value is bad to libpam */
};

/* Understands "required" ... or what was in brackets; fills all actions. */
enum sj_pam_control sj_pam_line_control(
    const char *word, int ret_actions[SJ_PAM_RETURN_COUNT]);

#endif
