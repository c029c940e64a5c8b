/* SPDX-License-Identifier: ISC */
#ifndef SJ_NETWORK_H
#define SJ_NETWORK_H

/* The empty network namespace of the sessions. */

#include "reason.h"

/*
 * Moves this process into a network namespace in which no interface is up:
 * the one pinned at "net" in run_fd's directory, which is made and pinned
 * where it is missing (under flock(2) on run_fd, which must be of a file
 * description of the caller's own), else a private one.  Must run in the mount
 * namespace of the server, where the pin is to be seen by the next session.
 *
 * What is pinned is believed only if it is a network namespace (nsfs, and
 * NS_GET_NSTYPE, Linux 4.11), not that of process 1, nor this one's, and all of
 * its interfaces are down.
 *
 * SJ_NETWORK_UNAVAILABLE: no such namespace can be had.
 */
enum sj_reason sj_network_enter(
    int run_fd, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
