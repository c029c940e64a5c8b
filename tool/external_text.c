/* SPDX-License-Identifier: ISC */
#include "external.h"

#include <string.h>

struct sj_strings
sj_external_strings(const struct sj_external_list *list)
{
	struct sj_strings strings = {.first = "", .count = list->count};

	if (list->count > 0)
		strings.first = (const char *)list->pack.data;
	strings.size = (uint32_t)list->pack.len;
	return strings;
}

static void
add_word(struct sj_external_list *list, const char *word, size_t len)
{
	sj_pack_bytes(&list->pack, word, len);
	sj_pack_bytes(&list->pack, "", 1);
	list->count++;
}

static bool
is_plain(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	for (; *p != '\0'; p++)
		if (*p < 0x20 || *p == 0x7f)
			return false;
	return strpbrk(text, "\"'`\\$&;|<>()*?[]{}~#!^") == NULL;
}

const char *
sj_external_parse(const char *text, struct sj_external_list *ret_argv)
{
	char normal[SJ_PATH_SIZE];
	size_t len;

	/* A tab is a blank, not a control character. */
	if (strchr(text, '\t') != NULL || !is_plain(text))
		return "a program and its arguments with single blanks between "
		       "them, without tabs, quotes and whatever else is "
		       "special to a shell";
	for (text += strspn(text, " "); *text != '\0';
	     text += len, text += strspn(text, " ")) {
		len = strcspn(text, " ");
		add_word(ret_argv, text, len);
	}
	if (ret_argv->pack.is_bad)
		return "memory";
	if (ret_argv->count > SJ_SERVER_ARGS_MAX ||
	    ret_argv->pack.len > SJ_SERVER_ARGV_SIZE)
		return "at most 32 words and 1000 bytes";
	if (ret_argv->count == 0 || ret_argv->pack.data[0] != '/' ||
	    !sj_jail_path_normalise(
		(const char *)ret_argv->pack.data, normal) ||
	    strcmp((const char *)ret_argv->pack.data, normal) != 0 ||
	    normal[1] == '\0')
		return "the absolute path of a program first, without \"..\", "
		       "\".\" and doubled slashes";
	return NULL;
}

enum sj_reason
sj_external_add(
    struct sj_external_list *files, const char *path, struct sj_fault *fault)
{
	struct sj_strings known = sj_external_strings(files);
	char normal[SJ_PATH_SIZE];

	if (!sj_jail_path_normalise(path, normal))
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s has \"..\" in it or is too long, expected a path that "
		    "can be had in a jail",
		    path);
	if (!sj_strings_contain(&known, normal))
		add_word(files, normal, strlen(normal));
	return SJ_OK;
}

/*
 * One line: "name => /path (0x1)", "/path (0x1)", "name => not found";
 * "linux-vdso.so.1 (0x1)", "linux-gate.so.1 =>  (0x1)" and "statically linked"
 * name no file.
 */
static enum sj_reason
parse_line(char *line, struct sj_external_list *files, struct sj_fault *fault)
{
	char *name = line + strspn(line, " \t");
	char *arrow = strstr(name, " => ");
	char *path = arrow != NULL ? arrow + 4 : name, *end;

	if (arrow != NULL && strncmp(path, "not found", 9) == 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "the library %.*s is not found, expected it to be "
		    "installed",
		    (int)(arrow - name), name);
	if (*path != '/')
		return SJ_OK;
	end = strstr(path, " (0x");
	if (end != NULL)
		*end = '\0';
	return sj_external_add(files, path, fault);
}

enum sj_reason
sj_external_parse_listing(
    char *listing, struct sj_external_list *files, struct sj_fault *fault)
{
	enum sj_reason reason = SJ_OK;
	char *line, *state = NULL;

	for (line = strtok_r(listing, "\n", &state);
	     line != NULL && reason == SJ_OK;
	     line = strtok_r(NULL, "\n", &state))
		reason = parse_line(line, files, fault);
	return reason;
}
