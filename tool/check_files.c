/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE

/* Files that sshd, PAM and the jails rely on: whose they are. */

#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "external.h"
#include "keyfiles.h"
#include "path.h"

static const struct sj_problem_kind shell_missing = {"shell-missing", SJ_ERROR,
    "sshd refuses users whose login shell is not there"};
static const struct sj_problem_kind shell_unsafe = {"shell-unsafe", SJ_ERROR,
    "it is shown in every jail, and is all that can be run there"};
static const struct sj_problem_kind shell_dynamic = {"shell-dynamic",
    SJ_WARNING,
    "a jail holds no libraries: users get the loader's error in place of the "
    "message"};
static const struct sj_problem_kind run_unsafe = {"run-unsafe", SJ_ERROR,
    "records of sessions and the pinned network namespace are kept there: who "
    "writes there, lifts limits"};
static const struct sj_problem_kind keys_unsafe = {"key-file-unsafe", SJ_ERROR,
    "with StrictModes, which is the default, sshd does not read it; else who "
    "may write it logs in as the user"};
static const struct sj_problem_kind keys_unreadable = {
    "key-file-unreadable", SJ_ERROR, "sshd opens it with the user's rights"};

/* The first directory on the way to a resolved path that is not root's alone.
 */
static bool
is_way_safe(const char *path, struct sj_fault *fault)
{
	SJ_AUTO_FREE char *copy = strdup(path);
	SJ_AUTO_CLOSE int fd = -1;

	if (copy == NULL) {
		(void)sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM, "%s", path);
		return false;
	}
	return sj_path_open(dirname(copy), &sj_path_rule_root, &fd, fault) ==
	       SJ_OK;
}

static void
fix_way(struct sj_report *report, const char *path)
{
	sj_report_fix(report,
	    "chown root and chmod go-w that directory; namei -l %s shows the "
	    "whole way",
	    path);
}

bool
sj_check_file(struct sj_report *report, const char *path,
    const struct sj_problem_kind *missing, const struct sj_problem_kind *unsafe,
    const char *missing_fix)
{
	SJ_AUTO_FREE char *real = realpath(path, NULL);
	struct sj_fault fault;
	struct stat st;

	if (real == NULL || stat(real, &st) != 0 || !S_ISREG(st.st_mode)) {
		sj_report_add(report, missing, path, 0, "%s",
		    real == NULL ? strerror(errno) : "it is no regular file");
		sj_report_fix(report, "%s", missing_fix);
		return false;
	}
	if (st.st_uid != 0 || (st.st_mode & 022) != 0) {
		sj_report_add(report, unsafe, path, 0,
		    "it is of uid %u and mode %04o, want root and no write "
		    "permission of group or others",
		    (unsigned int)st.st_uid,
		    (unsigned int)(st.st_mode & 07777));
		sj_report_fix(
		    report, "chown root %s && chmod go-w %s", real, real);
		return false;
	}
	if (!is_way_safe(real, &fault)) {
		sj_report_add(report, unsafe, path, 0, "%s", fault.where);
		fix_way(report, real);
		return false;
	}
	return true;
}

/* No interpreter (the loader) is asked for. */
static bool
is_static(const char *path)
{
	char loader[SJ_PATH_SIZE];

	return sj_external_interpreter(path, loader, NULL) == SJ_OK &&
	       loader[0] == '\0';
}

static void
check_shell(struct sj_checkup *check)
{
	if (!sj_check_file(check->report, SJ_SHELL, &shell_missing,
		&shell_unsafe, "install sftpjail again"))
		return;
	if (access(SJ_SHELL, X_OK) != 0) {
		sj_report_add(check->report, &shell_missing, SJ_SHELL, 0,
		    "it is not executable");
		sj_report_fix(check->report, "chmod 0755 %s", SJ_SHELL);
	} else if (!is_static(SJ_SHELL)) {
		sj_report_add(check->report, &shell_dynamic, SJ_SHELL, 0,
		    "it is no static program");
		sj_report_fix(check->report, "install sftpjail again");
	}
}

/* It is made at the first login where it is missing. */
static void
check_run(struct sj_checkup *check)
{
	struct sj_fault fault;
	struct stat st;

	if (lstat(SJ_RUNDIR, &st) != 0 && errno == ENOENT)
		return;
	if (!is_way_safe(SJ_RUNDIR "/x", &fault)) {
		sj_report_add(check->report, &run_unsafe, SJ_RUNDIR, 0, "%s",
		    fault.where);
		sj_report_fix(check->report,
		    "end all sessions, then rm -r %s (it is made again)",
		    SJ_RUNDIR);
	}
}

static void
check_key_file(
    struct sj_checkup *check, const char *dir, int dir_fd, const char *name)
{
	SJ_AUTO_FREE char *path = NULL;
	struct stat st;

	/* Temporary names begin with a dot; users' do not. */
	if (name[0] == '.' || fstatat(dir_fd, name, &st, 0) != 0)
		return;
	if (asprintf(&path, "%s/%s", dir, name) < 0) {
		path = NULL;
		check->report->is_short = true;
		return;
	}
	if (st.st_uid != 0 || (st.st_mode & 022) != 0) {
		sj_report_add(check->report, &keys_unsafe, path, 0,
		    "it is of uid %u and mode %04o, want root and 0644",
		    (unsigned int)st.st_uid,
		    (unsigned int)(st.st_mode & 07777));
		sj_report_fix(check->report, "chown root %s && chmod 0644 %s",
		    path, path);
	} else if ((st.st_mode & 04) == 0) {
		sj_report_add(check->report, &keys_unreadable, path, 0,
		    "it is mode %04o, want 0644",
		    (unsigned int)(st.st_mode & 07777));
		sj_report_fix(check->report, "chmod 0644 %s", path);
	}
}

/* More than a page of them is told by the first ones. */
static void
check_keys(struct sj_checkup *check)
{
	SJ_AUTO_FREE char *dir = NULL;
	size_t before = check->report->count;
	struct sj_fault fault;
	const struct dirent *entry;
	DIR *stream;

	if (asprintf(&dir, "%s/" SJ_KEYFILES_DIR, check->tool->state_dir) < 0) {
		dir = NULL;
		check->report->is_short = true;
		return;
	}
	stream = opendir(dir);
	if (stream == NULL)
		return;
	while (check->report->count - before < SJ_TALLY_MAX &&
	       (entry = readdir(stream)) != NULL)
		check_key_file(check, dir, dirfd(stream), entry->d_name);
	(void)closedir(stream);
	free(dir);
	if (asprintf(&dir, "%s/" SJ_KEYFILES_DIR "/x", check->tool->state_dir) <
	    0) {
		dir = NULL;
		return;
	}
	if (!is_way_safe(dir, &fault)) {
		sj_report_add(check->report, &keys_unsafe,
		    check->tool->state_dir, 0, "%s", fault.where);
		dir[strlen(dir) - 2] = '\0';
		fix_way(check->report, dir);
	}
}

void
sj_check_files(struct sj_checkup *check)
{
	check_shell(check);
	check_run(check);
	check_keys(check);
}
