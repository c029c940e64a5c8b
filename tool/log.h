/* SPDX-License-Identifier: ISC */
#ifndef SJ_LOG_H
#define SJ_LOG_H

#include <stdint.h>

/*
 * One authpriv line for a changing command: what was done ("apply", "user add
 * alice"), by whom (SUDO_USER, uid), and the generation in force.  Control
 * characters and quotes are written as \xHH; at most 256 bytes of each value.
 */
void sj_log_change(const char *what, uint64_t generation);

#endif
