/* SPDX-License-Identifier: ISC */
#include "user.h"

#include <string.h>

#include "owned.h"
#include "quote.h"
#include "user_field.h"

static const char help[] =
    "usage: sftpjail user set NAME OPTION...\n\n"
    "Changes a user of conf.d/50-users.conf and puts that into force.  A "
    "value\n"
    "of '' takes the setting out; user_defaults, or no limit, is what counts\n"
    "then.  Sessions that live go on as they are.\n\n"
    "  --key FILE         these public keys instead of those he has; may be\n"
    "                     repeated; - is standard input; '' leaves none\n"
    "  --uid NUMBER       files keep the old one: chown them\n"
    "  --group NAME       primary group\n"
    "  --groups A,B       supplementary groups, beside those whose members\n"
    "                     name him\n"
    "  --gecos TEXT       the person's name\n"
    "  --home DIR         home directory; nothing is moved\n"
    "  --shell FILE       login shell\n"
    "  --not-before DAY   first valid day, YYYY-MM-DD, UTC\n"
    "  --expires DAY      last valid day\n\n"
    "See also: sftpjail user lock, passwd, key, group.\n\n"
    "Exit status: 1 no such user, or written by hand in another file; 3 the\n"
    "configuration would have an error.\n";

/* The fields that were said, in the place of those that are there. */
static enum sj_reason
edit(struct sj_change *change, const struct sj_user_fields *fields,
    uint32_t element, struct sj_fault *fault)
{
	enum sj_reason reason = SJ_OK;
	size_t i;

	for (i = SJ_FIELD_NAME + 1; i < SJ_FIELD_COUNT && reason == SJ_OK;
	     i++) {
		if (sj_user_fields_has(fields, (enum sj_user_field)i))
			reason = sj_edit_set(&change->edit, "users", element,
			    &fields->fields[i], fault);
	}
	return reason;
}

static bool
is_nothing(const struct sj_user_fields *fields)
{
	size_t i;

	for (i = SJ_FIELD_NAME + 1; i < SJ_FIELD_COUNT; i++) {
		if (sj_user_fields_has(fields, (enum sj_user_field)i))
			return false;
	}
	return true;
}

/* What he was before is known, and where his files are. */
static void
print_changed(const struct sj_change *change, const struct sj_user_def *before,
    uint32_t index)
{
	struct sj_user_def user;

	sj_model_user(change->new_model, index, &user);
	sj_quote_printf(stdout, "user %s changed\n", user.name);
	if (user.uid != before->uid || user.gid != before->gid)
		sj_change_say(change,
		    "files of %s keep their old owner, %u:%u; now he is "
		    "%u:%u: see chown(1)",
		    user.name, (unsigned)before->uid, (unsigned)before->gid,
		    (unsigned)user.uid, (unsigned)user.gid);
	if (strcmp(user.home, before->home) != 0)
		sj_change_say(change, "nothing was moved from %s to %s",
		    before->home, user.home);
}

static int
set(struct sj_change *change, char **argv, void *context)
{
	struct sj_user_fields *fields = context;
	const char *name = fields->values[SJ_FIELD_NAME] = argv[1];
	struct sj_user_def user;
	struct sj_fault fault;
	uint32_t index;
	int status;

	if (is_nothing(fields)) {
		sj_change_say(
		    change, "nothing to set; see \"sftpjail user set --help\"");
		return SJ_EXIT_USAGE;
	}
	/* Standard input is read before others have to wait for the lock. */
	status = sj_user_fields_read(fields, change);
	if (status == SJ_EXIT_OK)
		status = sj_change_begin(change);
	if (status == SJ_EXIT_OK)
		status = sj_owned_user(change, name, &user);
	if (status != SJ_EXIT_OK)
		return status;
	if (edit(change, fields, user.element, &fault) != SJ_OK)
		return sj_change_fail(change, fault.where);
	if (!change->edit.is_changed) {
		sj_quote_printf(stdout, "user %s is so already\n", name);
		return SJ_EXIT_OK;
	}
	status = sj_change_check(change);
	if (status != SJ_EXIT_OK)
		return status;
	index = sj_model_find_user(change->new_model, name);
	status = sj_change_commit(change, name);
	if (status == SJ_EXIT_OK)
		print_changed(change, &user, index);
	return status;
}

int
sj_user_set(const struct sj_tool *tool, int argc, char **argv)
{
	struct sj_user_fields fields = {.uid_text = ""};
	struct sj_arg_option options[SJ_FIELD_OPTION_COUNT];
	const struct sj_arg_spec spec = {"user set", options, 1, 1, help};
	int status;

	sj_user_fields_options(&fields, options);
	status = sj_change_run(tool, &spec, argc, argv, set, &fields);
	sj_user_fields_clear(&fields);
	return status;
}
