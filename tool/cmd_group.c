/* SPDX-License-Identifier: ISC */

/* sftpjail group: groups in the file of the tool. */

#include "args.h"
#include "group.h"

static const char help[] =
    "usage: sftpjail group add NAME [--gid NUMBER] [--members A,B]\n"
    "       sftpjail group set NAME [--gid NUMBER] [--members A,B]\n"
    "                               [--add A,B] [--remove A,B]\n"
    "       sftpjail group del NAME\n"
    "       sftpjail group list [--json]\n\n"
    "Edits conf.d/50-users.conf and puts it into force.  Groups written by\n"
    "hand in another file are not edited.\n\n"
    "  --gid NUMBER    without it a new group gets the next one that is free\n"
    "  --members A,B   exactly these; '' is nobody; users of every source\n"
    "  --add A,B       these beside those who are in\n"
    "  --remove A,B    without these\n\n"
    "del refuses a group that a jail names, or that is somebody's primary\n"
    "one.  list shows how many users have a group as their primary one, and\n"
    "who else is in it.\n\n"
    "Exit status: 1 no such group, or written by hand in another file, or the\n"
    "name is taken; 3 the configuration would have an error.\n";

static const struct sj_arg_subcommand commands[] = {
    {"add", sj_group_add},
    {"set", sj_group_set},
    {"del", sj_group_del},
    {"list", sj_group_list},
    {NULL, NULL},
};

int
sj_cmd_group(const struct sj_tool *tool, int argc, char **argv)
{
	return sj_args_subcommand(commands, help, tool, argc, argv);
}
