#!/bin/sh
# SPDX-License-Identifier: ISC
# Where the time of a login goes that the module takes: for each of its steps the
# system calls, how long the kernel was in them, and the page faults; medians of so
# many logins, in microseconds.  Tracing makes each call about 1 us longer.
# usage: [O=BUILD-DIR] [USERS=100] [LOGINS=40] bench/profile-login.sh
# Needs root, the private world of the system tests, and perf.
. "$(dirname "$0")/../tests/system/world.sh"
world_enter "$@"
set -eu
O=$BUILD
. bench/lib.sh
. bench/servers.sh
USERS=${USERS:-100}
LOGINS=${LOGINS:-40}
if ! command -v perf >/dev/null; then
	echo 'perf is not installed (Debian: linux-perf)' >&2
	exit 1
fi
mountpoint -q /sys/kernel/tracing ||
    mount -t tracefs tracefs /sys/kernel/tracing

server_start_timed sftpjail "$USERS"

login() {
	printf 'ls\n' >$W/batch
	sftp -F $W/ssh_config -b $W/batch sftpjail >/dev/null
}
login
login

perf record -q -a -m 8192 -o $W/perf.data -e raw_syscalls:sys_enter \
    -e raw_syscalls:sys_exit -e exceptions:page_fault_user \
    sleep "$((LOGINS / 2 + 5))" &
perf_pid=$!
sleep 2
i=0
while [ $i -lt "$LOGINS" ]; do
	login
	i=$((i + 1))
done
wait $perf_pid

echo '#include <sys/syscall.h>' | cc -E -dM - |
    sed -n 's/^#define __NR_\([a-z0-9_]*\) \([0-9]*\)$/\2 \1/p' >$W/names

# Lines "LOGIN STEP WHAT NUMBER MICROSECONDS".
perf script -i $W/perf.data -F comm,tid,time,event,trace 2>/dev/null | awk '
FILENAME != "-" { name[$1] = $2; next }
BEGIN {
	step["63"] = "account"; step["65"] = "setcred"; step["70"] = "open"
	step["6f"] = "confine"; step["6c"] = "close"
}
$1 !~ /^sshd/ { next }
{ tid = $2; now = $3 * 1e6 }
/sys_enter:/ && name[$6] == "prctl" && $7 == "(5a5a," {
	letter = $9; sub(",", "", letter)
	if ($8 == "1,") {
		n++
		at[tid] = n; is[tid] = step[letter]; begun[tid] = now
	} else if (tid in at) {
		print at[tid], is[tid], "all", calls[tid] + 0, now - begun[tid]
		print at[tid], is[tid], "kernel", calls[tid] + 0, inside[tid] + 0
		print at[tid], is[tid], "faults", faults[tid] + 0, 0
		for (key in sum)
			if (index(key, tid " ") == 1) {
				print at[tid], is[tid], substr(key, length(tid) + 2),
				    count[key], sum[key]
				delete sum[key]; delete count[key]
			}
		delete at[tid]; calls[tid] = inside[tid] = faults[tid] = 0
	}
	entered[tid] = 0
	next
}
!(tid in at) { next }
/sys_enter:/ { entered[tid] = now; next }
/sys_exit:/ && entered[tid] {
	key = tid " " name[$6]
	calls[tid]++; count[key]++
	inside[tid] += now - entered[tid]; sum[key] += now - entered[tid]
	# A call that the filter refuses is left, but was not entered.
	entered[tid] = 0
	next
}
/page_fault_user:/ { faults[tid]++ }' $W/names - >$W/steps

# of STEP WHAT COLUMN
of() {
	awk -v step="$1" -v what="$2" '$2 == step && $3 == what' $W/steps |
	    median "$3"
}

printf '%-10s %10s %10s %10s %10s\n' step us 'in calls' calls faults
for step in account setcred open confine close; do
	printf '%-10s %10.0f %10.0f %10s %10s\n' $step "$(of $step all 5)" \
	    "$(of $step kernel 5)" "$(of $step all 4)" "$(of $step faults 4)"
done
for step in account open confine; do
	printf '\n%-10s %-18s %10s %10s\n' $step call number us
	for call in $(awk -v step=$step '$2 == step { print $3 }' $W/steps |
	    sort -u); do
		case $call in
		all | kernel | faults) continue ;;
		esac
		echo "$call $(of $step "$call" 4) $(of $step "$call" 5)"
	done | sort -k3,3nr | head -n 12 |
	    awk '{ printf "%-10s %-18s %10s %10.0f\n", "", $1, $2, $3 }'
done
