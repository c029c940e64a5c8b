/* SPDX-License-Identifier: ISC */
#ifndef SJ_EXTERNAL_H
#define SJ_EXTERNAL_H

/*
 * sftp_server, the external sftp server: what the setting says, and which
 * files of this host the program needs in a jail.
 */

#include <stdbool.h>
#include <stdint.h>

#include "reason.h"
#include "record.h"
#include "server.h"

/* A list that grows; starts zeroed, sj_pack_clear(&list->pack). */
struct sj_external_list {
	struct sj_pack pack; /* strings, each with its NUL */
	uint32_t count;
};

/* Its strings; they live as long as the list is not added to. */
struct sj_strings sj_external_strings(const struct sj_external_list *list);

/*
 * Splits the setting into words at blanks: no quotes, and nothing that a shell
 * would take for more than itself, as sshd hands the same line to a shell.
 * NULL: done.  Else what was expected.  Pure.
 */
const char *sj_external_parse(
    const char *text, struct sj_external_list *ret_argv) SJ_MUST_CHECK;

/*
 * Adds a path, normalised, unless it is there.  SJ_SYSTEM_ERROR: it can't be
 * had in a jail.  Pure.
 */
enum sj_reason sj_external_add(struct sj_external_list *files, const char *path,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Adds the paths that a listing of the loader (ldd(1)) names; the listing is
 * written to.  SJ_SYSTEM_ERROR: a library was not found, or as above.  Pure.
 */
enum sj_reason sj_external_parse_listing(char *listing,
    struct sj_external_list *files, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Finds the program and what it needs: its loader, its libraries (asked of the
 * loader itself, which does not run the program), the one for the name service
 * where that is a file of its own, the time zone, and the loader's cache if
 * nothing else leads to the libraries.  Each must be a regular file that only
 * root could have written.  *ret_files, zeroed, is the caller's to clear, also
 * after a failure.
 *
 * SJ_SYSTEM_ERROR: fault says which file, what is wrong with it and, as far as
 * that is known, what mends it.
 */
enum sj_reason sj_external_find(const char *program,
    struct sj_external_list *ret_files, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * The loader that the program at path asks for, SJ_PATH_SIZE bytes; "": none,
 * it is static.  SJ_SYSTEM_ERROR: no program of this machine, or unreadable.
 */
enum sj_reason sj_external_interpreter(const char *path, char *ret_interpreter,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Could only root have written what path leads to?  Symbolic links are
 * followed; then it must be a regular file of root's, and every directory
 * above it root's alone.
 */
enum sj_reason sj_external_judge(
    const char *path, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
