/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "cleanup.h"
#include "explain.h"
#include "populate.h"
#include "quote.h"
#include "sshd_config.h"

/* With isolation = "chroot" the program is run from copies in the root. */
static void
check_copies(struct sj_explain *explain, const struct sj_account *account,
    const struct sj_server *server)
{
	const struct sj_jail_user user = {
	    .name = account->facts.user,
	    .home = account->pw.pw_dir,
	    .group = account->group,
	    .shell = account->pw.pw_shell,
	    .uid = account->pw.pw_uid,
	    .gid = account->pw.pw_gid,
	};
	SJ_AUTO_FREE char *word = NULL;
	char root[SJ_PATH_SIZE];
	struct sj_fault fault;

	if (!account->is_jailed || !account->jail.is_chroot ||
	    sj_jailroot_expand(&account->jail, &user, root, NULL) != SJ_OK ||
	    sj_populate_check(server, &user, root, &fault) == SJ_OK)
		return;
	sj_explain_add(explain, "server-copies", SJ_EXPLAIN_WARN, SJ_OK, "%s",
	    fault.where);
	word = sj_quote_make_word(root);
	if (word != NULL)
		sj_explain_fix(explain, "sftpjail populate %s", word);
}

void
sj_explain_server(struct sj_explain *explain, const struct sj_account *account,
    const struct sj_sshd_line *line)
{
	const struct sj_server *server = account->server;

	if (server == NULL) {
		sj_explain_add(explain, "sshd-subsystem", SJ_EXPLAIN_WARN,
		    SJ_OK,
		    "%s:%u: Subsystem sftp is an external program, which is "
		    "not in the jail: sftp_server is not set",
		    line->path, line->line);
		sj_explain_fix(explain,
		    "make line %u of %s \"Subsystem sftp internal-sftp -l "
		    "INFO\"",
		    line->line, line->path);
		return;
	}
	if (line->arg_count > 1 &&
	    strcmp(line->args[1], server->argv.first) == 0) {
		check_copies(explain, account, server);
		return;
	}
	sj_explain_add(explain, "sshd-subsystem", SJ_EXPLAIN_WARN, SJ_OK,
	    "%s:%u: Subsystem sftp is not %s, which sftp_server names: the "
	    "login shell refuses it",
	    line->path, line->line, server->argv.first);
	sj_explain_fix(explain, "make line %u of %s \"Subsystem sftp %s\"",
	    line->line, line->path, server->argv.first);
}
