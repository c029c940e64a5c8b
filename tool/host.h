/* SPDX-License-Identifier: ISC */
#ifndef SJ_HOST_H
#define SJ_HOST_H

/* What this host says of a model: other sources' users, and the kernel. */

#include "compile.h"

/*
 * Asks the sources of nsswitch.conf, ours left out, about names and ids that
 * the installed database in state_dir lacks, and the kernel about what the
 * jails need.  Errors and warnings go into the model.
 *
 * Changes which sources this process asks from then on.
 */
void sj_host_check(struct sj_compile *compile, const char *state_dir);

#endif
