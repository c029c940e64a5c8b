/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "host.h"

#define PASSWD_PATH "/etc/passwd"
#define GROUP_PATH "/etc/group"

static void
warn_same_user(struct sj_compile *compile, uint32_t user)
{
	struct sj_packed_user packed;
	struct sj_where where;
	const char *name;

	packed = sj_model_packed(compile->model, user, &name);
	where = SJ_WHERE_ELEMENT("users", packed.element);
	compile->file = packed.file;
	sj_compile_warn(compile, packed.line, &where,
	    "\"%s\" is in " PASSWD_PATH " as well, with the same uid and gid; "
	    "remove it there",
	    name);
}

static void
check_passwd(struct sj_compile *compile, const struct passwd *passwd)
{
	const struct sj_model *model = compile->model;
	uint32_t by_name = sj_model_find_user(model, passwd->pw_name);
	uint32_t by_uid = sj_model_find_uid(model, passwd->pw_uid);
	struct sj_user_def user;

	if (by_name != SJ_NO_INDEX) {
		sj_model_user(model, by_name, &user);
		if (user.uid == passwd->pw_uid && user.gid == passwd->pw_gid)
			warn_same_user(compile, by_name);
		else
			sj_host_user_error(compile, by_name, "name",
			    PASSWD_PATH,
			    "is the name of another user (another uid or "
			    "gid) in");
	}
	/* 0 stands for one that was reported. */
	if (passwd->pw_uid != 0 && by_uid != SJ_NO_INDEX && by_uid != by_name)
		sj_host_user_error(compile, by_uid, "uid", PASSWD_PATH,
		    "is the uid of another user in");
}

static void
warn_same_group(struct sj_compile *compile, uint32_t group)
{
	const struct sj_group_def *def = &compile->model->groups[group];
	struct sj_where where = SJ_WHERE_ELEMENT("groups", def->element);

	sj_compile_at(compile, &def->place);
	sj_compile_warn(compile, def->place.line, &where,
	    "\"%s\" is in " GROUP_PATH " as well, with the same gid; remove "
	    "it there",
	    def->name);
}

static void
check_group(struct sj_compile *compile, const struct group *group)
{
	const struct sj_model *model = compile->model;
	uint32_t by_name = sj_model_find_group(model, group->gr_name);
	uint32_t by_gid = sj_model_find_gid(model, group->gr_gid);

	if (by_name != SJ_NO_INDEX && by_name == by_gid)
		warn_same_group(compile, by_name);
	else if (by_name != SJ_NO_INDEX)
		sj_host_group_error(compile, by_name, "name", GROUP_PATH,
		    "is the name of a group with another gid in");
	if (group->gr_gid != 0 && by_gid != SJ_NO_INDEX && by_gid != by_name)
		sj_host_group_error(compile, by_gid, "gid", GROUP_PATH,
		    "is the gid of another group in");
}

void
sj_host_check_files(struct sj_compile *compile)
{
	SJ_AUTO_FCLOSE FILE *passwd_file = fopen(PASSWD_PATH, "re");
	SJ_AUTO_FCLOSE FILE *group_file = fopen(GROUP_PATH, "re");
	const struct passwd *passwd;
	const struct group *group;

	/* "+" and "-" lines are about other sources: nsswitch.conf(5), compat
	 */
	while (passwd_file != NULL && (passwd = fgetpwent(passwd_file)) != NULL)
		if (strchr("+-", passwd->pw_name[0]) == NULL)
			check_passwd(compile, passwd);
	while (group_file != NULL && (group = fgetgrent(group_file)) != NULL)
		if (strchr("+-", group->gr_name[0]) == NULL)
			check_group(compile, group);
}
