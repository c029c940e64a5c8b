/* SPDX-License-Identifier: ISC */

/* The databases: there, trusted, of one generation, made from the text. */

#include "check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "check_text.h"
#include "sources.h"

static const struct sj_problem_kind generation = {"db-generation", SJ_ERROR,
    "an apply ended between the two files: users whom they do not agree about "
    "can't log in"};
static const struct sj_problem_kind readable = {
    "db-readable", SJ_ERROR, "password hashes can be read and guessed offline"};
static const struct sj_problem_kind stale = {"db-stale", SJ_ERROR,
    "logins go by what was applied last, not by the text"};
static const struct sj_problem_kind unknown_text = {
    "db-stale", SJ_WARNING, "it can't be told if the database is of the text"};
static const struct sj_problem_kind corrupt = {"db-corrupt", SJ_ERROR,
    "everybody but root is denied whom a damaged record is about"};
static const struct sj_problem_kind no_jails = {
    "no-jails", SJ_WARNING, "nobody is jailed: served users log in unconfined"};

bool
sj_check_has_db(const struct sj_checkup *check)
{
	return check->is_public_open && check->is_secret_open;
}

static bool
open_db(struct sj_checkup *check, struct sj_db *db,
    const struct sj_db_source *source)
{
	struct sj_problem_kind kind = {NULL, SJ_ERROR,
	    source->kind == SJ_DB_SECRET
		? "every login but root's is denied"
		: "served users are unknown, and every login but root's is "
		  "denied"};
	struct sj_fault fault;
	enum sj_reason reason = sj_db_open(db, source, &fault);

	if (reason == SJ_OK)
		return true;
	kind.id = sj_reason_token(reason);
	sj_report_add(check->report, &kind, source->path, 0, "%s", fault.where);
	if (reason == SJ_DB_UNTRUSTED)
		sj_report_fix(check->report,
		    "chown root %s && chmod go-w %s, after a look at who could "
		    "have written it; or sftpjail apply",
		    source->path, source->path);
	else
		sj_report_fix(check->report, "sftpjail apply");
	return false;
}

static void
check_readable(struct sj_checkup *check)
{
	const char *path = check->state.secret_path;
	struct stat st;

	if (stat(path, &st) != 0 || (st.st_mode & 07) == 0)
		return;
	sj_report_add(check->report, &readable, path, 0,
	    "mode %04o: others may read it",
	    (unsigned int)(st.st_mode & 07777));
	sj_report_fix(check->report, "chmod o= %s", path);
}

static void
check_generation(struct sj_checkup *check)
{
	uint64_t public_gen = check->public_db.header.generation;
	uint64_t secret_gen = check->secret_db.header.generation;

	if (public_gen == secret_gen)
		return;
	sj_report_add(check->report, &generation, check->state.public_path, 0,
	    "public is of generation %" PRIu64 ", secret of %" PRIu64,
	    public_gen, secret_gen);
	sj_report_fix(check->report, "sftpjail apply");
}

static void
check_stale(struct sj_checkup *check)
{
	const struct sj_tool *tool = check->tool;
	struct sj_fault fault;
	bool is_stale = false;

	if (sj_sources_is_stale(tool, &is_stale, &fault) != SJ_OK) {
		sj_report_add(check->report, &unknown_text, tool->config_dir, 0,
		    "%s", fault.where);
		sj_report_fix(check->report, "sftpjail apply");
		return;
	}
	if (is_stale) {
		sj_report_add(check->report, &stale, tool->config_dir, 0,
		    "the configuration was changed and not applied");
		sj_report_fix(check->report, "sftpjail apply");
	}
	/* Also the same bytes are refused if others may write them now. */
	sj_check_text(check->report, tool);
}

/* Only public keys alone can be enforced by a server that tells nothing. */
static bool
needs_auth_info(const struct sj_jail *jail)
{
	uint32_t i;

	for (i = 0; i < jail->auth.count; i++)
		if (sj_jail_auth(jail, i) != SJ_AUTH_PUBLICKEY)
			return true;
	return false;
}

static void
note_needs(struct sj_check_needs *needs, const struct sj_jail *jail)
{
	needs->mounts = needs->mounts || !jail->is_chroot;
	needs->network = needs->network || !jail->is_network_host;
	needs->transfer_log =
	    needs->transfer_log || jail->transfer_log != SJ_TRANSFER_LOG_OFF;
	needs->auth = needs->auth || jail->auth.count > 0;
	needs->auth_info = needs->auth_info || needs_auth_info(jail);
	needs->address = needs->address || jail->from.count > 0 ||
			 jail->max_sessions_per_address > 0 ||
			 jail->download_rate > 0;
	needs->pacing = needs->pacing || jail->download_rate > 0;
}

static void
load_jails(struct sj_checkup *check)
{
	uint32_t i, count = check->secret_db.header.jail_count;

	check->jails = calloc((size_t)count + 1, sizeof(*check->jails));
	if (check->jails == NULL) {
		check->report->is_short = true;
		return;
	}
	for (i = 0; i < count; i++) {
		if (sj_db_jail(&check->secret_db, i, &check->jails[i]) !=
		    SJ_OK) {
			sj_report_add(check->report, &corrupt,
			    check->state.secret_path, 0,
			    "jail %" PRIu32 " is damaged", i + 1);
			sj_report_fix(check->report, "sftpjail apply");
			break;
		}
		note_needs(&check->needs, &check->jails[i]);
		check->jail_count++;
	}
	if (count == 0) {
		sj_report_add(check->report, &no_jails, check->tool->config_dir,
		    0, "the configuration has no jails");
		sj_report_fix(check->report,
		    "write one into %s/sftpjail.conf, then sftpjail apply",
		    check->tool->config_dir);
	}
}

static void
load_server(struct sj_checkup *check)
{
	if (sj_db_server(
		&check->secret_db, &check->has_server, &check->server) == SJ_OK)
		return;
	check->has_server = false;
	sj_report_add(check->report, &corrupt, check->state.secret_path, 0,
	    "the record of sftp_server is damaged");
	sj_report_fix(check->report, "sftpjail apply");
}

void
sj_check_db(struct sj_checkup *check)
{
	sj_state_init(&check->state, check->tool);
	check->is_secret_open =
	    open_db(check, &check->secret_db, &check->state.sources.secret_db);
	check->is_public_open =
	    open_db(check, &check->public_db, &check->state.sources.public_db);
	if (check->is_secret_open) {
		check_readable(check);
		load_jails(check);
		load_server(check);
	} else {
		check->needs.mounts = check->needs.network = true;
	}
	if (sj_check_has_db(check))
		check_generation(check);
	check_stale(check);
}

void
sj_check_clear(struct sj_checkup *check)
{
	free(check->jails);
	if (check->is_public_open)
		sj_db_close(&check->public_db);
	if (check->is_secret_open)
		sj_db_close(&check->secret_db);
	if (check->is_sshd_read)
		sj_sshd_config_clear(&check->sshd);
}
