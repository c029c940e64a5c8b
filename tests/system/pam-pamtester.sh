#!/bin/sh
# SPDX-License-Identifier: ISC
# The stack asked without a server.
. "$(dirname "$0")/world.sh"
world_enter "$@"

conf_apply || exit 1
if ! command -v pamtester >/dev/null; then
	echo 'skip pamtester - pamtester is not installed'
	exit 77
fi
pam_test_service

# asks STATUS LOG SERVICE USER OPERATION...
asks() {
	want=$1
	pattern=$2
	shift 2
	log_mark
	status=0
	out=$(pamtester "$@" 2>&1) || status=$?
	echo "$out"
	if [ "$want" = yes ]; then
		same "status of: $*" "$status" 0
	else
		differs "status of: $*" "$status" 0
	fi
	[ -z "$pattern" ] || log_wait "$pattern"
}

for stack in plain debian rhel; do
	pam_use $stack
	try "pamtester_sshd_good_user_${stack}" asks yes \
	    'pam_sftpjail\(sshd:account\): allow user="alice"' sshd alice acct_mgmt
	try "pamtester_sshd_unjailed_user_${stack}" asks yes '' sshd local acct_mgmt
	try "pamtester_sshd_root_${stack}" asks yes '' sshd root acct_mgmt
	try "pamtester_sshd_unknown_user_${stack}" asks no \
	    'reason=user-unknown' sshd mallory acct_mgmt
done

unjailed_is_silent() {
	log_mark
	asks yes '' sshd local acct_mgmt
	log_lacks pam_sftpjail
}
try pamtester_unjailed_user_is_not_logged unjailed_is_silent

denied() {
	conf_apply '' 'disabled = [ "alice" ];'
	asks no 'deny user="alice" jail="default" reason=user-disabled' \
	    sshd alice acct_mgmt
	has "$out" '[Pp]ermission denied'
	asks no 'reason=user-disabled' sftpjail-test alice acct_mgmt
	asks no 'reason=user-disabled' sftpjail-test alice open_session
	asks yes '' sshd bob acct_mgmt
	conf_apply
}
try pamtester_denied_user denied

expired() {
	CONF_USERS='{ name = "dave"; uid = 20004; expires = "2020-01-31"; },'
	conf_apply
	CONF_USERS=
	asks no 'reason=user-expired' sshd dave acct_mgmt
	has "$out" '[Ee]xpired'
	conf_apply
}
try pamtester_expired_user expired

whole_way() {
	asks yes 'pam_sftpjail\(sftpjail-test:session\): close user="alice"' \
	    sftpjail-test alice acct_mgmt open_session close_session
	has "$out" 'closed'
	same records "$(sftpjail who | grep -c alice)" 0
}
try pamtester_whole_way_good_user whole_way

whole_way_others() {
	asks yes '' sftpjail-test local acct_mgmt open_session close_session
	asks yes '' sftpjail-test root acct_mgmt open_session close_session
	asks no 'reason=user-unknown' sftpjail-test mallory acct_mgmt \
	    open_session close_session
	asks no '' sftpjail-test mallory open_session
}
try pamtester_whole_way_unjailed_and_unknown whole_way_others

without_account() {
	conf_apply 'from = [ "192.0.2.0/24" ];'
	asks no 'reason=from-not-allowed' -I rhost=127.0.0.1 \
	    sftpjail-test alice open_session
	conf_apply
}
try pamtester_session_decides_again without_account

rhost() {
	conf_apply 'from = [ "192.0.2.0/24", "198.51.100.7", "2001:db8::/32" ];'
	for ip in 192.0.2.1 192.0.2.255 198.51.100.7 2001:db8::1 \
	    ::ffff:192.0.2.9 2001:DB8:0:0:0:0:0:1; do
		asks yes 'allow user="alice"' -I "rhost=$ip" sshd alice acct_mgmt
	done
	for ip in 192.0.3.1 198.51.100.8 2001:db9::1 ::ffff:192.0.3.1 UNKNOWN \
	    '' localhost 192.0.2 192.0.2.1.evil.example 192.0.2.01 \
	    192.0.2.1%lo fe80::1%lo 0xc0000201 3221225985 ' 192.0.2.1' \
	    192.0.2.1/24 any; do
		asks no 'reason=from-not-allowed' -I "rhost=$ip" \
		    sshd alice acct_mgmt
	done
	asks no 'reason=from-not-allowed' sshd alice acct_mgmt
	conf_apply
}
try pamtester_rhost_is_compared_as_a_number rhost

# A name is never resolved: the answer would be whoever runs the DNS.
no_resolving() {
	echo '192.0.2.5 friend.example' >>/etc/hosts
	conf_apply 'from = [ "192.0.2.0/24" ];'
	asks no 'reason=from-not-allowed' -I rhost=friend.example \
	    sshd alice acct_mgmt
	conf_apply
}
try pamtester_rhost_name_is_not_resolved no_resolving

quoting() {
	log_mark
	asks no 'rhost="a\\x0ab\\x22c\\x5cd\\x1b"' \
	    -I "rhost=$(printf 'a\nb"c\\d\033')" sftpjail-test mallory acct_mgmt
	asks no 'deny user="mal\\x0alory' sftpjail-test \
	    "$(printf 'mal\nlory')" acct_mgmt
}
try pamtester_log_values_are_quoted quoting

password() {
	need sshpass
	conf_apply 'auth = [ "publickey" ];'
	log_mark
	printf '%s\n' "$PASSWORD" | pamtester sshd alice authenticate &&
	    fail 'a password was good enough'
	log_wait 'deny user="alice" .*reason=auth-not-allowed'
	conf_apply
	printf '%s\n' "$PASSWORD" | pamtester sshd alice authenticate
	printf '%s\n' wrong | pamtester sshd alice authenticate &&
	    fail 'a wrong password was good enough'
	printf '%s\n' wrong | pamtester sshd mallory authenticate &&
	    fail 'an unknown user was let in'
	printf '%s\n' "$PASSWORD" | pamtester sshd local authenticate
}
try pamtester_authenticate password

cases_end
