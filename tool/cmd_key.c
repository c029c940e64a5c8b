/* SPDX-License-Identifier: ISC */

/* sftpjail key: the keys of users in the file of the tool. */

#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "change.h"
#include "cleanup.h"
#include "json.h"
#include "owned.h"
#include "quote.h"
#include "sshkey_input.h"
#include "sshkey_ssh2.h"
#include "tool.h"
#include "user.h"

static const char help[] =
    "usage: sftpjail key add USER [FILE|-]\n"
    "       sftpjail key del USER SHA256:FINGERPRINT|FILE|-\n"
    "       sftpjail key list USER [--format rfc4716] [--json]\n\n"
    "add reads public keys from FILE or standard input, adds them to a user "
    "of\n"
    "conf.d/50-users.conf, puts that into force and prints the fingerprints.\n"
    "FILE is of OpenSSH (*.pub, authorized_keys), or has SSH2 blocks (RFC "
    "4716,\n"
    "as Tectia, F-Secure, OpenVMS and PuTTY write them); what stands around\n"
    "the blocks, in a mail, is ignored.  A private key is refused.\n"
    "A key that is there already is nothing to do.\n\n"
    "list prints type, fingerprint and comment of each key; with --format\n"
    "rfc4716 the keys themselves, as SSH2 blocks, without their options.\n\n"
    "Exit status: 1 no such user or key, or FILE holds no good key.\n";

static void
print_key(const char *done, const char *line)
{
	SJ_AUTO_FREE char *comment = NULL;
	struct sj_sshkey key;

	if (sj_sshkey_parse(line, &key) != SJ_SSHKEY_OK)
		return;
	comment = strndup(key.comment.text, key.comment.len);
	(void)printf("%s %.*s %s", done, (int)key.type.len, key.type.text,
	    key.fingerprint);
	sj_quote_printf(stdout, " %s\n", comment);
}

static bool
has_line(const char *const *lines, size_t count, const char *line)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (sj_sshkey_is_same(lines[i], line))
			return true;
	}
	return false;
}

static int
store(struct sj_change *change, const struct sj_user_def *user,
    const char *const *lines, size_t count)
{
	const struct sj_edit_field field = {.name = "keys",
	    .kind = SJ_EDIT_LINES,
	    .items = lines,
	    .count = count};
	struct sj_fault fault;

	if (sj_edit_set(
		&change->edit, "users", user->element, &field, &fault) != SJ_OK)
		return sj_change_fail(change, fault.where);
	return sj_change_finish(change, user->name);
}

static int
add_keys(struct sj_change *change, const char *name,
    const struct sj_sshkey_list *new_keys)
{
	SJ_AUTO_FREE const char **lines = NULL;
	struct sj_user_def user;
	size_t count, i;
	int status = sj_owned_user(change, name, &user);

	if (status != SJ_EXIT_OK)
		return status;
	lines = sj_owned_strings(&user.keys, new_keys->count);
	if (lines == NULL)
		return sj_change_no_memory(change);
	count = user.keys.count;
	for (i = 0; i < new_keys->count; i++) {
		if (has_line(lines, count, new_keys->lines[i]))
			print_key("already there:", new_keys->lines[i]);
		else
			lines[count++] = new_keys->lines[i];
	}
	if (count == user.keys.count)
		return SJ_EXIT_OK;
	status = store(change, &user, lines, count);
	for (i = user.keys.count; i < count && status == SJ_EXIT_OK; i++)
		print_key("added:", lines[i]);
	return status;
}

static int
add(struct sj_change *change, char **argv, void *context)
{
	struct sj_sshkey_list keys = {NULL, 0};
	/* Standard input is read before others have to wait for the lock. */
	int status = sj_sshkey_input_read(
	    change, argv[2] == NULL ? "-" : argv[2], &keys);

	(void)context;
	if (status == SJ_EXIT_OK)
		status = sj_change_begin(change);
	if (status == SJ_EXIT_OK)
		status = add_keys(change, argv[1], &keys);
	sj_sshkey_list_clear(&keys);
	return status;
}

static int
key_add(const struct sj_tool *tool, int argc, char **argv)
{
	const struct sj_arg_spec spec = {"key add", NULL, 1, 2, help};

	return sj_change_run(tool, &spec, argc, argv, add, NULL);
}

/* One key by its fingerprint, or the keys of a file. */
struct selection {
	const char *fingerprint; /* NULL: the list */
	struct sj_sshkey_list list;
};

static bool
is_selected(const struct selection *selection, const char *line)
{
	struct sj_sshkey key;

	if (selection->fingerprint == NULL)
		return sj_sshkey_input_has(&selection->list, line);
	return sj_sshkey_parse(line, &key) == SJ_SSHKEY_OK &&
	       strcmp(key.fingerprint, selection->fingerprint) == 0;
}

/* Moves what stays to the front and what goes behind it; how many stay. */
static size_t
divide(const struct selection *selection, const char **lines, size_t count)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++) {
		const char *line = lines[i];

		if (is_selected(selection, line))
			continue;
		lines[i] = lines[kept];
		lines[kept++] = line;
	}
	return kept;
}

static int
del_keys(struct sj_change *change, const char *name,
    const struct selection *selection)
{
	SJ_AUTO_FREE const char **lines = NULL;
	struct sj_user_def user;
	size_t kept, i;
	int status = sj_owned_user(change, name, &user);

	if (status != SJ_EXIT_OK)
		return status;
	lines = sj_owned_strings(&user.keys, 0);
	if (lines == NULL)
		return sj_change_no_memory(change);
	kept = divide(selection, lines, user.keys.count);
	if (kept == user.keys.count) {
		sj_change_say(change, "%s has no such key", name);
		return SJ_EXIT_NO;
	}
	status = store(change, &user, lines, kept);
	for (i = kept; i < user.keys.count && status == SJ_EXIT_OK; i++)
		print_key("deleted:", lines[i]);
	return status;
}

static int
del(struct sj_change *change, char **argv, void *context)
{
	struct selection selection = {NULL, {NULL, 0}};
	int status = SJ_EXIT_OK;

	(void)context;
	if (strncmp(argv[2], "SHA256:", strlen("SHA256:")) == 0)
		selection.fingerprint = argv[2];
	else
		status = sj_sshkey_input_read(change, argv[2], &selection.list);
	if (status == SJ_EXIT_OK)
		status = sj_change_begin(change);
	if (status == SJ_EXIT_OK)
		status = del_keys(change, argv[1], &selection);
	sj_sshkey_list_clear(&selection.list);
	return status;
}

static int
key_del(const struct sj_tool *tool, int argc, char **argv)
{
	const struct sj_arg_spec spec = {"key del", NULL, 2, 2, help};

	return sj_change_run(tool, &spec, argc, argv, del, NULL);
}

static void
put_blocks(const struct sj_strings *keys)
{
	const char *line = keys->first;
	uint32_t i;

	for (i = 0; i < keys->count; i++, line = sj_strings_next(line))
		sj_sshkey_ssh2_put(stdout, line);
}

static int
list(struct sj_change *change, char **argv, void *context)
{
	const char *format = *(const char **)context;
	struct sj_user_def user;
	uint32_t index;
	int status;

	if (format != NULL &&
	    (strcmp(format, "rfc4716") != 0 || change->tool->is_json)) {
		sj_change_say(change, "--format: expected rfc4716, and no "
				      "--json");
		return SJ_EXIT_USAGE;
	}
	status = sj_change_read(change);
	if (status != SJ_EXIT_OK)
		return status;
	index = sj_model_find_user(change->model, argv[1]);
	if (index == SJ_NO_INDEX) {
		sj_change_say(
		    change, "%s: no such user in the configuration", argv[1]);
		return SJ_EXIT_NO;
	}
	sj_model_user(change->model, index, &user);
	if (change->tool->is_json)
		return sj_json_print(json_pack("{s:i, s:o, s:o}", "schema",
			   SJ_JSON_SCHEMA, "user", sj_json_text(user.name),
			   "keys", sj_user_json_keys(&user)))
			   ? SJ_EXIT_OK
			   : SJ_EXIT_SYSTEM;
	if (format != NULL)
		put_blocks(&user.keys);
	else
		sj_user_put_keys(&user, "", stdout);
	return SJ_EXIT_OK;
}

static int
key_list(const struct sj_tool *tool, int argc, char **argv)
{
	const char *format = NULL;
	const struct sj_arg_option options[] = {
	    {"--format", SJ_ARG_VALUE, &format},
	    {NULL, SJ_ARG_FLAG, NULL},
	};
	const struct sj_arg_spec spec = {"key list", options, 1, 1, help};

	return sj_change_run(tool, &spec, argc, argv, list, &format);
}

static const struct sj_arg_subcommand commands[] = {
    {"add", key_add},
    {"del", key_del},
    {"list", key_list},
    {NULL, NULL},
};

int
sj_cmd_key(const struct sj_tool *tool, int argc, char **argv)
{
	return sj_args_subcommand(commands, help, tool, argc, argv);
}
