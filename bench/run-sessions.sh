#!/bin/sh
# SPDX-License-Identifier: ISC
# Kernel memory of live sessions: so many are held at a server with
# ChrootDirectory and at one with sftpjail, in turns; medians of /proc/meminfo for
# each session, the client's share with it.  What else the machine does counts, too.
# usage: [O=BUILD-DIR] [SESSIONS=100] [ROUNDS=5] bench/run-sessions.sh
# Needs root and the private world of the system tests.
. "$(dirname "$0")/../tests/system/world.sh"
world_enter "$@"
set -eu
O=$BUILD
. bench/lib.sh
. bench/servers.sh
SESSIONS=${SESSIONS:-100}
ROUNDS=${ROUNDS:-5}
figures_begin sessions

server_start match match
server_start sftpjail_100 100

kernel_kb() {
	awk '/^(Slab|KernelStack|PageTables|Percpu):/ { sum += $2 }
	    END { print sum }' /proc/meminfo
}

# hold SERVER N   Its answer to the first packet tells that it is there.
hold() {
	{
		printf '\000\000\000\005\001\000\000\000\003'
		cat $W/gate
	} | ssh -F $W/ssh_config "$1" -s sftp >$W/held.$2
}

all_held() {
	[ "$(find $W -name 'held.*' -size +0 | wc -l)" -eq "$SESSIONS" ]
}

# sessions SERVER   Prints kB for each session.
sessions() {
	rm -f $W/held.* $W/gate
	mkfifo $W/gate
	exec 7<>$W/gate
	before=$(kernel_kb)
	pids=
	n=0
	while [ $n -lt "$SESSIONS" ]; do
		n=$((n + 1))
		(exec 7>&- && hold "$1" $n) &
		pids="$pids $!"
	done
	wait_for all_held
	after=$(kernel_kb)
	exec 7>&-
	rm -f $W/gate
	for pid in $pids; do
		wait "$pid"
	done
	# The kernel takes its time to free namespaces.
	sleep "${SETTLE:-2}"
	echo $(((after - before) / SESSIONS))
}

round=-1
while [ $round -lt "$ROUNDS" ]; do
	for server in match sftpjail_100; do
		sessions $server >$W/kb
		# What the first ones take stays allocated for the next.
		[ $round -lt 0 ] || cat $W/kb >>$W/kb.$server
	done
	round=$((round + 1))
done
printf '%-20s %20s\n' "$SESSIONS sessions" 'kernel kB for each'
for server in match sftpjail_100; do
	printf '%-20s %20s\n' $server "$(median <$W/kb.$server)"
done
more=$(($(median <$W/kb.sftpjail_100) - $(median <$W/kb.match)))
printf '%-20s %20s\n' difference $more
figure "$SESSIONS" session-kernel-kB sftpjail $more
