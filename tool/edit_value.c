/* SPDX-License-Identifier: ISC */
/* Values and elements as libconfig reads them. */
#include "edit_value.h"

#include "quote.h"

/* In front of each item, and behind the last. */
static const char *const in_line[2] = {" ", " "};
static const char *const in_lines[2] = {"\n\t\t\t", "\n\t\t"};

static void
put_list(FILE *out, const char *const *items, size_t count,
    const char *const separators[2])
{
	size_t i;

	(void)fputc('[', out);
	for (i = 0; i < count; i++) {
		(void)fputs(i == 0 ? "" : ",", out);
		(void)fputs(separators[0], out);
		sj_quote_put_string(out, items[i]);
	}
	(void)fprintf(out, "%s]", separators[1]);
}

bool
sj_edit_value_is_set(const struct sj_edit_field *field)
{
	switch (field->kind) {
	case SJ_EDIT_NONE:
		return false;
	case SJ_EDIT_STRING:
	case SJ_EDIT_BARE:
		return true;
	case SJ_EDIT_LIST:
	case SJ_EDIT_LINES:
		return field->count > 0;
	}
	return false;
}

void
sj_edit_value_number(uint32_t number, char ret_text[SJ_EDIT_NUMBER_SIZE])
{
	(void)snprintf(ret_text, SJ_EDIT_NUMBER_SIZE, "%u%s", (unsigned)number,
	    number > INT32_MAX ? "L" : "");
}

void
sj_edit_value_put(FILE *out, const struct sj_edit_field *field)
{
	switch (field->kind) {
	case SJ_EDIT_NONE:
		return;
	case SJ_EDIT_STRING:
		sj_quote_put_string(out, field->text);
		return;
	case SJ_EDIT_BARE:
		(void)fputs(field->text, out);
		return;
	case SJ_EDIT_LIST:
		put_list(out, field->items, field->count, in_line);
		return;
	case SJ_EDIT_LINES:
		put_list(out, field->items, field->count, in_lines);
		return;
	}
}

void
sj_edit_put_element(FILE *out, const struct sj_edit_field *fields, size_t count)
{
	size_t i;

	(void)fputs("\t{\n", out);
	for (i = 0; i < count; i++) {
		if (!sj_edit_value_is_set(&fields[i]))
			continue;
		(void)fprintf(out, "\t\t%s = ", fields[i].name);
		sj_edit_value_put(out, &fields[i]);
		(void)fputs(";\n", out);
	}
	(void)fputs("\t}", out);
}
