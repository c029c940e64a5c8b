/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "jailroot_check.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"

const char *
sj_jailroot_role_name(enum sj_jailroot_role role)
{
	switch (role) {
	case SJ_JAILROOT_ROOT:
		return "root";
	case SJ_JAILROOT_PLACEHOLDER:
		return "placeholder";
	case SJ_JAILROOT_WRITABLE:
		return "writable";
	case SJ_JAILROOT_START:
		return "start";
	case SJ_JAILROOT_MOUNT:
	case SJ_JAILROOT_LOG_SOCKET:
		return "mount";
	}
	return "root";
}

enum sj_reason
sj_jailroot_expand_template(const char *template,
    const struct sj_jail_user *user, enum sj_reason reason, char *ret_path,
    struct sj_fault *fault)
{
	const struct sj_template_values values = {
	    .user = user->name,
	    .home = user->home,
	    .group = user->group,
	};
	enum sj_reason result;

	result = sj_template_expand(template, &values, reason, ret_path, fault);
	/* The home of many a system user. */
	if (result == SJ_OK && strcmp(ret_path, "/") == 0)
		return sj_fault_set(fault, reason, 0,
		    "\"%s\" expands to \"/\", which is all of the host",
		    template);
	return result;
}

enum sj_reason
sj_jailroot_expand(const struct sj_jail *jail, const struct sj_jail_user *user,
    char *ret_path, struct sj_fault *fault)
{
	return sj_jailroot_expand_template(
	    jail->root, user, SJ_ROOT_MISSING, ret_path, fault);
}

bool
sj_jailroot_holds(const char *directory, const char *path)
{
	size_t len = strlen(directory);

	if (strcmp(directory, "/") == 0)
		return true;
	return strncmp(directory, path, len) == 0 &&
	       (path[len] == '\0' || path[len] == '/');
}

bool
sj_jailroot_has_log(const struct sj_jail *jail)
{
	return !jail->is_chroot && jail->transfer_log != SJ_TRANSFER_LOG_OFF;
}

bool
sj_jailroot_shell(const struct sj_jail_user *user, char *ret_path)
{
	const char *shell = user->shell;

	if (shell == NULL || shell[0] == '\0')
		shell = "/bin/sh";
	return shell[0] == '/' && sj_jail_path_normalise(shell, ret_path) &&
	       strcmp(ret_path, "/") != 0;
}

const char *
sj_jailroot_host_path_in(
    struct sj_jailroot_check *check, int mount, const char *rest)
{
	char source[SJ_PATH_SIZE];
	const char *top = check->root;
	struct sj_fault fault;

	if (mount != SJ_JAILMOUNT_NONE) {
		top = sj_jail_mount(check->jail, (uint32_t)mount).target;
		if (sj_jailmount_source(check->jail, check->user,
			(uint32_t)mount, source, &fault) == SJ_OK)
			top = source;
	}
	(void)snprintf(check->path, sizeof(check->path), "%s%s", top, rest);
	if (check->path[0] == '\0')
		(void)snprintf(check->path, sizeof(check->path), "/");
	return check->path;
}

const char *
sj_jailroot_host_path(struct sj_jailroot_check *check, const char *inside)
{
	const char *rest;
	int mount =
	    sj_jailmount_find(check->jail, check->mounts.shown, inside, &rest);

	return sj_jailroot_host_path_in(check, mount, rest);
}

/* Kept out of line: a login shows nothing and shall not pay for this stack. */
static __attribute__((noinline)) void
tell_path(const struct sj_jailroot_check *check, struct sj_jailroot_path *shown)
{
	char fix[SJ_JAILROOT_FIX_SIZE];

	shown->fix = fix;
	sj_jailroot_fix(check, shown, fix);
	check->visitor->path(check->visitor->context, shown);
}

void
sj_jailroot_show(struct sj_jailroot_check *check, const char *path,
    const struct stat *st, enum sj_reason reason, bool is_to_make)
{
	struct sj_jailroot_path shown = {
	    .role = check->role,
	    .path = path,
	    .st = st,
	    .is_to_make = is_to_make,
	    .reason = is_to_make ? SJ_OK : reason,
	};

	if (check->visitor != NULL && check->visitor->path != NULL)
		tell_path(check, &shown);
}

void
sj_jailroot_finish(
    struct sj_jailroot_check *check, enum sj_reason reason, const char *detail)
{
	const struct sj_jailroot_result result = {
	    .role = check->role,
	    .reason = reason,
	    .detail = detail,
	};

	if (check->reason == SJ_OK && reason != SJ_OK)
		check->reason =
		    sj_fault_set(check->fault, reason, 0, "%s", detail);
	if (check->visitor != NULL && check->visitor->result != NULL)
		check->visitor->result(check->visitor->context, &result);
}

void
sj_jailroot_warn(struct sj_jailroot_check *check, const char *detail)
{
	const struct sj_jailroot_result result = {
	    .role = check->role,
	    .is_warning = true,
	    .detail = detail,
	};

	if (check->visitor != NULL && check->visitor->result != NULL)
		check->visitor->result(check->visitor->context, &result);
}

void
sj_jailroot_skip(struct sj_jailroot_check *check, enum sj_jailroot_role role,
    const char *detail)
{
	const struct sj_jailroot_result result = {
	    .role = role,
	    .is_skipped = true,
	    .detail = detail,
	};

	if (check->visitor != NULL && check->visitor->result != NULL)
		check->visitor->result(check->visitor->context, &result);
}

static void
visit_root(void *context, const struct sj_path_step *step)
{
	struct sj_jailroot_check *check = context;
	bool is_missing = step->st == NULL && step->reason == SJ_ROOT_MISSING;

	sj_jailroot_show(check, step->path, step->st, step->reason,
	    is_missing && check->jail->is_create);
}

static bool
check_virtual_root(struct sj_jailroot_check *check)
{
	check->root[0] = '\0';
	sj_jailroot_finish(check, SJ_OK, "virtual: made in memory");
	return true;
}

/*
 * No reason to deny: a session works below, if it can do without absolute
 * paths.  Which of the user's groups lets him in is not known here.
 */
static void
finish_root(struct sj_jailroot_check *check)
{
	struct stat st;

	if (fstat(check->root_fd, &st) == 0 && (st.st_mode & 001) == 0 &&
	    ((st.st_mode & 010) == 0 || st.st_gid == 0)) {
		(void)snprintf(check->path, sizeof(check->path),
		    "%s is root's alone: the user can't enter it, unless an "
		    "ACL lets him (chmod o+x)",
		    check->root);
		sj_jailroot_warn(check, check->path);
		return;
	}
	sj_jailroot_finish(check, SJ_OK, check->root);
}

/* True if there is something, or will be, to look into further. */
static bool
check_root(struct sj_jailroot_check *check)
{
	struct sj_path_rule rule = sj_path_rule_root;
	struct sj_fault fault;
	enum sj_reason reason;

	check->role = SJ_JAILROOT_ROOT;
	if (check->jail->is_virtual)
		return check_virtual_root(check);
	rule.uid = check->host->uid;
	rule.root_fd = check->host->root_fd;
	rule.visit = visit_root;
	rule.context = check;
	reason =
	    sj_jailroot_expand(check->jail, check->user, check->root, &fault);
	if (reason != SJ_OK) {
		sj_jailroot_finish(check, reason, fault.where);
		return false;
	}
	reason = sj_path_open(check->root, &rule, &check->root_fd, &fault);
	if (reason == SJ_ROOT_MISSING && check->jail->is_create) {
		(void)snprintf(check->path, sizeof(check->path),
		    "%s will be made", check->root);
		sj_jailroot_finish(check, SJ_OK, check->path);
		return true;
	}
	if (reason == SJ_OK)
		finish_root(check);
	else
		sj_jailroot_finish(check, reason, fault.where);
	return reason == SJ_OK;
}

static void
check_log(struct sj_jailroot_check *check)
{
	const int root_fd = check->host->root_fd;
	struct stat st;
	int result;

	check->role = SJ_JAILROOT_LOG_SOCKET;
	result = root_fd < 0 ? stat(SJ_JAILROOT_LOG, &st)
			     : fstatat(root_fd, &SJ_JAILROOT_LOG[1], &st, 0);
	if (result == 0 && S_ISSOCK(st.st_mode))
		sj_jailroot_finish(check, SJ_OK, SJ_JAILROOT_LOG);
	else if (check->jail->transfer_log == SJ_TRANSFER_LOG_REQUIRED)
		sj_jailroot_finish(check, SJ_MOUNT_MISSING,
		    "/dev/log is no socket to log transfers to");
	else
		sj_jailroot_warn(
		    check, "no /dev/log: transfers are not logged");
}

enum sj_reason
sj_jailroot_check(const struct sj_jail *jail, const struct sj_jail_user *user,
    const struct sj_jailroot_host *host,
    const struct sj_jailroot_visitor *visitor, struct sj_fault *fault)
{
	static const char no_root[] = "the root could not be opened";
	/* Big, and only in small part used: not worth clearing. */
	struct sj_jailroot_check check;

	check.jail = jail;
	check.user = user;
	check.host = host;
	check.visitor = visitor;
	check.fault = fault;
	check.reason = SJ_OK;
	check.role = SJ_JAILROOT_ROOT;
	check.root_fd = -1;
	check.is_place = false;
	sj_jailroot_open_mounts(&check);
	if (check_root(&check)) {
		sj_jailroot_check_placeholders(&check);
		sj_jailroot_check_writables(&check);
		sj_jailroot_check_start(&check);
	} else {
		sj_jailroot_skip(&check, SJ_JAILROOT_PLACEHOLDER, no_root);
		sj_jailroot_skip(&check, SJ_JAILROOT_WRITABLE, no_root);
		sj_jailroot_skip(&check, SJ_JAILROOT_START, no_root);
	}
	sj_jailroot_check_mounts(&check);
	if (host->server != NULL && !jail->is_chroot)
		sj_jailroot_check_server(&check);
	if (sj_jailroot_has_log(jail))
		check_log(&check);
	if (check.root_fd >= 0)
		(void)close(check.root_fd);
	sj_jailmounts_clear(&check.mounts);
	return check.reason;
}
