/* SPDX-License-Identifier: ISC */
#include "csv.h"

#include <stdbool.h>
#include <string.h>

void
sj_csv_init(struct sj_csv *csv, char *text, size_t len)
{
	csv->next = text;
	csv->end = text + len;
	csv->line = 1;
	/* The mark that spreadsheets put in front of UTF-8. */
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		csv->next += 3;
}

const char *
sj_csv_error_text(enum sj_csv_result result)
{
	switch (result) {
	case SJ_CSV_RECORD:
	case SJ_CSV_END:
		return "a good record";
	case SJ_CSV_QUOTE:
		return "a quote where none may stand; a field with quotes is "
		       "written \"in \"\"quotes\"\"\"";
	case SJ_CSV_OPEN:
		return "a quote that is not closed until the end of the file";
	case SJ_CSV_NUL:
		return "a NUL byte, expected text in UTF-8";
	case SJ_CSV_TOO_MANY:
		return "more fields than there are columns";
	}
	return "unknown";
}

/* The line end at p is so long; 0: none. */
static size_t
line_end(const char *p)
{
	if (p[0] == '\r' && p[1] == '\n')
		return 2;
	return p[0] == '\n';
}

/* Unquotes the field that begins behind a quote; next is behind its end. */
static enum sj_csv_result
take_quoted(struct sj_csv *csv)
{
	char *in = csv->next + 1, *out = csv->next;

	for (; in < csv->end; in++) {
		if (in[0] == '"' && in[1] != '"') {
			csv->next = in + 1;
			*out = '\0';
			return SJ_CSV_RECORD;
		}
		if (in[0] == '"')
			in++;
		if (*in == '\0')
			return SJ_CSV_NUL;
		csv->line += *in == '\n';
		*out++ = *in;
	}
	return SJ_CSV_OPEN;
}

static enum sj_csv_result
take_bare(struct sj_csv *csv)
{
	while (*csv->next != '\0' && *csv->next != ',' &&
	       line_end(csv->next) == 0) {
		if (*csv->next == '"')
			return SJ_CSV_QUOTE;
		csv->next++;
	}
	return SJ_CSV_RECORD;
}

/* Takes one field and what ends it; *ret_is_last: of its record. */
static enum sj_csv_result
take_field(struct sj_csv *csv, const char **ret_field, bool *ret_is_last)
{
	enum sj_csv_result result;
	size_t end_len;

	*ret_field = csv->next;
	result = *csv->next == '"' ? take_quoted(csv) : take_bare(csv);
	if (result != SJ_CSV_RECORD)
		return result;
	end_len = line_end(csv->next);
	if (*csv->next == '\0' && csv->next < csv->end)
		return SJ_CSV_NUL;
	if (*csv->next != '\0' && *csv->next != ',' && end_len == 0)
		return SJ_CSV_QUOTE;
	*ret_is_last = *csv->next != ',';
	*csv->next = '\0';
	if (csv->next < csv->end)
		csv->next += end_len > 0 ? end_len : 1;
	csv->line += end_len > 0;
	return SJ_CSV_RECORD;
}

enum sj_csv_result
sj_csv_next(struct sj_csv *csv, const char **ret_fields, size_t room,
    size_t *ret_count, unsigned int *ret_line)
{
	size_t count = 0;
	bool is_last = false;

	for (; line_end(csv->next) > 0; csv->line++)
		csv->next += line_end(csv->next);
	*ret_line = csv->line;
	if (csv->next == csv->end)
		return SJ_CSV_END;
	while (!is_last) {
		enum sj_csv_result result;

		if (count == room)
			return SJ_CSV_TOO_MANY;
		result = take_field(csv, &ret_fields[count], &is_last);
		if (result == SJ_CSV_QUOTE || result == SJ_CSV_NUL)
			*ret_line = csv->line;
		if (result != SJ_CSV_RECORD)
			return result;
		count++;
	}
	*ret_count = count;
	return SJ_CSV_RECORD;
}
