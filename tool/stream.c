/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "stream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct stream {
	char *text;
	size_t len;
	size_t size;
	bool is_short;
	char **ret_text;
	size_t *ret_size;
};

/* Room for so many bytes more, and a NUL. */
static bool
grow(struct stream *stream, size_t more)
{
	size_t size = stream->size;
	char *bigger;

	while (size < stream->len + more + 1)
		size = size == 0 ? 256 : size * 2;
	if (size == stream->size)
		return true;
	bigger = realloc(stream->text, size);
	if (bigger == NULL)
		return false;
	stream->text = bigger;
	stream->size = size;
	return true;
}

/* What was lost once is not made good by what comes behind it. */
static ssize_t
write_stream(void *cookie, const char *bytes, size_t len)
{
	struct stream *stream = cookie;

	if (stream->is_short || !grow(stream, len)) {
		stream->is_short = true;
		errno = ENOMEM;
		return 0;
	}
	memcpy(stream->text + stream->len, bytes, len);
	stream->len += len;
	return (ssize_t)len;
}

static int
close_stream(void *cookie)
{
	struct stream *stream = cookie;
	bool is_good = !stream->is_short && grow(stream, 0);

	if (is_good)
		stream->text[stream->len] = '\0';
	else
		free(stream->text);
	*stream->ret_text = is_good ? stream->text : NULL;
	*stream->ret_size = is_good ? stream->len : 0;
	free(stream);
	if (is_good)
		return 0;
	errno = ENOMEM;
	return -1;
}

FILE *
sj_stream_open(char **ret_text, size_t *ret_size)
{
	const cookie_io_functions_t calls = {
	    .write = write_stream, .close = close_stream};
	struct stream *stream = calloc(1, sizeof(*stream));
	FILE *out;

	if (stream == NULL)
		return NULL;
	stream->ret_text = ret_text;
	stream->ret_size = ret_size;
	*ret_text = NULL;
	out = fopencookie(stream, "w", calls);
	if (out == NULL)
		free(stream);
	return out;
}
