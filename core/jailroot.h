/* SPDX-License-Identifier: ISC */
#ifndef SJ_JAILROOT_H
#define SJ_JAILROOT_H

/*
 * A jail's directories, looked at and not changed: what the account phase
 * denies by and what explain shows.  The confinement judges all of it again
 * while it uses it (pam_sftpjail/confine_tree.h).
 *
 * Thread-safe; nothing is allocated; no descriptor stays open.
 */

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "path.h"
#include "reason.h"
#include "record.h"

/* The user, as NSS has him.  Borrowed strings. */
struct sj_jail_user {
	const char *name;
	const char *home;
	const char *group; /* name of the primary group */
	const char *shell; /* "" or NULL is /bin/sh, as for sshd */
	uid_t uid;
	gid_t gid; /* the primary group */
};

/*
 * Where "/" is and who counts as root: { -1, 0 } but in tests; and the external
 * sftp server, whose files are put into every jail (NULL: none).
 */
struct sj_jailroot_host {
	int root_fd;
	uid_t uid;
	const struct sj_server *server;
};

enum sj_jailroot_role {
	SJ_JAILROOT_ROOT = 0,	 /* a component of the root */
	SJ_JAILROOT_PLACEHOLDER, /* inside: the way to dev/log and the shell */
	SJ_JAILROOT_WRITABLE,
	SJ_JAILROOT_START,
	SJ_JAILROOT_MOUNT,
	SJ_JAILROOT_LOG_SOCKET /* the host's, shown as the mounts are */
};

/* "root", "placeholder", "writable", "start", "mount" (the last two). */
const char *sj_jailroot_role_name(enum sj_jailroot_role role);

/* One component; everything in it is valid during the call only. */
struct sj_jailroot_path {
	enum sj_jailroot_role role;
	const char *path;      /* on the host */
	const struct stat *st; /* NULL: is not there or could not be opened */
	bool is_to_make;       /* is not there, and the login will make it */
	enum sj_reason reason; /* SJ_OK: good */
	const char *fix; /* the command that mends it, quoted; "" if good */
	/* Of a directory that this owner and this mode make good. */
	bool is_mendable;
	uid_t want_uid;
	mode_t want_mode;
};

/*
 * One check: root once, placeholder, writable for each directory, start, mount
 * for each of them, and mount where the jail wants the host's log.  is_skipped:
 * could not be made because the root failed, or an optional mount that is not
 * there; is_warning: good, but detail should be told.  In both cases reason is
 * SJ_OK.
 */
struct sj_jailroot_result {
	enum sj_jailroot_role role;
	bool is_skipped;
	bool is_warning;
	enum sj_reason reason;
	const char *detail; /* never NULL */
};

/* Both may be NULL. */
struct sj_jailroot_visitor {
	void (*path)(void *context, const struct sj_jailroot_path *path);
	void (*result)(void *context, const struct sj_jailroot_result *result);
	void *context;
};

/*
 * Can the jail be built for this user?  Checks, in the order of reasons: the
 * root (template, each component; a missing one is good where the jail says
 * create; a virtual one is always), inside it the directories that lead to the
 * login shell, dev/log and what the sftp server needs (root's alone, no
 * symlink, as far as they exist: who may write there could put his own program
 * in the shell's place), each
 * writable directory (there: a directory of the user, no symlink on the way;
 * else it will be made), start (there, or made as a writable directory or on
 * the way to one or to a mount), and each mount: its source (the directories
 * above it root's alone) and the place where it goes.  Last, the host's log
 * socket where the jail wants it: a warning, or where it is required
 * SJ_MOUNT_MISSING; and the server's files on the host: there, and root's.
 * Writable directories and start may lie in mounts.
 *
 * Returns the first failure, with the cause in *fault.  With a visitor
 * (NULL: none) every check is made and reported, whatever failed before.
 * Reasons: SJ_ROOT_*, SJ_WRITABLE_UNSAFE, SJ_START_MISSING, SJ_MOUNT_MISSING,
 * SJ_MOUNT_UNSAFE, SJ_SYSTEM_ERROR.
 */
enum sj_reason sj_jailroot_check(const struct sj_jail *jail,
    const struct sj_jail_user *user, const struct sj_jailroot_host *host,
    const struct sj_jailroot_visitor *visitor,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * What a template stands for with this user, SJ_PATH_SIZE bytes; else `reason`,
 * also for "/".
 */
enum sj_reason sj_jailroot_expand_template(const char *template,
    const struct sj_jail_user *user, enum sj_reason reason, char *ret_path,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* The jail's root for this user, SJ_PATH_SIZE bytes; else SJ_ROOT_MISSING. */
enum sj_reason sj_jailroot_expand(const struct sj_jail *jail,
    const struct sj_jail_user *user, char *ret_path,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* True if the path inside a jail is directory or lies below it. */
bool sj_jailroot_holds(const char *directory, const char *path);

/*
 * True if a directory at path would hold the place of the login shell, of the
 * log socket or of what the server (NULL: none) needs, or lie in it.
 */
bool sj_jailroot_is_over_placeholder(const struct sj_jail *jail,
    const struct sj_jail_user *user, const struct sj_server *server,
    const char *path);

/* One of the server's files: SJ_MOUNT_UNSAFE if others could have written it.
 */
enum sj_reason sj_jailroot_judge_file(const struct stat *st, uid_t root_uid,
    const char *path, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Where the login shell is put inside the jail: where the user's is on the
 * host, normalised, SJ_PATH_SIZE bytes.  False: it is no path for that.
 */
bool sj_jailroot_shell(const struct sj_jail_user *user, char *ret_path);

/* Where the host's log socket is put inside the jail, and whether it is. */
#define SJ_JAILROOT_LOG "/dev/log"
bool sj_jailroot_has_log(const struct sj_jail *jail);

#endif
