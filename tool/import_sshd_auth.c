/* SPDX-License-Identifier: ISC */
/*
 * Ways of authentication.  sshd offers them, a jail judges what came of it: a
 * line that offers something, or asks for a second method, must stay.
 */
#include "import_sshd.h"

#include <string.h>
#include <strings.h>

#include "record.h"

static const char *const keywords[] = {"pubkeyauthentication",
    "passwordauthentication", "kbdinteractiveauthentication",
    "challengeresponseauthentication", "authenticationmethods"};

#define KEYWORD_COUNT (sizeof(keywords) / sizeof(keywords[0]))

/* Of the block, else outside; sshd's default is yes. */
static bool
is_on(const struct sj_import_block *block, const char *keyword)
{
	const struct sj_sshd_line *line = sj_import_sshd_find(block, keyword);

	if (line == NULL)
		line = sj_sshd_config_find(&block->sshd->config, keyword);
	return line == NULL || strcasecmp(line->args[0], "no") != 0;
}

/* One list of methods that all are needed; 0: one that we don't know. */
static uint32_t
read_methods(const char *list)
{
	uint32_t bits = 0;
	size_t len;

	for (; *list != '\0'; list += len + (list[len] == ',')) {
		len = strcspn(list, ",");
		if (len == 9 && strncmp(list, "publickey", len) == 0)
			bits |= SJ_AUTH_PUBLICKEY;
		else if ((len == 8 && strncmp(list, "password", len) == 0) ||
			 strncmp(list, "keyboard-interactive", 20) == 0)
			bits |= SJ_AUTH_PASSWORD;
		else
			return 0;
	}
	return bits;
}

static void
add(struct sj_import_block *block, uint32_t bits)
{
	const char *name = "publickey+password";

	if (bits == SJ_AUTH_PUBLICKEY)
		name = "publickey";
	else if (bits == SJ_AUTH_PASSWORD)
		name = "password";
	if (!sj_import_list_has(&block->jail.auth, name))
		sj_import_list_add(block->import, &block->jail.auth, name);
}

/* True if the jail asks for what the line does. */
static bool
take_methods(struct sj_import_block *block, const struct sj_sshd_line *line)
{
	bool has_many = false;
	size_t i;

	if (strcasecmp(line->args[0], "any") == 0)
		return false;
	for (i = 0; i < line->arg_count; i++) {
		if (read_methods(line->args[i]) == 0) {
			sj_import_sshd_keep(block, line,
			    "auth knows publickey and password only");
			return false;
		}
		has_many |= strchr(line->args[i], ',') != NULL;
	}
	for (i = 0; i < line->arg_count; i++)
		add(block, read_methods(line->args[i]));
	if (has_many)
		sj_import_sshd_keep(block, line,
		    "auth is carried over, but only sshd asks for a second "
		    "method");
	return true;
}

/* True if what sshd does not offer is what the jail refuses. */
static bool
take_switches(struct sj_import_block *block)
{
	bool is_key = is_on(block, "pubkeyauthentication");
	bool is_password = is_on(block, "passwordauthentication");
	bool is_prompt = is_on(block, "kbdinteractiveauthentication") &&
			 is_on(block, "challengeresponseauthentication");

	if (is_key == (is_password || is_prompt) || is_password != is_prompt)
		return false;
	add(block, is_key ? SJ_AUTH_PUBLICKEY : SJ_AUTH_PASSWORD);
	return true;
}

void
sj_import_sshd_auth(struct sj_import_block *block)
{
	const struct sj_sshd_line *line =
	    sj_import_sshd_find(block, "authenticationmethods");
	bool is_carried, has_switch = false;
	size_t i;

	for (i = 0; i + 1 < KEYWORD_COUNT; i++)
		has_switch |= sj_import_sshd_find(block, keywords[i]) != NULL;
	if (line != NULL)
		is_carried = take_methods(block, line);
	else
		is_carried = has_switch && take_switches(block);
	for (i = 0; i + 1 < KEYWORD_COUNT; i++) {
		line = sj_import_sshd_find(block, keywords[i]);
		if (line == NULL)
			continue;
		if (strcasecmp(line->args[0], "no") != 0)
			sj_import_sshd_keep(
			    block, line, "sshd offers the method");
		else if (!is_carried)
			sj_import_sshd_keep(block, line,
			    "auth can't say this: it takes "
			    "keyboard-interactive for a password");
	}
}
