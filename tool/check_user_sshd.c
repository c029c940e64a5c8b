/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE

/* What sshd_config says to one user of a jail. */

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cleanup.h"
#include "keyfiles.h"

static const struct sj_problem_kind chroot_kind = {"sshd-chroot", SJ_ERROR,
    "sshd looks for the directory inside our jail, finds none, and ends the "
    "session"};
static const struct sj_problem_kind force_kind = {"sshd-forcecommand", SJ_ERROR,
    "sshd runs the command by the login shell, which refuses it: no sftp"};
static const struct sj_problem_kind access_kind = {"sshd-access", SJ_ERROR,
    "sshd refuses the user before PAM is asked, and nobody is told why"};
static const struct sj_problem_kind keys_kind = {"sshd-keys", SJ_ERROR,
    "sshd does not look at the keys that sftpjail keeps: they do not log in"};
static const struct sj_problem_kind key_file = {
    "key-file-missing", SJ_ERROR, "the keys do not log in"};
static const struct sj_problem_kind command_user = {"sshd-keys", SJ_ERROR,
    "sshd does not start with AuthorizedKeysCommand and no user to run it"};

static const struct sj_problem_kind forward_kind = {"sshd-forwarding",
    SJ_WARNING,
    "with network = \"host\", users of the jail reach what this host reaches"};

#define KNOWS_STREAM_LOCAL 607u

struct look {
	struct sj_checkup *check;
	const struct sj_check_user *user;
	struct sj_sshd_who who;
};

/* As sshd_config(5) writes it. */
static const char *
shown_keyword(const char *keyword)
{
	static const char *const names[] = {"ChrootDirectory", "ForceCommand",
	    "DenyUsers", "AllowUsers", "DenyGroups", "AllowGroups",
	    "AuthorizedKeysFile", "AuthorizedKeysCommand"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(names[i], keyword) == 0)
			return names[i];
	return keyword;
}

/* One that can't be decided here (an address, a port) is a warning. */
static void
note(const struct look *look, const struct sj_problem_kind *kind,
    const struct sj_sshd_line *line, enum sj_sshd_answer sure, const char *fix)
{
	SJ_AUTO_FREE char *args = sj_sshd_args_join(line->args);
	SJ_AUTO_FREE char *what = NULL;
	struct sj_tally_cause cause = {
	    .kind = *kind, .path = line->path, .line = line->line, .fix = fix};

	if (sure == SJ_SSHD_MAYBE)
		cause.kind.severity = SJ_WARNING;
	if (args == NULL ||
	    asprintf(&what, "\"%s %s\" %s a user of a jail",
		shown_keyword(line->keyword), args,
		sure == SJ_SSHD_MAYBE ? "may apply to" : "applies to") < 0) {
		what = NULL;
		look->check->report->is_short = true;
		return;
	}
	cause.what = what;
	sj_tally_note(&look->check->tally, &cause, look->user->user.name);
}

static const struct sj_sshd_line *
find(const struct look *look, const char *keyword, enum sj_sshd_answer *sure)
{
	return sj_sshd_config_find_for(
	    &look->check->sshd, keyword, &look->who, sure);
}

static void
check_chroot(const struct look *look)
{
	enum sj_sshd_answer sure;
	const struct sj_sshd_line *line = find(look, "chrootdirectory", &sure);

	if (line != NULL && strcasecmp(line->args[0], "none") != 0)
		note(look, &chroot_kind, line, sure,
		    "take the line away, or write \"ChrootDirectory none\" in "
		    "a Match block for the users of jails");
}

static void
check_force(const struct look *look)
{
	enum sj_sshd_answer sure;
	const struct sj_sshd_line *line = find(look, "forcecommand", &sure);

	if (line == NULL || strcasecmp(line->args[0], "none") == 0 ||
	    strncmp(line->args[0], "internal-sftp", 13) == 0)
		return;
	note(look, &force_kind, line, sure,
	    "take the line away, or write \"ForceCommand internal-sftp\" in a "
	    "Match block for the users of jails");
}

static void
check_forwarding_by(const struct look *look, const char *keyword)
{
	enum sj_sshd_answer sure;
	const struct sj_sshd_line *line = find(look, keyword, &sure);
	char what[96], fix[SJ_PATH_SIZE + 96];
	const char *path = line == NULL ? look->check->sshd.path : line->path;
	const struct sj_tally_cause cause = {
	    .kind = forward_kind,
	    .path = path,
	    .line = line == NULL ? 0 : line->line,
	    .what = what,
	    .fix = fix,
	};

	if (line != NULL && sure == SJ_SSHD_YES &&
	    strcasecmp(line->args[0], "no") == 0)
		return;
	(void)snprintf(what, sizeof(what),
	    "%s is not no for a user of a jail with network = \"host\"",
	    keyword);
	if (line == NULL)
		(void)snprintf(fix, sizeof(fix),
		    "write \"%s no\" at the top of %s", keyword, path);
	else
		(void)snprintf(
		    fix, sizeof(fix), "make the line \"%s no\"", keyword);
	sj_tally_note(&look->check->tally, &cause, look->user->user.name);
}

static void
check_forwarding(const struct look *look)
{
	unsigned int version = look->check->sshd_version;
	enum sj_sshd_answer sure;
	const struct sj_sshd_line *line =
	    find(look, "disableforwarding", &sure);

	if (!look->user->jail->is_network_host ||
	    (line != NULL && sure == SJ_SSHD_YES &&
		strcasecmp(line->args[0], "yes") == 0))
		return;
	check_forwarding_by(look, "AllowTcpForwarding");
	if (version == 0 || version >= KNOWS_STREAM_LOCAL)
		check_forwarding_by(look, "AllowStreamLocalForwarding");
}

static void
check_access(const struct look *look)
{
	const struct sj_sshd_line *line = NULL;
	enum sj_sshd_answer denied;

	denied = sj_sshd_access_denied(&look->check->sshd, &look->who, &line);
	if (denied != SJ_SSHD_NO)
		note(look, &access_kind, line, denied,
		    strncmp(line->keyword, "deny", 4) == 0
			? "take the name of the user or of his group away"
			: "add the user or a group of his");
}

/* "STATE/keys/%u", or with the user's name for %u. */
static bool
is_our_file(const struct look *look, const char *arg)
{
	const char *dir = look->check->tool->state_dir, *rest;
	size_t len = strlen(dir);

	while (len > 1 && dir[len - 1] == '/')
		len--;
	if (strncmp(arg, dir, len) != 0)
		return false;
	rest = arg + len;
	if (strncmp(rest, "/" SJ_KEYFILES_DIR "/",
		sizeof("/" SJ_KEYFILES_DIR "/") - 1) != 0)
		return false;
	rest += sizeof("/" SJ_KEYFILES_DIR "/") - 1;
	return strcmp(rest, "%u") == 0 ||
	       strcmp(rest, look->user->user.name) == 0;
}

static bool
has_our_file(const struct look *look, const struct sj_sshd_line *line)
{
	size_t i;

	for (i = 0; line != NULL && i < line->arg_count; i++)
		if (is_our_file(look, line->args[i]))
			return true;
	return false;
}

static bool
has_arg(const struct sj_sshd_line *line, const char *arg)
{
	size_t i;

	for (i = 1; i < line->arg_count; i++)
		if (strcmp(line->args[i], arg) == 0)
			return true;
	return false;
}

/* "/usr/sbin/sftpjail keys %u" */
static bool
is_our_command(const struct sj_sshd_line *line)
{
	const char *slash;

	if (line == NULL)
		return false;
	slash = strrchr(line->args[0], '/');
	return slash != NULL && strcmp(slash + 1, "sftpjail") == 0 &&
	       has_arg(line, "keys") && has_arg(line, "%u");
}

static void
note_no_keys(const struct look *look, const struct sj_sshd_line *line,
    enum sj_sshd_answer sure)
{
	SJ_AUTO_FREE char *fix = NULL;
	const struct sj_tally_cause cause = {
	    .kind = keys_kind,
	    .path = look->check->sshd.path,
	    .what = "AuthorizedKeysFile is not set, and a user of a jail has "
		    "keys",
	};
	struct sj_tally_cause with_fix = cause;

	if (asprintf(&fix,
		"%s \"AuthorizedKeysFile .ssh/authorized_keys "
		"%s/" SJ_KEYFILES_DIR "/%%u\"%s%s (sshd before 5.9 takes one "
		"file: put the second into AuthorizedKeysFile2)",
		line == NULL ? "write" : "make the line",
		look->check->tool->state_dir,
		line == NULL ? " at the top of " : "",
		line == NULL ? look->check->sshd.path : "") < 0) {
		fix = NULL;
		look->check->report->is_short = true;
		return;
	}
	with_fix.fix = fix;
	if (line == NULL)
		sj_tally_note(
		    &look->check->tally, &with_fix, look->user->user.name);
	else
		note(look, &keys_kind, line, sure, fix);
}

/* Its modes are judged with those of all others (check_files.c). */
static void
check_key_file(const struct look *look)
{
	const struct sj_tally_cause cause = {
	    .kind = key_file,
	    .path = look->check->tool->state_dir,
	    .what = "a user of a jail has keys, but no file with them",
	    .fix = "sftpjail apply; with \"key_files = false\" use "
		   "AuthorizedKeysCommand",
	};
	SJ_AUTO_FREE char *path = NULL;

	if (asprintf(&path, "%s/" SJ_KEYFILES_DIR "/%s",
		look->check->tool->state_dir, look->user->user.name) < 0) {
		path = NULL;
		look->check->report->is_short = true;
		return;
	}
	if (access(path, F_OK) != 0)
		sj_tally_note(
		    &look->check->tally, &cause, look->user->user.name);
}

static void
check_keys(const struct look *look)
{
	enum sj_sshd_answer sure, second_sure;
	const struct sj_sshd_line *files, *second, *command;

	if (!look->user->has_keys)
		return;
	command = find(look, "authorizedkeyscommand", &sure);
	if (is_our_command(command) && sure == SJ_SSHD_YES) {
		if (find(look, "authorizedkeyscommanduser", &sure) == NULL)
			note(look, &command_user, command, SJ_SSHD_YES,
			    "write \"AuthorizedKeysCommandUser nobody\" below "
			    "the "
			    "line");
		return;
	}
	files = find(look, "authorizedkeysfile", &sure);
	second = find(look, "authorizedkeysfile2", &second_sure);
	if (has_our_file(look, files) || has_our_file(look, second))
		check_key_file(look);
	else
		note_no_keys(look, files, sure);
}

void
sj_check_user_sshd(struct sj_checkup *check, const struct sj_check_user *user)
{
	const struct look look = {
	    .check = check,
	    .user = user,
	    .who = {.user = user->user.name,
		.groups = user->groups,
		.group_count = user->group_count},
	};

	if (!check->is_sshd_read ||
	    !sj_strings_contain(&user->jail->services, check->sshd_service))
		return;
	check_chroot(&look);
	check_force(&look);
	check_forwarding(&look);
	check_access(&look);
	check_keys(&look);
}
