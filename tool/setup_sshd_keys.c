/* SPDX-License-Identifier: ISC */

/* How sshd finds the keys of served users. */

#include "setup_sshd.h"

#include <string.h>
#include <strings.h>

#include "keyfiles.h"

#define KEYS SJ_STATEDIR "/" SJ_KEYFILES_DIR "/%u"
#define COMMAND SJ_SBINDIR "/sftpjail keys %u"
#define TAKES_KEY_FILES 509u /* more than one */
#define TAKES_ARGUMENTS 609u /* of AuthorizedKeysCommand */

static bool
has_key_file(const struct sj_sshd_line *line)
{
	size_t i;

	for (i = 0; line != NULL && i < line->arg_count; i++)
		if (strcmp(line->args[i], KEYS) == 0)
			return true;
	return false;
}

/* "/usr/sbin/sftpjail keys %u", run by somebody */
static bool
has_command(const struct sj_sshd_config *config)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_find(config, "authorizedkeyscommand");
	const char *slash = line == NULL ? NULL : strrchr(line->args[0], '/');

	return slash != NULL && strcmp(slash, "/sftpjail") == 0 &&
	       line->arg_count == 3 && strcmp(line->args[1], "keys") == 0 &&
	       strcmp(line->args[2], "%u") == 0 &&
	       sj_sshd_config_find(config, "authorizedkeyscommanduser") != NULL;
}

/* The second keyword is ignored from 5.9 on. */
bool
sj_setup_sshd_has_keys(
    const struct sj_setup_facts *facts, const struct sj_sshd_config *config)
{
	if (has_command(config))
		return true;
	if (!facts->is_key_files)
		return false;
	return has_key_file(
		   sj_sshd_config_find(config, "authorizedkeysfile")) ||
	       (facts->sshd_version < TAKES_KEY_FILES &&
		   has_key_file(
		       sj_sshd_config_find(config, "authorizedkeysfile2")));
}

/* Before 5.9: one file for each of two keywords. */
static void
edit_old_key_files(struct sj_setup_sshd *plan)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_find(plan->config, "authorizedkeysfile2");

	if (line == NULL)
		sj_setup_sshd_add(plan, "AuthorizedKeysFile2", KEYS);
	else
		sj_setup_sshd_refuse(plan, line,
		    "AuthorizedKeysFile2 names another file",
		    "AuthorizedKeysFile2 " KEYS);
}

/* Without the keyword sshd reads two files, and shall go on to do so. */
static void
edit_key_files(struct sj_setup_sshd *plan)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_find(plan->config, "authorizedkeysfile");
	const char *text;
	size_t len, end;

	if (line == NULL) {
		sj_setup_sshd_add(plan, "AuthorizedKeysFile",
		    ".ssh/authorized_keys .ssh/authorized_keys2 " KEYS);
		return;
	}
	if (strcasecmp(line->args[0], "none") == 0) {
		sj_setup_sshd_refuse(plan, line, "AuthorizedKeysFile is none",
		    "AuthorizedKeysFile " KEYS);
		return;
	}
	if (!sj_setup_sshd_is_editable(plan, line,
		"AuthorizedKeysFile does not name " KEYS,
		"AuthorizedKeysFile .ssh/authorized_keys " KEYS))
		return;
	text = sj_setup_lines_find(plan->file->old, line->line, &len);
	end = sj_setup_sshd_body_len(text, len);
	sj_setup_sshd_replace(plan, line->line, end, end, " " KEYS);
}

static void
edit_command(struct sj_setup_sshd *plan)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_find(plan->config, "authorizedkeyscommand");
	unsigned int version = plan->facts->sshd_version;

	if (line != NULL || (version != 0 && version < TAKES_ARGUMENTS)) {
		sj_report_add(plan->refused, &sj_setup_unsure,
		    line == NULL ? plan->config->path : line->path,
		    line == NULL ? 0 : line->line,
		    line == NULL
			? "this sshd has no AuthorizedKeysCommand with "
			  "arguments, and sftpjail.conf says key_files = false"
			: "AuthorizedKeysCommand is another program, and "
			  "sftpjail.conf says key_files = false");
		sj_report_fix(plan->refused,
		    "take \"key_files = false\" away, and sftpjail apply");
		return;
	}
	sj_setup_sshd_add(plan, "AuthorizedKeysCommand", COMMAND);
	if (sj_sshd_config_find(plan->config, "authorizedkeyscommanduser") ==
	    NULL)
		sj_setup_sshd_add(plan, "AuthorizedKeysCommandUser", "nobody");
}

void
sj_setup_sshd_edit_keys(struct sj_setup_sshd *plan)
{
	unsigned int version = plan->facts->sshd_version;

	if (sj_setup_sshd_has_keys(plan->facts, plan->config))
		return;
	if (!plan->facts->is_key_files)
		edit_command(plan);
	else if (version != 0 && version < TAKES_KEY_FILES)
		edit_old_key_files(plan);
	else
		edit_key_files(plan);
}
