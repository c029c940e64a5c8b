/* SPDX-License-Identifier: ISC */
#include "pam_line.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define DELIMITERS " \t\n"
#define JUMP_MAX 9999

/* In the order of their numbers, _pam_types.h; then that for all others. */
static const char *const return_names[SJ_PAM_RETURN_COUNT] = {
    "success",
    "open_err",
    "symbol_err",
    "service_err",
    "system_err",
    "buf_err",
    "perm_denied",
    "auth_err",
    "cred_insufficient",
    "authinfo_unavail",
    "user_unknown",
    "maxtries",
    "new_authtok_reqd",
    "acct_expired",
    "session_err",
    "cred_unavail",
    "cred_expired",
    "cred_err",
    "no_module_data",
    "conv_err",
    "authtok_err",
    "authtok_recover_err",
    "authtok_lock_busy",
    "authtok_disable_aging",
    "try_again",
    "ignore",
    "abort",
    "authtok_expired",
    "module_unknown",
    "bad_item",
    "conv_again",
    "incomplete",
};

/* The action is minus the index. */
static const char *const action_names[] = {
    "ignore", "ok", "done", "bad", "die", "reset"};

static void
set_all(int *actions, int action)
{
	size_t i;

	for (i = 0; i < SJ_PAM_RETURN_COUNT; i++)
		actions[i] = action;
}

static void
set_unset(int *actions, int action)
{
	size_t i;

	for (i = 0; i < SJ_PAM_RETURN_COUNT; i++)
		if (actions[i] == SJ_PAM_ACTION_UNSET)
			actions[i] = action;
}

static bool
take_name(const char **p, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(*p, name, len) != 0)
		return false;
	*p += len;
	return true;
}

static void
skip_blanks(const char **p)
{
	while (isspace((unsigned char)**p))
		(*p)++;
}

/* SJ_PAM_RETURN_COUNT for "default", -1 if there is no such name. */
static int
take_return(const char **p)
{
	int i;

	for (i = 0; i < SJ_PAM_RETURN_COUNT; i++)
		if (take_name(p, return_names[i]))
			return i;
	return take_name(p, "default") ? SJ_PAM_RETURN_COUNT : -1;
}

static bool
take_action(const char **p, int *ret_action)
{
	size_t i;
	int jump = 0;

	for (i = 0; i < sizeof(action_names) / sizeof(action_names[0]); i++) {
		if (!take_name(p, action_names[i]))
			continue;
		*ret_action = -(int)i;
		return true;
	}
	for (; isdigit((unsigned char)**p) && jump <= JUMP_MAX; (*p)++)
		jump = jump * 10 + (**p - '0');
	*ret_action = jump;
	return jump > 0 && jump <= JUMP_MAX;
}

/* _pam_parse_control(): "default" fills what no pair before it has set. */
static bool
parse_pairs(const char *p, int *actions)
{
	int value, action;

	for (skip_blanks(&p); *p != '\0'; skip_blanks(&p)) {
		value = take_return(&p);
		skip_blanks(&p);
		if (value < 0 || *p++ != '=')
			return false;
		skip_blanks(&p);
		if (!take_action(&p, &action))
			return false;
		if (value == SJ_PAM_RETURN_COUNT)
			set_unset(actions, action);
		else
			actions[value] = action;
	}
	return true;
}

static const struct {
	const char *name;
	int success; /* and new_authtok_reqd */
	int ignore;
	int other;
} controls[] = {
    {"required", SJ_PAM_ACTION_OK, SJ_PAM_ACTION_IGNORE, SJ_PAM_ACTION_BAD},
    {"requisite", SJ_PAM_ACTION_OK, SJ_PAM_ACTION_IGNORE, SJ_PAM_ACTION_DIE},
    {"optional", SJ_PAM_ACTION_OK, SJ_PAM_ACTION_IGNORE, SJ_PAM_ACTION_IGNORE},
    {"sufficient", SJ_PAM_ACTION_DONE, SJ_PAM_ACTION_IGNORE,
	SJ_PAM_ACTION_IGNORE},
};

enum sj_pam_control
sj_pam_line_control(const char *word, int ret_actions[SJ_PAM_RETURN_COUNT])
{
	size_t i;

	set_all(ret_actions, SJ_PAM_ACTION_BAD);
	if (strcasecmp(word, "include") == 0)
		return SJ_PAM_CONTROL_INCLUDE;
	if (strcasecmp(word, "substack") == 0)
		return SJ_PAM_CONTROL_SUBSTACK;
	for (i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		if (strcasecmp(word, controls[i].name) != 0)
			continue;
		set_all(ret_actions, controls[i].other);
		ret_actions[SJ_PAM_RETURN_IGNORE] = controls[i].ignore;
		ret_actions[SJ_PAM_RETURN_SUCCESS] = controls[i].success;
		ret_actions[SJ_PAM_RETURN_NEW_AUTHTOK_REQD] =
		    controls[i].success;
		return SJ_PAM_CONTROL_MODULE;
	}
	set_all(ret_actions, SJ_PAM_ACTION_UNSET);
	if (!parse_pairs(word, ret_actions)) {
		set_all(ret_actions, SJ_PAM_ACTION_BAD);
		return SJ_PAM_CONTROL_BAD;
	}
	set_unset(ret_actions, SJ_PAM_ACTION_BAD);
	return SJ_PAM_CONTROL_MODULE;
}

/*
 * Cuts the comment off; without one, a backslash at the end becomes a blank
 * and true is returned: the line goes on.
 */
static bool
trim(char *text)
{
	char *hash = strchr(text, '#');
	size_t len;

	if (hash != NULL) {
		*hash = '\0';
		return false;
	}
	len = strlen(text);
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	if (len == 0 || text[len - 1] != '\\')
		return false;
	text[len - 1] = ' ';
	text[len] = '\0';
	return true;
}

/* The parts lie one behind the other in the file: they are moved together. */
char *
sj_pam_line_next(char **cursor, unsigned int *line, unsigned int *ret_line)
{
	char *start = NULL, *end = NULL, *part;
	bool is_more;

	while ((part = sj_sysfile_line(cursor, line)) != NULL) {
		if (start == NULL) {
			start = end = part;
			*ret_line = *line;
		}
		is_more = trim(part);
		memmove(end, part, strlen(part) + 1);
		end += strlen(end);
		if (is_more)
			continue;
		if (start[strspn(start, DELIMITERS "\r")] != '\0')
			return start;
		start = NULL;
	}
	return start == NULL || *start == '\0' ? NULL : start;
}

/* Takes the "\" out of "\]"; returns the closing bracket or the NUL. */
static char *
cut_bracket(char *from)
{
	char *to = from;

	for (; *from != '\0' && *from != ']'; from++) {
		if (*from == '\\' && from[1] == ']')
			from++;
		*to++ = *from;
	}
	if (to != from)
		*to = '\0';
	return from;
}

char *
sj_pam_line_word(char **text)
{
	char *start = *text + strspn(*text, DELIMITERS), *end;

	if (*start == '\0')
		return NULL;
	if (*start == '[')
		end = cut_bracket(++start);
	else
		end = start + strcspn(start, DELIMITERS);
	*text = end;
	if (*end != '\0') {
		*end = '\0';
		*text = end + 1;
	}
	return start;
}
