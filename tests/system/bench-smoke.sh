#!/bin/sh
# SPDX-License-Identifier: ISC
# The benches run, with up to a thousand users, and print their rows.  What the
# figures come to is not looked at.
cd "$(dirname "$0")/../.." || exit 1
[ "$(id -u)" -eq 0 ] || {
	echo 'skip bench-smoke - needs root'
	exit 77
}
W=$(mktemp -d) || exit 1
trap 'rm -rf "$W"' EXIT
LOG=$W/log
: >"$LOG"
. tests/system/lib/cases.sh
export BENCH_OUT=bench-smoke
TABLES=${O:-build}/$BENCH_OUT/tables

runs() {
	status=0
	USERS_MAX=1000 COUNTS='100 1000' ROUNDS=1 ROUND_MS=1 SESSIONS=2 \
	    SETTLE=0 MEGABYTES=1 RATES=10000000 bench/all.sh >"$W/goals" ||
	    status=$?
	[ $status -ne 77 ] || missing 'a private world'
	same status $status 0
}
try bench_all_runs runs

# rows NAME PATTERN...   Lines of the table that it printed.
rows() {
	rows_name=$1
	shift
	for pattern in "$@"; do
		has "$(cat "$TABLES/$rows_name")" "$pattern"
	done
}

# A module that is not there is named, and so is each that is.
lookups() {
	for figure in first-getpwnam getpwnam getpwnam-miss getpwuid getspnam \
	    initgroups two-threads getpwent-per-s resident-kB; do
		rows nss "^100 +$figure .*[0-9]" "^1000 +$figure .*[0-9]"
	done
	rows nss '^100 +replaced-noticed-at +1 '
	for peer in limit sftpjail files; do
		rows nss "^users .* $peer "
	done
	for peer in extrausers cache db; do
		rows nss "^(users .* $peer |left out: .*$peer)"
	done
}
try bench_lookups_print_each_figure_and_module lookups

tools() {
	rows apply '^1000 +first +[0-9.]+ +[0-9]+$' '^1000 +same ' \
	    '^1000 +more ' '^1000 +user add '
	rows replace '^1000 +[0-9]+ +[0-9]+ '
	rows explain '^1000 +explain-all +[0-9.]+ +[0-9]+$' \
	    '^1000 +explain-one '
}
try bench_apply_and_explain_print_their_rows tools

logins() {
	for server in stock match sftpjail_100; do
		rows login "^$server +[0-9.]+ +[0-9.]+ "
	done
	rows login '^(pam_chroot |left out: libpam-chroot)'
	for step in account setcred open confine close all; do
		rows login "^$step +[1-9][0-9.]*"
	done
	rows sessions '^match +-?[0-9]' '^sftpjail_100 +-?[0-9]' '^difference +-?[0-9]'
	rows rate '^0 +[0-9.]+ ' '^10000000 +[0-9.]+ +[0-9]+ +[0-9.]+$'
}
try bench_logins_sessions_and_rate_print_their_rows logins

# Each has a figure; those for a million are not judged by a thousand.
goals() {
	goals_text=$(cat "$W/goals")
	lacks "$goals_text" 'no figure'
	same rows "$(wc -l <"$W/goals")" 20
	for name in nss apply explain login sessions rate; do
		has "$goals_text" "bench/run-$name.sh\$"
	done
	has "$goals_text" '^1k users, apply: .* -  '
}
try bench_goals_have_figures goals
cases_end
