/* SPDX-License-Identifier: ISC */
/* sshd_config: its Match blocks become jails; the rest is said. */
#include "import_sshd.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"

static void
clear(struct sj_import_sshd *sshd)
{
	sj_sshd_config_clear(&sshd->config);
	sj_nameset_clear(&sshd->names);
	free(sshd->first_lines);
	free(sshd->is_kept);
	free(sshd->is_taken);
	free(sshd->except_users.items);
	free(sshd->except_groups.items);
}

const char *
sj_import_sshd_match_text(
    struct sj_import *import, const struct sj_sshd_block *match)
{
	SJ_AUTO_FREE char *args =
	    sj_sshd_args_join((const char *const *)match->args);

	import->is_short |= args == NULL;
	return sj_import_printf(
	    import, "Match %.256s", args == NULL ? "" : args);
}

static enum sj_reason
check_text(const struct sj_import_sshd *sshd, struct sj_fault *fault)
{
	const struct sj_sysfile *file;

	for (file = sshd->config.files; file != NULL; file = file->next)
		if (file->has_nul)
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
			    "%s holds NUL bytes: it is no text", file->path);
	return SJ_OK;
}

static bool
prepare(struct sj_import_sshd *sshd)
{
	const struct sj_sshd_config *config = &sshd->config;
	size_t i = config->line_count;

	sshd->first_lines =
	    calloc(config->block_count + 1, sizeof(*sshd->first_lines));
	sshd->is_taken = calloc(config->block_count + 1, sizeof(bool));
	sshd->is_kept = calloc(config->line_count + 1, sizeof(bool));
	if (sshd->first_lines == NULL || sshd->is_taken == NULL ||
	    sshd->is_kept == NULL)
		return false;
	while (i-- > 0)
		if (config->lines[i].block != SJ_SSHD_GLOBAL)
			sshd->first_lines[config->lines[i].block] = i;
	return true;
}

static void
say_faults(const struct sj_import_sshd *sshd)
{
	const struct sj_sshd_fault *fault;
	size_t i;

	for (i = 0; i < sshd->config.fault_count; i++) {
		fault = &sshd->config.faults[i];
		sj_import_say(sshd->import,
		    &(struct sj_import_place){fault->path, fault->line},
		    SJ_IMPORT_LOST, "%s", fault->what);
	}
}

static void
say_global_root(const struct sj_import_sshd *sshd)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_find(&sshd->config, "chrootdirectory");

	if (line != NULL && strcasecmp(line->args[0], "none") != 0)
		sj_import_say(sshd->import,
		    &(struct sj_import_place){line->path, line->line},
		    SJ_IMPORT_LOST,
		    "%s: it is about everybody, and a jail about named "
		    "users and groups",
		    sj_import_sshd_text(sshd->import, line));
}

/* Are all lines of the block said to be removed? */
static bool
is_whole(const struct sj_import_sshd *sshd, int block)
{
	const struct sj_sshd_config *config = &sshd->config;
	size_t i = sshd->first_lines[block];

	for (; i < config->line_count && config->lines[i].block >= block; i++)
		if (sshd->is_kept[i] && config->lines[i].block == block)
			return false;
	return true;
}

static void
say_removals(const struct sj_import_sshd *sshd)
{
	const struct sj_sshd_config *config = &sshd->config;
	const struct sj_sshd_line *line;
	const struct sj_sshd_block *match;
	size_t i;

	for (i = 0; i < config->line_count; i++) {
		line = &config->lines[i];
		if (line->block == SJ_SSHD_GLOBAL ||
		    !sshd->is_taken[line->block])
			continue;
		match = &config->blocks[line->block];
		if (sshd->first_lines[line->block] == i &&
		    is_whole(sshd, line->block))
			sj_import_say(sshd->import,
			    &(struct sj_import_place){match->path, match->line},
			    SJ_IMPORT_REMOVE, "%s",
			    sj_import_sshd_match_text(sshd->import, match));
		if (!sshd->is_kept[i])
			sj_import_say(sshd->import,
			    &(struct sj_import_place){line->path, line->line},
			    SJ_IMPORT_REMOVE, "%s",
			    sj_import_sshd_text(sshd->import, line));
	}
}

/* What sshd must be told in place of ForceCommand. */
static void
say_changes(const struct sj_import_sshd *sshd)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_subsystem(&sshd->config, "sftp");
	bool is_internal = line != NULL && line->arg_count > 1 &&
			   strcmp(line->args[1], "internal-sftp") == 0;
	struct sj_import_place place = {sshd->config.path, 0};

	if (line != NULL)
		place = (struct sj_import_place){line->path, line->line};
	if (!is_internal ||
	    (line->arg_count == 2 &&
		(sshd->log_level != NULL || sshd->log_facility != NULL)))
		sj_import_say(sshd->import, &place, SJ_IMPORT_CHANGE,
		    "Subsystem sftp internal-sftp%s%s%s%s",
		    sshd->log_level == NULL ? "" : " -l ",
		    sshd->log_level == NULL ? "" : sshd->log_level,
		    sshd->log_facility == NULL ? "" : " -f ",
		    sshd->log_facility == NULL ? "" : sshd->log_facility);
	line = sj_sshd_config_find(&sshd->config, "usepam");
	place = (struct sj_import_place){sshd->config.path, 0};
	if (line != NULL)
		place = (struct sj_import_place){line->path, line->line};
	if (line == NULL || strcasecmp(line->args[0], "yes") != 0)
		sj_import_say(
		    sshd->import, &place, SJ_IMPORT_CHANGE, "UsePAM yes");
}

static void
take_all(struct sj_import_sshd *sshd)
{
	size_t i;

	say_faults(sshd);
	say_global_root(sshd);
	sj_import_begin(sshd->import, "sshd_config");
	sj_import_jails_begin(sshd->import);
	for (i = 0; i < sshd->config.block_count; i++)
		sj_import_sshd_block(sshd, (int)i);
	sj_import_jails_end(sshd->import);
	if (sshd->jail_count == 0) {
		sj_import_note(
		    sshd->import, "no Match block could be made a jail");
		return;
	}
	say_removals(sshd);
	say_changes(sshd);
	sj_import_note(sshd->import,
	    "remove lines only behind \"sftpjail apply\", with the PAM lines "
	    "in place; before, their users are not confined at all");
}

enum sj_reason
sj_import_sshd(
    struct sj_import *import, const char *path, struct sj_fault *fault)
{
	struct sj_import_sshd sshd = {.import = import};
	enum sj_reason reason;

	reason = sj_sshd_config_load_file(path, &sshd.config, fault);
	if (reason == SJ_OK)
		reason = check_text(&sshd, fault);
	if (reason == SJ_OK && !prepare(&sshd))
		import->is_short = true;
	else if (reason == SJ_OK)
		take_all(&sshd);
	clear(&sshd);
	return reason;
}
