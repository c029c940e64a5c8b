/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "check_other.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "cleanup.h"
#include "sysfile.h"

static const struct sj_problem_kind too_many = {"more-users", SJ_WARNING,
    "the directories of the others are not looked at"};

struct names {
	struct sj_checkup *check;
	char **items;
	size_t count;
	bool is_cut;
};

static bool
is_served(struct sj_checkup *check, const char *name)
{
	struct sj_user user;
	bool is_found = false;

	return sj_db_find_user(&check->secret_db, name, &is_found, &user) ==
		   SJ_OK &&
	       is_found && user.is_served;
}

static void
add_name(struct names *names, const char *name)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return;
	if (strcmp(name, "*") == 0 || is_served(names->check, name))
		return;
	if (names->count >= SJ_CHECK_OTHER_MAX) {
		names->is_cut = true;
		return;
	}
	if (!sj_sysfile_grow(
		&names->items, names->count, sizeof(*names->items))) {
		names->check->report->is_short = true;
		return;
	}
	names->items[names->count] = strdup(name);
	if (names->items[names->count] != NULL)
		names->count++;
}

/* Who has one of the groups as the primary one is on no list but this. */
static void
add_passwd_file(struct names *names, const struct sj_check_groups *groups)
{
	SJ_AUTO_FCLOSE FILE *file = fopen(SJ_SYSCONFDIR "/passwd", "re");
	const struct passwd *entry;
	size_t i;

	while (file != NULL && (entry = fgetpwent(file)) != NULL)
		for (i = 0; i < groups->count; i++)
			if (groups->items[i].gid == entry->pw_gid)
				add_name(names, entry->pw_name);
}

static void
gather(struct names *names, const struct sj_check_groups *groups)
{
	const struct sj_checkup *check = names->check;
	const struct sj_strings *users;
	const char *name;
	uint32_t i, j;

	for (i = 0; i < check->jail_count; i++) {
		users = &check->jails[i].users;
		for (j = 0, name = users->first; j < users->count;
		     j++, name = sj_strings_next(name))
			add_name(names, name);
	}
	for (i = 0; i < groups->count; i++)
		for (j = 0; j < groups->items[i].member_count; j++)
			add_name(names, groups->items[i].members[j]);
	add_passwd_file(names, groups);
}

/* Names of the groups as NSS has them; one without a name is left out. */
static size_t
group_names(const struct sj_account *account, char **names)
{
	const struct group *entry;
	size_t count = 0;
	int i;

	for (i = 0; i < account->gid_count; i++) {
		entry = getgrgid(account->gids[i]);
		if (entry == NULL)
			continue;
		names[count] = strdup(entry->gr_name);
		if (names[count] != NULL)
			count++;
	}
	return count;
}

static void
visit_account(struct sj_checkup *check, const struct sj_account *account,
    void (*visit)(struct sj_checkup *check, const struct sj_check_user *user))
{
	struct sj_check_user user = {
	    .user = {.name = account->facts.user,
		.home = account->pw.pw_dir,
		.group = account->group,
		.shell = account->pw.pw_shell,
		.uid = account->pw.pw_uid,
		.gid = account->pw.pw_gid},
	    .jail = &account->jail,
	};
	SJ_AUTO_FREE char **names =
	    calloc((size_t)account->gid_count + 1, sizeof(*names));
	size_t i;

	if (names == NULL) {
		check->report->is_short = true;
		return;
	}
	user.group_count = group_names(account, names);
	user.groups = (const char *const *)names;
	visit(check, &user);
	for (i = 0; i < user.group_count; i++)
		free(names[i]);
}

/* uid 0 is nobody's business here: it is ignored before all options. */
static void
check_name(struct sj_checkup *check, const char *name,
    void (*visit)(struct sj_checkup *check, const struct sj_check_user *user))
{
	struct sj_account account = {.gid_count = 0};

	if (sj_account_find_user(&account, name, NULL) == SJ_OK &&
	    account.facts.is_known && account.facts.uid != 0 &&
	    sj_account_open(&account, &check->state.sources, NULL) == SJ_OK &&
	    sj_account_load(&account, NULL) == SJ_OK &&
	    sj_account_find_jail(&account, NULL) == SJ_OK && account.is_jailed)
		visit_account(check, &account, visit);
	sj_account_clear(&account);
}

void
sj_check_others(struct sj_checkup *check, const struct sj_check_groups *groups,
    void (*visit)(struct sj_checkup *check, const struct sj_check_user *user))
{
	struct names names = {.check = check};
	size_t i;

	gather(&names, groups);
	for (i = 0; i < names.count; i++) {
		check_name(check, names.items[i], visit);
		free(names.items[i]);
	}
	free(names.items);
	if (names.is_cut) {
		sj_report_add(check->report, &too_many, NULL, 0,
		    "more than %u users of other sources are in jails",
		    SJ_CHECK_OTHER_MAX);
		sj_report_fix(check->report,
		    "\"sftpjail explain USER\" looks at those of one user");
	}
}
