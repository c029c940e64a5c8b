/* SPDX-License-Identifier: ISC */

/*
 * sftpjail keys USER, for AuthorizedKeysCommand: runs as nobody at each login,
 * so it reads the public file and nothing else: no configuration, no NSS.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"
#include "db.h"
#include "policy.h"
#include "quote.h"
#include "sshkey.h"
#include "tool.h"

static const char help[] =
    "usage: sftpjail keys USER\n\n"
    "Prints the authorized keys of USER from the database, restricted as the\n"
    "key files are.  For sshd_config:\n\n"
    "  AuthorizedKeysCommand /usr/sbin/sftpjail keys %u\n"
    "  AuthorizedKeysCommandUser nobody\n\n"
    "Prints nothing, and exits with 0, for a user that is unknown, disabled\n"
    "or expired.\n";

/* Who comes too early is told so by PAM, as with the key files. */
static bool
is_expired(const struct sj_keys *keys)
{
	return keys->expires_day != SJ_NO_DAY &&
	       sj_day_of((int64_t)time(NULL)) > keys->expires_day;
}

static void
print_keys(const struct sj_keys *keys)
{
	const char *line = keys->lines.first;
	uint32_t i;

	for (i = 0; i < keys->lines.count; i++) {
		SJ_AUTO_FREE char *restricted = NULL;

		if (i > 0)
			line = sj_strings_next(line);
		if (sj_sshkey_restrict(line, &restricted) == SJ_SSHKEY_OK)
			(void)puts(restricted);
	}
}

static enum sj_reason
find_and_print(struct sj_db *db, const char *user, struct sj_fault *fault)
{
	struct sj_keys keys;
	bool is_found;
	enum sj_reason reason;

	reason = sj_db_find_keys(db, user, &is_found, &keys);
	if (reason != SJ_OK)
		return sj_fault_set(
		    fault, reason, 0, "the public database is damaged");
	if (is_found && !is_expired(&keys))
		print_keys(&keys);
	return SJ_OK;
}

int
sj_cmd_keys(const struct sj_tool *tool, int argc, char **argv)
{
	char path[SJ_PATH_SIZE];
	const struct sj_db_source source = {path, SJ_DB_PUBLIC, 0};
	struct sj_db db;
	struct sj_fault fault;
	enum sj_reason reason;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		(void)fputs(help, stdout);
		return SJ_EXIT_OK;
	}
	/* Whatever sshd hands over is a name, even if it begins with '-'. */
	if (argc != 2) {
		(void)fputs(
		    "sftpjail keys: expected one USER; see \"sftpjail keys "
		    "--help\"\n",
		    stderr);
		return SJ_EXIT_USAGE;
	}
	(void)snprintf(path, sizeof(path), "%s/public.v1.cdb", tool->state_dir);
	reason = sj_db_open(&db, &source, &fault);
	if (reason == SJ_OK) {
		reason = find_and_print(&db, argv[1], &fault);
		sj_db_close(&db);
	}
	if (reason == SJ_OK)
		return SJ_EXIT_OK;
	sj_quote_printf(stderr, "sftpjail keys: %s: %s\n",
	    sj_reason_token(reason), fault.where);
	return SJ_EXIT_SYSTEM;
}
