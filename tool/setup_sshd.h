/* SPDX-License-Identifier: ISC */
#ifndef SJ_SETUP_SSHD_H
#define SJ_SETUP_SSHD_H

/* What the parts of setup_sshd*.c share: one sshd_config that is edited. */

#include "setup.h"
#include "sshd_config.h"

struct sj_setup_sshd {
	const struct sj_setup_facts *facts;
	struct sj_setup_file *file;
	struct sj_report *refused;
	const struct sj_sshd_config *config;
	struct sj_setup_lines lines;
};

/* Does sshd ask for keys of served users, by files or by our command? */
bool sj_setup_sshd_has_keys(
    const struct sj_setup_facts *facts, const struct sj_sshd_config *config);
void sj_setup_sshd_edit_keys(struct sj_setup_sshd *plan);

/* Refuses: what is wrong with the line, and what to write there by hand. */
void sj_setup_sshd_refuse(struct sj_setup_sshd *plan,
    const struct sj_sshd_line *line, const char *what, const char *want);

/*
 * True if the line is one of the main file.  Else it is refused: the value of
 * an included file counts, and only who wrote that should change it.
 */
bool sj_setup_sshd_is_editable(struct sj_setup_sshd *plan,
    const struct sj_sshd_line *line, const char *what, const char *want);

/* How much of a line stands before its comment, without blanks behind. */
size_t sj_setup_sshd_body_len(const char *line, size_t len);

/* Puts text in the place of the bytes [from, to) of a line. */
void sj_setup_sshd_replace(struct sj_setup_sshd *plan, unsigned int number,
    size_t from, size_t to, const char *text);

/*
 * A new line: behind the commented example that many files have of it; else at
 * the end, but in front of the first Match block and its comment.
 */
void sj_setup_sshd_add(
    struct sj_setup_sshd *plan, const char *keyword, const char *value);

#endif
