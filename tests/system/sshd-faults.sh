#!/bin/sh
# SPDX-License-Identifier: ISC
# System calls of the confinement fail in the user's process of a real sshd,
# where an error of setcred alone would stop nobody.
. "$(dirname "$0")/world.sh"
world_enter "$@"

pam_use debian
conf_apply || exit 1
sshd_start
login_works alice || exit 1 # makes the jail's directories and the pin
sshd_stop
mounts_before=$(wc -l </proc/1/mountinfo)

# fault CALL ERROR   Every such call fails, in all of sshd's processes.
fault() {
	need strace
	log_mark
	sshd_start strace -f -qq -o $W/fault.trace -e "trace=$1" \
	    -e "inject=$1:error=$2"
	refused ssh_as alice w 'echo got-a-shell' >$W/exec.out 2>&1
	lacks "$(cat $W/exec.out)" got-a-shell
	refused sftp_does alice pwd
	grep -q "INJECTED" $W/fault.trace || fail "$1 was not called"
	count faults "$(grep -c INJECTED $W/fault.trace)"
	log_wait 'pam_sftpjail\(sshd:(account|setcred|session)\): deny user="alice" .*reason=(system-error|network-unavailable)'
	sshd_stop
	same 'mounts' "$(wc -l </proc/1/mountinfo)" "$mounts_before"
	wait_for nothing_listed
}

nothing_listed() {
	! sftpjail who | grep -q alice
}

for call in unshare mount pivot_root umount2 move_mount mount_setattr capset; do
	error=EPERM
	# which would say that the kernel lacks it: the old calls come next
	[ $call != mount_setattr ] || error=ENOMEM
	try "fault_${call}_fails_no_login" fault $call $error
	sshd_stop
done

# Whose group takes him into a jail is not free because nobody can say who is in
# it: there is no descriptor for /etc/group.
groups_fail() {
	need strace
	CONF_JAILS='{ name = "staff"; groups = [ "staff" ]; root = "/srv/staff"; create = true; },'
	conf_apply
	CONF_JAILS=
	log_mark
	sshd_start strace -f -qq -o $W/fault.trace -P /etc/group \
	    -e trace=openat -e inject=openat:error=EMFILE
	refused ssh_as 'local' w 'echo got-a-shell' >$W/exec.out 2>&1
	lacks "$(cat $W/exec.out)" got-a-shell
	count faults "$(grep -c INJECTED $W/fault.trace)"
	log_wait 'sshd:account.: deny user="local" .*reason=system-error'
	sshd_stop
	conf_apply
}
try fault_groups_out_of_reach_no_login groups_fail
sshd_stop

afterwards() {
	sshd_start
	login_works alice
	sshd_stop
}
try fault_afterwards_all_is_well afterwards
cases_end
