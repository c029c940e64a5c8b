/* SPDX-License-Identifier: ISC */
#ifndef SJ_SSHKEY_OPTION_H
#define SJ_SSHKEY_OPTION_H

/* The options in front of a key (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). */

#include <stdbool.h>
#include <stdio.h>

#include "sshkey.h"

/* Bytes up to the first blank outside of quotes, as sshd counts them. */
size_t sj_sshkey_option_span(const char *text);

/* True if each of them is an option that sshd knows, written as it wants. */
bool sj_sshkey_option_check(const struct sj_sshkey_part *options);

/*
 * Puts ",OPTION" for each that may stand behind our restrictions: not those
 * that take one back, and no repeated one of ours.
 */
void sj_sshkey_option_put_rest(const struct sj_sshkey_part *options, FILE *out);

#endif
