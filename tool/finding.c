/* SPDX-License-Identifier: ISC */
#include "finding.h"

#include <stdlib.h>
#include <string.h>

#include "quote.h"

void
sj_findings_clear(struct sj_findings *findings)
{
	size_t i;

	for (i = 0; i < findings->count; i++) {
		free((void *)(uintptr_t)findings->items[i].setting);
		free((void *)(uintptr_t)findings->items[i].message);
	}
	free(findings->items);
	memset(findings, 0, sizeof(*findings));
}

static bool
grow(struct sj_findings *findings)
{
	size_t size = findings->size > 0 ? findings->size * 2 : 16;
	struct sj_finding *items;

	if (findings->count < findings->size)
		return true;
	items = realloc(findings->items, size * sizeof(*items));
	if (items == NULL)
		return false;
	findings->items = items;
	findings->size = size;
	return true;
}

void
sj_finding_add(struct sj_findings *findings, const struct sj_finding *new)
{
	struct sj_finding item = *new;

	if (findings->count >= SJ_FINDING_MAX) {
		findings->dropped_count++;
		return;
	}
	item.setting = strdup(new->setting);
	item.message = strdup(new->message);
	if (item.setting == NULL || item.message == NULL || !grow(findings)) {
		free((void *)(uintptr_t)item.setting);
		free((void *)(uintptr_t)item.message);
		findings->is_short = true;
		return;
	}
	findings->items[findings->count++] = item;
}

static int
compare(const void *left, const void *right)
{
	const struct sj_finding *a = left, *b = right;

	if (a->file_rank != b->file_rank)
		return a->file_rank < b->file_rank ? -1 : 1;
	if (a->place.line != b->place.line)
		return a->place.line < b->place.line ? -1 : 1;
	return 0;
}

/* Stable, so that one line's findings stay in the order of checking. */
static void
merge(struct sj_finding *items, struct sj_finding *spare, size_t count)
{
	size_t half = count / 2, left = 0, right = half, out = 0;

	if (count < 2)
		return;
	merge(items, spare, half);
	merge(items + half, spare, count - half);
	while (left < half && right < count)
		spare[out++] = compare(&items[left], &items[right]) <= 0
				   ? items[left++]
				   : items[right++];
	while (left < half)
		spare[out++] = items[left++];
	memcpy(items, spare, out * sizeof(*items));
}

void
sj_findings_sort(struct sj_findings *findings)
{
	struct sj_finding *spare;

	if (findings->count < 2)
		return;
	spare = malloc(findings->count * sizeof(*spare));
	if (spare == NULL)
		return;
	merge(findings->items, spare, findings->count);
	free(spare);
}

void
sj_findings_print(
    const struct sj_findings *findings, const char *prefix, FILE *out)
{
	const struct sj_finding *item;
	size_t i;

	for (i = 0; i < findings->count; i++) {
		item = &findings->items[i];
		sj_quote_put(out, item->place.file);
		if (item->place.line > 0)
			(void)fprintf(out, ":%u", (unsigned)item->place.line);
		if (*item->place.file != '\0')
			(void)fputs(": ", out);
		(void)fputs(prefix, out);
		sj_quote_put(out, item->setting);
		if (*item->setting != '\0')
			(void)fputs(": ", out);
		sj_quote_put(out, item->message);
		(void)fputc('\n', out);
	}
	if (findings->dropped_count > 0)
		(void)fprintf(
		    out, "%sand %zu more\n", prefix, findings->dropped_count);
}
