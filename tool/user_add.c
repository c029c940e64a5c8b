/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "user.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "db_install.h"
#include "quote.h"
#include "sshd_config.h"
#include "user_field.h"

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
    "A password is set by \"sftpjail passwd NAME\".\n\n"
    "Exit status: 1 the name is taken; 3 the configuration would have an "
    "error.\n";

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

void
sj_user_put_command(const char *name)
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

void
sj_user_put_added(const struct sj_model *model, const struct sj_user_def *user,
    uint32_t index)
{
	const char *jail = sj_user_jail(model, index);

	(void)printf("user %s added: uid %u, group %s, jail %s\n", user->name,
	    (unsigned)user->uid, user->group_name, jail == NULL ? "-" : jail);
}

static void
print_added(const struct sj_change *change, uint32_t index)
{
	struct sj_user_def user;

	sj_model_user(change->new_model, index, &user);
	sj_user_put_added(change->new_model, &user, index);
	sj_user_put_keys(&user, "key ", stdout);
	sj_user_put_command(user.name);
	if (sj_user_jail(change->new_model, index) == NULL)
		sj_change_say(change,
		    "warning: no jail takes %s: he would not be confined",
		    user.name);
	if (user.keys.count == 0)
		sj_change_say(change,
		    "%s has no key yet: sftpjail key add %s FILE, or a "
		    "password: sftpjail passwd %s",
		    user.name, user.name, user.name);
}

static int
check_new(const struct sj_change *change, const char *name)
{
	uint32_t index = sj_model_find_user(change->model, name);
	struct sj_user_def user;

	if (index == SJ_NO_INDEX)
		return SJ_EXIT_OK;
	sj_model_user(change->model, index, &user);
	sj_change_say(change, "%s:%u: the user %s is there already",
	    user.place.file, (unsigned)user.place.line, name);
	return SJ_EXIT_NO;
}

/* By the database: nobody has the name, and which uids are free. */
static bool
find_ids(
    const struct sj_tool *tool, const char *name, struct sj_ids_source *ret_ids)
{
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_PASSWD};
	bool is_found = false, is_good;
	struct sj_passwd passwd;
	struct sj_db_files files;
	uint32_t highest = 0, passed = 0;

	sj_db_files_open(&files, tool->state_dir, "", geteuid());
	is_good = files.has_public &&
		  sj_db_find_passwd(&files.public, name, &is_found, &passwd) ==
		      SJ_OK &&
		  !is_found;
	is_found = true;
	while (is_good && is_found) {
		is_good = sj_db_next_passwd(&files.public, &cursor, &is_found,
			      &passwd) == SJ_OK;
		if (is_good && is_found && passwd.uid > highest)
			highest = passwd.uid;
		/* Lets go of what was read: of a million it is much. */
		if (++passed % 16384 == 0)
			(void)madvise(
			    (void *)(uintptr_t)files.public.cdb.cdb_mem,
			    files.public.cdb.cdb_fsize, MADV_DONTNEED);
	}
	sj_db_files_close(&files);
	sj_ids_init_behind(ret_ids, highest);
	return is_good && highest > 0 && highest < UINT32_MAX - 1;
}

/*
 * The name and the uid by what was applied last, so that the text is read only
 * once, with the new user in it.  That decides: where it finds a fault,
 * *ret_is_good is false, and all is to be done anew.
 */
static int
add_unread(struct sj_change *change, struct sj_user_fields *fields,
    const char *name, bool *ret_is_good)
{
	const bool is_uid_free =
	    fields->fields[SJ_FIELD_UID].kind == SJ_EDIT_NONE;
	struct sj_ids_source ids;
	struct sj_fault fault;
	bool is_good = false;
	int status = sj_change_begin_unread(change, &is_good);

	if (status == SJ_EXIT_OK && is_good)
		is_good = find_ids(change->tool, name, &ids);
	if (status == SJ_EXIT_OK && is_good)
		status = sj_user_fields_choose_uid(fields, change, &ids);
	if (status == SJ_EXIT_OK && is_good)
		is_good = sj_edit_add(&change->edit, "users", fields->fields,
			      SJ_FIELD_COUNT, &fault) == SJ_OK;
	if (status == SJ_EXIT_OK && is_good)
		status = sj_change_compile(change);
	if (status == SJ_EXIT_OK && is_good)
		is_good = change->new_model->errors.count == 0;
	if (!is_good && is_uid_free)
		fields->fields[SJ_FIELD_UID].kind = SJ_EDIT_NONE;
	*ret_is_good = is_good;
	return status;
}

static int
add_read(
    struct sj_change *change, struct sj_user_fields *fields, const char *name)
{
	struct sj_ids_source ids;
	struct sj_fault fault;
	int status = sj_change_begin(change);

	if (status == SJ_EXIT_OK)
		status = check_new(change, name);
	if (status != SJ_EXIT_OK)
		return status;
	sj_ids_init(&ids, change->model, SJ_IDS_UID);
	status = sj_user_fields_choose_uid(fields, change, &ids);
	if (status != SJ_EXIT_OK)
		return status;
	if (sj_edit_add(&change->edit, "users", fields->fields, SJ_FIELD_COUNT,
		&fault) != SJ_OK)
		return sj_change_fail(change, fault.where);
	return sj_change_check(change);
}

static int
add(struct sj_change *change, char **argv, void *context)
{
	struct sj_user_fields *fields = context;
	const char *name = fields->values[SJ_FIELD_NAME] = argv[1];
	bool is_good = false;
	uint32_t index;
	/* Standard input is read before others have to wait for the lock. */
	int status = sj_user_fields_read(fields, change);

	if (status == SJ_EXIT_OK)
		status = add_unread(change, fields, name, &is_good);
	if (status == SJ_EXIT_OK && !is_good)
		status = add_read(change, fields, name);
	if (status != SJ_EXIT_OK)
		return status;
	/* Big models lose their tables when they are written. */
	index = sj_model_find_user(change->new_model, name);
	status = sj_change_commit(change, name);
	if (status == SJ_EXIT_OK)
		print_added(change, index);
	return status;
}

int
sj_user_add(const struct sj_tool *tool, int argc, char **argv)
{
	struct sj_user_fields fields = {.uid_text = ""};
	struct sj_arg_option options[SJ_FIELD_OPTION_COUNT + 1];
	const struct sj_arg_spec spec = {"user add", options, 1, 1, help};
	int status;

	options[0] = (struct sj_arg_option){
	    "--disabled", SJ_ARG_FLAG, &fields.is_disabled};
	sj_user_fields_options(&fields, options + 1);
	status = sj_change_run(tool, &spec, argc, argv, add, &fields);
	sj_user_fields_clear(&fields);
	return status;
}
