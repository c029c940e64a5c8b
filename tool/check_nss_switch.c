/* SPDX-License-Identifier: ISC */

/* What is wrong with nsswitch.conf for us; pure. */

#include "check.h"

#include <string.h>

#define SERVICE "sftpjail"

static const struct sj_problem_kind missing = {"nss-missing", SJ_ERROR,
    "served users are unknown to the host, or their groups or passwords are"};
static const struct sj_problem_kind order = {"nss-order", SJ_ERROR,
    "the host's own accounts come first: no entry of ours may stand in the "
    "place of one of theirs, and their lookups need not wait for us"};
static const struct sj_problem_kind unreachable = {"nss-unreachable", SJ_ERROR,
    "an earlier source ends the lookup before ours is asked"};
static const struct sj_problem_kind fragile = {"nss-unreachable", SJ_WARNING,
    "while the earlier source is out of reach, nobody of ours can log in"};
static const struct sj_problem_kind first_wins = {"nss-initgroups", SJ_ERROR,
    "with an initgroups line the first source that knows any group of a user "
    "ends the lookup: members of our groups are not seen in them, and a jail "
    "that matches by group does not take them"};
static const struct sj_problem_kind syntax = {
    "nss-syntax", SJ_ERROR, "glibc drops the whole line"};
static const struct sj_problem_kind twice = {"nss-twice", SJ_WARNING,
    "newer glibc takes the last of the lines, older ones the first"};

static void
report_missing(struct sj_report *report, const char *database,
    const struct sj_nss_line *line)
{
	sj_report_add(report, &missing, SJ_NSS_PATH,
	    line == NULL ? 0 : line->line,
	    line == NULL ? "there is no line \"%s:\""
			 : "the line \"%s:\" does not name " SERVICE,
	    database);
	if (line == NULL)
		sj_report_fix(
		    report, "add the line \"%s: files " SERVICE "\"", database);
	else
		sj_report_fix(report, "add " SERVICE " at the end of the line");
}

static bool
is_local(const char *service)
{
	return strcmp(service, "files") == 0 || strcmp(service, "compat") == 0;
}

static void
judge_order(struct sj_report *report, const struct sj_nss_line *line,
    const struct sj_nss_service *ours)
{
	const struct sj_nss_service *other;

	for (other = ours + 1; other < line->services + line->service_count;
	     other++) {
		if (!is_local(other->name))
			continue;
		sj_report_add(report, &order, SJ_NSS_PATH, line->line,
		    "\"%s:\" names " SERVICE " before %s", line->database,
		    other->name);
		sj_report_fix(report, "put " SERVICE " behind %s", other->name);
		return;
	}
}

static void
judge_actions(struct sj_report *report, const struct sj_nss_line *line,
    const struct sj_nss_service *ours)
{
	const struct sj_nss_service *other;
	bool is_end;

	for (other = line->services; other < ours; other++) {
		is_end = other->actions[SJ_NSS_NOTFOUND] == SJ_NSS_RETURN;
		if (!is_end &&
		    other->actions[SJ_NSS_UNAVAIL] != SJ_NSS_RETURN &&
		    other->actions[SJ_NSS_TRYAGAIN] != SJ_NSS_RETURN)
			continue;
		sj_report_add(report, is_end ? &unreachable : &fragile,
		    SJ_NSS_PATH, line->line,
		    "\"%s:\" returns after %s, before " SERVICE, line->database,
		    other->name);
		sj_report_fix(report,
		    "take the brackets behind %s away, or put " SERVICE
		    " before it",
		    other->name);
		return;
	}
}

/* The default behind a source that found something is to return. */
static void
judge_initgroups(struct sj_report *report, const struct sj_nss_line *line,
    const struct sj_nss_service *ours)
{
	const struct sj_nss_service *other;

	for (other = line->services; other < ours; other++) {
		if (other->actions[SJ_NSS_SUCCESS] != SJ_NSS_RETURN)
			continue;
		sj_report_add(report, &first_wins, SJ_NSS_PATH, line->line,
		    "\"initgroups:\" returns after %s has found groups",
		    other->name);
		sj_report_fix(report,
		    "take the line away (then \"group:\" counts), or write "
		    "\"[SUCCESS=continue]\" behind %s",
		    other->name);
		return;
	}
}

static void
judge_twice(struct sj_report *report, const struct sj_nsswitch *config,
    const struct sj_nss_line *line)
{
	const struct sj_nss_line *other;

	for (other = config->lines; other < line; other++) {
		if (strcmp(other->database, line->database) != 0)
			continue;
		sj_report_add(report, &twice, SJ_NSS_PATH, line->line,
		    "\"%s:\" stands at line %u, too", line->database,
		    other->line);
		sj_report_fix(report, "take one of them away");
		return;
	}
}

static void
judge_database(struct sj_report *report, const struct sj_nsswitch *config,
    const char *database)
{
	const struct sj_nss_line *line = sj_nsswitch_find(config, database);
	bool is_initgroups = strcmp(database, "initgroups") == 0;
	const struct sj_nss_service *ours;

	/* Without this one, "group:" answers. */
	if (line == NULL && is_initgroups)
		return;
	if (line != NULL) {
		judge_twice(report, config, line);
		if (line->is_bad) {
			sj_report_add(report, &syntax, SJ_NSS_PATH, line->line,
			    "\"%s:\" can't be understood", database);
			sj_report_fix(report, "see nsswitch.conf(5)");
			return;
		}
	}
	ours = line == NULL ? NULL : sj_nss_line_find(line, SERVICE);
	if (ours == NULL) {
		report_missing(report, database, line);
		return;
	}
	judge_order(report, line, ours);
	judge_actions(report, line, ours);
	if (is_initgroups)
		judge_initgroups(report, line, ours);
}

void
sj_check_nss_switch(struct sj_report *report, const struct sj_nsswitch *config)
{
	judge_database(report, config, "passwd");
	judge_database(report, config, "group");
	judge_database(report, config, "shadow");
	judge_database(report, config, "initgroups");
}
