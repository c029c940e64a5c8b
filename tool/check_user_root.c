/* SPDX-License-Identifier: ISC */

/* The directories of one user's jail, and his login shell. */

#include "check.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct sj_problem_kind shell_missing = {"shell-missing", SJ_ERROR,
    "sshd refuses users whose login shell is not there"};
static const struct sj_problem_kind no_log = {
    "devlog-missing", SJ_WARNING, "transfers of this jail are not logged"};
static const struct sj_problem_kind no_log_required = {"devlog-missing",
    SJ_ERROR, "the jail has transfer_log = \"required\": its users are denied"};

struct visit {
	struct sj_checkup *check;
	const struct sj_check_user *user;
	/* Of the first bad component. */
	char fix[SJ_PATH_SIZE + 64];
	char path[SJ_PATH_SIZE];
};

/* Not each of them has a command that mends it. */
static const char *
fix_of(const char *command)
{
	return command[0] != '\0'
		   ? command
		   : "see what REASONS in sftpjail(8) says of it";
}

/* The result tells of the first bad component only; each needs mending. */
static void
note_more(const struct visit *visit, const struct sj_jailroot_path *path)
{
	char what[SJ_PATH_SIZE + 128];
	const struct sj_tally_cause cause = {
	    .kind = {sj_reason_token(path->reason), SJ_ERROR,
		sj_reason_message(path->reason)},
	    .path = path->path,
	    .what = what,
	    .fix = fix_of(path->fix),
	};

	(void)snprintf(what, sizeof(what), "%s: %s", path->path,
	    sj_reason_message(path->reason));
	sj_tally_note(&visit->check->tally, &cause, visit->user->user.name);
}

static void
see_path(void *context, const struct sj_jailroot_path *path)
{
	struct visit *visit = context;

	if (path->reason == SJ_OK)
		return;
	if (visit->check->mends != NULL)
		sj_mends_note(visit->check->mends, path);
	if (visit->path[0] != '\0') {
		note_more(visit, path);
		return;
	}
	(void)snprintf(visit->path, sizeof(visit->path), "%s", path->path);
	(void)snprintf(visit->fix, sizeof(visit->fix), "%s", path->fix);
}

static void
see_result(void *context, const struct sj_jailroot_result *result)
{
	struct visit *visit = context;
	struct sj_tally_cause cause = {.what = result->detail};
	bool is_log = result->role == SJ_JAILROOT_LOG_SOCKET;

	if (is_log && (result->is_warning || result->reason != SJ_OK)) {
		cause.kind = result->reason == SJ_OK ? no_log : no_log_required;
		cause.fix = "start the syslog daemon";
	} else if (result->reason != SJ_OK) {
		cause.kind.id = sj_reason_token(result->reason);
		cause.kind.severity = SJ_ERROR;
		cause.kind.why = sj_reason_message(result->reason);
		cause.path = visit->path[0] == '\0' ? NULL : visit->path;
		cause.fix = fix_of(visit->fix);
	} else {
		return;
	}
	sj_tally_note(&visit->check->tally, &cause, visit->user->user.name);
	visit->path[0] = visit->fix[0] = '\0';
}

void
sj_check_user_root(struct sj_checkup *check, const struct sj_check_user *user)
{
	const struct sj_jailroot_host host = {.root_fd = -1,
	    .uid = 0,
	    .server = check->has_server ? &check->server : NULL};
	struct visit visit = {.check = check, .user = user};
	const struct sj_jailroot_visitor visitor = {
	    .path = see_path, .result = see_result, .context = &visit};
	struct sj_fault fault;

	/* Everything it finds, the visitor was told. */
	if (sj_jailroot_check(
		user->jail, &user->user, &host, &visitor, &fault) != SJ_OK)
		return;
}

void
sj_check_user_shell(struct sj_checkup *check, const struct sj_check_user *user)
{
	const char *shell = user->user.shell;
	struct sj_tally_cause cause = {.kind = shell_missing,
	    .what = "the login shell is no executable file",
	    .fix = "set another shell, or install it"};
	struct stat st;

	if (shell == NULL || shell[0] == '\0')
		shell = "/bin/sh";
	cause.path = shell;
	/* Ours was looked at already. */
	if (strcmp(shell, SJ_SHELL) == 0)
		return;
	if (stat(shell, &st) != 0 || !S_ISREG(st.st_mode) ||
	    (st.st_mode & 0111) == 0)
		sj_tally_note(&check->tally, &cause, user->user.name);
}
