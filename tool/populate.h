/* SPDX-License-Identifier: ISC */
#ifndef SJ_POPULATE_H
#define SJ_POPULATE_H

/*
 * The root of a jail with isolation = "chroot" holds copies of what an external
 * sftp server needs: what has to be there, whether it is, and how it is put
 * there.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "external.h"
#include "jailroot.h"

/* Starts zeroed but for server; sj_populate_clear(). */
struct sj_populate {
	const struct sj_server *server;
	struct sj_pack passwd;
	struct sj_pack group;
	struct sj_pack gids; /* of the groups, to have each once */
	struct sj_external_list
	    shells; /* where ours has to be, beside SJ_SHELL */
	uint32_t user_count;
	bool is_partial; /* there may be more users than were added */
};

void sj_populate_clear(struct sj_populate *populate);

/* A user who is confined there; a group of such a user. */
void sj_populate_add_user(
    struct sj_populate *populate, const struct sj_jail_user *user);
void sj_populate_add_group(
    struct sj_populate *populate, const char *name, uint32_t gid);

/* One thing that has to be there, root's; /dev/null has neither of the two. */
struct sj_populate_item {
	const char *path;	       /* in the jail */
	const char *source;	       /* of a copy */
	const struct sj_pack *content; /* of what is made */
	bool is_partial;	       /* it needs that one line, or none */
	mode_t mode;
};

struct sj_populate_visitor {
	enum sj_reason (*item)(void *context,
	    const struct sj_populate_item *item, struct sj_fault *fault);
	void *context;
};

/* Shows each item; the first reason that is not SJ_OK ends it. */
enum sj_reason sj_populate_each(const struct sj_populate *populate,
    const struct sj_populate_visitor *visitor,
    struct sj_fault *fault) SJ_MUST_CHECK;

enum sj_populate_state {
	SJ_POPULATE_FRESH,
	SJ_POPULATE_MISSING,
	SJ_POPULATE_STALE /* another content, size, time, owner or mode */
};

/* How is it below root_fd?  No link is followed on the way there. */
enum sj_populate_state sj_populate_judge(
    int root_fd, const struct sj_populate_item *item);

/*
 * Puts it there: beside its place, synced, renamed.  Directories that are
 * missing are made, 0755 root:root; those that are there must be root's alone.
 */
enum sj_reason sj_populate_put(int root_fd, const struct sj_populate_item *item,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * The first thing that is missing or stale in the root of this user's jail, as
 * a sentence in *fault: SJ_MOUNT_MISSING.  SJ_OK: nothing, or the root is not
 * there.
 */
enum sj_reason sj_populate_check(const struct sj_server *server,
    const struct sj_jail_user *user, const char *root,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
