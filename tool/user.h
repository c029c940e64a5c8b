/* SPDX-License-Identifier: ISC */
#ifndef SJ_USER_H
#define SJ_USER_H

/* Served users as the commands show them. */

#include <jansson.h>
#include <stdio.h>

#include "model.h"
#include "tool.h"

/* The subcommands of "user"; argv[0] is "add" and so on. */
int sj_user_add(const struct sj_tool *tool, int argc, char **argv);
int sj_user_set(const struct sj_tool *tool, int argc, char **argv);
int sj_user_del(const struct sj_tool *tool, int argc, char **argv);
int sj_user_import(const struct sj_tool *tool, int argc, char **argv);
int sj_user_show(const struct sj_tool *tool, int argc, char **argv);
int sj_user_list(const struct sj_tool *tool, int argc, char **argv);
int sj_user_lock(const struct sj_tool *tool, int argc, char **argv);
int sj_user_unlock(const struct sj_tool *tool, int argc, char **argv);

/*
 * A user as JSON: name, uid, gid, group, groups, gecos, home, shell, password,
 * disabled, not_before, expires, keys, jail, defined.  NULL: memory is short.
 */
json_t *sj_user_json(const struct sj_model *model, uint32_t index);

/* The keys of a user: [{type, fingerprint, comment}]. */
json_t *sj_user_json_keys(const struct sj_user_def *user);

/* "file:line". */
json_t *sj_user_json_defined(const struct sj_place *place);

/* A line for each key: type, fingerprint, comment; indent stands in front. */
void sj_user_put_keys(
    const struct sj_user_def *user, const char *indent, FILE *out);

/* The supplementary groups' names in C order; free() it, NULL: no memory. */
const char **sj_user_groups(
    const struct sj_model *model, uint32_t index, size_t *ret_count);

/* The name of the jail that takes the user, or NULL. */
const char *sj_user_jail(const struct sj_model *model, uint32_t index);

/* "user bob added: uid ...", and the sftp command to hand to the person. */
void sj_user_put_added(const struct sj_model *model,
    const struct sj_user_def *user, uint32_t index);
void sj_user_put_command(const char *name);

#endif
