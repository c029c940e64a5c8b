/* SPDX-License-Identifier: ISC */
#ifndef SJ_SSHKEY_H
#define SJ_SSHKEY_H

/*
 * OpenSSH public keys as lines of authorized_keys (sshd(8), "AUTHORIZED_KEYS
 * FILE FORMAT"): options, type, base64, comment.  A key is taken only if every
 * sshd that knows its type could use it.
 */

#include <stdbool.h>
#include <stddef.h>

#include "fingerprint.h"
#include "reason.h"

/* Bytes of a line, without the NUL; the longest that older servers read. */
#define SJ_SSHKEY_LINE_MAX 16383

/* What every key of a served user begins with, in key files and `keys`. */
#define SJ_SSHKEY_RESTRICTIONS \
	"no-port-forwarding,no-agent-forwarding,no-X11-forwarding,no-pty"

enum sj_sshkey_error {
	SJ_SSHKEY_OK = 0,
	SJ_SSHKEY_EMPTY,
	SJ_SSHKEY_TOO_LONG,
	SJ_SSHKEY_CONTROL,	/* a line end or another control character */
	SJ_SSHKEY_PRIVATE,	/* somebody gave away the private key */
	SJ_SSHKEY_SSH2,		/* an RFC 4716 block, where a line is wanted */
	SJ_SSHKEY_BLOCK,	/* a broken one */
	SJ_SSHKEY_UTF16,	/* text as some Windows programs write it */
	SJ_SSHKEY_OTHER_FORMAT, /* PEM, PGP */
	SJ_SSHKEY_PROTOCOL1,
	SJ_SSHKEY_CERTIFICATE,
	SJ_SSHKEY_TYPE,	   /* no key type that is known */
	SJ_SSHKEY_OPTIONS, /* options that no sshd would take */
	SJ_SSHKEY_BASE64,
	SJ_SSHKEY_TYPE_DIFFERS, /* the one in front is not the one inside */
	SJ_SSHKEY_BROKEN,	/* the bytes are no such key: cut, glued */
	SJ_SSHKEY_SIZE,		/* too few or too many bits */
	SJ_SSHKEY_SEVERAL,	/* more than one key in the line */
	SJ_SSHKEY_MEMORY,
	SJ_SSHKEY_READ /* errno says why */
};

/* What is wrong and what was expected; never NULL. */
const char *sj_sshkey_error_text(enum sj_sshkey_error error);

/* A piece of a line: borrowed, not terminated. */
struct sj_sshkey_part {
	const char *text;
	size_t len;
};

struct sj_sshkey {
	struct sj_sshkey_part options; /* len 0: none */
	struct sj_sshkey_part type;
	struct sj_sshkey_part blob;    /* base64 */
	struct sj_sshkey_part comment; /* len 0: none */
	char fingerprint[SJ_FINGERPRINT_SIZE];
};

/*
 * Splits and checks a line (no line end).  SJ_SSHKEY_OK: *ret_key borrows from
 * line.  Allocates nothing; thread-safe.
 */
enum sj_sshkey_error sj_sshkey_parse(
    const char *line, struct sj_sshkey *ret_key) SJ_MUST_CHECK;

/* The same, without the fingerprint: what the config's compiler asks. */
enum sj_sshkey_error sj_sshkey_check_line(const char *line) SJ_MUST_CHECK;

/* True if both lines hold the same key, whatever stands around it. */
bool sj_sshkey_is_same(const char *line, const char *other);

/*
 * The line with SJ_SSHKEY_RESTRICTIONS in front, joined with the options it
 * has; those that would undo one of ours are left out.  *ret_line is the
 * caller's (free()).  Only the split is checked again.
 */
enum sj_sshkey_error sj_sshkey_restrict(
    const char *line, char **ret_line) SJ_MUST_CHECK;

/* Does a line of a text begin a private key, of whatever format? */
bool sj_sshkey_is_private(const char *line);

/* Keys read from a file; sj_sshkey_list_clear() frees them. */
struct sj_sshkey_list {
	char **lines;
	size_t count;
};

void sj_sshkey_list_clear(struct sj_sshkey_list *list);

/*
 * The keys of a text: authorized_keys, *.pub, or SSH2 blocks (sshkey_ssh2.h).
 * White space around a line and CR before LF are dropped, empty lines and #
 * lines skipped.  Any line that is no key is an error and *ret_line_number
 * (from 1) says which; a text without any key is SJ_SSHKEY_EMPTY.  In a text
 * with SSH2 blocks, what is outside of them is ignored.
 */
enum sj_sshkey_error sj_sshkey_list_parse(const char *text, size_t len,
    struct sj_sshkey_list *ret_list,
    unsigned int *ret_line_number) SJ_MUST_CHECK;

/* The keys of the file at path, "-" for standard input; at most 1 MiB. */
enum sj_sshkey_error sj_sshkey_list_read(const char *path,
    struct sj_sshkey_list *ret_list,
    unsigned int *ret_line_number) SJ_MUST_CHECK;

#endif
