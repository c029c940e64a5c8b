/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "explain.h"

#include <shadow.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "path.h"
#include "quote.h"

/* "*", "!" and "x" match no password; an empty one is refused by sshd. */
static bool
is_usable(const char *hash)
{
	return hash != NULL && hash[0] != '\0' &&
	       strchr("*!", hash[0]) == NULL && strcmp(hash, "x") != 0;
}

static bool
has_password(const struct sj_account *account)
{
	const struct spwd *shadow;

	if (account->facts.is_public)
		return is_usable(account->served.hash);
	shadow = getspnam(account->facts.user);
	return is_usable(
	    shadow == NULL ? account->pw.pw_passwd : shadow->sp_pwdp);
}

static void
read_keys(const struct sj_tool *tool, struct sj_account *account,
    struct sj_explain_keys *keys)
{
	struct sj_keys found;
	bool is_found = false;

	memset(keys, 0, sizeof(*keys));
	keys->has_password = has_password(account);
	(void)snprintf(keys->file, sizeof(keys->file), "%s/keys/%s",
	    tool->state_dir, account->facts.user);
	if (sj_db_find_keys(&account->public_db, account->facts.user, &is_found,
		&found) == SJ_OK &&
	    is_found)
		keys->key_count = found.lines.count;
}

/* sshd refuses the user before it asks anybody if this is not so. */
static const char *
judge_shell(const char *shell, char *fix, size_t fix_size)
{
	SJ_AUTO_FREE char *word = sj_quote_make_word(shell);
	struct stat st;

	fix[0] = '\0';
	if (shell[0] != '/')
		return "is no absolute path";
	if (stat(shell, &st) != 0)
		return "does not exist: sshd refuses the user";
	if (!S_ISREG(st.st_mode))
		return "is no regular file: sshd refuses the user";
	if ((st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0) {
		(void)snprintf(
		    fix, fix_size, "chmod 0755 %s", word == NULL ? "" : word);
		return "is not executable: sshd refuses the user";
	}
	if (st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		(void)snprintf(fix, fix_size,
		    "chown root:root %s && chmod 0755 %s",
		    word == NULL ? "" : word, word == NULL ? "" : word);
		return "could be changed by others than root";
	}
	return NULL;
}

/* The directory above the shell: who may write there, chooses the program. */
static bool
is_place_safe(const char *shell, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = -1;
	char path[SJ_PATH_SIZE], real[SJ_PATH_SIZE];
	char *slash;

	/* /bin is a symbolic link on most systems. */
	if (realpath(shell, real) == NULL)
		return true;
	(void)snprintf(path, sizeof(path), "%s", real);
	slash = strrchr(path, '/');
	if (slash == path)
		slash++;
	*slash = '\0';
	return sj_path_open(path, &sj_path_rule_root, &fd, fault) == SJ_OK;
}

static void
check_shell(struct sj_explain *explain, const struct sj_account *account)
{
	const char *shell = account->pw.pw_shell, *problem;
	char fix[2 * SJ_PATH_SIZE];
	struct sj_fault fault;

	if (shell == NULL || shell[0] == '\0')
		shell = "/bin/sh";
	problem = judge_shell(shell, fix, sizeof(fix));
	if (problem != NULL) {
		sj_explain_add(explain, "shell", SJ_EXPLAIN_WARN, SJ_OK,
		    "%s %s", shell, problem);
		if (fix[0] != '\0')
			sj_explain_fix(explain, "%s", fix);
	} else if (!is_place_safe(shell, &fault)) {
		sj_explain_add(explain, "shell", SJ_EXPLAIN_WARN, SJ_OK,
		    "%s could be replaced by others than root: %s", shell,
		    fault.where);
	} else {
		sj_explain_add(
		    explain, "shell", SJ_EXPLAIN_OK, SJ_OK, "%s", shell);
	}
}

/* Only for our own users: sshd_config says where keys of others are. */
static void
check_credentials(struct sj_explain *explain, const struct sj_account *account,
    const struct sj_explain_keys *keys)
{
	if (!account->facts.is_public)
		return;
	if (keys->key_count > 0 || keys->has_password ||
	    account->served.is_disabled) {
		sj_explain_add(explain, "login", SJ_EXPLAIN_OK, SJ_OK,
		    "keys: %u, password: %s", (unsigned)keys->key_count,
		    keys->has_password ? "set" : "none");
		return;
	}
	sj_explain_add(explain, "login", SJ_EXPLAIN_WARN, SJ_OK,
	    "no key and no password: there is nothing to log in with");
	sj_explain_fix(
	    explain, "sftpjail key add %s FILE", account->facts.user);
}

void
sj_explain_login(struct sj_explain *explain, const struct sj_tool *tool,
    struct sj_account *account)
{
	struct sj_explain_keys keys;

	read_keys(tool, account, &keys);
	check_credentials(explain, account, &keys);
	check_shell(explain, account);
	if (strcmp(explain->question.service, "sshd") == 0)
		sj_explain_sshd(explain, account, &keys);
}
