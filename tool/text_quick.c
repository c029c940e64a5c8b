/* SPDX-License-Identifier: ISC */
#include "text_quick.h"

#include <stdlib.h>
#include <string.h>

/* Where the reading is. */
struct place {
	struct sj_text_quick *quick;
	char *at;
	uint32_t line;
};

static bool read_value(struct place *place, struct sj_node *ret_node);

void
sj_text_quick_clear(struct sj_text_quick *quick)
{
	sj_arena_clear(&quick->nodes);
	free(quick->stack);
	free(quick->text);
	memset(quick, 0, sizeof(*quick));
	quick->nodes.fd = -1;
}

static char
peek(struct place *place)
{
	for (; *place->at == '\n'; place->at++)
		place->line++;
	return *place->at;
}

static bool
push(struct sj_text_quick *quick, const struct sj_node *node)
{
	size_t size = quick->stack_size > 0 ? quick->stack_size * 2 : 1024;
	struct sj_node *stack;

	if (quick->stack_count == quick->stack_size) {
		stack = realloc(quick->stack, size * sizeof(*stack));
		if (stack == NULL)
			return false;
		quick->stack = stack;
		quick->stack_size = size;
	}
	quick->stack[quick->stack_count++] = *node;
	return true;
}

/* What was pushed since first becomes the children. */
static bool
take_children(
    struct sj_text_quick *quick, size_t first, struct sj_node *ret_node)
{
	size_t count = quick->stack_count - first;
	struct sj_node *children;

	/* The arena aligns for 4 bytes, nodes want 8. */
	children = sj_arena_take(&quick->nodes, count * sizeof(*children) + 8);
	if (children == NULL)
		return false;
	children = (void *)(((uintptr_t)children + 7) & ~(uintptr_t)7);
	if (count > 0)
		memcpy(
		    children, quick->stack + first, count * sizeof(*children));
	quick->stack_count = first;
	ret_node->children = children;
	ret_node->count = (uint32_t)count;
	return true;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Behind a backslash, as libconfig has it: one that is unknown stays. */
static char
read_escape(char **at)
{
	static const char letters[] = "nrtf\\\"", bytes[] = "\n\r\t\f\\\"";
	const char *letter = strchr(letters, **at);
	int high, low;

	if (letter != NULL && **at != '\0') {
		++*at;
		return bytes[letter - letters];
	}
	if (**at != 'x' && **at != 'X')
		return '\\';
	high = hex_digit((*at)[1]);
	low = high >= 0 ? hex_digit((*at)[2]) : -1;
	if (low < 0)
		return '\\';
	*at += 3;
	return (char)(high << 4 | low);
}

static bool
read_string(struct place *place, struct sj_node *node)
{
	char *in = place->at + 1, *out = in;

	node->type = SJ_NODE_STRING;
	node->string = in;
	for (; *in != '"'; in++) {
		if (*in == '\0')
			return false;
		place->line += *in == '\n';
		if (*in == '\\') {
			in++;
			*out++ = read_escape(&in);
			in--;
		} else
			*out++ = *in;
	}
	place->at = in + 1;
	*out = '\0';
	return true;
}

/* true, false, an integer that the scan has judged, or SJ_SCAN_BAD. */
static bool
read_word(struct place *place, struct sj_node *node)
{
	size_t len = strcspn(place->at, ",;)}\n");
	char first = *place->at, *end;

	if (first == 't' || first == 'T' || first == 'f' || first == 'F') {
		node->type = SJ_NODE_BOOL;
		node->number = first == 't' || first == 'T';
	} else if (len == strlen(SJ_SCAN_BAD) &&
		   memcmp(place->at, SJ_SCAN_BAD, len) == 0) {
		node->type = SJ_NODE_BAD;
	} else {
		bool is_hex = first == '0' && len > 1;

		node->type = SJ_NODE_INTEGER;
		node->number = strtoll(place->at, &end, is_hex ? 16 : 10);
		end += strspn(end, "L");
		if (end != place->at + len)
			return false;
	}
	place->at += len;
	return len > 0;
}

/* Elements up to the ")", which is taken. */
static bool
read_list(struct place *place, struct sj_node *node)
{
	size_t first = place->quick->stack_count;
	struct sj_node child;

	node->type = SJ_NODE_LIST;
	place->at++;
	while (peek(place) != ')') {
		memset(&child, 0, sizeof(child));
		child.line = place->line;
		if (!read_value(place, &child) || !push(place->quick, &child))
			return false;
		if (peek(place) == ',')
			place->at++;
	}
	place->at++;
	return take_children(place->quick, first, node);
}

/* Settings up to the "}", which is taken. */
static bool
read_group(struct place *place, struct sj_node *node)
{
	size_t first = place->quick->stack_count;
	struct sj_node child;
	char *equals;

	node->type = SJ_NODE_GROUP;
	place->at++;
	while (peek(place) != '}') {
		memset(&child, 0, sizeof(child));
		child.line = place->line;
		child.name = place->at;
		equals = strchr(place->at, '=');
		if (equals == NULL)
			return false;
		*equals = '\0';
		place->at = equals + 1;
		(void)peek(place);
		if (!read_value(place, &child))
			return false;
		/* The second of a name, which the scan has reported. */
		if (child.name[0] != '*' && !push(place->quick, &child))
			return false;
		if (peek(place) == ';')
			place->at++;
	}
	place->at++;
	return take_children(place->quick, first, node);
}

static bool
read_value(struct place *place, struct sj_node *ret_node)
{
	switch (*place->at) {
	case '"':
		return read_string(place, ret_node);
	case '(':
		return read_list(place, ret_node);
	case '{':
		return read_group(place, ret_node);
	}
	return read_word(place, ret_node);
}

bool
sj_text_quick_read(struct sj_text_quick *quick,
    const struct sj_scan_piece *piece, struct sj_node *ret_list)
{
	struct place place = {.quick = quick, .line = piece->first_line};
	char *text;

	sj_arena_clear(&quick->nodes);
	quick->stack_count = 0;
	if (quick->text_size < piece->len + 1) {
		text = realloc(quick->text, piece->len + 1);
		if (text == NULL)
			return false;
		quick->text = text;
		quick->text_size = piece->len + 1;
	}
	memcpy(quick->text, piece->text, piece->len + 1);
	/* "e=(...)" */
	place.at = quick->text + 2;
	memset(ret_list, 0, sizeof(*ret_list));
	ret_list->line = piece->first_line;
	return read_list(&place, ret_list);
}
