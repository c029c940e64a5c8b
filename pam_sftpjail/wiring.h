/* SPDX-License-Identifier: ISC */
#ifndef SJ_WIRING_H
#define SJ_WIRING_H

/*
 * Which process is this?  The root monitor of a privilege-separated sshd, the
 * user's process of an old one, or something else.
 */

#include <stdbool.h>
#include <sys/types.h>

enum sj_wiring_process {
	SJ_WIRING_MONITOR, /* "sshd: alice [priv]", as root */
	/*
	 * Root, but already with the user's gid and supplementary groups: the
	 * process that becomes the user's.  Where the server is an sshd, it
	 * is forked from a monitor, whose title it still has.
	 */
	SJ_WIRING_USER_CHILD,
	/*
	 * An sshd with UsePrivilegeSeparation no ("sshd: alice"): forwarding is
	 * done by a process that stays root, whatever becomes of the sessions.
	 */
	SJ_WIRING_UNSEPARATED,
	SJ_WIRING_OTHER
};

/* What is known of the process, gathered by sj_wiring_read(). */
struct sj_wiring {
	bool is_root;	      /* real and effective uid are 0 */
	bool has_user_gid;    /* the effective gid is the user's, and not 0 */
	bool has_user_groups; /* and the supplementary groups are his, too */
	bool is_helper;	      /* of sshd, forked for keyboard-interactive */
	char title[128]; /* what ps(1) shows, of a helper's parent; or "" */
	bool is_ssh;	 /* PAM_TTY says so, whatever name the program has */
};

/*
 * Never fails: what can't be read is not so.  gid is the user's primary group.
 * NSS is asked for the groups only where the effective gid is the user's.
 * is_ssh is the caller's to know, and handed on.
 */
void sj_wiring_read(
    const char *user, gid_t gid, bool is_ssh, struct sj_wiring *ret_wiring);

/* Pure. */
enum sj_wiring_process sj_wiring_process(const struct sj_wiring *wiring);

#endif
