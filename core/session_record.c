/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "session_record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "cleanup.h"

/* There is one writer at a time, so one name: nothing piles up. */
#define NEW_NAME ".new"

static const char magic[8] = {'s', 'f', 't', 'p', 'j', 's', '0', '1'};

/*
 * A record as it lies in the file: of this machine and this build; any other is
 * taken for damaged.
 */
struct image {
	char magic[8];
	uint64_t sum;
	struct sj_session session;
};

static uint64_t
image_sum(const struct image *image)
{
	return sj_sum(SJ_SUM_SEED, (const unsigned char *)&image->session,
	    sizeof(image->session));
}

static bool
is_terminated(const char *string, size_t size)
{
	return memchr(string, '\0', size) != NULL;
}

static bool
image_is_sound(const struct image *image)
{
	const struct sj_session *s = &image->session;

	return memcmp(image->magic, magic, sizeof(magic)) == 0 &&
	       image->sum == image_sum(image) &&
	       is_terminated(s->id, sizeof(s->id)) &&
	       is_terminated(s->boot, sizeof(s->boot)) &&
	       is_terminated(s->user, sizeof(s->user)) &&
	       is_terminated(s->jail, sizeof(s->jail)) &&
	       is_terminated(s->service, sizeof(s->service)) &&
	       is_terminated(s->from, sizeof(s->from)) &&
	       is_terminated(s->auth, sizeof(s->auth)) &&
	       is_terminated(s->key, sizeof(s->key));
}

bool
sj_session_load(
    int sessions_fd, const char *name, struct sj_session *ret_session)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct image image;

	fd = openat(sessions_fd, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return false;
	if (read(fd, &image, sizeof(image)) != (ssize_t)sizeof(image) ||
	    !image_is_sound(&image) || strcmp(image.session.id, name) != 0)
		return false;
	*ret_session = image.session;
	return true;
}

enum sj_reason
sj_session_store(
    int sessions_fd, const struct sj_session *session, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	struct image image;
	ssize_t len;

	memset(&image, 0, sizeof(image));
	memcpy(image.magic, magic, sizeof(magic));
	image.session = *session;
	image.sum = image_sum(&image);
	fd = openat(sessions_fd, NEW_NAME,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY,
	    0600);
	if (fd < 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "open the new session record");
	len = write(fd, &image, sizeof(image));
	if (len != (ssize_t)sizeof(image))
		(void)sj_fault_set(fault, SJ_SYSTEM_ERROR,
		    len < 0 ? errno : ENOSPC, "write the new session record");
	else if (renameat(sessions_fd, NEW_NAME, sessions_fd, session->id) == 0)
		return SJ_OK;
	else
		(void)sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "rename the new session record");
	(void)unlinkat(sessions_fd, NEW_NAME, 0);
	return SJ_SYSTEM_ERROR;
}
