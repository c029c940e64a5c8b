/* SPDX-License-Identifier: ISC */
#ifndef SJ_JAILROOT_CHECK_H
#define SJ_JAILROOT_CHECK_H

/* What the files jailroot*.c share; nobody else's. */

#include "jailroot.h"
#include "name.h"

#define SJ_JAILROOT_FIX_SIZE (7 * SJ_PATH_SIZE)

/* All checks of one call. */
struct sj_jailroot_check {
	const struct sj_jail *jail;
	const struct sj_jail_user *user;
	const struct sj_jailroot_host *host;
	const struct sj_jailroot_visitor *visitor; /* or NULL */
	struct sj_fault *fault;			   /* the first failure's */
	enum sj_reason reason;			   /* the first failure */
	enum sj_jailroot_role role;		   /* what is being checked */
	int root_fd;				   /* -1: is not there yet */
	char root[SJ_PATH_SIZE];
	char path[2 * SJ_PATH_SIZE]; /* on the host, of what is shown */
	char fix[SJ_JAILROOT_FIX_SIZE];
};

/* The path on the host of a path inside the jail, in check->path. */
const char *sj_jailroot_host_path(
    struct sj_jailroot_check *check, const char *inside);

/* Tells the visitor of a component; path may be check->path. */
void sj_jailroot_show(struct sj_jailroot_check *check, const char *path,
    const struct stat *st, enum sj_reason reason, bool is_to_make);

/* Ends one check: keeps the first failure, tells the visitor. */
void sj_jailroot_finish(
    struct sj_jailroot_check *check, enum sj_reason reason, const char *detail);

/* The checks behind the root and the placeholders. */
void sj_jailroot_check_writables(struct sj_jailroot_check *check);
void sj_jailroot_check_start(struct sj_jailroot_check *check);

/*
 * The command that mends a component, "" if it is good: SJ_JAILROOT_FIX_SIZE
 * bytes.  owner: who must own it; NULL: root's, not writable by others.
 */
void sj_jailroot_fix(const struct sj_jailroot_path *path, const char *owner,
    uid_t root_uid, char *ret_fix);

#endif
