/* SPDX-License-Identifier: ISC */
#ifndef SJ_TOOL_H
#define SJ_TOOL_H

/* What every command of sftpjail(8) is given, and the exit statuses. */

#include <stdbool.h>

enum sj_exit {
	SJ_EXIT_OK = 0,	       /* yes, done, nothing to do */
	SJ_EXIT_NO = 1,	       /* no, denied, problems found, no such user */
	SJ_EXIT_USAGE = 2,     /* the command line */
	SJ_EXIT_CONFIG = 3,    /* the configuration */
	SJ_EXIT_SYSTEM = 4,    /* not root, I/O, locked for too long */
	SJ_EXIT_NOT_JAILED = 5 /* explain only */
};

/* The options that stand before the command; the strings outlive it. */
struct sj_tool {
	const char *config_dir; /* --config, SJ_CONFDIR */
	const char *state_dir;	/* --state, SJ_STATEDIR */
	bool is_json;		/* --json, before or behind the command */
};

/*
 * A command: argv[0] is its name, argv[1] its first argument; --json,
 * --config and --state were taken out wherever they stood in front of "--".
 * Returns an enum sj_exit.
 */
int sj_cmd_apply(const struct sj_tool *tool, int argc, char **argv);
int sj_cmd_check(const struct sj_tool *tool, int argc, char **argv);
int sj_cmd_explain(const struct sj_tool *tool, int argc, char **argv);
int sj_cmd_group(const struct sj_tool *tool, int argc, char **argv);
int sj_cmd_import(const struct sj_tool *tool, int argc, char **argv);
int sj_cmd_key(const struct sj_tool *tool, int argc, char **argv);
int sj_cmd_keys(const struct sj_tool *tool, int argc, char **argv);
int sj_cmd_kill(const struct sj_tool *tool, int argc, char **argv);
int sj_cmd_passwd(const struct sj_tool *tool, int argc, char **argv);
int sj_cmd_populate(const struct sj_tool *tool, int argc, char **argv);
int sj_cmd_setup(const struct sj_tool *tool, int argc, char **argv);
int sj_cmd_user(const struct sj_tool *tool, int argc, char **argv);
int sj_cmd_who(const struct sj_tool *tool, int argc, char **argv);

#endif
