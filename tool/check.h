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

#include "check_report.h"
#include "db.h"
#include "nsswitch.h"
#include "pam_stack.h"
#include "record.h"
#include "sshd_config.h"
#include "tool.h"

/* The first served users, for what is asked with a user in hand. */
#define SJ_CHECK_SAMPLE_MAX 64u

/* What the database says that decides which parts matter. */
struct sj_check_facts {
	bool is_db_open;
	bool has_users;	    /* any served user that is not disabled */
	bool has_passwords; /* any of them with a hash to log in by */
	bool has_keys;
	bool needs_mounts;	/* a jail with isolation = "namespace" */
	bool needs_network;	/* a jail with network = "none" */
	bool wants_devlog;	/* transfer_log = true */
	bool needs_devlog;	/* transfer_log = "required" */
	bool has_password_auth; /* a jail whose auth is limited */
	const char *const
	    *services; /* each once, "sshd" or what stands for it */
	size_t service_count;
};

/*
 * One run.  Databases are open where facts.is_db_open; the strings of facts
 * and samples borrow from them or from this struct.
 */
struct sj_check {
	const struct sj_tool *tool;
	struct sj_report *report;
	struct sj_check_facts facts;
	struct sj_db public_db;
	struct sj_db secret_db;
	bool is_public_open;
	bool is_secret_open;
	const char **services; /* owned; facts.services */
};

/* Databases: there, trusted, of one generation, of the text. Fills in facts. */
void sj_check_db(struct sj_check *check);
void sj_check_clear(struct sj_check *check);

/* PAM, all services of facts; files of the module. */
void sj_check_pam(struct sj_check *check);

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

/* Name service: the switch (pure), the library, and one real question. */
void sj_check_nss(struct sj_check *check);
void sj_check_nss_switch(
    struct sj_report *report, const struct sj_nsswitch *config);

/* sshd_config, for all served users. */
void sj_check_sshd(struct sj_check *check);

/* The kernel, as far as a jail needs it; SELinux. */
void sj_check_kernel(struct sj_check *check);

/* Login shells, /run/sftpjail, /dev/log, key files. */
void sj_check_files(struct sj_check *check);

/* Every directory of every jail, for every user that is in it. */
void sj_check_roots(struct sj_check *check);

#endif
