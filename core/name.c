/* SPDX-License-Identifier: ISC */
#include "name.h"

#include <string.h>

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
sj_name_is_user(const char *name)
{
	size_t i;

	if (!is_lower(name[0]) && name[0] != '_')
		return false;
	for (i = 1; name[i] != '\0'; i++) {
		if (i >= SJ_USER_NAME_MAX)
			return false;
		if (!is_lower(name[i]) && !is_digit(name[i]) &&
		    strchr("_.-", name[i]) == NULL)
			return false;
	}
	return name[i - 1] != '.';
}

bool
sj_name_is_jail(const char *name)
{
	size_t i;

	for (i = 0; name[i] != '\0'; i++) {
		if (i >= SJ_JAIL_NAME_MAX)
			return false;
		if (!is_lower(name[i]) && !is_digit(name[i]) &&
		    !(name[i] >= 'A' && name[i] <= 'Z') &&
		    strchr("_.-", name[i]) == NULL)
			return false;
	}
	return i > 0;
}

bool
sj_template_is_valid(const char *template)
{
	const char *p;

	for (p = template; (p = strchr(p, '%')) != NULL; p += 2)
		if (p[1] == '\0' || strchr("uhg%", p[1]) == NULL)
			return false;
	return true;
}

bool
sj_template_depends_on_user(const char *template)
{
	/* "%%" is a percent sign: what stands behind it is text. */
	while ((template = strchr(template, '%')) != NULL) {
		if (template[1] == 'u' || template[1] == 'h')
			return true;
		template += template[1] == '\0' ? 1 : 2;
	}
	return false;
}

/* What one %x stands for; NULL where the value is not known. */
static const char *
template_value(char letter, const struct sj_template_values *values)
{
	if (letter == 'u')
		return values->user;
	if (letter == 'h')
		return values->home;
	if (letter == 'g')
		return values->group;
	return letter == '%' ? "%" : NULL;
}

/* Puts len bytes behind *used; false if they do not fit with a NUL. */
static bool
append(char *buf, size_t *used, const char *bytes, size_t len)
{
	if (len >= SJ_PATH_SIZE - *used)
		return false;
	memcpy(buf + *used, bytes, len);
	*used += len;
	buf[*used] = '\0';
	return true;
}

static bool
substitute(
    const char *template, const struct sj_template_values *values, char *buf)
{
	const char *value;
	size_t used = 0;

	buf[0] = '\0';
	for (; *template != '\0'; template ++) {
		if (*template != '%') {
			if (!append(buf, &used, template, 1))
				return false;
			continue;
		}
		template ++;
		value = template_value(*template, values);
		if (value == NULL || !append(buf, &used, value, strlen(value)))
			return false;
	}
	return true;
}

bool
sj_jail_path_normalise(const char *path, char *ret_path)
{
	size_t used = 0, len;

	ret_path[0] = '\0';
	for (;; path += len) {
		path += strspn(path, "/");
		len = strcspn(path, "/");
		if (len == 0)
			break;
		if (len == 1 && path[0] == '.')
			continue;
		if (len == 2 && memcmp(path, "..", 2) == 0)
			return false;
		if (!append(ret_path, &used, "/", 1) ||
		    !append(ret_path, &used, path, len))
			return false;
	}
	return used > 0 || append(ret_path, &used, "/", 1);
}

enum sj_reason
sj_template_expand(const char *template,
    const struct sj_template_values *values, enum sj_reason reason,
    char *ret_path, struct sj_fault *fault)
{
	char expanded[SJ_PATH_SIZE];

	if (!substitute(template, values, expanded))
		return sj_fault_set(fault, reason, 0,
		    "\"%s\" can't be expanded: too long, or %%u, %%h or %%g is "
		    "not known",
		    template);
	if (expanded[0] != '/')
		return sj_fault_set(fault, reason, 0,
		    "\"%s\" expands to \"%s\", which is no absolute path",
		    template, expanded);
	if (!sj_jail_path_normalise(expanded, ret_path))
		return sj_fault_set(fault, reason, 0,
		    "\"%s\" expands to \"%s\", which has a \"..\" component",
		    template, expanded);
	return SJ_OK;
}
