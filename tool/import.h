/* SPDX-License-Identifier: ISC */
#ifndef SJ_IMPORT_H
#define SJ_IMPORT_H

/*
 * Configurations of others, made into ours: what each reader of import_*.c
 * shares.  The configuration goes to out; to say goes a line for each line
 * that was not carried over as it stands:
 *
 *	FILE:LINE: lost: TEXT: why		nothing does the same
 *	FILE:LINE: keep: TEXT: why		stays in sshd_config
 *	FILE:LINE: remove: TEXT			goes, once ours is in force
 *	FILE:LINE: change: TEXT			becomes that
 *	note: what is to be known of the whole
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "arena.h"
#include "sysfile.h"

struct sj_import {
	FILE *out;
	FILE *say;
	bool is_part;		 /* for conf.d: no version, no ids */
	unsigned int lost_count; /* lines of "lost" */
	bool is_short;		 /* memory was short: the output is not whole */
	struct sj_arena arena;	 /* strings that are made here */
	struct sj_sysfile *files;
};

/* Frees what was read and made; out and say are the caller's. */
void sj_import_clear(struct sj_import *import);

/* A line of a file, 0: none; borrowed. */
struct sj_import_place {
	const char *path;
	unsigned int line;
};

/* verb is one of those above; text and the rest are made safe to print. */
void sj_import_say(struct sj_import *import,
    const struct sj_import_place *place, const char *verb, const char *format,
    ...) __attribute__((format(printf, 4, 5)));

#define SJ_IMPORT_LOST "lost"
#define SJ_IMPORT_KEEP "keep"
#define SJ_IMPORT_REMOVE "remove"
#define SJ_IMPORT_CHANGE "change"

void sj_import_note(struct sj_import *import, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Reads a file into import->files, text in *ret_text (written to by the
 * readers).  SJ_SYSTEM_ERROR: can't be read, is too large or holds a NUL.
 */
enum sj_reason sj_import_load(struct sj_import *import, const char *path,
    char **ret_text, struct sj_fault *fault) SJ_MUST_CHECK;

/* A string of import->arena; "" where memory is short. */
const char *sj_import_copy(
    struct sj_import *import, const char *text, size_t len);
const char *sj_import_printf(struct sj_import *import, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Borrowed strings.  Starts zeroed. */
struct sj_import_list {
	const char **items;
	size_t count;
};

void sj_import_list_add(
    struct sj_import *import, struct sj_import_list *list, const char *item);
void sj_import_list_join(struct sj_import *import, struct sj_import_list *list,
    const struct sj_import_list *more);
bool sj_import_list_has(const struct sj_import_list *list, const char *item);

/* What to print of a jail; all zero is: not set.  Borrowed strings. */
struct sj_import_jail {
	struct sj_import_place place;
	const char *origin; /* a comment: what it was made of */
	const char *name;
	struct sj_import_list users;
	struct sj_import_list groups;
	struct sj_import_list except_users;
	struct sj_import_list except_groups;
	struct sj_import_list from;
	struct sj_import_list auth;
	const char *root;
	const char *mount; /* the source of one that start shows, or NULL */
	const char *start;
	const char *umask;
	bool is_read_only;
	uint64_t max_sessions;
	uint64_t max_sessions_per_address;
	uint64_t session_time_sec;
	uint64_t download_rate;
};

/* Frees the lists, not what they hold. */
void sj_import_jail_clear(struct sj_import_jail *jail);

/* The lines in front of everything, with "version" where it is no part. */
void sj_import_begin(struct sj_import *import, const char *source);

/* "jails = ( ... );", one element after the other. */
void sj_import_jails_begin(struct sj_import *import);
void sj_import_jail_put(
    struct sj_import *import, const struct sj_import_jail *jail, bool is_first);
void sj_import_jails_end(struct sj_import *import);

/* [ "a", "b" ] */
void sj_import_list_put(
    struct sj_import *import, const struct sj_import_list *list);

/* Is text, in a list of a jail, the name of one user or group? */
bool sj_import_is_name(const char *text);

/* No control characters. */
bool sj_import_is_plain(const char *text);

/*
 * Is template one for root?  Else *ret_why is a phrase: "is no ...".
 */
bool sj_import_is_root(const char *template, const char **ret_why);

/* Cuts line at each ':'; fields behind the last are "".  How many there are. */
size_t sj_import_fields(char *line, char **ret_fields, size_t field_count);

/*
 * Whom the jail takes that stands for everybody with a certain login shell:
 * the members of a group (NULL: none), or the accounts of a file in the format
 * of passwd(5) whose shell has one of these names (NULL ends).
 */
struct sj_import_everybody {
	const char *group;
	const char *passwd_path;
};

enum sj_reason sj_import_find_shells(struct sj_import *import,
    const char *passwd_path, const char *const *shells,
    struct sj_import_list *ret_users, struct sj_fault *fault) SJ_MUST_CHECK;

/* The readers.  SJ_SYSTEM_ERROR: a file can't be read. */

enum sj_reason sj_import_sshd(struct sj_import *import, const char *path,
    struct sj_fault *fault) SJ_MUST_CHECK;

struct sj_import_accounts {
	const char *passwd_path;
	const char *group_path;
	const char *shadow_path; /* NULL: no hashes */
	const char *group;	 /* a name or a gid */
};
enum sj_reason sj_import_passwd(struct sj_import *import,
    const struct sj_import_accounts *accounts,
    struct sj_fault *fault) SJ_MUST_CHECK;

enum sj_reason sj_import_mysecureshell(struct sj_import *import,
    const char *path, const struct sj_import_everybody *everybody,
    struct sj_fault *fault) SJ_MUST_CHECK;

enum sj_reason sj_import_rssh(struct sj_import *import, const char *path,
    const struct sj_import_everybody *everybody,
    struct sj_fault *fault) SJ_MUST_CHECK;

#endif
