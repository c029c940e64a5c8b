/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE

/* What sshd_config has to say; all else keeps its bytes. */

#include "setup.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "setup_sshd.h"

static bool
has_pam(const struct sj_sshd_config *config)
{
	const struct sj_sshd_line *line = sj_sshd_config_find(config, "usepam");

	return line != NULL && (strcasecmp(line->args[0], "yes") == 0 ||
				   strcasecmp(line->args[0], "true") == 0);
}

static bool
has_server(
    const struct sj_setup_facts *facts, const struct sj_sshd_config *config)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_subsystem(config, "sftp");

	if (line == NULL || line->arg_count < 2)
		return false;
	return strcmp(line->args[1], "internal-sftp") == 0 ||
	       (facts->sftp_server != NULL &&
		   strcmp(line->args[1], facts->sftp_server) == 0);
}

void
sj_setup_sshd_refuse(struct sj_setup_sshd *plan,
    const struct sj_sshd_line *line, const char *what, const char *want)
{
	sj_report_add(plan->refused, &sj_setup_unsure, line->path, line->line,
	    "%s", what);
	sj_report_fix(plan->refused, "write \"%s\" there by hand", want);
}

bool
sj_setup_sshd_is_editable(struct sj_setup_sshd *plan,
    const struct sj_sshd_line *line, const char *what, const char *want)
{
	if (strcmp(line->path, plan->config->path) == 0)
		return true;
	sj_setup_sshd_refuse(plan, line, what, want);
	return false;
}

size_t
sj_setup_sshd_body_len(const char *line, size_t len)
{
	char quote = '\0';
	size_t i;

	for (i = 0; i < len; i++) {
		if (quote == '\0' && line[i] == '#' && i > 0 &&
		    isspace((unsigned char)line[i - 1]))
			break;
		if (quote != '\0' ? line[i] == quote
				  : line[i] == '"' || line[i] == '\'')
			quote = quote == '\0' ? line[i] : '\0';
	}
	while (i > 0 && isspace((unsigned char)line[i - 1]))
		i--;
	return i;
}

void
sj_setup_sshd_replace(struct sj_setup_sshd *plan, unsigned int number,
    size_t from, size_t to, const char *text)
{
	size_t len;
	const char *line = sj_setup_lines_find(plan->file->old, number, &len);

	if (line == NULL)
		return;
	if (len > 0 && line[len - 1] == '\r')
		len--;
	sj_setup_lines_add(&plan->lines, SJ_SETUP_REPLACE, number, "%.*s%s%.*s",
	    (int)from, line, text, (int)(len - to), line + to);
}

/* "#Keyword ...": a comment, and what is said in it; "" for other lines. */
static const char *
comment_of(const struct sj_setup_sshd *plan, unsigned int number)
{
	size_t len;
	const char *line = sj_setup_lines_find(plan->file->old, number, &len);

	if (line == NULL)
		return "";
	line += strspn(line, " \t");
	return *line == '#' ? line : "";
}

static bool
is_example(const char *comment, const char *keyword)
{
	size_t len = strlen(keyword);

	return *comment == '#' && strncasecmp(comment + 1, keyword, len) == 0 &&
	       isspace((unsigned char)comment[1 + len]);
}

/* The line of the first Match block, or 0. */
static unsigned int
match_line(const struct sj_sshd_config *config)
{
	size_t i;

	for (i = 0; i < config->block_count; i++)
		if (strcmp(config->blocks[i].path, config->path) == 0)
			return config->blocks[i].line;
	return 0;
}

void
sj_setup_sshd_add(
    struct sj_setup_sshd *plan, const char *keyword, const char *value)
{
	unsigned int match = match_line(plan->config), number;
	unsigned int end =
	    match == 0 ? sj_setup_lines_count(plan->file->old) + 1 : match;
	enum sj_setup_where where = SJ_SETUP_AFTER;

	for (number = 1; number < end; number++)
		if (is_example(comment_of(plan, number), keyword))
			break;
	if (number == end && match == 0) {
		number = 0;
	} else if (number == end) {
		where = SJ_SETUP_BEFORE;
		while (number > 1 && *comment_of(plan, number - 1) == '#')
			number--;
	}
	sj_setup_lines_add(
	    &plan->lines, where, number, "%s %s", keyword, value);
}

static void
edit_pam(struct sj_setup_sshd *plan)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_find(plan->config, "usepam");
	const char *text;
	size_t len;

	if (has_pam(plan->config))
		return;
	if (line == NULL) {
		sj_setup_sshd_add(plan, "UsePAM", "yes");
		return;
	}
	if (!sj_setup_sshd_is_editable(
		plan, line, "UsePAM is no", "UsePAM yes"))
		return;
	text = sj_setup_lines_find(plan->file->old, line->line, &len);
	sj_setup_sshd_replace(plan, line->line, strspn(text, " \t"),
	    sj_setup_sshd_body_len(text, len), "UsePAM yes");
}

static bool
is_sftp_server(const char *program)
{
	const char *slash = strrchr(program, '/');

	return strcmp(slash == NULL ? program : slash + 1, "sftp-server") == 0;
}

static bool
has_log_option(const struct sj_sshd_line *line)
{
	size_t i;

	for (i = 2; i < line->arg_count; i++)
		if (strncmp(line->args[i], "-l", 2) == 0)
			return true;
	return false;
}

/* internal-sftp takes the arguments of OpenSSH's sftp-server. */
static void
edit_server(struct sj_setup_sshd *plan)
{
	static const char want[] = "Subsystem sftp internal-sftp -l INFO";
	const struct sj_sshd_line *line =
	    sj_sshd_config_subsystem(plan->config, "sftp");
	const char *text, *name, *program = NULL;
	size_t len, at;

	if (has_server(plan->facts, plan->config))
		return;
	if (line == NULL) {
		sj_setup_sshd_add(
		    plan, "Subsystem", "sftp internal-sftp -l INFO");
		return;
	}
	if (!sj_setup_sshd_is_editable(
		plan, line, "Subsystem sftp is another program", want))
		return;
	text = sj_setup_lines_find(plan->file->old, line->line, &len);
	name = strstr(text, "sftp");
	if (name != NULL && line->arg_count > 1)
		program = strstr(name + 4, line->args[1]);
	if (program == NULL || program >= text + len ||
	    !is_sftp_server(line->args[1]) || memchr(text, '"', len) != NULL) {
		sj_setup_sshd_refuse(plan, line,
		    "Subsystem sftp is nothing that setup knows how to replace",
		    want);
		return;
	}
	at = (size_t)(program - text);
	sj_setup_sshd_replace(plan, line->line, at, at + strlen(line->args[1]),
	    has_log_option(line) ? "internal-sftp" : "internal-sftp -l INFO");
}

/* Is everything there now, by a second look at what would be written? */
static void
judge(struct sj_setup_sshd *plan, const char *text)
{
	const struct sj_sysfile_text instead = {plan->config->path, text};
	struct sj_sshd_config config;

	if (sj_sshd_config_load_instead(
		plan->facts->root, &instead, &config, NULL) != SJ_OK)
		plan->refused->is_short = true;
	else if (config.fault_count > 0 || !has_pam(&config) ||
		 !has_server(plan->facts, &config) ||
		 !sj_setup_sshd_has_keys(plan->facts, &config)) {
		sj_report_add(plan->refused, &sj_setup_unsure,
		    plan->config->path, 0,
		    "the file is not what setup takes it for");
		sj_report_fix(plan->refused,
		    "edit it by hand; INSTALL says what belongs into it");
	}
	sj_sshd_config_clear(&config);
}

static void
edit(struct sj_setup_sshd *plan)
{
	size_t before = plan->refused->count;
	char *new;

	edit_pam(plan);
	edit_server(plan);
	sj_setup_sshd_edit_keys(plan);
	if (plan->refused->count > before)
		return;
	new = sj_setup_file_make(plan->file, &plan->lines, plan->refused);
	if (new != NULL)
		judge(plan, new);
	if (plan->refused->count == before && !plan->refused->is_short)
		plan->file->new = new;
	else
		free(new);
}

/* Once more, so that line numbers are those of the text that is edited. */
static void
plan_text(const struct sj_setup_facts *facts, struct sj_setup_file *file,
    struct sj_report *refused)
{
	const struct sj_sysfile_text instead = {file->path, file->old};
	struct sj_sshd_config config;
	struct sj_setup_sshd plan = {.facts = facts,
	    .file = file,
	    .refused = refused,
	    .config = &config};

	if (sj_sshd_config_load_instead(facts->root, &instead, &config, NULL) ==
	    SJ_OK)
		edit(&plan);
	else
		refused->is_short = true;
	sj_setup_lines_clear(&plan.lines);
	sj_sshd_config_clear(&config);
}

static bool
is_understood(const struct sj_sshd_config *config,
    const struct sj_setup_file *file, struct sj_report *refused)
{
	const struct sj_sshd_line *service =
	    sj_sshd_config_find(config, "pamservicename");

	if (config->fault_count > 0) {
		sj_report_add(refused, &sj_setup_unsure, config->faults[0].path,
		    config->faults[0].line, "%s", config->faults[0].what);
		sj_report_fix(refused, "sshd -t tells more");
	} else if (strcmp(config->path, file->path) != 0) {
		sj_report_add(refused, &sj_setup_missing, file->path, 0,
		    "sshd reads %s, which an update replaces", config->path);
		sj_report_fix(refused, "cp -a %s %s", config->path, file->path);
	} else if (service != NULL && strcmp(service->args[0], "sshd") != 0) {
		sj_report_add(refused, &sj_setup_unsure, service->path,
		    service->line,
		    "PAMServiceName is %s, and setup knows sshd only",
		    service->args[0]);
		sj_report_fix(refused,
		    "take the line away, or edit that service by hand");
	} else {
		return true;
	}
	return false;
}

void
sj_setup_sshd(const struct sj_setup_facts *facts, struct sj_setup_file *file,
    struct sj_report *refused)
{
	struct sj_sshd_config config;
	struct sj_fault fault;

	if (sj_sshd_config_load(facts->root, &config, &fault) != SJ_OK) {
		file->is_unreadable = fault.sys_errno != ENOENT;
		sj_report_add(refused, &sj_setup_missing, file->path, 0, "%s",
		    fault.where);
	} else if (is_understood(&config, file, refused) &&
		   !(has_pam(&config) && has_server(facts, &config) &&
		       sj_setup_sshd_has_keys(facts, &config)) &&
		   sj_setup_file_read(facts, file, refused)) {
		plan_text(facts, file, refused);
	}
	sj_sshd_config_clear(&config);
}
