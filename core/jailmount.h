/* SPDX-License-Identifier: ISC */
#ifndef SJ_JAILMOUNT_H
#define SJ_JAILMOUNT_H

/*
 * The mounts of a jail: which directory of the host each of them shows, and
 * which of them holds a path inside the jail.  Mounts are stored with those
 * that others lie in first.  Thread-safe; nothing is allocated.
 */

#include <stdbool.h>
#include <stdint.h>

#include "jailroot.h"

/* What one login has of them: bit i stands for sj_jail_mount(jail, i). */
struct sj_jailmounts {
	uint64_t shown;	  /* all but optional ones whose source is missing */
	uint64_t to_make; /* of those: create will make the source */
	uint64_t bad;	  /* of those: the source can't be used */
	int fds[SJ_JAIL_MOUNT_MAX]; /* O_PATH, or -1; owned */
};

#define SJ_JAILMOUNTS_AUTO __attribute__((cleanup(sj_jailmounts_clear)))

void sj_jailmounts_init(struct sj_jailmounts *mounts);
void sj_jailmounts_clear(struct sj_jailmounts *mounts);

/* The root itself: no mount. */
#define SJ_JAILMOUNT_NONE (-1)

/* The set of all mounts. */
uint64_t sj_jailmount_all(const struct sj_jail *jail);

/* True if the path lies in /proc or /sys. */
bool sj_jailmount_is_of_host(const char *path);

/*
 * The source of a mount for this user, SJ_PATH_SIZE bytes.  SJ_MOUNT_UNSAFE:
 * the template gives no path, "/", or one of the host's own.
 */
enum sj_reason sj_jailmount_source(const struct sj_jail *jail,
    const struct sj_jail_user *user, uint32_t index, char *ret_path,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Opens the source, judging each directory on the way by the rule; what is made
 * where it is missing is the caller's business.  SJ_OK: *ret_fd is an O_PATH
 * descriptor, the caller's.  Else SJ_MOUNT_MISSING, SJ_MOUNT_UNSAFE or
 * SJ_SYSTEM_ERROR.
 */
enum sj_reason sj_jailmount_open(const struct sj_jail *jail,
    const struct sj_jail_user *user, uint32_t index,
    const struct sj_path_rule *rule, int *ret_fd,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * The deepest mount of the set `shown` that holds path (normalised, inside the
 * jail), or SJ_JAILMOUNT_NONE.  *ret_rest is the path in there, "" for the
 * mount itself.
 */
int sj_jailmount_find(const struct sj_jail *jail, uint64_t shown,
    const char *path, const char **ret_rest);

/* The same for the place where a mount is to be attached. */
int sj_jailmount_find_place(const struct sj_jail *jail, uint64_t shown,
    uint32_t index, const char **ret_rest);

/* True if path is above the target of a mount of the set, or is it. */
bool sj_jailmount_leads(
    const struct sj_jail *jail, uint64_t shown, const char *path);

/*
 * Whose is a source that create makes?  The user's, where its name depends on
 * the user or the jail calls the target writable; else root's.
 */
bool sj_jailmount_is_users(const struct sj_jail *jail, uint32_t index);

#endif
