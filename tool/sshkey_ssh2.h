/* SPDX-License-Identifier: ISC */
#ifndef SJ_SSHKEY_SSH2_H
#define SJ_SSHKEY_SSH2_H

/*
 * The SSH2 public key file format (RFC 4716): blocks between two lines of
 * dashes, as Tectia, F-Secure, OpenVMS and PuTTY write them.
 */

#include <stdio.h>

#include "sshkey.h"

/* A reader of lines.  Starts zeroed; sj_sshkey_ssh2_clear() frees it. */
struct sj_sshkey_ssh2 {
	bool is_inside; /* a block has begun */
	bool is_body;	/* and its headers are over */
	bool is_continued;
	char *header; /* the one that is read, with what continues it */
	char *comment;
	char *blob; /* base64 */
};

void sj_sshkey_ssh2_clear(struct sj_sshkey_ssh2 *block);

/* True for a line that begins a block. */
bool sj_sshkey_ssh2_is_begin(const char *line);

/*
 * Takes the next line of a text, without its line end; lines outside blocks
 * are ignored, and mail's "> " in front is.  *ret_line is the key as a line of
 * OpenSSH's, the caller's to free(), where a block has ended; else NULL.
 */
enum sj_sshkey_error sj_sshkey_ssh2_take(struct sj_sshkey_ssh2 *block,
    const char *line, char **ret_line) SJ_MUST_CHECK;

/* Writes the key of an OpenSSH line as a block; options are left out. */
void sj_sshkey_ssh2_put(FILE *out, const char *line);

#endif
