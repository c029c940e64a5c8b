/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "explain.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>

#include "json.h"
#include "quote.h"

static const char *
type_name(const struct sj_explain_path *path)
{
	if (!path->is_there)
		return "missing";
	if (S_ISDIR(path->mode))
		return "directory";
	if (S_ISREG(path->mode))
		return "file";
	if (S_ISLNK(path->mode))
		return "symlink";
	if (S_ISFIFO(path->mode))
		return "fifo";
	if (S_ISSOCK(path->mode))
		return "socket";
	return "device";
}

static enum sj_explain_result
result_of(const struct sj_explain_path *path)
{
	return path->reason == SJ_OK ? SJ_EXPLAIN_OK : SJ_EXPLAIN_FAIL;
}

const char *
sj_explain_verdict_name(enum sj_explain_verdict verdict)
{
	switch (verdict) {
	case SJ_EXPLAIN_ALLOW:
		return "allow";
	case SJ_EXPLAIN_DENY:
		return "deny";
	case SJ_EXPLAIN_NOT_JAILED:
		return "not-jailed";
	}
	return "deny";
}

static void
put_first_line(const struct sj_explain *explain)
{
	sj_quote_printf(stdout, "%s: %s", explain->question.user,
	    sj_explain_verdict_name(explain->verdict));
	if (explain->verdict == SJ_EXPLAIN_DENY)
		(void)printf(" %s", sj_reason_token(explain->reason));
	if (explain->jail != NULL)
		(void)printf(" (jail %s)", explain->jail);
	(void)putchar('\n');
}

static void
put_fix(const char *indent, const char *fix)
{
	if (fix == NULL)
		return;
	(void)printf("%sfix: ", indent);
	sj_quote_put_command(stdout, fix);
	(void)putchar('\n');
}

static void
put_owner(const struct sj_explain_path *path)
{
	const struct passwd *pw = getpwuid(path->uid);
	const struct group *group = getgrgid(path->gid);

	if (pw == NULL)
		(void)printf("%u", (unsigned)path->uid);
	else
		sj_quote_put(stdout, pw->pw_name);
	if (group == NULL)
		(void)printf(":%u", (unsigned)path->gid);
	else
		sj_quote_printf(stdout, ":%s", group->gr_name);
}

static void
put_path(const struct sj_explain_path *path)
{
	(void)printf("        %-5s ",
	    sj_explain_result_name(result_of(path), path->reason, false));
	sj_quote_put(stdout, path->path);
	if (path->is_there) {
		(void)printf(" %s ", type_name(path));
		put_owner(path);
		(void)printf(" %04o", (unsigned)path->mode & 07777u);
	} else {
		(void)printf(" %s",
		    path->is_to_make ? "will be made at login" : "missing");
	}
	if (path->reason != SJ_OK)
		(void)printf(" (%s)", sj_reason_token(path->reason));
	(void)putchar('\n');
	put_fix("              ", path->fix);
}

static void
put_check(const struct sj_explain_check *check)
{
	(void)printf("  %-5s %s",
	    sj_explain_result_name(check->result, check->reason, false),
	    check->name);
	if (check->reason != SJ_OK)
		(void)printf(": %s", sj_reason_token(check->reason));
	if (check->detail != NULL && check->detail[0] != '\0')
		sj_quote_printf(stdout, ": %s", check->detail);
	(void)putchar('\n');
	put_fix("        ", check->fix);
}

bool
sj_explain_print_text(const struct sj_explain *explain)
{
	size_t i, path = 0;

	put_first_line(explain);
	for (i = 0; i < explain->check_count; i++) {
		put_check(&explain->checks[i]);
		for (; path < explain->path_count &&
		       explain->paths[path].check <= i;
		     path++)
			put_path(&explain->paths[path]);
	}
	for (; path < explain->path_count; path++)
		put_path(&explain->paths[path]);
	if (explain->is_short)
		(void)fputs("sftpjail explain: out of memory\n", stderr);
	return !explain->is_short;
}

/* "" is no detail. */
static json_t *
text_or_null(const char *text)
{
	return sj_json_text(text == NULL || text[0] == '\0' ? NULL : text);
}

/* Nothing has failed where there is no reason but "ok". */
static json_t *
json_reason(enum sj_explain_result result, enum sj_reason reason)
{
	return result == SJ_EXPLAIN_OK || result == SJ_EXPLAIN_FAIL
		   ? json_string(sj_reason_token(reason))
		   : json_null();
}

static json_t *
json_check(const struct sj_explain_check *check)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o}", "check", check->name,
	    "result",
	    sj_explain_result_name(check->result, check->reason, true),
	    "reason", json_reason(check->result, check->reason), "detail",
	    text_or_null(check->detail), "fix", sj_json_text(check->fix));
}

static json_t *
json_path(const struct sj_explain_path *path)
{
	char mode[8];

	(void)snprintf(
	    mode, sizeof(mode), "%04o", (unsigned)path->mode & 07777u);
	return json_pack("{s:s, s:o, s:s, s:o, s:o, s:o, s:s, s:s, s:o}",
	    "role", sj_jailroot_role_name(path->role), "path",
	    sj_json_text(path->path), "type", type_name(path), "uid",
	    path->is_there ? json_integer(path->uid) : json_null(), "gid",
	    path->is_there ? json_integer(path->gid) : json_null(), "mode",
	    path->is_there ? json_string(mode) : json_null(), "result",
	    sj_explain_result_name(result_of(path), path->reason, true),
	    "reason", sj_reason_token(path->reason), "fix",
	    sj_json_text(path->fix));
}

static json_t *
json_checks(const struct sj_explain *explain)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < explain->check_count; i++) {
		if (json_array_append_new(
			list, json_check(&explain->checks[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *
json_paths(const struct sj_explain *explain)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < explain->path_count; i++) {
		if (json_array_append_new(
			list, json_path(&explain->paths[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *
json_database(const struct sj_explain *explain)
{
	return json_pack("{s:o, s:o}", "generation",
	    explain->generation == 0
		? json_null()
		: json_integer((json_int_t)explain->generation),
	    "stale",
	    explain->is_stale_known ? json_boolean(explain->is_stale)
				    : json_null());
}

bool
sj_explain_print_json(const struct sj_explain *explain)
{
	const struct sj_explain_question *question = &explain->question;
	json_t *head, *tail;

	head = json_pack("{s:i, s:o, s:o, s:o, s:s, s:s, s:o}", "schema",
	    SJ_JSON_SCHEMA, "user", sj_json_text(question->user), "uid",
	    explain->is_known ? json_integer(explain->uid) : json_null(),
	    "source", sj_json_text(explain->source), "verdict",
	    sj_explain_verdict_name(explain->verdict), "reason",
	    sj_reason_token(explain->reason), "jail",
	    sj_json_text(explain->jail));
	tail = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "service",
	    sj_json_text(question->service), "from",
	    sj_json_text(question->from), "at", sj_json_time(question->at_sec),
	    "auth", sj_json_text(question->auth), "database",
	    json_database(explain), "checks", json_checks(explain), "paths",
	    json_paths(explain));
	if (explain->is_short || head == NULL || tail == NULL ||
	    json_object_update(head, tail) != 0) {
		json_decref(head);
		head = NULL;
	}
	json_decref(tail);
	return sj_json_print(head);
}
