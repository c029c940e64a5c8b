/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE

/* sftpjail setup: PAM, nsswitch.conf and sshd_config, and back. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "ask.h"
#include "check.h"
#include "cleanup.h"
#include "lock.h"
#include "log.h"
#include "quote.h"
#include "setup.h"
#include "setup_diff.h"
#include "setup_store.h"
#include "setup_test.h"
#include "sshd_version.h"
#include "state.h"
#include "text.h"
#include "tool.h"

static const char help[] =
    "usage: sftpjail setup [--dry-run] [--yes]\n"
    "       sftpjail setup --undo [--force] [--dry-run] [--yes]\n"
    "\n"
    "Puts sftpjail into /etc/nsswitch.conf, /etc/ssh/sshd_config and\n"
    "/etc/pam.d/sshd: shows the difference, asks, keeps backups.  What it is\n"
    "not sure of it refuses, and says what to do by hand.  Never restarts\n"
    "sshd.  Needs root.  Where there is no database, it applies first.\n"
    "\n"
    "  --dry-run  show the difference only; needs no root\n"
    "  --yes      do not ask\n"
    "  --undo     put back what was there before\n"
    "  --force    with --undo: also files that were edited since\n";

struct request {
	const struct sj_tool *tool;
	bool is_dry_run;
	bool is_yes;
	bool is_undo;
	bool is_forced;
	struct sj_setup_file files[SJ_SETUP_FILE_COUNT];
	struct sj_report refused;
};

static int
say_fault(const struct sj_fault *fault)
{
	sj_quote_printf(stderr, "sftpjail setup: %s\n", fault->where);
	return SJ_EXIT_SYSTEM;
}

static int
say_refused(const struct request *request)
{
	int i, status = SJ_EXIT_NO;

	if (request->refused.is_short) {
		(void)fputs("sftpjail setup: out of memory\n", stderr);
		return SJ_EXIT_SYSTEM;
	}
	for (i = 0; i < SJ_SETUP_FILE_COUNT; i++)
		if (request->files[i].is_unreadable)
			status = SJ_EXIT_SYSTEM;
	sj_report_print_text(&request->refused, stderr);
	(void)fputs("sftpjail setup: nothing was changed\n", stderr);
	return status;
}

static bool
is_refused(const struct request *request)
{
	return request->refused.count > 0 || request->refused.is_short;
}

static bool
has_changes(const struct request *request)
{
	int i;

	for (i = 0; i < SJ_SETUP_FILE_COUNT; i++)
		if (request->files[i].new != NULL)
			return true;
	return false;
}

/* What concerns sshd; where the text can't be read, the defaults. */
static void
read_text(const struct sj_tool *tool, struct sj_setup_facts *facts,
    char program[SJ_PATH_SIZE])
{
	const struct sj_text_options options = {.dir = tool->config_dir,
	    .owner = geteuid(),
	    .state_dir = tool->state_dir};
	struct sj_model *model = NULL;
	struct sj_fault fault;

	facts->is_key_files = true;
	if (sj_text_load(&options, &model, &fault) != SJ_OK)
		return;
	if (model->errors.count == 0) {
		facts->is_key_files = model->is_key_files;
		if (model->server.argv.count > 0) {
			(void)snprintf(program, SJ_PATH_SIZE, "%s",
			    model->server.argv.first);
			facts->sftp_server = program;
		}
	}
	sj_model_free(model);
}

/* Who may come in while the database can't be used. */
static const char *
find_rescue(void)
{
	static const char *const groups[] = {"sudo", "wheel"};
	size_t i;

	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (sj_check_pam_group(groups[i]))
			return groups[i];
	return NULL;
}

/* The host's own faults are told where there is something to change. */
static void
plan(struct request *request)
{
	struct sj_setup_file *files = request->files;
	struct sj_report *refused = &request->refused, host = {.count = 0};
	struct sj_setup_facts facts = {
	    .rescue = find_rescue(), .sshd_version = sj_sshd_version()};
	char program[SJ_PATH_SIZE];

	read_text(request->tool, &facts, program);
	sj_setup_nss(&facts, &files[SJ_SETUP_NSS], refused);
	sj_setup_sshd(&facts, &files[SJ_SETUP_SSHD], refused);
	sj_setup_pam(&facts, &files[SJ_SETUP_PAM], refused);
	if (is_refused(request) || !has_changes(request) || geteuid() != 0)
		return;
	sj_setup_test_host(request->tool, &host);
	if (host.is_short || sj_report_count(&host, SJ_ERROR) > 0) {
		*refused = host;
		return;
	}
	sj_report_clear(&host);
	if (files[SJ_SETUP_SSHD].new != NULL)
		sj_setup_test_sshd(&files[SJ_SETUP_SSHD], refused);
}

static enum sj_reason
plan_undo(struct request *request, struct sj_fault *fault)
{
	enum sj_reason reason = SJ_OK;
	int i;

	for (i = 0; i < SJ_SETUP_FILE_COUNT && reason == SJ_OK; i++)
		reason =
		    sj_setup_store_plan_undo(request->tool, request->is_forced,
			&request->files[i], &request->refused, fault);
	return reason;
}

static bool
is_colored(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) &&
	       (no_color == NULL || *no_color == '\0') && term != NULL &&
	       strcmp(term, "dumb") != 0;
}

static bool
show(const struct request *request)
{
	const struct sj_setup_file *file = request->files;
	bool is_good = true;
	int i;

	for (i = 0; i < SJ_SETUP_FILE_COUNT && is_good; i++, file++)
		if (file->new != NULL)
			is_good = sj_setup_diff_print(stdout, file->path,
			    file->old, file->new, is_colored());
	return is_good && fflush(stdout) == 0;
}

static const char *
reload_command(void)
{
	bool is_systemd = access("/run/systemd/system", F_OK) == 0;
	bool is_ssh =
	    access("/usr/lib/systemd/system/ssh.service", F_OK) == 0 ||
	    access("/lib/systemd/system/ssh.service", F_OK) == 0 ||
	    access("/etc/init.d/ssh", F_OK) == 0;

	if (is_systemd)
		return is_ssh ? "systemctl reload ssh"
			      : "systemctl reload sshd";
	return is_ssh ? "service ssh reload" : "service sshd reload";
}

static void
say_next(const struct request *request)
{
	(void)puts("done.  Keep this root shell open, and:");
	if (request->files[SJ_SETUP_SSHD].new != NULL)
		(void)printf("  sshd -t && %s\n", reload_command());
	if (request->files[SJ_SETUP_NSS].new != NULL)
		(void)puts("  restart nscd, if it runs");
	if (request->is_undo) {
		(void)puts("  log in anew.  Nobody is jailed any more");
		return;
	}
	(void)puts("  sftpjail check");
	(void)puts("  log in anew from elsewhere, as yourself, and by sftp as "
		   "a jailed user");
	(void)puts("Back: sftpjail setup --undo");
}

static enum sj_reason
install(struct request *request, struct sj_fault *fault)
{
	const struct sj_setup_file *pam = &request->files[SJ_SETUP_PAM];

	if (request->is_undo)
		return sj_setup_store_undo(
		    request->tool, request->files, fault);
	if (!sj_setup_test_pam(pam, &request->refused) && pam->new != NULL)
		(void)fputs("note: the PAM stack was judged, not run: "
			    "pamtester is not installed, or denies root "
			    "already\n",
		    stderr);
	if (is_refused(request)) {
		sj_setup_store_discard(request->files);
		return SJ_OK;
	}
	return sj_setup_store_install(request->tool, request->files, fault);
}

static int
change(struct request *request)
{
	SJ_AUTO_CLOSE int lock_fd = -1;
	enum sj_reason reason;
	struct sj_fault fault;

	reason = sj_lock_take(request->tool, &lock_fd, &fault);
	if (reason == SJ_OK)
		reason = sj_setup_store_prepare(request->files, &fault);
	if (reason != SJ_OK)
		return say_fault(&fault);
	if (install(request, &fault) != SJ_OK) {
		(void)fputs("sftpjail setup: some files may be in place: run "
			    "it again, or with --undo\n",
		    stderr);
		return say_fault(&fault);
	}
	if (is_refused(request))
		return say_refused(request);
	sj_log_change(request->is_undo ? "setup --undo" : "setup",
	    sj_state_generation(request->tool));
	say_next(request);
	return SJ_EXIT_OK;
}

/* Nothing to change: only takes away what a killed command has left. */
static int
tidy(const struct request *request)
{
	SJ_AUTO_CLOSE int lock_fd = -1;
	enum sj_reason reason = SJ_OK;
	struct sj_fault fault;

	if (!request->is_dry_run)
		reason = sj_lock_take(request->tool, &lock_fd, &fault);
	if (reason == SJ_OK && !request->is_dry_run) {
		sj_setup_store_discard(request->files);
		if (request->is_undo)
			reason = sj_setup_store_undo(
			    request->tool, request->files, &fault);
	}
	if (reason != SJ_OK)
		return say_fault(&fault);
	(void)puts(request->is_undo
		       ? "nothing to undo"
		       : "nothing to do: PAM, nsswitch.conf and sshd_config "
			 "are set up");
	return SJ_EXIT_OK;
}

/* On a host that is new to it: without a database all but root are denied. */
static int
apply_first(const struct request *request)
{
	char name[] = "apply";
	char *argv[] = {name, NULL};
	struct sj_state state;

	sj_state_init(&state, request->tool);
	if (request->is_undo || request->is_dry_run ||
	    access(state.secret_path, F_OK) == 0)
		return SJ_EXIT_OK;
	(void)puts("there is no database yet: sftpjail apply");
	(void)fflush(stdout);
	return sj_cmd_apply(request->tool, 1, argv);
}

static int
run(struct request *request)
{
	struct sj_fault fault;
	int status = apply_first(request);

	if (status != SJ_EXIT_OK)
		return status;
	if (!request->is_undo)
		plan(request);
	else if (plan_undo(request, &fault) != SJ_OK)
		return say_fault(&fault);
	if (request->is_dry_run && !show(request))
		return SJ_EXIT_SYSTEM;
	if (is_refused(request))
		return say_refused(request);
	if (!has_changes(request))
		return tidy(request);
	if (request->is_dry_run)
		return SJ_EXIT_OK;
	if (!show(request))
		return SJ_EXIT_SYSTEM;
	status = sj_ask("setup", stdout,
	    "\nKeep a root shell open until a new login has worked.\n"
	    "Make these changes?",
	    request->is_yes);
	return status == SJ_EXIT_OK ? change(request) : status;
}

int
sj_cmd_setup(const struct sj_tool *tool, int argc, char **argv)
{
	struct request request = {.tool = tool,
	    .files = {[SJ_SETUP_NSS] = {SJ_SYSCONFDIR "/nsswitch.conf",
			  "nsswitch.conf"},
		[SJ_SETUP_SSHD] = {SJ_SYSCONFDIR "/ssh/sshd_config",
		    "sshd_config"},
		[SJ_SETUP_PAM] = {SJ_SYSCONFDIR "/pam.d/sshd", "pam.d-sshd"}}};
	const struct sj_arg_option options[] = {
	    {"--dry-run", SJ_ARG_FLAG, &request.is_dry_run},
	    {"--yes", SJ_ARG_FLAG, &request.is_yes},
	    {"--undo", SJ_ARG_FLAG, &request.is_undo},
	    {"--force", SJ_ARG_FLAG, &request.is_forced},
	    {NULL, SJ_ARG_FLAG, NULL},
	};
	const struct sj_arg_spec spec = {
	    .name = "setup", .options = options, .help = help};
	int count, status, i;

	if (!sj_args_parse(&spec, argc, argv, &count, &status))
		return status;
	if (request.is_forced && !request.is_undo)
		return sj_args_error(&spec, "--force is for --undo", NULL);
	if (geteuid() != 0 && (!request.is_dry_run || request.is_undo)) {
		(void)fputs("sftpjail setup: needs root\n", stderr);
		return SJ_EXIT_SYSTEM;
	}
	status = run(&request);
	for (i = 0; i < SJ_SETUP_FILE_COUNT; i++)
		sj_setup_file_clear(&request.files[i]);
	sj_report_clear(&request.refused);
	return status;
}
