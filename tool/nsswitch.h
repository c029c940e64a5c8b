/* SPDX-License-Identifier: ISC */
#ifndef SJ_NSSWITCH_H
#define SJ_NSSWITCH_H

/* Reads nsswitch.conf(5) as glibc does. */

#include <stdbool.h>
#include <stddef.h>

#include "reason.h"
#include "sysfile.h"

#define SJ_NSS_PATH SJ_SYSCONFDIR "/nsswitch.conf"

enum sj_nss_status {
	SJ_NSS_TRYAGAIN = 0,
	SJ_NSS_UNAVAIL,
	SJ_NSS_NOTFOUND,
	SJ_NSS_SUCCESS
};
#define SJ_NSS_STATUS_COUNT 4

enum sj_nss_action { SJ_NSS_CONTINUE = 0, SJ_NSS_RETURN, SJ_NSS_MERGE };

struct sj_nss_service {
	const char *name;
	enum sj_nss_action actions[SJ_NSS_STATUS_COUNT];
};

/* A line "database: service ..."; owned by the config. */
struct sj_nss_line {
	const char *database;
	unsigned int line;
	struct sj_nss_service *services;
	size_t service_count;
	bool is_bad; /* has something that glibc does not understand */
};

struct sj_nsswitch {
	struct sj_nss_line *lines;
	size_t line_count;
	struct sj_sysfile *files;
};

/*
 * Reads root + SJ_NSS_PATH (root NULL: the host's).  SJ_SYSTEM_ERROR: it can't
 * be read, with sys_errno.  Clear it in either case.
 */
enum sj_reason sj_nsswitch_load(const char *root,
    struct sj_nsswitch *ret_config, struct sj_fault *fault) SJ_MUST_CHECK;

/* The same of a text; only the lack of memory can be wrong. */
enum sj_reason sj_nsswitch_parse(const char *text,
    struct sj_nsswitch *ret_config, struct sj_fault *fault) SJ_MUST_CHECK;

void sj_nsswitch_clear(struct sj_nsswitch *config);

/* The line of a database that counts (the last one), or NULL. */
const struct sj_nss_line *sj_nsswitch_find(
    const struct sj_nsswitch *config, const char *database);

/* The first place of a service on the line, or NULL. */
const struct sj_nss_service *sj_nss_line_find(
    const struct sj_nss_line *line, const char *service);

#endif
