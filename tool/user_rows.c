/* SPDX-License-Identifier: ISC */
#include "user_rows.h"

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "csv.h"
#include "input.h"
#include "quote.h"

#define FILE_MAX ((size_t)1 << 30)

/* FILE:LINE: COLUMN: what; column NULL: none. */
void
sj_user_rows_say(struct sj_user_rows *rows, unsigned int line,
    const char *column, const char *what)
{
	rows->error_count++;
	sj_quote_printf(stderr, "%s:", rows->file);
	(void)fprintf(stderr, "%u: ", line);
	if (column != NULL)
		sj_quote_printf(stderr, "%s: ", column);
	sj_quote_printf(stderr, "%s\n", what);
}

static bool
find_column(const char *name, enum sj_user_field *ret_column)
{
	size_t i;

	for (i = 0; i < SJ_FIELD_COUNT; i++) {
		if (strcmp(sj_user_field_name((enum sj_user_field)i), name) ==
		    0) {
			*ret_column = (enum sj_user_field)i;
			return true;
		}
	}
	return false;
}

static void
take_header(struct sj_user_rows *rows, const char *const *fields, size_t count,
    unsigned int line)
{
	bool is_seen[SJ_FIELD_COUNT] = {false};
	size_t i;

	for (i = 0; i < count; i++) {
		enum sj_user_field *column = &rows->columns[i];

		if (!find_column(fields[i], column))
			sj_user_rows_say(rows, line, fields[i],
			    "no such column, expected name, uid, group, "
			    "groups, gecos, home, shell, password, "
			    "not_before, expires, disabled, keys; with "
			    "commas between");
		else if (is_seen[*column])
			sj_user_rows_say(rows, line, fields[i],
			    "the column is there "
			    "twice");
		else
			is_seen[*column] = true;
	}
	rows->column_count = count;
	if (rows->error_count == 0 && !is_seen[SJ_FIELD_NAME])
		sj_user_rows_say(rows, line, NULL,
		    "no column \"name\", expected the names of the columns "
		    "in the first line");
}

static bool
add_row(struct sj_user_rows *rows, const char *const *fields, unsigned int line)
{
	struct sj_user_row *row;
	bool is_empty = true;
	size_t i;

	/* What spreadsheets leave at the end: nothing but commas. */
	for (i = 0; i < rows->column_count; i++)
		is_empty = is_empty && fields[i][0] == '\0';
	if (is_empty)
		return true;
	if (rows->count == rows->size) {
		size_t size = rows->size == 0 ? 256 : rows->size * 2;
		struct sj_user_row *items =
		    realloc(rows->items, size * sizeof(items[0]));

		if (items == NULL)
			return false;
		rows->items = items;
		rows->size = size;
	}
	row = &rows->items[rows->count++];
	memset(row, 0, sizeof(*row));
	row->line = line;
	for (i = 0; i < rows->column_count; i++)
		row->values[rows->columns[i]] = fields[i];
	if (row->values[SJ_FIELD_NAME][0] == '\0')
		sj_user_rows_say(
		    rows, line, "name", "is empty, expected a user name");
	return true;
}

/* All records, or up to the first that is none.  False: no memory. */
static bool
read_rows(struct sj_user_rows *rows, struct sj_csv *csv)
{
	const char *fields[SJ_FIELD_COUNT];
	enum sj_csv_result result;
	unsigned int line;
	size_t count;

	while ((result = sj_csv_next(csv, fields, SJ_FIELD_COUNT, &count,
		    &line)) == SJ_CSV_RECORD) {
		if (rows->column_count == 0) {
			take_header(rows, fields, count, line);
			if (rows->error_count > 0)
				return true;
		} else if (count != rows->column_count) {
			sj_user_rows_say(rows, line, NULL,
			    count < rows->column_count
				? "fewer fields than there are columns"
				: sj_csv_error_text(SJ_CSV_TOO_MANY));
		} else if (!add_row(rows, fields, line)) {
			return false;
		}
	}
	if (result != SJ_CSV_END)
		sj_user_rows_say(rows, line, NULL, sj_csv_error_text(result));
	else if (rows->column_count == 0)
		sj_user_rows_say(rows, 1, NULL,
		    "an empty file, expected the names of "
		    "the columns");
	return true;
}

/* The same value in two lines; sorted to be found. */
struct value {
	const char *text;
	unsigned int line;
};

static int
compare_values(const void *a, const void *b)
{
	const struct value *left = a, *right = b;
	int order = strcmp(left->text, right->text);

	if (order != 0)
		return order;
	return left->line < right->line ? -1 : left->line > right->line;
}

static bool
check_twice(struct sj_user_rows *rows, enum sj_user_field column)
{
	SJ_AUTO_FREE struct value *values =
	    calloc(rows->count + 1, sizeof(values[0]));
	size_t i, count = 0;

	if (values == NULL)
		return false;
	for (i = 0; i < rows->count; i++) {
		const struct sj_user_row *row = &rows->items[i];

		if (row->values[column] != NULL &&
		    row->values[column][0] != '\0')
			values[count++] =
			    (struct value){row->values[column], row->line};
	}
	qsort(values, count, sizeof(values[0]), compare_values);
	for (i = 1; i < count; i++) {
		char what[80];

		if (strcmp(values[i].text, values[i - 1].text) != 0)
			continue;
		(void)snprintf(what, sizeof(what),
		    "is there twice, expected once; the other is in line %u",
		    values[i - 1].line);
		sj_user_rows_say(
		    rows, values[i].line, sj_user_field_name(column), what);
	}
	return true;
}

int
sj_user_rows_read(
    struct sj_user_rows *rows, const struct sj_change *change, const char *path)
{
	struct sj_csv csv;
	size_t len;

	rows->file = sj_input_name(path);
	if (!sj_input_read(path, FILE_MAX, &rows->text, &len)) {
		sj_change_say(change, "%s: %s", rows->file, sj_input_error());
		return SJ_EXIT_SYSTEM;
	}
	sj_csv_init(&csv, rows->text, len);
	if (!read_rows(rows, &csv) || !check_twice(rows, SJ_FIELD_NAME) ||
	    !check_twice(rows, SJ_FIELD_UID))
		return sj_change_no_memory(change);
	return SJ_EXIT_OK;
}

void
sj_user_rows_clear(struct sj_user_rows *rows)
{
	free(rows->items);
	free(rows->text);
}
