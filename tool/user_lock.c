/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "user.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "args.h"
#include "change.h"
#include "cleanup.h"
#include "quote.h"
#include "sessions.h"
#include "state.h"

static const char lock_help[] =
    "usage: sftpjail user lock NAME [--kill]\n\n"
    "Locks a user of any source out of his jail, by the list \"disabled\" of\n"
    "conf.d/50-users.conf.  Sessions that live go on, and are counted; with\n"
    "--kill they are ended.  Nothing to do is no error.\n";
static const char unlock_help[] =
    "usage: sftpjail user unlock NAME\n\n"
    "Takes the lock of \"sftpjail user lock\" away.  A lock that is written "
    "by\n"
    "hand in another file is not edited: file and line are named.\n";

/* Where the user is locked in a model; NULL: he is not. */
struct lock_place {
	bool is_locked;
	struct sj_place place;
};

static bool
find_lock(
    const struct sj_model *model, const char *name, struct lock_place *ret_lock)
{
	SJ_AUTO_FREE struct sj_user_def *user = malloc(sizeof(*user));
	uint32_t index = sj_model_find_user(model, name), i;

	ret_lock->is_locked = false;
	if (user == NULL)
		return false;
	for (i = 0; i < model->disabled_count; i++) {
		if (strcmp(model->disabled[i].name, name) != 0)
			continue;
		ret_lock->is_locked = true;
		ret_lock->place = model->disabled[i].place;
		/* One that we do not edit is what is to be told. */
		if (!sj_change_is_ours(&ret_lock->place))
			return true;
	}
	if (ret_lock->is_locked || index == SJ_NO_INDEX)
		return true;
	sj_model_user(model, index, user);
	ret_lock->is_locked = user->is_disabled;
	ret_lock->place = user->place;
	return true;
}

/* Ours, or any other source's; a source out of reach is no obstacle. */
static int
check_exists(const struct sj_change *change, const char *name)
{
	const struct passwd *pw;

	if (sj_model_find_user(change->model, name) != SJ_NO_INDEX)
		return SJ_EXIT_OK;
	errno = 0;
	pw = getpwnam(name);
	if (pw != NULL && pw->pw_uid == 0) {
		sj_change_say(
		    change, "%s has uid 0, which sftpjail never denies", name);
		return SJ_EXIT_NO;
	}
	if (pw != NULL)
		return SJ_EXIT_OK;
	if (errno != 0 && errno != ENOENT && errno != ESRCH && errno != EBADF &&
	    errno != EPERM) {
		sj_change_say(change,
		    "warning: %s: not every source could be asked: %s", name,
		    strerror(errno));
		return SJ_EXIT_OK;
	}
	sj_change_say(change, "%s: no such user", name);
	return SJ_EXIT_NO;
}

/* Puts the edited text into force. */
static int
commit(struct sj_change *change, const char *verb, const char *name)
{
	char what[320];

	(void)snprintf(what, sizeof(what), "user %s %s", verb, name);
	return sj_change_commit(change, what);
}

static int
edit_list(struct sj_change *change, const char *name, bool is_locked)
{
	struct sj_fault fault;

	if (sj_change_set_disabled(change, name, is_locked, &fault) != SJ_OK) {
		sj_change_say(change, "%s", fault.where);
		return SJ_EXIT_SYSTEM;
	}
	return sj_change_check(change);
}

static int
lock(struct sj_change *change, const char *name)
{
	struct lock_place place;
	int status = check_exists(change, name);

	if (status != SJ_EXIT_OK)
		return status;
	if (!find_lock(change->model, name, &place)) {
		sj_change_say(change, "out of memory");
		return SJ_EXIT_SYSTEM;
	}
	if (place.is_locked) {
		sj_change_say(change, "%s:%u: %s is locked already",
		    place.place.file, (unsigned)place.place.line, name);
		return SJ_EXIT_OK;
	}
	status = edit_list(change, name, true);
	if (status == SJ_EXIT_OK)
		status = commit(change, "lock", name);
	if (status == SJ_EXIT_OK)
		sj_quote_printf(stdout, "%s is locked\n", name);
	return status;
}

/* As far as it can be told: a lock is one of his jail. */
static bool
is_jailed(const struct sj_change *change, const char *name)
{
	uint32_t index = sj_model_find_user(change->model, name);
	struct sj_account account;
	struct sj_state state;
	bool is_jailed;

	if (index != SJ_NO_INDEX)
		return sj_user_jail(change->model, index) != NULL;
	memset(&account, 0, sizeof(account));
	sj_state_init(&state, change->tool);
	is_jailed = sj_account_find_user(&account, name, NULL) != SJ_OK ||
		    !account.facts.is_known ||
		    sj_account_open(&account, &state.sources, NULL) != SJ_OK ||
		    sj_account_load(&account, NULL) != SJ_OK ||
		    sj_account_find_jail(&account, NULL) != SJ_OK ||
		    account.is_jailed;
	sj_account_clear(&account);
	return is_jailed;
}

static int
end_or_count(const struct sj_change *change, const char *name, bool is_kill)
{
	SJ_AUTO_FREE struct sj_session *sessions = NULL;
	struct sj_fault fault;
	size_t count = 0;

	if (sj_sessions_find(name, &sessions, &count, &fault) != SJ_OK ||
	    (is_kill && sj_sessions_end(sessions, count, &fault) != SJ_OK)) {
		sj_change_say(change, "%s", fault.where);
		return SJ_EXIT_SYSTEM;
	}
	if (!is_kill)
		(void)printf("live sessions: %zu\n", count);
	return SJ_EXIT_OK;
}

int
sj_user_lock(const struct sj_tool *tool, int argc, char **argv)
{
	bool is_kill = false;
	const struct sj_arg_option options[] = {
	    {"--kill", SJ_ARG_FLAG, &is_kill},
	    {NULL, SJ_ARG_FLAG, NULL},
	};
	const struct sj_arg_spec spec = {"user lock", options, 1, 1, lock_help};
	struct sj_change change = {
	    .tool = tool, .command = spec.name, .lock_fd = -1};
	int status;

	if (!sj_args_parse(&spec, argc, argv, &argc, &status))
		return status;
	status = sj_change_begin(&change);
	if (status == SJ_EXIT_OK)
		status = lock(&change, argv[1]);
	if (status == SJ_EXIT_OK) {
		if (!is_jailed(&change, argv[1]))
			sj_change_say(&change,
			    "warning: no jail takes %s: sftpjail does not "
			    "keep him from logging in",
			    argv[1]);
		status = end_or_count(&change, argv[1], is_kill);
	}
	sj_change_clear(&change);
	return status;
}

/* "disabled" in the user's own setting, if it is ours to edit. */
static int
enable(struct sj_change *change, const char *name)
{
	SJ_AUTO_FREE struct sj_user_def *user = malloc(sizeof(*user));
	uint32_t index = sj_model_find_user(change->model, name);
	struct sj_fault fault;

	if (user == NULL)
		return SJ_EXIT_SYSTEM;
	if (index == SJ_NO_INDEX)
		return SJ_EXIT_OK;
	sj_model_user(change->model, index, user);
	if (!sj_change_is_ours(&user->place))
		return SJ_EXIT_OK;
	if (sj_edit_enable_user(&change->edit, user->element, &fault) == SJ_OK)
		return SJ_EXIT_OK;
	sj_change_say(change, "%s", fault.where);
	return SJ_EXIT_SYSTEM;
}

static int
check_unlocked(const struct sj_change *change, const char *name)
{
	struct lock_place place;

	if (!find_lock(change->new_model, name, &place))
		return SJ_EXIT_SYSTEM;
	if (!place.is_locked)
		return SJ_EXIT_OK;
	sj_change_say(change,
	    "%s:%u: %s is locked by hand here: edit the file, then sftpjail "
	    "apply",
	    place.place.file, (unsigned)place.place.line, name);
	return SJ_EXIT_NO;
}

static int
unlock(struct sj_change *change, const char *name)
{
	struct lock_place place;
	int status;

	if (!find_lock(change->model, name, &place))
		return SJ_EXIT_SYSTEM;
	if (!place.is_locked) {
		status = check_exists(change, name);
		if (status == SJ_EXIT_OK)
			sj_change_say(change, "%s is not locked", name);
		return status;
	}
	status = enable(change, name);
	if (status == SJ_EXIT_OK)
		status = edit_list(change, name, false);
	if (status == SJ_EXIT_OK)
		status = check_unlocked(change, name);
	if (status == SJ_EXIT_OK)
		status = commit(change, "unlock", name);
	if (status == SJ_EXIT_OK)
		sj_quote_printf(stdout, "%s is unlocked\n", name);
	return status;
}

int
sj_user_unlock(const struct sj_tool *tool, int argc, char **argv)
{
	static const struct sj_arg_option options[] = {
	    {NULL, SJ_ARG_FLAG, NULL}};
	const struct sj_arg_spec spec = {
	    "user unlock", options, 1, 1, unlock_help};
	struct sj_change change = {
	    .tool = tool, .command = spec.name, .lock_fd = -1};
	int status;

	if (!sj_args_parse(&spec, argc, argv, &argc, &status))
		return status;
	status = sj_change_begin(&change);
	if (status == SJ_EXIT_OK)
		status = unlock(&change, argv[1]);
	sj_change_clear(&change);
	return status;
}
