/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "explain_all.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

static enum sj_reason
no_memory(struct sj_fault *fault)
{
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM, "the jails");
}

static enum sj_reason
corrupt(struct sj_fault *fault)
{
	return sj_fault_set(fault, SJ_DB_CORRUPT, 0, "the database is damaged");
}

/* Also of our own groups: /etc/group may have the group, and more members. */
static enum sj_reason
ask_members(struct sj_all_groups *groups, struct sj_all_group *group,
    struct sj_fault *fault)
{
	const struct group *entry;
	const char *copy;
	char **member;

	errno = 0;
	entry = getgrnam(group->name);
	if (entry == NULL && errno != 0 && errno != ENOENT && errno != ESRCH)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "group \"%s\" of a jail can't be looked up", group->name);
	if (entry == NULL)
		return SJ_OK;
	if (!group->has_gid) {
		group->has_gid = true;
		group->gid = entry->gr_gid;
	}
	for (member = entry->gr_mem; *member != NULL; member++) {
		copy = sj_arena_copy(&groups->arena, *member, strlen(*member));
		if (copy == NULL || !sj_nameset_add(&group->members, copy))
			return no_memory(fault);
	}
	return SJ_OK;
}

enum sj_reason
sj_explain_all_groups(struct sj_all_groups *groups, struct sj_account *account,
    struct sj_fault *fault)
{
	enum sj_reason reason = SJ_OK;
	struct sj_strings names;
	struct sj_group found;
	const char *name;
	uint32_t i;

	if (sj_db_jail_groups(&account->secret_db, &names) != SJ_OK)
		return corrupt(fault);
	groups->items = calloc((size_t)names.count + 1, sizeof(*groups->items));
	groups->names = calloc((size_t)names.count + 1, sizeof(char *));
	if (groups->items == NULL || groups->names == NULL)
		return no_memory(fault);
	groups->count = names.count;
	name = names.first;
	for (i = 0; i < names.count && reason == SJ_OK; i++) {
		struct sj_all_group *group = &groups->items[i];

		group->name = name;
		if (sj_db_find_group(&account->public_db, name, &group->has_gid,
			&found) != SJ_OK)
			return corrupt(fault);
		if (group->has_gid)
			group->gid = found.gid;
		reason = ask_members(groups, group, fault);
		name = sj_strings_next(name);
	}
	return reason;
}

static bool
is_listed(const struct sj_group_list *list, uint32_t gid)
{
	uint32_t i;

	for (i = 0; i < list->count; i++)
		if (sj_load_le32(list->gids + (size_t)i * 4) == gid)
			return true;
	return false;
}

static bool
is_in(const struct sj_all_group *group, const struct sj_account *account,
    const struct sj_group_list *list)
{
	if (group->has_gid &&
	    (account->pw.pw_gid == group->gid || is_listed(list, group->gid)))
		return true;
	return sj_nameset_find(&group->members, account->facts.user) !=
	       SJ_TABLE_NONE;
}

enum sj_reason
sj_explain_all_member(const struct sj_all_groups *groups,
    struct sj_account *account, struct sj_fault *fault)
{
	struct sj_group_list list = {.count = 0};
	struct sj_facts *facts = &account->facts;
	bool is_found = false;
	struct sj_group group;
	uint32_t i;

	if (sj_db_find_group_list(
		&account->public_db, facts->user, &is_found, &list) != SJ_OK)
		return corrupt(fault);
	if (!is_found)
		list.count = 0;
	for (i = 0; i < groups->count; i++)
		if (is_in(&groups->items[i], account, &list))
			groups->names[facts->group_count++] =
			    groups->items[i].name;
	facts->groups = groups->names;
	if (sj_db_find_group_gid(&account->public_db, account->pw.pw_gid,
		&is_found, &group) != SJ_OK)
		return corrupt(fault);
	account->group = is_found ? group.name : NULL;
	return SJ_OK;
}

void
sj_explain_all_clear(struct sj_all_groups *groups)
{
	uint32_t i;

	for (i = 0; i < groups->count; i++)
		sj_nameset_clear(&groups->items[i].members);
	free(groups->items);
	free(groups->names);
	sj_arena_clear(&groups->arena);
}

/* What the host lacks for the jail; the jail then no more asks for it. */
static enum sj_reason
ask_host(const struct sj_explain_question *question, struct sj_jail *jail)
{
	struct sj_explain explain = {.question = *question, .is_brief = true};
	struct sj_account account;
	bool has_group = jail->writable_group[0] == '\0' ||
			 getgrnam(jail->writable_group) != NULL;

	jail->writable_group = "";
	memset(&account, 0, sizeof(account));
	account.jail = *jail;
	sj_explain_host(&explain, &account);
	return has_group ? explain.first : SJ_WRITABLE_UNSAFE;
}

enum sj_reason
sj_explain_all_jails(const struct sj_explain_question *question,
    struct sj_account *account, struct sj_all_jail **ret_jails,
    struct sj_fault *fault)
{
	uint32_t i, count = account->secret_db.header.jail_count;
	struct sj_all_jail *jails = calloc((size_t)count + 1, sizeof(*jails));

	if (jails == NULL)
		return no_memory(fault);
	for (i = 0; i < count; i++) {
		if (sj_db_jail(&account->secret_db, i, &jails[i].jail) !=
		    SJ_OK) {
			free(jails);
			return corrupt(fault);
		}
		jails[i].reason = ask_host(question, &jails[i].jail);
	}
	*ret_jails = jails;
	return SJ_OK;
}
