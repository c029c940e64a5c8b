/* SPDX-License-Identifier: ISC */
#ifndef SJ_GROUP_H
#define SJ_GROUP_H

/* Groups of the configuration, for the commands. */

#include "change.h"

/* The subcommands of "group"; argv[0] is "add" and so on. */
int sj_group_add(const struct sj_tool *tool, int argc, char **argv);
int sj_group_set(const struct sj_tool *tool, int argc, char **argv);
int sj_group_del(const struct sj_tool *tool, int argc, char **argv);
int sj_group_list(const struct sj_tool *tool, int argc, char **argv);

/* What "group set" is told; NULL: nothing.  Lists are "a,b". */
struct sj_group_request {
	const char *gid;
	const char *members; /* instead of those who are there */
	const char *add;
	const char *remove;
};

/* Its lists, in the text; returns an exit status, all is said. */
int sj_group_edit_members(struct sj_change *change,
    const struct sj_group_def *group,
    const struct sj_group_request *request) SJ_MUST_CHECK;

/* members as a setting; items are borrowed. */
struct sj_edit_field sj_group_members_field(
    const char *const *items, size_t count);

/* Takes the name out of the members of every group that is ours to edit. */
enum sj_reason sj_group_forget(struct sj_change *change, const char *name,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
