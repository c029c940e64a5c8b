/* SPDX-License-Identifier: ISC */
#ifndef SJ_HOST_H
#define SJ_HOST_H

/* What this host says of a model: other sources' users, and the kernel. */

#include "compile.h"

/*
 * Asks the sources of nsswitch.conf, ours left out, about names and ids, and
 * the kernel about what the jails need.  "files" is read as a whole; others
 * are asked for what the installed database in state_dir lacks.  Errors and
 * warnings go into the model.
 *
 * Changes which sources this process asks from then on.
 */
void sj_host_check(struct sj_compile *compile, const char *state_dir);

/*
 * Finds the files of sftp_server, if it is set: the model's, or an error.
 * Needs no root.
 */
void sj_host_find_server(struct sj_compile *compile);

/* Private to host*.c. */

/* /etc/passwd and /etc/group, whatever nsswitch.conf says. */
void sj_host_check_files(struct sj_compile *compile);

/*
 * services: those of both lines of nsswitch.conf that are neither ours nor
 * read otherwise, each once, ended by NULL.
 */
void sj_host_check_others(struct sj_compile *compile,
    const char *const *services, const char *state_dir);

/* Users and groups that are named by jails or groups and are not served. */
void sj_host_check_named(struct sj_compile *compile);

void sj_host_check_kernel(struct sj_compile *compile);

/* An error, or only a warning, about a served user's or group's setting. */
void sj_host_user_error(struct sj_compile *compile, uint32_t user,
    const char *setting, const char *source, const char *what);
void sj_host_group_error(struct sj_compile *compile, uint32_t group,
    const char *setting, const char *source, const char *what);

/* glibc's, declared in <nss.h>: the sources this process asks. */
extern int __nss_configure_lookup(const char *database, const char *services);

#endif
