/* SPDX-License-Identifier: ISC */
/* Walks through all entries, and lookups where descriptors are many or none. */
#define _GNU_SOURCE
#include "nss_process.h"

#include <sys/resource.h>

static void
case_5000_descriptors(void)
{
	struct rlimit limit = {6000, 6000};
	unsigned i;

	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		fixture_die("setrlimit");
	for (i = 0; i < 5000; i++)
		CHECK(dup(0) >= 0);
	check_inside();
	CHECK(getspnam("alice") != NULL);
	put_many(30);
	CHECK(has_user("user29"));
}

/* None left: what is open answers on, what is not is no "not found". */
static void
case_no_descriptor(void)
{
	struct rlimit limit;
	struct spwd shadow, *found;
	char buffer[1024];
	int fd;

	check_inside();
	CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 64;
	CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
	while ((fd = dup(0)) >= 0)
		;
	check_inside();
	CHECK_INT(getspnam_r("alice", &shadow, buffer, sizeof(buffer), &found),
	    EMFILE);
	CHECK_INT(close(63), 0);
	CHECK_INT(
	    getspnam_r("alice", &shadow, buffer, sizeof(buffer), &found), 0);
	CHECK(found == &shadow);
}

static void
case_lookups_while_enumerating(void)
{
	struct passwd *passwd;
	struct group *group;
	unsigned users = 0, groups = 0;

	setpwent();
	while ((passwd = getpwent()) != NULL) {
		CHECK_STR(passwd->pw_name, small_users[users].name);
		CHECK(has_user("_c"));
		CHECK(getpwuid(20002) != NULL);
		CHECK(getspnam("alice") != NULL);
		groups = 0;
		setgrent();
		while ((group = getgrent()) != NULL) {
			CHECK_STR(group->gr_name, small_groups[groups].name);
			CHECK(getgrgid(20002) != NULL);
			groups++;
		}
		CHECK_INT(groups, 3);
		users++;
	}
	CHECK_INT(users, 3);
	CHECK(getpwent() == NULL);
	setpwent();
	passwd = getpwent();
	CHECK_STR(passwd == NULL ? NULL : passwd->pw_name, "alice");
	setpwent();
	passwd = getpwent();
	CHECK_STR(passwd == NULL ? NULL : passwd->pw_name, "alice");
	endpwent();
	passwd = getpwent();
	CHECK_STR(passwd == NULL ? NULL : passwd->pw_name, "alice");
}

static void
case_replaced_while_enumerating(void)
{
	unsigned i;

	setpwent();
	setspent();
	for (i = 0; i < 3; i++) {
		struct passwd *passwd = getpwent();
		struct spwd *shadow = getspent();

		CHECK_STR(passwd == NULL ? NULL : passwd->pw_name,
		    small_users[i].name);
		CHECK_STR(shadow == NULL ? NULL : shadow->sp_namp,
		    small_secrets[i].name);
		put_many(10 + i);
		CHECK(has_user("user1"));
	}
	CHECK(getpwent() == NULL);
	CHECK(getspent() == NULL);
	CHECK_INT(count_users(), 12);
	endspent();
}

/* A buffer too small must not cost an entry. */
static void
case_enumeration_sizes(void)
{
	struct passwd passwd, *found;
	struct group group, *found_group;
	char buffer[1024];
	unsigned i;
	size_t size;

	setpwent();
	for (i = 0; i < 3; i++) {
		for (size = 0;
		     getpwent_r(&passwd, buffer, size, &found) == ERANGE;
		     size++)
			;
		CHECK_STR(passwd.pw_name, small_users[i].name);
		CHECK_STR(passwd.pw_shell, small_users[i].shell);
	}
	CHECK_INT(getpwent_r(&passwd, buffer, size, &found), ENOENT);
	setgrent();
	for (i = 0; i < 3; i++) {
		for (size = 0;
		     getgrent_r(&group, buffer, size, &found_group) == ERANGE;
		     size++)
			;
		CHECK_STR(group.gr_name, small_groups[i].name);
	}
	CHECK_INT(getgrent_r(&group, buffer, size, &found_group), ENOENT);
}

static const struct nss_case cases[] = {
    {"5000_descriptors", case_5000_descriptors, false},
    {"no_descriptor_left", case_no_descriptor, false},
    {"lookups_meanwhile", case_lookups_while_enumerating, false},
    {"replaced_meanwhile", case_replaced_while_enumerating, false},
    {"every_size", case_enumeration_sizes, false},
};

int
main(int argc, char **argv)
{
	(void)argc;
	return run_cases(argv, "walk", cases, SMALL_COUNT(cases));
}
