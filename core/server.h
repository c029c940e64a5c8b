/* SPDX-License-Identifier: ISC */
#ifndef SJ_SERVER_H
#define SJ_SERVER_H

/*
 * An external sftp server in a jail: what has to be where, for those who put
 * it there (the confinement, populate) and those who look whether it could be
 * (explain, check).
 */

#include <sys/types.h>

#include "db.h"

/* Of argv: strings, and bytes with their NULs. */
#define SJ_SERVER_ARGS_MAX 32u
#define SJ_SERVER_ARGV_SIZE 1024u
#define SJ_SERVER_FILES_MAX 64u

/*
 * Places in the jail beside the files of the record.  SJ_SERVER_ARGV, next to
 * our login shell, holds argv, each string with its NUL: the login shell
 * believes it because it is root's.  The server asks the name service for its
 * user, and gives up without /dev/null.
 */
#define SJ_SERVER_NULL "/dev/null"
#define SJ_SERVER_PASSWD "/etc/passwd"
#define SJ_SERVER_GROUP "/etc/group"
#define SJ_SERVER_NSSWITCH "/etc/nsswitch.conf"
#define SJ_SERVER_NSSWITCH_TEXT "passwd: files\ngroup: files\n"

/* Start with { .server = X }. */
struct sj_server_places {
	const struct sj_server *server;
	uint32_t seen;
	const char *file;
};

/* The next place in the jail that something is put at, or NULL. */
const char *sj_server_next_place(struct sj_server_places *places);

struct sj_jail_user;

/* The line for SJ_SERVER_PASSWD / SJ_SERVER_GROUP, appended without a NUL. */
void sj_server_pack_user(struct sj_pack *pack, const struct sj_jail_user *user);
void sj_server_pack_group(struct sj_pack *pack, const char *name, uint32_t gid);

/*
 * The lines of those groups that the public database has: the names that
 * internal-sftp would know in a jail, too.
 */
void sj_server_pack_groups(struct sj_pack *pack, struct sj_db *public_db,
    const gid_t *gids, int count);

#endif
