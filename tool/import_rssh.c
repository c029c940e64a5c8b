/* SPDX-License-Identifier: ISC */
/* rssh.conf(5): one jail for each "user", and one for all others. */
#include "import.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "name.h"
#include "table.h"
#include "value.h"

/* From the right, in the bits of "user"; sftp is the one that we have. */
static const char *const services[] = {
    "scp", "sftp", "cvs", "rdist", "rsync", "svnserve"};

#define SERVICE_COUNT (sizeof(services) / sizeof(services[0]))
#define SFTP_BIT (1u << 1)

struct settings {
	struct sj_import_place place;
	unsigned int allowed; /* bits of services */
	const char *root;     /* NULL: no chroot */
	const char *umask;
};

struct user {
	const char *name;
	struct settings settings;
};

struct reader {
	struct sj_import *import;
	struct sj_import_place place;
	struct settings common;
	struct user *users;
	size_t user_count;
	struct sj_table user_table;
	struct sj_import_list left_out; /* those without a jail of their own */
	unsigned int jail_count;
};

static void
lose(struct reader *reader, const char *what, const char *why)
{
	sj_import_say(reader->import, &reader->place, SJ_IMPORT_LOST,
	    "%.200s: %s", what, why);
}

static void
lose_services(struct reader *reader, const char *what, unsigned int bits)
{
	size_t i;

	for (i = 0; i < SERVICE_COUNT; i++)
		if ((bits >> i & 1) != 0 && (1u << i) != SFTP_BIT)
			sj_import_say(reader->import, &reader->place,
			    SJ_IMPORT_LOST,
			    "%.200s: a jail gives SFTP only, no %s", what,
			    services[i]);
}

/* Takes the quotation marks out, in place, up to a comment. */
static void
unquote(char *text)
{
	char quote = '\0', *start = text, *to = text;

	for (; *text != '\0'; text++) {
		if (quote == '\0' && *text == '#')
			break;
		if (quote == '\0' && (*text == '"' || *text == '\''))
			quote = *text;
		else if (quote != '\0' && *text == quote)
			quote = '\0';
		else
			*to++ = *text;
	}
	while (to > start && isspace((unsigned char)to[-1]))
		to--;
	*to = '\0';
}

static const char *
read_umask(struct reader *reader, const char *what, const char *text)
{
	uint32_t mode;

	if (sj_value_mode(text, 0777, &mode))
		return sj_import_printf(reader->import, "%04o", (unsigned)mode);
	lose(reader, what, "is no umask");
	return NULL;
}

/* rssh knows no templates: a '%' is one. */
static const char *
read_root(struct reader *reader, const char *what, const char *text)
{
	const char *why;

	if (strchr(text, '%') != NULL)
		why = "rssh takes '%' as it is; write the root by hand";
	else if (sj_import_is_root(text, &why))
		return text;
	lose(reader, what, why);
	return NULL;
}

static bool
read_bits(const char *text, unsigned int *ret_bits)
{
	size_t len = strlen(text), i;

	if ((len != 5 && len != 6) || strspn(text, "01") != len)
		return false;
	*ret_bits = 0;
	for (i = 0; i < len; i++)
		if (text[len - 1 - i] == '1')
			*ret_bits |= 1u << i;
	return true;
}

static bool
is_name(const void *array, uint32_t index, const void *key)
{
	const struct user *users = array;

	return strcmp(users[index].name, key) == 0;
}

/* The last line of a user counts. */
static void
add_user(struct reader *reader, const char *what, const struct user *user)
{
	uint32_t hash = sj_table_hash_string(user->name);
	uint32_t at = sj_table_find(
	    &reader->user_table, hash, is_name, reader->users, user->name);

	if (at != SJ_TABLE_NONE) {
		sj_import_say(reader->import, &reader->users[at].settings.place,
		    SJ_IMPORT_LOST,
		    "%s: the user has another line, and that one counts", what);
		reader->users[at] = *user;
		return;
	}
	if (!sj_sysfile_grow(
		&reader->users, reader->user_count, sizeof(*user)) ||
	    !sj_table_add(
		&reader->user_table, hash, (uint32_t)reader->user_count)) {
		reader->import->is_short = true;
		return;
	}
	reader->users[reader->user_count++] = *user;
}

/* name:umask:bits:path */
static void
take_user(struct reader *reader, char *value)
{
	char *fields[4];
	struct user user = {.settings = {.place = reader->place}};
	const char *what;

	(void)sj_import_fields(value, fields, 4);
	what = sj_import_printf(reader->import, "user = %.64s", fields[0]);
	user.name = fields[0];
	if (!sj_import_is_name(user.name) ||
	    !read_bits(fields[2], &user.settings.allowed)) {
		lose(reader, what, "is not NAME:UMASK:BITS:PATH");
		return;
	}
	lose_services(reader, what, user.settings.allowed);
	user.settings.umask = read_umask(reader, what, fields[1]);
	if (fields[3][0] != '\0')
		user.settings.root = read_root(reader, what, fields[3]);
	add_user(reader, what, &user);
}

/* "allowsftp" and the like; false: none of them. */
static bool
take_service(struct reader *reader, const char *keyword)
{
	size_t i;

	if (strncasecmp(keyword, "allow", 5) != 0)
		return false;
	for (i = 0; i < SERVICE_COUNT; i++) {
		if (strcasecmp(keyword + 5, services[i]) != 0)
			continue;
		reader->common.allowed |= 1u << i;
		lose_services(reader, keyword, 1u << i);
		return true;
	}
	return false;
}

static void
take_line(struct reader *reader, char *line)
{
	char *value;

	line += strspn(line, " \t");
	value = line + strcspn(line, " \t\r=#");
	if (value == line)
		return;
	if (*value != '\0' && *value != '#') {
		*value++ = '\0';
		value += strspn(value, " \t=");
		unquote(value);
	} else {
		*value = '\0';
	}
	if (take_service(reader, line))
		return;
	if (strcasecmp(line, "umask") == 0)
		reader->common.umask = read_umask(reader, "umask", value);
	else if (strcasecmp(line, "chrootpath") == 0) {
		reader->common.place = reader->place;
		reader->common.root = read_root(reader, "chrootpath", value);
	} else if (strcasecmp(line, "user") == 0)
		take_user(reader, value);
	else if (strcasecmp(line, "logfacility") == 0)
		lose(reader, line,
		    "write Subsystem sftp internal-sftp -f FACILITY into "
		    "sshd_config");
	else
		lose(reader, line, "is no keyword of rssh.conf");
}

/* Why there is no jail for these settings, or NULL. */
static const char *
judge(const struct settings *settings)
{
	if ((settings->allowed & SFTP_BIT) == 0)
		return "no jail is made: SFTP was not allowed";
	if (settings->root == NULL)
		return "no jail is made: without a chroot the whole system "
		       "was seen, and a jail needs a root";
	return NULL;
}

static void
put_jail(struct reader *reader, struct sj_import_jail *jail,
    const struct settings *settings)
{
	jail->root = settings->root;
	jail->umask = settings->umask;
	sj_import_jail_put(reader->import, jail, reader->jail_count++ == 0);
}

static void
put_user(struct reader *reader, size_t index)
{
	const struct user *user = &reader->users[index];
	struct sj_import *import = reader->import;
	struct sj_import_jail jail = {.place = user->settings.place};
	const char *why = judge(&user->settings);

	jail.origin = sj_import_printf(import, "user = %s", user->name);
	if (why != NULL) {
		reader->place = user->settings.place;
		lose(reader, jail.origin, why);
		sj_import_list_add(import, &reader->left_out, user->name);
		return;
	}
	jail.name = sj_name_is_jail(user->name) && strlen(user->name) <= 32
			? sj_import_printf(import, "rssh-%s", user->name)
			: sj_import_printf(import, "rssh.%u", jail.place.line);
	sj_import_list_add(import, &jail.users, user->name);
	put_jail(reader, &jail, &user->settings);
	sj_import_jail_clear(&jail);
}

static enum sj_reason
put_common(struct reader *reader, const struct sj_import_everybody *everybody,
    struct sj_fault *fault)
{
	static const char *const shells[] = {"rssh", NULL};
	struct sj_import *import = reader->import;
	struct sj_import_jail jail = {.place = reader->common.place};
	const char *why = judge(&reader->common);
	enum sj_reason reason = SJ_OK;

	jail.origin = "everybody else";
	jail.name = "rssh";
	if (everybody->group != NULL)
		sj_import_list_add(import, &jail.groups, everybody->group);
	else
		reason = sj_import_find_shells(
		    import, everybody->passwd_path, shells, &jail.users, fault);
	if (reason == SJ_OK && why == NULL &&
	    jail.users.count + jail.groups.count == 0)
		why = "no jail is made: no account has this login shell; name "
		      "a group by --group";
	if (reason == SJ_OK && why == NULL) {
		sj_import_list_join(
		    import, &jail.except_users, &reader->left_out);
		put_jail(reader, &jail, &reader->common);
	} else if (reason == SJ_OK) {
		reader->place = reader->common.place;
		lose(reader, jail.origin, why);
	}
	sj_import_jail_clear(&jail);
	return reason;
}

enum sj_reason
sj_import_rssh(struct sj_import *import, const char *path,
    const struct sj_import_everybody *everybody, struct sj_fault *fault)
{
	struct reader reader = {.import = import, .place = {path, 0}};
	enum sj_reason reason;
	char *cursor, *line;
	size_t i;

	reason = sj_import_load(import, path, &cursor, fault);
	if (reason != SJ_OK)
		return reason;
	reader.common.place = reader.place;
	while ((line = sj_sysfile_line(&cursor, &reader.place.line)) != NULL)
		take_line(&reader, line);
	sj_import_begin(import, "rssh");
	sj_import_jails_begin(import);
	for (i = 0; i < reader.user_count; i++)
		put_user(&reader, i);
	reason = put_common(&reader, everybody, fault);
	sj_import_jails_end(import);
	sj_import_note(import,
	    "sessions start in / of the jail, also where rssh began in a home "
	    "below chrootpath");
	sj_import_note(import,
	    "behind \"sftpjail apply\": Subsystem sftp internal-sftp in "
	    "sshd_config, and give the users another login shell than rssh");
	sj_table_clear(&reader.user_table);
	free(reader.users);
	free(reader.left_out.items);
	return reason;
}
