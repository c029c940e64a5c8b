/* SPDX-License-Identifier: ISC */
#ifndef SJ_SSHD_WORDS_H
#define SJ_SSHD_WORDS_H

/* One line of sshd_config into a keyword and its arguments, in place. */

#include "sshd_config.h"

enum sj_sshd_words {
	SJ_SSHD_WORDS_OK,
	SJ_SSHD_WORDS_EMPTY, /* blank, or a comment */
	SJ_SSHD_WORDS_NO_ARGUMENT,
	SJ_SSHD_WORDS_QUOTES, /* unbalanced */
	SJ_SSHD_WORDS_NO_MEMORY
};

/*
 * Splits text, which is written to: keyword and the args point into it.  Sets
 * keyword, args and arg_count of *ret_line; the caller frees args, which is
 * set only with SJ_SSHD_WORDS_OK.  keyword is set but for EMPTY.
 */
enum sj_sshd_words sj_sshd_words_split(
    char *text, struct sj_sshd_line *ret_line) SJ_MUST_CHECK;

#endif
