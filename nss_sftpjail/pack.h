/* SPDX-License-Identifier: ISC */
#ifndef SJ_NSS_PACK_H
#define SJ_NSS_PACK_H

/*
 * A record as the C library wants it: every string inside the caller's buffer,
 * which may be of any size and alignment.  Nothing is written and false is
 * returned where it does not fit: ERANGE.  Pure; nothing is allocated.
 */

#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <stdbool.h>
#include <stddef.h>

#include "record.h"

/*
 * False for what no answer may hold, whatever the database says: the name
 * "root", the id 0, and the id -1, which setreuid(2) and chown(2) take for
 * "leave as it is".
 */
bool sj_pack_name_is_usable(const char *name);
bool sj_pack_id_is_usable(uint32_t id);

bool sj_pack_passwd(const struct sj_passwd *view, char *buffer, size_t size,
    struct passwd *ret_passwd) SJ_MUST_CHECK;

/* gr_mem lies aligned at the front of the buffer. */
bool sj_pack_group(const struct sj_group *view, char *buffer, size_t size,
    struct group *ret_group) SJ_MUST_CHECK;

/*
 * No ageing.  sp_expire is the first day on which the account is dead, the
 * record's the last on which it lives.
 */
bool sj_pack_shadow(const struct sj_user *view, char *buffer, size_t size,
    struct spwd *ret_shadow) SJ_MUST_CHECK;

/* What initgroups_dyn of the loader is called with: see nss(5) of glibc. */
struct sj_pack_gids {
	gid_t skip; /* the primary group: it stands there already */
	long *start;
	long *size;
	gid_t **gids; /* grown by realloc(3) */
	long limit;   /* <= 0: none */
};

/*
 * Appends the groups of the list.  SJ_OK, also where the limit cut it short;
 * *ret_is_any says if one was added.  SJ_SYSTEM_ERROR: no memory.
 */
enum sj_reason sj_pack_group_list(const struct sj_group_list *list,
    const struct sj_pack_gids *into, bool *ret_is_any) SJ_MUST_CHECK;

#endif
