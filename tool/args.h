/* SPDX-License-Identifier: ISC */
#ifndef SJ_ARGS_H
#define SJ_ARGS_H

/* Command lines: options anywhere in front of "--", the rest in order. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool.h"

enum sj_arg_kind {
	SJ_ARG_FLAG,  /* bool *: set to true */
	SJ_ARG_VALUE, /* const char **: may stand once */
	SJ_ARG_LIST   /* struct sj_arg_list *: may be repeated */
};

struct sj_arg_list {
	const char **items; /* borrowed strings; free() it */
	size_t count;
};

struct sj_arg_option {
	const char *name; /* with its "--" */
	enum sj_arg_kind kind;
	void *target;
};

/*
 * What a command takes.  options ends with a NULL name; NULL: none.  help is
 * printed for --help; every line of usage errors begins with "sftpjail NAME: ".
 */
struct sj_arg_spec {
	const char *name;
	const struct sj_arg_option *options;
	int count_min; /* arguments that are no options */
	int count_max;
	const char *help;
};

/*
 * argv[0] is the command's name.  True: argv[1] .. argv[*ret_count] are the
 * arguments, then NULL.  False: *ret_status is what the command returns,
 * everything is said.
 */
bool sj_args_parse(const struct sj_arg_spec *spec, int argc, char **argv,
    int *ret_count, int *ret_status);

/* The second word of "user", "group" and "key"; tables end with a NULL name. */
struct sj_arg_subcommand {
	const char *name;
	int (*run)(const struct sj_tool *tool, int argc, char **argv);
};

/* Runs the one that argv[1] names, or prints help for --help. */
int sj_args_subcommand(const struct sj_arg_subcommand *commands,
    const char *help, const struct sj_tool *tool, int argc, char **argv);

/* Cuts text at the commas, in place; NULL: no memory.  free() it. */
const char **sj_args_split(char *text, size_t *ret_count);

/* A usage error about an argument's value; returns SJ_EXIT_USAGE. */
int sj_args_error(
    const struct sj_arg_spec *spec, const char *what, const char *value);

/* A decimal number below UINT32_MAX, which is no id. */
bool sj_args_number(const char *text, uint32_t *ret_number);

#endif
