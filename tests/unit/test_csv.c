/* SPDX-License-Identifier: ISC */
/* Comma separated values, as spreadsheets write them. */
#include "csv.h"

#include <stdlib.h>

#include "test.h"

#define ROOM 4

/* Records are shown as "LINE:field|field;", what ends them as a number. */
static const struct {
	const char *name;
	const char *text;
	size_t len; /* 0: strlen */
	const char *want;
} rows[] = {
    {"empty", "", 0, "1:END"},
    {"byte_order_mark",
	"\xef\xbb\xbf"
	"a,b\n",
	0, "1:a|b;2:END"},
    {"lines", "a,b\nc,d\n", 0, "1:a|b;2:c|d;3:END"},
    {"crlf", "a,b\r\nc,d\r\n", 0, "1:a|b;2:c|d;3:END"},
    {"no_line_end", "a,b", 0, "1:a|b;1:END"},
    {"empty_lines_are_skipped", "\n\r\na\n\n\nb\n\n", 0, "3:a;6:b;8:END"},
    {"empty_fields", ",\n,,\n", 0, "1:|;2:||;3:END"},
    {"comma_at_the_end_of_all", "a,", 0, "1:a|;1:END"},
    {"blanks_are_kept", " a , b \n", 0, "1: a | b ;2:END"},
    {"quoted", "\"a\",\"b,c\"\n", 0, "1:a|b,c;2:END"},
    {"quoted_empty", "\"\",\"\"", 0, "1:|;1:END"},
    {"quotes_in_quotes", "\"a \"\"b\"\"\",\"\"\"\"\n", 0, "1:a \"b\"|\";2:END"},
    {"lines_in_quotes", "\"a\nb\r\nc\",d\ne\n", 0, "1:a\nb\r\nc|d;4:e;5:END"},
    {"cr_alone_is_text", "a\rb\n", 0, "1:a\rb;2:END"},
    {"quote_in_the_middle", "a\nb\"c\n", 0, "1:a;2:QUOTE"},
    {"text_behind_a_quote", "a\n\"b\" ,c\n", 0, "1:a;2:QUOTE"},
    {"quote_behind_lines", "\"a\nb\"c\n", 0, "2:QUOTE"},
    {"quote_open", "a\n\"b\nc\n", 0, "1:a;2:OPEN"},
    {"quote_open_with_two_at_the_end", "\"a\"\"", 0, "1:OPEN"},
    {"nul", "a\nb\0c\n", 6, "1:a;2:NUL"},
    {"nul_in_quotes", "a\n\"b\n\0c\"\n", 9, "1:a;3:NUL"},
    {"nul_behind_quotes", "\"b\"\0\n", 5, "1:NUL"},
    {"too_many", "a,b,c,d\n1,2,3,4,5\n", 0, "1:a|b|c|d;2:MANY"},
};

static const char *const ends[] = {
    [SJ_CSV_END] = "END",
    [SJ_CSV_QUOTE] = "QUOTE",
    [SJ_CSV_OPEN] = "OPEN",
    [SJ_CSV_NUL] = "NUL",
    [SJ_CSV_TOO_MANY] = "MANY",
};

/* Shows all that is read of a copy on the heap, for the sanitizer. */
static void
read_all(const char *text, size_t len, char *ret_shown, size_t size)
{
	char *copy = malloc(len + 1);
	const char *fields[ROOM];
	enum sj_csv_result result;
	struct sj_csv csv;
	unsigned int line;
	size_t count, i, used = 0;

	memcpy(copy, text, len);
	copy[len] = '\0';
	sj_csv_init(&csv, copy, len);
	while ((result = sj_csv_next(&csv, fields, ROOM, &count, &line)) ==
	       SJ_CSV_RECORD) {
		used += (size_t)snprintf(
		    ret_shown + used, size - used, "%u:", line);
		for (i = 0; i < count; i++)
			used += (size_t)snprintf(ret_shown + used, size - used,
			    "%s%s", fields[i], i + 1 == count ? ";" : "|");
	}
	(void)snprintf(
	    ret_shown + used, size - used, "%u:%s", line, ends[result]);
	CHECK(sj_csv_error_text(result)[0] != '\0');
	free(copy);
}

/* Any cut: read or refused, never beyond its end. */
static void
test_cut(void)
{
	static const char text[] = "a,\"b \"\"c\"\"\r\n,\"\r\n\r\n\"d\",\"\"\n";
	char shown[256];
	size_t len;

	for (len = 0; len < sizeof(text); len++)
		read_all(text, len, shown, sizeof(shown));
	test_done("csv_cut_texts_are_survived");
}

int
main(void)
{
	char name[80], shown[256];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		read_all(rows[i].text,
		    rows[i].len != 0 ? rows[i].len : strlen(rows[i].text),
		    shown, sizeof(shown));
		CHECK_STR(shown, rows[i].want);
		(void)snprintf(name, sizeof(name), "csv_%s", rows[i].name);
		test_done(name);
	}
	test_cut();
	return test_failures > 0;
}
