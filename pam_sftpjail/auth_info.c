/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "auth_info.h"

#include <stdio.h>
#include <string.h>

#include "record.h"

struct span {
	const char *start;
	size_t len;
};

static bool
is_word(const struct span *span, const char *word)
{
	return span->len == strlen(word) &&
	       memcmp(span->start, word, span->len) == 0;
}

/* Cuts the first word off the line; one space stands between words. */
static struct span
next_word(struct span *line)
{
	struct span word = {line->start, 0};

	while (word.len < line->len && line->start[word.len] != ' ')
		word.len++;
	line->start += word.len;
	line->len -= word.len;
	if (line->len > 0) {
		line->start++;
		line->len--;
	}
	return word;
}

static uint32_t
method_bit(const struct span *method)
{
	if (is_word(method, "publickey"))
		return SJ_AUTH_PUBLICKEY;
	if (is_word(method, "password") ||
	    is_word(method, "keyboard-interactive"))
		return SJ_AUTH_PASSWORD;
	return SJ_AUTH_OTHER;
}

static void
add_name(struct sj_auth_info *info, const struct span *method)
{
	size_t used = strlen(info->names);

	(void)snprintf(info->names + used, sizeof(info->names) - used, "%s%.*s",
	    used > 0 ? "+" : "", (int)method->len, method->start);
}

static void
add_key(struct sj_auth_info *info, struct span rest)
{
	struct span type = next_word(&rest), key = next_word(&rest);
	char text[SJ_FINGERPRINT_SIZE];

	if (info->key[0] != '\0' ||
	    memmem(type.start, type.len, "-cert-", 6) != NULL ||
	    !sj_fingerprint_of_base64(key.start, key.len, text))
		return;
	memcpy(info->key, text, sizeof(info->key));
}

static void
parse_line(struct sj_auth_info *info, struct span line)
{
	struct span method = next_word(&line);
	const char *slash = memchr(method.start, '/', method.len);
	uint32_t bit;

	if (slash != NULL)
		method.len = (size_t)(slash - method.start);
	if (method.len == 0)
		return;
	bit = method_bit(&method);
	info->methods |= bit;
	add_name(info, &method);
	if (bit == SJ_AUTH_PUBLICKEY)
		add_key(info, line);
}

void
sj_auth_info_parse(const char *value, struct sj_auth_info *ret_info)
{
	const char *p = value == NULL ? "" : value;
	struct span line;

	memset(ret_info, 0, sizeof(*ret_info));
	while (*p != '\0') {
		line.start = p;
		line.len = strcspn(p, "\n");
		parse_line(ret_info, line);
		p += line.len;
		if (*p == '\n')
			p++;
	}
}

bool
sj_auth_info_is_genuine(
    const char *before, const char *now, bool is_password_asked)
{
	struct sj_auth_info last;
	size_t before_len, line_len;

	if (before == NULL || now == NULL)
		return false;
	before_len = strlen(before);
	if (strncmp(now, before, before_len) != 0 ||
	    (before_len > 0 && before[before_len - 1] != '\n'))
		return false;
	now += before_len;
	line_len = strcspn(now, "\n");
	if (line_len == 0 || (now[line_len] == '\n' && now[line_len + 1]))
		return false;
	sj_auth_info_parse(now, &last);
	return is_password_asked || (last.methods & SJ_AUTH_PASSWORD) == 0;
}
