/* SPDX-License-Identifier: ISC */

/* What sshd_config says to everybody. */

#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "server.h"
#include "sshd_version.h"

#define TELLS_METHODS 706u   /* SSH_AUTH_INFO_0 */
#define TAKES_KEY_FILES 509u /* more than one */
#define GIVES_ARGUMENTS 609u /* to AuthorizedKeysCommand */
#define USES_NO_DNS 608u     /* if UseDNS is not set */
#define HAS_INTERNAL 409u    /* internal-sftp */

static const struct sj_problem_kind no_config = {"sshd-missing", SJ_WARNING,
    "sshd is not installed, or has its configuration elsewhere: nothing of it "
    "was looked at"};
static const struct sj_problem_kind syntax = {
    "sshd-syntax", SJ_ERROR, "sshd does not start with it, or leaves it out"};
static const struct sj_problem_kind use_pam = {"sshd-usepam", SJ_ERROR,
    "without PAM nothing of sftpjail is asked: nobody is confined"};
static const struct sj_problem_kind subsystem = {"sshd-subsystem", SJ_ERROR,
    "a jail holds no other program than the one that sftp_server names"};
static const struct sj_problem_kind internal = {"sshd-internal-sftp",
    SJ_WARNING, "without it sshd finds no sftp server in the jail"};
static const struct sj_problem_kind transfers = {"sshd-transfer-log",
    SJ_WARNING, "transfers are not logged at sshd's default level"};
static const struct sj_problem_kind privsep = {"sshd-privsep", SJ_ERROR,
    "without it forwarding runs as root outside the jail; jailed users are "
    "refused with pam-not-wired"};
static const struct sj_problem_kind use_dns = {"sshd-usedns", SJ_ERROR,
    "PAM is then told a name, and a jail with \"from\" denies whoever comes "
    "without an address"};
static const struct sj_problem_kind auth_info = {"sshd-auth-info", SJ_ERROR,
    "it does not tell PAM how a user logged in: all that such a jail can "
    "enforce is auth = [ \"publickey\" ], others deny everybody"};
static const struct sj_problem_kind methods = {"sshd-auth-methods", SJ_ERROR,
    "PAM is not asked, or not told, about logins by it: a jail with \"auth\" "
    "can't refuse them by their way, or denies them all"};
static const struct sj_problem_kind service = {"sshd-service", SJ_ERROR,
    "every jail denies logins by a service it does not name"};

static bool
is_yes(const struct sj_sshd_line *line)
{
	return strcasecmp(line->args[0], "yes") == 0 ||
	       strcasecmp(line->args[0], "true") == 0;
}

static void
check_faults(struct sj_checkup *check)
{
	const struct sj_sshd_fault *fault;
	size_t i;

	for (i = 0; i < check->sshd.fault_count; i++) {
		fault = &check->sshd.faults[i];
		sj_report_add(check->report, &syntax, fault->path, fault->line,
		    "%s", fault->what);
		sj_report_fix(check->report, "sshd -t tells more");
	}
}

static void
check_use_pam(struct sj_checkup *check)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_find(&check->sshd, "usepam");

	if (line != NULL && is_yes(line))
		return;
	if (line == NULL) {
		sj_report_add(check->report, &use_pam, check->sshd.path, 0,
		    "UsePAM is not set, and the default is no");
		sj_report_fix(check->report,
		    "write \"UsePAM yes\" at the top of %s", check->sshd.path);
		return;
	}
	sj_report_add(check->report, &use_pam, line->path, line->line,
	    "UsePAM is %s", line->args[0]);
	sj_report_fix(check->report, "make the line \"UsePAM yes\"");
}

/* "-l INFO" or "-lINFO"; the levels below INFO do not tell of transfers. */
static bool
has_log_level(const char *const *args, size_t count)
{
	static const char *const levels[] = {
	    "INFO", "VERBOSE", "DEBUG", "DEBUG1", "DEBUG2", "DEBUG3"};
	const char *level = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (strncmp(args[i], "-l", 2) != 0)
			continue;
		if (args[i][2] != '\0')
			level = args[i] + 2;
		else
			level = i + 1 < count ? args[i + 1] : NULL;
	}
	if (level == NULL)
		return false;
	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcasecmp(level, levels[i]) == 0)
			return true;
	return false;
}

/* The login shell goes by the words of sftp_server, not by sshd's. */
static bool
has_server_log_level(const struct sj_server *server)
{
	const char *args[SJ_SERVER_ARGS_MAX];
	const char *arg = server->argv.first;
	uint32_t i;

	for (i = 0; i < server->argv.count; i++, arg = sj_strings_next(arg))
		args[i] = arg;
	return has_log_level(args, server->argv.count);
}

static void
check_external(struct sj_checkup *check, const struct sj_sshd_line *line)
{
	const char *program = check->server.argv.first;

	if (!check->has_server) {
		sj_report_add(check->report, &subsystem, line->path, line->line,
		    "Subsystem sftp is the external program %s", line->args[1]);
		sj_report_fix(check->report,
		    "make the line \"Subsystem sftp internal-sftp -l INFO\"; "
		    "or set "
		    "sftp_server = \"%s -l INFO\" in the configuration, then "
		    "sftpjail apply",
		    line->args[1]);
		return;
	}
	if (strcmp(line->args[1], program) != 0) {
		sj_report_add(check->report, &subsystem, line->path, line->line,
		    "Subsystem sftp is %s, and sftp_server is %s",
		    line->args[1], program);
		sj_report_fix(check->report,
		    "make the line \"Subsystem sftp %s\"", program);
		return;
	}
	check->is_server_used = true;
	if (check->needs.transfer_log &&
	    !has_server_log_level(&check->server)) {
		sj_report_add(check->report, &transfers,
		    check->tool->config_dir, 0,
		    "sftp_server has no \"-l INFO\"");
		sj_report_fix(check->report,
		    "write it behind the program, then sftpjail apply");
	}
}

static void
check_subsystem(struct sj_checkup *check)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_subsystem(&check->sshd, "sftp");
	static const char fix[] =
	    "make the line \"Subsystem sftp internal-sftp -l INFO\"";

	if (line == NULL || line->arg_count < 2) {
		sj_report_add(check->report, &subsystem,
		    line == NULL ? check->sshd.path : line->path,
		    line == NULL ? 0 : line->line,
		    "there is no Subsystem sftp");
		sj_report_fix(check->report,
		    "write \"Subsystem sftp internal-sftp -l INFO\" at the "
		    "top of %s",
		    check->sshd.path);
	} else if (strcmp(line->args[1], "internal-sftp") != 0) {
		check_external(check, line);
	} else if (check->needs.transfer_log &&
		   !has_log_level(line->args + 2, line->arg_count - 2)) {
		sj_report_add(check->report, &transfers, line->path, line->line,
		    "Subsystem sftp has no \"-l INFO\"");
		sj_report_fix(check->report, "%s", fix);
	}
}

/* That of RHEL 5 says that it is as old, and has it. */
static void
check_internal(struct sj_checkup *check)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_subsystem(&check->sshd, "sftp");
	unsigned int version = check->sshd_version;

	if (version == 0 || version >= HAS_INTERNAL || line == NULL ||
	    line->arg_count < 2 || strcmp(line->args[1], "internal-sftp") != 0)
		return;
	sj_report_add(check->report, &internal, line->path, line->line,
	    "OpenSSH %u.%u has no internal-sftp, but for that of RHEL 5",
	    version / 100, version % 100);
	sj_report_fix(check->report,
	    "name the sftp-server here and in sftp_server of the "
	    "configuration, then sftpjail apply");
}

static void
check_privsep(struct sj_checkup *check)
{
	const struct sj_sshd_line *line;

	line = sj_sshd_config_find(&check->sshd, "useprivilegeseparation");
	if (line != NULL && strcasecmp(line->args[0], "no") == 0) {
		sj_report_add(check->report, &privsep, line->path, line->line,
		    "UsePrivilegeSeparation is no");
		sj_report_fix(check->report, "take the line away");
	}
}

/* Up to 6.7 it is on if nothing is said. */
static void
check_use_dns(struct sj_checkup *check)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_find(&check->sshd, "usedns");

	if (!check->needs.address)
		return;
	if (line != NULL && is_yes(line)) {
		sj_report_add(check->report, &use_dns, line->path, line->line,
		    "UseDNS is yes, and a jail asks for the client's "
		    "address");
		sj_report_fix(check->report, "make the line \"UseDNS no\"");
	} else if (line == NULL && check->sshd_version != 0 &&
		   check->sshd_version < USES_NO_DNS) {
		sj_report_add(check->report, &use_dns, check->sshd.path, 0,
		    "UseDNS is not set, which is yes before OpenSSH 6.8, and a "
		    "jail asks for the client's address");
		sj_report_fix(check->report,
		    "write \"UseDNS no\" at the top of %s", check->sshd.path);
	}
}

/* What may let a user in without PAM's knowing how. */
static void
check_methods(struct sj_checkup *check)
{
	static const char *const names[] = {"KerberosAuthentication",
	    "GSSAPIAuthentication", "HostbasedAuthentication"};
	bool is_told =
	    check->sshd_version == 0 || check->sshd_version >= TELLS_METHODS;
	const struct sj_sshd_line *line;
	size_t i;

	if (!check->needs.auth)
		return;
	/* Newer servers tell of all but Kerberos, which looks like a password.
	 */
	for (i = 0; i < (is_told ? 1 : sizeof(names) / sizeof(names[0])); i++) {
		line = sj_sshd_config_find(&check->sshd, names[i]);
		if (line == NULL || !is_yes(line))
			continue;
		sj_report_add(check->report, &methods, line->path, line->line,
		    "%s is yes, and a jail has \"auth\"", names[i]);
		sj_report_fix(
		    check->report, "make the line \"%s no\"", names[i]);
	}
}

static void
check_version(struct sj_checkup *check)
{
	unsigned int version = check->sshd_version;
	const struct sj_sshd_line *line;

	if (version == 0)
		return;
	if (version < TELLS_METHODS && check->needs.auth_info) {
		sj_report_add(check->report, &auth_info, NULL, 0,
		    "this is OpenSSH %u.%u, and a jail allows certain ways to "
		    "log in",
		    version / 100, version % 100);
		sj_report_fix(check->report,
		    "OpenSSH 7.6 or later, or auth = [ \"publickey\" ]");
	}
	line = sj_sshd_config_find(&check->sshd, "authorizedkeysfile");
	if (version < TAKES_KEY_FILES && line != NULL && line->arg_count > 1) {
		sj_report_add(check->report, &syntax, line->path, line->line,
		    "OpenSSH before 5.9 takes one AuthorizedKeysFile");
		sj_report_fix(check->report,
		    "put the second one into AuthorizedKeysFile2");
	}
	line = sj_sshd_config_find(&check->sshd, "authorizedkeyscommand");
	if (version < GIVES_ARGUMENTS && line != NULL && line->arg_count > 1) {
		sj_report_add(check->report, &syntax, line->path, line->line,
		    "OpenSSH before 6.9 gives AuthorizedKeysCommand no "
		    "arguments");
		sj_report_fix(check->report,
		    "take the line away, and \"key_files = false\" out of the "
		    "configuration");
	}
}

static bool
is_service_allowed(const struct sj_checkup *check, const char *name)
{
	uint32_t i;

	for (i = 0; i < check->jail_count; i++)
		if (sj_strings_contain(&check->jails[i].services, name))
			return true;
	return check->jail_count == 0;
}

static void
check_service(struct sj_checkup *check)
{
	const struct sj_sshd_line *line =
	    sj_sshd_config_find(&check->sshd, "pamservicename");

	if (line == NULL)
		return;
	check->sshd_service = line->args[0];
	if (is_service_allowed(check, line->args[0]))
		return;
	sj_report_add(check->report, &service, line->path, line->line,
	    "PAMServiceName is %s, which no jail names in \"services\"",
	    line->args[0]);
	sj_report_fix(check->report,
	    "take the line away, or add \"%s\" to \"services\" of the jails",
	    line->args[0]);
}

void
sj_check_sshd(struct sj_checkup *check)
{
	struct sj_fault fault;

	check->sshd_service = "sshd";
	if (sj_sshd_config_load(NULL, &check->sshd, &fault) != SJ_OK) {
		sj_sshd_config_clear(&check->sshd);
		sj_report_add(check->report, &no_config,
		    SJ_SYSCONFDIR "/ssh/sshd_config", 0, "%s", fault.where);
		sj_report_fix(check->report, "install an OpenSSH server");
		return;
	}
	check->is_sshd_read = true;
	check->sshd_version = sj_sshd_version();
	check_faults(check);
	check_use_pam(check);
	check_subsystem(check);
	check_internal(check);
	check_privsep(check);
	check_use_dns(check);
	check_methods(check);
	check_version(check);
	check_service(check);
}
