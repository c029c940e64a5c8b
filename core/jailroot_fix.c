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

static void
fix_owner_and_mode(
    const struct stat *st, uid_t root_uid, const char *word, char *ret_fix)
{
	bool is_foreign = st->st_uid != root_uid;
	bool is_open = (st->st_mode & (S_IWGRP | S_IWOTH)) != 0;
	unsigned mode = (unsigned)st->st_mode & 07777u & ~0022u;

	if (is_foreign && is_open)
		(void)snprintf(ret_fix, SJ_JAILROOT_FIX_SIZE,
		    "chown root:root %s && chmod %04o %s", word, mode, word);
	else if (is_foreign)
		(void)snprintf(
		    ret_fix, SJ_JAILROOT_FIX_SIZE, "chown root:root %s", word);
	else if (is_open)
		(void)snprintf(
		    ret_fix, SJ_JAILROOT_FIX_SIZE, "chmod %04o %s", mode, word);
}

void
sj_jailroot_fix(const struct sj_jailroot_path *path, const char *owner,
    uid_t root_uid, char *ret_fix)
{
	char word[2 * SJ_PATH_SIZE];
	const struct stat *st = path->st;

	ret_fix[0] = '\0';
	/* A command that was cut would be worse than none. */
	if (path->reason == SJ_OK || strlen(path->path) > MENDED_MAX)
		return;
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
	else if (st != NULL && owner != NULL)
		(void)snprintf(
		    ret_fix, SJ_JAILROOT_FIX_SIZE, "chown %s %s", owner, word);
	else if (st != NULL)
		fix_owner_and_mode(st, root_uid, word, ret_fix);
}
