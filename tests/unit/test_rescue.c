/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "test.h"

#include "tree.h"

static bool is_seek_failing;

static int
try_seek(FILE *file, long off, int whence)
{
	return is_seek_failing ? -1 : fseek(file, off, whence);
}

#define fseek try_seek
#include "../../pam_sftpjail/flow_rescue.c"

static const char passwd[] = "root:x:0:0::/:/bin/sh\n"
			     "# a comment\n"
			     "broken\n"
			     "anna:x:1000:1000::/:/bin/sh\n"
			     "ben:x:1001:27::/:/bin/sh\n";

static const char group[] = "root:x:0:\n"
			    "broken\n"
			    "sudo:x:27:anna,ldapuser\n"
			    "wheel:x:10:\n"
			    "wheel:x:10:twice\n"
			    "anna:x:1000:\n";

static const struct {
	const char *name;
	const char *user;
	const char *group;
	bool want;
} rows[] = {
    {"rescue_supplementary_member", "anna", "sudo", true},
    {"rescue_primary_member", "ben", "sudo", true},
    {"rescue_member_whom_files_do_not_know", "ldapuser", "sudo", true},
    {"rescue_second_line_of_a_group_counts", "twice", "wheel", true},
    {"rescue_no_member", "ben", "wheel", false},
    {"rescue_no_such_group", "anna", "admins", false},
    {"rescue_no_such_user", "carl", "sudo", false},
    {"rescue_part_of_a_name_is_another", "ann", "sudo", false},
    {"rescue_name_of_the_group_is_no_member", "sudo", "sudo", false},
};

static bool
is_rescued(const char *root, const char *user, const char *name)
{
	char passwd_path[4096], group_path[4096];

	(void)snprintf(passwd_path, sizeof(passwd_path), "%s/passwd", root);
	(void)snprintf(group_path, sizeof(group_path), "%s/group", root);
	return sj_flow_is_rescued(user, name, passwd_path, group_path);
}

/* A line far longer than the buffer that is begun with. */
static void
test_long_line(const char *root)
{
	static char text[200 * 1024];
	size_t used = 0;
	int i;

	used += (size_t)sprintf(text, "before:x:1:\nsudo:x:27:");
	for (i = 0; used < sizeof(text) - 64; i++)
		used += (size_t)sprintf(text + used, "member%d,", i);
	(void)sprintf(text + used, "last\nwheel:x:10:anna\n");
	tree_put(root, "/group", text);
	CHECK(is_rescued(root, "member0", "sudo"));
	CHECK(is_rescued(root, "last", "sudo"));
	CHECK(is_rescued(root, "ben", "sudo"));
	CHECK(is_rescued(root, "anna", "wheel"));
	CHECK(!is_rescued(root, "carl", "sudo"));
	test_done("rescue_long_line");
}

/* The longer line can't be gone back to: what was allocated for it is freed,
 * once. */
static void
test_no_seek(const char *root)
{
	is_seek_failing = true;
	CHECK(!is_rescued(root, "last", "sudo"));
	is_seek_failing = false;
	CHECK(is_rescued(root, "last", "sudo"));
	test_done("rescue_long_line_that_cant_be_read_again_is_nobody");
}

int
main(void)
{
	char *root = tree_make();
	size_t i;

	CHECK(!is_rescued(root, "anna", "sudo"));
	test_done("rescue_without_files_is_nobody");
	tree_put(root, "/passwd", passwd);
	tree_put(root, "/group", group);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(is_rescued(root, rows[i].user, rows[i].group),
		    rows[i].want);
		test_done(rows[i].name);
	}
	test_long_line(root);
	test_no_seek(root);
	tree_remove(root);
	return test_failures > 0;
}
