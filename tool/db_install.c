/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "db_install.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

#define PUBLIC_NEW SJ_DB_PUBLIC_FILE SJ_DB_NEW_SUFFIX
#define SECRET_NEW SJ_DB_SECRET_FILE SJ_DB_NEW_SUFFIX

/* ret_errno is written only where the system failed. */
static bool
open_one(struct sj_db *ret_db, const char *dir, const char *name,
    const struct sj_db_source *source, int *ret_errno)
{
	struct sj_db_source at = *source;
	struct sj_fault fault;
	enum sj_reason reason;
	char path[SJ_PATH_SIZE];

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >=
	    (int)sizeof(path))
		return false;
	at.path = path;
	reason = sj_db_open(ret_db, &at, &fault);
	if (reason == SJ_SYSTEM_ERROR)
		*ret_errno = fault.sys_errno;
	return reason == SJ_OK;
}

void
sj_db_files_open(struct sj_db_files *ret_files, const char *dir,
    const char *suffix, uid_t owner)
{
	struct sj_db_source source = {.kind = SJ_DB_PUBLIC, .owner = owner};
	struct sj_db_files files = {.has_public = false};
	int secret_errno = 0;
	char name[64];

	(void)snprintf(name, sizeof(name), SJ_DB_PUBLIC_FILE "%s", suffix);
	files.has_public =
	    open_one(&files.public, dir, name, &source, &files.sys_errno);
	source.kind = SJ_DB_SECRET;
	(void)snprintf(name, sizeof(name), SJ_DB_SECRET_FILE "%s", suffix);
	files.has_secret =
	    open_one(&files.secret, dir, name, &source, &secret_errno);
	files.is_secret_hidden = secret_errno == EACCES;
	if (files.sys_errno == 0 && !files.is_secret_hidden)
		files.sys_errno = secret_errno;
	*ret_files = files;
}

void
sj_db_files_close(struct sj_db_files *files)
{
	if (files->has_public)
		sj_db_close(&files->public);
	if (files->has_secret)
		sj_db_close(&files->secret);
	files->has_public = files->has_secret = false;
}

uint64_t
sj_db_files_generation(const struct sj_db_files *files)
{
	uint64_t generation = 0;

	if (files->has_public)
		generation = files->public.header.generation;
	if (files->has_secret && files->secret.header.generation > generation)
		generation = files->secret.header.generation;
	return generation;
}

/* The same bytes, owner and mode. */
static enum sj_reason
compare_one(int dir_fd, int new_dir_fd, const char *name, bool *ret_is_same,
    struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int old_fd = -1;
	SJ_AUTO_CLOSE int new_fd = -1;
	struct stat old_st, new_st;
	char new_name[64];

	(void)snprintf(new_name, sizeof(new_name), "%s" SJ_DB_NEW_SUFFIX, name);
	old_fd = openat(
	    dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	new_fd =
	    openat(new_dir_fd, new_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (old_fd < 0 || new_fd < 0 || fstat(old_fd, &old_st) != 0 ||
	    fstat(new_fd, &new_st) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "comparing %s", name);
	*ret_is_same = false;
	if (dir_fd == new_dir_fd && (old_st.st_mode != new_st.st_mode ||
					old_st.st_gid != new_st.st_gid))
		return SJ_OK;
	return sj_db_diff_bytes(old_fd, new_fd, ret_is_same, fault);
}

enum sj_reason
sj_db_files_compare(int dir_fd, int new_dir_fd,
    const struct sj_db_files *installed, bool *ret_is_same,
    struct sj_fault *fault)
{
	bool is_public_same = false, is_secret_same = false;
	enum sj_reason reason;

	*ret_is_same = false;
	if (!installed->has_public)
		return SJ_OK;
	reason = compare_one(
	    dir_fd, new_dir_fd, SJ_DB_PUBLIC_FILE, &is_public_same, fault);
	if (reason != SJ_OK)
		return reason;
	if (installed->is_secret_hidden) {
		*ret_is_same = is_public_same;
		return SJ_OK;
	}
	if (!installed->has_secret || sj_db_is_retired(&installed->public) ||
	    sj_db_is_retired(&installed->secret) ||
	    installed->public.header.generation !=
		installed->secret.header.generation)
		return SJ_OK;
	reason = compare_one(
	    dir_fd, new_dir_fd, SJ_DB_SECRET_FILE, &is_secret_same, fault);
	*ret_is_same = is_public_same && is_secret_same;
	return reason;
}

/*
 * A descriptor of the file that is mapped as db, for the retired word: got
 * before the rename, after which no path leads to it.  -1: no such file.
 */
static int
open_old(int dir_fd, const char *name, const struct sj_db *db)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct stat st;

	fd = openat(
	    dir_fd, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0 || st.st_dev != db->dev ||
	    st.st_ino != db->ino)
		return -1;
	return sj_take_fd(&fd);
}

/*
 * Whoever maps the old file sees the word at once.  If it can't be written
 * they notice by the path, a second later.
 */
static void
retire(int fd)
{
	static const unsigned char word[4] = {1, 0, 0, 0};

	if (fd >= 0)
		(void)!pwrite(fd, word, sizeof(word), SJ_DB_RETIRED_OFF);
}

static enum sj_reason
replace(int dir_fd, const char *name, const char *new_name, int old_fd,
    struct sj_fault *fault)
{
	if (renameat(dir_fd, new_name, dir_fd, name) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "renaming %s", name);
	retire(old_fd);
	return SJ_OK;
}

enum sj_reason
sj_db_files_commit(int dir_fd, const struct sj_db_files *installed,
    bool *ret_is_begun, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int public_fd = -1;
	SJ_AUTO_CLOSE int secret_fd = -1;
	enum sj_reason reason;

	*ret_is_begun = false;
	if (installed->has_public)
		public_fd =
		    open_old(dir_fd, SJ_DB_PUBLIC_FILE, &installed->public);
	if (installed->has_secret)
		secret_fd =
		    open_old(dir_fd, SJ_DB_SECRET_FILE, &installed->secret);
	reason =
	    replace(dir_fd, SJ_DB_SECRET_FILE, SECRET_NEW, secret_fd, fault);
	if (reason != SJ_OK)
		return reason;
	*ret_is_begun = true;
	reason =
	    replace(dir_fd, SJ_DB_PUBLIC_FILE, PUBLIC_NEW, public_fd, fault);
	if (reason == SJ_OK && fsync(dir_fd) != 0)
		reason = sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "syncing the state directory");
	return reason;
}

void
sj_db_files_discard(int dir_fd)
{
	int saved = errno;

	(void)unlinkat(dir_fd, PUBLIC_NEW, 0);
	(void)unlinkat(dir_fd, SECRET_NEW, 0);
	errno = saved;
}
