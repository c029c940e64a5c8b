/* SPDX-License-Identifier: ISC */
#ifndef SJ_CHANGE_H
#define SJ_CHANGE_H

/*
 * One change of conf.d/50-users.conf by a command: under the lock, with the
 * whole configuration read before and checked again with the new text, and
 * either both in force or nothing changed.
 */

#include "edit.h"
#include "model.h"
#include "tool.h"

/* Starts zeroed but for tool and command; sj_change_clear() in any case. */
struct sj_change {
	const struct sj_tool *tool;
	const char *command;	    /* "user add", for messages and the log */
	int lock_fd;		    /* -1: none */
	char *path;		    /* of the file */
	struct sj_model *model;	    /* before */
	struct sj_model *new_model; /* with the new text; set by check */
	struct sj_edit edit;
	uint64_t generation; /* in force; set by commit */
};

/*
 * Reads the configuration without a lock, for commands that only look.
 * SJ_EXIT_OK: change->model has no errors.  Else all is said.
 */
int sj_change_read(struct sj_change *change) SJ_MUST_CHECK;

/* Needs root; takes the lock, reads, and fills in edit. */
int sj_change_begin(struct sj_change *change) SJ_MUST_CHECK;

/* The configuration with the text of edit: no errors, and new_model is set. */
int sj_change_check(struct sj_change *change) SJ_MUST_CHECK;

/*
 * Puts the checked text and its database into force and logs what was done
 * ("user add alice").
 */
int sj_change_commit(struct sj_change *change, const char *what) SJ_MUST_CHECK;

/*
 * Puts name into, or takes it out of, the list "disabled" of the file; what
 * other files say of it stays.
 */
enum sj_reason sj_change_set_disabled(struct sj_change *change,
    const char *name, bool is_disabled, struct sj_fault *fault) SJ_MUST_CHECK;

void sj_change_clear(struct sj_change *change);

/* True if the place is in the file that commands edit. */
bool sj_change_is_ours(const struct sj_place *place);

/* "sftpjail user add: ..." on standard error. */
void sj_change_say(const struct sj_change *change, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
