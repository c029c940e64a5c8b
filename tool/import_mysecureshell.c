/* SPDX-License-Identifier: ISC */
/* sftp_config: jails of users, then of groups, then of everybody else. */
#include "import_mysecureshell.h"

#include <stdlib.h>
#include <string.h>

#include "name.h"

static const char *const shells[] = {"mysecureshell", "MySecureShell", NULL};

struct writer {
	struct sj_import *import;
	const struct sj_mss_config *config;
	struct sj_import_list except_users; /* who was not confined */
	struct sj_import_list except_groups;
	struct sj_import_list disabled;
	unsigned int jail_count;
};

/* The settings that count for a scope, NULL: not set. */
struct sum {
	const struct sj_mss_setting *settings[SJ_MSS_KEY_COUNT];
};

/* Those of everybody and of the scope, in the order of the file. */
static void
add_up(const struct sj_mss_config *config, size_t scope, struct sum *ret_sum)
{
	size_t common = config->scopes[0].first, own = SIZE_MAX, at;

	if (scope != 0)
		own = config->scopes[scope].first;
	memset(ret_sum, 0, sizeof(*ret_sum));
	while (common != SIZE_MAX || own != SIZE_MAX) {
		at = common < own ? common : own;
		ret_sum->settings[config->settings[at].key] =
		    &config->settings[at];
		if (at == common)
			common = config->settings[at].next;
		else
			own = config->settings[at].next;
	}
}

static uint64_t
number_of(const struct sum *sum, enum sj_mss_key key)
{
	return sum->settings[key] == NULL ? 0 : sum->settings[key]->number;
}

static const char *
text_of(const struct sum *sum, enum sj_mss_key key, const char *unset)
{
	return sum->settings[key] == NULL ? unset : sum->settings[key]->text;
}

/* At the setting that it is about, else at the tag. */
static void
lose(struct writer *writer, const struct sj_mss_scope *scope,
    const struct sj_mss_setting *setting, const char *why)
{
	sj_import_say(writer->import,
	    setting == NULL ? &scope->place : &setting->place, SJ_IMPORT_LOST,
	    "%s: %s",
	    scope->kind == SJ_MSS_EVERYBODY ? "everybody else" : scope->name,
	    why);
}

static void
except(struct writer *writer, const struct sj_mss_scope *scope)
{
	switch (scope->kind) {
	case SJ_MSS_USER:
		sj_import_list_add(
		    writer->import, &writer->except_users, scope->name);
		break;
	case SJ_MSS_GROUP:
		sj_import_list_add(
		    writer->import, &writer->except_groups, scope->name);
		break;
	case SJ_MSS_EVERYBODY:
	case SJ_MSS_OTHER:
		break;
	}
}

static bool
check_home(struct writer *writer, const struct sum *sum,
    const struct sj_mss_scope *scope)
{
	const char *why;

	if (sj_import_is_root(text_of(sum, SJ_MSS_HOME, "%h"), &why))
		return true;
	lose(writer, scope, sum->settings[SJ_MSS_HOME],
	    sj_import_printf(writer->import, "no jail is made: Home %s", why));
	return false;
}

static void
fill(struct writer *writer, const struct sum *sum,
    const struct sj_mss_scope *scope, struct sj_import_jail *jail)
{
	jail->mount = text_of(sum, SJ_MSS_HOME, "%h");
	jail->umask = text_of(sum, SJ_MSS_DEFAULT_RIGHTS, NULL);
	jail->max_sessions = number_of(sum, SJ_MSS_LIMIT_BY_USER);
	jail->max_sessions_per_address = number_of(sum, SJ_MSS_LIMIT_BY_IP);
	jail->session_time_sec = number_of(sum, SJ_MSS_MAX_LIFE);
	jail->download_rate = number_of(sum, SJ_MSS_DOWNLOAD);
	if (number_of(sum, SJ_MSS_CREATE_HOME) != 0)
		lose(writer, scope, sum->settings[SJ_MSS_CREATE_HOME],
		    "CreateHome: a home that a jail shows is not made; make it "
		    "with the account");
	if (number_of(sum, SJ_MSS_DISABLE_ACCOUNT) == 0)
		return;
	if (scope->kind == SJ_MSS_USER)
		sj_import_list_add(
		    writer->import, &writer->disabled, scope->name);
	else
		lose(writer, scope, sum->settings[SJ_MSS_DISABLE_ACCOUNT],
		    "DisableAccount: only users can be disabled, one by one");
}

static const char *
name_jail(struct writer *writer, const struct sj_mss_scope *scope)
{
	const char *prefix = scope->kind == SJ_MSS_USER ? "user" : "group";

	if (scope->kind == SJ_MSS_EVERYBODY)
		return "mysecureshell";
	if (!sj_name_is_jail(scope->name) || strlen(scope->name) > 32)
		return sj_import_printf(
		    writer->import, "%s.%u", prefix, writer->jail_count + 1);
	return sj_import_printf(writer->import, "%s-%s", prefix, scope->name);
}

static enum sj_reason
choose(struct writer *writer, const struct sj_mss_scope *scope,
    const struct sj_import_everybody *everybody, struct sj_import_jail *jail,
    struct sj_fault *fault)
{
	struct sj_import *import = writer->import;

	if (scope->kind == SJ_MSS_USER)
		sj_import_list_add(import, &jail->users, scope->name);
	else if (scope->kind == SJ_MSS_GROUP)
		sj_import_list_add(import, &jail->groups, scope->name);
	else if (everybody->group != NULL)
		sj_import_list_add(import, &jail->groups, everybody->group);
	else
		return sj_import_find_shells(import, everybody->passwd_path,
		    shells, &jail->users, fault);
	return SJ_OK;
}

static enum sj_reason
put(struct writer *writer, size_t index,
    const struct sj_import_everybody *everybody, struct sj_fault *fault)
{
	const struct sj_mss_scope *scope = &writer->config->scopes[index];
	struct sj_import_jail jail = {.place = scope->place};
	enum sj_reason reason;
	struct sum sum;

	add_up(writer->config, index, &sum);
	if (number_of(&sum, SJ_MSS_STAY_AT_HOME) == 0 &&
	    number_of(&sum, SJ_MSS_VIRTUAL_CHROOT) == 0) {
		lose(writer, scope, NULL,
		    "no jail is made: without StayAtHome or VirtualChroot the "
		    "whole system was seen");
		except(writer, scope);
		return SJ_OK;
	}
	if (!check_home(writer, &sum, scope)) {
		except(writer, scope);
		return SJ_OK;
	}
	reason = choose(writer, scope, everybody, &jail, fault);
	if (reason == SJ_OK && jail.users.count + jail.groups.count == 0) {
		lose(writer, scope, NULL,
		    "no jail is made: no account has this login shell; name a "
		    "group by --group");
	} else if (reason == SJ_OK) {
		jail.origin = scope->kind == SJ_MSS_EVERYBODY ? "everybody else"
							      : scope->name;
		jail.name = name_jail(writer, scope);
		fill(writer, &sum, scope, &jail);
		sj_import_list_join(
		    writer->import, &jail.except_users, &writer->except_users);
		if (scope->kind != SJ_MSS_USER)
			sj_import_list_join(writer->import, &jail.except_groups,
			    &writer->except_groups);
		sj_import_jail_put(
		    writer->import, &jail, writer->jail_count++ == 0);
	}
	sj_import_jail_clear(&jail);
	return reason;
}

/* The last group counts most there, the first jail here. */
static enum sj_reason
put_all(struct writer *writer, const struct sj_import_everybody *everybody,
    struct sj_fault *fault)
{
	const struct sj_mss_config *config = writer->config;
	enum sj_reason reason = SJ_OK;
	bool has_group = false;
	size_t i;

	for (i = 0; i < config->scope_count && reason == SJ_OK; i++)
		if (config->scopes[i].kind == SJ_MSS_USER)
			reason = put(writer, i, everybody, fault);
	for (i = config->scope_count; i-- > 0 && reason == SJ_OK;) {
		if (config->scopes[i].kind != SJ_MSS_GROUP)
			continue;
		has_group = true;
		reason = put(writer, i, everybody, fault);
	}
	if (reason == SJ_OK && config->scope_count > 0)
		reason = put(writer, 0, everybody, fault);
	if (has_group)
		sj_import_note(writer->import,
		    "a user gets one jail: settings of several groups, or of "
		    "user and group, do not add up; and members with another "
		    "login shell are jailed, too");
	return reason;
}

static void
say_rest(struct writer *writer)
{
	struct sj_import *import = writer->import;

	if (writer->disabled.count > 0) {
		(void)fputs("disabled = ", import->out);
		sj_import_list_put(import, &writer->disabled);
		(void)fputs(";\n", import->out);
	}
	if (writer->jail_count == 0)
		return;
	sj_import_note(import,
	    "a home is seen as /home, where sessions start: a jail's / is "
	    "root's");
	sj_import_note(import,
	    "behind \"sftpjail apply\": Subsystem sftp internal-sftp in "
	    "sshd_config, and give the users another login shell");
}

enum sj_reason
sj_import_mysecureshell(struct sj_import *import, const char *path,
    const struct sj_import_everybody *everybody, struct sj_fault *fault)
{
	struct sj_mss_config config;
	struct writer writer = {.import = import, .config = &config};
	enum sj_reason reason;

	reason = sj_import_mysecureshell_load(import, path, &config, fault);
	if (reason == SJ_OK) {
		sj_import_begin(import, "mysecureshell");
		sj_import_jails_begin(import);
		reason = put_all(&writer, everybody, fault);
		sj_import_jails_end(import);
		say_rest(&writer);
	}
	sj_import_mysecureshell_clear(&config);
	free(writer.except_users.items);
	free(writer.except_groups.items);
	free(writer.disabled.items);
	return reason;
}
