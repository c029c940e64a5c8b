/* SPDX-License-Identifier: ISC */
/* Sources that have to be asked name by name: LDAP, SSSD, NIS and the like. */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "db_install.h"
#include "host.h"

/* So many questions to one source; a directory may take a millisecond each. */
#define QUESTIONS_MAX 10000u
#define BUFFER_SIZE 65536u

enum answer { ANSWER_NO = 0, ANSWER_YES, ANSWER_UNREACHABLE };

struct asking {
	struct sj_compile *compile;
	const char *service;
	char *buf;
	struct sj_db_files installed;
	uint32_t asked;
	uint32_t skipped;
	bool is_unreachable;
};

static enum answer
judge(int error, const void *result)
{
	if (result != NULL)
		return ANSWER_YES;
	/* A group with more members than the buffer holds is there. */
	if (error == ERANGE)
		return ANSWER_YES;
	return error == 0 ? ANSWER_NO : ANSWER_UNREACHABLE;
}

static enum answer
ask_user(const struct asking *asking, const char *name)
{
	struct passwd passwd, *result = NULL;
	int error =
	    getpwnam_r(name, &passwd, asking->buf, BUFFER_SIZE, &result);

	return judge(error, result);
}

static enum answer
ask_uid(const struct asking *asking, uint32_t uid)
{
	struct passwd passwd, *result = NULL;
	int error = getpwuid_r(uid, &passwd, asking->buf, BUFFER_SIZE, &result);

	return judge(error, result);
}

static enum answer
ask_group(const struct asking *asking, const char *name)
{
	struct group group, *result = NULL;
	int error = getgrnam_r(name, &group, asking->buf, BUFFER_SIZE, &result);

	return judge(error, result);
}

static enum answer
ask_gid(const struct asking *asking, uint32_t gid)
{
	struct group group, *result = NULL;
	int error = getgrgid_r(gid, &group, asking->buf, BUFFER_SIZE, &result);

	return judge(error, result);
}

/* True if the source may be asked once more. */
static bool
may_ask(struct asking *asking)
{
	if (asking->is_unreachable)
		return false;
	if (asking->asked >= QUESTIONS_MAX) {
		asking->skipped++;
		return false;
	}
	asking->asked++;
	return true;
}

static bool
is_yes(struct asking *asking, enum answer answer)
{
	asking->is_unreachable |= answer == ANSWER_UNREACHABLE;
	return answer == ANSWER_YES;
}

static bool
is_new_user(struct asking *asking, const struct sj_user_def *user)
{
	struct sj_passwd passwd;
	bool is_found = false;

	return !asking->installed.has_public ||
	       sj_db_find_passwd(&asking->installed.public, user->name,
		   &is_found, &passwd) != SJ_OK ||
	       !is_found || passwd.uid != user->uid;
}

static bool
is_new_group(struct asking *asking, const struct sj_group_def *def)
{
	struct sj_group group;
	bool is_found = false;

	return !asking->installed.has_public ||
	       sj_db_find_group(&asking->installed.public, def->name, &is_found,
		   &group) != SJ_OK ||
	       !is_found || group.gid != def->gid;
}

static void
ask_for_users(struct asking *asking)
{
	const struct sj_model *model = asking->compile->model;
	struct sj_user_def user;
	uint32_t i;

	for (i = 0; i < model->user_count; i++) {
		sj_model_user(model, i, &user);
		sj_model_relax(model, i);
		if (!is_new_user(asking, &user) || !may_ask(asking))
			continue;
		if (is_yes(asking, ask_user(asking, user.name)))
			sj_host_user_error(asking->compile, i, "name",
			    asking->service, "is the name of a user in");
		else if (!asking->is_unreachable &&
			 is_yes(asking, ask_uid(asking, user.uid)))
			sj_host_user_error(asking->compile, i, "uid",
			    asking->service, "is the uid of a user in");
	}
}

static void
ask_for_groups(struct asking *asking)
{
	const struct sj_model *model = asking->compile->model;
	const struct sj_group_def *def;
	uint32_t i;

	for (i = 0; i < model->group_count; i++) {
		def = &model->groups[i];
		if (!is_new_group(asking, def) || !may_ask(asking))
			continue;
		if (is_yes(asking, ask_group(asking, def->name)))
			sj_host_group_error(asking->compile, i, "name",
			    asking->service, "is the name of a group in");
		else if (!asking->is_unreachable &&
			 is_yes(asking, ask_gid(asking, def->gid)))
			sj_host_group_error(asking->compile, i, "gid",
			    asking->service, "is the gid of a group in");
	}
}

static void
report_unasked(struct asking *asking)
{
	struct sj_where where = SJ_WHERE_TOP(NULL);

	asking->compile->file = 0;
	if (asking->is_unreachable)
		sj_compile_warn(asking->compile, 0, &where,
		    "source \"%s\" of nsswitch.conf can't be reached: whether "
		    "it has the same names or ids is not known",
		    asking->service);
	if (asking->skipped > 0)
		sj_compile_warn(asking->compile, 0, &where,
		    "source \"%s\" of nsswitch.conf was asked about %u users "
		    "and groups, %u more were not checked",
		    asking->service, (unsigned)asking->asked,
		    (unsigned)asking->skipped);
}

void
sj_host_check_others(struct sj_compile *compile, const char *const *services,
    const char *state_dir)
{
	struct asking asking = {.compile = compile};

	asking.buf = malloc(BUFFER_SIZE);
	if (asking.buf == NULL) {
		compile->model->store->is_short = true;
		return;
	}
	sj_db_files_open(&asking.installed, state_dir, "", 0);
	for (; *services != NULL; services++) {
		asking.service = *services;
		asking.asked = asking.skipped = 0;
		asking.is_unreachable = false;
		(void)__nss_configure_lookup("passwd", *services);
		(void)__nss_configure_lookup("group", *services);
		ask_for_users(&asking);
		ask_for_groups(&asking);
		report_unasked(&asking);
	}
	sj_db_files_close(&asking.installed);
	free(asking.buf);
}
