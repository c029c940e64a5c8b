/* SPDX-License-Identifier: ISC */

/* "sftpjail" into the lines of nsswitch.conf; all else keeps its bytes. */

#include "setup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define SERVICE "sftpjail"

/*
 * Sources that answer from this host, without a network: ours may be asked
 * behind them.  Behind a remote one, our users would wait while it is down.
 */
static bool
is_local(const struct sj_nss_service *service)
{
	static const char *const names[] = {
	    "files", "compat", "systemd", "altfiles", "extrausers", "db"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(service->name, names[i]) == 0)
			return true;
	return false;
}

static bool
is_own_files(const struct sj_nss_service *service)
{
	return strcmp(service->name, "files") == 0 ||
	       strcmp(service->name, "compat") == 0;
}

/*
 * The service behind which ours belongs: the last of files and compat, and the
 * local ones behind it.  One whose success does not end the lookup
 * ([SUCCESS=merge]) stays beside its next: glibc would take ours for the one to
 * merge with, and leave the others out.
 */
static const struct sj_nss_service *
find_place(const struct sj_nss_line *line)
{
	const struct sj_nss_service *first = line->services;
	size_t i, at = line->service_count - 1;

	for (i = 0; i < line->service_count; i++)
		if (is_own_files(&first[i]))
			at = i;
	while (at + 1 < line->service_count &&
	       (is_local(&first[at + 1]) ||
		   first[at].actions[SJ_NSS_SUCCESS] != SJ_NSS_RETURN))
		at++;
	return &first[at];
}

/* Behind the name and its brackets; the reader has understood the line. */
static size_t
end_of_service(const char *text, size_t at)
{
	size_t bracket;

	while (text[at] != '\0' && strchr("[# \t\r\n", text[at]) == NULL)
		at++;
	bracket = at + strspn(text + at, " \t");
	if (text[bracket] != '[')
		return at;
	return bracket + strcspn(text + bracket, "]") + 1;
}

static void
edit_line(const struct sj_setup_file *file, const struct sj_nsswitch *config,
    const struct sj_nss_line *line, struct sj_setup_lines *lines)
{
	const char *start;
	size_t len, at, head;

	/* The reader ended words in place: offsets are those of the text. */
	at = end_of_service(
	    file->old, (size_t)(find_place(line)->name - config->files->text));
	start = sj_setup_lines_find(file->old, line->line, &len);
	if (start == NULL)
		return;
	if (len > 0 && start[len - 1] == '\r')
		len--;
	head = (size_t)(file->old + at - start);
	sj_setup_lines_add(lines, SJ_SETUP_REPLACE, line->line,
	    "%.*s " SERVICE "%s%.*s", (int)head, start,
	    head == len || isspace((unsigned char)start[head]) ? "" : " ",
	    (int)(len - head), start + head);
}

static void
edit_database(const struct sj_setup_file *file,
    const struct sj_nsswitch *config, const char *database,
    struct sj_setup_lines *lines)
{
	const struct sj_nss_line *line = sj_nsswitch_find(config, database);

	if (line == NULL)
		sj_setup_lines_add(lines, SJ_SETUP_AFTER, 0,
		    "%s:%*sfiles " SERVICE, database,
		    (int)(sizeof("passwd:         ") - 2 - strlen(database)),
		    "");
	else if (!line->is_bad && line->service_count > 0 &&
		 sj_nss_line_find(line, SERVICE) == NULL)
		edit_line(file, config, line, lines);
}

/* An initgroups line decides alone: whoever wrote it has to say how. */
static void
edit(const struct sj_setup_file *file, const struct sj_nsswitch *config,
    struct sj_setup_lines *lines)
{
	edit_database(file, config, "passwd", lines);
	edit_database(file, config, "group", lines);
	edit_database(file, config, "shadow", lines);
}

/* Adds to the report what is wrong with the text. */
static void
judge(const char *text, struct sj_report *report)
{
	struct sj_nsswitch config;

	if (sj_nsswitch_parse(text, &config, NULL) == SJ_OK)
		sj_check_nss_switch(report, &config);
	else
		report->is_short = true;
	sj_nsswitch_clear(&config);
}

static bool
is_right(const struct sj_nsswitch *config)
{
	struct sj_report report = {.count = 0};
	bool is_good;

	sj_check_nss_switch(&report, config);
	is_good = !report.is_short && sj_report_count(&report, SJ_ERROR) == 0;
	sj_report_clear(&report);
	return is_good;
}

static void
plan(struct sj_setup_file *file, struct sj_report *refused)
{
	struct sj_setup_lines lines = {.count = 0};
	size_t before = refused->count;
	struct sj_nsswitch config;
	char *new;

	if (sj_nsswitch_parse(file->old, &config, NULL) == SJ_OK)
		edit(file, &config, &lines);
	else
		refused->is_short = true;
	sj_nsswitch_clear(&config);
	new = sj_setup_file_make(file, &lines, refused);
	if (new != NULL)
		judge(new, refused);
	if (refused->count == before && !refused->is_short)
		file->new = new;
	else
		free(new);
	sj_setup_lines_clear(&lines);
}

void
sj_setup_nss(const struct sj_setup_facts *facts, struct sj_setup_file *file,
    struct sj_report *refused)
{
	struct sj_nsswitch config;
	struct sj_fault fault;

	if (sj_nsswitch_load(facts->root, &config, &fault) != SJ_OK) {
		sj_report_add(refused, &sj_setup_missing, file->path, 0, "%s",
		    fault.where);
		sj_report_fix(refused,
		    "where the distribution keeps it in /usr/etc: cp -a "
		    "/usr/etc/nsswitch.conf " SJ_NSS_PATH);
	} else if (!is_right(&config) &&
		   sj_setup_file_read(facts, file, refused)) {
		plan(file, refused);
	}
	sj_nsswitch_clear(&config);
}
