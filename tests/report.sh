#!/bin/sh
# SPDX-License-Identifier: ISC
# The numbers of what ran last, from the results that tests/run and "make fuzz"
# leave; nothing else is known here.   usage: O=BUILD-DIR tests/report.sh
set -u
cd "$(dirname "$0")/.." || exit 1
O=${O:-build}
[ -n "$(ls -d "$O"/results "$O"/*/results 2>/dev/null)" ] || {
	echo "report: no results in $O: run make check, check-attacks or fuzz"
	exit 1
}

# results KIND   The files of the programs of one kind.
results()
{
	for file in "$O"/results/*.out; do
		case $1:$file in
		asan:*/asan_tests_* | "$1:$O/results/tests_$1"*) echo "$file" ;;
		esac
	done
}

printf '%-34s %8s %8s %8s\n' tests ok failed skipped
while read -r kind what; do
	files=$(results "$kind")
	[ -n "$files" ] || continue
	# shellcheck disable=SC2086 # a list
	cat $files | awk -v what="$what" '/^(ok|not|skip) / { n[$1]++ } END {
	    printf "%-34s %8d %8d %8d\n", what, n["ok"], n["not"], n["skip"] }'
done <<-'END'
	lint lint
	unit unit
	fuzz fuzz targets on their corpus
	asan both, with ASan and UBSan
	module module
	system system
END
tests/attacks.sh | awk 'END { printf "%-34s %8d %8d %8d\n\n",
    "attacks of SECURITY.md", $4, $6, $8 }'
cat "$O"/results/*.out "$O"/fuzz/results/*.out "$O"/afl/results/*.out \
    2>/dev/null |
    awk '/^# count [a-z]+ [0-9]+$/ { n[$3] += $4 } END {
	what["logins"] = "logins at a real sshd"
	what["faults"] = "faults injected into system calls"
	what["mutants"] = "damaged databases read"
	what["inputs"] = "inputs given to fuzz targets"
	for (kind in n)
		printf "%-34s %8d\n", kind in what ? what[kind] : kind, n[kind]
	}' | sort
