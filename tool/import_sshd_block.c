/* SPDX-License-Identifier: ISC */
/* A Match block with a ChrootDirectory becomes a jail. */
#define _GNU_SOURCE
#include "import_sshd.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "name.h"

/* What a line of a block is to a jail. */
enum fate {
	FATE_KEEP,   /* not our business */
	FATE_TAKE,   /* read by a part of its own */
	FATE_ALWAYS, /* "no" is what a jail does anyway */
};

/* How keywords are written; those that are not here are kept. */
static const struct {
	const char *name;
	enum fate fate;
} known[] = {
    {"ChrootDirectory", FATE_TAKE},
    {"ForceCommand", FATE_TAKE},
    {"PubkeyAuthentication", FATE_TAKE},
    {"PasswordAuthentication", FATE_TAKE},
    {"KbdInteractiveAuthentication", FATE_TAKE},
    {"ChallengeResponseAuthentication", FATE_TAKE},
    {"AuthenticationMethods", FATE_TAKE},
    {"AllowTcpForwarding", FATE_ALWAYS},
    {"AllowStreamLocalForwarding", FATE_ALWAYS},
    {"AllowAgentForwarding", FATE_ALWAYS},
    {"X11Forwarding", FATE_ALWAYS},
    {"PermitTunnel", FATE_ALWAYS},
    {"GatewayPorts", FATE_ALWAYS},
    {"PermitOpen", FATE_ALWAYS},
    {"PermitListen", FATE_ALWAYS},
    {"PermitTTY", FATE_ALWAYS},
    {"PermitUserRC", FATE_ALWAYS},
    {"DisableForwarding", FATE_ALWAYS},
    {"AuthorizedKeysFile", FATE_KEEP},
    {"AuthorizedKeysCommand", FATE_KEEP},
    {"AuthorizedKeysCommandUser", FATE_KEEP},
    {"Subsystem", FATE_KEEP},
    {"UsePAM", FATE_KEEP},
    {"MaxSessions", FATE_KEEP},
    {"Banner", FATE_KEEP},
};

#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

static size_t
find_known(const char *keyword)
{
	size_t i = 0;

	while (i < KNOWN_COUNT && strcasecmp(known[i].name, keyword) != 0)
		i++;
	return i;
}

const char *
sj_import_sshd_text(struct sj_import *import, const struct sj_sshd_line *line)
{
	SJ_AUTO_FREE char *args =
	    sj_sshd_args_join((const char *const *)line->args);
	size_t at = find_known(line->keyword);

	import->is_short |= args == NULL;
	return sj_import_printf(import, "%.64s %.256s",
	    at < KNOWN_COUNT ? known[at].name : line->keyword,
	    args == NULL ? "" : args);
}

/*
 * The next line of the block, or its first.  Its lines lie together, but for
 * those of blocks in files that it includes.
 */
static const struct sj_sshd_line *
next_line(const struct sj_import_block *block, const struct sj_sshd_line *line)
{
	const struct sj_import_sshd *sshd = block->sshd;
	const struct sj_sshd_config *config = &sshd->config;
	size_t i = line == NULL ? sshd->first_lines[block->index]
				: (size_t)(line - config->lines) + 1;
	int at;

	for (; i < config->line_count; i++) {
		at = config->lines[i].block;
		if (at == block->index)
			return &config->lines[i];
		while (at > block->index)
			at = config->blocks[at].parent;
		if (at != block->index)
			return NULL;
	}
	return NULL;
}

const struct sj_sshd_line *
sj_import_sshd_find(const struct sj_import_block *block, const char *keyword)
{
	const struct sj_sshd_line *line;

	for (line = next_line(block, NULL); line != NULL;
	     line = next_line(block, line))
		if (strcmp(line->keyword, keyword) == 0)
			return line;
	return NULL;
}

static void
say(struct sj_import *import, const struct sj_sshd_line *line, const char *verb,
    const char *why)
{
	const struct sj_import_place place = {line->path, line->line};

	sj_import_say(import, &place, verb, "%s: %s",
	    sj_import_sshd_text(import, line), why);
}

void
sj_import_sshd_keep(struct sj_import_block *block,
    const struct sj_sshd_line *line, const char *why)
{
	say(block->import, line, SJ_IMPORT_KEEP, why);
	block->sshd->is_kept[line - block->sshd->config.lines] = true;
}

void
sj_import_sshd_lose(struct sj_import_block *block,
    const struct sj_sshd_line *line, const char *why)
{
	say(block->import, line, SJ_IMPORT_LOST, why);
}

/* Would the line open what a jail keeps shut? */
static bool
is_shut(const struct sj_sshd_line *line)
{
	bool is_no = strcasecmp(line->args[0], "no") == 0 ||
		     strcasecmp(line->args[0], "none") == 0;

	return strcmp(line->keyword, "disableforwarding") == 0 ? !is_no : is_no;
}

static void
look_at_line(struct sj_import_block *block, const struct sj_sshd_line *line)
{
	size_t at = find_known(line->keyword);

	switch (at < KNOWN_COUNT ? known[at].fate : FATE_KEEP) {
	case FATE_KEEP:
		sj_import_sshd_keep(block, line,
		    "it is sshd's business, and its Match line stays");
		break;
	case FATE_TAKE:
		break;
	case FATE_ALWAYS:
		/* sshd takes the first of several. */
		if (!is_shut(line) &&
		    sj_import_sshd_find(block, line->keyword) == line)
			sj_import_sshd_lose(block, line,
			    "a jail has no network, no terminal and runs no "
			    "programs");
		break;
	}
}

static bool
take_root(struct sj_import_block *block, const struct sj_sshd_line *line)
{
	const char *why;

	if (line->arg_count == 1 && sj_import_is_root(line->args[0], &why)) {
		block->jail.root = line->args[0];
		return true;
	}
	sj_import_sshd_lose(block, line,
	    sj_import_printf(block->import,
		"no jail is made of this block: the path %s",
		line->arg_count == 1 ? why : "needs quotes"));
	return false;
}

static const char *
name_jail(struct sj_import_sshd *sshd, const struct sj_import_jail *jail)
{
	const char *name = jail->groups.count > 0 ? jail->groups.items[0]
						  : jail->users.items[0];
	const char *first =
	    sj_name_is_jail(name) && strlen(name) <= SJ_JAIL_NAME_MAX / 2
		? name
		: "match";
	uint32_t number = sshd->jail_count;

	name = first;
	while (sj_nameset_find(&sshd->names, name) != SJ_TABLE_NONE)
		name = sj_import_printf(
		    sshd->import, "%s-%u", first, (unsigned)++number);
	sshd->import->is_short |= !sj_nameset_add(&sshd->names, name);
	return name;
}

/* A Match with "ChrootDirectory none" in front of others. */
static void
take_exception(struct sj_import_sshd *sshd, struct sj_import_block *block,
    const struct sj_sshd_line *line)
{
	const struct sj_import_jail *jail = &block->jail;

	if (!sj_import_sshd_match(block))
		return;
	if (jail->from.count > 0 || jail->except_users.count > 0 ||
	    jail->except_groups.count > 0) {
		sj_import_sshd_lose(block, line,
		    "exceptions of a jail are users and groups only");
		return;
	}
	sj_import_list_join(sshd->import, &sshd->except_users, &jail->users);
	sj_import_list_join(sshd->import, &sshd->except_groups, &jail->groups);
}

static void
warn_of_block(struct sj_import_block *block, const struct sj_sshd_line *force)
{
	if (block->jail.from.count > 0)
		sj_import_say(block->import, &block->jail.place, SJ_IMPORT_LOST,
		    "%s: from elsewhere this block did not apply; the jail "
		    "denies from elsewhere",
		    block->jail.origin);
	if (force == NULL || strcasecmp(force->args[0], "none") == 0)
		sj_import_say(block->import, &block->jail.place, SJ_IMPORT_LOST,
		    "%s: without ForceCommand, commands could be run in the "
		    "chroot; a jail gives SFTP only",
		    block->jail.origin);
}

static void
take_jail(struct sj_import_sshd *sshd, struct sj_import_block *block,
    const struct sj_sshd_line *root)
{
	const struct sj_sshd_line *force =
	    sj_import_sshd_find(block, "forcecommand");
	const struct sj_sshd_line *line;

	if (force == NULL)
		force = sj_sshd_config_find(&sshd->config, "forcecommand");
	if (!sj_import_sshd_match(block) || !take_root(block, root) ||
	    !sj_import_sshd_force(block, force))
		return;
	for (line = next_line(block, NULL); line != NULL;
	     line = next_line(block, line))
		look_at_line(block, line);
	sj_import_sshd_auth(block);
	warn_of_block(block, force);
	sj_import_list_join(
	    sshd->import, &block->jail.except_users, &sshd->except_users);
	sj_import_list_join(
	    sshd->import, &block->jail.except_groups, &sshd->except_groups);
	block->jail.name = name_jail(sshd, &block->jail);
	sj_import_jail_put(sshd->import, &block->jail, sshd->jail_count++ == 0);
	sshd->is_taken[block->index] = true;
	if (sshd->log_level == NULL)
		sshd->log_level = block->log_level;
	if (sshd->log_facility == NULL)
		sshd->log_facility = block->log_facility;
}

void
sj_import_sshd_block(struct sj_import_sshd *sshd, int index)
{
	const struct sj_sshd_block *match = &sshd->config.blocks[index];
	struct sj_import_block block = {
	    .import = sshd->import, .sshd = sshd, .index = index};
	const struct sj_sshd_line *line =
	    sj_import_sshd_find(&block, "chrootdirectory");

	block.jail.place = (struct sj_import_place){match->path, match->line};
	block.jail.origin = sj_import_sshd_match_text(sshd->import, match);
	if (line != NULL && strcasecmp(line->args[0], "none") == 0)
		take_exception(sshd, &block, line);
	else if (line != NULL)
		take_jail(sshd, &block, line);
	else if ((line = sj_import_sshd_find(&block, "forcecommand")) != NULL &&
		 strcmp(line->args[0], "internal-sftp") == 0)
		sj_import_sshd_lose(&block, line,
		    "without a ChrootDirectory the users see the whole "
		    "system; a jail needs a root");
	sj_import_jail_clear(&block.jail);
}
