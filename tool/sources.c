/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "sources.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomic_file.h"
#include "bytes.h"
#include "cleanup.h"
#include "text_file.h"

/*
 * A line for each file: size, mtime (seconds, nanoseconds), sum, path; the
 * first line names the format.  A path with a line end in it is never fresh.
 */
#define FIRST_LINE "sftpjail sources 1\n"
#define STAMPS_MAX ((size_t)16 << 20)

struct stamp {
	uint64_t size;
	int64_t sec;
	long nsec;
	uint64_t sum;
	const char *path;
};

/* A file taken from memory was renamed into place since: ask for its time. */
static struct timespec
mtime_of(const struct sj_model_file *file)
{
	struct timespec mtime = file->mtime;
	struct stat st;

	if (mtime.tv_sec == 0 && mtime.tv_nsec == 0 &&
	    lstat(file->path, &st) == 0 && S_ISREG(st.st_mode) &&
	    (uint64_t)st.st_size == file->size)
		mtime = st.st_mtim;
	return mtime;
}

enum sj_reason
sj_sources_store(const struct sj_tool *tool, const struct sj_model *model,
    struct sj_fault *fault)
{
	struct sj_pack pack = {NULL, 0, 0, false};
	const struct sj_model_file *file;
	struct timespec mtime;
	enum sj_reason reason;
	char numbers[128];
	uint32_t i;

	sj_pack_bytes(&pack, FIRST_LINE, strlen(FIRST_LINE));
	for (i = 0; i < model->file_count; i++) {
		file = &model->files[i];
		mtime = mtime_of(file);
		(void)snprintf(numbers, sizeof(numbers),
		    "%" PRIu64 " %" PRId64 " %ld %016" PRIx64 " ", file->size,
		    (int64_t)mtime.tv_sec, mtime.tv_nsec, file->sum);
		sj_pack_bytes(&pack, numbers, strlen(numbers));
		sj_pack_bytes(&pack, file->path, strlen(file->path));
		sj_pack_bytes(&pack, "\n", 1);
	}
	if (pack.is_bad)
		reason = sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, ENOMEM, "%s", SJ_SOURCES_FILE);
	else
		reason = sj_atomic_file_store_if_new(
		    tool->state_dir, SJ_SOURCES_FILE, &pack, 0600, fault);
	sj_pack_clear(&pack);
	return reason;
}

/* Cuts the next line off; false at the end or if it is none of ours. */
static bool
parse_stamp(char **at, struct stamp *ret_stamp)
{
	char *line = *at, *end = strchr(line, '\n');
	int used = 0;

	if (end == NULL)
		return false;
	*end = '\0';
	*at = end + 1;
	/* Our own file; numbers out of range fit no source, which is read. */
	/* NOLINTNEXTLINE(cert-err34-c) */
	if (sscanf(line, "%" SCNu64 " %" SCNd64 " %ld %" SCNx64 " %n",
		&ret_stamp->size, &ret_stamp->sec, &ret_stamp->nsec,
		&ret_stamp->sum, &used) != 4 ||
	    used == 0)
		return false;
	ret_stamp->path = line + used;
	return true;
}

static bool
is_sum_same(const struct stamp *stamp, uint64_t *buf, size_t size)
{
	struct sj_text_source source = {.sum = SJ_SUM_SEED};
	long got;

	source.fd = open(stamp->path,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (source.fd < 0)
		return false;
	while ((got = sj_text_source_read(&source, (char *)buf, size)) > 0)
		continue;
	sj_text_source_close(&source);
	return got == 0 && source.sum == stamp->sum;
}

/* Unchanged by its stamp, or at least by its content. */
static bool
is_fresh(const struct stamp *stamp)
{
	SJ_AUTO_FREE uint64_t *buf = NULL;
	struct stat st;

	if (lstat(stamp->path, &st) != 0 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size != stamp->size)
		return false;
	if ((int64_t)st.st_mtim.tv_sec == stamp->sec &&
	    st.st_mtim.tv_nsec == stamp->nsec)
		return true;
	buf = malloc(SJ_SCAN_WINDOW);
	return buf != NULL && is_sum_same(stamp, buf, SJ_SCAN_WINDOW);
}

/* How many config files there are now; -1: can't be told. */
static long
count_files(const char *dir)
{
	char path[SJ_PATH_SIZE];
	const struct dirent *entry;
	struct stat st;
	long count;
	DIR *conf_d;

	(void)snprintf(path, sizeof(path), "%s/" SJ_TEXT_MAIN_FILE, dir);
	count = lstat(path, &st) == 0;
	(void)snprintf(path, sizeof(path), "%s/" SJ_TEXT_CONF_D, dir);
	conf_d = opendir(path);
	if (conf_d == NULL)
		return errno == ENOENT ? count : -1;
	while ((entry = readdir(conf_d)) != NULL)
		count += sj_text_is_conf_name(entry->d_name);
	(void)closedir(conf_d);
	return count;
}

enum sj_reason
sj_sources_is_stale(
    const struct sj_tool *tool, bool *ret_is_stale, struct sj_fault *fault)
{
	SJ_AUTO_FREE char *text = NULL;
	struct stamp stamp;
	enum sj_reason reason;
	long count = 0, now;
	char *at;

	reason = sj_atomic_file_load(
	    tool->state_dir, SJ_SOURCES_FILE, STAMPS_MAX, &text, fault);
	if (reason != SJ_OK)
		return reason;
	*ret_is_stale = true;
	if (text == NULL || strncmp(text, FIRST_LINE, strlen(FIRST_LINE)) != 0)
		return SJ_OK;
	for (at = text + strlen(FIRST_LINE); parse_stamp(&at, &stamp); count++)
		if (!is_fresh(&stamp))
			return SJ_OK;
	now = count_files(tool->config_dir);
	if (now < 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno, "%s/%s",
		    tool->config_dir, SJ_TEXT_CONF_D);
	*ret_is_stale = *at != '\0' || now != count;
	return SJ_OK;
}
