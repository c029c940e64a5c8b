/* SPDX-License-Identifier: ISC */
#ifndef SJ_MOUNTS_COPY_H
#define SJ_MOUNTS_COPY_H

/* The calls that mounts.c makes of what the kernel has: new or old ones. */

#include "mounts.h"

/* The flags of mount(2) that a mount with these of ours must have. */
unsigned long sj_mounts_copy_flags(unsigned flags);

/* Does the kernel, and what filters its calls, know those of Linux 5.12? */
bool sj_mounts_copy_is_known(void);

/*
 * Copies the mount at source_fd, beginning there, and attaches the copy over
 * place_fd.  All that is mounted below it comes with it and has its flags, but
 * where mounts->is_old.  *ret_fd is an O_PATH descriptor of the copy, the
 * caller's.
 */
enum sj_reason sj_mounts_copy_attach(const struct sj_mounts *mounts,
    int source_fd, int place_fd, unsigned flags, int *ret_fd,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* Gives the mount whose root is fd these flags. */
enum sj_reason sj_mounts_copy_restrict(const struct sj_mounts *mounts, int fd,
    unsigned flags, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Opens a directory of the stage, or a file, making it if it is missing; or
 * what was mounted over it.  *ret_fd is the caller's.
 */
enum sj_reason sj_mounts_copy_open_stage(const struct sj_mounts *mounts,
    const char *name, bool is_directory, int *ret_fd,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
