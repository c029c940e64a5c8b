/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "explain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "quote.h"

static bool
is_member(const struct sj_account *account, gid_t gid)
{
	int i;

	for (i = 0; i < account->gid_count; i++) {
		if (account->gids[i] == gid)
			return true;
	}
	return account->pw.pw_gid == gid;
}

/* May the user read the file, or search the directory, by its mode? */
static bool
is_open_to(const struct sj_account *account, const struct stat *st)
{
	mode_t wanted = S_ISDIR(st->st_mode) ? 01 : 04;

	if (st->st_uid == account->pw.pw_uid)
		return (st->st_mode & wanted << 6) != 0;
	if (is_member(account, st->st_gid))
		return (st->st_mode & wanted << 3) != 0;
	return (st->st_mode & wanted) != 0;
}

static void
set_what(struct sj_explain_file *what, const char *command, const char *path,
    const char *problem)
{
	SJ_AUTO_FREE char *word = sj_quote_make_word(path);

	(void)snprintf(
	    what->detail, sizeof(what->detail), "%s %s", path, problem);
	what->fix[0] = '\0';
	if (word != NULL && snprintf(what->fix, sizeof(what->fix), "%s %s",
				command, word) >= (int)sizeof(what->fix))
		what->fix[0] = '\0';
}

static bool
check_one(const struct sj_account *account, const char *path,
    struct sj_explain_file *what)
{
	struct stat st;

	if (stat(path, &st) != 0) {
		set_what(what, "ls -ld", path, "can't be looked at");
		return false;
	}
	if (st.st_uid != 0 && st.st_uid != account->pw.pw_uid) {
		set_what(what, "chown root", path,
		    "belongs neither to root nor to the user: StrictModes "
		    "refuses it");
		return false;
	}
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		set_what(what, "chmod go-w", path,
		    "may be written to by group or others: StrictModes "
		    "refuses it");
		return false;
	}
	if (!is_open_to(account, &st)) {
		set_what(what, S_ISDIR(st.st_mode) ? "chmod a+x" : "chmod a+r",
		    path, "is closed to the user, as whom sshd reads it");
		return false;
	}
	return true;
}

/* Cuts the last component off; false at "/" and at the user's home. */
static bool
go_up(char *path, const char *home)
{
	char *slash = strrchr(path, '/');

	if (strcmp(path, "/") == 0 || (home != NULL && strcmp(path, home) == 0))
		return false;
	if (slash == path)
		slash++;
	*slash = '\0';
	return true;
}

bool
sj_explain_key_file(const struct sj_account *account, const char *path,
    struct sj_explain_file *ret_what)
{
	SJ_AUTO_FREE char *real = realpath(path, NULL);
	SJ_AUTO_FREE char *home = NULL;

	ret_what->fix[0] = '\0';
	if (real == NULL) {
		(void)snprintf(ret_what->detail, sizeof(ret_what->detail),
		    "%s %s", path,
		    errno == ENOENT ? "is missing" : "can't be reached");
		return false;
	}
	if (account->pw.pw_dir != NULL)
		home = realpath(account->pw.pw_dir, NULL);
	do {
		if (!check_one(account, real, ret_what))
			return false;
	} while (go_up(real, home));
	return true;
}
