/* SPDX-License-Identifier: ISC */
#include "pam_walk.h"

#include <stdlib.h>

#include "cleanup.h"

/* The stack of one type: indexes into stack->entries. */
struct chain {
	const struct sj_pam_stack *stack;
	size_t *entries;
	size_t count;
	size_t ours; /* position of the entry asked about */
};

static const struct sj_pam_entry *
entry_at(const struct chain *chain, size_t position)
{
	return &chain->stack->entries[chain->entries[position]];
}

/* done and die end the substack they stand in, or all of it at level 0. */
static size_t
end_of_level(const struct chain *chain, size_t position)
{
	unsigned int level = entry_at(chain, position)->level;

	while (++position < chain->count &&
	       entry_at(chain, position)->level >= level)
		continue;
	return position;
}

/*
 * A jump counts a substack as one module and never leaves its own; what is too
 * far goes on at the end, failing.  libpam's count starts at the next entry.
 */
static size_t
end_of_jump(const struct chain *chain, size_t position, int jump)
{
	unsigned int level = entry_at(chain, position)->level;

	for (; jump > 0 && position + 1 < chain->count &&
	       entry_at(chain, position + 1)->level >= level;
	     jump--) {
		do {
			position++;
		} while (position + 1 < chain->count &&
			 entry_at(chain, position + 1)->level > level);
	}
	return position + 1;
}

static size_t
next_position(const struct chain *chain, size_t position, int action)
{
	if (action == SJ_PAM_ACTION_DONE || action == SJ_PAM_ACTION_DIE)
		return end_of_level(chain, position);
	if (action > 0)
		return end_of_jump(chain, position, action);
	return position + 1;
}

static enum sj_pam_bypass
bypass_of(int action)
{
	if (action == SJ_PAM_ACTION_DIE)
		return SJ_PAM_BYPASS_DIE;
	if (action == SJ_PAM_ACTION_DONE)
		return SJ_PAM_BYPASS_DONE;
	return SJ_PAM_BYPASS_JUMP;
}

/*
 * incomplete is for programs that ask libpam to come back: the stack is then
 * left and gone through again.
 */
static bool
can_return(const struct sj_pam_entry *entry, int value)
{
	if (entry->is_substack)
		return value == SJ_PAM_RETURN_IGNORE;
	return value != SJ_PAM_RETURN_COUNT - 1;
}

/* Marks where the entry may lead to, and notes the worst way past ours. */
static enum sj_pam_bypass
leave(const struct chain *chain, size_t position, bool *reached)
{
	const struct sj_pam_entry *entry = entry_at(chain, position);
	enum sj_pam_bypass worst = SJ_PAM_BYPASS_NONE;
	size_t next;
	int value, action;

	for (value = 0; value < SJ_PAM_RETURN_COUNT; value++) {
		if (!can_return(entry, value))
			continue;
		action = entry->is_substack ? SJ_PAM_ACTION_IGNORE
					    : entry->actions[value];
		next = next_position(chain, position, action);
		if (next <= chain->ours)
			reached[next] = true;
		else if (bypass_of(action) > worst)
			worst = bypass_of(action);
	}
	return worst;
}

static void
fill_chain(struct chain *chain, size_t index)
{
	const struct sj_pam_stack *stack = chain->stack;
	size_t i;

	for (i = 0; i < stack->entry_count; i++) {
		if (stack->entries[i].type != stack->entries[index].type)
			continue;
		if (i == index)
			chain->ours = chain->count;
		chain->entries[chain->count++] = i;
	}
}

enum sj_pam_bypass
sj_pam_walk_bypass(const struct sj_pam_stack *stack, size_t index,
    const struct sj_pam_entry **ret_by)
{
	enum sj_pam_bypass one, worst = SJ_PAM_BYPASS_NONE;
	SJ_AUTO_FREE bool *reached = NULL;
	SJ_AUTO_FREE size_t *entries = NULL;
	struct chain chain = {.stack = stack};
	size_t i;

	reached = calloc(stack->entry_count + 1, sizeof(*reached));
	entries = calloc(stack->entry_count, sizeof(*entries));
	/* Without memory nothing is known: the worst is said of the line. */
	*ret_by = &stack->entries[index];
	if (reached == NULL || entries == NULL)
		return SJ_PAM_BYPASS_JUMP;
	*ret_by = NULL;
	chain.entries = entries;
	fill_chain(&chain, index);
	reached[0] = true;
	for (i = 0; i < chain.ours; i++) {
		one =
		    reached[i] ? leave(&chain, i, reached) : SJ_PAM_BYPASS_NONE;
		if (one > worst) {
			worst = one;
			*ret_by = entry_at(&chain, i);
		}
	}
	return worst;
}

const struct sj_pam_entry *
sj_pam_walk_behind(const struct sj_pam_stack *stack, size_t index)
{
	size_t i;

	for (i = index + 1; i < stack->entry_count; i++)
		if (stack->entries[i].type == stack->entries[index].type &&
		    !stack->entries[i].is_substack)
			return &stack->entries[i];
	return NULL;
}

bool
sj_pam_walk_is_binding(const struct sj_pam_entry *entry)
{
	int value, action;

	for (value = 0; value < SJ_PAM_RETURN_COUNT; value++) {
		action = entry->actions[value];
		if (value == SJ_PAM_RETURN_SUCCESS ||
		    value == SJ_PAM_RETURN_IGNORE) {
			if (action != SJ_PAM_ACTION_OK &&
			    action != SJ_PAM_ACTION_IGNORE)
				return false;
		} else if (value != SJ_PAM_RETURN_NEW_AUTHTOK_REQD &&
			   action != SJ_PAM_ACTION_BAD &&
			   action != SJ_PAM_ACTION_DIE) {
			return false;
		}
	}
	return true;
}
