/* SPDX-License-Identifier: ISC */
#include "setup_diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "quote.h"
#include "setup_lines.h"
#include "sysfile.h"

#define CONTEXT 3u
/* Cells of the table; texts that differ more are shown as all new. */
#define TABLE_MAX ((size_t)4 << 20)

struct line {
	const char *start;
	size_t len; /* with the line end */
};

struct text {
	struct line *lines;
	size_t count;
};

/* One line of the diff; both positions are those before it. */
struct step {
	char sign; /* ' ', '-' or '+' */
	size_t old_at;
	size_t new_at;
};

struct diff {
	struct text old;
	struct text new;
	struct step *steps;
	size_t step_count;
};

static bool
cut(const char *text, struct text *ret_text)
{
	struct line *line;

	for (; *text != '\0'; text += line->len) {
		if (!sj_sysfile_grow(
			&ret_text->lines, ret_text->count, sizeof(*line)))
			return false;
		line = &ret_text->lines[ret_text->count++];
		line->start = text;
		line->len = strcspn(text, "\n");
		line->len += text[line->len] == '\n';
	}
	return true;
}

static bool
is_same(const struct diff *diff, size_t old_at, size_t new_at)
{
	const struct line *a = &diff->old.lines[old_at];
	const struct line *b = &diff->new.lines[new_at];

	return a->len == b->len && memcmp(a->start, b->start, a->len) == 0;
}

static void
add_step(struct diff *diff, char sign, size_t *old_at, size_t *new_at)
{
	struct step *step = &diff->steps[diff->step_count++];

	step->sign = sign;
	step->old_at = *old_at;
	step->new_at = *new_at;
	*old_at += sign != '+';
	*new_at += sign != '-';
}

/*
 * Fills table[i * (columns + 1) + j] with the length of the longest common
 * sequence of what is behind old line from + i and new line from + j.
 */
static void
fill_table(
    const struct diff *diff, uint32_t *table, size_t from, const size_t size[2])
{
	size_t width = size[1] + 1, i, j;
	uint32_t down, right;

	for (i = size[0]; i-- > 0;)
		for (j = size[1]; j-- > 0;) {
			down = table[(i + 1) * width + j];
			right = table[i * width + j + 1];
			if (is_same(diff, from + i, from + j))
				table[i * width + j] =
				    table[(i + 1) * width + j + 1] + 1;
			else
				table[i * width + j] =
				    down > right ? down : right;
		}
}

/* The lines between those that begin and end both texts alike. */
static bool
walk_middle(
    struct diff *diff, size_t *old_at, size_t *new_at, const size_t size[2])
{
	size_t from = *old_at, width = size[1] + 1, i, j;
	SJ_AUTO_FREE uint32_t *table = NULL;
	bool is_big = size[0] + 1 > TABLE_MAX / width;

	table = calloc(is_big ? 1 : (size[0] + 1) * width, sizeof(*table));
	if (table == NULL)
		return false;
	if (!is_big)
		fill_table(diff, table, from, size);
	while (*old_at < from + size[0] || *new_at < from + size[1]) {
		i = *old_at - from;
		j = *new_at - from;
		if (j == size[1])
			add_step(diff, '-', old_at, new_at);
		else if (i == size[0])
			add_step(diff, '+', old_at, new_at);
		else if (!is_big && is_same(diff, *old_at, *new_at))
			add_step(diff, ' ', old_at, new_at);
		else if (is_big ||
			 table[(i + 1) * width + j] >= table[i * width + j + 1])
			add_step(diff, '-', old_at, new_at);
		else
			add_step(diff, '+', old_at, new_at);
	}
	return true;
}

static bool
compare(struct diff *diff)
{
	size_t old_at = 0, new_at = 0, tail = 0;
	size_t least = diff->old.count < diff->new.count ? diff->old.count
							 : diff->new.count;
	size_t size[2];

	diff->steps =
	    calloc(diff->old.count + diff->new.count + 1, sizeof(struct step));
	if (diff->steps == NULL)
		return false;
	while (old_at < least && is_same(diff, old_at, new_at))
		add_step(diff, ' ', &old_at, &new_at);
	while (
	    tail < least - old_at && is_same(diff, diff->old.count - tail - 1,
					 diff->new.count - tail - 1))
		tail++;
	size[0] = diff->old.count - old_at - tail;
	size[1] = diff->new.count - new_at - tail;
	if (!walk_middle(diff, &old_at, &new_at, size))
		return false;
	while (old_at < diff->old.count)
		add_step(diff, ' ', &old_at, &new_at);
	return true;
}

static const char *
color_of(char sign, bool is_colored)
{
	if (!is_colored || sign == ' ')
		return "";
	if (sign == '@')
		return "\033[36m";
	return sign == '-' ? "\033[31m" : "\033[32m";
}

static bool
put_step(FILE *out, const struct diff *diff, const struct step *step,
    bool is_colored)
{
	const struct line *line = step->sign == '+'
				      ? &diff->new.lines[step->new_at]
				      : &diff->old.lines[step->old_at];
	size_t len = line->len;
	bool has_end = len > 0 && line->start[len - 1] == '\n';
	SJ_AUTO_FREE char *text = strndup(line->start, len - has_end);
	char *part, *tab;

	if (text == NULL)
		return false;
	(void)fprintf(
	    out, "%s%c", color_of(step->sign, is_colored), step->sign);
	/* Tabs are no danger, and these files are full of them. */
	for (part = text; (tab = strchr(part, '\t')) != NULL; part = tab + 1) {
		*tab = '\0';
		sj_quote_put_command(out, part);
		(void)fputc('\t', out);
	}
	sj_quote_put_command(out, part);
	(void)fprintf(out, "%s\n%s",
	    *color_of(step->sign, is_colored) == '\0' ? "" : "\033[0m",
	    has_end ? "" : "\\ No newline at end of file\n");
	return true;
}

/* The end of the hunk that begins with the change at first. */
static size_t
hunk_end(const struct diff *diff, size_t first)
{
	size_t last = first, i;

	for (i = first; i < diff->step_count && i - last <= 2 * CONTEXT + 1;
	     i++)
		if (diff->steps[i].sign != ' ')
			last = i;
	last += CONTEXT + 1;
	return last < diff->step_count ? last : diff->step_count;
}

/* Steps [start, end) as a hunk. */
static bool
put_hunk(FILE *out, const struct diff *diff, size_t start, size_t end,
    bool is_colored)
{
	const struct step *first = &diff->steps[start];
	size_t old_count = 0, new_count = 0, i;

	for (i = start; i < end; i++) {
		old_count += diff->steps[i].sign != '+';
		new_count += diff->steps[i].sign != '-';
	}
	(void)fprintf(out, "%s@@ -%zu,%zu +%zu,%zu @@%s\n",
	    color_of('@', is_colored), first->old_at + (old_count > 0),
	    old_count, first->new_at + (new_count > 0), new_count,
	    is_colored ? "\033[0m" : "");
	for (i = start; i < end; i++)
		if (!put_step(out, diff, &diff->steps[i], is_colored))
			return false;
	return true;
}

static bool
put_all(FILE *out, const struct diff *diff, bool is_colored)
{
	size_t i, end = 0;

	for (i = 0; i < diff->step_count; i++) {
		if (diff->steps[i].sign == ' ')
			continue;
		end = hunk_end(diff, i);
		if (!put_hunk(out, diff, i < CONTEXT ? 0 : i - CONTEXT, end,
			is_colored))
			return false;
		i = end - 1;
	}
	return true;
}

bool
sj_setup_diff_print(FILE *out, const char *path, const char *old,
    const char *new, bool is_colored)
{
	struct diff diff = {.steps = NULL};
	bool is_good;

	is_good = cut(old, &diff.old) && cut(new, &diff.new) && compare(&diff);
	if (is_good && strcmp(old, new) != 0) {
		(void)fprintf(out, "--- %s\n+++ %s\n", path, path);
		is_good = put_all(out, &diff, is_colored);
	}
	free(diff.old.lines);
	free(diff.new.lines);
	free(diff.steps);
	return is_good;
}
