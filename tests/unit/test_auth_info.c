/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "test.h"

#include "../../pam_sftpjail/auth_info.c"

/* The fingerprints are those that ssh-keygen -l prints. */
#define ED25519        \
	"ssh-ed25519 " \
	"AAAAC3NzaC1lZDI1NTE5AAAAIFJNL/W8o1VCBmTEbI+2IKIPK2h5OyPlI7XZ+/bx/LNt"
#define ED25519_PRINT "SHA256:Bg2/x95w3O3guW96MKQEQvQoHMRZY8ftOGjpWXC41O4"
#define RSA                                                                  \
	"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC8a2On8XgVH5MvwXMazuK+GrU1IV" \
	"LOvNNELNVLqbDajah9yLvf2mdVTcNgkPRHFAvIqVjj3AFduMe4iz75hB0939wwx7Ma" \
	"l5p3HBdxRoKUYVnR4n6w1LB1uM6AfvMAW55GyTURdkCzoZbm9qXQP8Yxuwzj3JuYQb" \
	"JgocMJAwwR1w=="
#define RSA_PRINT "SHA256:t+BD5h32MFclCt9D7YY6Xa8p8sIJZxqE5SBi6RUftUU"

static const struct {
	const char *name;
	const char *value;
	uint32_t methods;
	const char *names;
	const char *key;
} rows[] = {
    {"auth_info_not_given_is_nothing", NULL, 0, "", ""},
    {"auth_info_empty_is_nothing", "", 0, "", ""},
    {"auth_info_newlines_are_nothing", "\n\n", 0, "", ""},
    {"auth_info_publickey_has_its_fingerprint", "publickey " ED25519 "\n",
	SJ_AUTH_PUBLICKEY, "publickey", ED25519_PRINT},
    {"auth_info_padded_key_has_its_fingerprint", "publickey " RSA "\n",
	SJ_AUTH_PUBLICKEY, "publickey", RSA_PRINT},
    {"auth_info_last_line_needs_no_newline", "publickey " ED25519,
	SJ_AUTH_PUBLICKEY, "publickey", ED25519_PRINT},
    {"auth_info_password", "password\n", SJ_AUTH_PASSWORD, "password", ""},
    {"auth_info_keyboard_interactive_is_password", "keyboard-interactive/pam\n",
	SJ_AUTH_PASSWORD, "keyboard-interactive", ""},
    {"auth_info_two_methods", "publickey " ED25519 "\npassword\n",
	SJ_AUTH_PUBLICKEY | SJ_AUTH_PASSWORD, "publickey+password",
	ED25519_PRINT},
    {"auth_info_first_key_counts", "publickey " RSA "\npublickey " ED25519 "\n",
	SJ_AUTH_PUBLICKEY, "publickey+publickey", RSA_PRINT},
    {"auth_info_hostbased_is_another", "hostbased ssh-rsa AAAA\n",
	SJ_AUTH_OTHER, "hostbased", ""},
    {"auth_info_other_does_not_hide",
	"gssapi-with-mic alice@REALM\npublickey " ED25519 "\n",
	SJ_AUTH_OTHER | SJ_AUTH_PUBLICKEY, "gssapi-with-mic+publickey",
	ED25519_PRINT},
    {"auth_info_prefix_of_a_method_is_another", "publickeys x\npass\n",
	SJ_AUTH_OTHER, "publickeys+pass", ""},
    {"auth_info_publickey_without_key", "publickey\n", SJ_AUTH_PUBLICKEY,
	"publickey", ""},
    {"auth_info_key_that_is_no_base64", "publickey ssh-rsa !!!!\n",
	SJ_AUTH_PUBLICKEY, "publickey", ""},
    {"auth_info_certificate_has_no_fingerprint",
	"publickey ssh-ed25519-cert-v01@openssh.com AAAA\n", SJ_AUTH_PUBLICKEY,
	"publickey", ""},
    {"auth_info_names_are_cut",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
	SJ_AUTH_OTHER,
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ""},
};

static void
test_parse(void)
{
	struct sj_auth_info got;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&got, 0xff, sizeof(got));
		sj_auth_info_parse(rows[i].value, &got);
		CHECK_INT(got.methods, rows[i].methods);
		CHECK_STR(got.names, rows[i].names);
		CHECK_STR(got.key, rows[i].key);
		test_done(rows[i].name);
	}
}

#define KEY "publickey " ED25519 "\n"

static const struct {
	const char *name;
	const char *before;
	const char *now;
	bool is_password_asked;
	bool want;
} genuine[] = {
    {"genuine_key", "", KEY, false, true},
    {"genuine_key_after_a_wrong_password", "", KEY, true, true},
    {"genuine_password", "", "password\n", true, true},
    {"genuine_key_then_password", KEY, KEY "password\n", true, true},
    {"genuine_password_then_key", "password\n", "password\n" KEY, true, true},
    {"forged_password_that_nobody_asked_for", "", "password\n", false, false},
    {"forged_key_in_front_of_a_password", "", KEY "password\n", true, false},
    {"forged_password_behind_a_key", "", KEY "password\n", false, false},
    {"forged_first_method", KEY, "password\n" KEY, true, false},
    {"forged_by_leaving_the_last_out", KEY, KEY, true, false},
    {"forged_by_taking_it_out", KEY, NULL, true, false},
    {"forged_by_emptying_it", "", "", true, false},
    {"forged_where_the_server_gives_none", NULL, KEY, true, false},
    {"forged_by_lengthening_a_line", "publickey x", "publickey xy\n", true,
	false},
    {"forged_with_an_empty_line", "", "\n" KEY, true, false},
};

static void
test_genuine(void)
{
	size_t i;

	for (i = 0; i < sizeof(genuine) / sizeof(genuine[0]); i++) {
		CHECK_INT(sj_auth_info_is_genuine(genuine[i].before,
			      genuine[i].now, genuine[i].is_password_asked),
		    genuine[i].want);
		test_done(genuine[i].name);
	}
}

int
main(void)
{
	test_parse();
	test_genuine();
	return test_failures > 0;
}
