/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "explain.h"

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "sshd_config.h"
#include "stream.h"

/* What is handed around here; who borrows from names. */
struct view {
	struct sj_explain *explain;
	const struct sj_account *account;
	const struct sj_explain_keys *keys;
	struct sj_sshd_config config;
	struct sj_sshd_who who;
	char **names;
};

static const char *
maybe(enum sj_sshd_answer sure)
{
	return sure == SJ_SSHD_MAYBE ? ", if its Match block applies" : "";
}

static bool
collect_groups(struct view *view)
{
	size_t count = 0;
	int i;

	view->names =
	    calloc((size_t)view->account->gid_count + 1, sizeof(char *));
	if (view->names == NULL)
		return false;
	for (i = 0; i < view->account->gid_count; i++) {
		const struct group *group = getgrgid(view->account->gids[i]);

		if (group == NULL)
			continue;
		view->names[count] = strdup(group->gr_name);
		if (view->names[count++] == NULL)
			return false;
	}
	view->who.user = view->account->facts.user;
	view->who.groups = (const char *const *)view->names;
	view->who.group_count = count;
	view->who.addr = view->explain->question.from;
	return true;
}

static void
clear(struct view *view)
{
	size_t i;

	for (i = 0; view->names != NULL && view->names[i] != NULL; i++)
		free(view->names[i]);
	free(view->names);
	sj_sshd_config_clear(&view->config);
}

static const struct sj_sshd_line *
find(const struct view *view, const char *keyword, enum sj_sshd_answer *sure)
{
	return sj_sshd_config_find_for(
	    &view->config, keyword, &view->who, sure);
}

/* The first argument of the keyword's line is word, or it has no line. */
static bool
is_set_to(const struct view *view, const char *keyword, const char *word,
    bool is_default)
{
	enum sj_sshd_answer sure;
	const struct sj_sshd_line *line = find(view, keyword, &sure);

	if (line == NULL || sure != SJ_SSHD_YES)
		return is_default;
	return strcasecmp(line->args[0], word) == 0;
}

static void
check_use_pam(const struct view *view)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_find(&view->config, "usepam");

	if (line != NULL && strcasecmp(line->args[0], "yes") == 0)
		return;
	sj_explain_add(view->explain, "sshd-usepam", SJ_EXPLAIN_WARN, SJ_OK,
	    "%s: UsePAM is not yes: sshd asks nothing of PAM, nobody is "
	    "confined",
	    view->config.path);
	sj_explain_fix(view->explain, "write \"UsePAM yes\" at the top of %s",
	    view->config.path);
}

static void
check_subsystem(const struct view *view)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_subsystem(&view->config, "sftp");

	if (line == NULL) {
		sj_explain_add(view->explain, "sshd-subsystem", SJ_EXPLAIN_WARN,
		    SJ_OK, "%s: there is no Subsystem sftp", view->config.path);
		sj_explain_fix(view->explain,
		    "write \"Subsystem sftp internal-sftp -l INFO\" at "
		    "the top of %s",
		    view->config.path);
	} else if (line->arg_count < 2 ||
		   strcmp(line->args[1], "internal-sftp") != 0) {
		sj_explain_server(view->explain, view->account, line);
	}
}

/* Left over from before: both act behind ours, inside the jail. */
static void
check_leftover(const struct view *view, const char *keyword, const char *name,
    const char *what)
{
	enum sj_sshd_answer sure;
	const struct sj_sshd_line *line = find(view, keyword, &sure);

	if (line == NULL || strcasecmp(line->args[0], "none") == 0)
		return;
	sj_explain_add(view->explain, name, SJ_EXPLAIN_WARN, SJ_OK,
	    "%s:%u: %s%s", line->path, line->line, what, maybe(sure));
	sj_explain_fix(
	    view->explain, "take line %u out of %s", line->line, line->path);
}

static void
check_access(const struct view *view)
{
	const struct sj_sshd_line *line = NULL;
	enum sj_sshd_answer denied =
	    sj_sshd_access_denied(&view->config, &view->who, &line);

	if (denied == SJ_SSHD_NO || line == NULL)
		return;
	sj_explain_add(view->explain, "sshd-access", SJ_EXPLAIN_WARN, SJ_OK,
	    "%s:%u: %s shuts the user out%s", line->path, line->line,
	    line->keyword,
	    denied == SJ_SSHD_MAYBE ? ", from some addresses" : "");
}

/* %u, %h, %U and %% of AuthorizedKeysFile; relative to the home directory. */
static bool
expand(const struct view *view, const char *pattern, char *path, size_t size)
{
	const char *home = view->account->pw.pw_dir;
	SJ_AUTO_FREE char *text = NULL;
	size_t text_size;
	FILE *out = sj_stream_open(&text, &text_size);
	bool fits;

	if (out == NULL)
		return false;
	if (pattern[0] != '/' && strncmp(pattern, "%h", 2) != 0)
		(void)fprintf(out, "%s/", home);
	for (; *pattern != '\0'; pattern++) {
		if (pattern[0] != '%' || pattern[1] == '\0') {
			(void)fputc(*pattern, out);
			continue;
		}
		pattern++;
		if (*pattern == 'u')
			(void)fputs(view->account->facts.user, out);
		else if (*pattern == 'h')
			(void)fputs(home, out);
		else if (*pattern == 'U')
			(void)fprintf(
			    out, "%u", (unsigned)view->account->pw.pw_uid);
		else
			(void)fputc(*pattern, out);
	}
	if (fclose(out) != 0)
		return false;
	fits = text_size < size;
	if (fits)
		memcpy(path, text, text_size + 1);
	return fits;
}

/* Where sshd finds keys of the user. */
struct found {
	bool is_our_file; /* among the files that sshd reads */
	bool is_own_file; /* one of his own is there and good */
	bool is_command;  /* AuthorizedKeysCommand asks somebody */
};

static bool
has_content(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
}

static void
look_at_file(const struct view *view, const char *pattern, struct found *found)
{
	char path[SJ_PATH_SIZE];
	struct sj_explain_file what;

	if (strcasecmp(pattern, "none") == 0 ||
	    !expand(view, pattern, path, sizeof(path)))
		return;
	if (strcmp(path, view->keys->file) == 0) {
		found->is_our_file = true;
		return;
	}
	if (!has_content(path))
		return;
	if (sj_explain_key_file(view->account, path, &what)) {
		found->is_own_file = true;
		return;
	}
	sj_explain_add(view->explain, "sshd-keys", SJ_EXPLAIN_WARN, SJ_OK, "%s",
	    what.detail);
	if (what.fix[0] != '\0')
		sj_explain_fix(view->explain, "%s", what.fix);
}

static void
look_for_keys(const struct view *view, struct found *found)
{
	static const char *const usual[] = {
	    ".ssh/authorized_keys", ".ssh/authorized_keys2", NULL};
	enum sj_sshd_answer sure;
	const struct sj_sshd_line *line =
	    find(view, "authorizedkeysfile", &sure);
	const char *const *patterns =
	    line == NULL ? usual : (const char *const *)line->args;

	memset(found, 0, sizeof(*found));
	for (; *patterns != NULL; patterns++)
		look_at_file(view, *patterns, found);
	line = find(view, "authorizedkeysfile2", &sure);
	if (line != NULL)
		look_at_file(view, line->args[0], found);
	line = find(view, "authorizedkeyscommand", &sure);
	found->is_command =
	    line != NULL && strcasecmp(line->args[0], "none") != 0;
}

/* Our keys: does sshd read them? */
static void
check_our_keys(const struct view *view, const struct found *found)
{
	const char *file = view->keys->file;
	struct sj_explain_file what;

	if (view->keys->key_count == 0)
		return;
	if (!found->is_our_file && !found->is_command) {
		sj_explain_add(view->explain, "sshd-keys", SJ_EXPLAIN_WARN,
		    SJ_OK,
		    "%s: AuthorizedKeysFile does not name %s: sshd "
		    "does not find the user's keys",
		    view->config.path, file);
		sj_explain_fix(view->explain,
		    "write \"AuthorizedKeysFile .ssh/authorized_keys "
		    "%.*s%%u\" at the top of %s",
		    (int)(strlen(file) - strlen(view->account->facts.user)),
		    file, view->config.path);
		return;
	}
	if (found->is_command ||
	    sj_explain_key_file(view->account, file, &what))
		return;
	sj_explain_add(view->explain, "sshd-keys", SJ_EXPLAIN_WARN, SJ_OK, "%s",
	    what.detail);
	sj_explain_fix(view->explain, "%s",
	    what.fix[0] == '\0' ? "sftpjail apply" : what.fix);
}

static void
check_methods(const struct view *view, const struct found *found)
{
	bool has_key = view->keys->key_count > 0 || found->is_own_file ||
		       (found->is_command && !view->account->facts.is_public);
	bool is_key_on = is_set_to(view, "pubkeyauthentication", "yes", true);
	bool is_password_on =
	    is_set_to(view, "passwordauthentication", "yes", true) ||
	    is_set_to(view, "kbdinteractiveauthentication", "yes", true) ||
	    is_set_to(view, "challengeresponseauthentication", "yes", false);

	if (!has_key && !view->keys->has_password) {
		if (!view->account->facts.is_public)
			sj_explain_add(view->explain, "login", SJ_EXPLAIN_WARN,
			    SJ_OK,
			    "no key and no password: there is nothing "
			    "to log in with");
		return;
	}
	if ((has_key && is_key_on) ||
	    (view->keys->has_password && is_password_on))
		return;
	sj_explain_add(view->explain, "sshd-methods", SJ_EXPLAIN_WARN, SJ_OK,
	    "%s: %s switched off, and the user has nothing else",
	    view->config.path,
	    has_key ? "PubkeyAuthentication is" : "passwords are");
}

static void
check_all(const struct view *view)
{
	size_t before = view->explain->check_count;
	struct found found;

	check_use_pam(view);
	check_subsystem(view);
	check_access(view);
	check_leftover(view, "chrootdirectory", "sshd-chroot",
	    "ChrootDirectory: sshd looks for it inside our jail");
	check_leftover(view, "forcecommand", "sshd-forcecommand",
	    "ForceCommand takes the place of the sftp server");
	look_for_keys(view, &found);
	check_our_keys(view, &found);
	check_methods(view, &found);
	if (view->explain->check_count == before)
		sj_explain_add(view->explain, "sshd", SJ_EXPLAIN_OK, SJ_OK,
		    "%s", view->config.path);
}

void
sj_explain_sshd(struct sj_explain *explain, const struct sj_account *account,
    const struct sj_explain_keys *keys)
{
	struct view view = {
	    .explain = explain, .account = account, .keys = keys};
	struct sj_fault fault;

	if (sj_sshd_config_load(NULL, &view.config, &fault) != SJ_OK)
		sj_explain_add(explain, "sshd", SJ_EXPLAIN_WARN, SJ_OK,
		    "sshd's configuration can't be read: %s", fault.where);
	else if (!collect_groups(&view))
		explain->is_short = true;
	else
		check_all(&view);
	clear(&view);
}
