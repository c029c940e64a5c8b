/* SPDX-License-Identifier: ISC */

/* sftpjail user: served users in the file of the tool. */

#include "args.h"
#include "user.h"

static const char help[] =
    "usage: sftpjail user add NAME [OPTION...]\n"
    "       sftpjail user set NAME OPTION...\n"
    "       sftpjail user del NAME\n"
    "       sftpjail user import FILE.csv|- [--dry-run]\n"
    "       sftpjail user show NAME | list [--json]\n"
    "       sftpjail user lock NAME [--kill]\n"
    "       sftpjail user unlock NAME\n\n"
    "Edits conf.d/50-users.conf and puts it into force; \"sftpjail user add\n"
    "--help\" names the options.  Users written by hand in another file are\n"
    "not edited.  lock and unlock take users of every source.\n";

static const struct sj_arg_subcommand commands[] = {
    {"add", sj_user_add},
    {"set", sj_user_set},
    {"del", sj_user_del},
    {"import", sj_user_import},
    {"show", sj_user_show},
    {"list", sj_user_list},
    {"lock", sj_user_lock},
    {"unlock", sj_user_unlock},
    {NULL, NULL},
};

int
sj_cmd_user(const struct sj_tool *tool, int argc, char **argv)
{
	return sj_args_subcommand(commands, help, tool, argc, argv);
}
