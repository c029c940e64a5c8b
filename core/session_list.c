/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "session_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "session_record.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

static bool
list_append(struct sj_session_found *list, const struct sj_session *session)
{
	struct sj_session *bigger;
	size_t size = list->size == 0 ? 16 : 2 * list->size;

	if (list->count == list->size) {
		bigger = realloc(list->sessions, size * sizeof(*bigger));
		if (bigger == NULL)
			return false;
		list->sessions = bigger;
		list->size = size;
	}
	list->sessions[list->count++] = *session;
	return true;
}

static void
close_dir(DIR **dir)
{
	if (*dir != NULL)
		(void)closedir(*dir);
}

enum sj_reason
sj_session_read_boot(char boot[SJ_SESSION_BOOT_SIZE], struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t len = fd < 0 ? -1 : read(fd, boot, SJ_SESSION_BOOT_SIZE - 1);

	if (len <= 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, len < 0 ? errno : 0,
		    "read " BOOT_ID);
	boot[len] = '\0';
	return SJ_OK;
}

static bool
is_live(const struct sj_session *session, const char *boot)
{
	return strcmp(session->boot, boot) == 0 &&
	       (sj_process_is_live(&session->monitor) ||
		   sj_process_is_live(&session->child));
}

static bool
counts_for_user(
    const struct sj_session *other, const struct sj_session *session)
{
	return other->uid == session->uid;
}

static bool
counts_for_address(
    const struct sj_session *other, const struct sj_session *session)
{
	return strcmp(other->jail, session->jail) == 0 &&
	       sj_net_contains(&other->addr, &session->addr);
}

enum sj_reason
sj_session_collect(int sessions_fd, const struct sj_session *like,
    struct sj_session_found *list, struct sj_fault *fault)
{
	__attribute__((cleanup(close_dir))) DIR *dir = NULL;
	SJ_AUTO_CLOSE int fd = -1;
	char boot[SJ_SESSION_BOOT_SIZE];
	struct sj_session session;
	struct dirent *entry;
	enum sj_reason reason = sj_session_read_boot(boot, fault);

	if (reason != SJ_OK)
		return reason;
	fd = openat(sessions_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (dir = fdopendir(fd)) == NULL)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "read the session records");
	(void)sj_take_fd(&fd);
	while (errno = 0, (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (!sj_session_load(sessions_fd, entry->d_name, &session))
			(void)unlinkat(sessions_fd, entry->d_name, 0);
		else if (like != NULL && !counts_for_user(&session, like) &&
			 !counts_for_address(&session, like))
			continue;
		else if (!is_live(&session, boot))
			(void)unlinkat(sessions_fd, entry->d_name, 0);
		else if (!list_append(list, &session))
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM,
			    "read the session records");
	}
	if (errno != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "read the session records");
	return SJ_OK;
}

void
sj_session_count_like(const struct sj_session_found *list,
    const struct sj_session *session, struct sj_session_counts *ret_counts)
{
	const struct sj_session *other;
	size_t i;

	memset(ret_counts, 0, sizeof(*ret_counts));
	for (i = 0; i < list->count; i++) {
		other = &list->sessions[i];
		ret_counts->user += counts_for_user(other, session);
		ret_counts->address += counts_for_address(other, session);
	}
}
