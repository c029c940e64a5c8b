/* SPDX-License-Identifier: ISC */
#ifndef SJ_SYSFILE_H
#define SJ_SYSFILE_H

/*
 * Files of other programs (pam.d, nsswitch.conf, sshd_config), read whole and
 * cut into lines.  The readers built on this one tokenise the text in place.
 */

#include <stdbool.h>
#include <stddef.h>

#include "reason.h"

/* One file; path is without the root it was looked up under. */
struct sj_sysfile {
	struct sj_sysfile *next;
	char *path;
	char *text; /* with a NUL behind; NULs in the file become '?' */
	size_t len;
	bool has_nul;
};

/*
 * Reads root (NULL or "": none) + path and puts it in front of *list, which
 * owns it until sj_sysfile_clear().  Symbolic links are followed, as the
 * programs do that the files belong to.
 *
 * SJ_SYSTEM_ERROR: can't be read, with sys_errno (ENOENT: there is none);
 * EINVAL: no regular file; EFBIG: more than 256 MiB.
 */
enum sj_reason sj_sysfile_load(const char *root, const char *path,
    struct sj_sysfile **list, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * The bytes of a file, by its full path: *ret_text is the caller's to free.  A
 * file with a NUL in it is SJ_SYSTEM_ERROR with EILSEQ: it is no text.
 */
enum sj_reason sj_sysfile_read(
    const char *full, char **ret_text, struct sj_fault *fault) SJ_MUST_CHECK;

/* A text that is judged before it is the file of that path. */
struct sj_sysfile_text {
	const char *path;
	const char *text; /* text[len] is NUL, and no byte before it */
};

/*
 * The same, but with the text where path is that of instead (NULL: none); the
 * text is copied.
 */
enum sj_reason sj_sysfile_load_instead(const char *root, const char *path,
    const struct sj_sysfile_text *instead, struct sj_sysfile **list,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* Frees the list and leaves it empty. */
void sj_sysfile_clear(struct sj_sysfile **list);

/*
 * Cuts the next line off *cursor (ended by a newline or the NUL) and counts
 * it in *line; NULL at the end.  A carriage return before the newline stays.
 */
char *sj_sysfile_line(char **cursor, unsigned int *line);

/*
 * Makes room for one more element in an array of count elements that grows
 * by powers of two.  False, with the array as it was, where memory is short.
 */
bool sj_sysfile_grow(void *array, size_t count, size_t element_size);

#endif
