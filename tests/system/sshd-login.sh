#!/bin/sh
# SPDX-License-Identifier: ISC
# Every way to log in ends in the jail, on three kinds of PAM stack; what a
# session can do there, and what it leaves in the log.
. "$(dirname "$0")/world.sh"
world_enter "$@"

conf_apply || exit 1
sshd_start

ALICE_GROUPS='20000 20001 20002'

# Looks at the processes of the live session of alice.
confined_session() {
	session_open alice
	monitor=$(monitors_of alice)
	same 'monitors' "$(echo "$monitor" | wc -w)" 1
	workers=$(workers_of alice)
	[ "$(echo "$workers" | wc -w)" -ge 1 ] || fail 'no worker'
	for worker in $workers; do
		is_confined "$worker" 20001 "$ALICE_GROUPS"
	done
	is_host "$monitor"
	same 'no_new_privs of the monitor' "$(status_of "$monitor" NoNewPrivs)" 0
	same 'seccomp of the monitor' "$(status_of "$monitor" Seccomp)" 0
	has "$(cat $W/live.out)" 'Remote working directory: /upload'
	same 'free processes' "$(free_processes 20001)" ''
	session_close
}

login_is_confined() {
	METHOD=$1
	log_mark
	confined_session
	log_wait 'pam_sftpjail\(sshd:account\): allow user="alice" jail="default" rhost="127.0.0.1"$'
	log_wait 'pam_sftpjail\(sshd:session\): open user="alice" jail="default" id="[^"]+" rhost="127.0.0.1" auth="'
	log_wait 'pam_sftpjail\(sshd:session\): close user="alice" id="[^"]+" seconds=[0-9]+$'
	log_wait 'authpriv.info .*session closed for user alice'
	log_lacks 'pam_sftpjail.* deny '
}

for stack in plain debian rhel; do
	pam_use $stack
	for method in publickey password keyboard-interactive; do
		METHOD=$method
		try "login_${method}_${stack}_stack_is_confined" \
		    login_is_confined $method
	done
	sshd_stop
	sshd_configure 'AuthenticationMethods publickey,password'
	sshd_start
	try "login_publickey+password_${stack}_stack_is_confined" \
	    login_is_confined publickey,password
	sshd_stop
	sshd_configure 'AuthenticationMethods publickey,keyboard-interactive'
	sshd_start
	both_kbd() {
		METHOD=publickey,password
		refused ssh_as alice w true
		METHOD=publickey,keyboard-interactive
		log_mark
		sshpass -p $PASSWORD sftp -F $W/ssh_config -o User=alice \
		    -o BatchMode=no -b /dev/null w
		log_wait 'pam_sftpjail\(sshd:session\): open user="alice"'
	}
	try "login_publickey+keyboard-interactive_${stack}_stack" both_kbd
	sshd_stop
	sshd_configure
	sshd_start
done
pam_use debian
METHOD=publickey

names_are_shown() {
	out=$(sftp_does alice 'put /etc/hosts h' 'ls -l' 'ls -l /') || fail "$out"
	has "$out" '^-rw.* alice +sftp-only .* h$'
	has "$out" '^drwx------ .* alice +sftp-only .* /upload$'
	lacks "$out" ' 2000[0-9] '
}
try login_ls_shows_names names_are_shown

transfers_are_logged() {
	log_mark
	sftp_does alice 'put /etc/hosts logged' 'get logged /dev/null' \
	    'rm logged'
	log_wait 'internal-sftp.*session opened for local user alice from'
	log_wait 'internal-sftp.*open "/upload/logged" flags WRITE'
	log_wait 'internal-sftp.*close "/upload/logged" bytes read 0 written [1-9]'
	log_wait 'internal-sftp.*open "/upload/logged" flags READ'
	log_wait 'internal-sftp.*remove name "/upload/logged"'
	log_wait 'internal-sftp.*session closed for local user alice from'
}
try login_transfers_are_in_syslog transfers_are_logged

jail_is_shaped() {
	session_open alice
	worker=$(workers_of alice | tail -n 1)
	root=/proc/$worker/root
	same 'what is in the jail' "$(ls $root)" "$(printf 'dev\nupload\nusr')"
	same 'upload' "$(stat -c '%a %u %g' $root/upload)" '700 20001 20000'
	same 'root' "$(stat -c '%a %u %g' $root/)" '755 0 0'
	[ -S $root/dev/log ] || fail 'no log socket'
	same 'programs' "$(find $root/dev $root/usr -type f -perm /111)" \
	    "$root/usr/libexec/sftpjail/sftpjail-shell"
	refused sh -c ": >>$root/usr/libexec/sftpjail/sftpjail-shell"
	session_close
	same 'the root as made' "$(stat -c '%a %U %G' /srv/sftp/alice)" \
	    '755 root root'
}
try login_jail_holds_log_shell_upload_only jail_is_shaped

root_is_not_writable() {
	for line in 'put /etc/hosts /h' 'mkdir /d' 'rename /upload /u' \
	    'rm /usr/libexec/sftpjail/sftpjail-shell' 'rmdir /dev' \
	    'chmod 777 /' 'symlink /etc /upload/../s' 'mkdir /dev/x' \
	    'put /etc/hosts /usr/libexec/sftpjail/sftpjail-shell'; do
		refused sftp_does alice "$line"
	done
	sftp_does alice 'symlink /etc/passwd link' 'ls -l link'
	refused sftp_does alice 'get link /tmp/got'
	sftp_does alice 'rm link'
}
try login_outside_writable_nothing_changes root_is_not_writable

who_lists() {
	session_open alice
	out=$(sftpjail who)
	has "$out" ' alice +default .* publickey +SHA256:[^ ]+$'
	id=$(sftpjail who --json | tr -d ' \n' |
	    sed -n 's/.*"id":"\([^"]*\)".*/\1/p')
	has "$(sftpjail who --json | tr -d ' \n')" \
	    '"user":"alice","uid":20001,"jail":"default","service":"sshd","from":"127.0.0.1"'
	log_since | grep -q "open user=\"alice\" .*id=\"$id\"" ||
	    fail "id $id is not in the log"
	session_close
	wait_for who_is_empty
}
who_is_empty() {
	! sftpjail who | grep -Eq 'alice|bob|carol'
}
log_mark
try login_who_lists_while_it_lives who_lists

kill_ends() {
	session_open bob
	log_mark
	sftpjail kill bob
	wait_for who_is_empty
	# The client only sees it when it has something to ask.
	echo ls >&8
	exec 8>&-
	wait "$LIVE_PID" && fail 'the client ended well'
	log_wait 'pam_sftpjail.*close user="bob"'
	same 'workers' "$(workers_of bob)" ''
	exits 1 sftpjail kill bob
}
try login_kill_ends_session kill_ends

monitor_killed() {
	leftovers_before
	session_open alice
	kill -9 "$(monitors_of alice)"
	session_says 'mkdir after' 'sftp> mkdir after'
	session_says 'ls -l' '^d.* after$'
	has "$(sftpjail who)" alice
	session_close
	wait_for who_is_empty
	sftp_does alice 'rmdir after'
	wait_for who_is_empty
	nothing_left $W/left.before
}
try login_monitor_killed_who_lists_until_child_ends monitor_killed

server_killed() {
	leftovers_before
	session_open alice
	for pid in $(monitors_of alice) $(workers_of alice); do
		kill -9 "$pid"
	done
	wait_for who_is_empty
	login_works alice
	wait_for who_is_empty
	nothing_left $W/left.before
}
try login_server_killed_who_is_empty server_killed

big_with_rekey() {
	dd if=/dev/urandom of=/tmp/big bs=1M count=100 2>/dev/null
	printf 'put /tmp/big big\nget big /tmp/back\nrm big\n' |
	    METHOD=publickey sftp_as alice -o RekeyLimit=1M
	cmp /tmp/big /tmp/back
	rm -f /tmp/big /tmp/back
}
try login_100_MB_with_rekeying big_with_rekey

second_channel() {
	# Many channels of one connection: all of them in the jail.
	ssh_as alice -M -S $W/mux -N w &
	BG_PIDS="${BG_PIDS:-} $!"
	wait_for ssh -F $W/ssh_config -S $W/mux -O check w
	for n in 1 2 3; do
		printf 'pwd\n' | sftp -b - -F $W/ssh_config -o User=alice \
		    -o ControlPath=$W/mux w
		exits 1 ssh -F $W/ssh_config -S $W/mux -l alice w id
	done
	for worker in $(workers_of alice); do
		is_confined "$worker" 20001 "$ALICE_GROUPS"
	done
	ssh -F $W/ssh_config -S $W/mux -O exit w
}
try login_more_channels_of_one_connection second_channel

sshd_stop
cases_end
