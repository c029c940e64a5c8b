/* SPDX-License-Identifier: ISC */

/* sftpjail populate DIR: what an external sftp server needs in a chroot jail.
 */

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "check.h"
#include "cleanup.h"
#include "lock.h"
#include "log.h"
#include "path.h"
#include "populate.h"
#include "quote.h"
#include "tool.h"

static const char help[] =
    "usage: sftpjail populate DIR [--dry-run]\n\n"
    "Copies the external sftp server (sftp_server), the login shell and what\n"
    "they need into DIR, the root of a jail with isolation = \"chroot\", and\n"
    "replaces what is stale there.  Run it again when the server or its\n"
    "libraries were upgraded and when users were added.  Needs root.\n\n"
    "  --dry-run  only say what would be new (+) or replaced (~)\n";

struct run {
	const struct sj_tool *tool;
	const char *root;
	bool is_dry_run;
	int root_fd;
	uint32_t change_count;
	struct sj_populate populate;
};

static int
say_failure(const char *what)
{
	sj_quote_printf(stderr, "sftpjail populate: %s\n", what);
	return SJ_EXIT_SYSTEM;
}

/* Those of ours, which are what internal-sftp shows by name, too. */
static void
add_groups(struct sj_checkup *check, struct sj_populate *populate,
    const struct sj_check_user *user)
{
	struct sj_group group;
	bool is_found = false;
	size_t i;

	for (i = 0; i < user->group_count; i++)
		if (sj_db_find_group(&check->public_db, user->groups[i],
			&is_found, &group) == SJ_OK &&
		    is_found)
			sj_populate_add_group(populate, group.name, group.gid);
}

static void
see_user(struct sj_checkup *check, const struct sj_check_user *user)
{
	struct run *run = check->context;
	char root[SJ_PATH_SIZE];

	if (user->jail == NULL || !user->jail->is_chroot ||
	    sj_jailroot_expand(user->jail, &user->user, root, NULL) != SJ_OK ||
	    strcmp(root, run->root) != 0)
		return;
	sj_populate_add_user(&run->populate, &user->user);
	add_groups(check, &run->populate, user);
}

static enum sj_reason
put_item(
    void *context, const struct sj_populate_item *item, struct sj_fault *fault)
{
	struct run *run = context;
	enum sj_populate_state state = sj_populate_judge(run->root_fd, item);
	enum sj_reason reason = SJ_OK;

	if (state == SJ_POPULATE_FRESH)
		return SJ_OK;
	if (item->source != NULL)
		reason = sj_external_judge(item->source, fault);
	if (reason == SJ_OK && !run->is_dry_run)
		reason = sj_populate_put(run->root_fd, item, fault);
	if (reason != SJ_OK)
		return reason;
	run->change_count++;
	(void)fputs(state == SJ_POPULATE_MISSING ? "+" : "~", stdout);
	sj_quote_put(stdout, run->root);
	sj_quote_put(stdout, item->path);
	(void)putchar('\n');
	return SJ_OK;
}

static int
put_all(struct run *run, uint64_t generation)
{
	struct sj_fault fault;
	const struct sj_populate_visitor visitor = {put_item, run};
	enum sj_reason reason;
	char what[SJ_PATH_SIZE + 16];

	if (run->populate.user_count == 0)
		sj_quote_printf(stderr,
		    "warning: no user is known whose jail has isolation = "
		    "\"chroot\" and the root %s; sftp-server ends without a "
		    "line for its user in etc/passwd there\n",
		    run->root);
	reason = sj_populate_each(&run->populate, &visitor, &fault);
	if (run->change_count > 0 && !run->is_dry_run) {
		(void)snprintf(what, sizeof(what), "populate %s", run->root);
		sj_log_change(what, generation);
	}
	if (reason != SJ_OK)
		return say_failure(fault.where);
	if (run->change_count == 0)
		(void)puts("no changes");
	return SJ_EXIT_OK;
}

static int
populate(struct run *run)
{
	struct sj_report report = {.count = 0};
	struct sj_checkup check = {.tool = run->tool,
	    .report = &report,
	    .now_sec = (int64_t)time(NULL),
	    .context = run};
	int status;

	sj_check_db(&check);
	if (!sj_check_has_db(&check)) {
		status = say_failure("there is no database to go by; "
				     "\"sftpjail check\" says why");
	} else if (!check.has_server) {
		(void)say_failure("sftp_server is not set in what was applied: "
				  "internal-sftp needs nothing in a jail");
		status = SJ_EXIT_NO;
	} else {
		run->populate.server = &check.server;
		sj_check_each_user(&check, see_user);
		status = put_all(run, check.public_db.header.generation);
	}
	sj_populate_clear(&run->populate);
	sj_check_clear(&check);
	sj_report_clear(&report);
	return status;
}

int
sj_cmd_populate(const struct sj_tool *tool, int argc, char **argv)
{
	struct run run = {.tool = tool};
	const struct sj_arg_option options[] = {
	    {"--dry-run", SJ_ARG_FLAG, &run.is_dry_run},
	    {NULL, SJ_ARG_FLAG, NULL}};
	const struct sj_arg_spec spec = {"populate", options, 1, 1, help};
	SJ_AUTO_CLOSE int lock_fd = -1, root_fd = -1;
	char root[SJ_PATH_SIZE];
	struct sj_fault fault;
	int status;

	if (!sj_args_parse(&spec, argc, argv, &argc, &status))
		return status;
	if (argv[1][0] != '/' || !sj_jail_path_normalise(argv[1], root) ||
	    strcmp(root, "/") == 0)
		return sj_args_error(
		    &spec, "no absolute path of a jail's root", argv[1]);
	if (geteuid() != 0)
		return say_failure("needs root");
	if ((!run.is_dry_run &&
		sj_lock_take(tool, &lock_fd, &fault) != SJ_OK) ||
	    sj_path_open(root, &sj_path_rule_root, &root_fd, &fault) != SJ_OK)
		return say_failure(fault.where);
	run.root = root;
	run.root_fd = root_fd;
	return populate(&run);
}
