/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "account.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "cleanup.h"

/* Far above any real entry; a group of a million members needs some 10 MB. */
#define BUFFER_START 4096u
#define BUFFER_LIMIT (64u * 1024 * 1024)
#define GIDS_START 64
#define GIDS_LIMIT 65536 /* NGROUPS_MAX of Linux */

const struct sj_account_sources sj_account_sources_installed = {
    .public_db = {SJ_STATEDIR "/public.v1.cdb", SJ_DB_PUBLIC, 0},
    .secret_db = {SJ_STATEDIR "/secret.v1.cdb", SJ_DB_SECRET, 0},
};

enum sj_reason
sj_account_find_user(
    struct sj_account *account, const char *name, struct sj_fault *fault)
{
	struct passwd *found = NULL;
	size_t size;
	char *buffer;
	int error = ERANGE;

	account->facts.user = name;
	for (size = BUFFER_START; error == ERANGE && size <= BUFFER_LIMIT;
	     size *= 4) {
		buffer = realloc(account->pw_buffer, size);
		if (buffer == NULL)
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM,
			    "looking the user up");
		account->pw_buffer = buffer;
		error = getpwnam_r(name, &account->pw, buffer, size, &found);
	}
	if (found == NULL) {
		memset(&account->pw, 0, sizeof(account->pw));
		account->nss_errno = error;
		return SJ_OK;
	}
	account->facts.is_known = true;
	account->facts.uid = account->pw.pw_uid;
	return SJ_OK;
}

static enum sj_reason
corrupt(struct sj_fault *fault, const char *which)
{
	return sj_fault_set(fault, SJ_DB_CORRUPT, 0,
	    "the %s database is damaged; sftpjail apply makes it anew", which);
}

enum sj_reason
sj_account_open(struct sj_account *account,
    const struct sj_account_sources *sources, struct sj_fault *fault)
{
	bool is_found = false;
	enum sj_reason reason;

	reason = sj_db_open(&account->secret_db, &sources->secret_db, fault);
	if (reason != SJ_OK)
		return reason;
	account->is_secret_open = true;
	reason = sj_db_open(&account->public_db, &sources->public_db, fault);
	if (reason != SJ_OK)
		return reason;
	account->is_public_open = true;
	if (sj_db_server(&account->secret_db, &is_found, &account->external) !=
	    SJ_OK)
		return corrupt(fault, "secret");
	account->server = is_found ? &account->external : NULL;
	return SJ_OK;
}

static enum sj_reason
load_records(struct sj_account *account, struct sj_fault *fault)
{
	struct sj_facts *facts = &account->facts;
	struct sj_passwd passwd;
	bool is_found = false;

	if (sj_db_find_user(&account->secret_db, facts->user, &is_found,
		&account->served) != SJ_OK)
		return corrupt(fault, "secret");
	facts->served = is_found ? &account->served : NULL;
	if (sj_db_find_passwd(&account->public_db, facts->user,
		&facts->is_public, &passwd) != SJ_OK)
		return corrupt(fault, "public");
	facts->public_uid = facts->is_public ? passwd.uid : 0;
	return SJ_OK;
}

static enum sj_reason
load_gids(struct sj_account *account, struct sj_fault *fault)
{
	int size, count = GIDS_START;
	gid_t *gids;

	do {
		size = count;
		gids = realloc(account->gids, (size_t)size * sizeof(*gids));
		if (gids == NULL)
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM,
			    "asking for the user's groups");
		account->gids = gids;
		if (getgrouplist(account->facts.user, account->pw.pw_gid, gids,
			&count) >= 0) {
			account->gid_count = count;
			return SJ_OK;
		}
	} while (count > size && count <= GIDS_LIMIT);
	return sj_fault_set(
	    fault, SJ_SYSTEM_ERROR, 0, "the user is in too many groups");
}

static bool
has_gid(const struct sj_account *account, gid_t gid)
{
	int i;

	for (i = 0; i < account->gid_count; i++)
		if (account->gids[i] == gid)
			return true;
	return false;
}

/* Membership by our own list holds even where nsswitch.conf leaves us out. */
static bool
is_listed(const struct sj_group_list *list, uint32_t gid)
{
	uint32_t i;

	for (i = 0; list != NULL && i < list->count; i++)
		if (sj_load_le32(list->gids + (size_t)i * 4) == gid)
			return true;
	return false;
}

/* A group of the host's; NULL is root's. */
static enum sj_reason
find_group(struct sj_account *account, const char *name,
    struct group *ret_group, bool *ret_found, struct sj_fault *fault)
{
	struct group *found = NULL;
	size_t size;
	char *buffer;
	int error = ERANGE;

	for (size = BUFFER_START; error == ERANGE && size <= BUFFER_LIMIT;
	     size *= 4) {
		buffer = realloc(account->group_buffer, size);
		if (buffer == NULL)
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM,
			    "looking a group up");
		account->group_buffer = buffer;
		error = name != NULL
			    ? getgrnam_r(name, ret_group, buffer, size, &found)
			    : getgrgid_r(0, ret_group, buffer, size, &found);
	}
	if (error != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, error,
		    "group \"%s\" of a jail can't be looked up",
		    name != NULL ? name : "root");
	*ret_found = found != NULL;
	return SJ_OK;
}

/*
 * A source that failed is not told of where a later one does not know the
 * group, and that one of ours, asked last, never knows it.  So a group is
 * unknown only where another is known, which every host has, and it still is
 * not.
 */
static enum sj_reason
find_group_surely(struct sj_account *account, const char *name,
    struct group *ret_group, bool *ret_found, struct sj_fault *fault)
{
	bool is_root_found = false;
	enum sj_reason reason;

	reason = find_group(account, name, ret_group, ret_found, fault);
	if (reason != SJ_OK || *ret_found)
		return reason;
	reason = find_group(account, NULL, ret_group, &is_root_found, fault);
	if (reason != SJ_OK)
		return reason;
	if (!is_root_found)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "group \"%s\" of a jail can't be looked up: not even gid 0 "
		    "is known",
		    name);
	return find_group(account, name, ret_group, ret_found, fault);
}

/*
 * Of another source than ours.  getgrouplist(3) leaves out what a source that
 * failed would have said, so the member list counts, too.
 */
static enum sj_reason
is_member_elsewhere(struct sj_account *account, const char *name,
    bool *ret_member, struct sj_fault *fault)
{
	struct group group;
	bool is_found = false, is_in = false;
	char *const *member;
	enum sj_reason reason;

	reason = find_group_surely(account, name, &group, &is_found, fault);
	if (reason != SJ_OK)
		return reason;
	if (is_found) {
		is_in = has_gid(account, group.gr_gid);
		for (member = group.gr_mem; *member != NULL; member++)
			is_in |= strcmp(*member, account->facts.user) == 0;
	}
	*ret_member = is_in;
	return SJ_OK;
}

static enum sj_reason
is_member(struct sj_account *account, const char *name,
    const struct sj_group_list *list, bool *ret_member, struct sj_fault *fault)
{
	struct sj_group group;
	bool is_found = false;

	if (sj_db_find_group(&account->public_db, name, &is_found, &group) !=
	    SJ_OK)
		return corrupt(fault, "public");
	if (is_found) {
		*ret_member =
		    has_gid(account, group.gid) || is_listed(list, group.gid);
		return SJ_OK;
	}
	return is_member_elsewhere(account, name, ret_member, fault);
}

static enum sj_reason
load_groups(struct sj_account *account, struct sj_fault *fault)
{
	struct sj_group_list list;
	struct sj_strings names;
	const char *name;
	bool is_found = false, is_in = false;
	enum sj_reason reason;
	uint32_t i;

	if (sj_db_jail_groups(&account->secret_db, &names) != SJ_OK)
		return corrupt(fault, "secret");
	if (sj_db_find_group_list(&account->public_db, account->facts.user,
		&is_found, &list) != SJ_OK)
		return corrupt(fault, "public");
	account->groups = calloc((size_t)names.count + 1, sizeof(char *));
	if (account->groups == NULL)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM,
		    "asking for the user's groups");
	account->facts.groups = account->groups;
	name = names.first;
	for (i = 0; i < names.count; i++, name = sj_strings_next(name)) {
		reason = is_member(
		    account, name, is_found ? &list : NULL, &is_in, fault);
		if (reason != SJ_OK)
			return reason;
		if (is_in)
			account->groups[account->facts.group_count++] = name;
	}
	return SJ_OK;
}

/* For %g of templates.  Ours first; a group without a name is no error. */
static enum sj_reason
load_primary_group(struct sj_account *account, struct sj_fault *fault)
{
	struct group entry, *found = NULL;
	struct sj_group group;
	bool is_found = false;
	size_t size;
	char *buffer;
	int error = ERANGE;

	if (sj_db_find_group_gid(&account->public_db, account->pw.pw_gid,
		&is_found, &group) != SJ_OK)
		return corrupt(fault, "public");
	if (is_found) {
		account->group = group.name;
		return SJ_OK;
	}
	for (size = BUFFER_START; error == ERANGE && size <= BUFFER_LIMIT;
	     size *= 4) {
		buffer = realloc(account->group_buffer, size);
		if (buffer == NULL)
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM,
			    "looking a group up");
		account->group_buffer = buffer;
		error = getgrgid_r(
		    account->pw.pw_gid, &entry, buffer, size, &found);
	}
	account->group = found != NULL ? entry.gr_name : NULL;
	return SJ_OK;
}

enum sj_reason
sj_account_load(struct sj_account *account, struct sj_fault *fault)
{
	enum sj_reason reason;

	reason = load_records(account, fault);
	if (reason != SJ_OK)
		return reason;
	reason = sj_policy_identity(&account->facts, fault);
	if (reason == SJ_USER_UNKNOWN && account->nss_errno != 0)
		return sj_fault_set(fault, reason, account->nss_errno,
		    "NSS does not know the user");
	if (reason != SJ_OK)
		return reason;
	reason = load_gids(account, fault);
	if (reason == SJ_OK)
		reason = load_groups(account, fault);
	if (reason == SJ_OK)
		reason = load_primary_group(account, fault);
	return reason;
}

enum sj_reason
sj_account_find_jail(struct sj_account *account, struct sj_fault *fault)
{
	uint32_t i;

	account->is_jailed = false;
	for (i = 0; i < account->secret_db.header.jail_count; i++) {
		if (sj_db_jail(&account->secret_db, i, &account->jail) != SJ_OK)
			return corrupt(fault, "secret");
		if (sj_policy_matches(
			&account->jail, &account->facts, &account->why)) {
			account->is_jailed = true;
			account->jail_index = i;
			return SJ_OK;
		}
	}
	return SJ_OK;
}

void
sj_account_fill_session(
    const struct sj_account *account, struct sj_session *ret_session)
{
	memset(ret_session, 0, sizeof(*ret_session));
	(void)snprintf(ret_session->user, sizeof(ret_session->user), "%s",
	    account->facts.user);
	(void)snprintf(ret_session->jail, sizeof(ret_session->jail), "%s",
	    account->jail.name);
	ret_session->uid = account->pw.pw_uid;
	if (account->facts.from_state == SJ_FROM_KNOWN)
		ret_session->addr = account->facts.from;
}

enum sj_reason
sj_account_count(struct sj_account *account, const struct sj_session_dir *dir,
    struct sj_fault *fault)
{
	const struct sj_jail *jail = &account->jail;
	struct sj_facts *facts = &account->facts;
	struct sj_session_counts counts;
	struct sj_session session;
	enum sj_reason reason;

	if (jail->max_sessions == 0 && jail->max_sessions_per_address == 0)
		return SJ_OK;
	sj_account_fill_session(account, &session);
	reason = sj_session_count(dir, &session, &counts, fault);
	if (reason != SJ_OK)
		return reason;
	facts->session_count = counts.user;
	facts->address_count = counts.address;
	return SJ_OK;
}

void
sj_account_clear(struct sj_account *account)
{
	if (account->is_public_open)
		sj_db_close(&account->public_db);
	if (account->is_secret_open)
		sj_db_close(&account->secret_db);
	free(account->pw_buffer);
	free(account->group_buffer);
	free(account->gids);
	free(account->groups);
	memset(account, 0, sizeof(*account));
}
