/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "jailroot_check.h"

/* Of these, quoted, three fit into a command. */
#define MENDED_MAX 2000

/* A word for the shell: as it is, or in single quotes. */
static void
quote_word(const char *text, char *ret_word, size_t size)
{
	const char *plain = "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_.,:@%+=-";
	size_t len = 0;

	if (text[0] != '\0' && text[strspn(text, plain)] == '\0') {
		(void)snprintf(ret_word, size, "%s", text);
		return;
	}
	ret_word[len++] = '\'';
	for (; *text != '\0' && len + 6 < size; text++) {
		if (*text == '\'') {
			memcpy(ret_word + len, "'\\'", 3);
			len += 3;
		}
		ret_word[len++] = *text;
	}
	ret_word[len++] = '\'';
	ret_word[len] = '\0';
}

/* These are for all to write in: the host needs them so. */
static bool
is_for_all(const char *path)
{
	return strcmp(path, "/tmp") == 0 || strcmp(path, "/var/tmp") == 0 ||
	       strcmp(path, "/dev/shm") == 0;
}

static void
want(const struct sj_jailroot_check *check, struct sj_jailroot_path *shown)
{
	const struct stat *st = shown->st;
	bool is_users = check->role == SJ_JAILROOT_WRITABLE;

	if (shown->reason == SJ_OK || st == NULL || !S_ISDIR(st->st_mode))
		return;
	shown->is_mendable = !is_for_all(shown->path);
	shown->want_uid = check->host->uid;
	if (is_users || (check->is_place && st->st_uid == check->user->uid))
		shown->want_uid = check->user->uid;
	shown->want_mode = st->st_mode & 07777;
	if (!is_users)
		shown->want_mode &= ~(mode_t)0022;
}

static void
fix_owner_and_mode(const struct sj_jailroot_path *path, const char *owner,
    const char *word, char *ret_fix)
{
	bool is_foreign = path->st->st_uid != path->want_uid;
	unsigned mode = (unsigned)path->want_mode;
	bool is_open = ((unsigned)path->st->st_mode & 07777u) != mode;

	if (owner == NULL)
		owner = "root:root";
	if (!path->is_mendable)
		(void)snprintf(ret_fix, SJ_JAILROOT_FIX_SIZE,
		    "move the jail: %s is for all to write in", word);
	else if (is_foreign && is_open)
		(void)snprintf(ret_fix, SJ_JAILROOT_FIX_SIZE,
		    "chown %s %s && chmod %04o %s", owner, word, mode, word);
	else if (is_foreign)
		(void)snprintf(
		    ret_fix, SJ_JAILROOT_FIX_SIZE, "chown %s %s", owner, word);
	else if (is_open)
		(void)snprintf(
		    ret_fix, SJ_JAILROOT_FIX_SIZE, "chmod %04o %s", mode, word);
}

void
sj_jailroot_fix(const struct sj_jailroot_check *check,
    struct sj_jailroot_path *path, char *ret_fix)
{
	bool is_users = check->role == SJ_JAILROOT_WRITABLE;
	const char *owner = is_users ? check->user->name : NULL;
	char word[2 * SJ_PATH_SIZE];
	const struct stat *st = path->st;

	ret_fix[0] = '\0';
	/* A command that was cut would be worse than none. */
	if (path->reason == SJ_OK || strlen(path->path) > MENDED_MAX)
		return;
	want(check, path);
	quote_word(path->path, word, sizeof(word));
	if (st == NULL && path->reason != SJ_SYSTEM_ERROR)
		(void)snprintf(
		    ret_fix, SJ_JAILROOT_FIX_SIZE, "mkdir -p -m 0755 %s", word);
	else if (st != NULL && !S_ISDIR(st->st_mode) && owner != NULL)
		(void)snprintf(
		    ret_fix, SJ_JAILROOT_FIX_SIZE, "mv %s %s.old", word, word);
	else if (st != NULL && !S_ISDIR(st->st_mode))
		(void)snprintf(ret_fix, SJ_JAILROOT_FIX_SIZE,
		    "mv %s %s.old && mkdir -m 0755 %s", word, word, word);
	else if (st != NULL)
		fix_owner_and_mode(path, owner, word, ret_fix);
}
