/* SPDX-License-Identifier: ISC */
/* ForceCommand internal-sftp, with the options of sftp-server(8). */
#define _GNU_SOURCE
#include "import_sshd.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "name.h"
#include "stream.h"
#include "value.h"

/* Another program that does the same, of whatever directory. */
static bool
is_sftp(const char *command)
{
	const char *slash = strrchr(command, '/');

	return strcmp(command, "internal-sftp") == 0 ||
	       (slash != NULL && strcmp(slash + 1, "sftp-server") == 0);
}

/* "%u" is known where the jail takes one user only; the caller frees. */
static char *
expand(const struct sj_import_jail *jail, const char *text)
{
	bool is_one = jail->users.count == 1 && jail->groups.count == 0;
	bool is_good = true;
	char *result = NULL;
	size_t size;
	FILE *out = sj_stream_open(&result, &size);

	if (out == NULL)
		return NULL;
	for (; *text != '\0' && is_good; text++) {
		if (text[0] != '%')
			(void)fputc(*text, out);
		else if (*++text == '%')
			(void)fputc('%', out);
		else if (*text == 'u' && is_one)
			(void)fputs(jail->users.items[0], out);
		else
			is_good = false;
		if (*text == '\0')
			break;
	}
	if (fclose(out) == 0 && is_good)
		return result;
	free(result);
	return NULL;
}

static void
take_start(struct sj_import_block *block, const struct sj_sshd_line *line,
    const char *value)
{
	char path[SJ_PATH_SIZE];
	SJ_AUTO_FREE char *start = expand(&block->jail, value);

	if (start == NULL)
		sj_import_sshd_lose(block, line,
		    "-d: start is one path for all users of the jail; put -d "
		    "into the line Subsystem sftp instead");
	else if (!sj_import_is_plain(start) ||
		 !sj_jail_path_normalise(start, path))
		sj_import_sshd_lose(block, line,
		    "-d: is no path inside the jail, without \"..\"");
	else
		block->jail.start =
		    sj_import_copy(block->import, path, strlen(path));
}

static void
take_umask(struct sj_import_block *block, const struct sj_sshd_line *line,
    const char *value)
{
	uint32_t mode;

	if (sj_value_mode(value, 0777, &mode))
		block->jail.umask =
		    sj_import_printf(block->import, "%04o", (unsigned)mode);
	else
		sj_import_sshd_lose(block, line, "-u: is no umask");
}

static void
take_option(struct sj_import_block *block, const struct sj_sshd_line *line,
    char letter, const char *value)
{
	switch (letter) {
	case 'd':
		take_start(block, line, value);
		break;
	case 'u':
		take_umask(block, line, value);
		break;
	case 'R':
		block->jail.is_read_only = true;
		break;
	case 'l':
		block->log_level = value;
		break;
	case 'f':
		block->log_facility = value;
		break;
	case 'e':
		sj_import_sshd_lose(
		    block, line, "-e: a session logs to syslog only");
		break;
	default:
		sj_import_sshd_lose(block, line,
		    sj_import_printf(block->import,
			"-%c: a jail has no such option; the line Subsystem "
			"sftp could have it, for everybody",
			letter));
	}
}

bool
sj_import_sshd_force(
    struct sj_import_block *block, const struct sj_sshd_line *line)
{
	const char *arg, *value;
	size_t i;

	if (line == NULL || strcasecmp(line->args[0], "none") == 0)
		return true;
	if (!is_sftp(line->args[0])) {
		sj_import_sshd_lose(block, line,
		    "no jail is made of this block: a jail gives SFTP and "
		    "nothing else");
		return false;
	}
	for (i = 1; i < line->arg_count; i++) {
		arg = line->args[i];
		if (arg[0] != '-' || arg[1] == '\0') {
			sj_import_sshd_lose(block, line,
			    sj_import_printf(block->import,
				"%s: is no option of sftp-server", arg));
			continue;
		}
		value = arg + 2;
		if (*value == '\0' && strchr("duflPp", arg[1]) != NULL)
			value = i + 1 < line->arg_count ? line->args[++i] : "";
		take_option(block, line, arg[1], value);
	}
	return true;
}
