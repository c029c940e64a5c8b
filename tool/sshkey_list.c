/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "sshkey.h"

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "input.h"
#include "sshkey_ssh2.h"

#define FILE_MAX ((size_t)1 << 20)

void
sj_sshkey_list_clear(struct sj_sshkey_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->lines[i]);
	free(list->lines);
	list->lines = NULL;
	list->count = 0;
}

/* How a text is read: twice, the first time only to see what it is. */
struct reader {
	bool is_ssh2; /* has a block */
	struct sj_sshkey_ssh2 block;
	struct sj_sshkey_list list;
	unsigned int line_number;
	unsigned int block_number; /* of the line that began it */
};

static enum sj_sshkey_error
look(struct reader *reader, const char *line)
{
	reader->is_ssh2 = reader->is_ssh2 || sj_sshkey_ssh2_is_begin(line);
	return sj_sshkey_is_private(line) ? SJ_SSHKEY_PRIVATE : SJ_SSHKEY_OK;
}

/* Takes an OpenSSH line as its own, or frees it. */
static enum sj_sshkey_error
append(struct sj_sshkey_list *list, char *new_line)
{
	SJ_AUTO_FREE char *line = new_line;
	enum sj_sshkey_error error = sj_sshkey_check_line(line);
	char **lines;

	if (error == SJ_SSHKEY_EMPTY)
		return SJ_SSHKEY_OK;
	if (error != SJ_SSHKEY_OK)
		return error;
	lines =
	    realloc(list->lines, (list->count + 1) * sizeof(list->lines[0]));
	if (lines == NULL)
		return SJ_SSHKEY_MEMORY;
	lines[list->count++] = line;
	list->lines = lines;
	line = NULL;
	return SJ_SSHKEY_OK;
}

static enum sj_sshkey_error
take_block_line(struct reader *reader, const char *line)
{
	char *made;
	enum sj_sshkey_error error =
	    sj_sshkey_ssh2_take(&reader->block, line, &made);

	if (error != SJ_SSHKEY_OK || made == NULL)
		return error;
	return append(&reader->list, made);
}

static enum sj_sshkey_error
take(struct reader *reader, const char *line)
{
	const char *first = line + strspn(line, " \t");
	size_t len = strlen(first);
	char *copy;

	if (reader->is_ssh2) {
		if (!reader->block.is_inside)
			reader->block_number = reader->line_number;
		return take_block_line(reader, line);
	}
	while (len > 0 && strchr(" \t\r", first[len - 1]) != NULL)
		len--;
	copy = strndup(first, len);
	return copy == NULL ? SJ_SSHKEY_MEMORY : append(&reader->list, copy);
}

static enum sj_sshkey_error
for_each_line(struct reader *reader, const char *text, size_t len,
    enum sj_sshkey_error (*run)(struct reader *, const char *))
{
	enum sj_sshkey_error error = SJ_SSHKEY_OK;

	for (reader->line_number = 1; len > 0; reader->line_number++) {
		const char *end = memchr(text, '\n', len);
		size_t line_len = end == NULL ? len : (size_t)(end - text);
		SJ_AUTO_FREE char *line = strndup(text, line_len);

		if (line == NULL)
			return SJ_SSHKEY_MEMORY;
		if (strlen(line) != line_len)
			return SJ_SSHKEY_CONTROL;
		error = run(reader, line);
		if (error != SJ_SSHKEY_OK)
			return error;
		line_len += end != NULL;
		text += line_len;
		len -= line_len;
	}
	return SJ_SSHKEY_OK;
}

static enum sj_sshkey_error
read_all(struct reader *reader, const char *text, size_t len)
{
	enum sj_sshkey_error error = for_each_line(reader, text, len, look);
	bool is_cut;

	if (error != SJ_SSHKEY_OK)
		return error;
	error = for_each_line(reader, text, len, take);
	is_cut = reader->block.is_inside;
	sj_sshkey_ssh2_clear(&reader->block);
	if (reader->is_ssh2 && (error != SJ_SSHKEY_OK || is_cut))
		reader->line_number = reader->block_number;
	if (error == SJ_SSHKEY_OK && is_cut)
		return SJ_SSHKEY_BLOCK;
	if (error != SJ_SSHKEY_OK || reader->list.count > 0)
		return error;
	/* The last line. */
	if (reader->line_number > 1)
		reader->line_number--;
	return SJ_SSHKEY_EMPTY;
}

enum sj_sshkey_error
sj_sshkey_list_parse(const char *text, size_t len,
    struct sj_sshkey_list *ret_list, unsigned int *ret_line_number)
{
	struct reader reader = {.is_ssh2 = false};
	enum sj_sshkey_error error;

	*ret_line_number = 1;
	if (len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 ||
			    memcmp(text, "\xfe\xff", 2) == 0))
		return SJ_SSHKEY_UTF16;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	error = read_all(&reader, text, len);
	*ret_line_number = reader.line_number;
	if (error == SJ_SSHKEY_OK)
		*ret_list = reader.list;
	else
		sj_sshkey_list_clear(&reader.list);
	return error;
}

enum sj_sshkey_error
sj_sshkey_list_read(const char *path, struct sj_sshkey_list *ret_list,
    unsigned int *ret_line_number)
{
	SJ_AUTO_FREE char *text = NULL;
	size_t len;

	*ret_line_number = 0;
	if (!sj_input_read(path, FILE_MAX, &text, &len))
		return SJ_SSHKEY_READ;
	return sj_sshkey_list_parse(text, len, ret_list, ret_line_number);
}
