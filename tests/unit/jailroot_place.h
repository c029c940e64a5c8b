/* SPDX-License-Identifier: ISC */
#ifndef SJ_JAILROOT_PLACE_H
#define SJ_JAILROOT_PLACE_H

/* A jail in a directory that stands for "/", and what its check tells. */

#include <fcntl.h>
#include <stdint.h>

#include "jailroot.h"
#include "test.h"
#include "tree.h"

#define ROOT "srv/alice"

static char *tree;
static int tree_fd;
static const struct sj_server *tree_server; /* NULL: none */

/* What a visitor was told, a line for each. */
struct told {
	char text[16384];
	char fix[4096]; /* of the first bad component */
};

static inline void
told_add(struct told *told, const char *line)
{
	size_t len = strlen(told->text);

	(void)snprintf(
	    told->text + len, sizeof(told->text) - len, "%s\n", line);
}

static inline void
see_path(void *context, const struct sj_jailroot_path *path)
{
	struct told *told = context;
	char line[8192];

	(void)snprintf(line, sizeof(line), "%s %s %s%s",
	    sj_jailroot_role_name(path->role), path->path,
	    sj_reason_token(path->reason), path->is_to_make ? " make" : "");
	told_add(told, line);
	CHECK((path->fix[0] != '\0') == (path->reason != SJ_OK));
	if (told->fix[0] == '\0')
		(void)snprintf(told->fix, sizeof(told->fix), "%s", path->fix);
}

static inline void
see_result(void *context, const struct sj_jailroot_result *result)
{
	struct told *told = context;
	char line[8192];

	(void)snprintf(line, sizeof(line), "= %s %s",
	    sj_jailroot_role_name(result->role),
	    result->is_skipped	 ? "skip"
	    : result->is_warning ? "warn"
				 : sj_reason_token(result->reason));
	told_add(told, line);
}

static inline struct sj_jail
jail_of(void)
{
	const struct sj_jail jail = {
	    .name = "test",
	    .root = "/srv/%u",
	    .start = "/upload",
	    .writable = {"/upload", sizeof("/upload"), 1},
	    .writable_group = "",
	    .message = "",
	};

	return jail;
}

static inline struct sj_jail_user
user_of(void)
{
	const struct sj_jail_user user = {
	    .name = "alice",
	    .home = "/home/alice",
	    .group = "users",
	    .shell = "/bin/shell",
	    .uid = geteuid(),
	    .gid = getegid(),
	};

	return user;
}

static inline void
must(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
}

static inline void
fresh(void)
{
	if (tree != NULL) {
		(void)close(tree_fd);
		tree_remove(tree);
	}
	tree = tree_make();
	tree_fd = open(tree, O_RDONLY | O_DIRECTORY);
	must(tree_fd, tree);
	must(fchmod(tree_fd, 0755), "fchmod");
	must(mkdirat(tree_fd, "srv", 0755), "srv");
	must(mkdirat(tree_fd, ROOT, 0755), ROOT);
	must(mkdirat(tree_fd, ROOT "/upload", 0700), "upload");
}

static inline void
sh(const char *script)
{
	char *command = NULL;

	if (asprintf(&command, "cd %s && umask 022 && %s", tree, script) < 0 ||
	    system(command) != 0)
		must(-1, script);
	free(command);
}

static inline enum sj_reason
check(const struct sj_jail *jail, struct told *ret_told, struct sj_fault *fault)
{
	const struct sj_jail_user user = user_of();
	const struct sj_jailroot_host host = {tree_fd, geteuid(), tree_server};
	const struct sj_jailroot_visitor visitor = {
	    see_path, see_result, ret_told};
	struct sj_fault quiet_fault = {0};
	enum sj_reason reason, quiet;

	memset(ret_told, 0, sizeof(*ret_told));
	reason = sj_jailroot_check(jail, &user, &host, &visitor, fault);
	quiet = sj_jailroot_check(jail, &user, &host, NULL, &quiet_fault);
	CHECK_INT(quiet, reason);
	if (reason != SJ_OK)
		CHECK_STR(quiet_fault.where, fault->where);
	return reason;
}

#endif
