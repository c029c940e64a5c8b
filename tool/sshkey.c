/* SPDX-License-Identifier: ISC */
#include "sshkey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base64.h"
#include "cleanup.h"
#include "sshkey_blob.h"
#include "sshkey_option.h"
#include "stream.h"

const char *
sj_sshkey_error_text(enum sj_sshkey_error error)
{
	switch (error) {
	case SJ_SSHKEY_OK:
		return "a good key";
	case SJ_SSHKEY_EMPTY:
		return "no public key here, expected \"TYPE BASE64 COMMENT\"";
	case SJ_SSHKEY_TOO_LONG:
		return "the line is too long, at most 16383 bytes";
	case SJ_SSHKEY_CONTROL:
		return "a line end or another control character inside the "
		       "key, expected one line";
	case SJ_SSHKEY_PRIVATE:
		return "this is a PRIVATE key, which nobody else may have: "
		       "make a new pair, give the *.pub file";
	case SJ_SSHKEY_SSH2:
		return "an SSH2 (RFC 4716) block, expected one line; give it "
		       "to sftpjail key add";
	case SJ_SSHKEY_BLOCK:
		return "an SSH2 (RFC 4716) block that is empty or has no "
		       "---- END line: it was cut";
	case SJ_SSHKEY_UTF16:
		return "UTF-16 text, expected a key in ASCII or UTF-8";
	case SJ_SSHKEY_OTHER_FORMAT:
		return "PEM or another format, expected an OpenSSH public "
		       "key: \"TYPE BASE64 COMMENT\"";
	case SJ_SSHKEY_PROTOCOL1:
		return "a key of SSH protocol 1, which no server takes any "
		       "more";
	case SJ_SSHKEY_CERTIFICATE:
		return "a certificate, expected the public key itself";
	case SJ_SSHKEY_TYPE:
		return "no known key type, expected ssh-ed25519, ssh-rsa, "
		       "ecdsa-sha2-nistp256 or the like";
	case SJ_SSHKEY_OPTIONS:
		return "options in front of the key that sshd does not know "
		       "or that are not written as it wants them";
	case SJ_SSHKEY_BASE64:
		return "not exactly base64 behind the key type: the key was "
		       "cut, wrapped or mistyped";
	case SJ_SSHKEY_TYPE_DIFFERS:
		return "the type in front is not the type inside the key";
	case SJ_SSHKEY_BROKEN:
		return "the key's bytes are no key of its type: cut short or "
		       "mistyped";
	case SJ_SSHKEY_SIZE:
		return "a key of a size that servers refuse, expected RSA "
		       "with 1024 to 16384 bits, DSA with 1024";
	case SJ_SSHKEY_SEVERAL:
		return "more than one key in one line, expected a comma "
		       "between two keys of a list";
	case SJ_SSHKEY_MEMORY:
		return "out of memory";
	case SJ_SSHKEY_READ:
		return "can't be read";
	}
	return "unknown";
}

static bool
begins_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static const char *
skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

bool
sj_sshkey_is_private(const char *line)
{
	static const char *const begins[] = {
	    "PuTTY-User-Key-File", "b3BlbnNzaC1rZXktdj"};
	const char *dashes = strstr(line, "---");
	size_t i;

	if (dashes != NULL && strstr(dashes, "BEGIN ") != NULL &&
	    strstr(dashes, "PRIVATE KEY") != NULL)
		return true;
	line += strspn(line, "> \t");
	for (i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		if (begins_with(line, begins[i]))
			return true;
	}
	return false;
}

/*
 * What else people paste.  Private keys first: whatever else is wrong with the
 * line, that must be said.
 */
static enum sj_sshkey_error
check_look(const char *line)
{
	const unsigned char *p = (const unsigned char *)line;

	if (strstr(line, "PRIVATE KEY") != NULL || sj_sshkey_is_private(line))
		return SJ_SSHKEY_PRIVATE;
	if (begins_with(line, "---- BEGIN SSH2"))
		return SJ_SSHKEY_SSH2;
	if (begins_with(line, "----"))
		return SJ_SSHKEY_OTHER_FORMAT;
	if (strlen(line) > SJ_SSHKEY_LINE_MAX)
		return SJ_SSHKEY_TOO_LONG;
	for (; *p != '\0'; p++) {
		if ((*p < 0x20 && *p != '\t') || *p == 0x7f)
			return SJ_SSHKEY_CONTROL;
	}
	return SJ_SSHKEY_OK;
}

/* Cuts the next word off *text. */
static struct sj_sshkey_part
take_word(const char **text)
{
	struct sj_sshkey_part word;

	word.text = *text;
	word.len = strcspn(*text, " \t");
	*text = skip_blanks(*text + word.len);
	return word;
}

static bool
is_cert_type(const struct sj_sshkey_part *word)
{
	static const char tail[] = "-cert-v01@openssh.com";
	const size_t tail_len = sizeof(tail) - 1;

	return word->len > tail_len &&
	       memcmp(word->text + word->len - tail_len, tail, tail_len) == 0;
}

/* Why the line does not come to a type that we know. */
static enum sj_sshkey_error
explain_no_type(const char *line, const struct sj_sshkey_part *word)
{
	struct sj_sshkey_part options = {line, sj_sshkey_option_span(line)};

	if (is_cert_type(word))
		return SJ_SSHKEY_CERTIFICATE;
	if (options.len == strspn(line, "0123456789"))
		return SJ_SSHKEY_PROTOCOL1;
	/* Options are right if that is what they look like. */
	if (memchr(options.text, '=', options.len) != NULL &&
	    !sj_sshkey_option_check(&options))
		return SJ_SSHKEY_OPTIONS;
	return SJ_SSHKEY_TYPE;
}

/* Words only, as sshd splits them; what they hold is not looked at. */
static enum sj_sshkey_error
split(const char *line, struct sj_sshkey *ret_key)
{
	struct sj_sshkey key = {{"", 0}, {"", 0}, {"", 0}, {"", 0}, ""};
	enum sj_sshkey_error error;
	const char *text;

	line = skip_blanks(line);
	if (line[0] == '\0' || line[0] == '#')
		return SJ_SSHKEY_EMPTY;
	error = check_look(line);
	if (error != SJ_SSHKEY_OK)
		return error;
	text = line;
	key.type = take_word(&text);
	if (!sj_sshkey_blob_is_type(key.type.text, key.type.len) &&
	    !is_cert_type(&key.type)) {
		key.options.text = line;
		key.options.len = sj_sshkey_option_span(line);
		text = skip_blanks(line + key.options.len);
		key.type = take_word(&text);
	}
	if (!sj_sshkey_blob_is_type(key.type.text, key.type.len))
		return explain_no_type(line, &key.type);
	key.blob = take_word(&text);
	key.comment.text = text;
	key.comment.len = strlen(text);
	while (key.comment.len > 0 &&
	       strchr(" \t", text[key.comment.len - 1]) != NULL)
		key.comment.len--;
	*ret_key = key;
	return SJ_SSHKEY_OK;
}

/*
 * libconfig joins adjacent strings, so a forgotten comma glues the second
 * key's type to the first one's comment: look for "TYPE AAAA" at a word's end.
 */
static bool
is_key_in_comment(const struct sj_sshkey_part *comment)
{
	const char *text = comment->text, *end = text + comment->len;
	const char *found;

	for (found = text; (found = strstr(found, "AAAA")) != NULL; found++) {
		const char *word_end = found, *word;

		if (found >= end)
			break;
		while (word_end > text && strchr(" \t", word_end[-1]) != NULL)
			word_end--;
		if (word_end == found)
			continue;
		for (word = word_end;
		     word > text && word[-1] != ' ' && word[-1] != '\t';
		     word--) {
			if (sj_sshkey_blob_is_type(
				word - 1, (size_t)(word_end - word + 1)))
				return true;
		}
	}
	return false;
}

static enum sj_sshkey_error
check_content(const struct sj_sshkey *key, unsigned char *blob, size_t *ret_len)
{
	enum sj_sshkey_error error;

	if (key->options.len > 0 && !sj_sshkey_option_check(&key->options))
		return SJ_SSHKEY_OPTIONS;
	if (key->blob.len > SJ_FINGERPRINT_KEY_MAX ||
	    !sj_base64_decode(key->blob.text, key->blob.len, blob, ret_len))
		return SJ_SSHKEY_BASE64;
	error = sj_sshkey_blob_check(&key->type, blob, *ret_len);
	if (error != SJ_SSHKEY_OK)
		return error;
	return is_key_in_comment(&key->comment) ? SJ_SSHKEY_SEVERAL
						: SJ_SSHKEY_OK;
}

enum sj_sshkey_error
sj_sshkey_parse(const char *line, struct sj_sshkey *ret_key)
{
	unsigned char blob[SJ_BASE64_DECODED_SIZE(SJ_FINGERPRINT_KEY_MAX)];
	struct sj_sshkey key;
	enum sj_sshkey_error error;
	size_t len;

	error = split(line, &key);
	if (error != SJ_SSHKEY_OK)
		return error;
	error = check_content(&key, blob, &len);
	if (error != SJ_SSHKEY_OK)
		return error;
	sj_fingerprint_of(blob, len, key.fingerprint);
	*ret_key = key;
	return SJ_SSHKEY_OK;
}

enum sj_sshkey_error
sj_sshkey_check_line(const char *line)
{
	unsigned char blob[SJ_BASE64_DECODED_SIZE(SJ_FINGERPRINT_KEY_MAX)];
	struct sj_sshkey key;
	enum sj_sshkey_error error;
	size_t len;

	error = split(line, &key);
	if (error != SJ_SSHKEY_OK)
		return error;
	return check_content(&key, blob, &len);
}

bool
sj_sshkey_is_same(const char *line, const char *other)
{
	struct sj_sshkey a, b;

	return split(line, &a) == SJ_SSHKEY_OK &&
	       split(other, &b) == SJ_SSHKEY_OK && a.blob.len == b.blob.len &&
	       memcmp(a.blob.text, b.blob.text, a.blob.len) == 0;
}

enum sj_sshkey_error
sj_sshkey_restrict(const char *line, char **ret_line)
{
	struct sj_sshkey key;
	enum sj_sshkey_error error;
	FILE *out;
	char *text = NULL;
	size_t size;

	error = split(line, &key);
	if (error != SJ_SSHKEY_OK)
		return error;
	out = sj_stream_open(&text, &size);
	if (out == NULL)
		return SJ_SSHKEY_MEMORY;
	(void)fputs(SJ_SSHKEY_RESTRICTIONS, out);
	sj_sshkey_option_put_rest(&key.options, out);
	(void)fprintf(out, " %.*s %.*s", (int)key.type.len, key.type.text,
	    (int)key.blob.len, key.blob.text);
	if (key.comment.len > 0)
		(void)fprintf(
		    out, " %.*s", (int)key.comment.len, key.comment.text);
	if (fclose(out) != 0) {
		free(text);
		return SJ_SSHKEY_MEMORY;
	}
	*ret_line = text;
	return SJ_SSHKEY_OK;
}
