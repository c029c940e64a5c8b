/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include <errno.h>
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

/* error: of what ended the reading; 0 and ENOENT: nothing went wrong. */
static void
warn_unread(struct sj_compile *compile, const char *path, int error)
{
	struct sj_where where = SJ_WHERE_TOP(NULL);

	if (error == 0 || error == ENOENT)
		return;
	compile->file = 0;
	sj_compile_warn(compile, 0, &where,
	    "%s can't be read (%s): whether it has the same names or ids is "
	    "not known",
	    path, strerror(error));
}

/* "+" and "-" lines are about other sources: nsswitch.conf(5), compat */
static bool
is_entry(const char *name)
{
	return strchr("+-", name[0]) == NULL;
}

/* Returns what ended the reading, as do the next. */
static int
check_all_passwd(struct sj_compile *compile)
{
	SJ_AUTO_FCLOSE FILE *file = fopen(PASSWD_PATH, "re");
	const struct passwd *passwd;

	for (; file != NULL; check_passwd(compile, passwd)) {
		do {
			errno = 0;
			passwd = fgetpwent(file);
		} while (passwd != NULL && !is_entry(passwd->pw_name));
		if (passwd == NULL)
			break;
	}
	return errno;
}

static int
check_all_group(struct sj_compile *compile)
{
	SJ_AUTO_FCLOSE FILE *file = fopen(GROUP_PATH, "re");
	const struct group *group;

	for (; file != NULL; check_group(compile, group)) {
		do {
			errno = 0;
			group = fgetgrent(file);
		} while (group != NULL && !is_entry(group->gr_name));
		if (group == NULL)
			break;
	}
	return errno;
}

void
sj_host_check_files(struct sj_compile *compile)
{
	warn_unread(compile, PASSWD_PATH, check_all_passwd(compile));
	warn_unread(compile, GROUP_PATH, check_all_group(compile));
}
