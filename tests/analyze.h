/* SPDX-License-Identifier: ISC */
/*
 * What analyzers that see one file at a time can't know; tests/analyze.sh puts
 * it before each.
 */
#ifndef SJ_ANALYZE_H
#define SJ_ANALYZE_H

#define _GNU_SOURCE
#include <string.h>

#include "../core/reason.h"

/* It returns the reason that it is given. */
#define sj_fault_set(fault, reason, ...) \
	((void)(sj_fault_set)((fault), (reason), __VA_ARGS__), (reason))

/* It never returns NULL. */
#define strerror(sys_errno) "an error"

#endif
