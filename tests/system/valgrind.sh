#!/bin/sh
# SPDX-License-Identifier: ISC
# Memcheck over the tool, over the name service in getent, and over the PAM
# module in pamtester.  (Its sessions are of confine=session: the title of a
# process, by which it knows sshd, is valgrind's own.)
. "$(dirname "$0")/world.sh"
world_enter "$@"

command -v valgrind >/dev/null || world_skip 'valgrind is not installed'
command -v pamtester >/dev/null || world_skip 'pamtester is not installed'
SUPPRESSIONS=$SRC/tests/system/valgrind.supp

# checked STATUS COMMAND...   Nothing is said of it but what valgrind lacks.
checked() {
	checked_want=$1
	shift
	rm -f $W/memcheck.*
	checked_got=0
	valgrind -q --vgdb=no --leak-check=full \
	    --show-leak-kinds=definite,indirect \
	    --errors-for-leak-kinds=definite,indirect --error-exitcode=99 \
	    --suppressions="$SUPPRESSIONS" --log-file=$W/memcheck.%p \
	    "$@" || checked_got=$?
	if grep -h '^==' $W/memcheck.*; then
		fail "see above: $*"
	fi
	same "status of: $*" $checked_got "$checked_want"
}

tool_apply() {
	conf_write
	checked 0 sftpjail apply
	checked 0 sftpjail apply
	conf_write '' 'disabled = [ "nobody-at-all", ""; ];'
	checked 3 sftpjail apply
	conf_write 'root = "relative"; hours = "Mon"; from = [ "x" ];'
	checked 3 sftpjail --json apply
	conf_apply
}

tool_asks() {
	checked 0 sftpjail explain alice
	checked 0 sftpjail --json explain alice --from 192.0.2.7
	checked 0 sftpjail explain --all
	checked 0 sftpjail user list
	checked 0 sftpjail keys alice
	checked 0 sftpjail who
}

tool_edits() {
	checked 0 sftpjail user add dave --group acme
	checked 0 sftpjail user lock dave
	checked 0 sftpjail user del dave
}

tool_imports() {
	printf '%s\n' 'Match Group games,staff User *,!admin' \
	    'ChrootDirectory /srv/jail/%u' 'ForceCommand internal-sftp -d /in' \
	    >>/etc/ssh/sshd_config
	checked 0 sftpjail import sshd_config /etc/ssh/sshd_config
	checked 0 sftpjail import passwd /etc/passwd --group local
}

tool_checks() {
	checked 0 sftpjail check
}

names() {
	checked 0 getent passwd alice
	checked 0 getent passwd
	checked 0 getent group acme
	checked 0 getent group
	checked 0 getent shadow alice
	checked 0 getent initgroups alice
	checked 2 getent passwd mallory
}

logins() {
	pam_test_service
	printf '%s\n' "$PASSWORD" | checked 0 pamtester sshd alice authenticate
	checked 0 pamtester sftpjail-test alice acct_mgmt open_session \
	    close_session
	checked 0 pamtester sshd local acct_mgmt
	checked 1 pamtester sshd mallory acct_mgmt
	rm /var/lib/sftpjail/secret.v1.cdb
	checked 1 pamtester sshd alice acct_mgmt
}

try memcheck_tool_apply tool_apply
try memcheck_tool_asks tool_asks
try memcheck_tool_edits tool_edits
try memcheck_tool_imports tool_imports
try memcheck_tool_checks tool_checks
try memcheck_name_service names
try memcheck_pam logins
cases_end
