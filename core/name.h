/* SPDX-License-Identifier: ISC */
#ifndef SJ_NAME_H
#define SJ_NAME_H

/*
 * What names, templates and paths inside a jail may look like, and addresses.
 * Pure functions; thread-safe; nothing is allocated.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reason.h"

#define SJ_USER_NAME_MAX 32 /* bytes, without the NUL: useradd(8) */
#define SJ_JAIL_NAME_MAX 64
#define SJ_PATH_SIZE 4096 /* bytes, with the NUL: PATH_MAX of Linux */

/* [a-z_][a-z0-9_.-]{0,31} without a trailing dot; groups likewise. */
bool sj_name_is_user(const char *name);

/* [A-Za-z0-9_.-]{1,64} */
bool sj_name_is_jail(const char *name);

/* What %u, %h and %g of a template stand for; any of them may be NULL. */
struct sj_template_values {
	const char *user;
	const char *home;
	const char *group;
};

/* True if every % of the template is one of %u %h %g %%. */
bool sj_template_is_valid(const char *template);

/* True if it holds %u or %h: each user has a result of his own. */
bool sj_template_depends_on_user(const char *template);

/*
 * Expands template into ret_path (SJ_PATH_SIZE bytes) and checks the result:
 * absolute, no ".." component, not longer than the buffer.  Doubled and
 * trailing slashes are dropped.  Anything else: reason, with the cause.
 */
enum sj_reason sj_template_expand(const char *template,
    const struct sj_template_values *values, enum sj_reason reason,
    char *ret_path, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * Normalises a path inside a jail: one leading '/', none doubled or trailing;
 * "." components are dropped.  False if it has a ".." component or does not
 * fit into SJ_PATH_SIZE bytes.  The root of the jail is "/".
 */
bool sj_jail_path_normalise(const char *path, char *ret_path);

/* An address or network of either family: IPv4 in the first four bytes. */
struct sj_net {
	uint8_t family; /* 4 or 6 */
	uint8_t prefix; /* bits: 0..32 or 0..128 */
	uint8_t addr[16];
};

/*
 * A numeric address, never a name; ::ffff:a.b.c.d becomes IPv4; a scope
 * ("%eth0") is not understood.  prefix is set to all bits.
 */
bool sj_addr_parse(const char *text, struct sj_net *ret_addr);

enum sj_net_error {
	SJ_NET_OK = 0,
	SJ_NET_SYNTAX,
	SJ_NET_PREFIX,
	SJ_NET_HOST_BITS
};

/* "ADDRESS" or "ADDRESS/PREFIX"; bits set behind the prefix are an error. */
enum sj_net_error sj_net_parse(const char *text, struct sj_net *ret_net);

/* True if addr lies in net; never across families. */
bool sj_net_contains(const struct sj_net *net, const struct sj_net *addr);

#endif
