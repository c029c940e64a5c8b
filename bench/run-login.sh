#!/bin/sh
# SPDX-License-Identifier: ISC
# Logins by key, each an "ls" and a logout, interleaved, at real servers side by
# side: stock sshd, ChrootDirectory in a Match block, pam_chroot, and sftpjail with
# so many users.  Prints medians, the medians of what each is of another server's of
# the same round, the processor time of the server, and how long the module itself
# took at each step.
# usage: [O=BUILD-DIR] [USERS="100 1000000"] [ROUNDS=80] bench/run-login.sh
# Needs root and the private world of the system tests.
. "$(dirname "$0")/../tests/system/world.sh"
world_enter "$@"
set -eu
O=$BUILD
. bench/lib.sh
. bench/servers.sh
USERS=${USERS:-100 1000000}
ROUNDS=${ROUNDS:-80}
figures_begin login

SERVERS='stock match'
if [ -e "$(find /lib /usr/lib -name pam_chroot.so | head -n 1)" ]; then
	SERVERS="$SERVERS pam_chroot"
else
	echo 'left out: libpam-chroot is not installed'
fi
for server in $SERVERS; do
	server_start "$server" "$server"
done
least=
for users in $USERS; do
	least=${least:-$users}
	server_start "sftpjail_$users" "$users"
	SERVERS="$SERVERS sftpjail_$users"
done

# One more, of which the module is timed: alike for it, slower for the login.
server_start_timed stopwatch "$least"

# login SERVER
login() {
	printf 'ls\n' >$W/batch
	"$O/bench/timed" sftp -F $W/ssh_config -b $W/batch "$1"
}

# ticks SERVER   Processor time of the sessions that have ended.
ticks() {
	eval "ticks_pid=\$SERVER_PID_$1"
	awk '{ sub(/.*\) /, ""); print $14 + $15 }' "/proc/$ticks_pid/stat"
}

for server in $SERVERS stopwatch; do
	login "$server" >/dev/null
	ticks "$server" >$W/ticks.$server
done
round=0
while [ $round -lt "$ROUNDS" ]; do
	for server in $SERVERS stopwatch; do
		login "$server" >>$W/times.$server
	done
	round=$((round + 1))
done

# of SERVER OTHER   What a login takes of the other's in the same round.
of() {
	paste $W/times.$1 $W/times.$2 | awk '{ printf "%.4f\n", $1 / $(NF / 2 + 1) }' |
	    median
}

# It takes a moment until the last one is reaped.
sleep 1
hz=$(getconf CLK_TCK)
printf '%-20s %10s %10s %10s %10s %14s\n' login ms 'of stock' 'of match' \
    "of $least" 'server, CPU ms'
for server in $SERVERS; do
	users=${server#sftpjail_}
	[ "$users" != "$server" ] || users=-
	ms=$(median <$W/times.$server | awk '{ print $1 * 1000 }')
	cpu=$(ticks "$server" | awk -v before="$(cat $W/ticks.$server)" \
	    -v hz="$hz" -v rounds="$ROUNDS" \
	    '{ print ($1 - before) * 1000 / hz / rounds }')
	of_match=$(of "$server" match)
	of_least=$(of "$server" "sftpjail_$least")
	printf '%-20s %10.1f %10.3f %10.3f %10.3f %14.1f\n' "$server" "$ms" \
	    "$(of "$server" stock)" "$of_match" "$of_least" "$cpu"
	figure "$users" login-ms "${server%%_[0-9]*}" "$ms"
	figure "$users" login-of-match "${server%%_[0-9]*}" "$of_match"
	figure "$users" login-of-least "${server%%_[0-9]*}" "$of_least"
	figure "$users" login-cpu-ms "${server%%_[0-9]*}" "$cpu"
done

printf '\n%-20s %10s\n' 'step of the module' 'us, median'
sum=0
for phase in account setcred open confine close; do
	ns=$(tr -d '\000' <$server_stopwatch | grep -a "^$phase " | median 2)
	sum=$(awk -v sum="$sum" -v ns="${ns:-0}" 'BEGIN { print sum + ns }')
	printf '%s %s\n' "$phase" "${ns:-0}" |
	    awk '{ printf "%-20s %10.1f\n", $1, $2 / 1000 }'
	figure "$least" "module-$phase-us" sftpjail \
	    "$(awk -v ns="${ns:-0}" 'BEGIN { print ns / 1000 }')"
done
login=$(median <"$W/times.sftpjail_$least")
awk -v sum="$sum" -v login="$login" 'BEGIN {
	printf "%-20s %10.1f, %.2f %% of the login\n", "all", sum / 1000,
	    sum / login / 1e7 }'
figure "$least" module-percent sftpjail "$(awk -v sum="$sum" \
    -v login="$login" 'BEGIN { print sum / login / 1e7 }')"
