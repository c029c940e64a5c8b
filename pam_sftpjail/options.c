/* SPDX-License-Identifier: ISC */
#include "options.h"

#include <string.h>

static const char service_prefix[] = "service=";
static const char rescue_prefix[] = "rescue=";

/* The value behind prefix, if argument begins with it and has one. */
static const char *
value_of(const char *argument, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strncmp(argument, prefix, len) != 0 || argument[len] == '\0')
		return NULL;
	return argument + len;
}

/* Two different values would leave open which one the administrator meant. */
static bool
set_once(const char **slot, const char *value)
{
	if (*slot != NULL && strcmp(*slot, value) != 0)
		return false;
	*slot = value;
	return true;
}

static bool
parse_one(struct sj_options *options, const char *argument)
{
	const char *value;

	if (strcmp(argument, "confine=session") == 0)
		return options->is_confine_session = true;
	if (strcmp(argument, "onerr=ignore") == 0)
		return options->is_onerr_ignore = true;
	if (strcmp(argument, "debug") == 0)
		return options->is_debug = true;
	if ((value = value_of(argument, service_prefix)) != NULL)
		return set_once(&options->service, value);
	if ((value = value_of(argument, rescue_prefix)) != NULL)
		return set_once(&options->rescue, value);
	return false;
}

enum sj_reason
sj_options_parse(int argc, const char *const *argv,
    struct sj_options *ret_options, struct sj_fault *fault)
{
	struct sj_options options = {0};
	int i;

	for (i = 0; i < argc; i++)
		if (!parse_one(&options, argv[i]))
			return sj_fault_set(fault, SJ_BAD_OPTION, 0,
			    "the argument \"%s\" of pam_sftpjail.so is not "
			    "understood",
			    argv[i]);
	*ret_options = options;
	return SJ_OK;
}
