/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE

/* Goes through the users: those served, and those of other sources whom a
 * jail names. */

#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "check_group.h"
#include "check_other.h"
#include "policy.h"
#include "progress.h"

#define GROUPS_MAX 4096u

static const struct sj_problem_kind not_jailed = {"not-jailed", SJ_WARNING,
    "the user logs in unconfined: internal-sftp shows the whole system, and "
    "ports can be forwarded"};
static const struct sj_problem_kind corrupt = {"db-corrupt", SJ_ERROR,
    "everybody but root is denied whom a damaged record is about"};

struct pass {
	struct sj_checkup *check;
	void (*visit)(
	    struct sj_checkup *check, const struct sj_check_user *user);
	struct sj_check_groups jail_groups; /* of other sources */
	const char *groups[GROUPS_MAX];
	uint32_t group_count;
	uint32_t seen_count;
	struct sj_progress progress;
};

static void
add_group(struct pass *pass, const char *name)
{
	if (name != NULL && pass->group_count < GROUPS_MAX)
		pass->groups[pass->group_count++] = name;
}

/* The name of one of our groups, or NULL. */
static const char *
group_name(struct pass *pass, uint32_t gid)
{
	struct sj_group group;
	bool is_found = false;

	if (sj_db_find_group_gid(
		&pass->check->public_db, gid, &is_found, &group) != SJ_OK ||
	    !is_found)
		return NULL;
	return group.name;
}

/* The primary group comes first. */
static void
gather_groups(struct pass *pass, const struct sj_passwd *passwd)
{
	struct sj_group_list list;
	bool is_found = false;
	uint32_t i;

	pass->group_count = 0;
	add_group(pass, group_name(pass, passwd->gid));
	if (sj_db_find_group_list(&pass->check->public_db, passwd->name,
		&is_found, &list) == SJ_OK &&
	    is_found)
		for (i = 0; i < list.count; i++)
			add_group(
			    pass, group_name(pass,
				      sj_load_le32(list.gids + (size_t)i * 4)));
	for (i = 0; i < pass->jail_groups.count; i++)
		if (sj_check_group_has(
			&pass->jail_groups.items[i], passwd->name, passwd->gid))
			add_group(pass, pass->jail_groups.items[i].name);
}

static const struct sj_jail *
find_jail(const struct pass *pass, const struct sj_user *served)
{
	const struct sj_facts facts = {
	    .user = served->name,
	    .is_known = true,
	    .uid = served->uid,
	    .served = served,
	    .is_public = true,
	    .public_uid = served->uid,
	    .groups = pass->groups,
	    .group_count = pass->group_count,
	};
	const char *why;
	uint32_t i;

	for (i = 0; i < pass->check->jail_count; i++)
		if (sj_policy_matches(&pass->check->jails[i], &facts, &why))
			return &pass->check->jails[i];
	return NULL;
}

static bool
is_valid_now(const struct sj_checkup *check, const struct sj_user *served)
{
	return served->is_served && !served->is_disabled &&
	       (served->expires_day == SJ_NO_DAY ||
		   sj_day_of(check->now_sec) <= served->expires_day);
}

static void
check_served(struct pass *pass, const struct sj_user *served)
{
	struct sj_checkup *check = pass->check;
	struct sj_check_user user = {.jail = NULL};
	struct sj_passwd passwd;
	struct sj_keys keys;
	bool is_found = false;

	/* Who is only in one of the files was told with the generations. */
	if (sj_db_find_passwd(
		&check->public_db, served->name, &is_found, &passwd) != SJ_OK ||
	    !is_found)
		return;
	gather_groups(pass, &passwd);
	user.user.name = served->name;
	user.user.home = passwd.home;
	user.user.group = group_name(pass, passwd.gid);
	user.user.shell = passwd.shell;
	user.user.uid = passwd.uid;
	user.user.gid = passwd.gid;
	user.groups = pass->groups;
	user.group_count = pass->group_count;
	user.jail = find_jail(pass, served);
	user.has_keys = sj_db_find_keys(&check->public_db, served->name,
			    &is_found, &keys) == SJ_OK &&
			is_found;
	pass->visit(check, &user);
}

static void
check_all_served(struct pass *pass)
{
	struct sj_checkup *check = pass->check;
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_USER};
	struct sj_user served;
	bool is_found = true;

	while (is_found) {
		if (sj_db_next_user(&check->secret_db, &cursor, &is_found,
			&served) != SJ_OK) {
			sj_report_add(check->report, &corrupt,
			    check->state.secret_path, 0,
			    "the record of a user is damaged");
			sj_report_fix(check->report, "sftpjail apply");
			return;
		}
		if (is_found && is_valid_now(check, &served))
			check_served(pass, &served);
		sj_progress_show(&pass->progress, "checking users",
		    ++pass->seen_count,
		    check->secret_db.header.sections[SJ_DB_SECTION_USER].count);
	}
}

void
sj_check_each_user(struct sj_checkup *check,
    void (*visit)(struct sj_checkup *check, const struct sj_check_user *user))
{
	struct pass *pass;

	if (!sj_check_has_db(check))
		return;
	pass = calloc(1, sizeof(*pass));
	if (pass == NULL) {
		check->report->is_short = true;
		return;
	}
	pass->check = check;
	pass->visit = visit;
	sj_progress_start(&pass->progress);
	sj_check_groups_load(check, &pass->jail_groups);
	check_all_served(pass);
	sj_check_others(check, &pass->jail_groups, visit);
	sj_progress_end(&pass->progress);
	sj_check_groups_clear(&pass->jail_groups);
	free(pass);
}

static void
check_one(struct sj_checkup *check, const struct sj_check_user *user)
{
	const struct sj_tally_cause cause = {
	    .kind = not_jailed,
	    .path = check->tool->config_dir,
	    .what = "no jail takes a served user",
	    .fix = "name the user or a group of his in a jail",
	};

	if (user->jail == NULL) {
		sj_tally_note(&check->tally, &cause, user->user.name);
		return;
	}
	sj_check_user_shell(check, user);
	sj_check_user_sshd(check, user);
	sj_check_user_root(check, user);
	sj_check_user_server(check, user);
}

void
sj_check_users(struct sj_checkup *check)
{
	sj_check_each_user(check, check_one);
	sj_tally_flush(&check->tally, check->report);
}
