/* SPDX-License-Identifier: ISC */
#ifndef SJ_PAM_REASONS_PREPARE_H
#define SJ_PAM_REASONS_PREPARE_H

/* What goes wrong in the world of a case of test_pam_reasons.c. */

#include "pam_users.h"
#include "session.h"

struct row {
	const char *name;
	const char *reason; /* NULL: nothing is logged */
	int code;	    /* of acct_mgmt; 0 is PAM_SUCCESS */
	const char *user;   /* NULL: alice */
	const char *rhost;  /* NULL: 192.0.2.7; "-": none */
	const char *args;   /* NULL: none */
	const char *env;    /* NULL: none */
	const char *detail; /* a part of it, or NULL */
	struct users_plan plan;
	void (*prepare)(void);
	const char *service; /* NULL: sshd */
	bool is_account_only;
};

static void
lose_database(void)
{
	(void)unlink(SJ_STATEDIR "/secret.v1.cdb");
}

static void
lose_public(void)
{
	(void)unlink(SJ_STATEDIR "/public.v1.cdb");
}

static void
open_database(void)
{
	(void)chmod(SJ_STATEDIR "/secret.v1.cdb", 0620);
}

static void
give_database_away(void)
{
	(void)!chown(SJ_STATEDIR "/public.v1.cdb", 1000, 0);
}

static void
link_database(void)
{
	(void)rename(SJ_STATEDIR "/secret.v1.cdb", SJ_STATEDIR "/s");
	(void)!symlink(SJ_STATEDIR "/s", SJ_STATEDIR "/secret.v1.cdb");
}

static void
fifo_for_database(void)
{
	lose_database();
	(void)mkfifo(SJ_STATEDIR "/secret.v1.cdb", 0600);
}

static void
cut_database(void)
{
	(void)!truncate(SJ_STATEDIR "/secret.v1.cdb", 3000);
}

static void
empty_database(void)
{
	(void)!truncate(SJ_STATEDIR "/public.v1.cdb", 0);
}

static void
remove_root(void)
{
	(void)rename("/srv/alice", "/srv/elsewhere");
}

static void
file_for_root(void)
{
	remove_root();
	world_put("/srv/alice", 0644, "%s", "");
}

static void
link_for_root(void)
{
	remove_root();
	(void)!symlink("/srv/elsewhere", "/srv/alice");
}

static void
give_root_away(void)
{
	(void)!chown("/srv/alice", ALICE, JAILED_GID);
}

static void
open_root(void)
{
	(void)chmod("/srv/alice", 0775);
}

static void
give_upload_away(void)
{
	(void)!chown("/srv/alice/upload", 1000, 1000);
}

static void
live_session(void)
{
	const struct sj_session_dir dir = {SJ_RUNDIR, 0};
	const struct sj_session_counts no_limit = {0, 0};
	struct sj_session session = {.user = "alice", .uid = ALICE};

	(void)snprintf(session.jail, sizeof(session.jail), "default");
	if (!sj_addr_parse("192.0.2.7", &session.addr))
		world_die("address");
	if (sj_session_open(&dir, &session, &no_limit, NULL) != SJ_OK)
		world_die("record");
}

static void
spoil_records(void)
{
	world_mkdir(SJ_RUNDIR "/sessions", 0777, 0, 0);
}

#endif
