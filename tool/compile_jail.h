/* SPDX-License-Identifier: ISC */
#ifndef SJ_COMPILE_JAIL_H
#define SJ_COMPILE_JAIL_H

/* Reading one jail; private to compile_jail*.c. */

#include "compile.h"

enum sj_jail_setting {
	SJ_JAIL_NAME = 0,
	SJ_JAIL_USERS,
	SJ_JAIL_GROUPS,
	SJ_JAIL_EXCEPT_USERS,
	SJ_JAIL_EXCEPT_GROUPS,
	SJ_JAIL_SERVICES,
	SJ_JAIL_ISOLATION,
	SJ_JAIL_ROOT,
	SJ_JAIL_CREATE,
	SJ_JAIL_WRITABLE,
	SJ_JAIL_WRITABLE_MODE,
	SJ_JAIL_WRITABLE_GROUP,
	SJ_JAIL_START,
	SJ_JAIL_MOUNTS,
	SJ_JAIL_READ_ONLY,
	SJ_JAIL_TRANSFER_LOG,
	SJ_JAIL_NETWORK,
	SJ_JAIL_UMASK,
	SJ_JAIL_FROM,
	SJ_JAIL_HOURS,
	SJ_JAIL_AUTH,
	SJ_JAIL_MAX_SESSIONS,
	SJ_JAIL_MAX_PER_ADDRESS,
	SJ_JAIL_SESSION_TIME,
	SJ_JAIL_DOWNLOAD_RATE,
	SJ_JAIL_MESSAGE,
	SJ_JAIL_SETTING_COUNT
};

struct sj_jail_reader {
	struct sj_compile *compile;
	struct sj_where where; /* jails[N] */
	const struct sj_node *at[SJ_JAIL_SETTING_COUNT];
	struct sj_jail jail;
};

/* "VALUE" what, expected expected: of the setting or one item of its list. */
void sj_jail_error(struct sj_jail_reader *reader, enum sj_jail_setting setting,
    uint32_t item, const char *what, const char *expected);

/* root, create, writable, writable_mode, writable_group, start, mounts. */
void sj_jail_read_paths(struct sj_jail_reader *reader);

/* Part of it: sorted, those that others lie in first. */
void sj_jail_read_mounts(struct sj_jail_reader *reader);

/* When all of the jail was read: what mounts and root ask of the rest. */
void sj_jail_check_mounts(struct sj_jail_reader *reader);

/* True if the template stands for an absolute path without "..". */
bool sj_jail_is_template(const char *text);

/* Normalises a path inside the jail; false if it is none, or its root. */
bool sj_jail_normalise_below(const char *text, char *ret_path);

/* All that is no path and says what a session may do. */
void sj_jail_read_limits(struct sj_jail_reader *reader);

#endif
