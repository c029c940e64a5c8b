/* SPDX-License-Identifier: ISC */
#ifndef SJ_ACCOUNT_H
#define SJ_ACCOUNT_H

/*
 * Who a user is, by NSS and by both databases, and which jail takes him: the
 * gathering that the PAM module and the tool share, so that explain can't
 * differ from a login.  Does I/O; the caller adds what only he knows (service,
 * address, time, authentication) to facts.
 *
 * One thread at a time for one struct.  The steps in order:
 *
 *	sj_account_find_user()   NSS only: nothing of ours is looked at yet
 *	sj_account_open()        the databases
 *	sj_account_load()        served?  which of the jails' groups?
 *	sj_account_find_jail()   the first jail that matches
 *	sj_account_clear()       always, also after a failure
 *
 * Start with a zeroed struct.
 */

#include <grp.h>
#include <pwd.h>

#include "db.h"
#include "policy.h"
#include "session.h"

struct sj_account_sources {
	struct sj_db_source public_db;
	struct sj_db_source secret_db;
};

/* The installed databases, owned by root. */
extern const struct sj_account_sources sj_account_sources_installed;

struct sj_account {
	struct sj_facts facts;
	struct passwd pw;  /* zeroed where NSS does not know the user */
	const char *group; /* the primary group's name; NULL if it has none */
	struct sj_user served; /* where facts.served points */
	struct sj_db public_db;
	struct sj_db secret_db;
	bool is_public_open;
	bool is_secret_open;
	bool is_jailed;
	uint32_t jail_index;
	struct sj_jail jail;		/* where is_jailed */
	const char *why;		/* by which setting it took the user */
	const struct sj_server *server; /* NULL: none */
	struct sj_server external;	/* where server points */
	int nss_errno;	 /* of the user's lookup: reported by load */
	char *pw_buffer; /* owned, as the three below */
	char *group_buffer;
	gid_t *gids;
	const char **groups;
	int gid_count;
};

/*
 * Asks NSS for the user; name is borrowed until clear.  SJ_OK also for an
 * unknown one (facts.is_known is false then); SJ_SYSTEM_ERROR: no memory.
 */
enum sj_reason sj_account_find_user(struct sj_account *account,
    const char *name, struct sj_fault *fault) SJ_MUST_CHECK;

/* Opens both databases and loads server: SJ_OK or a reason of sj_db_open(). */
enum sj_reason sj_account_open(struct sj_account *account,
    const struct sj_account_sources *sources,
    struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Fills facts.served, is_public, groups, and judges sj_policy_identity().
 * A group that a jail asks for and that can't be looked up (a source is out
 * of reach) is SJ_SYSTEM_ERROR: who can't be judged is not let in.  Groups of
 * the host's have the members that their list names, beside those for whom
 * getgrouplist(3) names them.
 */
enum sj_reason sj_account_load(
    struct sj_account *account, struct sj_fault *fault) SJ_MUST_CHECK;

/* Finds the first jail that matches: is_jailed, jail, why.  SJ_OK also if
 * there is none. */
enum sj_reason sj_account_find_jail(
    struct sj_account *account, struct sj_fault *fault) SJ_MUST_CHECK;

/* Zeroes *ret_session, and fills in user, jail, uid and addr. */
void sj_account_fill_session(
    const struct sj_account *account, struct sj_session *ret_session);

/*
 * Counts the live sessions into the facts, where the jail found limits them;
 * the address must be in the facts.  SJ_SYSTEM_ERROR: they can't be counted.
 */
enum sj_reason sj_account_count(struct sj_account *account,
    const struct sj_session_dir *dir, struct sj_fault *fault) SJ_MUST_CHECK;

void sj_account_clear(struct sj_account *account);

#endif
