/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "keyfiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "model_store.h"
#include "policy.h"
#include "sshkey.h"

/* So many new files are synced one by one, more by one syncfs(2). */
#define SYNC_EACH_MAX 8u
#define TEMP_NAME "%s.%s"
#define TEMP_PREFIX ".new"

struct keyfiles {
	const char *dir; /* for messages */
	int fd;
	/* Names that are there: a mark (0: not wanted yet) and the name. */
	struct sj_pack present;
	struct sj_table table;
	struct sj_pack changed; /* names whose new file waits for its rename */
	uint32_t changed_count;
	struct sj_pack content;
	struct sj_fault *fault;
};

static enum sj_reason
fail(struct keyfiles *keys, int error, const char *name)
{
	return sj_fault_set(keys->fault, SJ_SYSTEM_ERROR, error, "%s%s%s",
	    keys->dir, *name != '\0' ? "/" : "", name);
}

/* ENOENT is no failure unless the directory is to be made. */
static enum sj_reason
open_dir(struct keyfiles *keys, int state_fd, bool is_wanted)
{
	struct stat st;

	if (is_wanted && mkdirat(state_fd, SJ_KEYFILES_DIR, 0755) != 0 &&
	    errno != EEXIST)
		return fail(keys, errno, "");
	keys->fd = openat(state_fd, SJ_KEYFILES_DIR,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (keys->fd < 0 && errno == ENOENT && !is_wanted)
		return SJ_OK;
	if (keys->fd < 0 || fstat(keys->fd, &st) != 0)
		return fail(keys, errno, "");
	if (st.st_uid != geteuid())
		return sj_fault_set(keys->fault, SJ_SYSTEM_ERROR, 0,
		    "%s is owned by uid %u, want root; run: chown root %s",
		    keys->dir, (unsigned)st.st_uid, keys->dir);
	/* sshd reads here as the user. */
	if ((st.st_mode & 07777u) != 0755 && fchmod(keys->fd, 0755) != 0)
		return fail(keys, errno, "");
	return SJ_OK;
}

static bool
is_present(const void *array, uint32_t off, const void *key)
{
	const struct sj_pack *present = array;

	return strcmp((const char *)present->data + off + 1, key) == 0;
}

static uint32_t
find_present(const struct keyfiles *keys, const char *name)
{
	return sj_table_find(&keys->table, sj_table_hash_string(name),
	    is_present, &keys->present, name);
}

static enum sj_reason
list_present(struct keyfiles *keys)
{
	int fd = fcntl(keys->fd, F_DUPFD_CLOEXEC, 3);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	uint32_t off;

	if (dir == NULL) {
		if (fd >= 0)
			(void)close(fd);
		return fail(keys, errno, "");
	}
	while ((errno = 0, entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		off = (uint32_t)keys->present.len;
		sj_pack_bytes(&keys->present, "", 1);
		sj_pack_string(&keys->present, entry->d_name);
		if (keys->present.is_bad ||
		    !sj_table_add(&keys->table,
			sj_table_hash_string(entry->d_name), off)) {
			errno = ENOMEM;
			break;
		}
	}
	fd = errno;
	(void)closedir(dir);
	return fd == 0 ? SJ_OK : fail(keys, fd, "");
}

static bool
make_content(struct keyfiles *keys, const struct sj_user_def *user)
{
	const char *line = user->keys.first;
	uint32_t i;

	keys->content.len = 0;
	for (i = 0; i < user->keys.count; i++, line = sj_strings_next(line)) {
		SJ_AUTO_FREE char *restricted = NULL;

		if (sj_sshkey_restrict(line, &restricted) != SJ_SSHKEY_OK)
			return false;
		sj_pack_bytes(&keys->content, restricted, strlen(restricted));
		sj_pack_bytes(&keys->content, "\n", 1);
	}
	return !keys->content.is_bad;
}

/* Is the file there what it would become?  Its owner and mode count, too. */
static bool
is_current(const struct keyfiles *keys, const char *name)
{
	SJ_AUTO_CLOSE int fd = -1;
	unsigned char window[4096];
	size_t used = 0, len;
	struct stat st;
	ssize_t got;

	fd = openat(keys->fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    (st.st_mode & 07777u) != 0644 || st.st_uid != geteuid() ||
	    (size_t)st.st_size != keys->content.len)
		return false;
	while (used < keys->content.len) {
		len = keys->content.len - used;
		got = read(
		    fd, window, len < sizeof(window) ? len : sizeof(window));
		if (got <= 0 ||
		    memcmp(window, keys->content.data + used, (size_t)got) != 0)
			return false;
		used += (size_t)got;
	}
	return true;
}

static void
temp_name(char *ret_temp, size_t size, const char *name)
{
	(void)snprintf(ret_temp, size, TEMP_NAME, TEMP_PREFIX, name);
}

static bool
write_content(int fd, const struct sj_pack *content)
{
	size_t used = 0;
	ssize_t put;

	while (used < content->len) {
		put = write(fd, content->data + used, content->len - used);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		used += (size_t)put;
	}
	return fchmod(fd, 0644) == 0;
}

static enum sj_reason
write_file(struct keyfiles *keys, const char *name)
{
	SJ_AUTO_CLOSE int fd = -1;
	char temp[NAME_MAX + 1];

	temp_name(temp, sizeof(temp), name);
	(void)unlinkat(keys->fd, temp, 0);
	fd = openat(keys->fd, temp,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(keys, errno, temp);
	/* Noted first: whatever happens, it is renamed or removed. */
	sj_pack_string(&keys->changed, name);
	if (keys->changed.is_bad) {
		(void)unlinkat(keys->fd, temp, 0);
		return fail(keys, ENOMEM, temp);
	}
	keys->changed_count++;
	if (!write_content(fd, &keys->content) ||
	    (keys->changed_count <= SYNC_EACH_MAX && fsync(fd) != 0))
		return fail(keys, errno, temp);
	return SJ_OK;
}

static bool
is_wanted(const struct sj_user_def *user, int32_t today)
{
	return user->keys.count > 0 && !user->is_disabled &&
	       user->expires_day >= today;
}

static enum sj_reason
write_files(struct keyfiles *keys, const struct sj_model *model, int32_t today)
{
	enum sj_reason reason = SJ_OK;
	struct sj_user_def user;
	uint32_t i, off;

	if (!model->store->has_keys)
		return SJ_OK;
	for (i = 0; i < model->user_count && reason == SJ_OK; i++) {
		sj_model_user(model, i, &user);
		sj_model_relax(model, i);
		if (!is_wanted(&user, today))
			continue;
		off = find_present(keys, user.name);
		if (off != SJ_TABLE_NONE)
			keys->present.data[off] = 1;
		if (!make_content(keys, &user))
			return fail(keys, ENOMEM, user.name);
		if (off == SJ_TABLE_NONE || !is_current(keys, user.name))
			reason = write_file(keys, user.name);
	}
	return reason;
}

/* Renames the new files, or removes them. */
static enum sj_reason
finish_changed(struct keyfiles *keys, bool is_good)
{
	enum sj_reason reason = SJ_OK;
	const char *name = (const char *)keys->changed.data;
	char temp[NAME_MAX + 1];
	uint32_t i;

	if (is_good && keys->changed_count > SYNC_EACH_MAX &&
	    syncfs(keys->fd) != 0) {
		is_good = false;
		reason = fail(keys, errno, "");
	}
	for (i = 0; i < keys->changed_count;
	     i++, name = sj_strings_next(name)) {
		temp_name(temp, sizeof(temp), name);
		if (is_good && renameat(keys->fd, temp, keys->fd, name) != 0) {
			is_good = false;
			reason = fail(keys, errno, name);
		}
		if (!is_good)
			(void)unlinkat(keys->fd, temp, 0);
	}
	return reason;
}

/* What nobody wants: files of removed users, and those of a killed apply. */
static enum sj_reason
remove_others(struct keyfiles *keys, uint32_t *ret_count)
{
	const char *name;
	size_t off;

	*ret_count = 0;
	for (off = 0; off < keys->present.len; off += strlen(name) + 2) {
		name = (const char *)keys->present.data + off + 1;
		if (keys->present.data[off] != 0)
			continue;
		/* Not a file: not ours. */
		if (unlinkat(keys->fd, name, 0) != 0 && errno != ENOENT &&
		    errno != EISDIR)
			return fail(keys, errno, name);
		++*ret_count;
	}
	return SJ_OK;
}

static enum sj_reason
store(struct keyfiles *keys, const struct sj_model *model, int32_t today)
{
	enum sj_reason reason, finished;
	uint32_t removed_count = 0;

	reason = list_present(keys);
	if (reason == SJ_OK && model->is_key_files) {
		reason = write_files(keys, model, today);
		finished = finish_changed(keys, reason == SJ_OK);
		if (reason == SJ_OK)
			reason = finished;
	}
	if (reason == SJ_OK)
		reason = remove_others(keys, &removed_count);
	if (reason == SJ_OK && keys->changed_count + removed_count > 0 &&
	    fsync(keys->fd) != 0)
		reason = fail(keys, errno, "");
	return reason;
}

enum sj_reason
sj_keyfiles_store(const struct sj_tool *tool, const struct sj_model *model,
    int64_t now_sec, struct sj_fault *fault)
{
	struct keyfiles keys = {.fd = -1, .fault = fault};
	SJ_AUTO_CLOSE int state_fd = -1;
	char dir[SJ_PATH_SIZE];
	enum sj_reason reason;

	(void)snprintf(
	    dir, sizeof(dir), "%s/" SJ_KEYFILES_DIR, tool->state_dir);
	keys.dir = dir;
	state_fd = open(tool->state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (state_fd < 0)
		return fail(&keys, errno, "");
	reason = open_dir(&keys, state_fd, model->is_key_files);
	if (reason == SJ_OK && keys.fd >= 0)
		reason = store(&keys, model, sj_day_of(now_sec));
	if (keys.fd >= 0)
		(void)close(keys.fd);
	sj_pack_clear(&keys.present);
	sj_pack_clear(&keys.changed);
	sj_pack_clear(&keys.content);
	sj_table_clear(&keys.table);
	return reason;
}
