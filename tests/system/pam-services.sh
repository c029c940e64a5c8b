#!/bin/sh
# SPDX-License-Identifier: ISC
# Options of the module's lines, and other services than sshd.
. "$(dirname "$0")/world.sh"
world_enter "$@"

pam_use debian
conf_apply || exit 1
sshd_start

bad_option() {
	pam_swap "s/^$1 .*pam_sftpjail.so\$/& $2/"
	log_mark
	refused sftp_does alice pwd
	log_wait "pam_sftpjail.*reason=bad-option"
	pam_use debian
}
for option in nonsense rescue= rescue service= confine=always onerr=maybe \
    DEBUG debug=1; do
	try "services_account_option_${option}_denies" bad_option account $option
	try "services_session_option_${option}_denies" bad_option session $option
done

root_before_options() {
	pam_swap 's/pam_sftpjail.so/& nonsense/'
	has "$(ssh_as root w id)" 'uid=0'
	pam_use debian
}
try services_root_is_ignored_before_options root_before_options

# su, as Debian has it, with our account line: denied, except to root.
su_line() {
	pam_write su <<-'END'
	auth sufficient pam_rootok.so
	auth required pam_unix.so
	account required pam_sftpjail.so
	account required pam_unix.so
	session required pam_unix.so
	END
	log_mark
	out=$(su alice -c id 2>&1) && fail "$out"
	log_wait 'pam_sftpjail\(su:account\): deny user="alice" jail="default" reason=service-not-allowed'
	has "$(su local -c id)" 'uid=1000'
	has "$(su root -c id)" 'uid=0'
}
try services_su_account_line_denies su_line

su_allowed_not_wired() {
	conf_apply 'services = [ "sshd", "su" ];'
	pam_write su <<-'END'
	auth sufficient pam_rootok.so
	auth required pam_unix.so
	account required pam_sftpjail.so
	account required pam_unix.so
	session required pam_unix.so
	session required pam_sftpjail.so
	END
	log_mark
	out=$(su -s /bin/sh alice -c id 2>&1) && fail "$out"
	lacks "$out" uid=
	log_wait 'pam_sftpjail\(su:session\): deny user="alice" .*reason=pam-not-wired'
	has "$(su local -c id)" 'uid=1000'
}
try services_su_session_line_is_refused_as_not_wired su_allowed_not_wired

su_confined() {
	sed -i 's/session required pam_sftpjail.so/& confine=session/' \
	    /etc/pam.d/su
	log_mark
	out=$(su -s /bin/sh alice -c id 2>&1) && fail "a shell: $out"
	lacks "$out" uid=
	out=$(su alice -c id 2>&1) && fail "$out"
	lacks "$out" uid=
	log_wait 'pam_sftpjail\(su:session\): open user="alice"'
	conf_apply
}
try services_su_confine_session_is_in_the_jail su_confined

su_auth_too() {
	conf_apply 'services = [ "sshd", "su" ];'
	pam_write su <<-'END'
	auth required pam_sftpjail.so
	auth sufficient pam_rootok.so
	auth required pam_unix.so
	account required pam_sftpjail.so
	session required pam_sftpjail.so
	END
	out=$(su -s /bin/sh alice -c 'id; cat /etc/passwd' 2>&1) && fail "$out"
	lacks "$out" '(uid=|root:)'
	conf_apply
}
try services_su_with_all_three_lines_is_refused su_auth_too

# zed_is UID:GID   A user of /etc/passwd, whom a jail takes.
zed_is() {
	CONF_JAILS='{ name = "zero"; users = [ "zed" ]; root = "/srv/zed"; },'
	conf_apply
	CONF_JAILS=
	sed -i /^zed:/d /etc/passwd /etc/shadow
	printf 'zed:x:%s::/srv/zed:/bin/sh\n' "$1" >>/etc/passwd
	printf 'zed:%s:19000:0:99999:7:::\n' "$HASH" >>/etc/shadow
}

primary_gid_0() {
	zed_is 1100:0
	mkdir -p /srv/zed/.ssh
	cp $W/keys/carol.pub /srv/zed/.ssh/authorized_keys
	chown -R zed /srv/zed/.ssh
	cp $W/keys/carol $W/keys/zed
	log_mark
	out=$(ssh_as zed w id 2>&1) && fail "$out"
	lacks "$out" uid=
	out=$(sftp_does zed 'ls /') && fail "$out"
	log_wait 'sshd:account.: deny user="zed" .*reason=pam-not-wired .*primary group is root.s'
	log_lacks 'open user="zed"'
}
try services_user_with_primary_gid_0_is_refused primary_gid_0

# For setresuid(2) -1 is "as it is": root.
ids_minus_1() {
	need pamtester
	for ids in 4294967295:1000 1100:4294967295; do
		zed_is $ids
		METHOD=password
		for command in id ''; do
			log_mark
			out=$(ssh_as zed w $command 2>&1) && fail "$out"
			lacks "$out" uid=
		done
		out=$(pamtester sshd zed acct_mgmt 2>&1) && fail "$out"
		log_wait 'deny user="zed" .*reason=user-conflict'
		log_lacks '(allow|open) user="zed"'
	done
	sed -i /^zed:/d /etc/passwd /etc/shadow
	conf_apply
}
try services_user_with_uid_or_gid_minus_1_is_refused ids_minus_1

# Whom no list names has his own group, and not the server's (CVE-2024-48651).
no_supplementary_groups() {
	session_open carol
	for worker in $(workers_of carol); do
		is_confined "$worker" 20003 20000
		same gids "$(status_of "$worker" Gid)" '20000 20000 20000 20000'
	done
	[ -n "$worker" ] || fail 'no worker'
	session_close
}
try services_user_without_groups_gets_none no_supplementary_groups

# A user of /etc/passwd in a jail, with a real shell there.
files_user() {
	mkdir -p /srv/adm
	CONF_JAILS='{ name = "adm"; users = [ "admin" ]; root = "/srv/adm"; },'
	conf_apply
	CONF_JAILS=
	session_open admin
	for worker in $(workers_of admin); do
		is_confined "$worker" 1001 '27 1001'
		# Under the name of the user's own shell.
		cmp /usr/libexec/sftpjail/sftpjail-shell \
		    "/proc/$worker/root/bin/bash"
	done
	session_close
	out=$(ssh_as admin w id 2>&1) && fail "$out"
	lacks "$out" uid=
	conf_apply
	has "$(ssh_as admin w id)" 'uid=1001'
}
try services_user_of_etc_passwd_is_confined files_user

user_names() {
	need pamtester
	for name in '' ' ' '../alice' 'al/ice' 'alice/' '4294967295' '-1' \
	    "$(printf 'alice\nroot')" "$(head -c 4096 /dev/zero | tr '\0' a)" \
	    '%s%s%n' 'ALICE' 'alice.' 0 "$(printf '\377\376')" .. nosuch; do
		log_mark
		refused pamtester sshd "$name" acct_mgmt
		log_lacks 'pam_sftpjail.* (allow|open) '
	done
}
try services_strange_names_are_never_success user_names

wrong_order() {
	need pamtester
	pam_test_service
	refused pamtester sftpjail-test alice close_session open_session \
	    open_session
	pamtester sftpjail-test alice close_session close_session
	log_mark
	refused pamtester sshd alice open_session
	log_wait 'reason=pam-not-wired'
	refused pamtester sshd alice 'setcred(PAM_ESTABLISH_CRED)' open_session
	refused pamtester sshd alice 'setcred(PAM_REINITIALIZE_CRED)' \
	    'setcred(PAM_ESTABLISH_CRED)' open_session
}
try services_calls_in_the_wrong_order_are_refused wrong_order

sshd_stop
cases_end
