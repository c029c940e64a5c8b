/* SPDX-License-Identifier: ISC */
/* How a text is cut, and what the scan makes of words. */
#include "scan.h"

#include <stdlib.h>

#include "test.h"

struct input {
	const char *text;
	size_t len;
	size_t pos;
	size_t step; /* bytes of each read: where windows end must not matter */
	char log[8192];
	unsigned pieces;
	unsigned errors;
	unsigned stop_at;
};

static const char *const lists[] = {"users", "names", NULL};

static long
read_input(void *context, char *buf, size_t size)
{
	struct input *input = context;
	size_t len = input->len - input->pos;

	if (len > input->step)
		len = input->step;
	if (len > size)
		len = size;
	memcpy(buf, input->text + input->pos, len);
	input->pos += len;
	return (long)len;
}

static void
append(struct input *input, const char *text)
{
	if (strlen(input->log) + strlen(text) < sizeof(input->log))
		(void)strcat(input->log, text);
}

static bool
take_piece(void *context, const struct sj_scan_piece *piece)
{
	struct input *input = context;
	char head[128];

	input->pieces++;
	CHECK_INT(strlen(piece->text), piece->len);
	(void)snprintf(head, sizeof(head), "[%s %u line %u]",
	    piece->list != NULL ? piece->list : "-",
	    (unsigned)piece->first_index, (unsigned)piece->first_line);
	append(input, head);
	append(input, piece->text);
	return input->stop_at == 0 || input->pieces < input->stop_at;
}

static void
take_error(void *context, const struct sj_scan_error *error)
{
	struct input *input = context;
	char line[512];

	input->errors++;
	(void)snprintf(line, sizeof(line), "<%u %s: %s>\n",
	    (unsigned)error->line, error->setting, error->message);
	append(input, line);
}

static enum sj_scan_end
scan(struct input *input)
{
	struct sj_scan_ops ops = {.read = read_input,
	    .piece = take_piece,
	    .error = take_error,
	    .lists = lists,
	    .context = input};

	return sj_scan_file(&ops);
}

static void
test_pieces(void)
{
	static const struct {
		const char *name;
		const char *text;
		const char *want;
		enum sj_scan_end end;
	} rows[] = {
	    {"scan_nothing_gives_no_piece", " # x\n", "", SJ_SCAN_END},
	    {"scan_settings_keep_their_lines", "a = 1;\n\n\nb: 2\n",
		"[- 0 line 1]a=1;\n\n\nb=2;\n", SJ_SCAN_END},
	    {"scan_comments_go", "a /*\n*/ = // x\n 1; # y\n",
		"[- 0 line 1]a=\n\n1;\n", SJ_SCAN_END},
	    {"scan_comment_ends_a_word", "a = 1// x\n; b = 2/* y */; c = 3#",
		"[- 0 line 1]a=1;\nb=2;c=3;\n", SJ_SCAN_END},
	    {"scan_list_is_cut_out",
		"a = 1;\nusers = (\n { n = 1 },\n\n { n = 2 } );\nb = 3;\n",
		"[- 0 line 1]a=1;\n\n"
		"[users 0 line 3]e=({n=1;},\n\n{n=2;})\n"
		"[- 0 line 6]b=3;\n",
		SJ_SCAN_END},
	    {"scan_array_is_cut_out", "names = [ \"x\"\n, \"y\" ]\n",
		"[names 0 line 1]e=(\"x\",\n\"y\")\n", SJ_SCAN_END},
	    {"scan_empty_list_gives_no_piece", "users = ( );", "", SJ_SCAN_END},
	    {"scan_list_below_the_top_is_not_cut", "a = { users = ( 1 ); };",
		"[- 0 line 1]a={users=(1);};\n", SJ_SCAN_END},
	    {"scan_no_list_is_not_cut", "users = 5;", "[- 0 line 1]users=5;\n",
		SJ_SCAN_END},
	    {"scan_string_keeps_every_byte",
		"a = \"x\\\"y\\\\\\n\\x41 # // /* \xff\n}\"; b = 1;",
		"[- 0 line 1]a=\"x\\\"y\\\\\\n\\x41 # // /* \xff\n}\";b=1;\n",
		SJ_SCAN_END},
	    {"scan_bad_word_gives_a_mark", "a = 012; b = 3;",
		"<1 a: 012 is an integer with a leading zero, expected one "
		"without (an octal mode is a string: \"012\")>\n"
		"[- 0 line 1]a=1e99;b=3;\n",
		SJ_SCAN_END},
	    {"scan_second_name_gets_another", "a = 1; a = 2;",
		"<1 a: is set twice, expected once>\n"
		"[- 0 line 1]a=1;*4=2;\n",
		SJ_SCAN_END},
	    {"scan_break_hands_on_what_was_whole",
		"users = ( { n = 1 }, { n = } );",
		"<1 users[1].n: unexpected \"}\", expected a value>\n"
		"[users 0 line 1]e=({n=1;})\n",
		SJ_SCAN_BROKEN},
	    {"scan_star_is_no_name", "*a = 1;",
		"<1 : unexpected \"*\", expected the name of a setting>\n",
		SJ_SCAN_BROKEN},
	};
	struct input input;
	size_t i, step;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (step = 1; step < 64; step += 31) {
			memset(&input, 0, sizeof(input));
			input.text = rows[i].text;
			input.len = strlen(rows[i].text);
			input.step = step;
			CHECK_INT(scan(&input), rows[i].end);
			CHECK_STR(input.log, rows[i].want);
		}
		test_done(rows[i].name);
	}
}

/* Elements go on counting over pieces, and lines do. */
static bool
follow_pieces(void *context, const struct sj_scan_piece *piece)
{
	struct input *input = context;
	const char *at;
	unsigned index = piece->first_index;

	CHECK_INT(piece->first_index, input->errors);
	CHECK_INT(piece->first_line, piece->first_index + 2);
	CHECK(piece->len < 80000);
	for (at = piece->text; (at = strstr(at, "n=")) != NULL; at += 2) {
		CHECK_INT(strtol(at + 2, NULL, 10), index);
		index++;
	}
	input->errors = index; /* how many so far */
	input->pieces++;
	return true;
}

static void
test_many(void)
{
	const unsigned count = 50000;
	struct input input = {.step = 65536};
	struct sj_scan_ops ops = {.read = read_input,
	    .piece = follow_pieces,
	    .error = take_error,
	    .lists = lists,
	    .context = &input};
	char *text = malloc((size_t)count * 24 + 64);
	unsigned i;

	if (text == NULL)
		abort();
	input.len = (size_t)sprintf(text, "users = (\n");
	for (i = 0; i < count; i++)
		input.len += (size_t)sprintf(text + input.len,
		    "{ n = %u; }%s\n", i, i + 1 < count ? "," : ");");
	input.text = text;
	CHECK_INT(sj_scan_file(&ops), SJ_SCAN_END);
	CHECK_INT(input.errors, count);
	CHECK(input.pieces > 5);
	test_done("scan_pieces_go_on_counting");
	free(text);
}

static void
test_stop(void)
{
	struct input input = {.text = "users = ( 1 ); a = 2;",
	    .len = 21,
	    .step = 64,
	    .stop_at = 1};

	CHECK_INT(scan(&input), SJ_SCAN_STOPPED);
	CHECK_INT(input.pieces, 1);
	test_done("scan_stops_when_told");
}

/* One element larger than a piece may be ends the file, not the process. */
static void
test_large(void)
{
	size_t len = SJ_SCAN_PIECE_MAX + 100;
	char *text = malloc(len + 1);
	struct input input = {.len = len, .step = 65536};

	if (text == NULL)
		abort();
	memset(text, 'x', len);
	text[len] = '\0';
	memcpy(text, "a = \"", 5);
	memcpy(text + len - 2, "\";", 2);
	input.text = text;
	CHECK_INT(scan(&input), SJ_SCAN_BROKEN);
	CHECK(strstr(input.log, "larger than 16 MiB") != NULL);
	test_done("scan_element_of_17_MiB_is_refused");
	free(text);
}

static void
test_settings_max(void)
{
	char text[4096] = "a = {\n";
	struct input input = {.text = text, .step = 512};
	size_t used = strlen(text);
	unsigned i;

	for (i = 0; i <= SJ_SCAN_SETTINGS_MAX; i++)
		used += (size_t)sprintf(text + used, "s%u = 1;\n", i);
	(void)sprintf(text + used, "};\n");
	input.len = strlen(text);
	CHECK_INT(scan(&input), SJ_SCAN_BROKEN);
	CHECK_STR(input.log,
	    "<102 a.s100: more than 100 settings in one group, expected "
	    "fewer>\n");
	test_done("scan_group_of_101_settings_is_refused");
}

static void
test_words(void)
{
	static const struct {
		const char *word;
		enum sj_word want;
	} rows[] = {
	    {"true", SJ_WORD_BOOL},
	    {"FALSE", SJ_WORD_BOOL},
	    {"0", SJ_WORD_INTEGER},
	    {"-1", SJ_WORD_INTEGER},
	    {"+7", SJ_WORD_INTEGER},
	    {"999999999", SJ_WORD_INTEGER},
	    {"2147483647", SJ_WORD_INTEGER},
	    {"-2147483647", SJ_WORD_INTEGER},
	    {"2147483648", SJ_WORD_BAD},
	    {"4294967296", SJ_WORD_BAD},
	    {"18446744073709551617", SJ_WORD_BAD},
	    {"1000000000L", SJ_WORD_INTEGER},
	    {"999999999999999999LL", SJ_WORD_INTEGER},
	    {"9999999999999999999L", SJ_WORD_BAD},
	    {"1LLL", SJ_WORD_BAD},
	    {"00", SJ_WORD_BAD},
	    {"-07", SJ_WORD_BAD},
	    {"0x4e21", SJ_WORD_INTEGER},
	    {"0xFFFFFFF", SJ_WORD_INTEGER},
	    {"0x7fffffff", SJ_WORD_INTEGER},
	    {"0x80000000", SJ_WORD_BAD},
	    {"0x100000000", SJ_WORD_BAD},
	    {"0x", SJ_WORD_BAD},
	    {"0xg", SJ_WORD_BAD},
	    {"1.5", SJ_WORD_BAD},
	    {".", SJ_WORD_BAD},
	    {"1e5", SJ_WORD_BAD},
	    {SJ_SCAN_BAD, SJ_WORD_BAD},
	    {"2027-03-31", SJ_WORD_BAD},
	    {"yes", SJ_WORD_BAD},
	    {"Off", SJ_WORD_BAD},
	    {"truee", SJ_WORD_BAD},
	    {"-", SJ_WORD_BAD},
	    {"", SJ_WORD_BAD},
	};
	char message[256];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		message[0] = '\0';
		CHECK_INT(
		    sj_scan_judge_word(rows[i].word, message, sizeof(message)),
		    rows[i].want);
		CHECK((rows[i].want == SJ_WORD_BAD) == (message[0] != '\0'));
	}
	test_done("scan_words");
}

int
main(void)
{
	test_pieces();
	test_many();
	test_stop();
	test_large();
	test_settings_max();
	test_words();
	return test_failures > 0;
}
