/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "setup_test.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "cleanup.h"
#include "run.h"
#include "setup_store.h"
#include "sshd_version.h"

static const struct sj_problem_kind sshd_test = {
    "setup-sshd-test", SJ_ERROR, "sshd would not start with it"};
static const struct sj_problem_kind pam_test = {"setup-pam-test", SJ_ERROR,
    "root could not log in any more, and hardly anybody else"};
static const struct sj_problem_kind pam_elsewhere = {"setup-pam-test", SJ_ERROR,
    "libpam would not find the module, and deny everybody"};

/* Several lines into one, without the end. */
static void
join_lines(char *text)
{
	char *to = text, *from;

	for (from = text; *from != '\0'; from++) {
		if (*from == '\r' || (*from == '\n' && from[1] == '\0'))
			continue;
		*to++ = *from == '\n' ? ' ' : *from;
	}
	*to = '\0';
}

/* False: it fails, and says why. */
static bool
ask_sshd(char *program, const char *text, char *says, size_t size)
{
	char test[] = "-t", file_option[] = "-f", path[] = "/dev/stdin";
	char *const argv[] = {program, test, file_option, path, NULL};
	SJ_AUTO_FCLOSE FILE *file = tmpfile();
	bool is_good;

	(void)snprintf(says, size, "no temporary file can be made");
	is_good = file != NULL && fputs(text, file) >= 0 && fflush(file) == 0 &&
		  sj_run(argv, fileno(file), says, size) == 0;
	join_lines(says);
	return is_good;
}

void
sj_setup_test_sshd(const struct sj_setup_file *file, struct sj_report *refused)
{
	const char *path = sj_sshd_version_program();
	SJ_AUTO_FREE char *program = path == NULL ? NULL : strdup(path);
	char says[SJ_RUN_TEXT_SIZE];

	if (program == NULL) {
		sj_report_add(refused, &sshd_test, file->path, 0,
		    "there is no sshd to try it with");
	} else if (!ask_sshd(program, file->old, says, sizeof(says))) {
		sj_report_add(refused, &sshd_test, file->path, 0,
		    "sshd -t fails already, before any change: %s", says);
		sj_report_fix(refused, "mend what sshd -t says");
	} else if (!ask_sshd(program, file->new, says, sizeof(says))) {
		sj_report_add(refused, &sshd_test, file->path, 0,
		    "sshd -t refuses the new text: %s", says);
		sj_report_fix(refused,
		    "edit it by hand; INSTALL says what belongs into it");
	}
}

static bool
ask_pam(const char *service, char *says, size_t size)
{
	char program[] = "/usr/bin/pamtester", user[] = "root";
	char operation[] = "acct_mgmt";
	SJ_AUTO_FREE char *name = strdup(service);
	char *const argv[] = {program, name, user, operation, NULL};

	bool is_good;

	(void)snprintf(says, size, "memory is short");
	is_good = name != NULL && sj_run(argv, -1, says, size) == 0;
	join_lines(says);
	return is_good;
}

bool
sj_setup_test_pam(const struct sj_setup_file *file, struct sj_report *refused)
{
	char says[SJ_RUN_TEXT_SIZE], temp[PATH_MAX];

	if (file->new == NULL || access("/usr/bin/pamtester", X_OK) != 0 ||
	    !ask_pam(strrchr(file->path, '/') + 1, says, sizeof(says)))
		return false;
	sj_setup_store_temp(file, temp, sizeof(temp));
	if (!ask_pam(strrchr(temp, '/') + 1, says, sizeof(says)))
		sj_report_add(refused, &pam_test, file->path, 0,
		    "pamtester: with the new stack root is denied: %s", says);
	return true;
}

void
sj_setup_test_host(const struct sj_tool *tool, struct sj_report *refused)
{
	struct sj_checkup check = {
	    .tool = tool, .report = refused, .now_sec = (int64_t)time(NULL)};

	sj_check_db(&check);
	sj_check_clear(&check);
	sj_check_pam_module(refused);
	sj_check_nss_library(refused);
	if (access(SJ_PAMDIR "/pam_unix.so", F_OK) != 0) {
		sj_report_add(refused, &pam_elsewhere, SJ_PAMDIR, 0,
		    "this is not the directory of libpam's modules: "
		    "pam_unix.so is not there");
		sj_report_fix(refused,
		    "make install again, with pamdir= the directory where "
		    "pam_unix.so is");
	}
}
