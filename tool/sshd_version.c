/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "sshd_version.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "run.h"

#define PART_MAX 99ul

unsigned int
sj_sshd_version_parse(const char *text)
{
	static const char mark[] = "OpenSSH_";
	const char *start = strstr(text, mark);
	unsigned long major, minor;
	char *end;

	if (start == NULL)
		return 0;
	major = strtoul(start + sizeof(mark) - 1, &end, 10);
	if (*end != '.' || major == 0 || major > PART_MAX)
		return 0;
	minor = strtoul(end + 1, &end, 10);
	return minor > PART_MAX ? 0 : (unsigned int)(major * 100 + minor);
}

const char *
sj_sshd_version_program(void)
{
	static const char *const paths[] = {
	    "/usr/sbin/sshd", "/usr/bin/sshd", "/usr/local/sbin/sshd"};
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (access(paths[i], X_OK) == 0)
			return paths[i];
	return NULL;
}

/* Old ones do not know -V, and print the version with the usage. */
unsigned int
sj_sshd_version(void)
{
	const char *path = sj_sshd_version_program();
	SJ_AUTO_FREE char *program = path == NULL ? NULL : strdup(path);
	char option[] = "-V", text[SJ_RUN_TEXT_SIZE];
	char *const argv[] = {program, option, NULL};

	if (program == NULL)
		return 0;
	(void)sj_run(argv, -1, text, sizeof(text));
	return sj_sshd_version_parse(text);
}
