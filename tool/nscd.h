/* SPDX-License-Identifier: ISC */
#ifndef SJ_NSCD_H
#define SJ_NSCD_H

/* Makes a running nscd(8) forget users and groups; no matter if it can't. */
void sj_nscd_flush(void);

#endif
