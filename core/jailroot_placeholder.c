/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>

#include "cleanup.h"
#include "jailroot_check.h"
#include "server.h"

static void
visit_placeholder(void *context, const struct sj_path_step *step)
{
	struct sj_jailroot_check *check = context;
	bool is_missing = step->st == NULL && step->reason == SJ_ROOT_MISSING;

	/* The root itself was shown. */
	if (strcmp(step->path, "/") != 0)
		sj_jailroot_show(check,
		    sj_jailroot_host_path(check, step->path), step->st,
		    step->reason, is_missing);
}

/* Of the server's many places only what is wrong: the rest is one page more. */
static void
visit_server_place(void *context, const struct sj_path_step *step)
{
	if (step->reason != SJ_OK && step->reason != SJ_ROOT_MISSING)
		visit_placeholder(context, step);
}

/* Is there nothing at path, and can the login not make it? */
static enum sj_reason
check_missing(const struct sj_jailroot_check *check, int base_fd,
    const char *path, struct sj_fault *fault)
{
	struct statvfs fs;

	/* A chroot jail is not furnished. */
	if (check->jail->is_chroot || fstatvfs(base_fd, &fs) != 0 ||
	    (fs.f_flag & ST_RDONLY) == 0)
		return SJ_OK;
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
	    "the placeholder %s%s can't be made, its file system is read-only",
	    check->root, path);
}

/* What lies in the shell's or dev/log's place must be fit to be covered. */
static enum sj_reason
check_cover(struct sj_jailroot_check *check, int parent, const char *path,
    struct sj_fault *fault)
{
	struct stat st;

	if (fstatat(parent, strrchr(path, '/') + 1, &st, AT_SYMLINK_NOFOLLOW) !=
	    0)
		return check_missing(check, parent, path, fault);
	/* Old jails have a /dev/null of their own. */
	if (S_ISREG(st.st_mode) || S_ISSOCK(st.st_mode) || S_ISCHR(st.st_mode))
		return SJ_OK;
	return sj_fault_set(fault,
	    S_ISLNK(st.st_mode) ? SJ_ROOT_SYMLINK : SJ_SYSTEM_ERROR, 0,
	    "%s is in the place of a placeholder, want a file",
	    sj_jailroot_host_path(check, path));
}

static enum sj_reason
check_placeholder(struct sj_jailroot_check *check, const char *path,
    void (*visit)(void *context, const struct sj_path_step *step),
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct sj_path_rule rule = sj_path_rule_root;
	struct sj_fault inside;
	char parent[SJ_PATH_SIZE];
	enum sj_reason reason;
	size_t len = (size_t)(strrchr(path, '/') - path);

	memcpy(parent, path, len);
	parent[len] = '\0';
	rule.uid = check->host->uid;
	rule.root_fd = check->root_fd;
	rule.visit = visit;
	rule.context = check;
	reason = sj_path_open(len > 0 ? parent : "/", &rule, &fd, &inside);
	if (reason == SJ_ROOT_MISSING)
		return check_missing(check, check->root_fd, path, fault);
	if (reason == SJ_OK)
		return check_cover(check, fd, path, fault);
	return sj_fault_set(
	    fault, reason, 0, "in the jail %s: %s", check->root, inside.where);
}

/* Where the sftp server's files are put, none of them in the shell's place. */
static enum sj_reason
check_server_places(
    struct sj_jailroot_check *check, const char *shell, struct sj_fault *fault)
{
	struct sj_server_places places = {.server = check->host->server};
	enum sj_reason reason = SJ_OK;
	const char *path;

	while (
	    reason == SJ_OK && (path = sj_server_next_place(&places)) != NULL) {
		if (strcmp(path, shell) == 0)
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
			    "the login shell \"%s\" is a file of sftp_server; "
			    "give the user another one",
			    shell);
		if (check->root_fd >= 0)
			reason = check_placeholder(
			    check, path, visit_server_place, fault);
	}
	return reason;
}

void
sj_jailroot_check_placeholders(struct sj_jailroot_check *check)
{
	char shell[SJ_PATH_SIZE];
	struct sj_fault fault;
	enum sj_reason reason = SJ_OK;

	check->role = SJ_JAILROOT_PLACEHOLDER;
	if (!sj_jailroot_shell(check->user, shell))
		reason = sj_fault_set(&fault, SJ_SYSTEM_ERROR, 0,
		    "the login shell \"%s\" can't be shown in the jail",
		    check->user->shell);
	else if (check->root_fd >= 0)
		reason =
		    check_placeholder(check, shell, visit_placeholder, &fault);
	if (reason == SJ_OK && check->root_fd >= 0 &&
	    sj_jailroot_has_log(check->jail))
		reason = check_placeholder(
		    check, SJ_JAILROOT_LOG, visit_placeholder, &fault);
	if (reason == SJ_OK)
		reason = check_server_places(check, shell, &fault);
	sj_jailroot_finish(check, reason, reason == SJ_OK ? "" : fault.where);
}

static bool
is_in_the_way(const char *path, const char *placeholder)
{
	return sj_jailroot_holds(path, placeholder) ||
	       sj_jailroot_holds(placeholder, path);
}

bool
sj_jailroot_is_over_placeholder(const struct sj_jail *jail,
    const struct sj_jail_user *user, const struct sj_server *server,
    const char *path)
{
	struct sj_server_places places = {.server = server};
	char shell[SJ_PATH_SIZE];
	const char *place;

	if (sj_jailroot_shell(user, shell) && is_in_the_way(path, shell))
		return true;
	while ((place = sj_server_next_place(&places)) != NULL)
		if (is_in_the_way(path, place))
			return true;
	return sj_jailroot_has_log(jail) &&
	       is_in_the_way(path, SJ_JAILROOT_LOG);
}
