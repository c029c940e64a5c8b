#!/bin/sh
# SPDX-License-Identifier: ISC
# PAM stacks that are wired wrongly.  The user is refused or confined, never
# outside; and "sftpjail check" names the fault.
. "$(dirname "$0")/world.sh"
world_enter "$@"

pam_build_twoface || exit 1
conf_apply || exit 1
sshd_start
TWOFACE=$W/bin/pam_twoface.so
WEB=$($W/bin/worldhelp freeport)
$W/bin/worldhelp serve tcp "$WEB" SECRET &

# Everything a user could try; nothing may work outside of a jail.
never_outside() {
	rm -f /tmp/ran /var/tmp/ran
	log_mark
	out=$(ssh_as alice w 'id; echo ran >/tmp/ran' 2>&1 </dev/null || :)
	lacks "$out" 'uid='
	out=$(printf 'id; echo ran >/tmp/ran\nexit\n' | ssh_as alice -tt w 2>&1 || :)
	lacks "$out" 'uid='
	[ ! -e /tmp/ran ] || fail 'a command ran'
	out=$(ssh_as alice -W "127.0.0.1:$WEB" w </dev/null 2>&1 || :)
	lacks "$out" SECRET
	out=$(sftp_does alice 'ls /' 'get /etc/passwd /tmp/ran' || :)
	lacks "$out" '(^| )/?(etc|proc)( |$)'
	[ ! -e /tmp/ran ] || fail 'passwd was got'
	# ssh -N holds what it was given: look at it.
	here=$($W/bin/worldhelp freeport)
	background ssh_as alice -N -M -S $W/mux \
	    -L "$here:127.0.0.1:$WEB" w 2>/dev/null
	never_pid=$BG_PID
	wait_for connected_or_gone
	lacks "$($W/bin/worldhelp dial tcp "$here" 2>&1)" SECRET
	same 'processes outside' "$(free_processes 20001)" ''
	ssh -F $W/ssh_config -S $W/mux -O exit w 2>/dev/null || :
	wait "$never_pid" || :
}
connected_or_gone() {
	ssh -F $W/ssh_config -S $W/mux -O check w || ! kill -0 "$never_pid"
}

# names_fault PATTERN   A warning alone is no problem.
names_fault() {
	fault_status=0
	sftpjail check >$W/check || fault_status=$?
	has "$(cat $W/check)" "$1"
	case $1 in
	*requisite*) ;;
	*)
		same 'exit of check' $fault_status 1
		has "$(sftpjail check --json)" '"ok": ?false'
		;;
	esac
}

others_work() {
	has "$(ssh_as local w id)" 'uid=1000\(local\)'
	has "$(ssh_as root w id)" 'uid=0\(root\)'
}

# broken NAME PATTERN   The stack is read from stdin; three methods.
broken() {
	cat >/etc/pam.d/sshd
	cp /etc/pam.d/sshd $W/pam.broken
	try "wiring_$1" broken_stack "$2"
}
broken_stack() {
	for METHOD in publickey password keyboard-interactive; do
		never_outside
	done
	METHOD=publickey
	[ -n "${deaf_to_all:-}" ] || others_work
	[ -z "$1" ] || names_fault "$1"
}

pam_use plain
try wiring_right_stack_check_is_content sftpjail check
pam_use debian
try wiring_debian_stack_check_is_content sftpjail check
pam_use rhel
try wiring_rhel_stack_check_is_content sftpjail check

COMMON='account required pam_unix.so
session required pam_unix.so'
A='auth required pam_sftpjail.so'
C='account required pam_sftpjail.so'
S='session required pam_sftpjail.so'

broken auth_missing auth <<END
auth required pam_unix.so
$C
$COMMON
$S
END
refused_not_wired() {
	log_mark
	refused sftp_does alice pwd
	log_wait 'pam_sftpjail\(sshd:session\): deny user="alice" .*reason=pam-not-wired'
}
try wiring_auth_missing_is_refused_as_not_wired refused_not_wired

broken auth_after_sufficient auth <<END
auth sufficient pam_unix.so nullok
$A
auth required pam_deny.so
$C
$COMMON
$S
END

broken auth_after_success_done auth <<END
auth [success=done default=ignore] pam_unix.so nullok
$A
auth required pam_deny.so
$C
$COMMON
$S
END

broken auth_after_done_in_child_only auth <<END
auth [success=done default=ignore] $TWOFACE monitor=ignore child=success
$A
auth required pam_unix.so nullok
$C
$COMMON
$S
END

broken auth_after_sufficient_in_child_only auth <<END
auth sufficient $TWOFACE monitor=ignore child=success
$A
auth required pam_unix.so nullok
$C
$COMMON
$S
END

broken auth_after_requisite_failing_in_child_only auth-requisite <<END
auth requisite $TWOFACE auth=ignore monitor=success child=fail
$A
auth required pam_unix.so nullok
$C
$COMMON
$S
END

broken auth_after_die_in_child_only auth-requisite <<END
auth [default=die success=ok ignore=ignore] $TWOFACE monitor=ignore child=fail
$A
auth required pam_unix.so nullok
$C
$COMMON
$S
END

broken auth_skipped_in_child_only pam-auth-place <<END
auth [success=1 default=ignore] $TWOFACE monitor=ignore child=success
$A
auth required pam_unix.so nullok
$C
$COMMON
$S
END

broken auth_in_a_skipped_substack auth <<END
auth sufficient pam_unix.so nullok
auth substack ours
auth required pam_deny.so
$C
$COMMON
$S
END

broken auth_optional_last pam-control <<END
auth required pam_unix.so nullok
auth optional pam_sftpjail.so
$C
$COMMON
$S
END

broken session_missing session <<END
$A
auth required pam_unix.so nullok
$C
$COMMON
END

broken session_after_sufficient session <<END
$A
auth required pam_unix.so nullok
$C
account required pam_unix.so
session sufficient pam_unix.so
$S
END

broken session_not_last session <<END
$A
auth required pam_unix.so nullok
$C
account required pam_unix.so
$S
session required pam_unix.so
session optional pam_env.so
END

# Two faults: nobody of ours is asked but in acct.
broken auth_and_session_missing session <<END
auth required pam_unix.so nullok
$C
$COMMON
END
killed_by_the_gate() {
	log_mark
	refused sftp_does alice pwd
	log_wait 'pam_sftpjail\(sshd:account\): allow user="alice"'
	METHOD=keyboard-interactive
	log_mark
	refused sftp_does alice pwd
	log_wait 'pam_sftpjail\(sshd:account\): deny user="alice" .*reason=pam-not-wired'
}
try wiring_auth_and_session_missing_is_refused killed_by_the_gate

broken auth_and_session_after_sufficient session <<END
auth sufficient pam_unix.so nullok
$A
$C
account required pam_unix.so
session sufficient pam_unix.so
$S
END

broken session_optional pam-control <<END
$A
auth required pam_unix.so nullok
$C
account required pam_unix.so
session required pam_unix.so
session optional pam_sftpjail.so
END

broken session_sufficient_before_others pam-control <<END
$A
auth required pam_unix.so nullok
$C
account required pam_unix.so
session sufficient pam_sftpjail.so
session required pam_unix.so
END

broken account_missing account <<END
$A
auth required pam_unix.so nullok
$COMMON
$S
END

broken account_after_sufficient account <<END
$A
auth required pam_unix.so nullok
account sufficient pam_unix.so
$C
session required pam_unix.so
$S
END

broken account_optional pam-control <<END
$A
auth required pam_unix.so nullok
account required pam_unix.so
account optional pam_sftpjail.so
session required pam_unix.so
$S
END

broken module_twice '' <<END
$A
$A
auth required pam_unix.so nullok
$C
$C
$COMMON
$S
$S
END

# It denies everybody but root.
deaf_to_all=yes
broken unknown_option 'nonsense' <<END
auth required pam_sftpjail.so nonsense
auth required pam_unix.so nullok
account required pam_sftpjail.so
$COMMON
session required pam_sftpjail.so
END
deaf_to_all=

# The policy becomes another between acct and session, which with keyboard-
# interactive are asked in two processes: session decides again.  A session that
# is denied only there is nothing that "ssh -N" could keep open.
cat >/etc/pam.d/sshd <<END
$A
auth required pam_unix.so nullok
$C
account required pam_exec.so quiet $W/bin/between
$COMMON
$S
END
cat >$W/bin/between <<'END'
#!/bin/sh
cp /run/world/denied.conf /etc/sftpjail/sftpjail.conf
exec /usr/sbin/sftpjail apply
END
chmod 755 $W/bin/between
conf_write '' 'disabled = [ "alice" ];'
cp -p /etc/sftpjail/sftpjail.conf $W/denied.conf
changed_between() {
	for METHOD in publickey password keyboard-interactive; do
		for what in 'w id' '-N w' "-N -W 127.0.0.1:$WEB w" '-s w sftp'; do
			conf_apply
			log_mark
			# shellcheck disable=SC2086 # words
			out=$(ssh_as alice $what </dev/null 2>&1) &&
			    fail "$METHOD, $what: $out"
			lacks "$out" 'uid=|SECRET'
			log_wait 'sshd:account.: allow user="alice"'
			log_wait 'sshd:session.: deny user="alice" .*reason=user-disabled'
			log_lacks 'open user="alice"'
			wait_for nobody_served
		done
	done
	conf_apply
}
try wiring_denied_after_acct_is_not_kept_open changed_between

# confine=session is for services that fork after open_session: with sshd it
# confines the monitor too.
broken confine_session_in_sshd pam-confine-session <<END
$A
auth required pam_unix.so nullok
$C
account required pam_unix.so
session required pam_unix.so
session required pam_sftpjail.so confine=session
END

sshd_stop
cases_end
