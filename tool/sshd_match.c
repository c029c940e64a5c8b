/* SPDX-License-Identifier: ISC */
#include "sshd_config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "name.h"

#define PATTERN_SIZE 1024

enum list_result {
	LIST_NONE,
	LIST_MATCH,
	LIST_NEGATED /* a pattern with '!' in front matched */
};

/* Goes back to the last '*' where it fails: linear in memory, never deep. */
bool
sj_sshd_pattern_matches(const char *pattern, const char *text)
{
	const char *star = NULL, *retry = text;

	while (*text != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			retry = text;
		} else if (*pattern == '?' || *pattern == *text) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

/* "10.0.0.0/8" against a numeric address; both given, else no match. */
static bool
net_matches(const char *pattern, const char *addr)
{
	struct sj_net net, one;

	return sj_net_parse(pattern, &net) == SJ_NET_OK &&
	       sj_addr_parse(addr, &one) && sj_net_contains(&net, &one);
}

/* match_pattern_list() of match.c: comma separated, any negation decides. */
static enum list_result
match_list(const char *list, const char *text, bool is_addr)
{
	enum list_result result = LIST_NONE;
	char pattern[PATTERN_SIZE];
	size_t len;
	bool is_negated;

	for (; *list != '\0'; list += list[len] == ',' ? len + 1 : len) {
		is_negated = *list == '!';
		if (is_negated)
			list++;
		len = strcspn(list, ",");
		if (len >= sizeof(pattern))
			continue;
		memcpy(pattern, list, len);
		pattern[len] = '\0';
		if (!sj_sshd_pattern_matches(pattern, text) &&
		    !(is_addr && net_matches(pattern, text)))
			continue;
		if (is_negated)
			return LIST_NEGATED;
		result = LIST_MATCH;
	}
	return result;
}

/* ga_match_pattern_list() of groupaccess.c */
static bool
groups_match_list(const char *list, const struct sj_sshd_who *who)
{
	bool is_match = false;
	size_t i;

	for (i = 0; i < who->group_count; i++) {
		switch (match_list(list, who->groups[i], false)) {
		case LIST_NEGATED:
			return false;
		case LIST_MATCH:
			is_match = true;
			break;
		case LIST_NONE:
			break;
		}
	}
	return is_match;
}

static enum sj_sshd_answer
answer(bool is_yes)
{
	return is_yes ? SJ_SSHD_YES : SJ_SSHD_NO;
}

static enum sj_sshd_answer
judge_criterion(
    const char *name, const char *value, const struct sj_sshd_who *who)
{
	if (strcasecmp(name, "user") == 0)
		return answer(
		    match_list(value, who->user, false) == LIST_MATCH);
	if (strcasecmp(name, "group") == 0)
		return answer(groups_match_list(value, who));
	if (strcasecmp(name, "address") == 0 && who->addr != NULL)
		return answer(match_list(value, who->addr, true) == LIST_MATCH);
	return SJ_SSHD_MAYBE;
}

void
sj_sshd_block_next(const struct sj_sshd_block *block, size_t *index,
    struct sj_sshd_criterion *ret_criterion)
{
	const char *word = block->args[(*index)++];
	const char *value = strchr(word, '=');
	size_t len = value == NULL ? strlen(word) : (size_t)(value - word);

	if (len >= sizeof(ret_criterion->name))
		len = 0;
	memcpy(ret_criterion->name, word, len);
	ret_criterion->name[len] = '\0';
	if (value != NULL)
		value++;
	else if (strcasecmp(word, "all") != 0 &&
		 strcasecmp(word, "invalid-user") != 0 &&
		 *index < block->arg_count)
		value = block->args[(*index)++];
	ret_criterion->value = value;
}

static enum sj_sshd_answer
judge_next(const struct sj_sshd_block *block, size_t *index,
    const struct sj_sshd_who *who)
{
	struct sj_sshd_criterion criterion;

	sj_sshd_block_next(block, index, &criterion);
	if (criterion.value != NULL)
		return judge_criterion(criterion.name, criterion.value, who);
	if (strcasecmp(criterion.name, "all") == 0)
		return SJ_SSHD_YES;
	if (strcasecmp(criterion.name, "invalid-user") == 0)
		return SJ_SSHD_NO;
	return SJ_SSHD_MAYBE;
}

static enum sj_sshd_answer
judge_block(const struct sj_sshd_block *block, const struct sj_sshd_who *who)
{
	enum sj_sshd_answer result = SJ_SSHD_YES;
	size_t i = 0;

	while (i < block->arg_count) {
		switch (judge_next(block, &i, who)) {
		case SJ_SSHD_NO:
			return SJ_SSHD_NO;
		case SJ_SSHD_MAYBE:
			result = SJ_SSHD_MAYBE;
			break;
		case SJ_SSHD_YES:
			break;
		}
	}
	return result;
}

enum sj_sshd_answer
sj_sshd_block_applies(const struct sj_sshd_config *config, int block,
    const struct sj_sshd_who *who)
{
	enum sj_sshd_answer result = SJ_SSHD_YES;

	/* A parent was read before its child: the index only falls. */
	for (; block != SJ_SSHD_GLOBAL; block = config->blocks[block].parent) {
		switch (judge_block(&config->blocks[block], who)) {
		case SJ_SSHD_NO:
			return SJ_SSHD_NO;
		case SJ_SSHD_MAYBE:
			result = SJ_SSHD_MAYBE;
			break;
		case SJ_SSHD_YES:
			break;
		}
	}
	return result;
}

const struct sj_sshd_line *
sj_sshd_config_find_for(const struct sj_sshd_config *config,
    const char *keyword, const struct sj_sshd_who *who,
    enum sj_sshd_answer *ret_sure)
{
	const struct sj_sshd_line *line, *maybe = NULL;
	size_t i;

	for (i = 0; i < config->line_count; i++) {
		line = &config->lines[i];
		if (line->block == SJ_SSHD_GLOBAL ||
		    strcasecmp(line->keyword, keyword) != 0)
			continue;
		switch (sj_sshd_block_applies(config, line->block, who)) {
		case SJ_SSHD_YES:
			*ret_sure = maybe == NULL ? SJ_SSHD_YES : SJ_SSHD_MAYBE;
			return maybe == NULL ? line : maybe;
		case SJ_SSHD_MAYBE:
			maybe = maybe == NULL ? line : maybe;
			break;
		case SJ_SSHD_NO:
			break;
		}
	}
	line = maybe;
	if (line == NULL)
		line = sj_sshd_config_find(config, keyword);
	*ret_sure = maybe != NULL ? SJ_SSHD_MAYBE : answer(line != NULL);
	return line;
}

/* USER or USER@HOST; what is behind the last '@' is not known here. */
static enum sj_sshd_answer
user_matches(const char *pattern, const char *user)
{
	const char *at = strrchr(pattern, '@');
	char name[PATTERN_SIZE];

	if (at == NULL)
		return answer(sj_sshd_pattern_matches(pattern, user));
	if ((size_t)(at - pattern) >= sizeof(name))
		return SJ_SSHD_MAYBE;
	memcpy(name, pattern, (size_t)(at - pattern));
	name[at - pattern] = '\0';
	return sj_sshd_pattern_matches(name, user) ? SJ_SSHD_MAYBE : SJ_SSHD_NO;
}

static enum sj_sshd_answer
entry_matches(const char *pattern, bool is_group, const struct sj_sshd_who *who)
{
	size_t i;

	if (!is_group)
		return user_matches(pattern, who->user);
	for (i = 0; i < who->group_count; i++)
		if (sj_sshd_pattern_matches(pattern, who->groups[i]))
			return SJ_SSHD_YES;
	return SJ_SSHD_NO;
}

static enum sj_sshd_answer
line_matches(const struct sj_sshd_line *line, const struct sj_sshd_who *who)
{
	bool is_group = strstr(line->keyword, "groups") != NULL;
	enum sj_sshd_answer one, result = SJ_SSHD_NO;
	size_t i;

	for (i = 0; i < line->arg_count; i++) {
		one = entry_matches(line->args[i], is_group, who);
		if (one == SJ_SSHD_YES)
			return SJ_SSHD_YES;
		if (one == SJ_SSHD_MAYBE)
			result = SJ_SSHD_MAYBE;
	}
	return result;
}

/*
 * The lines of one keyword add up, but those of Match blocks that apply stand
 * in place of those outside (copy_set_server_options of servconf.c).
 */
static bool
is_counted(const struct sj_sshd_config *config, const struct sj_sshd_line *line,
    const struct sj_sshd_line *winner, const struct sj_sshd_who *who)
{
	return strcmp(line->keyword, winner->keyword) == 0 &&
	       (winner->block == SJ_SSHD_GLOBAL) ==
		   (line->block == SJ_SSHD_GLOBAL) &&
	       sj_sshd_block_applies(config, line->block, who) != SJ_SSHD_NO;
}

/*
 * Is who named by the lines of this keyword?  *ret_line is the first that
 * counts, or the one that names who; NULL where there is none.
 */
static enum sj_sshd_answer
is_listed(const struct sj_sshd_config *config, const char *keyword,
    const struct sj_sshd_who *who, const struct sj_sshd_line **ret_line)
{
	enum sj_sshd_answer one, sure, result = SJ_SSHD_NO;
	const struct sj_sshd_line *line, *winner;
	size_t i;

	*ret_line = NULL;
	winner = sj_sshd_config_find_for(config, keyword, who, &sure);
	for (i = 0; winner != NULL && i < config->line_count; i++) {
		line = &config->lines[i];
		if (!is_counted(config, line, winner, who))
			continue;
		one = line_matches(line, who);
		if (one == SJ_SSHD_YES &&
		    sj_sshd_block_applies(config, line->block, who) ==
			SJ_SSHD_MAYBE)
			one = SJ_SSHD_MAYBE;
		if (*ret_line == NULL || one == SJ_SSHD_YES ||
		    (one == SJ_SSHD_MAYBE && result == SJ_SSHD_NO))
			*ret_line = line;
		if (one == SJ_SSHD_YES)
			return SJ_SSHD_YES;
		if (one == SJ_SSHD_MAYBE)
			result = SJ_SSHD_MAYBE;
	}
	return result;
}

enum sj_sshd_answer
sj_sshd_access_denied(const struct sj_sshd_config *config,
    const struct sj_sshd_who *who, const struct sj_sshd_line **ret_line)
{
	static const struct {
		const char *keyword;
		bool is_deny;
	} lists[] = {
	    {"denyusers", true},
	    {"allowusers", false},
	    {"denygroups", true},
	    {"allowgroups", false},
	};
	enum sj_sshd_answer listed, denied, result = SJ_SSHD_NO;
	const struct sj_sshd_line *line;
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		listed = is_listed(config, lists[i].keyword, who, &line);
		if (line == NULL)
			continue;
		denied = listed;
		if (!lists[i].is_deny && listed != SJ_SSHD_MAYBE)
			denied = answer(listed == SJ_SSHD_NO);
		if (denied == SJ_SSHD_NO ||
		    (denied == SJ_SSHD_MAYBE && result != SJ_SSHD_NO))
			continue;
		*ret_line = line;
		result = denied;
		if (result == SJ_SSHD_YES)
			return result;
	}
	return result;
}
