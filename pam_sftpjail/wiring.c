/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "wiring.h"

#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"

#define GIDS_START 64
#define GIDS_LIMIT 65536 /* NGROUPS_MAX of Linux */

static bool
ends_in(const char *text, const char *suffix)
{
	size_t len = strlen(text), suffix_len = strlen(suffix);

	return len > suffix_len && strcmp(text + len - suffix_len, suffix) == 0;
}

/*
 * sshd writes its title over its arguments and pads with NULs.  Too little
 * room for it cuts the end off: then this is no monitor, and the session is
 * refused.
 */
static void
read_title(const char *path, char *title, size_t size)
{
	SJ_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t len = fd < 0 ? -1 : read(fd, title, size - 1);

	title[len > 0 ? len : 0] = '\0';
}

/*
 * keyboard-interactive is asked by a helper, "sshd: alice [pam]".  What counts
 * is who forked it and waits for it.
 */
static void
find_title(struct sj_wiring *wiring)
{
	const size_t size = sizeof(wiring->title);
	char path[64];

	read_title("/proc/self/cmdline", wiring->title, size);
	wiring->is_helper = ends_in(wiring->title, " [pam]");
	if (!wiring->is_helper)
		return;
	(void)snprintf(
	    path, sizeof(path), "/proc/%ld/cmdline", (long)getppid());
	read_title(path, wiring->title, size);
}

static bool
is_in(const gid_t *gids, int count, gid_t gid)
{
	int i;

	for (i = 0; i < count; i++)
		if (gids[i] == gid)
			return true;
	return false;
}

static bool
is_subset(
    const gid_t *inner, int inner_count, const gid_t *outer, int outer_count)
{
	int i;

	for (i = 0; i < inner_count; i++)
		if (!is_in(outer, outer_count, inner[i]))
			return false;
	return true;
}

/* The groups that initgroups(3) would set; NULL: can't be known. */
static gid_t *
list_groups(const char *user, gid_t gid, int *ret_count)
{
	int size = GIDS_START, count = GIDS_START;
	gid_t *gids = NULL, *larger;

	for (; size <= GIDS_LIMIT; size *= 4, count = size) {
		larger = realloc(gids, (size_t)size * sizeof(*gids));
		if (larger == NULL)
			break;
		gids = larger;
		if (getgrouplist(user, gid, gids, &count) >= 0) {
			*ret_count = count;
			return gids;
		}
	}
	free(gids);
	return NULL;
}

static bool
has_groups(const char *user, gid_t gid)
{
	SJ_AUTO_FREE gid_t *own = NULL;
	SJ_AUTO_FREE gid_t *wanted = NULL;
	int count = getgroups(0, NULL), wanted_count = 0;

	if (count <= 0)
		return false;
	own = calloc((size_t)count, sizeof(*own));
	wanted = list_groups(user, gid, &wanted_count);
	if (own == NULL || wanted == NULL)
		return false;
	count = getgroups(count, own);
	return count > 0 && is_subset(own, count, wanted, wanted_count) &&
	       is_subset(wanted, wanted_count, own, count);
}

void
sj_wiring_read(
    const char *user, gid_t gid, bool is_ssh, struct sj_wiring *ret_wiring)
{
	memset(ret_wiring, 0, sizeof(*ret_wiring));
	ret_wiring->is_ssh = is_ssh;
	ret_wiring->is_root = getuid() == 0 && geteuid() == 0;
	ret_wiring->has_user_gid = gid != 0 && getegid() == gid;
	ret_wiring->has_user_groups =
	    ret_wiring->has_user_gid && has_groups(user, gid);
	find_title(ret_wiring);
}

/*
 * "sshd: alice"; newer servers are "sshd-session: alice".  A link to sshd, for
 * a PAM service of its own, is "sftpd: alice".
 */
static bool
is_sshd_title(const struct sj_wiring *wiring)
{
	const char *title = wiring->title, *colon = strstr(title, ": ");

	return (wiring->is_ssh || strncmp(title, "sshd", 4) == 0) &&
	       colon != NULL &&
	       memchr(title, ' ', (size_t)(colon - title)) == NULL;
}

/*
 * The monitor is "sshd: alice [priv]", and so is what it forks, until that is
 * the user's.  From 9.8 on it is an sshd-session, which always separates, and
 * which in 10.5 is "sshd-session: alice [postauth]" by then.
 */
static bool
is_separated_title(const char *title)
{
	static const char session[] = "sshd-session: ";

	return strncmp(title, session, sizeof(session) - 1) == 0 ||
	       ends_in(title, " [priv]");
}

enum sj_wiring_process
sj_wiring_process(const struct sj_wiring *wiring)
{
	bool is_sshd = is_sshd_title(wiring);
	bool is_separated = is_sshd && is_separated_title(wiring->title);

	if (!wiring->is_root)
		return SJ_WIRING_OTHER;
	if (is_sshd && !is_separated)
		return SJ_WIRING_UNSEPARATED;
	if (wiring->has_user_gid && wiring->has_user_groups)
		return SJ_WIRING_USER_CHILD;
	return is_separated ? SJ_WIRING_MONITOR : SJ_WIRING_OTHER;
}
