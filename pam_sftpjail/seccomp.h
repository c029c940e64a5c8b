/* SPDX-License-Identifier: ISC */
#ifndef SJ_SECCOMP_H
#define SJ_SECCOMP_H

/* The socket filter of sessions without a network. */

#include "reason.h"

/*
 * From here on this process and its children make no sockets but datagram ones
 * of the UNIX family (syslog(3)): all others fail with EACCES, but netlink with
 * EAFNOSUPPORT, by which libaudit, asked by libpam at the end of setcred, knows
 * that there is no audit and goes on.  EACCES is also for io_uring, which makes
 * sockets behind the filter's back, and for new user namespaces, in which a
 * user is root over sockets of his own.  clone3(2), whose flags a filter can't
 * see, is unknown (ENOSYS): the C library uses clone(2) then.
 * Holds for every system call table of the machine; calls by an unknown one all
 * fail.  Needs no_new_privs.
 *
 * SJ_NETWORK_UNAVAILABLE: the kernel, or this build, has no such filter.
 */
enum sj_reason sj_seccomp_install(struct sj_fault *fault) SJ_MUST_CHECK;

#endif
