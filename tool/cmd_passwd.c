/* SPDX-License-Identifier: ISC */

/* sftpjail passwd: the password of a user in the file of the tool. */

#include <unistd.h>

#include "change.h"
#include "owned.h"
#include "password.h"
#include "quote.h"

static const char help[] =
    "usage: sftpjail passwd USER [--stdin|--delete]\n\n"
    "Asks twice for a new password on the terminal, puts its hash into\n"
    "conf.d/50-users.conf (mode 0600), and that into force.\n\n"
    "  --stdin    read it from standard input, one line\n"
    "  --delete   take the password away; keys stay\n\n"
    "\"sftpjail user lock USER\" keeps him out with keys, too.\n\n"
    "Exit status: 1 no such user, or written by hand in another file, or no\n"
    "good password.\n";

struct request {
	bool is_stdin;
	bool is_delete;
};

static bool
takes_passwords(const struct sj_jail *jail)
{
	uint32_t i;

	for (i = 0; i < jail->auth.count; i++) {
		if ((sj_jail_auth(jail, i) & SJ_AUTH_PASSWORD) != 0)
			return true;
	}
	return jail->auth.count == 0;
}

/* hash NULL: none. */
static int
store(struct sj_change *change, const char *name, const char *hash)
{
	const struct sj_edit_field field = {.name = "password",
	    .kind = hash == NULL ? SJ_EDIT_NONE : SJ_EDIT_STRING,
	    .text = hash};
	struct sj_user_def user;
	struct sj_fault fault;
	uint32_t index, jail;
	int status = sj_change_begin(change);

	if (status == SJ_EXIT_OK)
		status = sj_owned_user(change, name, &user);
	if (status != SJ_EXIT_OK)
		return status;
	if (sj_edit_set(&change->edit, "users", user.element, &field, &fault) !=
	    SJ_OK)
		return sj_change_fail(change, fault.where);
	status = sj_change_finish(change, name);
	if (status != SJ_EXIT_OK)
		return status;
	sj_quote_printf(stdout,
	    hash == NULL ? "password of %s deleted\n" : "password of %s set\n",
	    name);
	index = sj_model_find_user(change->model, name);
	jail = sj_model_jail_of(change->model, index);
	if (hash != NULL && jail != SJ_NO_INDEX &&
	    !takes_passwords(&change->model->jails[jail].jail))
		sj_change_say(change,
		    "warning: the jail %s takes no passwords: see auth",
		    change->model->jails[jail].jail.name);
	return SJ_EXIT_OK;
}

/* Before he types it twice: may it be set at all? */
static int
check_user(struct sj_change *change, const char *name)
{
	struct sj_user_def user;
	int status = sj_change_begin(change);

	if (status == SJ_EXIT_OK)
		status = sj_owned_user(change, name, &user);
	/* Nobody waits for the lock while somebody thinks. */
	sj_change_clear(change);
	return status;
}

static enum sj_reason
make_hash(const char *name, bool is_stdin, char ret_hash[SJ_PASSWORD_HASH_SIZE],
    struct sj_fault *fault)
{
	char password[SJ_PASSWORD_SIZE] = "";
	enum sj_reason reason;

	reason = is_stdin ? sj_password_read(STDIN_FILENO, password, fault)
			  : sj_password_ask(name, password, fault);
	if (reason == SJ_OK)
		reason = sj_password_hash(password, ret_hash, fault);
	sj_password_wipe(password, sizeof(password));
	return reason;
}

static int
run(struct sj_change *change, char **argv, void *context)
{
	const struct request *request = context;
	char hash[SJ_PASSWORD_HASH_SIZE];
	struct sj_fault fault;
	int status;

	if (request->is_stdin && request->is_delete) {
		sj_change_say(change, "--stdin or --delete, not both");
		return SJ_EXIT_USAGE;
	}
	if (request->is_delete)
		return store(change, argv[1], NULL);
	status = check_user(change, argv[1]);
	if (status != SJ_EXIT_OK)
		return status;
	if (make_hash(argv[1], request->is_stdin, hash, &fault) == SJ_OK)
		return store(change, argv[1], hash);
	sj_change_say(change, "%s", fault.where);
	return fault.sys_errno == 0 ? SJ_EXIT_NO : SJ_EXIT_SYSTEM;
}

int
sj_cmd_passwd(const struct sj_tool *tool, int argc, char **argv)
{
	struct request request = {false, false};
	const struct sj_arg_option options[] = {
	    {"--stdin", SJ_ARG_FLAG, &request.is_stdin},
	    {"--delete", SJ_ARG_FLAG, &request.is_delete},
	    {NULL, SJ_ARG_FLAG, NULL},
	};
	const struct sj_arg_spec spec = {"passwd", options, 1, 1, help};

	return sj_change_run(tool, &spec, argc, argv, run, &request);
}
