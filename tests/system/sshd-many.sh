#!/bin/sh
# SPDX-License-Identifier: ISC
# A hundred logins at once, with an apply in between; nothing is left of them.
. "$(dirname "$0")/world.sh"
world_enter "$@"

MANY=${SJ_MANY:-100}
pam_use debian
conf_apply || exit 1
sshd_start
login_works alice
login_works bob
leftovers_before

one() {
	printf 'pwd\nls -l /\nput /etc/hosts f%s\nrm f%s\nget /etc/passwd /tmp/got.%s\n' \
	    "$1" "$1" "$1" |
	    sed '$s/^/-/' | sftp_as "$2" >$W/many.$1 2>&1
	echo $? >$W/many.$1.rc
}

at_once() {
	log_mark
	n=0
	while [ $n -lt "$MANY" ]; do
		n=$((n + 1))
		user=alice
		[ $((n % 2)) -eq 0 ] || user=bob
		one $n $user &
		many_pids="${many_pids:-} $!"
	done
	# Every process of theirs is looked at while they come and go.
	while [ "$(find $W -name 'many.*.rc' | wc -l)" -lt "$MANY" ]; do
		for uid in 20001 20002; do
			for pid in $(free_processes $uid); do
				# Only one that is still there, and still so,
				# counts: it may have ended while we looked.
				case " $(status_of "$pid" Uid 2>/dev/null)" in
				*" $uid"*) ;;
				*) continue ;;
				esac
				[ "$(ns_of "$pid" net)" != "$(ns_of 1 net)" ] ||
				    echo "$pid" >>$W/many.free
			done
		done
		sftpjail who >/dev/null
		if [ "${1:-}" = apply ]; then
			flip=$((1 - ${flip:-0}))
			conf_apply "umask = \"002$((flip + 6))\";" >/dev/null
		fi
	done
	for pid in $many_pids; do
		wait "$pid" || :
	done
	n=0
	while [ $n -lt "$MANY" ]; do
		n=$((n + 1))
		same "status of login $n: $(cat $W/many.$n)" \
		    "$(cat $W/many.$n.rc)" 0
		has "$(cat $W/many.$n)" 'directory: /upload$'
		has "$(cat $W/many.$n)" ' (alice|bob) +sftp-only .*/upload$'
		[ ! -e /tmp/got.$n ] || fail "login $n got /etc/passwd"
	done
	[ ! -e $W/many.free ] || fail "outside: $(cat $W/many.free)"
	log_lacks 'pam_sftpjail.* deny '
	opened() {
		[ "$(log_since | grep -c 'sshd:session.: open user=')" -eq "$MANY" ]
	}
	closed() {
		[ "$(log_since | grep -c 'sshd:session.: close user=')" -eq "$MANY" ]
	}
	wait_for opened
	wait_for closed
	ids=$(log_since | sed -n 's/.*: open user=.* id="\([^"]*\)".*/\1/p' |
	    sort -u | wc -l)
	same 'different ids' "$ids" "$MANY"
	rm -f $W/many.*
	nothing_left $W/left.before
}
try "many_${MANY}_logins_at_once_all_confined_nothing_left" at_once
try "many_${MANY}_logins_during_apply" at_once apply

# All live at the same time: who shows them, and the limit counts them.
all_live() {
	conf_apply
	n=0
	while [ $n -lt 20 ]; do
		n=$((n + 1))
		mkfifo $W/in.$n
		sftp_as alice <$W/in.$n >$W/out.$n 2>&1 &
		BG_PIDS="${BG_PIDS:-} $!"
		# One descriptor holds them all open.
		sh -c 'echo pwd; while [ ! -e '$W'/enough ]; do sleep 0.1; done' \
		    >$W/in.$n &
		BG_PIDS="${BG_PIDS:-} $!"
	done
	n=0
	while [ $n -lt 20 ]; do
		n=$((n + 1))
		wait_for grep -q 'Remote working' $W/out.$n
	done
	same who "$(sftpjail who --json | tr '{' '\n' |
	    grep -c '"user": *"alice"')" 20
	sftpjail kill alice
	who_none() {
		! sftpjail who | grep -q alice
	}
	wait_for who_none
	: >$W/enough
	nothing_left $W/left.before
}
try many_20_live_who_and_kill_all all_live

stop_server_with_sessions() {
	session_open alice
	sshd_stop
	session_says 'mkdir still' 'mkdir still'
	session_says 'ls -l' '^d.* still$'
	has "$(sftpjail who)" alice
	session_says 'rmdir still' 'rmdir still'
	session_close
	wait_for who_empty
}
who_empty() {
	! sftpjail who | grep -q alice
}
try many_session_outlives_the_server stop_server_with_sessions

cases_end
