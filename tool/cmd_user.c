/* SPDX-License-Identifier: ISC */

/* sftpjail user: served users in the file of the tool. */

#include <stdio.h>
#include <string.h>

#include "quote.h"
#include "tool.h"
#include "user.h"

static const char help[] =
    "usage: sftpjail user add NAME [OPTION...]\n"
    "       sftpjail user del NAME\n"
    "       sftpjail user show NAME | list [--json]\n"
    "       sftpjail user lock NAME [--kill]\n"
    "       sftpjail user unlock NAME\n\n"
    "Edits conf.d/50-users.conf and puts it into force; \"sftpjail user add\n"
    "--help\" names the options.  Users written by hand in another file are\n"
    "not edited.  lock and unlock take users of every source.\n";

static const struct {
	const char *name;
	int (*run)(const struct sj_tool *tool, int argc, char **argv);
} commands[] = {
    {"add", sj_user_add},
    {"del", sj_user_del},
    {"show", sj_user_show},
    {"list", sj_user_list},
    {"lock", sj_user_lock},
    {"unlock", sj_user_unlock},
};

int
sj_cmd_user(const struct sj_tool *tool, int argc, char **argv)
{
	const char *name = argc < 2 ? "" : argv[1];
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].run(tool, argc - 1, argv + 1);
	}
	if (strcmp(name, "--help") == 0) {
		(void)fputs(help, stdout);
		return SJ_EXIT_OK;
	}
	sj_quote_printf(stderr,
	    "sftpjail user: %s%s, expected add, del, show, list, lock or "
	    "unlock; see \"sftpjail user --help\"\n",
	    name[0] == '\0' ? "no subcommand" : "unknown subcommand: ", name);
	return SJ_EXIT_USAGE;
}
