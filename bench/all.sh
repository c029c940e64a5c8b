#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs all benches, keeps what each prints in $O/bench/tables, and prints one
# table: the goals, and what this run came to.
# usage: [O=BUILD-DIR] [USERS_MAX=1000000] bench/all.sh
# Needs root.  What else the benches take from the environment they take here,
# too; COUNTS are the numbers of users for lookups.
set -eu
cd "$(dirname "$0")/.."
O=${O:-build}
USERS_MAX=${USERS_MAX:-1000000}
export O
tables=$O/${BENCH_OUT:-bench}/tables
rm -rf "$tables" "${tables%/*}/figures"
mkdir -p "$tables"

# upto COUNT...   Those that are not too many; USERS_MAX if all are.
upto() {
	list=
	for count in "$@"; do
		[ "$count" -gt "$USERS_MAX" ] || list="$list $count"
	done
	list=${list# }
	echo "${list:-$USERS_MAX}"
}

# bench NAME
bench() {
	load=$(cut -d ' ' -f 1 /proc/loadavg)
	echo "bench: $1 (load $load)" >&2
	echo "$1 $load" >>"$tables/load"
	status=0
	"bench/run-$1.sh" >"$tables/$1" 2>"$tables/$1.err" ||
	    status=$?
	[ $status -eq 0 ] || {
		cat "$tables/$1" "$tables/$1.err" >&2
		exit $status
	}
}

# shellcheck disable=SC2086 # a list
USERS=$(upto ${COUNTS:-100 10000 1000000}) bench nss
USERS=$(upto 10000 1000000) bench apply
USERS=$(upto 10000 1000000) bench explain
USERS=$(upto 10000 1000000) bench replace
USERS=$(upto 100 1000000) bench login
bench sessions
bench rate
bench/goals.sh
