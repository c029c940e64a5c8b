/* SPDX-License-Identifier: ISC */
/* The accounts of a group in files like /etc/passwd become served users. */
#include "import_passwd.h"

#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "json.h"
#include "name.h"
#include "quote.h"
#include "value.h"

struct reader {
	struct sj_import *import;
	const struct sj_import_accounts *accounts;
	struct sj_import_groups groups;
	struct sj_import_shadow shadow;
	struct sj_import_place place; /* in passwd */
	struct sj_nameset names;
	struct sj_table uid_table; /* of uids, in the order of names */
	uint32_t *uids;
	uint32_t uid_min;
	uint32_t uid_max;
	uint32_t hash_count;
};

/* As passwd(5) has them. */
enum field { NAME, PASSWORD, UID, GID, GECOS, HOME, SHELL, FIELD_COUNT };

static bool
is_uid(const void *array, uint32_t index, const void *key)
{
	const uint32_t *uids = array, *uid = key;

	return uids[index] == *uid;
}

/* Notes name and uid; a phrase if one of them was seen. */
static const char *
note_user(struct reader *reader, const char *name, uint32_t uid)
{
	uint32_t hash = sj_table_hash_number(uid), count = reader->names.count;

	if (sj_nameset_find(&reader->names, name) != SJ_TABLE_NONE)
		return "the name stands in the file twice";
	if (sj_table_find(&reader->uid_table, hash, is_uid, reader->uids,
		&uid) != SJ_TABLE_NONE)
		return "another account has the same uid";
	if (!sj_sysfile_grow(&reader->uids, count, sizeof(uid)) ||
	    !sj_table_add(&reader->uid_table, hash, count) ||
	    !sj_nameset_add(&reader->names, name)) {
		reader->import->is_short = true;
		return "memory is short";
	}
	reader->uids[count] = uid;
	return NULL;
}

/* Why the account can't be a served user, or NULL. */
static const char *
judge(char **fields, uint32_t uid, const struct sj_import_group *primary)
{
	if (!sj_name_is_user(fields[NAME]))
		return "a name begins with one of a-z _ and has up to 32 of "
		       "a-z 0-9 _ . -";
	if (uid == 0)
		return "uid 0 is root's";
	if (primary == NULL)
		return "the group file has no group of this gid";
	if (primary->gid == 0)
		return "the primary group is root's";
	if (!sj_name_is_user(primary->name))
		return "the primary group's name is none for a served group";
	if (!sj_import_is_plain(fields[HOME]) ||
	    !sj_value_is_path(fields[HOME]))
		return "the home directory is no absolute path without \"..\"";
	return NULL;
}

static void
put_string(struct reader *reader, const char *name, const char *value)
{
	(void)fprintf(reader->import->out, " %s = ", name);
	sj_quote_put_string(reader->import->out, value);
	(void)fputc(';', reader->import->out);
}

/* The hash, or why there is none. */
static void
put_password(struct reader *reader, const struct sj_import_secret *secret)
{
	static const char *const whys[] = {
	    [SJ_PASSWORD_NONE] = NULL,
	    [SJ_PASSWORD_HASH] = NULL,
	    [SJ_PASSWORD_WEAK] = NULL,
	    [SJ_PASSWORD_EMPTY] = "the password is empty",
	    [SJ_PASSWORD_INVALID] = "the password field is no crypt(3) hash",
	};
	enum sj_password kind = sj_value_password(secret->hash);
	const char *why = whys[kind];

	if (strcmp(secret->hash, "x") == 0)
		return;
	if (secret->hash[0] == '!' && kind != SJ_PASSWORD_NONE)
		why = "the password is locked";
	if (why != NULL) {
		sj_import_say(reader->import, &secret->place, SJ_IMPORT_LOST,
		    "%s: %s: the user gets none", secret->name, why);
	} else if (kind != SJ_PASSWORD_NONE) {
		put_string(reader, "password", secret->hash);
		reader->hash_count++;
		if (secret->is_aged)
			sj_import_say(reader->import, &secret->place,
			    SJ_IMPORT_LOST,
			    "%s: a served user's password has no largest age",
			    secret->name);
	}
}

static void
put_secret(struct reader *reader, const char *name)
{
	const struct sj_import_secret *secret =
	    sj_import_shadow_find(&reader->shadow, name);
	char day[SJ_JSON_TIME_SIZE];

	if (secret == NULL)
		return;
	put_password(reader, secret);
	if (secret->last_day == SJ_NO_DAY)
		return;
	sj_json_day_format(secret->last_day, day);
	put_string(reader, "expires", day);
}

static void
put_user(struct reader *reader, char **fields, uint32_t uid,
    const struct sj_import_group *primary)
{
	FILE *out = reader->import->out;

	(void)fputs(reader->names.count == 1 ? "\n\t{" : ",\n\t{", out);
	put_string(reader, "name", fields[NAME]);
	(void)fprintf(
	    out, " uid = %u%s;", (unsigned)uid, uid > INT32_MAX ? "L" : "");
	put_string(reader, "group", primary->name);
	if (!sj_value_is_field(fields[GECOS]))
		sj_import_say(reader->import, &reader->place, SJ_IMPORT_LOST,
		    "%s: the gecos field: it has control characters",
		    fields[NAME]);
	else if (fields[GECOS][0] != '\0')
		put_string(reader, "gecos", fields[GECOS]);
	put_string(reader, "home", fields[HOME]);
	put_secret(reader, fields[NAME]);
	(void)fputs(" }", out);
}

static void
take_user(struct reader *reader, char **fields, uint32_t uid, uint32_t gid)
{
	struct sj_import_group *primary =
	    sj_import_groups_find(&reader->groups, gid);
	const char *why = judge(fields, uid, primary);

	if (why == NULL)
		why = note_user(reader, fields[NAME], uid);
	if (why != NULL) {
		sj_import_say(reader->import, &reader->place, SJ_IMPORT_LOST,
		    "%s: %s", fields[NAME], why);
		return;
	}
	primary->is_used = true;
	if (uid < reader->uid_min)
		reader->uid_min = uid;
	if (uid > reader->uid_max)
		reader->uid_max = uid;
	put_user(reader, fields, uid, primary);
}

static void
take_line(struct reader *reader, char *line)
{
	char *fields[FIELD_COUNT];
	uint32_t uid, gid;
	size_t count;

	if (line[0] == '\0' || strchr("#+-", line[0]) != NULL)
		return;
	count = sj_import_fields(line, fields, FIELD_COUNT);
	if (count < FIELD_COUNT || !sj_args_number(fields[UID], &uid) ||
	    !sj_args_number(fields[GID], &gid)) {
		sj_import_say(reader->import, &reader->place, SJ_IMPORT_LOST,
		    "%.64s: is no line of passwd(5)", fields[NAME]);
		return;
	}
	if (reader->groups.has_gid && gid == reader->groups.gid)
		take_user(reader, fields, uid, gid);
	else if (sj_nameset_find(&reader->groups.members, fields[NAME]) !=
		 SJ_TABLE_NONE)
		take_user(reader, fields, uid, gid);
}

static void
put_ids(const struct reader *reader)
{
	const struct sj_import_groups *groups = &reader->groups;

	if (!reader->import->is_part)
		(void)fprintf(reader->import->out,
		    "ids: { uid_min = %u%s; uid_max = %u%s; gid_min = %u%s; "
		    "gid_max = %u%s; };\n",
		    (unsigned)reader->uid_min,
		    reader->uid_min > INT32_MAX ? "L" : "",
		    (unsigned)reader->uid_max,
		    reader->uid_max > INT32_MAX ? "L" : "",
		    (unsigned)groups->gid_min,
		    groups->gid_min > INT32_MAX ? "L" : "",
		    (unsigned)groups->gid_max,
		    groups->gid_max > INT32_MAX ? "L" : "");
	else
		sj_import_note(reader->import,
		    "ids must hold uid %u to %u and gid %u to %u",
		    (unsigned)reader->uid_min, (unsigned)reader->uid_max,
		    (unsigned)groups->gid_min, (unsigned)groups->gid_max);
}

static void
say_rest(const struct reader *reader)
{
	struct sj_import *import = reader->import;

	if (reader->names.count == 0) {
		sj_import_note(import, "no account was carried over");
		return;
	}
	if (reader->accounts->shadow_path == NULL)
		sj_import_note(
		    import, "without --shadow no password is carried over");
	else
		sj_import_note(import,
		    "hashes: %u; keep the output at mode 0600",
		    (unsigned)reader->hash_count);
	sj_import_note(import,
	    "login shells are not carried over: served users get " SJ_SHELL);
	sj_import_note(import,
	    "no jail is made: without one that takes these users, they are "
	    "not confined");
	sj_import_note(import,
	    "behind \"sftpjail apply\", userdel them (without -r): two of the "
	    "same name are a warning");
}

static enum sj_reason
load_all(struct reader *reader, char **ret_text, struct sj_fault *fault)
{
	const struct sj_import_accounts *accounts = reader->accounts;
	enum sj_reason reason;

	reason = sj_import_load(
	    reader->import, accounts->passwd_path, ret_text, fault);
	if (reason == SJ_OK)
		reason =
		    sj_import_groups_load(reader->import, accounts->group_path,
			accounts->group, &reader->groups, fault);
	if (reason == SJ_OK && accounts->shadow_path != NULL)
		reason = sj_import_shadow_load(reader->import,
		    accounts->shadow_path, &reader->shadow, fault);
	return reason;
}

static void
take_all(struct reader *reader, char *cursor)
{
	char *line;

	sj_import_begin(reader->import, "passwd");
	(void)fputs("users = (", reader->import->out);
	while ((line = sj_sysfile_line(&cursor, &reader->place.line)) != NULL)
		take_line(reader, line);
	(void)fputs("\n);\n", reader->import->out);
	if (reader->names.count > 0) {
		sj_import_groups_put(
		    reader->import, &reader->groups, &reader->names);
		put_ids(reader);
	}
	say_rest(reader);
}

enum sj_reason
sj_import_passwd(struct sj_import *import,
    const struct sj_import_accounts *accounts, struct sj_fault *fault)
{
	struct reader reader = {.import = import,
	    .accounts = accounts,
	    .place = {accounts->passwd_path, 0},
	    .uid_min = UINT32_MAX};
	enum sj_reason reason;
	char *text = NULL;

	reason = load_all(&reader, &text, fault);
	if (reason == SJ_OK)
		take_all(&reader, text);
	sj_import_groups_clear(&reader.groups);
	sj_import_shadow_clear(&reader.shadow);
	sj_nameset_clear(&reader.names);
	sj_table_clear(&reader.uid_table);
	free(reader.uids);
	return reason;
}
