/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "sshkey_ssh2.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base64.h"
#include "cleanup.h"
#include "quote.h"
#include "sshkey_blob.h"
#include "stream.h"

#define BEGIN "---- BEGIN SSH2 PUBLIC KEY ----"
#define END "---- END SSH2 PUBLIC KEY ----"
/* Of a line, without its end (RFC 4716, section 3.2); ours are shorter. */
#define WRITTEN_MAX 70

void
sj_sshkey_ssh2_clear(struct sj_sshkey_ssh2 *block)
{
	free(block->header);
	free(block->comment);
	free(block->blob);
	memset(block, 0, sizeof(*block));
}

/* Blanks, and what mail puts in front of a quoted line. */
static const char *
skip_quoting(const char *line)
{
	return line + strspn(line, "> \t");
}

static bool
is_marker(const char *line, const char *marker)
{
	size_t len = strlen(marker);

	line = skip_quoting(line);
	return strncmp(line, marker, len) == 0 &&
	       line[len + strspn(line + len, " \t\r-")] == '\0';
}

bool
sj_sshkey_ssh2_is_begin(const char *line)
{
	return is_marker(line, BEGIN);
}

/* Appends to an owned string. */
static enum sj_sshkey_error
append(char **string, const char *text, size_t len)
{
	size_t old_len = *string == NULL ? 0 : strlen(*string);
	char *bigger;

	if (old_len + len > SJ_SSHKEY_LINE_MAX)
		return SJ_SSHKEY_TOO_LONG;
	bigger = realloc(*string, old_len + len + 1);
	if (bigger == NULL)
		return SJ_SSHKEY_MEMORY;
	memcpy(bigger + old_len, text, len);
	bigger[old_len + len] = '\0';
	*string = bigger;
	return SJ_SSHKEY_OK;
}

/* The value of the header "name:", without quotes; NULL: another's. */
static char *
value_of(const char *header, const char *name)
{
	size_t name_len = strlen(name), len;

	if (strncasecmp(header, name, name_len) != 0)
		return NULL;
	header += name_len;
	header += strspn(header, " \t");
	len = strlen(header);
	while (len > 0 && strchr(" \t", header[len - 1]) != NULL)
		len--;
	if (len >= 2 && header[0] == '"' && header[len - 1] == '"') {
		header++;
		len -= 2;
	}
	return strndup(header, len);
}

/* A whole header: a comment, or the subject where there is none. */
static void
end_header(struct sj_sshkey_ssh2 *block)
{
	char *comment = value_of(block->header, "Comment:");

	if (comment == NULL && block->comment == NULL)
		comment = value_of(block->header, "Subject:");
	if (comment != NULL) {
		free(block->comment);
		block->comment = comment;
	}
	free(block->header);
	block->header = NULL;
}

static enum sj_sshkey_error
take_header(struct sj_sshkey_ssh2 *block, const char *line, size_t len)
{
	enum sj_sshkey_error error;

	block->is_continued = len > 0 && line[len - 1] == '\\';
	if (block->is_continued)
		len--;
	error = append(&block->header, line, len);
	if (error == SJ_SSHKEY_OK && !block->is_continued)
		end_header(block);
	return error;
}

/* "TYPE BASE64 COMMENT"; the type is the first string inside. */
static enum sj_sshkey_error
make_line(const struct sj_sshkey_ssh2 *block, char **ret_line)
{
	unsigned char blob[SJ_BASE64_DECODED_SIZE(SJ_FINGERPRINT_KEY_MAX)];
	struct sj_sshkey_part type;
	const char *comment = block->comment;
	size_t len;

	if (block->blob == NULL)
		return SJ_SSHKEY_BLOCK;
	if (strlen(block->blob) > SJ_FINGERPRINT_KEY_MAX)
		return SJ_SSHKEY_TOO_LONG;
	if (!sj_base64_decode(block->blob, strlen(block->blob), blob, &len))
		return SJ_SSHKEY_BASE64;
	if (!sj_sshkey_blob_type(blob, len, &type))
		return SJ_SSHKEY_TYPE;
	if (comment == NULL)
		comment = "";
	if (asprintf(ret_line, "%.*s %s%s%s", (int)type.len, type.text,
		block->blob, *comment == '\0' ? "" : " ", comment) < 0) {
		*ret_line = NULL;
		return SJ_SSHKEY_MEMORY;
	}
	return SJ_SSHKEY_OK;
}

enum sj_sshkey_error
sj_sshkey_ssh2_take(
    struct sj_sshkey_ssh2 *block, const char *line, char **ret_line)
{
	enum sj_sshkey_error error;
	size_t len;

	*ret_line = NULL;
	if (!block->is_continued || *line == '>')
		line = skip_quoting(line);
	for (len = strlen(line);
	     len > 0 && strchr(" \t\r", line[len - 1]) != NULL;)
		len--;
	if (!block->is_inside) {
		block->is_inside = sj_sshkey_ssh2_is_begin(line);
		return SJ_SSHKEY_OK;
	}
	if (sj_sshkey_ssh2_is_begin(line))
		return SJ_SSHKEY_BLOCK;
	if (is_marker(line, END)) {
		error = make_line(block, ret_line);
		sj_sshkey_ssh2_clear(block);
		return error;
	}
	/* Base64 has no colon. */
	if (block->is_continued ||
	    (!block->is_body && memchr(line, ':', len) != NULL))
		return take_header(block, line, len);
	block->is_body = block->is_body || len > 0;
	return append(&block->blob, line, len);
}

/* Not before what a reader skips, nor inside a character. */
static size_t
break_len(const char *text)
{
	size_t len = WRITTEN_MAX;

	while (len > 1 && (strchr("> \t", text[len]) != NULL ||
			      ((unsigned char)text[len] & 0xc0) == 0x80))
		len--;
	return len;
}

/* Comment: "...", in lines that end in a backslash but for the last. */
static void
put_comment(FILE *out, const char *comment)
{
	SJ_AUTO_FREE char *text = NULL;
	size_t size, len, off = 0;
	FILE *memory = sj_stream_open(&text, &size);

	if (memory == NULL)
		return;
	(void)fputs("Comment: \"", memory);
	sj_quote_put(memory, comment);
	(void)fputc('"', memory);
	if (fclose(memory) != 0)
		return;
	for (; size - off > WRITTEN_MAX; off += len) {
		len = break_len(text + off);
		(void)fprintf(out, "%.*s\\\n", (int)len, text + off);
	}
	(void)fprintf(out, "%s\n", text + off);
}

void
sj_sshkey_ssh2_put(FILE *out, const char *line)
{
	SJ_AUTO_FREE char *comment = NULL;
	struct sj_sshkey key;
	size_t off;

	if (sj_sshkey_parse(line, &key) != SJ_SSHKEY_OK)
		return;
	(void)fputs(BEGIN "\n", out);
	comment = strndup(key.comment.text, key.comment.len);
	if (comment != NULL && *comment != '\0')
		put_comment(out, comment);
	for (off = 0; off < key.blob.len; off += WRITTEN_MAX) {
		size_t left = key.blob.len - off;

		(void)fprintf(out, "%.*s\n",
		    (int)(left < WRITTEN_MAX ? left : WRITTEN_MAX),
		    key.blob.text + off);
	}
	(void)fputs(END "\n", out);
}
