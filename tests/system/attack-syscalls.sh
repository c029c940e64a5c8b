#!/bin/sh
# SPDX-License-Identifier: ISC
# Every system call of the confinement fails in turn (strace makes it): the
# session is refused and logged, or, where the code can do without, confined
# all the same; and nothing is left behind.
. "$(dirname "$0")/world.sh"
world_enter "$@"

conf_apply 'umask = "0027";' || exit 1
pam_test_service
for program in strace pamtester; do
	command -v $program >/dev/null || {
		echo "skip syscalls - $program is not installed"
		exit 77
	}
done
strace -o /dev/null true 2>/dev/null || {
	echo 'skip syscalls - strace may not trace here'
	exit 77
}

SESSION='pamtester sftpjail-test alice open_session close_session'
$SESSION >/dev/null || exit 1
wait_for test -e /run/sftpjail/net

# Which calls are made between the begin of open_session and the success: from
# the first look at the database on.
strace -s 300 -o $W/trace $SESSION >/dev/null 2>&1 || exit 1
first=$(grep -n 'secret.v1.cdb' $W/trace | head -n 1 | cut -d : -f 1)
last=$(grep -n 'session.: open user=' $W/trace | head -n 1 | cut -d : -f 1)
[ -n "$first" ] && [ -n "$last" ] || {
	echo 'not ok syscalls - the trace does not show the session'
	exit 1
}

# CALL N for each: the n-th call of that name in the whole process.
awk -v first="$first" -v last="$last" '
	/^[a-z_0-9]+\(/ {
		call = $0
		sub(/\(.*/, "", call)
		n[call]++
		if (NR >= first && NR < last)
			print call, n[call]
	}' $W/trace |
    grep -Ev '^(brk|exit_group|write|munmap|rt_sig[a-z]*|getpid|gettid|getuid|geteuid|getgid|getegid|clock_gettime|close|newfstatat_never) ' \
    >$W/calls

mounts_before=$(wc -l </proc/1/mountinfo)
records() {
	find /run/sftpjail/sessions -type f | wc -l
}

one_failure() {
	call=$1
	nth=$2
	error=$3
	log_mark
	count faults 1
	status=0
	out=$(strace -qq -o $W/trace.$call.$nth \
	    -e "inject=$call:error=$error:when=$nth" $SESSION 2>&1) ||
	    status=$?
	if echo "$out" | grep -q 'successfully opened'; then
		# Allowed only where the confinement stood all the same.
		grep -q '^pivot_root(.*= 0$' $W/trace.$call.$nth ||
		    fail "opened without pivot_root: $out"
		grep -q 'PR_SET_NO_NEW_PRIVS.*= 0$' $W/trace.$call.$nth ||
		    fail "opened without no_new_privs: $out"
		grep -Eq '^seccomp\(.*= 0$|PR_SET_SECCOMP.*= 0$' \
		    $W/trace.$call.$nth || fail "opened without a filter: $out"
		grep -Eq '^(setns|unshare)\(.*CLONE_NEWNET.*\) += 0$' \
		    $W/trace.$call.$nth || fail "opened with the host's network"
		grep -q '^umask(027)' $W/trace.$call.$nth ||
		    fail "opened without umask: $out"
		echo tolerated >>$W/tolerated
	else
		# Before the refusal is known the process may die of it.
		log_wait 'pam_sftpjail.*(reason=|error|failed|cannot)'
		log_lacks 'pam_sftpjail.* open user='
	fi
	same 'mounts' "$(wc -l </proc/1/mountinfo)" "$mounts_before"
	# The process is gone; a record that it could not remove (it was in
	# the jail) is cleared by the next look at them.
	sftpjail who >/dev/null
	same 'records' "$(records)" 0
	rm -f $W/trace.$call.$nth
}

while read -r call nth; do
	for error in EPERM ENOSYS; do
		try "syscalls_${call}_${nth}_fails_with_${error}" \
		    one_failure $call $nth $error
	done
done <$W/calls

# A user of /etc/passwd, whom his group takes into a jail that he may not enter
# from here: with any call failing, twice at the same time or for good, he is not
# let in for one whom no jail takes.
denied_all_the_same() {
	operation=$1
	pam_asks="pamtester -I rhost=192.0.2.7 sftpjail-test local $operation"
	refused strace -s 300 -o $W/trace $pam_asks
	awk -v first="$(grep -n secret.v1.cdb $W/trace | head -n 1 |
	    cut -d : -f 1)" '/^[a-z_0-9]+\(/ {
		call = $0
		sub(/\(.*/, "", call)
		n[call]++
		if (/from-not-allowed/) exit
		if (NR >= first && call !~ /^(brk|close|munmap|getpid)$/)
			print call, n[call] }' $W/trace >$W/denied.calls
	[ "$(wc -l <$W/denied.calls)" -gt 20 ] || fail 'too few calls'
	while read -r call nth; do
		for when in $nth $nth+; do
			count faults 1
			refused strace -qq -o $W/trace -e \
			    "inject=$call:error=EMFILE:when=$when" $pam_asks
		done
	done <$W/denied.calls
}
CONF_JAILS='{ name = "staff"; groups = [ "staff" ]; root = "/srv/staff"; create = true; from = [ "192.0.2.1" ]; },'
conf_apply >/dev/null
try syscalls_denied_stays_denied_by_acct denied_all_the_same acct_mgmt
try syscalls_denied_stays_denied_by_session denied_all_the_same open_session
CONF_JAILS=
conf_apply 'umask = "0027";' >/dev/null

afterwards() {
	$SESSION
	[ -s $W/calls ]
	[ "$(wc -l <$W/calls)" -gt 20 ] || fail 'too few calls were found'
	for must in unshare mount pivot_root chdir prctl; do
		grep -q "^$must " $W/calls || fail "$must was not tried"
	done
	same 'mounts' "$(wc -l </proc/1/mountinfo)" "$mounts_before"
}
try syscalls_afterwards_all_is_well afterwards

cases_end
