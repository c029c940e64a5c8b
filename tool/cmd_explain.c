/* SPDX-License-Identifier: ISC */

/* sftpjail explain USER: why a user may or may not log in. */

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "explain.h"
#include "tool.h"
#include "when.h"

static const char help[] =
    "usage: sftpjail explain USER | --all [--service NAME] [--from ADDRESS]\n"
    "                        [--at TIME] [--auth METHOD] [--json]\n\n"
    "Makes every check of a login of USER.  The first line is the verdict:\n"
    "\"alice: allow (jail default)\", \"bob: deny root-mode (jail default)\" "
    "or\n"
    "\"local: not-jailed\".  A line for each check follows, with the command "
    "that\nmends it.  Needs root.\n\n"
    "  --all           every served user, a line for each, and how often "
    "there was\n"
    "                  each reason\n"
    "  --service NAME  the PAM service; without it sshd\n"
    "  --from ADDRESS  the client's numeric address\n"
    "  --at TIME       YYYY-MM-DD HH:MM in local time, or RFC 3339\n"
    "  --auth METHOD   publickey, password or publickey+password\n"
    "  --json          print JSON\n\n"
    "Exit status: 0 allowed, 1 denied, 5 not jailed; 2 usage, 4 system "
    "error.  With\n--all: 0 all are allowed, 1 not all.\n";

static const struct {
	const char *name;
	uint32_t bits;
} methods[] = {
    {"publickey", SJ_AUTH_PUBLICKEY},
    {"password", SJ_AUTH_PASSWORD},
    {"publickey+password", SJ_AUTH_PUBLICKEY | SJ_AUTH_PASSWORD},
};

static bool
find_method(struct sj_explain_question *question)
{
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (strcmp(methods[i].name, question->auth) == 0) {
			question->auth_bits = methods[i].bits;
			return true;
		}
	}
	return false;
}

/* Everything about the values of the options; a status, SJ_EXIT_OK is good. */
static int
read_question(const struct sj_arg_spec *spec, const char *at,
    struct sj_explain_question *question)
{
	if (question->service == NULL)
		question->service = "sshd";
	if (question->service[0] == '\0' ||
	    strchr(question->service, '/') != NULL)
		return sj_args_error(spec,
		    "--service: expected the name of a PAM service",
		    question->service);
	if (question->from != NULL &&
	    !sj_addr_parse(question->from, &question->from_addr))
		return sj_args_error(spec,
		    "--from: expected a numeric IPv4 or IPv6 address",
		    question->from);
	if (question->auth != NULL && !find_method(question))
		return sj_args_error(spec,
		    "--auth: expected publickey, password or "
		    "publickey+password",
		    question->auth);
	question->at_sec = (int64_t)time(NULL);
	if (at != NULL && !sj_when_parse(at, &question->at_sec))
		return sj_args_error(spec,
		    "--at: expected \"YYYY-MM-DD HH:MM\" in local time, or "
		    "RFC 3339 (2026-11-22T18:04:00Z)",
		    at);
	return SJ_EXIT_OK;
}

static int
exit_status(const struct sj_explain *explain)
{
	switch (explain->verdict) {
	case SJ_EXPLAIN_ALLOW:
		return SJ_EXIT_OK;
	case SJ_EXPLAIN_DENY:
		return SJ_EXIT_NO;
	case SJ_EXPLAIN_NOT_JAILED:
		return SJ_EXIT_NOT_JAILED;
	}
	return SJ_EXIT_SYSTEM;
}

static int
answer(const struct sj_tool *tool, const struct sj_explain_question *question)
{
	struct sj_explain explain;
	bool is_printed;
	int status;

	sj_explain_run(tool, question, &explain);
	is_printed = tool->is_json ? sj_explain_print_json(&explain)
				   : sj_explain_print_text(&explain);
	status = exit_status(&explain);
	sj_explain_clear(&explain);
	return is_printed ? status : SJ_EXIT_SYSTEM;
}

int
sj_cmd_explain(const struct sj_tool *tool, int argc, char **argv)
{
	struct sj_explain_question question;
	const char *at = NULL;
	bool is_all = false;
	const struct sj_arg_option options[] = {
	    {"--all", SJ_ARG_FLAG, &is_all},
	    {"--service", SJ_ARG_VALUE, &question.service},
	    {"--from", SJ_ARG_VALUE, &question.from},
	    {"--at", SJ_ARG_VALUE, &at},
	    {"--auth", SJ_ARG_VALUE, &question.auth},
	    {NULL, SJ_ARG_FLAG, NULL},
	};
	const struct sj_arg_spec spec = {"explain", options, 0, 1, help};
	int status;

	memset(&question, 0, sizeof(question));
	if (!sj_args_parse(&spec, argc, argv, &argc, &status))
		return status;
	if (is_all == (argc == 1))
		return sj_args_error(&spec, "expected USER or --all", NULL);
	question.user = argv[1];
	status = read_question(&spec, at, &question);
	if (status != SJ_EXIT_OK)
		return status;
	if (geteuid() != 0) {
		(void)fputs("sftpjail explain: needs root: the policy and "
			    "the directories are not for everybody to see\n",
		    stderr);
		return SJ_EXIT_SYSTEM;
	}
	return is_all ? sj_explain_all(tool, &question)
		      : answer(tool, &question);
}
