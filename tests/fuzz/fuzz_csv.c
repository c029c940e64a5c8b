/* SPDX-License-Identifier: ISC */
/* user import: a CSV file, its columns, and the text that is made of it. */
#define _GNU_SOURCE
#include "change.h"
#include "csv.h"
#include "fuzz.h"
#include "text.h"
#include "user_field.h"
#include "user_rows.h"

/* Few fields at most: the array's end is met, too. */
static void
check_csv(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);
	const char **fields = malloc(3 * sizeof(*fields));
	struct sj_csv csv;
	unsigned int line, last = 1;
	size_t count, i;

	FUZZ_MUST(fields != NULL);
	sj_csv_init(&csv, text, size);
	while (sj_csv_next(&csv, fields, 3, &count, &line) == SJ_CSV_RECORD) {
		FUZZ_MUST(line >= last && count > 0 && count <= 3);
		last = line;
		for (i = 0; i < count; i++)
			(void)fuzz_see(fields[i]);
	}
	free(fields);
	free(text);
}

/* False: there is something that can't be written. */
static bool
put_row(const struct sj_user_row *row, FILE *out)
{
	struct sj_user_fields fields = {.uid_text = ""};
	enum sj_user_field field;
	const char *error;
	bool is_good;

	memcpy(fields.values, row->values, sizeof(fields.values));
	is_good = sj_user_fields_make(&fields, &field, &error);
	if (is_good)
		sj_edit_put_element(out, fields.fields, SJ_FIELD_COUNT);
	else
		(void)(fuzz_see(error) + fuzz_see(sj_user_field_name(field)));
	sj_user_fields_clear(&fields);
	return is_good;
}

/* No field says anything of anything but its own setting. */
static void
check_text(const char *elements, size_t count)
{
	static const char text[] = "version = 1;\n"
				   "user_defaults: { group = \"g\"; };\n"
				   "groups = ( { name = \"g\"; gid = 20000; } "
				   ");\n";
	struct sj_edit edit = {NULL, 0, false};
	struct sj_text_options options = {
	    .dir = fuzz_dir(), .owner = geteuid(), .replaced = "sftpjail.conf"};
	struct sj_model *model = NULL;

	FUZZ_MUST(sj_edit_init(&edit, text, sizeof(text) - 1, NULL) == SJ_OK);
	FUZZ_MUST(sj_edit_append(&edit, "users", elements, NULL) == SJ_OK);
	options.replaced_text = edit.text;
	options.replaced_len = edit.len;
	FUZZ_MUST(sj_text_load(&options, &model, NULL) == SJ_OK);
	FUZZ_MUST(model->group_count == 1 && model->jail_count == 0);
	FUZZ_MUST(model->disabled_count == 0 && model->user_count <= count);
	FUZZ_MUST(model->errors.count > 0 || model->user_count == count);
	sj_model_free(model);
	sj_edit_clear(&edit);
}

static void
check_rows(const struct sj_user_rows *rows)
{
	char *elements = NULL;
	size_t size, i;
	FILE *out = open_memstream(&elements, &size);

	FUZZ_MUST(out != NULL);
	for (i = 0; i < rows->count; i++) {
		(void)fputs(i == 0 ? "" : SJ_EDIT_BETWEEN, out);
		if (!put_row(&rows->items[i], out))
			break;
	}
	FUZZ_MUST(fclose(out) == 0);
	if (i > 0 && i == rows->count)
		check_text(elements, rows->count);
	free(elements);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sj_user_rows rows = {.count = 0};
	const struct sj_change change = {.command = "user import"};

	check_csv(data, size);
	if (sj_user_rows_read(&rows, &change, fuzz_write("csv", data, size)) ==
		SJ_EXIT_OK &&
	    rows.error_count == 0)
		check_rows(&rows);
	sj_user_rows_clear(&rows);
	return 0;
}
