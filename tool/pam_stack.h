/* SPDX-License-Identifier: ISC */
#ifndef SJ_PAM_STACK_H
#define SJ_PAM_STACK_H

/*
 * Reads a PAM service as libpam does (pam_handlers.c, pam_line.c): pam.d of
 * /etc and of the vendor, include, substack, Debian's @include, the service
 * "other" for a type (but password) that has no line.  The result is one flat
 * list; pam_walk.h follows the ways through it.  The old single file pam.conf
 * is not read.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reason.h"
#include "sysfile.h"

enum sj_pam_type {
	SJ_PAM_AUTH = 0,
	SJ_PAM_ACCOUNT,
	SJ_PAM_SESSION,
	SJ_PAM_PASSWORD
};
#define SJ_PAM_TYPE_COUNT 4

/* "auth", "account", "session", "password" */
const char *sj_pam_type_name(enum sj_pam_type type);

/* What a return value of the module leads to; a number above 0 is a jump. */
#define SJ_PAM_ACTION_IGNORE 0
#define SJ_PAM_ACTION_OK (-1)
#define SJ_PAM_ACTION_DONE (-2)
#define SJ_PAM_ACTION_BAD (-3)
#define SJ_PAM_ACTION_DIE (-4)
#define SJ_PAM_ACTION_RESET (-5)
#define SJ_PAM_ACTION_UNSET (-6)

#define SJ_PAM_RETURN_COUNT 32
#define SJ_PAM_RETURN_SUCCESS 0
#define SJ_PAM_RETURN_NEW_AUTHTOK_REQD 12
#define SJ_PAM_RETURN_IGNORE 25

/* A module of the stack.  Everything is owned by the stack. */
struct sj_pam_entry {
	const char *path;
	unsigned int line; /* of its first part, where it is continued */
	enum sj_pam_type type;
	unsigned int own_line; /* of the service's own file that led here; 0 for
				  a line of "other" */
	unsigned int level;    /* depth of substacks */
	bool is_substack;      /* only marks where a substack begins */
	bool is_broken;	       /* libpam can't use the line: it always fails */
	bool is_silent;	       /* '-' in front of the type */
	const char *control;   /* as written, without brackets */
	const char *module;    /* as written; "" where it is missing */
	const char **args;     /* arg_count, then NULL */
	size_t arg_count;
	int actions[SJ_PAM_RETURN_COUNT];
};

/* A line or file that libpam can't use. */
struct sj_pam_fault {
	const char *path;
	unsigned int line;
	char *what;
};

struct sj_pam_stack {
	const char *path; /* the service's file; that of "other" without one */
	bool is_other;	  /* there is none for the service itself */
	struct sj_pam_entry *entries; /* of all types, in their order */
	size_t entry_count;
	struct sj_pam_fault *faults;
	size_t fault_count;
	struct sj_sysfile *files;
};

/*
 * Reads the service below root (NULL: the host's).  A name with a '/' in it
 * does not exist.  SJ_OK also with faults.  SJ_SYSTEM_ERROR: no file for the
 * service nor for "other" (sys_errno ENOENT), or memory is short.  Clear it in
 * either case.
 */
enum sj_reason sj_pam_stack_load(const char *root, const char *service,
    struct sj_pam_stack *ret_stack, struct sj_fault *fault) SJ_MUST_CHECK;

/* The same, with a text in the place of one of the files (NULL: none). */
enum sj_reason sj_pam_stack_load_instead(const char *root, const char *service,
    const struct sj_sysfile_text *instead, struct sj_pam_stack *ret_stack,
    struct sj_fault *fault) SJ_MUST_CHECK;

void sj_pam_stack_clear(struct sj_pam_stack *stack);

/* True if the entry is this module ("pam_x.so"), whatever its directory. */
bool sj_pam_entry_is(const struct sj_pam_entry *entry, const char *module);

#endif
