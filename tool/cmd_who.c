/* SPDX-License-Identifier: ISC */

/* sftpjail who: the live sessions. */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "args.h"
#include "cleanup.h"
#include "json.h"
#include "quote.h"
#include "sessions.h"
#include "tool.h"

static const char help[] =
    "usage: sftpjail who [--json]\n\n"
    "Lists the sessions of jailed users that live now, the oldest first.\n"
    "Needs root.  \"sftpjail kill ID\" ends one.\n";

static pid_t
pid_of(const struct sj_session *session)
{
	return sj_process_is_live(&session->monitor) ? session->monitor.pid
						     : session->child.pid;
}

/* "" is not known. */
static json_t *
text_or_null(const char *text)
{
	return sj_json_text(text[0] == '\0' ? NULL : text);
}

static json_t *
json_of(const struct sj_session *session)
{
	return json_pack("{s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:I, s:o, s:o}",
	    "id", sj_json_text(session->id), "user",
	    sj_json_text(session->user), "uid", (json_int_t)session->uid,
	    "jail", text_or_null(session->jail), "service",
	    text_or_null(session->service), "from", text_or_null(session->from),
	    "since", sj_json_time(session->since_sec), "pid",
	    (json_int_t)pid_of(session), "auth", text_or_null(session->auth),
	    "key", text_or_null(session->key));
}

static int
print_json(const struct sj_session *sessions, size_t count)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < count; i++) {
		if (json_array_append_new(list, json_of(&sessions[i])) != 0) {
			json_decref(list);
			list = NULL;
		}
	}
	return sj_json_print(json_pack(
		   "{s:i, s:o}", "schema", SJ_JSON_SCHEMA, "sessions", list))
		   ? SJ_EXIT_OK
		   : SJ_EXIT_SYSTEM;
}

static void
put_cell(const char *text, int width)
{
	int len = 0;

	sj_quote_put(stdout, text[0] == '\0' ? "-" : text);
	while (text[len] != '\0')
		len++;
	(void)printf("%*s", len < width ? width - len + 1 : 1, "");
}

static void
print_text(const struct sj_session *sessions, size_t count)
{
	char since[SJ_JSON_TIME_SIZE];
	size_t i;

	if (count == 0) {
		(void)fputs("no sessions\n", stderr);
		return;
	}
	(void)printf("%-12s %-12s %-12s %-20s %-7s %-15s %-10s %s\n", "ID",
	    "USER", "JAIL", "SINCE", "PID", "FROM", "AUTH", "KEY");
	for (i = 0; i < count; i++) {
		put_cell(sessions[i].id, 12);
		put_cell(sessions[i].user, 12);
		put_cell(sessions[i].jail, 12);
		sj_json_time_format(sessions[i].since_sec, since);
		(void)printf("%-20s %-7ld ", since, (long)pid_of(&sessions[i]));
		put_cell(sessions[i].from, 15);
		put_cell(sessions[i].auth, 10);
		sj_quote_put(
		    stdout, sessions[i].key[0] == '\0' ? "-" : sessions[i].key);
		(void)putchar('\n');
	}
}

int
sj_cmd_who(const struct sj_tool *tool, int argc, char **argv)
{
	static const struct sj_arg_option options[] = {
	    {NULL, SJ_ARG_FLAG, NULL}};
	const struct sj_arg_spec spec = {"who", options, 0, 0, help};
	SJ_AUTO_FREE struct sj_session *sessions = NULL;
	struct sj_fault fault;
	size_t count = 0;
	int status;

	if (!sj_args_parse(&spec, argc, argv, &argc, &status))
		return status;
	if (geteuid() != 0) {
		(void)fputs("sftpjail who: needs root\n", stderr);
		return SJ_EXIT_SYSTEM;
	}
	if (sj_sessions_find(NULL, &sessions, &count, &fault) != SJ_OK) {
		sj_quote_printf(stderr, "sftpjail who: %s\n", fault.where);
		return SJ_EXIT_SYSTEM;
	}
	if (tool->is_json)
		return print_json(sessions, count);
	print_text(sessions, count);
	return SJ_EXIT_OK;
}
