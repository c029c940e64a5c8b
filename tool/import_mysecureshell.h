/* SPDX-License-Identifier: ISC */
#ifndef SJ_IMPORT_MYSECURESHELL_H
#define SJ_IMPORT_MYSECURESHELL_H

/* For import_mysecureshell*.c: sftp_config as its own reader sees it. */

#include "import.h"
#include "table.h"

enum sj_mss_scope_kind {
	SJ_MSS_EVERYBODY, /* <Default>, or outside of all tags */
	SJ_MSS_USER,
	SJ_MSS_GROUP,
	SJ_MSS_OTHER /* what no jail can be chosen by */
};

/* A tag; those of one user or group are one. */
struct sj_mss_scope {
	enum sj_mss_scope_kind kind;
	const char *name;
	struct sj_import_place place;
	size_t first; /* its first line in settings, or SIZE_MAX */
	size_t last;
};

enum sj_mss_key {
	SJ_MSS_HOME,
	SJ_MSS_STAY_AT_HOME,
	SJ_MSS_VIRTUAL_CHROOT,
	SJ_MSS_LIMIT_BY_USER,
	SJ_MSS_LIMIT_BY_IP,
	SJ_MSS_DOWNLOAD,
	SJ_MSS_MAX_LIFE,
	SJ_MSS_CREATE_HOME,
	SJ_MSS_DISABLE_ACCOUNT,
	SJ_MSS_DEFAULT_RIGHTS,
	SJ_MSS_KEY_COUNT
};

/* A line that a jail can have, read. */
struct sj_mss_setting {
	enum sj_mss_key key;
	struct sj_import_place place;
	const char *text; /* home: a template; rights: a umask */
	uint64_t number;  /* the others; a truth value is 0 or 1 */
	size_t next;	  /* of the same scope, or SIZE_MAX */
};

struct sj_mss_config {
	struct sj_mss_scope *scopes; /* [0] is everybody */
	size_t scope_count;
	struct sj_table scope_table;
	struct sj_mss_setting *settings;
	size_t setting_count;
};

/* Reads the file and what it includes; what no jail can have is said. */
enum sj_reason sj_import_mysecureshell_load(struct sj_import *import,
    const char *path, struct sj_mss_config *ret_config,
    struct sj_fault *fault) SJ_MUST_CHECK;
void sj_import_mysecureshell_clear(struct sj_mss_config *config);

/*
 * Reads the words behind a keyword, NULL ends.  True: *ret_setting has key,
 * text and number.  False: said, or nothing is lost.
 */
bool sj_import_mysecureshell_value(struct sj_import *import,
    const struct sj_import_place *place, const char *const *words,
    struct sj_mss_setting *ret_setting);

#endif
