/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quote.h"

int
sj_args_error(
    const struct sj_arg_spec *spec, const char *what, const char *value)
{
	if (value == NULL)
		sj_quote_printf(stderr,
		    "sftpjail %s: %s; see \"sftpjail %s --help\"\n", spec->name,
		    what, spec->name);
	else
		sj_quote_printf(stderr,
		    "sftpjail %s: %s: %s; see \"sftpjail %s --help\"\n",
		    spec->name, what, value, spec->name);
	return SJ_EXIT_USAGE;
}

bool
sj_args_number(const char *text, uint32_t *ret_number)
{
	size_t len = strspn(text, "0123456789");
	unsigned long long number;

	if (len == 0 || len > 10 || text[len] != '\0')
		return false;
	number = strtoull(text, NULL, 10);
	if (number >= UINT32_MAX)
		return false;
	*ret_number = (uint32_t)number;
	return true;
}

/* "--name", or "--name=" before a value. */
static const struct sj_arg_option *
find_option(
    const struct sj_arg_spec *spec, const char *arg, const char **ret_value)
{
	const struct sj_arg_option *option;

	for (option = spec->options; option != NULL && option->name != NULL;
	     option++) {
		size_t len = strlen(option->name);

		if (strncmp(arg, option->name, len) != 0)
			continue;
		if (arg[len] == '\0' || arg[len] == '=') {
			*ret_value = arg[len] == '=' ? arg + len + 1 : NULL;
			return option;
		}
	}
	return NULL;
}

/* What is wrong, or NULL. */
static const char *
set_option(const struct sj_arg_option *option, const char *value)
{
	struct sj_arg_list *list = option->target;
	const char **single = option->target, **items;

	switch (option->kind) {
	case SJ_ARG_FLAG:
		if (value != NULL)
			return "option takes no value";
		*(bool *)option->target = true;
		return NULL;
	case SJ_ARG_VALUE:
		if (*single != NULL)
			return "option given twice";
		*single = value;
		return NULL;
	case SJ_ARG_LIST:
		items = realloc(
		    list->items, (list->count + 1) * sizeof(list->items[0]));
		if (items == NULL)
			return "out of memory";
		list->items = items;
		list->items[list->count++] = value;
		return NULL;
	}
	return "unknown option";
}

/* Takes the option at argv[*index]; what is wrong, or NULL. */
static const char *
take_option(const struct sj_arg_spec *spec, char **argv, int *index)
{
	const char *value = NULL;
	const struct sj_arg_option *option =
	    find_option(spec, argv[*index], &value);

	if (option == NULL)
		return "unknown option";
	if (option->kind != SJ_ARG_FLAG && value == NULL) {
		value = argv[*index + 1];
		if (value == NULL)
			return "option needs a value";
		*index += 1;
	}
	return set_option(option, value);
}

static bool
take_all(const struct sj_arg_spec *spec, int argc, char **argv, int *ret_count,
    int *ret_status)
{
	int in, out = 1;
	bool is_options = true;

	for (in = 1; in < argc; in++) {
		const char *arg = argv[in], *error;

		if (!is_options || arg[0] != '-' || arg[1] == '\0') {
			argv[out++] = argv[in];
			continue;
		}
		if (strcmp(arg, "--") == 0) {
			is_options = false;
			continue;
		}
		error = take_option(spec, argv, &in);
		if (error != NULL) {
			*ret_status = sj_args_error(spec, error, arg);
			return false;
		}
	}
	argv[out] = NULL;
	*ret_count = out - 1;
	return true;
}

static bool
is_help(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0)
			return true;
	}
	return false;
}

bool
sj_args_parse(const struct sj_arg_spec *spec, int argc, char **argv,
    int *ret_count, int *ret_status)
{
	if (is_help(argc, argv)) {
		(void)fputs(spec->help, stdout);
		*ret_status = SJ_EXIT_OK;
		return false;
	}
	if (!take_all(spec, argc, argv, ret_count, ret_status))
		return false;
	if (*ret_count < spec->count_min || *ret_count > spec->count_max) {
		*ret_status = sj_args_error(spec,
		    *ret_count < spec->count_min ? "an argument is missing"
						 : "too many arguments",
		    NULL);
		return false;
	}
	return true;
}

static int
unknown_subcommand(const struct sj_arg_subcommand *commands,
    const char *command, const char *name)
{
	size_t i;

	sj_quote_printf(stderr, "sftpjail %s: %s%s, expected ", command,
	    name[0] == '\0' ? "no subcommand" : "unknown subcommand: ", name);
	for (i = 0; commands[i].name != NULL; i++)
		(void)fprintf(stderr, "%s%s",
		    i == 0			   ? ""
		    : commands[i + 1].name == NULL ? " or "
						   : ", ",
		    commands[i].name);
	(void)fprintf(stderr, "; see \"sftpjail %s --help\"\n", command);
	return SJ_EXIT_USAGE;
}

int
sj_args_subcommand(const struct sj_arg_subcommand *commands, const char *help,
    const struct sj_tool *tool, int argc, char **argv)
{
	const char *name = argc < 2 ? "" : argv[1];
	size_t i;

	for (i = 0; commands[i].name != NULL; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].run(tool, argc - 1, argv + 1);
	}
	if (strcmp(name, "--help") == 0) {
		(void)fputs(help, stdout);
		return SJ_EXIT_OK;
	}
	return unknown_subcommand(commands, argv[0], name);
}

const char **
sj_args_split(char *text, size_t *ret_count)
{
	const char **items = calloc(strlen(text) + 2, sizeof(items[0]));
	size_t count = 0;

	if (items == NULL || *text == '\0')
		text = NULL;
	while (text != NULL)
		items[count++] = strsep(&text, ",");
	*ret_count = count;
	return items;
}
