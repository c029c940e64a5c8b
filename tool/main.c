/* SPDX-License-Identifier: ISC */

/* sftpjail(8): the table of commands and the options in front of them. */

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool.h"

struct command {
	const char *name;
	int (*run)(const struct sj_tool *tool, int argc, char **argv);
	const char *usage;
	const char *summary;
};

static const struct command commands[] = {
    {"apply", sj_cmd_apply, "apply [OPTION...]",
	"put the configuration in force"},
    {"explain", sj_cmd_explain, "explain USER|--all [OPTION...]",
	"may he log in, and why not"},
    {"check", sj_cmd_check, "check [--fix]", "judge the whole installation"},
    {"setup", sj_cmd_setup, "setup [--undo]", "wire PAM, nsswitch.conf, sshd"},
    {"user", sj_cmd_user, "user add|set|del|import|show|list|lock|unlock",
	"edit and show users"},
    {"group", sj_cmd_group, "group add|set|del|list", "edit and show groups"},
    {"passwd", sj_cmd_passwd, "passwd USER", "set a password"},
    {"key", sj_cmd_key, "key add|del|list USER [FILE|-]",
	"edit and show public keys"},
    {"keys", sj_cmd_keys, "keys USER", "for AuthorizedKeysCommand"},
    {"populate", sj_cmd_populate, "populate DIR [--dry-run]",
	"put an sftp server into a jail"},
    {"who", sj_cmd_who, "who", "list live sessions"},
    {"kill", sj_cmd_kill, "kill USER|ID", "end live sessions"},
    {"import", sj_cmd_import, "import sshd_config|passwd|mysecureshell|rssh",
	"write another's rules as ours"},
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void
print_help(FILE *out)
{
	size_t i;

	(void)fputs("usage: sftpjail [--config DIR] [--state DIR] [--json] "
		    "COMMAND [ARGUMENT...]\n\n",
	    out);
	for (i = 0; i < COMMAND_COUNT; i++)
		(void)fprintf(out, "  %-46s %s\n", commands[i].usage,
		    commands[i].summary);
	(void)fputs("\n  --config DIR   configuration (" SJ_CONFDIR ")\n"
		    "  --state DIR    compiled database (" SJ_STATEDIR ")\n"
		    "  --json         print data as JSON\n"
		    "  --help         print this, or the usage of a command\n"
		    "  --version      print the version\n\n"
		    "Exit status: 0 yes or done; 1 no; 2 usage; "
		    "3 bad configuration; 4 system error;\n"
		    "5 (explain) not jailed.\n",
	    out);
}

static int
usage_error(const char *what, const char *which)
{
	(void)fprintf(stderr, "sftpjail: %s%s%s; see \"sftpjail --help\"\n",
	    what, *which == '\0' ? "" : ": ", which);
	return SJ_EXIT_USAGE;
}

static const struct command *
find_command(const char *name)
{
	size_t i;

	for (i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* What the options that every command has in common said. */
struct request {
	struct sj_tool tool;
	bool is_help;
	bool is_version;
	const char *bad; /* the option without its value */
};

/* "--name VALUE" or "--name=VALUE" at argv[*index]. */
static bool
take_value(char **argv, int *index, const char *name, const char **ret_value)
{
	size_t len = strlen(name);

	if (strncmp(argv[*index], name, len) != 0)
		return false;
	if (argv[*index][len] == '=') {
		*ret_value = argv[*index] + len + 1;
		return true;
	}
	if (argv[*index][len] != '\0')
		return false;
	if (argv[*index + 1] != NULL)
		*index += 1;
	*ret_value = argv[*index] == NULL ? "" : argv[*index];
	return true;
}

static bool
take_option(struct request *request, char **argv, int *index)
{
	const char *arg = argv[*index];
	const char *dir = NULL;

	if (strcmp(arg, "--json") == 0)
		request->tool.is_json = true;
	else if (strcmp(arg, "--help") == 0)
		request->is_help = true;
	else if (strcmp(arg, "--version") == 0)
		request->is_version = true;
	else if (take_value(argv, index, "--config", &dir))
		request->tool.config_dir = dir;
	else if (take_value(argv, index, "--state", &dir))
		request->tool.state_dir = dir;
	else
		return false;
	if (dir != NULL && (*dir == '\0' || dir == arg))
		request->bad = arg;
	return true;
}

/* Leaves in argv what is the command's own; returns how many there are. */
static int
take_options(struct request *request, int argc, char **argv)
{
	int in, out = 0;

	for (in = 0; in < argc; in++) {
		if (strcmp(argv[in], "--") == 0)
			break;
		/* Behind a command it asks for that command's help. */
		if ((out > 0 && strcmp(argv[in], "--help") == 0) ||
		    !take_option(request, argv, &in))
			argv[out++] = argv[in];
	}
	for (; in < argc; in++)
		argv[out++] = argv[in];
	argv[out] = NULL;
	return out;
}

/*
 * A descriptor below 3 that the caller closed would be given to the next file
 * opened, and a message would be written into the database.
 */
static bool
open_standard_files(void)
{
	struct stat st;
	int fd, opened;

	for (fd = 0; fd < 3; fd++) {
		if (fstat(fd, &st) == 0)
			continue;
		opened = open("/dev/null", O_RDWR);
		if (opened != fd)
			return false;
	}
	return true;
}

static int
run(const struct request *request, int argc, char **argv)
{
	const struct command *command;

	if (request->bad != NULL)
		return usage_error("option needs a value", request->bad);
	if (request->is_version) {
		(void)puts("sftpjail " SJ_VERSION);
		return SJ_EXIT_OK;
	}
	if (request->is_help) {
		print_help(stdout);
		return SJ_EXIT_OK;
	}
	if (argc == 0)
		return usage_error("no command", "");
	command = find_command(argv[0]);
	if (command == NULL)
		return usage_error(
		    *argv[0] == '-' ? "unknown option" : "unknown command",
		    argv[0]);
	return command->run(&request->tool, argc, argv);
}

int
main(int argc, char **argv)
{
	struct request request = {
	    .tool = {.config_dir = SJ_CONFDIR, .state_dir = SJ_STATEDIR}};
	int status;

	if (!open_standard_files()) {
		(void)fprintf(
		    stderr, "sftpjail: standard files: %s\n", strerror(errno));
		return SJ_EXIT_SYSTEM;
	}
	(void)umask(022);
	/* Local time is the host's, as in a login, not the caller's. */
	(void)unsetenv("TZ");
	if (argc < 1)
		return usage_error("no command", "");
	argc = take_options(&request, argc - 1, argv + 1);
	status = run(&request, argc, argv + 1);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		(void)fprintf(stderr, "sftpjail: can't write the output: %s\n",
		    strerror(errno));
		return SJ_EXIT_SYSTEM;
	}
	return status;
}
