/* SPDX-License-Identifier: ISC */
#ifndef SJ_CHECK_OTHER_H
#define SJ_CHECK_OTHER_H

/* Users of other sources whom a jail may take. */

#include "check_group.h"

/*
 * Calls visit for each user that a jail names, that is a member of a group a
 * jail names, or has it as the primary group in the host's passwd file, and
 * that is not served and is taken by a jail.  Each is asked of NSS, so that
 * there are at most SJ_CHECK_OTHER_MAX.
 */
#define SJ_CHECK_OTHER_MAX 1000u

void sj_check_others(struct sj_checkup *check,
    const struct sj_check_groups *groups,
    void (*visit)(struct sj_checkup *check, const struct sj_check_user *user));

#endif
