/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "user.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "change.h"
#include "cleanup.h"
#include "sshkey_input.h"
#include "name.h"
#include "quote.h"
#include "sshd_config.h"

static const char help[] =
    "usage: sftpjail user add NAME [OPTION...]\n\n"
    "Adds a user to conf.d/50-users.conf and puts it into force.  Prints what\n"
    "to hand to the person.\n\n"
    "  --key FILE         a file with public keys; may be repeated; - is\n"
    "                     standard input\n"
    "  --uid NUMBER       without it the next one that is free\n"
    "  --group NAME       primary group; without it that of user_defaults\n"
    "  --groups A,B       supplementary groups\n"
    "  --gecos TEXT       the person's name\n"
    "  --home DIR         home directory\n"
    "  --shell FILE       login shell\n"
    "  --not-before DAY   first valid day, YYYY-MM-DD, UTC\n"
    "  --expires DAY      last valid day\n"
    "  --disabled         locked until \"sftpjail user unlock NAME\"\n\n"
    "Exit status: 1 the name is taken; 3 the configuration would have an "
    "error.\n";

struct request {
	struct sj_edit_user user;
	const char *uid;
	const char *groups; /* "a,b" */
	bool is_disabled;
	struct sj_arg_list key_files;
	/* owned */
	char *groups_copy;
	const char **group_names;
	struct sj_sshkey_list keys;
};

static void
clear(struct request *request)
{
	free(request->key_files.items);
	free(request->groups_copy);
	free(request->group_names);
	sj_sshkey_list_clear(&request->keys);
}

/* Cuts "a,b" at the commas. */
static bool
split_groups(struct request *request)
{
	char *text, *name;

	if (request->groups == NULL)
		return true;
	text = request->groups_copy = strdup(request->groups);
	request->group_names =
	    calloc(strlen(request->groups) + 2, sizeof(char *));
	if (text == NULL || request->group_names == NULL)
		return false;
	while ((name = strsep(&text, ",")) != NULL)
		request->group_names[request->user.group_count++] = name;
	request->user.groups = request->group_names;
	return true;
}

static int
read_keys(struct request *request, const struct sj_change *change)
{
	size_t i;
	int status = SJ_EXIT_OK;

	for (i = 0; i < request->key_files.count && status == SJ_EXIT_OK; i++)
		status = sj_sshkey_input_read(
		    change, request->key_files.items[i], &request->keys);
	request->user.keys = (const char *const *)request->keys.lines;
	request->user.key_count = request->keys.count;
	return status;
}

/* Behind the highest one: an id that was somebody's is not given again. */
static bool
find_uid(
    const struct sj_model *model, struct sj_user_def *user, uint32_t *ret_uid)
{
	uint32_t next = model->ids.uid_min, i, tries;

	for (i = 0; i < model->user_count; i++) {
		sj_model_user(model, i, user);
		if (user->uid >= next)
			next = user->uid + 1;
	}
	tries = model->ids.uid_max - model->ids.uid_min + 1;
	for (i = 0; i < tries; i++, next++) {
		if (next < model->ids.uid_min || next > model->ids.uid_max)
			next = model->ids.uid_min;
		if (sj_model_find_uid(model, next) == SJ_NO_INDEX &&
		    getpwuid(next) == NULL) {
			*ret_uid = next;
			return true;
		}
	}
	return false;
}

static int
choose_uid(struct request *request, const struct sj_change *change,
    struct sj_user_def *user)
{
	if (request->uid != NULL)
		return SJ_EXIT_OK;
	if (find_uid(change->model, user, &request->user.uid))
		return SJ_EXIT_OK;
	sj_change_say(change, "no free uid from %u to %u: see ids",
	    (unsigned)change->model->ids.uid_min,
	    (unsigned)change->model->ids.uid_max);
	return SJ_EXIT_NO;
}

/* "disabled" is a list by name, as lock writes it. */
static enum sj_reason
edit_text(struct sj_change *change, const struct request *request,
    struct sj_fault *fault)
{
	enum sj_reason reason =
	    sj_edit_add_user(&change->edit, &request->user, fault);

	if (reason == SJ_OK && request->is_disabled)
		reason = sj_change_set_disabled(
		    change, request->user.name, true, fault);
	return reason;
}

static const char *
find_port(struct sj_sshd_config *config)
{
	const struct sj_sshd_line *line;
	struct sj_fault fault;

	if (sj_sshd_config_load(NULL, config, &fault) != SJ_OK)
		return "22";
	line = sj_sshd_config_find(config, "port");
	return line == NULL ? "22" : line->args[0];
}

/* What the administrator sends to the person. */
static void
print_command(const char *name)
{
	struct sj_sshd_config config;
	char host[256];
	const char *port;

	memset(&config, 0, sizeof(config));
	port = find_port(&config);
	if (gethostname(host, sizeof(host)) != 0)
		(void)snprintf(host, sizeof(host), "HOST");
	host[sizeof(host) - 1] = '\0';
	(void)fputs("sftp ", stdout);
	if (strcmp(port, "22") != 0)
		sj_quote_printf(stdout, "-P %s ", port);
	sj_quote_printf(stdout, "%s@%s\n", name, host);
	sj_sshd_config_clear(&config);
}

static void
print_added(
    const struct sj_change *change, struct sj_user_def *user, const char *name)
{
	const struct sj_model *model = change->new_model;
	uint32_t index = sj_model_find_user(model, name);
	const char *jail;

	if (index == SJ_NO_INDEX)
		return;
	jail = sj_user_jail(model, index);
	sj_model_user(model, index, user);
	(void)printf("user %s added: uid %u, group %s, jail %s\n", name,
	    (unsigned)user->uid, user->group_name, jail == NULL ? "-" : jail);
	sj_user_put_keys(user, "key ", stdout);
	print_command(name);
	if (jail == NULL)
		sj_change_say(change,
		    "warning: no jail takes %s: he would not be confined",
		    name);
	if (user->keys.count == 0)
		sj_change_say(change,
		    "%s has no key yet: sftpjail key add %s FILE", name, name);
}

static int
add(struct sj_change *change, struct request *request, struct sj_user_def *user)
{
	const char *name = request->user.name;
	uint32_t index = sj_model_find_user(change->model, name);
	char what[64];
	struct sj_fault fault;
	int status;

	if (index != SJ_NO_INDEX) {
		sj_model_user(change->model, index, user);
		sj_change_say(change, "%s:%u: the user %s is there already",
		    user->place.file, (unsigned)user->place.line, name);
		return SJ_EXIT_NO;
	}
	status = choose_uid(request, change, user);
	if (status != SJ_EXIT_OK)
		return status;
	if (edit_text(change, request, &fault) != SJ_OK) {
		sj_change_say(change, "%s", fault.where);
		return SJ_EXIT_SYSTEM;
	}
	status = sj_change_check(change);
	(void)snprintf(what, sizeof(what), "user add %s", name);
	if (status == SJ_EXIT_OK)
		status = sj_change_commit(change, what);
	if (status == SJ_EXIT_OK)
		print_added(change, user, name);
	return status;
}

static int
run(struct sj_change *change, struct request *request)
{
	SJ_AUTO_FREE struct sj_user_def *user = malloc(sizeof(*user));
	int status;

	if (user == NULL || !split_groups(request)) {
		sj_change_say(change, "out of memory");
		return SJ_EXIT_SYSTEM;
	}
	/* Standard input is read before others have to wait for the lock. */
	status = read_keys(request, change);
	if (status == SJ_EXIT_OK)
		status = sj_change_begin(change);
	return status == SJ_EXIT_OK ? add(change, request, user) : status;
}

static int
parse(struct request *request, const struct sj_arg_spec *spec, int argc,
    char **argv)
{
	int status;

	request->key_files.items = calloc((size_t)argc + 1, sizeof(char *));
	if (request->key_files.items == NULL)
		return SJ_EXIT_SYSTEM;
	if (!sj_args_parse(spec, argc, argv, &argc, &status))
		return status;
	request->user.name = argv[1];
	if (!sj_name_is_user(argv[1])) {
		(void)sj_args_error(spec,
		    "a user name is [a-z_][a-z0-9_.-]{0,31} without a dot at "
		    "its end",
		    argv[1]);
		return SJ_EXIT_USAGE;
	}
	if (request->uid != NULL &&
	    !sj_args_number(request->uid, &request->user.uid))
		return sj_args_error(
		    spec, "--uid: expected a number", request->uid);
	return SJ_EXIT_OK;
}

int
sj_user_add(const struct sj_tool *tool, int argc, char **argv)
{
	struct request request = {.uid = NULL};
	const struct sj_arg_option options[] = {
	    {"--key", SJ_ARG_LIST, &request.key_files},
	    {"--uid", SJ_ARG_VALUE, &request.uid},
	    {"--groups", SJ_ARG_VALUE, &request.groups},
	    {"--group", SJ_ARG_VALUE, &request.user.group},
	    {"--gecos", SJ_ARG_VALUE, &request.user.gecos},
	    {"--home", SJ_ARG_VALUE, &request.user.home},
	    {"--shell", SJ_ARG_VALUE, &request.user.shell},
	    {"--not-before", SJ_ARG_VALUE, &request.user.not_before},
	    {"--expires", SJ_ARG_VALUE, &request.user.expires},
	    {"--disabled", SJ_ARG_FLAG, &request.is_disabled},
	    {NULL, SJ_ARG_FLAG, NULL},
	};
	const struct sj_arg_spec spec = {"user add", options, 1, 1, help};
	struct sj_change change = {
	    .tool = tool, .command = spec.name, .lock_fd = -1};
	int status = parse(&request, &spec, argc, argv);
	bool is_parsed = request.user.name != NULL && status == SJ_EXIT_OK;

	if (is_parsed)
		status = run(&change, &request);
	sj_change_clear(&change);
	clear(&request);
	return status;
}
