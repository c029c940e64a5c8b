/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "user.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>

#include "account.h"
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

/* Where the user is locked in a model. */
struct lock_place {
	bool is_locked;
	struct sj_place place;
};

static struct lock_place
find_lock(const struct sj_model *model, const char *name)
{
	struct lock_place lock = {.is_locked = false};
	uint32_t index = sj_model_find_user(model, name), i;
	struct sj_user_def user;

	for (i = 0; i < model->disabled_count; i++) {
		if (strcmp(model->disabled[i].name, name) != 0)
			continue;
		lock.is_locked = true;
		lock.place = model->disabled[i].place;
		/* One that we do not edit is what is to be told. */
		if (!sj_change_is_ours(&lock.place))
			return lock;
	}
	if (lock.is_locked || index == SJ_NO_INDEX)
		return lock;
	sj_model_user(model, index, &user);
	lock.is_locked = user.is_disabled;
	lock.place = user.place;
	return lock;
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

static int
edit_list(struct sj_change *change, const char *name, bool is_locked)
{
	struct sj_fault fault;

	return sj_change_set_disabled(change, name, is_locked, &fault) == SJ_OK
		   ? SJ_EXIT_OK
		   : sj_change_fail(change, fault.where);
}

static int
set_lock(struct sj_change *change, const char *name)
{
	struct lock_place place;
	int status = check_exists(change, name);

	if (status != SJ_EXIT_OK)
		return status;
	place = find_lock(change->model, name);
	if (place.is_locked) {
		sj_change_say(change, "%s:%u: %s is locked already",
		    place.place.file, (unsigned)place.place.line, name);
		return SJ_EXIT_OK;
	}
	status = edit_list(change, name, true);
	if (status == SJ_EXIT_OK)
		status = sj_change_finish(change, name);
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
	    (is_kill && sj_sessions_end(sessions, count, &fault) != SJ_OK))
		return sj_change_fail(change, fault.where);
	if (!is_kill)
		(void)printf("live sessions: %zu\n", count);
	return SJ_EXIT_OK;
}

static int
lock(struct sj_change *change, char **argv, void *context)
{
	const bool *is_kill = context;
	int status = sj_change_begin(change);

	if (status == SJ_EXIT_OK)
		status = set_lock(change, argv[1]);
	if (status != SJ_EXIT_OK)
		return status;
	if (!is_jailed(change, argv[1]))
		sj_change_say(change,
		    "warning: no jail takes %s: sftpjail does not keep him "
		    "from logging in",
		    argv[1]);
	return end_or_count(change, argv[1], *is_kill);
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

	return sj_change_run(tool, &spec, argc, argv, lock, &is_kill);
}

/* "disabled" in the user's own setting, if it is ours to edit. */
static int
enable(struct sj_change *change, const char *name)
{
	const struct sj_edit_field field = {.name = "disabled"};
	uint32_t index = sj_model_find_user(change->model, name);
	struct sj_user_def user;
	struct sj_fault fault;

	if (index == SJ_NO_INDEX)
		return SJ_EXIT_OK;
	sj_model_user(change->model, index, &user);
	if (!sj_change_is_ours(&user.place) ||
	    sj_edit_set(&change->edit, "users", user.element, &field, &fault) ==
		SJ_OK)
		return SJ_EXIT_OK;
	return sj_change_fail(change, fault.where);
}

static int
check_unlocked(const struct sj_change *change, const char *name)
{
	struct lock_place place = find_lock(change->new_model, name);

	if (!place.is_locked)
		return SJ_EXIT_OK;
	sj_change_say(change,
	    "%s:%u: %s is locked by hand here: edit the file, then sftpjail "
	    "apply",
	    place.place.file, (unsigned)place.place.line, name);
	return SJ_EXIT_NO;
}

static int
unlock(struct sj_change *change, char **argv, void *context)
{
	const char *name = argv[1];
	int status = sj_change_begin(change);

	(void)context;
	if (status != SJ_EXIT_OK)
		return status;
	if (!find_lock(change->model, name).is_locked) {
		status = check_exists(change, name);
		if (status == SJ_EXIT_OK)
			sj_change_say(change, "%s is not locked", name);
		return status;
	}
	status = enable(change, name);
	if (status == SJ_EXIT_OK)
		status = edit_list(change, name, false);
	if (status == SJ_EXIT_OK)
		status = sj_change_check(change);
	if (status == SJ_EXIT_OK)
		status = check_unlocked(change, name);
	if (status == SJ_EXIT_OK)
		status = sj_change_commit(change, name);
	if (status == SJ_EXIT_OK)
		sj_quote_printf(stdout, "%s is unlocked\n", name);
	return status;
}

int
sj_user_unlock(const struct sj_tool *tool, int argc, char **argv)
{
	const struct sj_arg_spec spec = {
	    "user unlock", NULL, 1, 1, unlock_help};

	return sj_change_run(tool, &spec, argc, argv, unlock, NULL);
}
