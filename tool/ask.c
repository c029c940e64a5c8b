/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "ask.h"

#include <strings.h>
#include <unistd.h>

#include "cleanup.h"
#include "tool.h"

int
sj_ask(const char *command, FILE *out, const char *question, bool is_yes)
{
	SJ_AUTO_FREE char *answer = NULL;
	size_t size = 0;

	if (is_yes)
		return SJ_EXIT_OK;
	if (isatty(STDIN_FILENO) == 0) {
		(void)fprintf(stderr,
		    "sftpjail %s: standard input is no terminal to ask at; "
		    "nothing was changed; with --yes it does not ask\n",
		    command);
		return SJ_EXIT_USAGE;
	}
	(void)fprintf(out, "%s [y/N] ", question);
	(void)fflush(out);
	if (getline(&answer, &size, stdin) > 0 &&
	    (strcasecmp(answer, "y\n") == 0 ||
		strcasecmp(answer, "yes\n") == 0))
		return SJ_EXIT_OK;
	(void)fprintf(stderr, "sftpjail %s: nothing was changed\n", command);
	return SJ_EXIT_NO;
}
