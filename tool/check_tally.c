/* SPDX-License-Identifier: ISC */
#include "check_tally.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sysfile.h"

struct sj_tally_entry {
	struct sj_problem_kind kind;
	char *path;
	unsigned int line;
	char *what;
	char *fix;
	char *user;
	uint64_t user_count;
};

static const struct sj_problem_kind more = {
    "more-users", SJ_ERROR, "only the first ones are told"};

static bool
is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static struct sj_tally_entry *
find(const struct sj_tally *tally, const struct sj_tally_cause *cause)
{
	struct sj_tally_entry *entry;
	size_t i;

	for (i = 0; i < tally->count; i++) {
		entry = &tally->entries[i];
		if (entry->line == cause->line &&
		    entry->kind.severity == cause->kind.severity &&
		    is_same(entry->kind.id, cause->kind.id) &&
		    is_same(entry->what, cause->what) &&
		    is_same(entry->path, cause->path))
			return entry;
	}
	return NULL;
}

static char *
copy(struct sj_tally *tally, const char *text)
{
	char *new_text = text == NULL ? NULL : strdup(text);

	if (text != NULL && new_text == NULL)
		tally->is_short = true;
	return new_text;
}

void
sj_tally_note(struct sj_tally *tally, const struct sj_tally_cause *cause,
    const char *user)
{
	struct sj_tally_entry *entry = find(tally, cause);

	if (entry != NULL) {
		entry->user_count++;
		return;
	}
	if (tally->count >= SJ_TALLY_MAX) {
		tally->dropped_count++;
		return;
	}
	if (!sj_sysfile_grow(&tally->entries, tally->count, sizeof(*entry))) {
		tally->is_short = true;
		return;
	}
	entry = &tally->entries[tally->count++];
	entry->kind = cause->kind;
	entry->path = copy(tally, cause->path);
	entry->line = cause->line;
	entry->what = copy(tally, cause->what);
	entry->fix = copy(tally, cause->fix);
	entry->user = copy(tally, user);
	entry->user_count = 1;
}

static void
report_one(struct sj_report *report, const struct sj_tally_entry *entry)
{
	uint64_t others = entry->user_count - 1;

	if (others == 0)
		sj_report_add(report, &entry->kind, entry->path, entry->line,
		    "%s (user %s)", entry->what, entry->user);
	else
		sj_report_add(report, &entry->kind, entry->path, entry->line,
		    "%s (user %s and %" PRIu64 " other%s)", entry->what,
		    entry->user, others, others == 1 ? "" : "s");
	if (entry->fix != NULL)
		sj_report_fix(report, "%s", entry->fix);
}

void
sj_tally_flush(struct sj_tally *tally, struct sj_report *report)
{
	struct sj_tally_entry *entry;
	size_t i;

	report->is_short = report->is_short || tally->is_short;
	for (i = 0; i < tally->count; i++) {
		entry = &tally->entries[i];
		if (entry->what != NULL && entry->user != NULL)
			report_one(report, entry);
		free(entry->path);
		free(entry->what);
		free(entry->fix);
		free(entry->user);
	}
	if (tally->dropped_count > 0) {
		sj_report_add(report, &more, NULL, 0,
		    "%" PRIu64 " more problems of single users, of other "
		    "causes",
		    tally->dropped_count);
		sj_report_fix(
		    report, "mend what is told above, then check again");
	}
	free(tally->entries);
	memset(tally, 0, sizeof(*tally));
}
