/* SPDX-License-Identifier: ISC */
#include "nsswitch.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const status_names[SJ_NSS_STATUS_COUNT] = {
    "tryagain", "unavail", "notfound", "success"};
static const char *const action_names[] = {"continue", "return", "merge"};

static char *
skip_blanks(char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

/* Takes one of the names at *p; -1 if none of them stands there. */
static int
take_name(char **p, const char *const *names, size_t count)
{
	size_t i, len;

	for (i = 0; i < count; i++) {
		len = strlen(names[i]);
		if (strncasecmp(*p, names[i], len) != 0)
			continue;
		*p = skip_blanks(*p + len);
		return (int)i;
	}
	return -1;
}

/* "!STATUS=ACTION" is for every status but this one. */
static void
set_actions(struct sj_nss_service *service, int status, bool is_negated,
    enum sj_nss_action action)
{
	int i;

	for (i = 0; i < SJ_NSS_STATUS_COUNT; i++)
		if ((i == status) != is_negated)
			service->actions[i] = action;
}

/* "[STATUS=ACTION ...]" at *p; false if glibc would not understand it. */
static bool
take_criteria(char **p, struct sj_nss_service *service)
{
	int status, action;
	bool is_negated;

	*p = skip_blanks(*p + 1);
	do {
		is_negated = **p == '!';
		if (is_negated)
			(*p)++;
		status = take_name(p, status_names, SJ_NSS_STATUS_COUNT);
		if (status < 0 || **p != '=')
			return false;
		*p = skip_blanks(*p + 1);
		action = take_name(p, action_names, 3);
		if (action < 0)
			return false;
		set_actions(
		    service, status, is_negated, (enum sj_nss_action)action);
	} while (**p != ']' && **p != '\0');
	if (**p != ']')
		return false;
	(*p)++;
	return true;
}

/*
 * The name is ended in place only when what is behind it was looked at: a
 * bracket may follow at once.
 */
static bool
take_service(char **p, struct sj_nss_service *service)
{
	char *start = *p, *end;
	bool is_good = true;

	end = start;
	while (*end != '\0' && *end != '[' && !isspace((unsigned char)*end))
		end++;
	if (end == start)
		return false;
	set_actions(service, -1, true, SJ_NSS_CONTINUE);
	service->actions[SJ_NSS_SUCCESS] = SJ_NSS_RETURN;
	*p = skip_blanks(end);
	if (**p == '[')
		is_good = take_criteria(p, service);
	*end = '\0';
	service->name = start;
	return is_good;
}

static bool
add_service(struct sj_nss_line *line, const struct sj_nss_service *service)
{
	if (!sj_sysfile_grow(
		&line->services, line->service_count, sizeof(*service)))
		return false;
	line->services[line->service_count++] = *service;
	return true;
}

/* False: memory is short. */
static bool
take_services(char *p, struct sj_nss_line *line)
{
	struct sj_nss_service service = {.name = NULL};

	for (p = skip_blanks(p); *p != '\0'; p = skip_blanks(p)) {
		if (!take_service(&p, &service)) {
			line->is_bad = true;
			return true;
		}
		if (!add_service(line, &service))
			return false;
	}
	return true;
}

/* "name: services # comment"; anything else is no line to glibc, either. */
static bool
take_line(struct sj_nsswitch *config, char *text, unsigned int number)
{
	struct sj_nss_line *line;
	char *name, *end;

	text[strcspn(text, "#")] = '\0';
	name = skip_blanks(text);
	for (end = name;
	     *end != '\0' && *end != ':' && !isspace((unsigned char)*end);
	     end++)
		continue;
	text = skip_blanks(end);
	if (end == name || *text != ':')
		return true;
	*end = '\0';
	if (!sj_sysfile_grow(&config->lines, config->line_count, sizeof(*line)))
		return false;
	line = &config->lines[config->line_count++];
	memset(line, 0, sizeof(*line));
	line->database = name;
	line->line = number;
	return take_services(text + 1, line);
}

static enum sj_reason
load(const char *root, const struct sj_sysfile_text *instead,
    struct sj_nsswitch *ret_config, struct sj_fault *fault)
{
	enum sj_reason reason;
	unsigned int number = 0;
	char *cursor, *text;

	memset(ret_config, 0, sizeof(*ret_config));
	reason = sj_sysfile_load_instead(
	    root, SJ_NSS_PATH, instead, &ret_config->files, fault);
	if (reason != SJ_OK)
		return reason;
	cursor = ret_config->files->text;
	while ((text = sj_sysfile_line(&cursor, &number)) != NULL)
		if (!take_line(ret_config, text, number))
			return sj_fault_set(
			    fault, SJ_SYSTEM_ERROR, ENOMEM, "%s", SJ_NSS_PATH);
	return SJ_OK;
}

enum sj_reason
sj_nsswitch_load(
    const char *root, struct sj_nsswitch *ret_config, struct sj_fault *fault)
{
	return load(root, NULL, ret_config, fault);
}

enum sj_reason
sj_nsswitch_parse(
    const char *text, struct sj_nsswitch *ret_config, struct sj_fault *fault)
{
	const struct sj_sysfile_text instead = {SJ_NSS_PATH, text};

	return load(NULL, &instead, ret_config, fault);
}

void
sj_nsswitch_clear(struct sj_nsswitch *config)
{
	size_t i;

	for (i = 0; i < config->line_count; i++)
		free(config->lines[i].services);
	free(config->lines);
	sj_sysfile_clear(&config->files);
	memset(config, 0, sizeof(*config));
}

const struct sj_nss_line *
sj_nsswitch_find(const struct sj_nsswitch *config, const char *database)
{
	size_t i;

	for (i = config->line_count; i > 0; i--)
		if (strcmp(config->lines[i - 1].database, database) == 0)
			return &config->lines[i - 1];
	return NULL;
}

const struct sj_nss_service *
sj_nss_line_find(const struct sj_nss_line *line, const char *service)
{
	size_t i;

	for (i = 0; i < line->service_count; i++)
		if (strcmp(line->services[i].name, service) == 0)
			return &line->services[i];
	return NULL;
}
