/* SPDX-License-Identifier: ISC */
#ifndef SJ_CONFINE_H
#define SJ_CONFINE_H

/*
 * The only code that changes the process: namespaces, mounts, root, limits.
 * Runs as root in the process that becomes the user's, before it does.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "jailroot.h"
#include "reason.h"
#include "record.h"

/* Everything borrowed; NULL nowhere else. */
struct sj_confine {
	const struct sj_jail *jail;
	const struct sj_jail_user *user;
	const char *shell;   /* our login shell on this host: SJ_SHELL */
	const char *run_dir; /* SJ_RUNDIR */
	const char *log;     /* the host's log socket: "/dev/log" */
	gid_t writable_gid;  /* of sj_confine_writable_gid() */
	/* The external sftp server and its lines of etc/group; or both NULL. */
	const struct sj_server *server;
	const struct sj_pack *groups;
	/* Open files are those of the caller's own caller, as pamtester's. */
	bool is_keeping_files;
};

/*
 * Confines this process for good.  Needs CAP_SYS_ADMIN, SYS_CHROOT, CHOWN,
 * FOWNER and DAC_OVERRIDE; neither needs nor uses CAP_SETUID.  Needs /proc.
 *
 * SJ_OK: the process is in the jail, at its start directory: network, mount
 * namespace, root, no_new_privs, umask and socket filter stand as the jail
 * says; no descriptor of ours is open, and none to a directory outside, nor to
 * a file unless these are kept.  Groups, ids, capabilities, signals and
 * environment are as they were.
 * *ret_is_log_missing: the jail wants the host's log socket and there is none.
 *
 * Else a reason with its cause: SJ_ROOT_*, SJ_WRITABLE_UNSAFE, SJ_MOUNT_*,
 * SJ_START_MISSING, SJ_NETWORK_UNAVAILABLE, SJ_SYSTEM_ERROR.  The process is
 * then half confined, and its exit is the rollback: the host keeps nothing but
 * directories and placeholders made in the jail's root.  It can still log
 * where it could before.
 */
enum sj_reason sj_confine(const struct sj_confine *confine,
    bool *ret_is_log_missing, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * The group of directories to be made: the jail's writable_group, asked of NSS,
 * or the user's primary one.  SJ_WRITABLE_UNSAFE: there is no such group.
 */
enum sj_reason sj_confine_writable_gid(const struct sj_jail *jail,
    const struct sj_jail_user *user, gid_t *ret_gid,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
