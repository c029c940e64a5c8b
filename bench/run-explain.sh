#!/bin/sh
# SPDX-License-Identifier: ISC
# Times "sftpjail explain --all", and one user's explain: medians of rounds, and
# the largest resident size.  The users have no directories yet.
# usage: [O=BUILD-DIR] [USERS="10000 1000000"] [ROUNDS=3] bench/run-explain.sh
# Needs root and the private world of the system tests.
. "$(dirname "$0")/../tests/system/world.sh"
world_enter "$@"
set -eu
O=$BUILD
. bench/lib.sh
USERS=${USERS:-10000 1000000}
ROUNDS=${ROUNDS:-3}
figures_begin explain
pam_use debian

# explain COUNT WHAT ARGUMENT...
explain() {
	explain_count=$1
	explain_what=$2
	shift 2
	rm -f $W/times
	round=0
	while [ $round -lt "$ROUNDS" ]; do
		"$O/bench/timed" sftpjail explain "$@" >>$W/times
		round=$((round + 1))
	done
	seconds=$(median 1 <$W/times)
	kb=$(median 2 <$W/times)
	printf '%-10s %-16s %10s %10s\n' "$explain_count" "$explain_what" \
	    "$seconds" "$kb"
	figure "$explain_count" "$explain_what-s" sftpjail "$seconds"
	figure "$explain_count" "$explain_what-kB" sftpjail "$kb"
}

printf '%-10s %-16s %10s %10s\n' users explain seconds kB
for count in $USERS; do
	bench_config /etc/sftpjail "$count"
	sftpjail apply --allow-shrink >/dev/null
	explain "$count" explain-all --all
	explain "$count" explain-one user1
done
