/* SPDX-License-Identifier: ISC */
#ifndef SJ_SETUP_STORE_H
#define SJ_SETUP_STORE_H

/*
 * Puts planned files into their places, and back.  STATE/setup/ has of each
 * file that was changed NAME.before (what undo restores) and NAME.after (what
 * setup wrote: undo tells by it whether the file was edited since).
 *
 * Killed at any moment, each file is whole, the old or the new one, and the
 * backups are older than what they belong to: setup goes on, or undo back.
 */

#include "reason.h"
#include "setup.h"
#include "tool.h"

#define SJ_SETUP_DIR "setup"

/* Where the new text of the file waits: a hidden name beside it. */
void sj_setup_store_temp(
    const struct sj_setup_file *file, char *ret_path, size_t size);

/*
 * Under the lock: writes every new text beside its file.  Fails, with nothing
 * left, also where a file is no longer what was planned with.
 */
enum sj_reason sj_setup_store_prepare(
    const struct sj_setup_file *files, struct sj_fault *fault) SJ_MUST_CHECK;

/* Takes away what was prepared, or what a killed command has left. */
void sj_setup_store_discard(const struct sj_setup_file *files);

/* Keeps the backups, then renames what was prepared, in the order of files. */
enum sj_reason sj_setup_store_install(const struct sj_tool *tool,
    const struct sj_setup_file *files, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Plans the way back: file->new is the text from before setup, where it is
 * another.  A file that was edited since is refused, unless is_forced.
 */
enum sj_reason sj_setup_store_plan_undo(const struct sj_tool *tool,
    bool is_forced, struct sj_setup_file *file, struct sj_report *refused,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* Renames what was prepared, PAM first, and takes the backups away. */
enum sj_reason sj_setup_store_undo(const struct sj_tool *tool,
    const struct sj_setup_file *files, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
