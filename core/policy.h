/* SPDX-License-Identifier: ISC */
#ifndef SJ_POLICY_H
#define SJ_POLICY_H

/*
 * The decision: facts and a jail in, a reason out.  No I/O, no clock, no
 * environment; nothing is allocated; thread-safe.  What needs the disc (the
 * jail's root) is checked behind these, by path.h, in the order of reason.def.
 */

#include <stdbool.h>
#include <stdint.h>

#include "record.h"

enum sj_from_state {
	SJ_FROM_KNOWN,	  /* from is the client's address */
	SJ_FROM_UNUSABLE, /* there is none, or it is no address */
	SJ_FROM_SKIP	  /* not asked: explain without --from */
};

struct sj_facts {
	const char *user;
	const char *service;	      /* NULL: not asked */
	bool is_known;		      /* NSS has the user */
	uint32_t uid;		      /* as NSS says */
	const struct sj_user *served; /* secret record; NULL: none */
	bool is_public;		      /* the public file serves this name ... */
	uint32_t public_uid;	      /* ... with this uid */
	/* Those of sj_db_jail_groups() that the user is in. */
	const char *const *groups;
	uint32_t group_count;
	int64_t now_sec;    /* since 1970-01-01 UTC */
	uint8_t local_wday; /* 0: Sunday */
	uint16_t local_min; /* minutes of the local day */
	enum sj_from_state from_state;
	struct sj_net from;
	bool is_auth_known;
	uint32_t auth; /* SJ_AUTH_* bits of every method completed */
	/* Live sessions, this one not counted: the user's ... */
	uint32_t session_count;
	uint32_t address_count; /* ... and the jail's from this address */
};

/* The checks that need facts only, in the order of reason.def. */
enum sj_check {
	SJ_CHECK_DISABLED = 0,
	SJ_CHECK_NOT_BEFORE,
	SJ_CHECK_EXPIRES,
	SJ_CHECK_SERVICE,
	SJ_CHECK_FROM,
	SJ_CHECK_HOURS,
	SJ_CHECK_AUTH,
	SJ_CHECK_SESSIONS,
	SJ_CHECK_ADDRESS,
	SJ_CHECK_COUNT
};

/* The phases of PAM know different facts; a check may have to wait. */
#define SJ_CHECKS_ALL ((1u << SJ_CHECK_COUNT) - 1)
#define SJ_CHECKS_ACCOUNT (SJ_CHECKS_ALL & ~(1u << SJ_CHECK_AUTH))
#define SJ_CHECKS_COUNTED ((1u << SJ_CHECK_SESSIONS) | (1u << SJ_CHECK_ADDRESS))

/* A word for explain: "disabled", "not_before", "expires", "services", ... */
const char *sj_check_name(enum sj_check check);

/*
 * Is this user one whom both files agree on?  SJ_USER_UNKNOWN: NSS does not
 * know the name.  SJ_USER_CONFLICT: the uids of NSS and of a file of ours, or
 * those of our two files, differ, or only one of our files serves the name
 * (an apply was killed between the two; the next one mends it).
 */
enum sj_reason sj_policy_identity(
    const struct sj_facts *facts, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Does the jail take this user?  *ret_why (never NULL on return) says by which
 * setting it does or does not, for explain.
 */
bool sj_policy_matches(const struct sj_jail *jail, const struct sj_facts *facts,
    const char **ret_why);

/* One check: SJ_OK or its own reason, with the cause. */
enum sj_reason sj_policy_check(enum sj_check check, const struct sj_jail *jail,
    const struct sj_facts *facts, struct sj_fault *fault) SJ_MUST_CHECK;

/* The first failure of the checks in the set, in their order. */
enum sj_reason sj_policy_decide(uint32_t checks, const struct sj_jail *jail,
    const struct sj_facts *facts, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Does this kernel, as uname(2) names it, keep a download_rate?  From 4.13 on
 * TCP paces by itself.
 */
bool sj_policy_can_pace(const char *kernel_release);

/*
 * What a denied user is told: the jail's message or the default one.  NULL:
 * nothing is known of him, and he may be the administrator.
 */
const char *sj_policy_message(const struct sj_jail *jail);

/* days since 1970-01-01 UTC of a moment; rounds down before 1970, too. */
int32_t sj_day_of(int64_t sec);

#endif
