/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "setup_plan.h"

#define CONF SJ_SYSCONFDIR "/ssh/sshd_config"
#define DROP SJ_SYSCONFDIR "/ssh/sshd_config.d/50-x.conf"
#define KEYS SJ_STATEDIR "/keys/%u"
#define PAM "UsePAM yes\n"
#define SFTP "Subsystem sftp internal-sftp -l INFO\n"
#define DEFAULT_FILES ".ssh/authorized_keys .ssh/authorized_keys2 "
#define FILES "AuthorizedKeysFile " DEFAULT_FILES KEYS "\n"
#define COMMAND                                                   \
	"AuthorizedKeysCommand " SJ_SBINDIR "/sftpjail keys %u\n" \
	"AuthorizedKeysCommandUser nobody\n"

/* drop: the text of an included file. */
struct row {
	struct setup_row row;
	const char *drop;
};

static const struct row rows[] = {
    {{"debian_stock",
	 "# This is the sshd server system-wide configuration file.\n\n"
	 "Include /etc/ssh/sshd_config.d/*.conf\n\n#Port 22\n"
	 "#AuthorizedKeysFile\t.ssh/authorized_keys\n" PAM
	 "X11Forwarding yes\n\n# override default of no subsystems\n"
	 "Subsystem\tsftp\t/usr/lib/openssh/sftp-server\n\n"
	 "# Example of overriding settings on a per-user basis\n"
	 "#Match User anoncvs\n#\tX11Forwarding no\n",
	 "# This is the sshd server system-wide configuration file.\n\n"
	 "Include /etc/ssh/sshd_config.d/*.conf\n\n#Port 22\n"
	 "#AuthorizedKeysFile\t.ssh/authorized_keys\n" FILES PAM
	 "X11Forwarding yes\n\n# override default of no subsystems\n"
	 "Subsystem\tsftp\tinternal-sftp -l INFO\n\n"
	 "# Example of overriding settings on a per-user basis\n"
	 "#Match User anoncvs\n#\tX11Forwarding no\n",
	 NULL},
	NULL},
    {{"rhel_stock",
	 "Include /etc/ssh/sshd_config.d/*.conf\n"
	 "AuthorizedKeysFile\t.ssh/authorized_keys\n"
	 "Subsystem\tsftp\t/usr/libexec/openssh/sftp-server\n",
	 "Include /etc/ssh/sshd_config.d/*.conf\n"
	 "AuthorizedKeysFile\t.ssh/authorized_keys " KEYS "\n"
	 "Subsystem\tsftp\tinternal-sftp -l INFO\n",
	 NULL},
	PAM},
    {{"suse_stock",
	 "AuthorizedKeysFile      .ssh/authorized_keys\nUsePAM yes\n"
	 "Subsystem       sftp    /usr/lib/ssh/sftp-server\n",
	 "AuthorizedKeysFile      .ssh/authorized_keys " KEYS "\n" PAM
	 "Subsystem       sftp    internal-sftp -l INFO\n",
	 NULL},
	NULL},
    {{"everything_is_missing", "Port 22\n", "Port 22\n" PAM SFTP FILES, NULL},
	NULL},
    {{"empty_file", "", PAM SFTP FILES, NULL}, NULL},
    {{"already_there", PAM SFTP FILES, SETUP_SAME, NULL}, NULL},
    {{"already_there_by_command", PAM "Subsystem sftp internal-sftp\n" COMMAND,
	 SETUP_SAME, NULL},
	NULL},
    {{"already_there_in_an_included_file",
	 "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM no\n", SETUP_SAME,
	 NULL},
	PAM SFTP FILES},
    {{"half_there", PAM FILES, PAM FILES SFTP, NULL}, NULL},
    {{"command_without_user",
	 PAM SFTP "AuthorizedKeysCommand "
		  "/usr/sbin/sftpjail keys %u\n",
	 PAM SFTP "AuthorizedKeysCommand /usr/sbin/sftpjail keys %u\n" FILES,
	 NULL},
	NULL},
    {{"pam_no_becomes_yes", "  usepam=no # why\n" SFTP FILES,
	 "  UsePAM yes # why\n" SFTP FILES, NULL},
	NULL},
    {{"second_value_does_not_count", PAM "UsePAM no\n" SFTP FILES, SETUP_SAME,
	 NULL},
	NULL},
    {{"server_keeps_its_arguments",
	 PAM FILES "Subsystem sftp /usr/lib/openssh/sftp-server -f LOCAL0 -u "
		   "0002 # log\n",
	 PAM FILES
	 "Subsystem sftp internal-sftp -l INFO -f LOCAL0 -u 0002 # log\n",
	 NULL},
	NULL},
    {{"server_keeps_its_log_level",
	 PAM FILES "Subsystem sftp sftp-server -l VERBOSE\n",
	 PAM FILES "Subsystem sftp internal-sftp -l VERBOSE\n", NULL},
	NULL},
    {{"keys_before_a_comment",
	 PAM SFTP "AuthorizedKeysFile\t%h/k \"a#b\" \t# two\n",
	 PAM SFTP "AuthorizedKeysFile\t%h/k \"a#b\" " KEYS " \t# two\n", NULL},
	NULL},
    {{"new_lines_before_match",
	 "Port 22\n\n# only here\n# and so\nMatch User x\n  X11Forwarding "
	 "no\nMatch all\n" PAM,
	 "Port 22\n\n" PAM SFTP FILES
	 "# only here\n# and so\nMatch User x\n  X11Forwarding "
	 "no\nMatch all\n" PAM,
	 NULL},
	NULL},
    {{"value_in_match_does_not_count", PAM SFTP "Match User x\n  " FILES,
	 PAM SFTP FILES "Match User x\n  " FILES, NULL},
	NULL},
    {{"example_behind_match_does_not_count",
	 PAM SFTP
	 "#AuthorizedKeysFiles x\nMatch User x\n#AuthorizedKeysFile x\n",
	 PAM SFTP FILES "#AuthorizedKeysFiles x\n"
			"Match User x\n#AuthorizedKeysFile x\n",
	 NULL},
	NULL},
    {{"match_in_the_first_line", "Match User x\n\tBanner none\n",
	 PAM SFTP FILES "Match User x\n\tBanner none\n", NULL},
	NULL},
    {{"match_of_an_included_file_ends_there",
	 "Include /etc/ssh/sshd_config.d/*.conf\n" PAM SFTP,
	 "Include /etc/ssh/sshd_config.d/*.conf\n" PAM SFTP FILES, NULL},
	"Match User x\n  Banner none\n"},
    {{"last_line_without_end", PAM "Port 22", PAM "Port 22\n" SFTP FILES, NULL},
	NULL},
    {{"carriage_returns", "UsePAM no\r\nAuthorizedKeysFile a\r\nPort 22\r\n",
	 "UsePAM yes\r\nAuthorizedKeysFile a " KEYS "\r\nPort 22\r\n"
	 "Subsystem sftp internal-sftp -l INFO\r\n",
	 NULL},
	NULL},
    {{"other_server_is_refused",
	 PAM FILES "Subsystem sftp /opt/mysecureshell\n", NULL,
	 "setup-unsure:3"},
	NULL},
    {{"quoted_server_is_refused",
	 PAM FILES "Subsystem sftp \"/usr/lib/openssh/sftp-server\"\n", NULL,
	 "setup-unsure:3"},
	NULL},
    {{"pam_no_in_an_included_file_is_refused",
	 "Include /etc/ssh/sshd_config.d/*.conf\n" PAM, NULL, "setup-unsure:1"},
	"UsePAM no\n" SFTP FILES},
    {{"server_in_an_included_file_is_refused",
	 "Include /etc/ssh/sshd_config.d/*.conf\n", NULL, "setup-unsure:2"},
	PAM "Subsystem sftp /usr/lib/openssh/sftp-server\n" FILES},
    {{"keys_in_an_included_file_are_refused",
	 "Include /etc/ssh/sshd_config.d/*.conf\n", NULL, "setup-unsure:3"},
	PAM SFTP "AuthorizedKeysFile /etc/keys/%u\n"},
    {{"keys_none_is_refused", PAM SFTP "AuthorizedKeysFile none\n", NULL,
	 "setup-unsure:3"},
	NULL},
    {{"syntax_is_refused", PAM SFTP FILES "Banner \"x\n", NULL,
	 "setup-unsure:4"},
	NULL},
    {{"other_service_is_refused", PAM SFTP FILES "PAMServiceName ssh\n", NULL,
	 "setup-unsure:4"},
	NULL},
};

static const struct row old_rows[] = {
    {{"old_sshd_gets_a_second_keyword", PAM SFTP "AuthorizedKeysFile a\n",
	 PAM SFTP "AuthorizedKeysFile a\nAuthorizedKeysFile2 " KEYS "\n", NULL},
	NULL},
    {{"old_sshd_already_there", PAM SFTP "AuthorizedKeysFile2 " KEYS "\n",
	 SETUP_SAME, NULL},
	NULL},
    {{"old_sshd_with_two_files_is_refused",
	 PAM SFTP "AuthorizedKeysFile2 .ssh/k\n", NULL, "setup-unsure:3"},
	NULL},
};

static const struct row new_rows[] = {
    {{"new_sshd_ignores_the_second_keyword",
	 PAM SFTP "AuthorizedKeysFile2 " KEYS "\n",
	 PAM SFTP "AuthorizedKeysFile2 " KEYS "\n" FILES, NULL},
	NULL},
};

/* key_files = false */
static const struct row command_rows[] = {
    {{"command_is_written", PAM SFTP, PAM SFTP COMMAND, NULL}, NULL},
    {{"command_already_there", PAM SFTP COMMAND, SETUP_SAME, NULL}, NULL},
    {{"command_beside_files", PAM SFTP FILES, PAM SFTP FILES COMMAND, NULL},
	NULL},
    {{"command_keeps_its_user", PAM SFTP "AuthorizedKeysCommandUser k\n",
	 PAM SFTP "AuthorizedKeysCommandUser k\n"
		  "AuthorizedKeysCommand " SJ_SBINDIR "/sftpjail keys %u\n",
	 NULL},
	NULL},
    {{"other_command_is_refused",
	 PAM SFTP "AuthorizedKeysCommand /usr/bin/sss_ssh_authorizedkeys\n",
	 NULL, "setup-unsure:3"},
	NULL},
};

/* With sftp_server = "/usr/lib/sftp-server". */
static const struct row server_rows[] = {
    {{"server_stays", PAM "Subsystem sftp /usr/lib/sftp-server -e\n" FILES,
	 SETUP_SAME, NULL},
	NULL},
    {{"server_stays_while_others_change",
	 "Subsystem sftp /usr/lib/sftp-server\n",
	 "Subsystem sftp /usr/lib/sftp-server\n" PAM FILES, NULL},
	NULL},
    {{"another_server_is_replaced",
	 PAM "Subsystem sftp /opt/sftp-server\n" FILES, PAM SFTP FILES, NULL},
	NULL},
};

static void
run(const struct sj_setup_facts *facts, const struct row *row, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		tree_put(
		    facts->root, DROP, row[i].drop == NULL ? "" : row[i].drop);
		setup_plan_row(facts, CONF, sj_setup_sshd, &row[i].row);
	}
}

static void
test_vendor_file(const struct sj_setup_facts *facts)
{
	struct sj_setup_file file = {.path = CONF};
	struct sj_report refused = {.count = 0};

	tree_put(facts->root, "/usr/etc/ssh/sshd_config", PAM);
	sj_setup_sshd(facts, &file, &refused);
	CHECK_INT(refused.count, 1);
	CHECK_STR(refused.problems[0].kind.id, "setup-missing");
	CHECK_STR(
	    refused.problems[0].fix, "cp -a /usr/etc/ssh/sshd_config " CONF);
	sj_report_clear(&refused);
	sj_setup_file_clear(&file);
	test_done("vendor_file_is_refused");
}

int
main(void)
{
	struct sj_setup_facts facts = {.is_key_files = true};
	char *root = tree_make();

	facts.root = root;
	test_vendor_file(&facts);
	run(&facts, rows, sizeof(rows) / sizeof(rows[0]));
	facts.sftp_server = "/usr/lib/sftp-server";
	run(&facts, server_rows, sizeof(server_rows) / sizeof(server_rows[0]));
	facts.sftp_server = NULL;
	facts.sshd_version = 503;
	run(&facts, old_rows, sizeof(old_rows) / sizeof(old_rows[0]));
	facts.sshd_version = 902;
	run(&facts, new_rows, sizeof(new_rows) / sizeof(new_rows[0]));
	facts.is_key_files = false;
	run(&facts, command_rows,
	    sizeof(command_rows) / sizeof(command_rows[0]));
	tree_remove(root);
	return test_failures == 0 ? 0 : 1;
}
