/* SPDX-License-Identifier: ISC */
#ifndef SJ_SSHD_VERSION_H
#define SJ_SSHD_VERSION_H

/* Which OpenSSH is installed: some settings mean other things to old ones. */

/* 905 is OpenSSH 9.5, 1003 is 10.3, 0: not known. */

/* The number in what "sshd -V" prints ("OpenSSH_9.2p1 Debian-2, ..."). */
unsigned int sj_sshd_version_parse(const char *text);

/*
 * Asks the host's sshd; 0 also where there is none, or it says something else.
 * Runs it without configuration or keys and waits for a few seconds at most.
 */
unsigned int sj_sshd_version(void);

/* The path of the host's sshd, or NULL. */
const char *sj_sshd_version_program(void);

#endif
