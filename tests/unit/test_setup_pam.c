/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "setup_plan.h"

#define PAM_D SJ_SYSCONFDIR "/pam.d/"
#define SSHD PAM_D "sshd"
#define AUTH "auth       required     pam_sftpjail.so\n"
#define ACCOUNT "account    required     pam_sftpjail.so rescue=sudo\n"
#define SESSION "session    required     pam_sftpjail.so rescue=sudo\n"

#define DEBIAN_1                                               \
	"# PAM configuration for the Secure Shell service\n\n" \
	"# Standard Un*x authentication.\n"
#define DEBIAN_2                                                   \
	"@include common-auth\n\n# Disallow non-root logins when " \
	"/etc/nologin "                                            \
	"exists.\n"
#define DEBIAN_3                                                               \
	"account    required     pam_nologin.so\n\n"                           \
	"# account  required     pam_access.so\n\n@include common-account\n\n" \
	"session [success=ok ignore=ignore module_unknown=ignore default=bad]" \
	"        pam_selinux.so close\n"                                       \
	"session    required     pam_loginuid.so\n"                            \
	"@include common-session\n\n"                                          \
	"session    optional     pam_mail.so standard noenv # [1]\n"           \
	"session    required     pam_env.so user_readenv=1 "                   \
	"envfile=/etc/default/locale\n\n"                                      \
	"session [success=ok ignore=ignore module_unknown=ignore default=bad]" \
	"        pam_selinux.so open\n"
#define DEBIAN_4 \
	"\n# Standard Un*x password updating.\n@include common-password\n"

#define RHEL_1 "#%PAM-1.0\n"
#define RHEL_2                                    \
	"auth       substack     password-auth\n" \
	"auth       include      postlogin\n"
#define RHEL_3                                                      \
	"account    required     pam_sepermit.so\n"                 \
	"account    required     pam_nologin.so\n"                  \
	"account    include      password-auth\n"                   \
	"password   include      password-auth\n"                   \
	"# pam_selinux.so close should be the first session rule\n" \
	"session    required     pam_selinux.so close\n"            \
	"session    required     pam_loginuid.so\n"                 \
	"session    include      password-auth\n"                   \
	"session    include      postlogin\n"

#define SUSE_1 "#%PAM-1.0\n"
#define SUSE_2                                     \
	"auth        requisite   pam_nologin.so\n" \
	"auth        include     common-auth\n"
#define SUSE_3                                      \
	"account     requisite   pam_nologin.so\n"  \
	"account     include     common-account\n"  \
	"password    include     common-password\n" \
	"session     required    pam_loginuid.so\n" \
	"session     include     common-session\n"  \
	"session     optional    pam_keyinit.so   force revoke\n"

#define ARCH_1 "#%PAM-1.0\n\n"
#define ARCH_2 "auth      include   system-remote-login\n"
#define ARCH_3 "account   include   system-remote-login\n"
#define ARCH_4                                      \
	"password  include   system-remote-login\n" \
	"session   include   system-remote-login\n"

#define BASIC_AUTH "auth required pam_unix.so\n"
#define BASIC_ACCOUNT "account required pam_unix.so\n"
#define BASIC_SESSION "session required pam_unix.so\n"
#define BASIC BASIC_AUTH BASIC_ACCOUNT BASIC_SESSION

static const struct setup_row rows[] = {
    {"debian_stock", DEBIAN_1 DEBIAN_2 DEBIAN_3 DEBIAN_4,
	DEBIAN_1 AUTH DEBIAN_2 ACCOUNT DEBIAN_3 SESSION DEBIAN_4, NULL},
    {"rhel_stock", RHEL_1 RHEL_2 RHEL_3,
	RHEL_1 AUTH RHEL_2 ACCOUNT RHEL_3 SESSION, NULL},
    {"suse_stock", SUSE_1 SUSE_2 SUSE_3,
	SUSE_1 AUTH SUSE_2 ACCOUNT SUSE_3 SESSION, NULL},
    {"arch_stock", ARCH_1 ARCH_2 ARCH_3 ARCH_4,
	ARCH_1 AUTH ARCH_2 ACCOUNT ARCH_3 ARCH_4 SESSION, NULL},
    {"already_there", AUTH ACCOUNT BASIC SESSION, SETUP_SAME, NULL},
    {"there_without_rescue",
	"auth required pam_sftpjail.so\naccount required "
	"pam_sftpjail.so\n" BASIC "session required pam_sftpjail.so\n",
	SETUP_SAME, NULL},
    {"auth_is_missing", ACCOUNT BASIC SESSION, ACCOUNT AUTH BASIC SESSION,
	NULL},
    {"session_is_missing", AUTH ACCOUNT BASIC, AUTH ACCOUNT BASIC SESSION,
	NULL},
    {"account_is_missing", AUTH BASIC SESSION,
	AUTH BASIC_AUTH ACCOUNT BASIC_ACCOUNT BASIC_SESSION SESSION, NULL},
    {"last_line_without_end", BASIC_AUTH BASIC_ACCOUNT "session required x.so",
	AUTH BASIC_AUTH ACCOUNT BASIC_ACCOUNT "session required x.so\n" SESSION,
	NULL},
    {"continued_lines_stay_whole",
	"auth \\\n required pam_unix.so\n" BASIC_ACCOUNT
	"session required \\\n\tpam_unix.so \\\n  debug\n# end\n",
	AUTH "auth \\\n required pam_unix.so\n" ACCOUNT BASIC_ACCOUNT
	     "session required \\\n\tpam_unix.so \\\n  debug\n" SESSION
	     "# end\n",
	NULL},
    {"sufficient_and_jumps_come_behind",
	"auth sufficient pam_unix.so\naccount sufficient pam_localuser.so\n"
	"account [success=1 default=ignore] pam_unix.so\n"
	"account required pam_deny.so\naccount required "
	"pam_permit.so\n" BASIC_SESSION,
	AUTH "auth sufficient pam_unix.so\n" ACCOUNT
	     "account sufficient pam_localuser.so\n"
	     "account [success=1 default=ignore] pam_unix.so\n"
	     "account required pam_deny.so\naccount required "
	     "pam_permit.so\n" BASIC_SESSION SESSION,
	NULL},
    {"one_include_for_all", "@include common-all\n",
	AUTH ACCOUNT "@include common-all\n" SESSION, NULL},
    {"silent_types", "-auth required pam_unix.so\n" BASIC_ACCOUNT BASIC_SESSION,
	AUTH "-auth required pam_unix.so\n" ACCOUNT BASIC_ACCOUNT BASIC_SESSION
	    SESSION,
	NULL},
    {"commented_out_is_missing", "#" AUTH BASIC,
	"#" AUTH AUTH BASIC_AUTH ACCOUNT BASIC_ACCOUNT BASIC_SESSION SESSION,
	NULL},
    {"auth_in_the_wrong_place_is_refused",
	"auth sufficient pam_unix.so\n" AUTH ACCOUNT BASIC_ACCOUNT BASIC_SESSION
	    SESSION,
	NULL, "pam-auth-place:2"},
    {"session_not_last_is_refused", AUTH BASIC SESSION BASIC_SESSION, NULL,
	"pam-session-not-last:6"},
    {"jump_over_the_end_is_refused",
	BASIC_AUTH BASIC_ACCOUNT
	"session [success=1 default=ignore] pam_unix.so\n",
	NULL, "pam-session-place:6"},
    {"sufficient_session_is_refused",
	BASIC_AUTH BASIC_ACCOUNT "session sufficient pam_unix.so\n", NULL,
	"pam-session-place:6"},
    {"optional_is_refused",
	AUTH "account optional pam_sftpjail.so\n" BASIC SESSION, NULL,
	"pam-control:2"},
    {"twice_with_one_missing_is_refused", AUTH AUTH BASIC SESSION, NULL,
	"pam-twice:2"},
    {"unknown_argument_is_refused",
	AUTH "account required pam_sftpjail.so strict\n" BASIC SESSION, NULL,
	"bad-option:2"},
    {"missing_include_is_refused", BASIC "@include nosuch\n", NULL,
	"pam-syntax:7"},
    {"no_session_of_its_own_is_refused", BASIC_AUTH BASIC_ACCOUNT, NULL,
	"pam-session-missing:0"},
    {"carriage_returns_are_refused", "auth required pam_unix.so\r\n", NULL,
	"setup-unsure:0"},
    {"authselect_is_refused", "# Generated by authselect on Mon\n" BASIC, NULL,
	"setup-managed:0"},
    {"empty_file_is_refused", "", NULL,
	"pam-auth-missing:0 pam-account-missing:0 pam-session-missing:0"},
};

static void
put_vendor_files(const char *root)
{
	tree_put(root, PAM_D "common-auth",
	    "auth	[success=1 default=ignore]	pam_unix.so nullok\n"
	    "auth	requisite			pam_deny.so\n"
	    "auth	required			pam_permit.so\n");
	tree_put(root, PAM_D "common-account",
	    "account	[success=1 default=ignore]	pam_unix.so\n"
	    "account	requisite			pam_deny.so\n"
	    "account	required			pam_permit.so\n");
	tree_put(root, PAM_D "common-session",
	    "session	[default=1]			pam_permit.so\n"
	    "session	requisite			pam_deny.so\n"
	    "session	required			pam_unix.so\n");
	tree_put(root, PAM_D "common-password",
	    "password	required			pam_permit.so\n");
	tree_put(root, PAM_D "common-all", BASIC);
	tree_put(root, PAM_D "password-auth",
	    "auth        sufficient    pam_unix.so nullok\n"
	    "auth        required      pam_deny.so\n"
	    "account     sufficient    pam_localuser.so\n"
	    "account     required      pam_permit.so\n"
	    "password    sufficient    pam_unix.so\n"
	    "session     [success=1 default=ignore] pam_succeed_if.so "
	    "service in crond quiet use_uid\n"
	    "session     required      pam_unix.so\n");
	tree_put(root, PAM_D "postlogin",
	    "session     optional      pam_lastlog.so silent noupdate\n");
	tree_put(root, PAM_D "system-remote-login",
	    "auth      include   common-auth\n"
	    "account   required  pam_nologin.so\n"
	    "account   include   common-account\n"
	    "password  include   common-password\n"
	    "session   optional  pam_loginuid.so\n"
	    "session   include   common-session\n");
	tree_put(root, PAM_D "other",
	    "auth required pam_deny.so\naccount required pam_deny.so\n"
	    "session required pam_deny.so\n");
}

/* The file of the distribution alone: it is named, and not edited. */
static void
test_vendor_file(const struct sj_setup_facts *facts)
{
	struct sj_setup_file file = {.path = SSHD};
	struct sj_report refused = {.count = 0};

	tree_put(facts->root, "/usr/lib/pam.d/sshd", BASIC);
	sj_setup_pam(facts, &file, &refused);
	CHECK_INT(refused.count, 1);
	CHECK_STR(refused.problems[0].kind.id, "setup-missing");
	CHECK_STR(refused.problems[0].fix, "cp -a /usr/lib/pam.d/sshd " SSHD);
	CHECK(file.new == NULL);
	sj_report_clear(&refused);
	sj_setup_file_clear(&file);
	test_done("vendor_file_is_refused");
}

static void
test_no_service(const struct sj_setup_facts *facts)
{
	struct sj_setup_file file = {.path = SSHD};
	struct sj_report refused = {.count = 0};

	sj_setup_pam(facts, &file, &refused);
	CHECK_INT(refused.count, 1);
	CHECK_STR(refused.problems[0].kind.id, "setup-missing");
	sj_report_clear(&refused);
	test_done("no_service_is_refused");
}

static void
test_no_rescue(const struct sj_setup_facts *facts)
{
	const struct sj_setup_facts other = {.root = facts->root};
	const struct setup_row row = {"no_group_no_rescue", BASIC,
	    AUTH BASIC_AUTH
	    "account    required     pam_sftpjail.so\n" BASIC_ACCOUNT
		BASIC_SESSION "session    required     pam_sftpjail.so\n",
	    NULL};

	setup_plan_row(&other, SSHD, sj_setup_pam, &row);
}

int
main(void)
{
	struct sj_setup_facts facts = {.rescue = "sudo"};
	char *root = tree_make();
	size_t i;

	facts.root = root;
	put_vendor_files(root);
	test_no_service(&facts);
	test_vendor_file(&facts);
	test_no_rescue(&facts);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		setup_plan_row(&facts, SSHD, sj_setup_pam, &rows[i]);
	tree_remove(root);
	return test_failures == 0 ? 0 : 1;
}
