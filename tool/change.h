/* SPDX-License-Identifier: ISC */
#ifndef SJ_CHANGE_H
#define SJ_CHANGE_H

/*
 * One change of conf.d/50-users.conf by a command: under the lock, with the
 * whole configuration read before and checked again with the new text, and
 * either both in force or nothing changed.
 */

#include "args.h"
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
};

/*
 * Reads the configuration without a lock, for commands that only look.
 * SJ_EXIT_OK: change->model has no errors.  Else all is said.
 */
int sj_change_read(struct sj_change *change) SJ_MUST_CHECK;

/*
 * A whole command: parses the line, has run do the work, clears.  run's argv
 * is what sj_args_parse() leaves; it begins the change itself.
 */
int sj_change_run(const struct sj_tool *tool, const struct sj_arg_spec *spec,
    int argc, char **argv,
    int (*run)(struct sj_change *change, char **argv, void *context),
    void *context);

/* Needs root; takes the lock, reads, and fills in edit. */
int sj_change_begin(struct sj_change *change) SJ_MUST_CHECK;

/*
 * Needs root; takes the lock, and fills in edit if *ret_is_fresh: the text has
 * the marks of what was applied last, so that the database tells what is in it.
 * It is not read, and there is no model: what is to be true the check of the
 * new text must find.  sj_change_begin() may follow and begins anew.
 */
int sj_change_begin_unread(
    struct sj_change *change, bool *ret_is_fresh) SJ_MUST_CHECK;

/* Reads the configuration with the text of edit into new_model. */
int sj_change_compile(struct sj_change *change) SJ_MUST_CHECK;

/* SJ_EXIT_OK: it has no errors.  Else they are said. */
int sj_change_judge(const struct sj_change *change) SJ_MUST_CHECK;

/* Both. */
int sj_change_check(struct sj_change *change) SJ_MUST_CHECK;

/*
 * Puts the checked text and its database into force and logs the command and
 * what it was about ("user add" "alice").
 */
int sj_change_commit(struct sj_change *change, const char *about) SJ_MUST_CHECK;

/* Check and commit. */
int sj_change_finish(struct sj_change *change, const char *about) SJ_MUST_CHECK;

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

/* Says what could not be done; returns SJ_EXIT_SYSTEM. */
int sj_change_fail(const struct sj_change *change, const char *what);
int sj_change_no_memory(const struct sj_change *change);

#endif
