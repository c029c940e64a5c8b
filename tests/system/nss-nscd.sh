#!/bin/sh
# SPDX-License-Identifier: ISC
# The module in glibc's cache daemon: it answers for clients that have not got
# the module, and after a replacement and an invalidation with the new users.
. "$(dirname "$0")/lib/nss.sh"
command -v nscd >/dev/null || [ -x /usr/sbin/nscd ] ||
    nss_skip 'nscd is not installed'
nss_enter "$@"

cat >$W/nscd.conf <<END
logfile $W/log
threads 4
max-threads 8
debug-level 0
paranoia no
enable-cache passwd yes
positive-time-to-live passwd 600
negative-time-to-live passwd 600
check-files passwd no
persistent passwd no
shared passwd no
enable-cache group yes
positive-time-to-live group 600
negative-time-to-live group 600
check-files group no
persistent group no
shared group no
enable-cache hosts no
enable-cache services no
enable-cache netgroup no
END

client() {
	env -u LD_LIBRARY_PATH getent "$@"
}

answers() {
	nss_use files sftpjail
	nss_world small
	exits 2 client passwd alice
	background nscd -F -f $W/nscd.conf
	wait_for test -S /run/nscd/socket
	wait_for client passwd alice
	has "$(client passwd alice)" '^alice:x:20001:'
	has "$(client passwd 20002)" '^bob.smith:'
	has "$(client group 20001)" '^acme:x:20001:alice,bob.smith,local'
	has "$(client initgroups alice | tr -s ' ')" 'alice 20001 20002'
	exits 2 client passwd user3
	nss_world 30
	for daemon_table in passwd group; do
		nscd -f $W/nscd.conf -i $daemon_table
	done
	wait_for client passwd user3
	exits 2 client passwd alice
	has "$(client initgroups user3 | tr -s ' ')" 'user3 3000000 3000001'
	for daemon_user in 1 2 3 4 5 6 7 8 9; do
		has "$(client passwd user$daemon_user)" "^user$daemon_user:"
	done
	kill -0 $BG_PID
}

try nss_nscd_answers answers
cases_end
