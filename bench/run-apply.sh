#!/bin/sh
# SPDX-License-Identifier: ISC
# Times "sftpjail apply": a first compile, one that changes nothing, and one
# with a user more; and "sftpjail user add".  Medians of rounds, and the largest
# resident size.
# usage: [O=BUILD-DIR] [USERS="10000 1000000"] [ROUNDS=3] bench/run-apply.sh
# Needs root (apply does) and writes to a directory of its own only.
set -eu
cd "$(dirname "$0")/.."
O=${O:-build}
USERS=${USERS:-10000 1000000}
ROUNDS=${ROUNDS:-3}
[ "$(id -u)" -eq 0 ] || { echo "run-apply: needs root" >&2; exit 77; }
. bench/lib.sh
figures_begin apply
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# run WHAT ARGUMENT...
run() {
	what=$1
	shift
	"$O/bench/timed" "$O/sftpjail" --config "$work/etc" \
	    --state "$work/state" "$@" >>"$work/$what"
}

chmod 755 "$work"
printf '%-10s %-12s %12s %12s\n' users apply seconds kB
for count in $USERS; do
	rm -f "$work/first" "$work/same" "$work/more" "$work/add"
	round=0
	while [ $round -lt "$ROUNDS" ]; do
		rm -rf "${work:?}/state" "${work:?}/etc"
		bench_config "$work/etc" "$count"
		run first apply
		run same apply
		bench_config "$work/etc" $((count + 1))
		run more apply
		run add user add newcomer
		round=$((round + 1))
	done
	for what in first same more add; do
		seconds=$(median 1 <"$work/$what")
		kb=$(median 2 <"$work/$what")
		label=$what
		[ $what != add ] || label='user add'
		printf '%-10s %-12s %12s %12s\n' "$count" "$label" \
		    "$seconds" "$kb"
		figure "$count" "apply-$what-s" sftpjail "$seconds"
		figure "$count" "apply-$what-kB" sftpjail "$kb"
	done
done
