/* SPDX-License-Identifier: ISC */

/* The switch, the library, and whether a served user is really found. */

#include "check.h"

#include <errno.h>
#include <pwd.h>
#include <shadow.h>
#include <string.h>

static const struct sj_problem_kind no_switch = {
    "nss-missing", SJ_ERROR, "served users are unknown to the host"};
static const struct sj_problem_kind library_missing = {
    "nss-library-missing", SJ_ERROR, "served users are unknown to the host"};
static const struct sj_problem_kind library_unsafe = {"nss-library-unsafe",
    SJ_ERROR, "who may write it, runs in every process of the host"};
static const struct sj_problem_kind lookup = {"nss-lookup", SJ_ERROR,
    "the login goes by what the host's name service says"};

static void
check_switch(struct sj_checkup *check)
{
	struct sj_nsswitch config;
	struct sj_fault fault;

	if (sj_nsswitch_load(NULL, &config, &fault) == SJ_OK) {
		sj_check_nss_switch(check->report, &config);
	} else {
		sj_report_add(check->report, &no_switch, SJ_NSS_PATH, 0, "%s",
		    fault.where);
		sj_report_fix(check->report,
		    "write the lines \"passwd: files sftpjail\", \"group: "
		    "files sftpjail\", \"shadow: files sftpjail\"");
	}
	sj_nsswitch_clear(&config);
}

/* A user to ask for: the first one served and not disabled. */
static bool
find_sample(struct sj_checkup *check, struct sj_user *ret_user)
{
	struct sj_db_cursor cursor = {.section = SJ_DB_SECTION_USER};
	bool is_found = true;

	while (is_found) {
		if (sj_db_next_user(&check->secret_db, &cursor, &is_found,
			ret_user) != SJ_OK)
			return false;
		if (is_found && ret_user->is_served && !ret_user->is_disabled)
			return true;
	}
	return false;
}

static void
check_sample(struct sj_checkup *check, const struct sj_user *user)
{
	const struct passwd *passwd;
	static const char fix[] =
	    "getent passwd shows what is found; a running nscd may hold an old "
	    "answer (nscd -i passwd)";

	errno = 0;
	passwd = getpwnam(user->name);
	if (passwd == NULL) {
		sj_report_add(check->report, &lookup, NULL, 0,
		    "the host does not find the served user %s%s%s", user->name,
		    errno == 0 ? "" : ": ", errno == 0 ? "" : strerror(errno));
		sj_report_fix(check->report, "%s", fix);
		return;
	}
	if (passwd->pw_uid != user->uid) {
		sj_report_add(check->report, &lookup, NULL, 0,
		    "the host finds uid %u for the served user %s, the "
		    "database has %u",
		    (unsigned int)passwd->pw_uid, user->name,
		    (unsigned int)user->uid);
		sj_report_fix(check->report, "%s", fix);
		return;
	}
	if (getspnam(user->name) == NULL) {
		sj_report_add(check->report, &lookup, NULL, 0,
		    "the host finds no shadow entry of the served user %s",
		    user->name);
		sj_report_fix(check->report, "getent shadow %s", user->name);
	}
}

void
sj_check_nss_library(struct sj_report *report)
{
	(void)sj_check_file(report, SJ_NSSDIR "/libnss_sftpjail.so.2",
	    &library_missing, &library_unsafe, "install sftpjail again");
}

void
sj_check_nss(struct sj_checkup *check)
{
	size_t before = check->report->count;
	struct sj_user user;

	check_switch(check);
	sj_check_nss_library(check->report);
	/* Where the cause is told, its effect need not be. */
	if (check->report->count == before && sj_check_has_db(check) &&
	    find_sample(check, &user))
		check_sample(check, &user);
}
