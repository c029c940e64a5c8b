/* SPDX-License-Identifier: ISC */
#ifndef SJ_SSHD_CONFIG_H
#define SJ_SSHD_CONFIG_H

/*
 * Reads sshd_config as sshd does (sshd_config(5), servconf.c): Include with
 * globs below /etc/ssh, keywords without regard to case, quotes, key=value;
 * the first value wins; lines of Match blocks are kept apart.  What a keyword
 * means is not judged here.  Needs no root, no sshd and no host keys.
 *
 * sshd_match.c decides which Match blocks apply to whom.
 */

#include <stdbool.h>
#include <stddef.h>

#include "reason.h"
#include "sysfile.h"

#define SJ_SSHD_GLOBAL (-1)

/* A line with a keyword.  Everything is owned by the config. */
struct sj_sshd_line {
	const char *path;
	unsigned int line;
	const char *keyword; /* lower case */
	const char **args;   /* arg_count, then NULL; never without one */
	size_t arg_count;
	int block; /* index of the Match block it stands in, or SJ_SSHD_GLOBAL
		    */
};

/* A Match line; it applies only where its parent does, too. */
struct sj_sshd_block {
	const char *path;
	unsigned int line;
	const char **args;
	size_t arg_count;
	int parent; /* the block whose Include read it, or SJ_SSHD_GLOBAL */
};

/* A line that sshd would not start with, or an Include that can't be read. */
struct sj_sshd_fault {
	const char *path;
	unsigned int line;
	char *what;
};

struct sj_sshd_config {
	const char *path;	    /* of the main file, as found */
	struct sj_sshd_line *lines; /* in the order in which sshd reads them */
	size_t line_count;
	struct sj_sshd_block *blocks;
	size_t block_count;
	struct sj_sshd_fault *faults;
	size_t fault_count;
	struct sj_sysfile *files;
};

/*
 * Reads root + /etc/ssh/sshd_config or, where that is missing, the vendor's
 * /usr/etc/ssh/sshd_config, with all it includes.  root NULL: the host's.
 * SJ_OK also with faults in *ret_config.  SJ_SYSTEM_ERROR: there is no main
 * file (sys_errno ENOENT), or it can't be read.  Clear it in either case.
 */
enum sj_reason sj_sshd_config_load(const char *root,
    struct sj_sshd_config *ret_config, struct sj_fault *fault) SJ_MUST_CHECK;

/* The same, with a text in the place of one of the files (NULL: none). */
enum sj_reason sj_sshd_config_load_instead(const char *root,
    const struct sj_sysfile_text *instead, struct sj_sshd_config *ret_config,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* The same of one file, wherever it is; what it includes is the host's. */
enum sj_reason sj_sshd_config_load_file(const char *path,
    struct sj_sshd_config *ret_config, struct sj_fault *fault) SJ_MUST_CHECK;

void sj_sshd_config_clear(struct sj_sshd_config *config);

/* Outside of Match blocks: the line that wins, or NULL; keyword in any case. */
const struct sj_sshd_line *sj_sshd_config_find(
    const struct sj_sshd_config *config, const char *keyword);

/*
 * The line of "Subsystem NAME" outside of Match blocks, or NULL.  args[0] is
 * the name, args[1] the command.
 */
const struct sj_sshd_line *sj_sshd_config_subsystem(
    const struct sj_sshd_config *config, const char *name);

/* The arguments joined by spaces; the caller frees.  NULL: memory is short. */
char *sj_sshd_args_join(const char *const *args);

enum sj_sshd_answer {
	SJ_SSHD_NO,
	SJ_SSHD_YES,
	SJ_SSHD_MAYBE /* depends on something that is not known here */
};

/* Whom a line would apply to.  NULL: not known (addr), or nobody's (groups). */
struct sj_sshd_who {
	const char *user;
	const char *const *groups; /* all names, primary and supplementary */
	size_t group_count;
	const char *addr; /* the client's, numeric */
};

/* sshd's wildcards: '*' and '?'. */
bool sj_sshd_pattern_matches(const char *pattern, const char *text);

/* "User a,b" of a Match line; value is NULL for All and Invalid-User. */
struct sj_sshd_criterion {
	char name[32]; /* in any case; "" if it is too long for any */
	const char *value;
};

/* The one at args[*index], which is moved behind it. */
void sj_sshd_block_next(const struct sj_sshd_block *block, size_t *index,
    struct sj_sshd_criterion *ret_criterion);

/* Does the block (or SJ_SSHD_GLOBAL) apply to who? */
enum sj_sshd_answer sj_sshd_block_applies(const struct sj_sshd_config *config,
    int block, const struct sj_sshd_who *who);

/*
 * The line with this keyword that counts for who: the first in a block that
 * applies, else the first outside.  *ret_sure is SJ_SSHD_NO where there is
 * none (NULL is returned), SJ_SSHD_MAYBE where the line stands in a block that
 * can't be decided and would win if it applied.
 */
const struct sj_sshd_line *sj_sshd_config_find_for(
    const struct sj_sshd_config *config, const char *keyword,
    const struct sj_sshd_who *who, enum sj_sshd_answer *ret_sure);

/*
 * Do DenyUsers, AllowUsers, DenyGroups or AllowGroups shut who out?  Unless
 * the answer is SJ_SSHD_NO, *ret_line is the line that does.
 */
enum sj_sshd_answer sj_sshd_access_denied(const struct sj_sshd_config *config,
    const struct sj_sshd_who *who, const struct sj_sshd_line **ret_line);

#endif
