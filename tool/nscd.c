/* SPDX-License-Identifier: ISC */
#include "nscd.h"

#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
flush_table(const char *table)
{
	static const char program[] = "/usr/sbin/nscd";
	char name[] = "nscd", option[] = "-i", argument[16];
	char *const argv[] = {name, option, argument, NULL};
	char *const envp[] = {NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;

	(void)snprintf(argument, sizeof(argument), "%s", table);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return;
	if (posix_spawn_file_actions_addopen(
		&actions, STDERR_FILENO, "/dev/null", 1, 0) == 0 &&
	    posix_spawn(&pid, program, &actions, NULL, argv, envp) == 0)
		(void)waitpid(pid, NULL, 0);
	(void)posix_spawn_file_actions_destroy(&actions);
}

void
sj_nscd_flush(void)
{
	struct stat st;

	if (stat("/run/nscd/socket", &st) != 0 &&
	    stat("/var/run/nscd/socket", &st) != 0)
		return;
	flush_table("passwd");
	flush_table("group");
}
