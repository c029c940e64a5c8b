/* SPDX-License-Identifier: ISC */
#ifndef SJ_DB_COMPARE_H
#define SJ_DB_COMPARE_H

/* Is what was read what was written?  Every member is looked at. */

#include <string.h>

#include "record.h"

static inline bool
same_strings(const struct sj_strings *a, const struct sj_strings *b)
{
	return a->count == b->count && a->size == b->size &&
	       memcmp(a->first, b->first, a->size) == 0;
}

static inline bool
same_packed(const struct sj_packed *a, const struct sj_packed *b, size_t each)
{
	return a->count == b->count &&
	       (a->count == 0 ||
		   memcmp(a->first, b->first, a->count * each) == 0);
}

static inline bool
same_passwd(const struct sj_passwd *a, const struct sj_passwd *b)
{
	return a->uid == b->uid && a->gid == b->gid &&
	       strcmp(a->name, b->name) == 0 &&
	       strcmp(a->passwd, b->passwd) == 0 &&
	       strcmp(a->gecos, b->gecos) == 0 &&
	       strcmp(a->home, b->home) == 0 && strcmp(a->shell, b->shell) == 0;
}

static inline bool
same_group(const struct sj_group *a, const struct sj_group *b)
{
	return a->gid == b->gid && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->passwd, b->passwd) == 0 &&
	       same_strings(&a->members, &b->members);
}

static inline bool
same_list(const struct sj_group_list *a, const struct sj_group_list *b)
{
	return strcmp(a->user, b->user) == 0 && a->count == b->count &&
	       memcmp(a->gids, b->gids, a->count * 4) == 0;
}

static inline bool
same_keys(const struct sj_keys *a, const struct sj_keys *b)
{
	return strcmp(a->user, b->user) == 0 &&
	       a->not_before_day == b->not_before_day &&
	       a->expires_day == b->expires_day &&
	       same_strings(&a->lines, &b->lines);
}

static inline bool
same_user(const struct sj_user *a, const struct sj_user *b)
{
	return a->is_served == b->is_served &&
	       a->is_disabled == b->is_disabled && a->uid == b->uid &&
	       a->not_before_day == b->not_before_day &&
	       a->expires_day == b->expires_day &&
	       strcmp(a->name, b->name) == 0 && strcmp(a->hash, b->hash) == 0;
}

static inline bool
same_jail_numbers(const struct sj_jail *a, const struct sj_jail *b)
{
	return a->is_virtual == b->is_virtual && a->is_chroot == b->is_chroot &&
	       a->is_create == b->is_create &&
	       a->is_read_only == b->is_read_only &&
	       a->is_network_host == b->is_network_host &&
	       a->transfer_log == b->transfer_log && a->umask == b->umask &&
	       a->writable_mode == b->writable_mode &&
	       a->max_sessions == b->max_sessions &&
	       a->max_sessions_per_address == b->max_sessions_per_address &&
	       a->session_time_sec == b->session_time_sec &&
	       a->download_rate == b->download_rate;
}

static inline bool
same_jail(const struct sj_jail *a, const struct sj_jail *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->root, b->root) == 0 &&
	       strcmp(a->start, b->start) == 0 &&
	       strcmp(a->writable_group, b->writable_group) == 0 &&
	       strcmp(a->message, b->message) == 0 &&
	       same_strings(&a->users, &b->users) &&
	       same_strings(&a->groups, &b->groups) &&
	       same_strings(&a->except_users, &b->except_users) &&
	       same_strings(&a->except_groups, &b->except_groups) &&
	       same_strings(&a->services, &b->services) &&
	       same_strings(&a->writable, &b->writable) &&
	       same_strings(&a->mount_paths, &b->mount_paths) &&
	       same_packed(&a->mounts, &b->mounts, 4) &&
	       same_packed(&a->from, &b->from, 18) &&
	       same_packed(&a->hours, &b->hours, 8) &&
	       same_packed(&a->auth, &b->auth, 4) && same_jail_numbers(a, b);
}

static inline bool
same_server(const struct sj_server *a, const struct sj_server *b)
{
	return same_strings(&a->argv, &b->argv) &&
	       same_strings(&a->files, &b->files);
}

#endif
