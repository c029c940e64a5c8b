/* SPDX-License-Identifier: ISC */
#ifndef SJ_IMPORT_SSHD_H
#define SJ_IMPORT_SSHD_H

/* For import_sshd*.c: Match blocks on their way to jails. */

#include "import.h"
#include "nameset.h"
#include "sshd_config.h"

/* What all blocks together have come to. */
struct sj_import_sshd {
	struct sj_import *import;
	struct sj_sshd_config config;
	size_t *first_lines;	 /* of each block */
	bool *is_kept;		 /* of each line: it stays there */
	bool *is_taken;		 /* of each block: a jail was made of it */
	struct sj_nameset names; /* of jails */
	struct sj_import_list except_users; /* of jails that follow */
	struct sj_import_list except_groups;
	const char *log_level; /* what the line Subsystem sftp needs */
	const char *log_facility;
	uint32_t jail_count;
};

/* Prints the jail of a block, if it makes one. */
void sj_import_sshd_block(struct sj_import_sshd *sshd, int index);

struct sj_import_block {
	struct sj_import *import;
	struct sj_import_sshd *sshd;
	int index;
	struct sj_import_jail jail;
	const char *log_level; /* of ForceCommand */
	const char *log_facility;
};

/* The line of the block that counts, or NULL. */
const struct sj_sshd_line *sj_import_sshd_find(
    const struct sj_import_block *block, const char *keyword);

/* "Keyword arguments", as one would write it; "Match ...", likewise. */
const char *sj_import_sshd_text(
    struct sj_import *import, const struct sj_sshd_line *line);
const char *sj_import_sshd_match_text(
    struct sj_import *import, const struct sj_sshd_block *match);

/* Says so of a line, and notes that it must stay. */
void sj_import_sshd_keep(struct sj_import_block *block,
    const struct sj_sshd_line *line, const char *why);
void sj_import_sshd_lose(struct sj_import_block *block,
    const struct sj_sshd_line *line, const char *why);

/* Whom the Match line takes.  False, and said: no jail can do that. */
bool sj_import_sshd_match(struct sj_import_block *block);

/* ForceCommand, or NULL.  False, and said: it is no SFTP. */
bool sj_import_sshd_force(
    struct sj_import_block *block, const struct sj_sshd_line *line);

/* The lines about ways of authentication. */
void sj_import_sshd_auth(struct sj_import_block *block);

#endif
