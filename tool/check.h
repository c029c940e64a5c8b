/* SPDX-License-Identifier: ISC */
#ifndef SJ_CHECK_H
#define SJ_CHECK_H

/*
 * The parts of "sftpjail check".  Each looks at one thing of the installation
 * and adds what is wrong to a report; none of them changes anything.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check_mend.h"
#include "check_report.h"
#include "check_tally.h"
#include "db.h"
#include "jailroot.h"
#include "nsswitch.h"
#include "pam_stack.h"
#include "record.h"
#include "sshd_config.h"
#include "state.h"
#include "tool.h"

/* What the jails ask of the host.  Without a database: the defaults. */
struct sj_check_needs {
	bool mounts;	   /* a jail with isolation = "namespace" */
	bool network;	   /* a jail with network = "none" */
	bool transfer_log; /* a jail that does not say false */
	bool auth;	   /* a jail that allows certain ways to log in only */
	bool auth_info;	   /* a jail that must be told how users logged in */
	bool address;	   /* a jail that asks for the client's address */
	bool pacing;	   /* a jail with download_rate */
};

/* One run.  Starts zeroed but for tool, report, now_sec and mends. */
struct sj_checkup {
	const struct sj_tool *tool;
	struct sj_report *report;
	int64_t now_sec;
	struct sj_state state;
	struct sj_db public_db;
	struct sj_db secret_db;
	bool is_public_open;
	bool is_secret_open;
	struct sj_jail *jails; /* owned; views of secret_db */
	uint32_t jail_count;
	struct sj_check_needs needs;
	struct sj_server server; /* where has_server; a view of secret_db */
	bool has_server;
	bool is_server_used; /* sshd's Subsystem is that program */
	struct sj_sshd_config sshd;
	bool is_sshd_read;
	unsigned int sshd_version; /* sj_sshd_version(), 0: not known */
	const char *sshd_service;  /* the PAM service of sshd */
	struct sj_tally tally;	   /* what was found for single users */
	void *context;		   /* of sj_check_each_user()'s caller */
	struct sj_mends *mends;	   /* what can be mended; NULL: not wanted */
};

/* A user whom a jail takes, or one that is served and not jailed. */
struct sj_check_user {
	struct sj_jail_user user;
	const struct sj_jail *jail; /* NULL: none */
	const char *const *groups;  /* names of all he is in */
	size_t group_count;
	bool has_keys; /* in our database */
};

/* Databases: there, trusted, of one generation, of the text.  Opens them. */
void sj_check_db(struct sj_checkup *check);
void sj_check_clear(struct sj_checkup *check);

/* True if both databases are open. */
bool sj_check_has_db(const struct sj_checkup *check);

/* PAM, for sshd and every service that a jail allows; the module's file. */
void sj_check_pam(struct sj_checkup *check);

/* Only: is the module, or the library, there, and root's alone? */
void sj_check_pam_module(struct sj_report *report);
void sj_check_nss_library(struct sj_report *report);

/* Is there such a group in the host's own file? */
bool sj_check_pam_group(const char *name);

/*
 * Judges one stack; pure.  is_sshd: the service is run by sshd, which calls
 * setcred in the user's process; others need confine=session.
 */
struct sj_check_pam_facts {
	const char *service;
	bool is_sshd;
	bool is_auth_needed; /* a jail asks for certain ways to log in */
};
void sj_check_pam_stack(struct sj_report *report,
    const struct sj_pam_stack *stack, const struct sj_check_pam_facts *facts);

/* Name service: the switch (pure), the library, and real questions. */
void sj_check_nss(struct sj_checkup *check);
void sj_check_nss_switch(
    struct sj_report *report, const struct sj_nsswitch *config);

/* Reads sshd_config: what holds for everybody.  Sets sshd_service. */
void sj_check_sshd(struct sj_checkup *check);

/* The kernel, as far as a jail needs it; SELinux. */
void sj_check_kernel(struct sj_checkup *check);

/* The login shell, /run, the directory of keys and every file in it. */
void sj_check_files(struct sj_checkup *check);

/*
 * Is path a regular file that only root can have written, the directories
 * above it likewise?  Symbolic links are followed first.  Adds missing (with
 * its fix) or unsafe; true if neither.
 */
bool sj_check_file(struct sj_report *report, const char *path,
    const struct sj_problem_kind *missing, const struct sj_problem_kind *unsafe,
    const char *missing_fix);

/*
 * The external sftp server: is it there as it was when it was applied?  Is it
 * in the root of this user's jail, where it must have been copied to?
 */
void sj_check_server(struct sj_checkup *check);
void sj_check_user_server(
    struct sj_checkup *check, const struct sj_check_user *user);

/*
 * Calls visit for each user: those served and valid now, and those of other
 * sources whom a jail takes, as far as they are known.
 */
void sj_check_each_user(struct sj_checkup *check,
    void (*visit)(struct sj_checkup *check, const struct sj_check_user *user));

/* Goes through all of them and makes the checks below for each. */
void sj_check_users(struct sj_checkup *check);
void sj_check_user_sshd(
    struct sj_checkup *check, const struct sj_check_user *user);
void sj_check_user_root(
    struct sj_checkup *check, const struct sj_check_user *user);
void sj_check_user_shell(
    struct sj_checkup *check, const struct sj_check_user *user);

#endif
