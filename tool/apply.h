/* SPDX-License-Identifier: ISC */
#ifndef SJ_APPLY_H
#define SJ_APPLY_H

/*
 * Puts a model into force: compiles it to new database files beside the
 * installed ones, renames them over these, writes the key files and notes
 * what the text was.  For "apply" and for the commands that edit the text.
 */

#include "model.h"
#include "progress.h"
#include "tool.h"

struct sj_apply_options {
	bool is_dry_run; /* compare only, write nothing */
	bool is_shrink_allowed;
	bool is_named; /* collect the names for --verbose */
	/*
	 * NULL, or called once when the new files are complete on the disc and
	 * nothing is renamed yet: here the edited text is renamed into place.
	 * Anything but SJ_OK ends with nothing changed.  Also called when the
	 * database need not change.
	 */
	enum sj_reason (*before_commit)(void *context, struct sj_fault *fault);
	void *context;
	struct sj_progress *progress; /* NULL: silent */
};

struct sj_apply_count {
	uint32_t added;
	uint32_t changed;
	uint32_t removed;
	/* "+name", "~name", "-name", each with its NUL; only if is_named. */
	struct sj_strings names;
};

struct sj_apply_result {
	bool is_changed;
	uint64_t generation; /* the one in force now */
	struct sj_apply_count users;
	struct sj_apply_count groups;
	struct sj_apply_count jails;
	void *names_memory;
};

void sj_apply_result_clear(struct sj_apply_result *result);

/*
 * The lock (lock.h) is held by the caller, who made sure that the model has no
 * errors.  SJ_EXIT_OK: the model is in force.  SJ_EXIT_CONFIG: it would drop
 * too many users.  SJ_EXIT_SYSTEM: nothing changed, or *fault says what was.
 */
enum sj_exit sj_apply_install(const struct sj_tool *tool,
    struct sj_model *model, const struct sj_apply_options *options,
    struct sj_apply_result *ret_result, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
