/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "sshd_config.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "sshd_version.h"
#include "test.h"
#include "tree.h"

#define MAIN SJ_SYSCONFDIR "/ssh/sshd_config"
#define DROP SJ_SYSCONFDIR "/ssh/sshd_config.d/"

/* The arguments of the winning line, joined; "" if there is none. */
static char *
value_of(const struct sj_sshd_line *line)
{
	return line == NULL ? strdup("") : sj_sshd_args_join(line->args);
}

static const struct {
	const char *name;
	const char *text;
	const char *keyword;
	const char *want;
} values[] = {
    {"first_value_wins", "UsePAM yes\nUsePAM no\n", "usepam", "yes"},
    {"keyword_any_case_is_found", "uSEpam yes\n", "usepam", "yes"},
    {"equals_sign_separates", "UsePAM=yes\n", "usepam", "yes"},
    {"equals_sign_in_blanks_separates", "UsePAM = yes\n", "usepam", "yes"},
    {"quoted_argument_is_unquoted",
	"AuthorizedKeysFile \"/var/my keys/%u\" .ssh/k\n", "authorizedkeysfile",
	"/var/my keys/%u .ssh/k"},
    {"single_quotes_work", "Banner 'a b'\n", "banner", "a b"},
    {"escaped_quote_stays", "Banner \"a\\\"b\"\n", "banner", "a\"b"},
    {"comment_behind_is_dropped", "UsePAM yes # or no\n", "usepam", "yes"},
    {"comment_line_is_nothing", "#UsePAM yes\n  # UsePAM yes\n", "usepam", ""},
    {"tabs_and_spaces_lead", " \t UsePAM\tyes\n", "usepam", "yes"},
    {"carriage_return_is_blank", "UsePAM yes\r\n", "usepam", "yes"},
    {"no_newline_at_the_end", "UsePAM yes", "usepam", "yes"},
    {"match_block_is_not_global", "Match User bob\nUsePAM no\n", "usepam", ""},
    {"match_all_is_not_global", "Match all\nUsePAM no\n", "usepam", ""},
    {"global_before_match_counts", "UsePAM yes\nMatch User bob\nUsePAM no\n",
	"usepam", "yes"},
    {"prefix_is_no_keyword", "UsePAMs yes\n", "usepam", ""},
    {"empty_file_has_nothing", "", "usepam", ""},
};

static void
test_values(void)
{
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct sj_sshd_config config;
		char *root = tree_make(), *got;

		tree_put(root, MAIN, values[i].text);
		CHECK_INT(sj_sshd_config_load(root, &config, NULL), SJ_OK);
		got = value_of(sj_sshd_config_find(&config, values[i].keyword));
		CHECK_STR(got, values[i].want);
		CHECK_INT(config.fault_count, 0);
		free(got);
		sj_sshd_config_clear(&config);
		tree_remove(root);
		test_done(values[i].name);
	}
}

static void
test_include(void)
{
	struct sj_sshd_config config;
	const struct sj_sshd_line *line;
	char *root = tree_make();

	tree_put(root, MAIN,
	    "Include sshd_config.d/*.conf\nUsePAM no\n"
	    "Include " SJ_SYSCONFDIR "/ssh/none*.conf missing.conf\n");
	tree_put(root, DROP "20-b.conf", "# nothing\nUsePAM no\n");
	tree_put(root, DROP "10-a.conf", "\nUsePAM yes\n");
	tree_put(root, DROP "05-c.conf.bak", "UsePAM maybe\n");
	CHECK_INT(sj_sshd_config_load(root, &config, NULL), SJ_OK);
	line = sj_sshd_config_find(&config, "usepam");
	CHECK(line != NULL);
	if (line != NULL) {
		CHECK_STR(line->args[0], "yes");
		CHECK_STR(line->path, DROP "10-a.conf");
		CHECK_INT(line->line, 2);
	}
	CHECK_INT(config.line_count, 3);
	CHECK_INT(config.fault_count, 0);
	sj_sshd_config_clear(&config);
	tree_remove(root);
	test_done("include_glob_below_etc_ssh_in_order");
}

static void
test_include_match(void)
{
	const struct sj_sshd_who alice = {.user = "alice"};
	const struct sj_sshd_who bob = {.user = "bob"};
	enum sj_sshd_answer sure;
	struct sj_sshd_config config;
	const struct sj_sshd_line *line;
	char *root = tree_make();

	tree_put(root, MAIN,
	    "Include sshd_config.d/a.conf\nBanner global\n"
	    "Match User alice\nInclude sshd_config.d/b.conf\nBanner alice\n");
	tree_put(root, DROP "a.conf", "Match User bob\nForceCommand in-a\n");
	tree_put(root, DROP "b.conf",
	    "ChrootDirectory /b\nMatch User bob\nBanner never\n");
	CHECK_INT(sj_sshd_config_load(root, &config, NULL), SJ_OK);
	line = sj_sshd_config_find(&config, "banner");
	CHECK(line != NULL && strcmp(line->args[0], "global") == 0);
	line = sj_sshd_config_find_for(&config, "banner", &alice, &sure);
	CHECK(line != NULL && strcmp(line->args[0], "alice") == 0);
	CHECK_INT(sure, SJ_SSHD_YES);
	line = sj_sshd_config_find_for(&config, "forcecommand", &bob, &sure);
	CHECK(line != NULL && strcmp(line->args[0], "in-a") == 0);
	line = sj_sshd_config_find_for(&config, "banner", &bob, &sure);
	CHECK(line != NULL && strcmp(line->args[0], "global") == 0);
	line = sj_sshd_config_find_for(&config, "chrootdirectory", &bob, &sure);
	CHECK(line == NULL);
	CHECK_INT(sure, SJ_SSHD_NO);
	line = sj_sshd_config_find_for(&config, "forcecommand", &alice, &sure);
	CHECK(line == NULL);
	sj_sshd_config_clear(&config);
	tree_remove(root);
	test_done("match_of_an_include_ends_with_it_and_inherits");
}

static const struct {
	const char *name;
	const char *text;
	unsigned int line;
	const char *what;
} faults[] = {
    {"include_loop_is_named", "Include sshd_config\n", 1, "includes itself"},
    {"include_of_directory_is_named", "\nInclude sshd_config.d\n", 2,
	"no regular file"},
    {"keyword_alone_is_named", "UsePAM yes\nSubsystem\n", 2, "no argument"},
    {"open_quote_is_named", "Banner \"a b\n", 1, "not closed"},
};

static void
test_faults(void)
{
	size_t i;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct sj_sshd_config config;
		char *root = tree_make();

		tree_put(root, MAIN, faults[i].text);
		tree_put(root, DROP "x", "");
		CHECK_INT(sj_sshd_config_load(root, &config, NULL), SJ_OK);
		CHECK(config.fault_count > 0);
		if (config.fault_count > 0) {
			CHECK_STR(config.faults[0].path, MAIN);
			CHECK_INT(config.faults[0].line, faults[i].line);
			CHECK(strstr(config.faults[0].what, faults[i].what) !=
			      NULL);
		}
		sj_sshd_config_clear(&config);
		tree_remove(root);
		test_done(faults[i].name);
	}
}

static void
test_files(void)
{
	struct sj_sshd_config config;
	struct sj_fault fault;
	char *root = tree_make();

	CHECK_INT(sj_sshd_config_load(root, &config, &fault), SJ_SYSTEM_ERROR);
	CHECK_INT(fault.sys_errno, ENOENT);
	sj_sshd_config_clear(&config);
	test_done("no_file_is_enoent");

	tree_put(root, "/usr/etc/ssh/sshd_config", "UsePAM yes\n");
	CHECK_INT(sj_sshd_config_load(root, &config, &fault), SJ_OK);
	CHECK_STR(config.path, "/usr/etc/ssh/sshd_config");
	CHECK(sj_sshd_config_find(&config, "usepam") != NULL);
	sj_sshd_config_clear(&config);
	test_done("vendor_file_is_read_where_ours_is_missing");

	tree_put(root, MAIN,
	    "Subsystem sftp /usr/lib/sftp-server\n"
	    "Subsystem sftp internal-sftp -l INFO\nSubsystem x y\n");
	CHECK_INT(sj_sshd_config_load(root, &config, &fault), SJ_OK);
	CHECK(sj_sshd_config_subsystem(&config, "none") == NULL);
	CHECK(sj_sshd_config_subsystem(&config, "x") != NULL);
	CHECK_STR(sj_sshd_config_subsystem(&config, "sftp")->args[1],
	    "/usr/lib/sftp-server");
	sj_sshd_config_clear(&config);
	test_done("subsystem_is_found_by_name");
	tree_remove(root);
}

static const struct {
	const char *pattern;
	const char *text;
	bool want;
} patterns[] = {
    {"alice", "alice", true},
    {"alice", "alices", false},
    {"*", "", true},
    {"a*e", "alice", true},
    {"a*e", "alicex", false},
    {"*a*a*b", "aaaaaaaaaaaaaaab", true},
    {"*a*a*c", "aaaaaaaaaaaaaaab", false},
    {"?", "", false},
    {"a?c", "abc", true},
    {"", "", true},
    {"", "a", false},
};

static void
test_patterns(void)
{
	size_t i;

	for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		CHECK_INT(sj_sshd_pattern_matches(
			      patterns[i].pattern, patterns[i].text),
		    patterns[i].want);
	test_done("pattern_matches_as_sshd");
}

static const char *const groups_of_alice[] = {"sftp-only", "acme"};

/* Alice, of sftp-only and acme; from 192.0.2.7 where has_addr. */
static const struct {
	const char *name;
	const char *match;
	bool has_addr;
	enum sj_sshd_answer want;
} matches[] = {
    {"match_all_applies", "all", false, SJ_SSHD_YES},
    {"match_user_applies", "User bob,alice", false, SJ_SSHD_YES},
    {"match_user_other_does_not", "User bob", false, SJ_SSHD_NO},
    {"match_user_negated_does_not", "User *,!alice", false, SJ_SSHD_NO},
    {"match_only_negated_does_not", "User !bob", false, SJ_SSHD_NO},
    {"match_user_equals_applies", "user=al*", false, SJ_SSHD_YES},
    {"match_group_applies", "Group acme", false, SJ_SSHD_YES},
    {"match_group_negated_does_not", "Group *,!acme", false, SJ_SSHD_NO},
    {"match_both_must_apply", "User alice Group wheel", false, SJ_SSHD_NO},
    {"match_address_unknown_is_maybe", "Address 192.0.2.0/24", false,
	SJ_SSHD_MAYBE},
    {"match_address_net_applies", "Address 192.0.2.0/24", true, SJ_SSHD_YES},
    {"match_address_wildcard_applies", "Address 192.0.2.*", true, SJ_SSHD_YES},
    {"match_address_negated_does_not", "Address *,!192.0.2.7", true,
	SJ_SSHD_NO},
    {"match_user_no_beats_maybe", "Host *.example User bob", false, SJ_SSHD_NO},
    {"match_port_is_maybe", "LocalPort 22", true, SJ_SSHD_MAYBE},
    {"match_invalid_user_does_not", "invalid-user", false, SJ_SSHD_NO},
};

static void
test_matches(void)
{
	struct sj_sshd_who who = {
	    .user = "alice", .groups = groups_of_alice, .group_count = 2};
	size_t i;

	for (i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
		SJ_AUTO_FREE char *text = NULL;
		struct sj_sshd_config config;
		char *root = tree_make();

		if (asprintf(&text, "Match %s\nBanner x\n", matches[i].match) <
		    0)
			abort();
		tree_put(root, MAIN, text);
		CHECK_INT(sj_sshd_config_load(root, &config, NULL), SJ_OK);
		who.addr = matches[i].has_addr ? "192.0.2.7" : NULL;
		CHECK_INT(config.block_count, 1);
		CHECK_INT(
		    sj_sshd_block_applies(&config, 0, &who), matches[i].want);
		sj_sshd_config_clear(&config);
		tree_remove(root);
		test_done(matches[i].name);
	}
}

static const struct {
	const char *name;
	const char *text;
	enum sj_sshd_answer want;
	unsigned int line;
} accesses[] = {
    {"access_without_lists_is_open", "UsePAM yes\n", SJ_SSHD_NO, 0},
    {"access_denyusers_shuts_out", "DenyUsers bob al*\n", SJ_SSHD_YES, 1},
    {"access_allowusers_of_others_shuts_out", "\nAllowUsers bob\n", SJ_SSHD_YES,
	2},
    {"access_allowusers_lines_add_up", "AllowUsers bob\nAllowUsers alice\n",
	SJ_SSHD_NO, 0},
    {"access_allowusers_at_host_is_maybe", "AllowUsers alice@10.0.0.1\n",
	SJ_SSHD_MAYBE, 1},
    {"access_denygroups_shuts_out", "DenyGroups x acme\n", SJ_SSHD_YES, 1},
    {"access_allowgroups_lets_in", "AllowGroups acme\n", SJ_SSHD_NO, 0},
    {"access_allowgroups_of_others_shuts_out", "AllowGroups wheel\n",
	SJ_SSHD_YES, 1},
    {"access_match_stands_in_place",
	"AllowGroups wheel\nMatch User alice\nAllowGroups sftp-only\n",
	SJ_SSHD_NO, 0},
    {"access_match_takes_away",
	"AllowGroups acme\nMatch User alice\nAllowGroups wheel\n", SJ_SSHD_YES,
	3},
    {"access_match_of_others_is_nothing", "Match User bob\nDenyUsers alice\n",
	SJ_SSHD_NO, 0},
    {"access_match_shuts_out", "Match Group acme\nDenyUsers alice\n",
	SJ_SSHD_YES, 2},
    {"access_match_address_is_maybe",
	"Match Address 10.0.0.0/8\nDenyUsers alice\n", SJ_SSHD_MAYBE, 2},
};

static void
test_access(void)
{
	const struct sj_sshd_who who = {
	    .user = "alice", .groups = groups_of_alice, .group_count = 2};
	size_t i;

	for (i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
		const struct sj_sshd_line *line = NULL;
		struct sj_sshd_config config;
		char *root = tree_make();

		tree_put(root, MAIN, accesses[i].text);
		CHECK_INT(sj_sshd_config_load(root, &config, NULL), SJ_OK);
		CHECK_INT(sj_sshd_access_denied(&config, &who, &line),
		    accesses[i].want);
		if (accesses[i].line != 0) {
			CHECK(line != NULL);
			CHECK(line != NULL && line->line == accesses[i].line);
		}
		sj_sshd_config_clear(&config);
		tree_remove(root);
		test_done(accesses[i].name);
	}
}

static const struct {
	const char *text;
	unsigned int want;
} versions[] = {
    {"OpenSSH_9.2, OpenSSL 3.0.19 27 Jan 2026\n", 902},
    {"OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.11\n", 902},
    {"sshd: illegal option -- V\nOpenSSH_4.3p2, OpenSSL 0.9.8e\n", 403},
    {"unknown option -- V\nOpenSSH_7.10p1\n", 710},
    {"OpenSSH_10.3p1, OpenSSL 3.5\n", 1003},
    {"OpenSSH_for_Windows_9.5p1", 0},
    {"OpenSSH_", 0},
    {"OpenSSH_9", 0},
    {"OpenSSH_99999999999999999999.1", 0},
    {"OpenSSH_9.99999999999999999999", 0},
    {"Dropbear v2022.83", 0},
    {"", 0},
};

static void
test_versions(void)
{
	size_t i;

	for (i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		CHECK_INT(
		    sj_sshd_version_parse(versions[i].text), versions[i].want);
	test_done("version_is_read_from_what_sshd_says");
}

int
main(void)
{
	test_versions();
	test_values();
	test_include();
	test_include_match();
	test_faults();
	test_files();
	test_patterns();
	test_matches();
	test_access();
	return test_failures == 0 ? 0 : 1;
}
