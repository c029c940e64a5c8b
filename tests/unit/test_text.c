/* SPDX-License-Identifier: ISC */
/* The quick reader against libconfig, on texts that are made up. */
#include "text_quick.h"

#include <stdlib.h>

#include "test.h"
#include "text_tree.h"

#define ROUNDS 3000u
#define TEXT_SIZE 65536u

/* The same texts at each run: xorshift. */
struct maker {
	uint32_t state;
	char *text;
	size_t len;
	unsigned depth;
};

struct both {
	unsigned pieces;
	unsigned nodes;
	bool is_refused;
};

static uint32_t
draw(struct maker *maker, uint32_t bound)
{
	maker->state ^= maker->state << 13;
	maker->state ^= maker->state >> 17;
	maker->state ^= maker->state << 5;
	return maker->state % bound;
}

static void
put(struct maker *maker, const char *text)
{
	size_t len = strlen(text);

	if (maker->len + len < TEXT_SIZE) {
		memcpy(maker->text + maker->len, text, len + 1);
		maker->len += len;
	}
}

static void
put_space(struct maker *maker)
{
	static const char *const spaces[] = {
	    "", "", " ", "\n", "\t", "\r\n", " # x\n", "/* \n */", "// y\n"};

	put(maker, spaces[draw(maker, 9)]);
}

static void
put_string(struct maker *maker, bool is_multi_line)
{
	static const char *const parts[] = {"a", "\xc3\xbc", "\xff", " ", "\\n",
	    "\\t", "\\\\", "\\\"", "\\x41", "\\xfF", "\\x4", "\\q", "\\a", "{",
	    "}", "(", ")", ",", ";", "=", "#", "//", "/*", "*", "\\r", "\\f",
	    "\\X7e", "\\xg1", "1e99", "@include"};
	uint32_t count = draw(maker, 12);

	put(maker, "\"");
	for (; count > 0; count--)
		put(maker, parts[draw(maker, 30)]);
	if (is_multi_line && draw(maker, 4) == 0)
		put(maker, "\n\n");
	put(maker, "\"");
}

static void
put_word(struct maker *maker)
{
	static const char *const words[] = {"true", "False", "TRUE", "0", "1",
	    "-1", "+7", "999999999", "-999999999", "1000000000L", "5L", "6LL",
	    "0x0", "0xfFf", "0X10", "-5L", "012", "yes", "1.5", "2027-01-01",
	    "word"};

	put(maker, words[draw(maker, 21)]);
}

static void put_value(struct maker *maker, bool is_setting);

static void
put_group(struct maker *maker)
{
	static const char *const names[] = {
	    "name", "uid", "a-b", "c_d", "x", "y*", "gecos", "keys"};
	uint32_t count = draw(maker, 6);

	put(maker, "{");
	for (; count > 0; count--) {
		put_space(maker);
		put(maker, names[draw(maker, 8)]);
		put_space(maker);
		put(maker, draw(maker, 2) == 0 ? "=" : ":");
		put_space(maker);
		put_value(maker, true);
		put_space(maker);
		put(maker, draw(maker, 3) == 0 ? "," : ";");
	}
	put_space(maker);
	put(maker, "}");
}

static void
put_elements(struct maker *maker, uint32_t count)
{
	bool is_first = true;

	for (; count > 0; count--) {
		put_space(maker);
		if (!is_first)
			put(maker, ",");
		is_first = false;
		put_space(maker);
		put_value(maker, false);
	}
	put_space(maker);
}

static void
put_value(struct maker *maker, bool is_setting)
{
	uint32_t kind = draw(maker, maker->depth < 4 ? 5 : 2);

	maker->depth++;
	if (kind == 0)
		put_word(maker);
	else if (kind == 1)
		put_string(maker, is_setting);
	else if (kind == 2) {
		put(maker, "(");
		put_elements(maker, draw(maker, 4));
		put(maker, ")");
	} else
		put_group(maker);
	maker->depth--;
}

static void
compare(const struct sj_node *a, const struct sj_node *b, struct both *both)
{
	uint32_t i;

	both->nodes++;
	CHECK_INT(a->type, b->type);
	CHECK_INT(a->line, b->line);
	CHECK_INT(a->count, b->count);
	CHECK_INT(a->number, b->number);
	CHECK((a->name == NULL) == (b->name == NULL));
	CHECK((a->string == NULL) == (b->string == NULL));
	if (a->name != NULL && b->name != NULL)
		CHECK_STR(a->name, b->name);
	if (a->string != NULL && b->string != NULL)
		CHECK_STR(a->string, b->string);
	for (i = 0; i < a->count && i < b->count && !test_is_bad; i++)
		compare(&a->children[i], &b->children[i], both);
}

/* Elements only: the node of the whole has no line of its own. */
static bool
take_piece(void *context, const struct sj_scan_piece *piece)
{
	struct sj_text_quick quick = {.nodes = {.fd = -1}};
	struct sj_text_tree tree = {.nodes = {.fd = -1}};
	struct sj_node by_quick, by_libconfig;
	struct both *both = context;
	uint32_t i;

	CHECK_STR(piece->list, "users");
	if (!sj_text_quick_read(&quick, piece, &by_quick) ||
	    !sj_text_tree_read(&tree, piece, &by_libconfig)) {
		CHECK_STR(tree.error, "");
		both->is_refused = true;
	} else {
		both->pieces++;
		CHECK_INT(by_quick.count, by_libconfig.count);
		for (i = 0; i < by_quick.count && !test_is_bad; i++)
			compare(&by_quick.children[i],
			    &by_libconfig.children[i], both);
	}
	if (test_is_bad)
		printf("# of: %s\n", piece->text);
	sj_text_quick_clear(&quick);
	sj_text_tree_clear(&tree);
	return !test_is_bad;
}

static struct maker *reading;
static size_t reading_pos;

static long
read_text(void *context, char *buf, size_t size)
{
	size_t len = reading->len - reading_pos;

	(void)context;
	len = len < size ? len : size;
	memcpy(buf, reading->text + reading_pos, len);
	reading_pos += len;
	return (long)len;
}

static void
ignore_error(void *context, const struct sj_scan_error *error)
{
	(void)context;
	(void)error;
}

static void
test_made_up(void)
{
	static const char *const lists[] = {"users", NULL};
	struct both both = {.pieces = 0};
	struct sj_scan_ops ops = {.read = read_text,
	    .piece = take_piece,
	    .error = ignore_error,
	    .lists = lists,
	    .context = &both};
	struct maker maker = {.state = 2463534242u, .text = malloc(TEXT_SIZE)};
	unsigned round, ended = 0;

	if (maker.text == NULL)
		abort();
	reading = &maker;
	for (round = 0; round < ROUNDS && !test_is_bad; round++) {
		maker.len = reading_pos = 0;
		put(&maker, "users = (");
		put_elements(&maker, 1 + draw(&maker, 6));
		put(&maker, ");");
		ended += sj_scan_file(&ops) == SJ_SCAN_END;
	}
	free(maker.text);
	CHECK(!both.is_refused);
	CHECK(both.pieces > ROUNDS / 2 && ended > ROUNDS / 2);
	CHECK(both.nodes > 5 * ROUNDS);
	printf("# %u texts, %u nodes\n", both.pieces, both.nodes);
	test_done("text_quick_reads_as_libconfig_does");
}

int
main(void)
{
	test_made_up();
	return test_failures > 0;
}
