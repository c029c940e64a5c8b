/* SPDX-License-Identifier: ISC */
/* Whom a Match line takes. */
#include "import_sshd.h"

#include <string.h>
#include <strings.h>

#include "name.h"
#include "value.h"

struct who {
	struct sj_import_block *block;
	const char *why; /* what is wrong, NULL: nothing */
	bool is_user_seen;
	bool is_group_seen;
	bool is_address_seen;
	bool is_user_any; /* the pattern "*" */
	bool is_group_any;
};

static bool
has_wildcard(const char *pattern)
{
	return strpbrk(pattern, "*?") != NULL;
}

static const char *
add_name(struct sj_import *import, const char *pattern,
    struct sj_import_list *list, struct sj_import_list *except, bool *is_any)
{
	bool is_negated = *pattern == '!';

	if (is_negated)
		pattern++;
	else if (strcmp(pattern, "*") == 0) {
		*is_any = true;
		return NULL;
	}
	if (has_wildcard(pattern))
		return "a jail takes names, no patterns: name the users, or "
		       "make a group of them";
	if (!sj_value_is_foreign_name(pattern))
		return "it has what is no name";
	sj_import_list_add(import, is_negated ? except : list, pattern);
	return NULL;
}

/* Of a pattern with '!' sshd takes nobody unless another one matches. */
static void
take_names(struct who *who, const char *value, bool is_group)
{
	struct sj_import *import = who->block->import;
	struct sj_import_jail *jail = &who->block->jail;
	bool *is_any = is_group ? &who->is_group_any : &who->is_user_any;
	struct sj_import_list *list = is_group ? &jail->groups : &jail->users;
	size_t len;

	for (; *value != '\0' && who->why == NULL;
	     value += len + (value[len] == ',')) {
		len = strcspn(value, ",");
		who->why = add_name(import, sj_import_copy(import, value, len),
		    list, is_group ? &jail->except_groups : &jail->except_users,
		    is_any);
	}
	if (who->why == NULL && list->count == 0 && !*is_any)
		who->why = "it has patterns with '!' only and never applies";
}

static void
take_addresses(struct who *who, const char *value)
{
	struct sj_import *import = who->block->import;
	const char *pattern;
	struct sj_net net;
	size_t len;

	for (; *value != '\0' && who->why == NULL;
	     value += len + (value[len] == ',')) {
		len = strcspn(value, ",");
		pattern = sj_import_copy(import, value, len);
		if (sj_net_parse(pattern, &net) == SJ_NET_OK)
			sj_import_list_add(
			    import, &who->block->jail.from, pattern);
		else
			who->why = "from takes addresses and networks such as "
				   "192.0.2.0/24, no patterns and no '!'";
	}
}

static void
take(struct who *who, const struct sj_sshd_criterion *criterion)
{
	bool *is_seen;

	if (criterion->value == NULL) {
		if (strcasecmp(criterion->name, "all") != 0)
			who->why = "it takes nobody that a jail could take";
		return;
	}
	if (strcasecmp(criterion->name, "user") == 0)
		is_seen = &who->is_user_seen;
	else if (strcasecmp(criterion->name, "group") == 0)
		is_seen = &who->is_group_seen;
	else if (strcasecmp(criterion->name, "address") == 0)
		is_seen = &who->is_address_seen;
	else {
		who->why = "a jail is chosen by user and group only";
		return;
	}
	if (*is_seen) {
		who->why =
		    "it has the same criterion twice, and both would have "
		    "to hold";
		return;
	}
	*is_seen = true;
	if (is_seen == &who->is_address_seen)
		take_addresses(who, criterion->value);
	else
		take_names(
		    who, criterion->value, is_seen == &who->is_group_seen);
}

static void
judge(struct who *who)
{
	const struct sj_import_jail *jail = &who->block->jail;

	if (jail->users.count == 0 && jail->groups.count == 0)
		who->why = "it is about everybody: name a group";
	else if ((jail->users.count > 0 && who->is_group_seen) ||
		 (jail->groups.count > 0 && who->is_user_seen &&
		     !who->is_user_any))
		who->why =
		    "it wants User and Group both, and a jail takes whom "
		    "either names";
}

bool
sj_import_sshd_match(struct sj_import_block *block)
{
	const struct sj_sshd_block *match =
	    &block->sshd->config.blocks[block->index];
	const struct sj_import_place place = {match->path, match->line};
	struct sj_sshd_criterion criterion;
	struct who who = {.block = block};
	size_t i = 0;

	if (match->parent != SJ_SSHD_GLOBAL)
		who.why = "it stands in a file that another Match includes";
	while (i < match->arg_count && who.why == NULL) {
		sj_sshd_block_next(match, &i, &criterion);
		take(&who, &criterion);
	}
	if (who.why == NULL)
		judge(&who);
	if (who.why != NULL)
		sj_import_say(block->import, &place, SJ_IMPORT_LOST,
		    "%s: no jail is made of this block: %s", block->jail.origin,
		    who.why);
	return who.why == NULL;
}
