/* SPDX-License-Identifier: ISC */

/* sftpjail key: the keys of users in the file of the tool. */

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "change.h"
#include "cleanup.h"
#include "json.h"
#include "sshkey_input.h"
#include "owned.h"
#include "quote.h"
#include "tool.h"
#include "user.h"

static const char help[] =
    "usage: sftpjail key add USER [FILE|-]\n"
    "       sftpjail key del USER SHA256:FINGERPRINT|FILE|-\n"
    "       sftpjail key list USER [--json]\n\n"
    "add reads OpenSSH public keys (*.pub, authorized_keys) from FILE or\n"
    "standard input, adds them to a user of conf.d/50-users.conf, puts that\n"
    "into force and prints the fingerprints.  A private key is refused.\n"
    "A key that is there already is nothing to do.\n\n"
    "Exit status: 1 no such user or key, or FILE holds no good key.\n";

static const struct sj_arg_option no_options[] = {{NULL, SJ_ARG_FLAG, NULL}};

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

/* The user's lines as pointers, with room for more; NULL: no memory. */
static const char **
lines_of(const struct sj_strings *keys, size_t more)
{
	const char **lines =
	    calloc((size_t)keys->count + more + 1, sizeof(lines[0]));
	uint32_t i;

	for (i = 0; lines != NULL && i < keys->count; i++)
		lines[i] = i == 0 ? keys->first : sj_strings_next(lines[i - 1]);
	return lines;
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
store(struct sj_change *change, const struct sj_owned *owned,
    const char *const *lines, size_t count, const char *what)
{
	struct sj_fault fault;
	int status;

	if (sj_edit_set_keys(
		&change->edit, owned->element, lines, count, &fault) != SJ_OK) {
		sj_change_say(change, "%s", fault.where);
		return SJ_EXIT_SYSTEM;
	}
	status = sj_change_check(change);
	return status == SJ_EXIT_OK ? sj_change_commit(change, what) : status;
}

static int
add_keys(struct sj_change *change, const char *user,
    const struct sj_sshkey_list *new_keys)
{
	SJ_AUTO_FREE const char **lines = NULL;
	struct sj_owned owned;
	size_t count, i;
	char what[64];
	int status = sj_owned_find(change, user, &owned);

	if (status != SJ_EXIT_OK)
		return status;
	lines = lines_of(&owned.keys, new_keys->count);
	if (lines == NULL) {
		sj_change_say(change, "out of memory");
		return SJ_EXIT_SYSTEM;
	}
	count = owned.keys.count;
	for (i = 0; i < new_keys->count; i++) {
		if (has_line(lines, count, new_keys->lines[i]))
			print_key("already there:", new_keys->lines[i]);
		else
			lines[count++] = new_keys->lines[i];
	}
	if (count == owned.keys.count)
		return SJ_EXIT_OK;
	(void)snprintf(what, sizeof(what), "key add %s", user);
	status = store(change, &owned, lines, count, what);
	for (i = owned.keys.count; i < count && status == SJ_EXIT_OK; i++)
		print_key("added:", lines[i]);
	return status;
}

static int
key_add(const struct sj_tool *tool, int argc, char **argv)
{
	const struct sj_arg_spec spec = {"key add", no_options, 1, 2, help};
	struct sj_change change = {
	    .tool = tool, .command = spec.name, .lock_fd = -1};
	struct sj_sshkey_list keys = {NULL, 0};
	int status;

	if (!sj_args_parse(&spec, argc, argv, &argc, &status))
		return status;
	/* Standard input is read before others have to wait for the lock. */
	status = sj_sshkey_input_read(&change, argc < 2 ? "-" : argv[2], &keys);
	if (status == SJ_EXIT_OK)
		status = sj_change_begin(&change);
	if (status == SJ_EXIT_OK)
		status = add_keys(&change, argv[1], &keys);
	sj_change_clear(&change);
	sj_sshkey_list_clear(&keys);
	return status;
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
del_keys(struct sj_change *change, const char *user,
    const struct selection *selection)
{
	SJ_AUTO_FREE const char **lines = NULL;
	struct sj_owned owned;
	size_t kept, i;
	char what[64];
	int status = sj_owned_find(change, user, &owned);

	if (status != SJ_EXIT_OK)
		return status;
	lines = lines_of(&owned.keys, 0);
	if (lines == NULL) {
		sj_change_say(change, "out of memory");
		return SJ_EXIT_SYSTEM;
	}
	kept = divide(selection, lines, owned.keys.count);
	if (kept == owned.keys.count) {
		sj_change_say(change, "%s has no such key", user);
		return SJ_EXIT_NO;
	}
	(void)snprintf(what, sizeof(what), "key del %s", user);
	status = store(change, &owned, lines, kept, what);
	for (i = kept; i < owned.keys.count && status == SJ_EXIT_OK; i++)
		print_key("deleted:", lines[i]);
	return status;
}

static int
key_del(const struct sj_tool *tool, int argc, char **argv)
{
	const struct sj_arg_spec spec = {"key del", no_options, 2, 2, help};
	struct sj_change change = {
	    .tool = tool, .command = spec.name, .lock_fd = -1};
	struct selection selection = {NULL, {NULL, 0}};
	int status;

	if (!sj_args_parse(&spec, argc, argv, &argc, &status))
		return status;
	if (strncmp(argv[2], "SHA256:", strlen("SHA256:")) == 0)
		selection.fingerprint = argv[2];
	else
		status =
		    sj_sshkey_input_read(&change, argv[2], &selection.list);
	if (selection.fingerprint != NULL)
		status = SJ_EXIT_OK;
	if (status == SJ_EXIT_OK)
		status = sj_change_begin(&change);
	if (status == SJ_EXIT_OK)
		status = del_keys(&change, argv[1], &selection);
	sj_change_clear(&change);
	sj_sshkey_list_clear(&selection.list);
	return status;
}

static int
list_keys(const struct sj_change *change, const char *name)
{
	SJ_AUTO_FREE struct sj_user_def *user = malloc(sizeof(*user));
	uint32_t index = sj_model_find_user(change->model, name);

	if (index == SJ_NO_INDEX || user == NULL) {
		sj_change_say(change, "%s: %s", name,
		    user == NULL ? "out of memory"
				 : "no such user in the configuration");
		return user == NULL ? SJ_EXIT_SYSTEM : SJ_EXIT_NO;
	}
	sj_model_user(change->model, index, user);
	if (!change->tool->is_json) {
		sj_user_put_keys(user, "", stdout);
		return SJ_EXIT_OK;
	}
	return sj_json_print(json_pack("{s:i, s:o, s:o}", "schema",
		   SJ_JSON_SCHEMA, "user", sj_json_text(name), "keys",
		   sj_user_json_keys(user)))
		   ? SJ_EXIT_OK
		   : SJ_EXIT_SYSTEM;
}

static int
key_list(const struct sj_tool *tool, int argc, char **argv)
{
	const struct sj_arg_spec spec = {"key list", no_options, 1, 1, help};
	struct sj_change change = {
	    .tool = tool, .command = spec.name, .lock_fd = -1};
	int status;

	if (!sj_args_parse(&spec, argc, argv, &argc, &status))
		return status;
	status = sj_change_read(&change);
	if (status == SJ_EXIT_OK)
		status = list_keys(&change, argv[1]);
	sj_change_clear(&change);
	return status;
}

int
sj_cmd_key(const struct sj_tool *tool, int argc, char **argv)
{
	const char *name = argc < 2 ? "" : argv[1];

	if (strcmp(name, "add") == 0)
		return key_add(tool, argc - 1, argv + 1);
	if (strcmp(name, "del") == 0)
		return key_del(tool, argc - 1, argv + 1);
	if (strcmp(name, "list") == 0)
		return key_list(tool, argc - 1, argv + 1);
	if (strcmp(name, "--help") == 0) {
		(void)fputs(help, stdout);
		return SJ_EXIT_OK;
	}
	sj_quote_printf(stderr,
	    "sftpjail key: %s%s, expected add, del or list; see \"sftpjail "
	    "key --help\"\n",
	    name[0] == '\0' ? "no subcommand" : "unknown subcommand: ", name);
	return SJ_EXIT_USAGE;
}
