/* SPDX-License-Identifier: ISC */

/* sftpjail import: the configurations of others as ours. */

#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "args.h"
#include "cleanup.h"
#include "import.h"
#include "name.h"
#include "quote.h"
#include "tool.h"

static const char help[] =
    "usage: sftpjail import sshd_config FILE [--conf-d]\n"
    "       sftpjail import passwd FILE --group GROUP [--group-file FILE]\n"
    "                              [--shadow FILE] [--conf-d]\n"
    "       sftpjail import mysecureshell FILE [--group GROUP | --passwd "
    "FILE]\n"
    "                              [--conf-d]\n"
    "       sftpjail import rssh FILE [--group GROUP | --passwd FILE] "
    "[--conf-d]\n\n"
    "Prints a configuration that does the same, and on standard error, for "
    "each\nline that is not carried over: FILE:LINE: lost (nothing does the "
    "same), keep\n(stays in sshd_config), remove (once ours is in force), "
    "change.  Changes\nnothing.\n\n"
    "  --conf-d           for a file of conf.d: without version and ids\n"
    "  --group GROUP      passwd: whose accounts, by name or gid;\n"
    "                     mysecureshell, rssh: who has no block of his own\n"
    "  --group-file FILE  without it \"group\" beside the file\n"
    "  --shadow FILE      password hashes; the output must be a file of mode\n"
    "                     0600 or a pipe\n"
    "  --passwd FILE      whose accounts with that login shell are meant;\n"
    "                     without it " SJ_SYSCONFDIR "/passwd\n\n"
    "Exit status: 0 all carried over, 1 something was lost, 2 usage, 4 a "
    "file\ncan't be read.\n";

struct request {
	const char *kind;
	const char *file;
	const char *group;
	const char *group_file;
	const char *shadow;
	const char *passwd;
	bool is_part;
};

/* Hashes go to nobody else's eyes. */
static bool
is_output_private(void)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) != 0 || isatty(STDOUT_FILENO) == 1)
		return false;
	return !S_ISREG(st.st_mode) || (st.st_mode & 077) == 0;
}

static enum sj_reason
import_passwd(struct sj_import *import, const struct request *request,
    struct sj_fault *fault)
{
	const char *slash = strrchr(request->file, '/');
	char group_path[SJ_PATH_SIZE];
	struct sj_import_accounts accounts = {.passwd_path = request->file,
	    .group_path = request->group_file,
	    .shadow_path = request->shadow,
	    .group = request->group};

	(void)snprintf(group_path, sizeof(group_path), "%.*sgroup",
	    slash == NULL ? 0 : (int)(slash + 1 - request->file),
	    request->file);
	if (accounts.group_path == NULL)
		accounts.group_path = group_path;
	return sj_import_passwd(import, &accounts, fault);
}

static enum sj_reason
import_file(struct sj_import *import, const struct request *request,
    struct sj_fault *fault)
{
	struct sj_import_everybody everybody = {
	    .group = request->group, .passwd_path = request->passwd};

	if (everybody.passwd_path == NULL)
		everybody.passwd_path = SJ_SYSCONFDIR "/passwd";
	if (strcmp(request->kind, "sshd_config") == 0)
		return sj_import_sshd(import, request->file, fault);
	if (strcmp(request->kind, "passwd") == 0)
		return import_passwd(import, request, fault);
	if (strcmp(request->kind, "rssh") == 0)
		return sj_import_rssh(import, request->file, &everybody, fault);
	return sj_import_mysecureshell(
	    import, request->file, &everybody, fault);
}

/* A status; SJ_EXIT_OK: the options fit the kind. */
static int
check_request(const struct sj_arg_spec *spec, const struct request *request)
{
	bool is_passwd = strcmp(request->kind, "passwd") == 0;
	bool is_sshd = strcmp(request->kind, "sshd_config") == 0;

	if (!is_passwd && !is_sshd && strcmp(request->kind, "rssh") != 0 &&
	    strcmp(request->kind, "mysecureshell") != 0)
		return sj_args_error(spec,
		    "expected sshd_config, passwd, mysecureshell or rssh",
		    request->kind);
	if (is_passwd && request->group == NULL)
		return sj_args_error(spec, "passwd needs --group GROUP", NULL);
	if ((!is_passwd &&
		(request->group_file != NULL || request->shadow != NULL)) ||
	    ((is_passwd || is_sshd) && request->passwd != NULL) ||
	    (is_sshd && request->group != NULL))
		return sj_args_error(
		    spec, "an option is not for", request->kind);
	if (!is_passwd && request->group != NULL &&
	    !sj_import_is_name(request->group))
		return sj_args_error(
		    spec, "--group is no name of a group", request->group);
	if (request->shadow != NULL && !is_output_private()) {
		(void)fputs("sftpjail import: with --shadow the output must "
			    "be a pipe or a file that only its owner can "
			    "read: (umask 077; sftpjail import ... >FILE)\n",
		    stderr);
		return SJ_EXIT_USAGE;
	}
	return SJ_EXIT_OK;
}

static int
run(const struct request *request)
{
	struct sj_import import = {.out = stdout,
	    .say = stderr,
	    .is_part = request->is_part,
	    .arena = {.fd = -1}};
	struct sj_fault fault = {.where = ""};
	enum sj_reason reason = import_file(&import, request, &fault);
	int status = SJ_EXIT_OK;

	if (reason != SJ_OK) {
		sj_quote_printf(stderr, "sftpjail import: %s\n", fault.where);
		status = SJ_EXIT_SYSTEM;
	} else if (import.is_short) {
		(void)fputs("sftpjail import: out of memory\n", stderr);
		status = SJ_EXIT_SYSTEM;
	} else if (import.lost_count > 0) {
		status = SJ_EXIT_NO;
	}
	sj_import_clear(&import);
	return status;
}

int
sj_cmd_import(const struct sj_tool *tool, int argc, char **argv)
{
	struct request request = {.kind = NULL};
	const struct sj_arg_option options[] = {
	    {"--conf-d", SJ_ARG_FLAG, &request.is_part},
	    {"--group-file", SJ_ARG_VALUE, &request.group_file},
	    {"--group", SJ_ARG_VALUE, &request.group},
	    {"--shadow", SJ_ARG_VALUE, &request.shadow},
	    {"--passwd", SJ_ARG_VALUE, &request.passwd},
	    {NULL, SJ_ARG_FLAG, NULL},
	};
	const struct sj_arg_spec spec = {"import", options, 2, 2, help};
	int status;

	(void)tool;
	if (!sj_args_parse(&spec, argc, argv, &argc, &status))
		return status;
	request.kind = argv[1];
	request.file = argv[2];
	status = check_request(&spec, &request);
	return status == SJ_EXIT_OK ? run(&request) : status;
}
