/* SPDX-License-Identifier: ISC */

/* sftpjail kill USER|ID: ends live sessions. */

#include <stdio.h>
#include <stdlib.h>

#include "args.h"
#include "cleanup.h"
#include "log.h"
#include "quote.h"
#include "sessions.h"
#include "state.h"
#include "tool.h"

static const char help[] =
    "usage: sftpjail kill USER|ID\n\n"
    "Ends all sessions of USER, or the session ID that \"sftpjail who\" "
    "names:\n"
    "asks sshd to end it, and kills it after ten seconds.  Needs root.\n"
    "Exit status 1: no such session.  To keep the user out, lock him first:\n"
    "\"sftpjail user lock USER --kill\".\n";

static int
end_sessions(const struct sj_tool *tool, const char *user_or_id)
{
	SJ_AUTO_FREE struct sj_session *sessions = NULL;
	struct sj_fault fault;
	char what[320];
	size_t count = 0;

	if (sj_sessions_find(user_or_id, &sessions, &count, &fault) != SJ_OK) {
		sj_quote_printf(stderr, "sftpjail kill: %s\n", fault.where);
		return SJ_EXIT_SYSTEM;
	}
	if (count == 0) {
		sj_quote_printf(
		    stderr, "sftpjail kill: no session of %s\n", user_or_id);
		return SJ_EXIT_NO;
	}
	(void)snprintf(what, sizeof(what), "kill %s", user_or_id);
	sj_log_change(what, sj_state_generation(tool));
	if (sj_sessions_end(sessions, count, &fault) != SJ_OK) {
		sj_quote_printf(stderr, "sftpjail kill: %s\n", fault.where);
		return SJ_EXIT_SYSTEM;
	}
	return SJ_EXIT_OK;
}

int
sj_cmd_kill(const struct sj_tool *tool, int argc, char **argv)
{
	static const struct sj_arg_option options[] = {
	    {NULL, SJ_ARG_FLAG, NULL}};
	const struct sj_arg_spec spec = {"kill", options, 1, 1, help};
	int status;

	if (!sj_args_parse(&spec, argc, argv, &argc, &status))
		return status;
	if (geteuid() != 0) {
		(void)fputs("sftpjail kill: needs root\n", stderr);
		return SJ_EXIT_SYSTEM;
	}
	return end_sessions(tool, argv[1]);
}
