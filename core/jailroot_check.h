/* SPDX-License-Identifier: ISC */
#ifndef SJ_JAILROOT_CHECK_H
#define SJ_JAILROOT_CHECK_H

/* What the files jailroot*.c share; nobody else's. */

#include "jailmount.h"
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
	int root_fd; /* -1: is not there yet, or virtual */
	struct sj_jailmounts mounts;
	bool is_source_made; /* of the mount that is being checked */
	bool is_place;	     /* what is shown is on the way to its place */
	char root[SJ_PATH_SIZE];
	char path[2 * SJ_PATH_SIZE]; /* on the host, of what is shown */
};

/* The path on the host of a path inside the jail, in check->path. */
const char *sj_jailroot_host_path(
    struct sj_jailroot_check *check, const char *inside);

/* The same for a path inside a mount, or inside the root. */
const char *sj_jailroot_host_path_in(
    struct sj_jailroot_check *check, int mount, const char *rest);

/* Tells the visitor of a component; path may be check->path. */
void sj_jailroot_show(struct sj_jailroot_check *check, const char *path,
    const struct stat *st, enum sj_reason reason, bool is_to_make);

/* Ends one check: keeps the first failure, tells the visitor. */
void sj_jailroot_finish(
    struct sj_jailroot_check *check, enum sj_reason reason, const char *detail);

/* Ends one check that is good but has something to tell. */
void sj_jailroot_warn(struct sj_jailroot_check *check, const char *detail);

/* Ends one check that could not be made. */
void sj_jailroot_skip(struct sj_jailroot_check *check,
    enum sj_jailroot_role role, const char *detail);

/* The checks behind the root. */
void sj_jailroot_check_placeholders(struct sj_jailroot_check *check);
void sj_jailroot_check_writables(struct sj_jailroot_check *check);
void sj_jailroot_check_start(struct sj_jailroot_check *check);

/* Opens the sources, telling nobody: the other checks look into them. */
void sj_jailroot_open_mounts(struct sj_jailroot_check *check);
void sj_jailroot_check_mounts(struct sj_jailroot_check *check);

/* The files of the external sftp server on the host. */
void sj_jailroot_check_server(struct sj_jailroot_check *check);

/* What walking a path inside the jail has found at its end. */
enum sj_jailroot_found {
	SJ_JAILROOT_FOUND_DIRECTORY,
	SJ_JAILROOT_FOUND_NOTHING,
	SJ_JAILROOT_FOUND_READ_ONLY, /* nothing, and nothing can be made */
	SJ_JAILROOT_FOUND_OTHER,
	SJ_JAILROOT_FOUND_UNSAFE, /* not sj_path_is_place_safe() */
	SJ_JAILROOT_FOUND_MEMORY, /* in a virtual root: made at each login */
	SJ_JAILROOT_FOUND_BAD,	  /* behind a mount that can't be used */
	SJ_JAILROOT_FOUND_ERROR
};

/*
 * Walks from a mount (or the root) along rest and shows each component but the
 * first and the last; one that is not there as one that will be made if
 * is_to_make, else as `reason`.  *ret_st is of the last component reached,
 * check->path what was shown last.
 */
struct sj_jailroot_walk {
	int mount;
	const char *rest;
	enum sj_reason reason;
	bool is_to_make;
	bool is_place; /* to be mounted over */
};
enum sj_jailroot_found sj_jailroot_walk(struct sj_jailroot_check *check,
    const struct sj_jailroot_walk *walk, struct stat *ret_st);

/*
 * What mends a component, "" if it is good: SJ_JAILROOT_FIX_SIZE bytes.  Sets
 * what path wants of a directory.
 */
void sj_jailroot_fix(const struct sj_jailroot_check *check,
    struct sj_jailroot_path *path, char *ret_fix);

#endif
