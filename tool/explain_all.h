/* SPDX-License-Identifier: ISC */
#ifndef SJ_EXPLAIN_ALL_H
#define SJ_EXPLAIN_ALL_H

/* For explain_all*.c: what is the same for all users, found out once. */

#include "arena.h"
#include "explain.h"
#include "nameset.h"

/* A group that jails ask for. */
struct sj_all_group {
	const char *name;
	bool has_gid;
	uint32_t gid;
	struct sj_nameset members; /* by the list of getgrnam(3) */
};

/* Starts zeroed, but for arena.fd, which starts as -1. */
struct sj_all_groups {
	struct sj_arena arena; /* names of members */
	struct sj_all_group *items;
	uint32_t count;
	const char **names; /* room for those that a user is in */
};

/* The databases of the account are open.  SJ_SYSTEM_ERROR: can't be asked. */
enum sj_reason sj_explain_all_groups(struct sj_all_groups *groups,
    struct sj_account *account, struct sj_fault *fault) SJ_MUST_CHECK;

/* Fills facts.groups and group of an account that has user and gid. */
enum sj_reason sj_explain_all_member(const struct sj_all_groups *groups,
    struct sj_account *account, struct sj_fault *fault) SJ_MUST_CHECK;

void sj_explain_all_clear(struct sj_all_groups *groups);

struct sj_all_jail {
	struct sj_jail jail;
	enum sj_reason reason; /* why nobody gets in, or SJ_OK */
};

/* All jails, with what the host lacks for them; the caller frees. */
enum sj_reason sj_explain_all_jails(const struct sj_explain_question *question,
    struct sj_account *account, struct sj_all_jail **ret_jails,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
