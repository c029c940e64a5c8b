/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "sshkey_input.h"

#include <stdlib.h>
#include <string.h>

#include "input.h"

bool
sj_sshkey_input_has(const struct sj_sshkey_list *list, const char *line)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (sj_sshkey_is_same(list->lines[i], line))
			return true;
	}
	return false;
}

/* Moves what is new from one list into the other. */
static bool
move(struct sj_sshkey_list *from, struct sj_sshkey_list *to)
{
	char **lines;
	size_t i;

	lines =
	    realloc(to->lines, (to->count + from->count) * sizeof(lines[0]));
	if (lines == NULL)
		return false;
	to->lines = lines;
	for (i = 0; i < from->count; i++) {
		if (sj_sshkey_input_has(to, from->lines[i]))
			continue;
		to->lines[to->count++] = from->lines[i];
		from->lines[i] = NULL;
	}
	return true;
}

int
sj_sshkey_input_read(const struct sj_change *change, const char *path,
    struct sj_sshkey_list *list)
{
	const char *name = sj_input_name(path);
	struct sj_sshkey_list found = {NULL, 0};
	enum sj_sshkey_error error;
	unsigned int line = 0;
	bool is_moved;

	error = sj_sshkey_list_read(path, &found, &line);
	if (error == SJ_SSHKEY_READ) {
		sj_change_say(change, "%s: %s", name, sj_input_error());
		return SJ_EXIT_SYSTEM;
	}
	if (error != SJ_SSHKEY_OK) {
		sj_change_say(change, "%s:%u: %s", name, line,
		    sj_sshkey_error_text(error));
		return SJ_EXIT_NO;
	}
	is_moved = move(&found, list);
	sj_sshkey_list_clear(&found);
	return is_moved ? SJ_EXIT_OK : sj_change_no_memory(change);
}
