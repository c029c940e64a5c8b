/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "setup_store.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomic_file.h"
#include "cleanup.h"
#include "sysfile.h"

#define BEFORE ".before"
#define AFTER ".after"
#define BACKUP_MAX ((size_t)4 << 20)

void
sj_setup_store_temp(
    const struct sj_setup_file *file, char *ret_path, size_t size)
{
	const char *base = strrchr(file->path, '/') + 1;

	(void)snprintf(ret_path, size, "%.*s.%s.sftpjail-new",
	    (int)(base - file->path), file->path, base);
}

/* What the administrator saw is what is replaced. */
static enum sj_reason
check_unchanged(const struct sj_setup_file *file, struct sj_fault *fault)
{
	SJ_AUTO_FREE char *now = NULL;
	enum sj_reason reason = sj_sysfile_read(file->path, &now, fault);

	if (reason == SJ_OK && strcmp(now, file->old) != 0)
		reason = sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s was changed meanwhile: look again", file->path);
	return reason;
}

void
sj_setup_store_discard(const struct sj_setup_file *files)
{
	char temp[PATH_MAX];
	int i;

	for (i = 0; i < SJ_SETUP_FILE_COUNT; i++) {
		sj_setup_store_temp(&files[i], temp, sizeof(temp));
		(void)unlink(temp);
	}
}

enum sj_reason
sj_setup_store_prepare(
    const struct sj_setup_file *files, struct sj_fault *fault)
{
	enum sj_reason reason = SJ_OK;
	char temp[PATH_MAX];
	int i;

	sj_setup_store_discard(files);
	for (i = 0; i < SJ_SETUP_FILE_COUNT && reason == SJ_OK; i++) {
		if (files[i].new == NULL)
			continue;
		sj_setup_store_temp(&files[i], temp, sizeof(temp));
		reason = check_unchanged(&files[i], fault);
		if (reason == SJ_OK)
			reason = sj_atomic_file_prepare(
			    files[i].path, temp, files[i].new, fault);
	}
	if (reason != SJ_OK)
		sj_setup_store_discard(files);
	return reason;
}

static enum sj_reason
commit(const struct sj_setup_file *file, struct sj_fault *fault)
{
	char temp[PATH_MAX];

	if (file->new == NULL)
		return SJ_OK;
	sj_setup_store_temp(file, temp, sizeof(temp));
	return sj_atomic_file_commit(file->path, temp, fault);
}

static void
backup_dir(const struct sj_tool *tool, char *ret_dir, size_t size)
{
	(void)snprintf(ret_dir, size, "%s/" SJ_SETUP_DIR, tool->state_dir);
}

static void
backup_name(const struct sj_setup_file *file, const char *suffix,
    char ret_name[NAME_MAX + 1])
{
	(void)snprintf(ret_name, NAME_MAX + 1, "%s%s", file->name, suffix);
}

static enum sj_reason
load_backup(const char *dir, const struct sj_setup_file *file,
    const char *suffix, char **ret_text, struct sj_fault *fault)
{
	char name[NAME_MAX + 1];

	backup_name(file, suffix, name);
	*ret_text = NULL;
	/* Without the directory there is no backup. */
	if (access(dir, F_OK) != 0 && errno == ENOENT)
		return SJ_OK;
	return sj_atomic_file_load(dir, name, BACKUP_MAX, ret_text, fault);
}

static enum sj_reason
store_backup(const char *dir, const struct sj_setup_file *file,
    const char *suffix, char *text, struct sj_fault *fault)
{
	const struct sj_pack pack = {
	    .data = (unsigned char *)text, .len = strlen(text)};
	char name[NAME_MAX + 1];

	backup_name(file, suffix, name);
	return sj_atomic_file_store_if_new(dir, name, &pack, 0600, fault);
}

/*
 * A file that is still as an earlier setup left it keeps the older backup, so
 * that undo goes all the way back.
 */
static enum sj_reason
keep_backup(
    const char *dir, const struct sj_setup_file *file, struct sj_fault *fault)
{
	SJ_AUTO_FREE char *after = NULL;
	enum sj_reason reason = load_backup(dir, file, AFTER, &after, fault);

	if (reason == SJ_OK && (after == NULL || strcmp(after, file->old) != 0))
		reason = store_backup(dir, file, BEFORE, file->old, fault);
	if (reason == SJ_OK)
		reason = store_backup(dir, file, AFTER, file->new, fault);
	return reason;
}

enum sj_reason
sj_setup_store_install(const struct sj_tool *tool,
    const struct sj_setup_file *files, struct sj_fault *fault)
{
	enum sj_reason reason = SJ_OK;
	char dir[PATH_MAX];
	int i;

	backup_dir(tool, dir, sizeof(dir));
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		reason = sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "making %s", dir);
	for (i = 0; i < SJ_SETUP_FILE_COUNT && reason == SJ_OK; i++)
		if (files[i].new != NULL)
			reason = keep_backup(dir, &files[i], fault);
	for (i = 0; i < SJ_SETUP_FILE_COUNT && reason == SJ_OK; i++)
		reason = commit(&files[i], fault);
	if (reason != SJ_OK)
		sj_setup_store_discard(files);
	return reason;
}

static void
refuse_edited(const struct sj_tool *tool, const struct sj_setup_file *file,
    struct sj_report *refused)
{
	static const struct sj_problem_kind edited = {
	    "setup-edited", SJ_ERROR, "what was edited would be lost"};

	sj_report_add(refused, &edited, file->path, 0,
	    "was edited after sftpjail setup has written it");
	sj_report_fix(refused,
	    "take out by hand what names sftpjail (diff %s/" SJ_SETUP_DIR
	    "/%s" BEFORE " %s shows all), or sftpjail setup --undo --force",
	    tool->state_dir, file->name, file->path);
}

enum sj_reason
sj_setup_store_plan_undo(const struct sj_tool *tool, bool is_forced,
    struct sj_setup_file *file, struct sj_report *refused,
    struct sj_fault *fault)
{
	const struct sj_setup_facts facts = {.root = NULL};
	SJ_AUTO_FREE char *before = NULL;
	SJ_AUTO_FREE char *after = NULL;
	enum sj_reason reason;
	char dir[PATH_MAX];

	backup_dir(tool, dir, sizeof(dir));
	reason = load_backup(dir, file, BEFORE, &before, fault);
	if (reason == SJ_OK)
		reason = load_backup(dir, file, AFTER, &after, fault);
	if (reason != SJ_OK || before == NULL ||
	    !sj_setup_file_read(&facts, file, refused))
		return reason;
	if (strcmp(file->old, before) == 0)
		return SJ_OK;
	if (!is_forced && (after == NULL || strcmp(file->old, after) != 0)) {
		refuse_edited(tool, file, refused);
		return SJ_OK;
	}
	file->new = before;
	before = NULL;
	return SJ_OK;
}

enum sj_reason
sj_setup_store_undo(const struct sj_tool *tool,
    const struct sj_setup_file *files, struct sj_fault *fault)
{
	enum sj_reason reason = SJ_OK;
	char dir[PATH_MAX], path[PATH_MAX + NAME_MAX + 2], name[NAME_MAX + 1];
	int i;

	for (i = SJ_SETUP_FILE_COUNT; i-- > 0 && reason == SJ_OK;)
		reason = commit(&files[i], fault);
	if (reason != SJ_OK) {
		sj_setup_store_discard(files);
		return reason;
	}
	backup_dir(tool, dir, sizeof(dir));
	for (i = 0; i < SJ_SETUP_FILE_COUNT; i++) {
		/* What setup wrote last: without it there is no undo. */
		backup_name(&files[i], AFTER, name);
		(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
		(void)unlink(path);
		backup_name(&files[i], BEFORE, name);
		(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
		(void)unlink(path);
	}
	(void)rmdir(dir);
	return SJ_OK;
}
