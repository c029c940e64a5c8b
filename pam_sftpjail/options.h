/* SPDX-License-Identifier: ISC */
#ifndef SJ_OPTIONS_H
#define SJ_OPTIONS_H

/* The arguments behind the module's name in a PAM file. */

#include <stdbool.h>

#include "reason.h"

/* Strings are those of argv: they live as long as the call of PAM. */
struct sj_options {
	bool is_confine_session; /* confine=session */
	bool is_onerr_ignore;	 /* onerr=ignore */
	bool is_debug;		 /* debug */
	const char *service;	 /* service=NAME, or NULL */
	const char *rescue;	 /* rescue=GROUP, or NULL */
};

/*
 * SJ_OK and *ret_options, or SJ_BAD_OPTION with the argument in *fault: an
 * unknown one, one without its value, or one that is there twice with
 * different values.  Pure.
 */
enum sj_reason sj_options_parse(int argc, const char *const *argv,
    struct sj_options *ret_options, struct sj_fault *fault) SJ_MUST_CHECK;

#endif
