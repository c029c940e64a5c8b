/* SPDX-License-Identifier: ISC */
#include "user.h"

#include "group.h"
#include "owned.h"
#include "quote.h"

static const char help[] =
    "usage: sftpjail user del NAME\n\n"
    "Takes a user out of conf.d/50-users.conf, and of the groups there, and\n"
    "puts that into force.  His files stay where they are; sessions that live\n"
    "go on (\"sftpjail kill NAME\" ends them).  Exit status 1: no such user, "
    "or\n"
    "written by hand in another file.\n";

static int
del(struct sj_change *change, char **argv, void *context)
{
	const char *name = argv[1];
	struct sj_user_def user;
	struct sj_fault fault;
	int status = sj_change_begin(change);

	(void)context;
	if (status == SJ_EXIT_OK)
		status = sj_owned_user(change, name, &user);
	if (status != SJ_EXIT_OK)
		return status;
	if (sj_edit_remove(&change->edit, "users", user.element, &fault) !=
		SJ_OK ||
	    sj_change_set_disabled(change, name, false, &fault) != SJ_OK ||
	    sj_group_forget(change, name, &fault) != SJ_OK)
		return sj_change_fail(change, fault.where);
	status = sj_change_finish(change, name);
	if (status == SJ_EXIT_OK)
		sj_quote_printf(stdout,
		    "user %s deleted; files in %s are left as they are\n", name,
		    user.home);
	return status;
}

int
sj_user_del(const struct sj_tool *tool, int argc, char **argv)
{
	const struct sj_arg_spec spec = {"user del", NULL, 1, 1, help};

	return sj_change_run(tool, &spec, argc, argv, del, NULL);
}
