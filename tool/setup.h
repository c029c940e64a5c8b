/* SPDX-License-Identifier: ISC */
#ifndef SJ_SETUP_H
#define SJ_SETUP_H

/*
 * sftpjail setup: what has to change in the files that wire sftpjail into the
 * host.  The planners change nothing; they make the new text of a file, judge
 * it by the readers that check uses, and refuse what they are not sure of.
 */

#include <stdbool.h>
#include <stddef.h>

#include "check_report.h"
#include "setup_lines.h"

struct sj_setup_file {
	const char *path;
	const char *name; /* of its backup */
	char *old;	  /* owned; NULL: not looked at */
	char *new;	  /* owned; NULL: nothing to change */
	bool is_unreadable;
};

/* What the planners have to know of the host. */
struct sj_setup_facts {
	const char *root;	   /* files are read below it; NULL: / */
	const char *rescue;	   /* group of administrators, or NULL */
	unsigned int sshd_version; /* sj_sshd_version(), 0: not known */
	bool is_key_files;	   /* keys are files (else: a command) */
	const char *sftp_server;   /* the program that is set, or NULL */
};

/* In the order in which they are put in place: PAM counts at once. */
enum { SJ_SETUP_NSS, SJ_SETUP_SSHD, SJ_SETUP_PAM, SJ_SETUP_FILE_COUNT };

/*
 * Each sets file->new where something has to change and adds to refused where
 * it can't be made right; never both.
 */
void sj_setup_nss(const struct sj_setup_facts *facts,
    struct sj_setup_file *file, struct sj_report *refused);
void sj_setup_sshd(const struct sj_setup_facts *facts,
    struct sj_setup_file *file, struct sj_report *refused);
void sj_setup_pam(const struct sj_setup_facts *facts,
    struct sj_setup_file *file, struct sj_report *refused);

/* For the planners. */

/* Something setup does not understand, or must not decide; and a file that is
 * not there. */
extern const struct sj_problem_kind sj_setup_unsure;
extern const struct sj_problem_kind sj_setup_missing;

/*
 * Fills file->old.  False, with the reason in refused, if the file is not
 * there, is a link, belongs to another program, or is no text.
 */
bool sj_setup_file_read(const struct sj_setup_facts *facts,
    struct sj_setup_file *file, struct sj_report *refused);

/* The changed text, or NULL with the lack of memory noted. */
char *sj_setup_file_make(const struct sj_setup_file *file,
    const struct sj_setup_lines *lines, struct sj_report *refused);

void sj_setup_file_clear(struct sj_setup_file *file);

#endif
