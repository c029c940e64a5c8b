/* SPDX-License-Identifier: ISC */

/* The external sftp server: on the host, and copied into jails. */

#include "check.h"

#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "external.h"
#include "jailroot.h"
#include "populate.h"
#include "quote.h"

static const struct sj_problem_kind unusable = {"server-unusable", SJ_ERROR,
    "sftp_server can't be run in a jail, and apply refuses it"};
static const struct sj_problem_kind stale = {"server-stale", SJ_ERROR,
    "sftp_server has been replaced and needs other files than are shown in "
    "jails: it does not start there"};
static const struct sj_problem_kind copies = {"server-copies", SJ_ERROR,
    "with isolation = \"chroot\" sftp_server runs from the jail's own copies"};

static bool
is_same(const struct sj_strings *a, const struct sj_strings *b)
{
	return a->count == b->count && a->size == b->size &&
	       memcmp(a->first, b->first, a->size) == 0;
}

void
sj_check_server(struct sj_checkup *check)
{
	struct sj_external_list files = {.count = 0};
	struct sj_strings found;
	struct sj_fault fault;

	if (!check->has_server)
		return;
	if (sj_external_find(check->server.argv.first, &files, &fault) !=
	    SJ_OK) {
		sj_report_add(check->report, &unusable,
		    check->server.argv.first, 0, "%s", fault.where);
		sj_report_fix(check->report,
		    "mend that file, or set another sftp_server; then sftpjail "
		    "apply");
		sj_pack_clear(&files.pack);
		return;
	}
	found = sj_external_strings(&files);
	if (!is_same(&found, &check->server.files)) {
		sj_report_add(check->report, &stale, check->server.argv.first,
		    0, "it needs other files than when it was applied");
		sj_report_fix(check->report, "sftpjail apply");
	}
	sj_pack_clear(&files.pack);
}

void
sj_check_user_server(struct sj_checkup *check, const struct sj_check_user *user)
{
	SJ_AUTO_FREE char *word = NULL;
	char root[SJ_PATH_SIZE], fix[SJ_PATH_SIZE + 32];
	struct sj_tally_cause cause = {.kind = copies, .path = root};
	struct sj_fault fault;

	if (!check->is_server_used || !user->jail->is_chroot ||
	    sj_jailroot_expand(user->jail, &user->user, root, NULL) != SJ_OK ||
	    sj_populate_check(&check->server, &user->user, root, &fault) ==
		SJ_OK)
		return;
	word = sj_quote_make_word(root);
	if (word != NULL && snprintf(fix, sizeof(fix), "sftpjail populate %s",
				word) < (int)sizeof(fix))
		cause.fix = fix;
	cause.what = fault.where;
	sj_tally_note(&check->tally, &cause, user->user.name);
}
