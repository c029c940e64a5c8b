/* SPDX-License-Identifier: ISC */
#ifndef SJ_PASSWORD_H
#define SJ_PASSWORD_H

/* A password from a person or a script to its hash; it never leaves here. */

#include <stdbool.h>

#include "reason.h"

/* Bytes of a password (crypt(3) takes no more), and of a hash, with NUL. */
#define SJ_PASSWORD_SIZE 512
#define SJ_PASSWORD_HASH_SIZE 384

/* Overwrites what held a password. */
void sj_password_wipe(void *memory, size_t size);

/*
 * Asks twice on the terminal, without echo; a signal that would end the
 * process ends it after the terminal was restored.  SJ_SYSTEM_ERROR: no
 * terminal, not the same twice, empty, too long; fault says it.
 */
enum sj_reason sj_password_ask(const char *user,
    char ret_password[SJ_PASSWORD_SIZE], struct sj_fault *fault) SJ_MUST_CHECK;

/* The only line of a descriptor; its end is no part of it. */
enum sj_reason sj_password_read(int fd, char ret_password[SJ_PASSWORD_SIZE],
    struct sj_fault *fault) SJ_MUST_CHECK;

/* By the method that libcrypt prefers, with a salt of its own. */
enum sj_reason sj_password_hash(const char *password,
    char ret_hash[SJ_PASSWORD_HASH_SIZE], struct sj_fault *fault) SJ_MUST_CHECK;

#endif
