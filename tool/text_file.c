/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "text_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "cleanup.h"

static const struct sj_where nowhere = {
    .element = SJ_NO_INDEX, .item = SJ_NO_INDEX};

/* Root's are always good: the caller of a dry run may not own the real one. */
static bool
is_owner_good(const struct stat *st, const struct sj_text_options *options)
{
	return st->st_uid == options->owner || st->st_uid == 0;
}

/* Reports who could have written the file or directory, if it matters. */
static bool
is_trusted(struct sj_compile *compile, const struct stat *st,
    const struct sj_text_options *options, const char *path)
{
	bool is_good = true;

	if (!is_owner_good(st, options)) {
		sj_compile_error(compile, 0, &nowhere,
		    "is owned by uid %u, expected %u; run: chown %u %s",
		    (unsigned)st->st_uid, (unsigned)options->owner,
		    (unsigned)options->owner, path);
		is_good = false;
	}
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		sj_compile_error(compile, 0, &nowhere,
		    "is mode %04o, expected it not writable by group or "
		    "others; run: chmod go-w %s",
		    (unsigned)st->st_mode & 07777u, path);
		is_good = false;
	}
	return is_good;
}

/* What is not there is the configuration's fault, all else the system's. */
static void
report_errno(struct sj_compile *compile, int error, const char *expected)
{
	char text[128];

	if (error != ENOENT && error != ENOTDIR)
		compile->model->is_unread = true;
	sj_compile_error(compile, 0, &nowhere, "%s, expected %s",
	    strerror_r(error, text, sizeof(text)), expected);
}

/* What is reported next is about this path, and the rest can't be known. */
static void
blame(struct sj_compile *compile, const char *path)
{
	compile->file = sj_model_add_file(compile->model, path);
	compile->is_broken = true;
}

/* -1: there is none, which is reported unless it is optional; or bad. */
static int
open_dir(struct sj_compile *compile, int at_fd, const char *name,
    const struct sj_text_options *options, const char *path)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct stat st;

	fd = openat(at_fd, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT && at_fd != AT_FDCWD)
		return -1;
	if (fd < 0 || fstat(fd, &st) != 0) {
		int error = errno;

		blame(compile, path);
		if (error == ENOTDIR &&
		    fstatat(at_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISLNK(st.st_mode))
			sj_compile_error(compile, 0, &nowhere,
			    "is a symbolic link, expected a directory");
		else
			report_errno(compile, error, "a directory");
		return -1;
	}
	if (!is_owner_good(&st, options) ||
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		blame(compile, path);
		(void)is_trusted(compile, &st, options, path);
		return -1;
	}
	return sj_take_fd(&fd);
}

static bool
add_name(struct sj_text_list *list, const char *prefix, const char *name)
{
	size_t size = strlen(prefix) + strlen(name) + 1;
	char **names =
	    realloc(list->names, ((size_t)list->count + 1) * sizeof(*names));

	if (names == NULL)
		return false;
	list->names = names;
	names[list->count] = malloc(size);
	if (names[list->count] == NULL)
		return false;
	(void)snprintf(names[list->count], size, "%s%s", prefix, name);
	list->count++;
	return true;
}

bool
sj_text_is_conf_name(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 5 &&
	       strcmp(name + len - 5, ".conf") == 0;
}

static int
compare_names(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

static bool
is_replaced(const struct sj_text_options *options, const char *name)
{
	return options->replaced != NULL &&
	       strcmp(options->replaced, name) == 0;
}

/* The names in conf.d, the replaced file among them. */
static bool
list_conf_d(struct sj_text_list *list, DIR *dir)
{
	const struct sj_text_options *options = list->options;
	uint32_t first = list->count;
	char path[NAME_MAX + sizeof(SJ_TEXT_CONF_D) + 2];
	const struct dirent *entry;

	for (;;) {
		errno = 0;
		entry = dir != NULL ? readdir(dir) : NULL;
		if (entry == NULL)
			break;
		(void)snprintf(
		    path, sizeof(path), SJ_TEXT_CONF_D "/%s", entry->d_name);
		if (!sj_text_is_conf_name(entry->d_name) ||
		    is_replaced(options, path))
			continue;
		if (!add_name(list, "", path))
			return false;
	}
	if (errno != 0)
		return false;
	if (options->replaced != NULL && options->replaced_text != NULL &&
	    strncmp(options->replaced, SJ_TEXT_CONF_D "/",
		sizeof(SJ_TEXT_CONF_D)) == 0 &&
	    !add_name(list, "", options->replaced))
		return false;
	qsort(list->names + first, list->count - first, sizeof(*list->names),
	    compare_names);
	return true;
}

static enum sj_reason
open_conf_d(struct sj_text_list *list, struct sj_compile *compile,
    struct sj_fault *fault)
{
	char path[SJ_PATH_SIZE];
	bool is_listed;
	DIR *dir = NULL;
	int fd;

	(void)snprintf(
	    path, sizeof(path), "%s/" SJ_TEXT_CONF_D, list->options->dir);
	list->conf_d_fd = open_dir(
	    compile, list->dir_fd, SJ_TEXT_CONF_D, list->options, path);
	if (list->conf_d_fd >= 0) {
		fd = fcntl(list->conf_d_fd, F_DUPFD_CLOEXEC, 3);
		dir = fd >= 0 ? fdopendir(fd) : NULL;
		if (dir == NULL && fd >= 0)
			(void)close(fd);
		if (dir == NULL)
			return sj_fault_set(
			    fault, SJ_SYSTEM_ERROR, errno, "%s", path);
	}
	is_listed = list_conf_d(list, dir);
	if (dir != NULL)
		(void)closedir(dir);
	if (!is_listed)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno, "%s", path);
	return SJ_OK;
}

enum sj_reason
sj_text_list_open(struct sj_text_list *list,
    const struct sj_text_options *options, struct sj_compile *compile,
    struct sj_fault *fault)
{
	list->options = options;
	list->dir_fd =
	    open_dir(compile, AT_FDCWD, options->dir, options, options->dir);
	if (list->dir_fd < 0)
		return SJ_OK;
	if (!add_name(list, "", SJ_TEXT_MAIN_FILE))
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, ENOMEM, "%s", options->dir);
	return open_conf_d(list, compile, fault);
}

void
sj_text_list_clear(struct sj_text_list *list)
{
	uint32_t i;

	for (i = 0; i < list->count; i++)
		free(list->names[i]);
	free(list->names);
	if (list->dir_fd >= 0)
		(void)close(list->dir_fd);
	if (list->conf_d_fd >= 0)
		(void)close(list->conf_d_fd);
}

static void
report_open(struct sj_compile *compile, int error)
{
	if (error == ELOOP)
		sj_compile_error(compile, 0, &nowhere,
		    "is a symbolic link, expected a regular file");
	else
		report_errno(compile, error, "a readable file");
}

/* Opens without following or waiting, then judges what was opened. */
static int
open_file(struct sj_compile *compile, const struct sj_text_list *list,
    const char *name, struct stat *ret_st)
{
	const char *path = compile->model->files[compile->file].path;
	bool is_main = strcmp(name, SJ_TEXT_MAIN_FILE) == 0;
	SJ_AUTO_CLOSE int fd = -1;

	fd = openat(is_main ? list->dir_fd : list->conf_d_fd,
	    is_main ? name : name + sizeof(SJ_TEXT_CONF_D),
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, ret_st) != 0) {
		report_open(compile, errno);
		return -1;
	}
	if (!S_ISREG(ret_st->st_mode)) {
		sj_compile_error(compile, 0, &nowhere,
		    "is %s, expected a regular file",
		    S_ISDIR(ret_st->st_mode)	? "a directory"
		    : S_ISFIFO(ret_st->st_mode) ? "a FIFO"
						: "a special file");
		return -1;
	}
	if (!is_trusted(compile, ret_st, list->options, path))
		return -1;
	if ((uint64_t)ret_st->st_size > SJ_TEXT_SIZE_MAX) {
		sj_compile_error(compile, 0, &nowhere,
		    "is larger than 1 GiB, expected less");
		return -1;
	}
	return sj_take_fd(&fd);
}

bool
sj_text_source_open(struct sj_text_source *ret_source,
    const struct sj_text_list *list, uint32_t index, struct sj_compile *compile)
{
	const struct sj_text_options *options = list->options;
	struct sj_model *model = compile->model;
	struct sj_text_source source = {.fd = -1, .sum = SJ_SUM_SEED};
	char path[SJ_PATH_SIZE];
	struct stat st;

	(void)snprintf(
	    path, sizeof(path), "%s/%s", options->dir, list->names[index]);
	source.file = compile->file = sj_model_add_file(model, path);
	if (model->store->is_short)
		return false;
	source.path = model->files[source.file].path;
	if (is_replaced(options, list->names[index])) {
		source.text = options->replaced_text;
		source.text_len = options->replaced_len;
		source.total = options->replaced_len;
		*ret_source = source;
		return true;
	}
	source.fd = open_file(compile, list, list->names[index], &st);
	if (source.fd < 0) {
		compile->is_broken = true;
		return false;
	}
	source.total = (uint64_t)st.st_size;
	model->store->files[source.file].mtime = st.st_mtim;
	model->store->files[source.file].mode = (uint32_t)st.st_mode;
	*ret_source = source;
	return true;
}

static long
read_fd(struct sj_text_source *source, char *buf, size_t size)
{
	size_t used = 0;
	ssize_t got;

	while (used < size) {
		got = read(source->fd, buf + used, size - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			source->sys_errno = errno;
			return -1;
		}
		if (got == 0)
			break;
		used += (size_t)got;
	}
	return (long)used;
}

long
sj_text_source_read(struct sj_text_source *source, char *buf, size_t size)
{
	size_t left = source->text_len - source->text_pos;
	long got;

	if (source->fd >= 0) {
		got = read_fd(source, buf, size);
	} else {
		got = (long)(left < size ? left : size);
		memcpy(buf, source->text + source->text_pos, (size_t)got);
		source->text_pos += (size_t)got;
	}
	if (got > 0) {
		source->size += (uint64_t)got;
		source->sum = sj_sum(
		    source->sum, (const unsigned char *)buf, (size_t)got);
	}
	return got;
}

void
sj_text_source_finish(struct sj_text_source *source, struct sj_compile *compile)
{
	struct sj_model_file *file =
	    &compile->model->store->files[source->file];
	struct sj_where where = SJ_WHERE_TOP(NULL);

	file->size = source->size;
	file->sum = source->sum;
	if (compile->hash_line == 0 || (file->mode & S_IROTH) == 0)
		return;
	sj_compile_warn(compile, compile->hash_line, &where,
	    "the file has a password hash and others can read it; run: chmod "
	    "0600 %s",
	    source->path);
}

void
sj_text_source_close(struct sj_text_source *source)
{
	if (source->fd >= 0)
		(void)close(source->fd);
}
