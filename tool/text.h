/* SPDX-License-Identifier: ISC */
#ifndef SJ_TEXT_H
#define SJ_TEXT_H

/*
 * Reads sftpjail.conf and conf.d/ into a model.  Only text*.c know libconfig,
 * which abort()s when memory is short: nothing but the tool may use this.
 */

#include <stddef.h>
#include <sys/types.h>

#include "model.h"
#include "progress.h"
#include "reason.h"

/* The file that "user" and "key" edit, below the configuration directory. */
#define SJ_TEXT_USERS_FILE "conf.d/50-users.conf"

struct sj_text_options {
	const char *dir; /* the configuration directory */
	uid_t owner;	 /* who must own it and each file: 0, or the caller */
	/*
	 * NULL, or the path of a file below dir ("conf.d/50-users.conf") that
	 * is taken from memory instead, whether it exists or not; with text
	 * NULL it is taken as absent.
	 */
	const char *replaced;
	const char *replaced_text;
	size_t replaced_len;
	/* Ask this host's other sources about new names (root only). */
	bool is_host_checked;
	/* Find the files that sftp_server needs: what is to be installed. */
	bool is_server_found;
	/* Where the installed database is (new names are those it lacks). */
	const char *state_dir;
	/* Big configurations put their strings into an unlinked file here. */
	const char *spill_dir;	      /* NULL: all in memory */
	struct sj_progress *progress; /* NULL: silent */
};

/*
 * SJ_OK: *ret_model is the caller's (sj_model_free()); look at its errors:
 * with any, nothing may be installed.  SJ_SYSTEM_ERROR: could not be read to
 * the end (I/O, memory); fault says why.
 *
 * A missing or unsafe file is an error in the model, not a failure here.
 */
enum sj_reason sj_text_load(const struct sj_text_options *options,
    struct sj_model **ret_model, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
