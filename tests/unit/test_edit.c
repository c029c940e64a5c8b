/* SPDX-License-Identifier: ISC */
/* The text of 50-users.conf: what an edit changes, and that it leaves the rest.
 */
#include "edit.h"

#include <libconfig.h>
#include <stdlib.h>

#include "test.h"

#define HEAD                                                                   \
	"# This file belongs to sftpjail(8): its commands user, group, key "   \
	"and "                                                                 \
	"passwd\n# edit it.  What is written by hand belongs in another file " \
	"of this directory.\n"

static const char *const two_keys[] = {"ssh-x A \"q\" \\", "ssh-x B"};
static const char *const two_groups[] = {"acme", "beta"};
static const char *const two_names[] = {"bob", "carol"};

enum operation {
	ADD,	  /* dave */
	ADD_FULL, /* with every setting */
	REMOVE,	  /* users[element] */
	KEYS,	  /* two_keys */
	NO_KEYS,
	ENABLE,
	DISABLE, /* two_names */
	NO_DISABLED
};

static const struct {
	const char *name;
	const char *text; /* NULL: no file */
	enum operation operation;
	uint32_t element;
	const char *want; /* NULL: refused */
} rows[] = {
    {"add_to_no_file", NULL, ADD, 0,
	HEAD "\nusers = (\n\t{\n\t\tname = \"dave\";\n\t\tuid = 4;\n\t}\n);\n"},
    {"add_to_empty_file", "", ADD, 0,
	"\nusers = (\n\t{\n\t\tname = \"dave\";\n\t\tuid = 4;\n\t}\n);\n"},
    {"add_to_empty_list", "users = ();\n", ADD, 0,
	"users = (\n\t{\n\t\tname = \"dave\";\n\t\tuid = 4;\n\t}\n);\n"},
    {"add_behind_one", "users = ( { name = \"a\"; uid = 1; } );\n", ADD, 0,
	"users = ( { name = \"a\"; uid = 1; },\n\t{\n\t\tname = \"dave\";\n"
	"\t\tuid = 4;\n\t} );\n"},
    {"add_behind_two_with_comments",
	"users: (\n  # ) one\n  { name = \"a)}\"; uid = 1; }, // ,\n"
	"  { name = \"b\\\"{\"; uid = 2; } /* ) */\n); # end",
	ADD, 0,
	"users: (\n  # ) one\n  { name = \"a)}\"; uid = 1; }, // ,\n"
	"  { name = \"b\\\"{\"; uid = 2; },\n\t{\n\t\tname = \"dave\";\n"
	"\t\tuid = 4;\n\t} /* ) */\n); # end"},
    {"add_behind_other_settings", "disabled = [ \"x\" ];\n# end\n", ADD, 0,
	"disabled = [ \"x\" ];\n# end\n\nusers = (\n\t{\n\t\tname = "
	"\"dave\";\n\t\tuid = 4;\n\t}\n);\n"},
    {"add_behind_unterminated_setting", "disabled = [ \"x\" ] # end", ADD, 0,
	"disabled = [ \"x\" ];\nusers = (\n\t{\n\t\tname = \"dave\";\n"
	"\t\tuid = 4;\n\t}\n);\n # end"},
    {"add_not_into_nested_users", "x = { users = ( 1 ); };\n", ADD, 0,
	"x = { users = ( 1 ); };\n\nusers = (\n\t{\n\t\tname = \"dave\";\n"
	"\t\tuid = 4;\n\t}\n);\n"},
    {"add_full", "", ADD_FULL, 0,
	"\nusers = (\n\t{\n\t\tname = \"dave\";\n\t\tuid = 4;\n"
	"\t\tgroups = [ \"acme\", \"beta\" ];\n"
	"\t\tgecos = \"J\xc3\xb6rg \\\"J\\\" \\\\ \\x1b[2J\\x0a\";\n"
	"\t\tkeys = [\n\t\t\t\"ssh-x A \\\"q\\\" \\\\\",\n"
	"\t\t\t\"ssh-x B\"\n\t\t];\n\t}\n);\n"},
    {"remove_first",
	"users = (\n\t{\n\t\tname = \"a\";\n\t},\n\t{\n\t\tname = "
	"\"b\";\n\t}\n);\n",
	REMOVE, 0, "users = (\n\t{\n\t\tname = \"b\";\n\t}\n);\n"},
    {"remove_last",
	"users = (\n\t{\n\t\tname = \"a\";\n\t},\n\t{\n\t\tname = "
	"\"b\";\n\t}\n);\n",
	REMOVE, 1, "users = (\n\t{\n\t\tname = \"a\";\n\t}\n);\n"},
    {"remove_middle", "users = ( { n = 1; }, { n = 2; }, { n = 3; } );", REMOVE,
	1, "users = ( { n = 1; },  { n = 3; } );"},
    {"remove_leaves_comments",
	"users = ( # a\n  { n = 1; } /* b */ , # c,\n  /* d */\n"
	"  { n = 2; } # e\n  , { n = 3; } # f\n);",
	REMOVE, 0,
	"users = ( # a\n   /* b */  # c,\n  /* d */\n"
	"  { n = 2; } # e\n  , { n = 3; } # f\n);"},
    {"remove_last_leaves_comments",
	"users = ( # a\n  { n = 1; } /* , */ , # c,\n  /* d */\n"
	"  { n = 2; } # e\n);",
	REMOVE, 1,
	"users = ( # a\n  { n = 1; } /* , */  # c,\n  /* d */\n"
	"   # e\n);"},
    {"remove_last_in_a_line_leaves_comments",
	"users = (\n\t{ n = 1; },\n\t# d\n\t{ n = 2; }\n\t# e\n);", REMOVE, 1,
	"users = (\n\t{ n = 1; }\n\t# d\n\t# e\n);"},
    {"remove_only", "users = (\n\t{\n\t\tname = \"a\";\n\t}\n);\n", REMOVE, 0,
	"users = (\n);\n"},
    {"remove_beyond", "users = ( { n = 1; } );", REMOVE, 1, NULL},
    {"remove_without_users", "disabled = [ ];", REMOVE, 0, NULL},
    {"keys_new", "users = (\n\t{\n\t\tname = \"a\";\n\t}\n);\n", KEYS, 0,
	"users = (\n\t{\n\t\tname = \"a\";\n\t\tkeys = [\n\t\t\t\"ssh-x A "
	"\\\"q\\\" \\\\\",\n\t\t\t\"ssh-x B\"\n\t\t];\n\t}\n);\n"},
    {"keys_replaced", "users = ( { keys = [ \"x ]\" ]; n = 1; }, { n = 2; } );",
	KEYS, 0,
	"users = ( { keys = [\n\t\t\t\"ssh-x A \\\"q\\\" "
	"\\\\\",\n\t\t\t\"ssh-x B\"\n\t\t]; n = 1; }, { n = 2; } );"},
    {"keys_new_behind_unterminated", "users = ( { n = 1 } );", KEYS, 0,
	"users = ( { n = 1;\n\t\tkeys = [\n\t\t\t\"ssh-x A \\\"q\\\" "
	"\\\\\",\n\t\t\t\"ssh-x B\"\n\t\t]; } );"},
    {"keys_removed",
	"users = (\n\t{\n\t\tn = 1;\n\t\tkeys = [\n\t\t\t\"x\"\n\t\t];\n\t}\n);"
	"\n",
	NO_KEYS, 0, "users = (\n\t{\n\t\tn = 1;\n\t}\n);\n"},
    {"keys_the_same",
	"users = ( { keys = [\n\t\t\t\"ssh-x A \\\"q\\\" "
	"\\\\\",\n\t\t\t\"ssh-x B\"\n\t\t]; } );",
	KEYS, 0,
	"users = ( { keys = [\n\t\t\t\"ssh-x A \\\"q\\\" "
	"\\\\\",\n\t\t\t\"ssh-x B\"\n\t\t]; } );"},
    {"keys_removed_that_were_not_there", "users = ( { n = 1; } );", NO_KEYS, 0,
	"users = ( { n = 1; } );"},
    {"keys_of_no_group", "users = ( 1, 2 );", KEYS, 0, NULL},
    {"enable", "users = (\n\t{\n\t\tn = 1;\n\t\tdisabled = true;\n\t}\n);\n",
	ENABLE, 0, "users = (\n\t{\n\t\tn = 1;\n\t}\n);\n"},
    {"enable_in_one_line", "users = ( { disabled = true; n = 1; } );", ENABLE,
	0, "users = ( {  n = 1; } );"},
    {"enable_leaves_the_list",
	"disabled = [ \"a\" ];\nusers = ( { n = 1; } );\n", ENABLE, 0,
	"disabled = [ \"a\" ];\nusers = ( { n = 1; } );\n"},
    {"disable_new", "users = ( );\n", DISABLE, 0,
	"users = ( );\n\ndisabled = [ \"bob\", \"carol\" ];\n"},
    {"disable_replaced", "disabled = [ \"x\" ]; # why\nusers = ( );\n", DISABLE,
	0, "disabled = [ \"bob\", \"carol\" ]; # why\nusers = ( );\n"},
    {"disable_replaces_the_top_only",
	"users = ( { disabled = true; } );\ndisabled = [ ];\n", DISABLE, 0,
	"users = ( { disabled = true; } );\n"
	"disabled = [ \"bob\", \"carol\" ];\n"},
    {"disabled_removed", "# a\ndisabled = [ \"x\" ];\nusers = ( );\n",
	NO_DISABLED, 0, "# a\nusers = ( );\n"},
    {"disabled_removed_with_its_blank_line",
	"users = ( );\n\ndisabled = [ \"x\" ];\n", NO_DISABLED, 0,
	"users = ( );\n"},
    {"disabled_not_there", "users = ( );\n", NO_DISABLED, 0, "users = ( );\n"},
    {"not_to_be_followed", "users = = ( );\n", ADD, 0, NULL},
    {"list_not_to_be_followed", "users = ( { n = 1; } { n = 2; } );\n", ADD, 0,
	NULL},
};

static enum sj_reason
set(struct sj_edit *edit, uint32_t element, const struct sj_edit_field *field,
    struct sj_fault *fault)
{
	return sj_edit_set(edit, "users", element, field, fault);
}

static enum sj_reason
run(struct sj_edit *edit, enum operation operation, uint32_t element,
    struct sj_fault *fault)
{
	static const struct sj_edit_field small[] = {
	    {.name = "name", .kind = SJ_EDIT_STRING, .text = "dave"},
	    {.name = "uid", .kind = SJ_EDIT_BARE, .text = "4"},
	    {.name = "gecos"},
	    {.name = "groups", .kind = SJ_EDIT_LIST},
	};
	static const struct sj_edit_field full[] = {
	    {.name = "name", .kind = SJ_EDIT_STRING, .text = "dave"},
	    {.name = "uid", .kind = SJ_EDIT_BARE, .text = "4"},
	    {.name = "groups", SJ_EDIT_LIST, .items = two_groups, .count = 2},
	    {.name = "gecos",
		SJ_EDIT_STRING,
		.text = "J\xc3\xb6rg \"J\" \\ \033[2J\n"},
	    {.name = "keys", SJ_EDIT_LINES, .items = two_keys, .count = 2},
	};
	static const struct sj_edit_field keys = {
	    .name = "keys", SJ_EDIT_LINES, .items = two_keys, .count = 2};
	static const struct sj_edit_field no_keys = {
	    .name = "keys", .kind = SJ_EDIT_LINES};
	static const struct sj_edit_field no_disabled = {.name = "disabled"};
	static const struct sj_edit_field disabled = {
	    .name = "disabled", SJ_EDIT_LIST, .items = two_names, .count = 2};

	switch (operation) {
	case ADD:
		return sj_edit_add(edit, "users", small, 4, fault);
	case ADD_FULL:
		return sj_edit_add(edit, "users", full, 5, fault);
	case REMOVE:
		return sj_edit_remove(edit, "users", element, fault);
	case KEYS:
		return set(edit, element, &keys, fault);
	case NO_KEYS:
		return set(edit, element, &no_keys, fault);
	case ENABLE:
		return set(edit, element, &no_disabled, fault);
	case DISABLE:
		return sj_edit_set_top(edit, &disabled, fault);
	case NO_DISABLED:
		return sj_edit_set_top(edit, &no_disabled, fault);
	}
	return SJ_SYSTEM_ERROR;
}

/* Is it what libconfig reads, too? */
static bool
is_libconfig(const char *text)
{
	config_t config;
	bool is_good;

	config_init(&config);
	is_good = config_read_string(&config, text) == CONFIG_TRUE;
	config_destroy(&config);
	return is_good;
}

static void
test_row(size_t i)
{
	struct sj_edit edit = {NULL, 0, false};
	struct sj_fault fault = {.reason = SJ_OK};
	enum sj_reason reason;

	CHECK_INT(sj_edit_init(&edit, rows[i].text,
		      rows[i].text == NULL ? 0 : strlen(rows[i].text), &fault),
	    SJ_OK);
	reason = run(&edit, rows[i].operation, rows[i].element, &fault);
	if (rows[i].want == NULL) {
		CHECK_INT(reason, SJ_SYSTEM_ERROR);
		CHECK(fault.where[0] != '\0');
		CHECK_STR(edit.text, rows[i].text);
	} else {
		CHECK_INT(reason, SJ_OK);
		CHECK_STR(edit.text, rows[i].want);
		CHECK_INT(edit.is_changed,
		    strcmp(rows[i].text == NULL ? HEAD : rows[i].text,
			rows[i].want) != 0);
		CHECK_INT(edit.len, strlen(edit.text));
		/* It wants a newline behind the last comment. */
		CHECK(is_libconfig(edit.text) ||
		      (rows[i].text != NULL && !is_libconfig(rows[i].text)));
	}
	sj_edit_clear(&edit);
}

/* What was put in comes out of libconfig as it was. */
static void
test_round_trip(void)
{
	struct sj_edit edit = {NULL, 0, false};
	struct sj_fault fault;
	config_t config;
	const char *gecos = NULL;

	CHECK_INT(sj_edit_init(&edit, "", 0, &fault), SJ_OK);
	CHECK_INT(run(&edit, ADD_FULL, 0, &fault), SJ_OK);
	config_init(&config);
	CHECK_INT(config_read_string(&config, edit.text), CONFIG_TRUE);
	CHECK_INT(config_lookup_string(&config, "users.[0].gecos", &gecos),
	    CONFIG_TRUE);
	CHECK_STR(gecos, "J\xc3\xb6rg \"J\" \\ \033[2J\n");
	CHECK_INT(config_lookup_string(&config, "users.[0].keys.[0]", &gecos),
	    CONFIG_TRUE);
	CHECK_STR(gecos, two_keys[0]);
	config_destroy(&config);
	sj_edit_clear(&edit);
	test_done("edit_strings_come_back_from_libconfig");
}

/* Any cut of a text: followed or refused, never beyond its end. */
static void
test_cut(void)
{
	static const char text[] =
	    "a = 1; /* x */ users = ( { name = \"a\\\"\"; keys = [ \"x\", "
	    "\"y\" ]; }, # c\n { name = \"b\"; } ); // d\ndisabled = [ \"q\" "
	    "];";
	char *cut;
	size_t len;
	int operation;

	for (len = 0; len < sizeof(text); len++) {
		for (operation = ADD; operation <= NO_DISABLED; operation++) {
			struct sj_edit edit = {NULL, 0, false};
			struct sj_fault fault;

			/* On the heap and just as long, for the sanitizer. */
			cut = malloc(len + 1);
			memcpy(cut, text, len);
			cut[len] = '\0';
			CHECK_INT(sj_edit_init(&edit, cut, len, &fault), SJ_OK);
			if (run(&edit, (enum operation)operation, 1, &fault) ==
			    SJ_OK)
				CHECK_INT(edit.len, strlen(edit.text));
			sj_edit_clear(&edit);
			free(cut);
		}
	}
	test_done("edit_cut_texts_are_survived");
}

int
main(void)
{
	char name[80];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row(i);
		(void)snprintf(name, sizeof(name), "edit_%s", rows[i].name);
		test_done(name);
	}
	test_round_trip();
	test_cut();
	return test_failures > 0;
}
