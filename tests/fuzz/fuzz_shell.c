/* SPDX-License-Identifier: ISC */
/*
 * The login shell: a command against the file of arguments, and what is shown
 * of it.  Two parts, "COMMAND\nFILE", the file with NULs.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include "../../shell/run.c"
#include "quote.h"

static void
check_quoted(const char *text)
{
	char quoted[SJ_QUOTE_SIZE], stripped[64];
	const char *p;

	sj_quote_value(text, quoted);
	for (p = quoted; *p != '\0'; p++)
		FUZZ_MUST(*p >= 0x20 && *p <= 0x7e && *p != '"');
	sj_quote_strip(text, stripped, sizeof(stripped));
	for (p = stripped; *p != '\0'; p++)
		FUZZ_MUST((unsigned char)*p >= 0x20 || *p == '\n');
	sj_quote_strip(text, stripped, 1);
	FUZZ_MUST(stripped[0] == '\0');
}

/* As load() has it: never longer than the room, with a NUL at its end. */
static void
check_file(const char *command, const char *text, size_t len)
{
	struct server *server = malloc(sizeof(*server));
	size_t i;

	FUZZ_MUST(server != NULL);
	if (len > 0 && len <= sizeof(server->text) && text[len - 1] == '\0') {
		memcpy(server->text, text, len);
		if (split(server, len)) {
			for (i = 0; server->argv[i] != NULL; i++)
				(void)fuzz_see(server->argv[i]);
			if (is_named(command, server->argv[0]))
				FUZZ_MUST(strncmp(command, server->argv[0],
					      strlen(server->argv[0])) == 0);
		}
	}
	free(server);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size), *line = strchr(text, '\n');

	check_quoted(text);
	if (line != NULL) {
		*line++ = '\0';
		check_file(text, line, size - (size_t)(line - text));
	}
	free(text);
	return 0;
}
