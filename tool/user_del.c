/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "user.h"

#include <stdlib.h>

#include "args.h"
#include "change.h"
#include "cleanup.h"
#include "owned.h"
#include "quote.h"

static const char help[] =
    "usage: sftpjail user del NAME\n\n"
    "Takes a user out of conf.d/50-users.conf and puts that into force.  His\n"
    "files stay where they are; sessions that live go on (\"sftpjail kill\n"
    "NAME\" ends them).  Exit status 1: no such user, or written by hand in\n"
    "another file.\n";

static int
del(struct sj_change *change, const char *name)
{
	struct sj_owned owned;
	struct sj_fault fault;
	char what[64];
	int status;

	status = sj_owned_find(change, name, &owned);
	if (status != SJ_EXIT_OK)
		return status;
	if (sj_edit_remove_user(&change->edit, owned.element, &fault) !=
		SJ_OK ||
	    sj_change_set_disabled(change, name, false, &fault) != SJ_OK) {
		sj_change_say(change, "%s", fault.where);
		return SJ_EXIT_SYSTEM;
	}
	status = sj_change_check(change);
	(void)snprintf(what, sizeof(what), "user del %s", name);
	if (status == SJ_EXIT_OK)
		status = sj_change_commit(change, what);
	if (status == SJ_EXIT_OK)
		sj_quote_printf(stdout,
		    "user %s deleted; files in %s are left as they are\n", name,
		    owned.home);
	return status;
}

int
sj_user_del(const struct sj_tool *tool, int argc, char **argv)
{
	static const struct sj_arg_option options[] = {
	    {NULL, SJ_ARG_FLAG, NULL}};
	const struct sj_arg_spec spec = {"user del", options, 1, 1, help};
	struct sj_change change = {
	    .tool = tool, .command = spec.name, .lock_fd = -1};
	int status;

	if (!sj_args_parse(&spec, argc, argv, &argc, &status))
		return status;
	status = sj_change_begin(&change);
	if (status == SJ_EXIT_OK)
		status = del(&change, argv[1]);
	sj_change_clear(&change);
	return status;
}
