/* SPDX-License-Identifier: ISC */
#include "sshkey_option.h"

#include <string.h>
#include <strings.h>

enum kind {
	KIND_FLAG,
	KIND_VALUE,
	KIND_UNDOES, /* gives back what our restrictions take */
	KIND_OURS    /* is among them already */
};

static const struct option {
	const char *name;
	enum kind kind;
} options_known[] = {
    {"agent-forwarding", KIND_UNDOES},
    {"cert-authority", KIND_FLAG},
    {"command", KIND_VALUE},
    {"environment", KIND_VALUE},
    {"expiry-time", KIND_VALUE},
    {"from", KIND_VALUE},
    {"no-agent-forwarding", KIND_OURS},
    {"no-port-forwarding", KIND_OURS},
    {"no-pty", KIND_OURS},
    {"no-touch-required", KIND_FLAG},
    {"no-user-rc", KIND_FLAG},
    {"no-verify-required", KIND_FLAG},
    {"no-X11-forwarding", KIND_OURS},
    {"permitlisten", KIND_VALUE},
    {"permitopen", KIND_VALUE},
    {"port-forwarding", KIND_UNDOES},
    {"principals", KIND_VALUE},
    {"pty", KIND_UNDOES},
    {"restrict", KIND_FLAG},
    {"touch-required", KIND_FLAG},
    {"tunnel", KIND_VALUE},
    {"user-rc", KIND_UNDOES},
    {"verify-required", KIND_FLAG},
    {"X11-forwarding", KIND_UNDOES},
};

/* Bytes up to the first of stops outside of quotes, or the text's end. */
static size_t
span_until(const char *text, size_t len, const char *stops)
{
	bool is_quoted = false;
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == '\\' && i + 1 < len && text[i + 1] == '"')
			i++;
		else if (text[i] == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && strchr(stops, text[i]) != NULL)
			break;
	}
	return i < len ? i : len;
}

size_t
sj_sshkey_option_span(const char *text)
{
	return span_until(text, strlen(text), " \t");
}

static const struct option *
find_option(const char *text, size_t name_len)
{
	size_t i;

	for (i = 0; i < sizeof(options_known) / sizeof(options_known[0]); i++) {
		const struct option *option = &options_known[i];

		if (strlen(option->name) == name_len &&
		    strncasecmp(option->name, text, name_len) == 0)
			return option;
	}
	return NULL;
}

static size_t
name_span(const char *text, size_t len)
{
	const char *equals = memchr(text, '=', len);

	return equals == NULL ? len : (size_t)(equals - text);
}

/* ="...", the closing quote being the last byte and no other inside. */
static bool
is_quoted_value(const char *text, size_t len)
{
	size_t i;

	if (len < 3 || text[0] != '=' || text[1] != '"')
		return false;
	for (i = 2; i < len && text[i] != '"'; i++) {
		if (text[i] == '\\' && i + 1 < len && text[i + 1] == '"')
			i++;
	}
	return i + 1 == len;
}

static bool
check_one(const char *text, size_t len)
{
	size_t name_len = name_span(text, len);
	const struct option *option = find_option(text, name_len);

	if (option == NULL)
		return false;
	if (option->kind == KIND_VALUE)
		return is_quoted_value(text + name_len, len - name_len);
	return name_len == len;
}

bool
sj_sshkey_option_check(const struct sj_sshkey_part *options)
{
	size_t off = 0;

	/* A trailing comma makes an empty option, which sshd refuses. */
	for (;;) {
		size_t len =
		    span_until(options->text + off, options->len - off, ",");

		if (!check_one(options->text + off, len))
			return false;
		off += len;
		if (off == options->len)
			return true;
		off++;
	}
}

void
sj_sshkey_option_put_rest(const struct sj_sshkey_part *options, FILE *out)
{
	size_t off = 0;

	while (off < options->len) {
		const char *text = options->text + off;
		size_t len = span_until(text, options->len - off, ",");
		const struct option *option =
		    find_option(text, name_span(text, len));

		if (option == NULL || option->kind == KIND_FLAG ||
		    option->kind == KIND_VALUE) {
			(void)fputc(',', out);
			(void)fwrite(text, 1, len, out);
		}
		off += len + 1;
	}
}
