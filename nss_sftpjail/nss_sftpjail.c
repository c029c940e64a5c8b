/* SPDX-License-Identifier: ISC */
/*
 * The name service module: entry points.  Their contract is the C library's
 * ("Adding another Service to NSS" of its manual).  Errors become UNAVAIL: the
 * library then goes on to the next service, and says why if nobody knows.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <nss.h>

#include "answer.h"
#include "entries.h"
#include "outcome.h"
#include "pack.h"
#include "secret.h"

#define PUBLIC_PATH SJ_STATEDIR "/public.v1.cdb"
#define SECRET_PATH SJ_STATEDIR "/secret.v1.cdb"

/*
 * All that a process keeps between calls: open databases and the places of
 * three walks.  The C library gives a module nowhere else to keep it.
 */
static struct {
	struct sj_cache public;
	struct sj_entries passwd;
	struct sj_entries group;
	struct sj_entries shadow; /* only where secret can't be had */
	struct sj_secret *secret;
} state;

static enum sj_reason
acquire_public(struct sj_cache_ref *ret_ref, struct sj_fault *fault)
{
	static const struct sj_db_source source = {
	    .path = PUBLIC_PATH, .kind = SJ_DB_PUBLIC, .owner = 0};

	return sj_cache_acquire(&state.public, &source, ret_ref, fault);
}

static enum sj_reason
acquire_secret(struct sj_cache_ref *ret_ref, struct sj_fault *fault)
{
	static const struct sj_db_source source = {
	    .path = SECRET_PATH, .kind = SJ_DB_SECRET, .owner = 0};

	return sj_secret_acquire(&state.secret, &source, ret_ref, fault);
}

/* A name or number that is root's, or a sign, is none of ours. */
static enum nss_status
not_ours(int *errnop)
{
	*errnop = ENOENT;
	return NSS_STATUS_NOTFOUND;
}

/* set*ent(): the walk begins anew, with the database of now. */
static enum nss_status
start(struct sj_entries *entries, sj_entries_acquire *acquire,
    enum sj_db_section section)
{
	SJ_AUTO_UNLOCK pthread_mutex_t *mutex = sj_entries_lock(entries);
	struct sj_outcome outcome;

	sj_outcome_begin(&outcome);
	sj_entries_close(entries);
	outcome.reason =
	    sj_entries_open(entries, acquire, section, &outcome.fault);
	outcome.is_found = outcome.is_fitting = true;
	return sj_outcome_status(&outcome, &errno);
}

static enum nss_status
finish(struct sj_entries *entries)
{
	SJ_AUTO_UNLOCK pthread_mutex_t *mutex = sj_entries_lock(entries);
	int errno_before = errno;

	sj_entries_close(entries);
	errno = errno_before;
	return NSS_STATUS_SUCCESS;
}

static struct sj_entries *
shadow_entries(void)
{
	return sj_secret_entries(&state.secret, &state.shadow);
}

#pragma GCC visibility push(default)

/* The loader's own prototypes: what it calls must be what it expects. */
#if __GLIBC_PREREQ(2, 32)
extern nss_getpwnam_r _nss_sftpjail_getpwnam_r;
extern nss_getpwuid_r _nss_sftpjail_getpwuid_r;
extern nss_setpwent _nss_sftpjail_setpwent;
extern nss_getpwent_r _nss_sftpjail_getpwent_r;
extern nss_endpwent _nss_sftpjail_endpwent;
extern nss_getgrnam_r _nss_sftpjail_getgrnam_r;
extern nss_getgrgid_r _nss_sftpjail_getgrgid_r;
extern nss_setgrent _nss_sftpjail_setgrent;
extern nss_getgrent_r _nss_sftpjail_getgrent_r;
extern nss_endgrent _nss_sftpjail_endgrent;
extern nss_getspnam_r _nss_sftpjail_getspnam_r;
extern nss_setspent _nss_sftpjail_setspent;
extern nss_getspent_r _nss_sftpjail_getspent_r;
extern nss_endspent _nss_sftpjail_endspent;
extern nss_initgroups_dyn _nss_sftpjail_initgroups_dyn;
#else
enum nss_status _nss_sftpjail_getpwnam_r(
    const char *, struct passwd *, char *, size_t, int *);
enum nss_status _nss_sftpjail_getpwuid_r(
    uid_t, struct passwd *, char *, size_t, int *);
enum nss_status _nss_sftpjail_setpwent(int);
enum nss_status _nss_sftpjail_getpwent_r(
    struct passwd *, char *, size_t, int *);
enum nss_status _nss_sftpjail_endpwent(void);
enum nss_status _nss_sftpjail_getgrnam_r(
    const char *, struct group *, char *, size_t, int *);
enum nss_status _nss_sftpjail_getgrgid_r(
    gid_t, struct group *, char *, size_t, int *);
enum nss_status _nss_sftpjail_setgrent(int);
enum nss_status _nss_sftpjail_getgrent_r(struct group *, char *, size_t, int *);
enum nss_status _nss_sftpjail_endgrent(void);
enum nss_status _nss_sftpjail_getspnam_r(
    const char *, struct spwd *, char *, size_t, int *);
enum nss_status _nss_sftpjail_setspent(int);
enum nss_status _nss_sftpjail_getspent_r(struct spwd *, char *, size_t, int *);
enum nss_status _nss_sftpjail_endspent(void);
enum nss_status _nss_sftpjail_initgroups_dyn(
    const char *, gid_t, long *, long *, gid_t **, long, int *);
#endif

enum nss_status
_nss_sftpjail_getpwnam_r(const char *name, struct passwd *result, char *buffer,
    size_t size, int *errnop)
{
	SJ_AUTO_RELEASE struct sj_cache_ref ref;
	struct sj_outcome outcome;
	struct sj_passwd view;

	ref.db = NULL;
	sj_outcome_begin(&outcome);
	if (!sj_pack_name_is_usable(name))
		return not_ours(errnop);
	outcome.reason = acquire_public(&ref, &outcome.fault);
	if (outcome.reason == SJ_OK)
		outcome.reason =
		    sj_db_find_passwd(ref.db, name, &outcome.is_found, &view);
	sj_answer_passwd(&outcome, &view, result, buffer, size);
	return sj_outcome_status(&outcome, errnop);
}

enum nss_status
_nss_sftpjail_getpwuid_r(
    uid_t uid, struct passwd *result, char *buffer, size_t size, int *errnop)
{
	SJ_AUTO_RELEASE struct sj_cache_ref ref;
	struct sj_outcome outcome;
	struct sj_passwd view;

	ref.db = NULL;
	sj_outcome_begin(&outcome);
	if (!sj_pack_id_is_usable(uid))
		return not_ours(errnop);
	outcome.reason = acquire_public(&ref, &outcome.fault);
	if (outcome.reason == SJ_OK)
		outcome.reason = sj_db_find_passwd_uid(
		    ref.db, uid, &outcome.is_found, &view);
	sj_answer_passwd(&outcome, &view, result, buffer, size);
	return sj_outcome_status(&outcome, errnop);
}

enum nss_status
_nss_sftpjail_setpwent(int stayopen)
{
	(void)stayopen;
	return start(&state.passwd, acquire_public, SJ_DB_SECTION_PASSWD);
}

enum nss_status
_nss_sftpjail_getpwent_r(
    struct passwd *result, char *buffer, size_t size, int *errnop)
{
	struct sj_entries *entries = &state.passwd;
	SJ_AUTO_UNLOCK pthread_mutex_t *mutex = sj_entries_lock(entries);
	struct sj_outcome outcome;
	struct sj_db_cursor at;
	struct sj_passwd view;

	sj_outcome_begin(&outcome);
	outcome.reason = sj_entries_open(
	    entries, acquire_public, SJ_DB_SECTION_PASSWD, &outcome.fault);
	at = entries->at;
	if (outcome.reason == SJ_OK)
		outcome.reason = sj_answer_next_passwd(
		    entries->ref.db, &at, &outcome.is_found, &view);
	sj_answer_passwd(&outcome, &view, result, buffer, size);
	if (outcome.is_fitting)
		entries->at = at;
	return sj_outcome_status(&outcome, errnop);
}

enum nss_status
_nss_sftpjail_endpwent(void)
{
	return finish(&state.passwd);
}

enum nss_status
_nss_sftpjail_getgrnam_r(const char *name, struct group *result, char *buffer,
    size_t size, int *errnop)
{
	SJ_AUTO_RELEASE struct sj_cache_ref ref;
	struct sj_outcome outcome;
	struct sj_group view;

	ref.db = NULL;
	sj_outcome_begin(&outcome);
	if (!sj_pack_name_is_usable(name))
		return not_ours(errnop);
	outcome.reason = acquire_public(&ref, &outcome.fault);
	if (outcome.reason == SJ_OK)
		outcome.reason =
		    sj_db_find_group(ref.db, name, &outcome.is_found, &view);
	sj_answer_group(&outcome, &view, result, buffer, size);
	return sj_outcome_status(&outcome, errnop);
}

enum nss_status
_nss_sftpjail_getgrgid_r(
    gid_t gid, struct group *result, char *buffer, size_t size, int *errnop)
{
	SJ_AUTO_RELEASE struct sj_cache_ref ref;
	struct sj_outcome outcome;
	struct sj_group view;

	ref.db = NULL;
	sj_outcome_begin(&outcome);
	if (!sj_pack_id_is_usable(gid))
		return not_ours(errnop);
	outcome.reason = acquire_public(&ref, &outcome.fault);
	if (outcome.reason == SJ_OK)
		outcome.reason =
		    sj_db_find_group_gid(ref.db, gid, &outcome.is_found, &view);
	sj_answer_group(&outcome, &view, result, buffer, size);
	return sj_outcome_status(&outcome, errnop);
}

enum nss_status
_nss_sftpjail_setgrent(int stayopen)
{
	(void)stayopen;
	return start(&state.group, acquire_public, SJ_DB_SECTION_GROUP);
}

enum nss_status
_nss_sftpjail_getgrent_r(
    struct group *result, char *buffer, size_t size, int *errnop)
{
	struct sj_entries *entries = &state.group;
	SJ_AUTO_UNLOCK pthread_mutex_t *mutex = sj_entries_lock(entries);
	struct sj_outcome outcome;
	struct sj_db_cursor at;
	struct sj_group view;

	sj_outcome_begin(&outcome);
	outcome.reason = sj_entries_open(
	    entries, acquire_public, SJ_DB_SECTION_GROUP, &outcome.fault);
	at = entries->at;
	if (outcome.reason == SJ_OK)
		outcome.reason = sj_answer_next_group(
		    entries->ref.db, &at, &outcome.is_found, &view);
	sj_answer_group(&outcome, &view, result, buffer, size);
	if (outcome.is_fitting)
		entries->at = at;
	return sj_outcome_status(&outcome, errnop);
}

enum nss_status
_nss_sftpjail_endgrent(void)
{
	return finish(&state.group);
}

enum nss_status
_nss_sftpjail_getspnam_r(const char *name, struct spwd *result, char *buffer,
    size_t size, int *errnop)
{
	SJ_AUTO_RELEASE struct sj_cache_ref ref;
	struct sj_outcome outcome;
	struct sj_user view;

	ref.db = NULL;
	sj_outcome_begin(&outcome);
	if (!sj_pack_name_is_usable(name))
		return not_ours(errnop);
	outcome.reason = acquire_secret(&ref, &outcome.fault);
	if (outcome.reason == SJ_OK)
		outcome.reason =
		    sj_db_find_user(ref.db, name, &outcome.is_found, &view);
	sj_answer_shadow(&outcome, &view, result, buffer, size);
	return sj_outcome_status(&outcome, errnop);
}

enum nss_status
_nss_sftpjail_setspent(int stayopen)
{
	(void)stayopen;
	return start(shadow_entries(), acquire_secret, SJ_DB_SECTION_USER);
}

enum nss_status
_nss_sftpjail_getspent_r(
    struct spwd *result, char *buffer, size_t size, int *errnop)
{
	struct sj_entries *entries = shadow_entries();
	SJ_AUTO_UNLOCK pthread_mutex_t *mutex = sj_entries_lock(entries);
	struct sj_outcome outcome;
	struct sj_db_cursor at;
	struct sj_user view;

	sj_outcome_begin(&outcome);
	outcome.reason = sj_entries_open(
	    entries, acquire_secret, SJ_DB_SECTION_USER, &outcome.fault);
	at = entries->at;
	if (outcome.reason == SJ_OK)
		outcome.reason = sj_answer_next_user(
		    entries->ref.db, &at, &outcome.is_found, &view);
	sj_answer_shadow(&outcome, &view, result, buffer, size);
	if (outcome.is_fitting)
		entries->at = at;
	return sj_outcome_status(&outcome, errnop);
}

enum nss_status
_nss_sftpjail_endspent(void)
{
	return finish(shadow_entries());
}

/*
 * group: the primary one, which the caller has put in the list already.  The
 * list is ours for users of every source that our groups name.
 */
enum nss_status
_nss_sftpjail_initgroups_dyn(const char *user, gid_t group, long *start_index,
    long *size, gid_t **gids, long limit, int *errnop)
{
	const struct sj_pack_gids into = {.skip = group,
	    .start = start_index,
	    .size = size,
	    .gids = gids,
	    .limit = limit};
	SJ_AUTO_RELEASE struct sj_cache_ref ref;
	struct sj_outcome outcome;
	struct sj_group_list list;

	ref.db = NULL;
	sj_outcome_begin(&outcome);
	if (!sj_pack_name_is_usable(user))
		return not_ours(errnop);
	outcome.reason = acquire_public(&ref, &outcome.fault);
	if (outcome.reason == SJ_OK)
		outcome.reason = sj_db_find_group_list(
		    ref.db, user, &outcome.is_found, &list);
	sj_answer_group_list(&outcome, &list, &into);
	return sj_outcome_status(&outcome, errnop);
}

#pragma GCC visibility pop
