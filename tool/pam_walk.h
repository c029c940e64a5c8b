/* SPDX-License-Identifier: ISC */
#ifndef SJ_PAM_WALK_H
#define SJ_PAM_WALK_H

/*
 * Follows every way that libpam may take through a stack, whatever the modules
 * answer (pam_dispatch.c), to tell if a line of ours can be passed by.
 */

#include "pam_stack.h"

/* How a stack gets around an entry. */
enum sj_pam_bypass {
	SJ_PAM_BYPASS_NONE = 0,
	SJ_PAM_BYPASS_DIE,  /* the stack fails before it: requisite, die */
	SJ_PAM_BYPASS_DONE, /* the stack succeeds before it: sufficient, done */
	SJ_PAM_BYPASS_JUMP  /* it is jumped over: success=N */
};

/*
 * The worst way around entry index of the stack of its own type, and in
 * *ret_by the entry that opens it, the first one of its kind.  A stack that
 * fails is the mildest, success without the entry the worst.
 */
enum sj_pam_bypass sj_pam_walk_bypass(const struct sj_pam_stack *stack,
    size_t index, const struct sj_pam_entry **ret_by) SJ_MUST_CHECK;

/* The first entry of a type that runs behind index, or NULL if it is last. */
const struct sj_pam_entry *sj_pam_walk_behind(
    const struct sj_pam_stack *stack, size_t index);

/*
 * Is a failure of the entry a failure of the stack, at once or at its end, and
 * its success no end of it?  True for required, requisite and pairs alike.
 */
bool sj_pam_walk_is_binding(const struct sj_pam_entry *entry);

#endif
