#!/bin/sh
# SPDX-License-Identifier: ISC
# What analyzers see without running anything.
# usage: [ALL=1] tests/analyze.sh [gcc|cppcheck|tidy]...
# Without ALL the word of a release that we do not know (each sees other things)
# is not asked.  What is no fault: .clang-tidy, cppcheck.supp and analyze.allow.
set -u
cd "$(dirname "$0")/.." || exit 1
LC_ALL=C
export LC_ALL
. tests/cppflags.sh
allow=tests/analyze.allow
failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# ready NAME VERSION PROGRAM   Is it there, and of that version?
ready()
{
	command -v "$3" >/dev/null || {
		printf 'skip analyze-%s - %s is not installed\n' "$1" "$3"
		return 1
	}
	[ -n "${ALL:-}" ] ||
	    "$3" --version | grep -Eq "(^| )(version )?$2([.]|\$)" || {
		printf 'skip analyze-%s - %s %s (make analyze takes any)\n' \
		    "$1" "$3" "$2"
		return 1
	}
}

# verdict NAME STATUS   Judges the lines "FILE:LINE: warning: ... [CHECK]" of
# $work/out.
verdict()
{
	if [ "$2" -ne 0 ]; then
		tail -n 20 "$work/out" | sed 's/^/# /'
		printf 'not ok analyze-%s - it could not be run\n' "$1"
		failed=1
		return
	fi
	sed "s|^$PWD/||" "$work/out" |
	    grep -E ': (warning|error|performance|portability): ' |
	    sort -u >"$work/found"
	awk -v allow=$allow '
	    BEGIN { while ((getline line < allow) > 0) {
			split(line, word, " ")
			allowed[word[1] " " word[2]] = 1 } }
	    { file = $0; sub(/:.*/, "", file)
	      check = $0; sub(/.*\[/, "", check); sub(/\]$/, "", check)
	      if (!((check " " file) in allowed)) print }
	    ' "$work/found" >"$work/bad"
	if [ -s "$work/bad" ]; then
		sed 's/^/# /' "$work/bad"
		printf 'not ok analyze-%s - %s found, see above\n' "$1" \
		    "$(wc -l <"$work/bad" | tr -d ' ')"
		failed=1
	else
		printf 'ok analyze-%s\n' "$1"
	fi
}

# files PART...   But for the one that defines what analyze.h makes a macro.
files()
{
	find "$@" -name '*.c' ! -path core/reason.c | sort
}

analyze_gcc()
{
	ready gcc 12 gcc || return
	# shellcheck disable=SC2046 # one word for each flag
	files core nss_sftpjail pam_sftpjail shell tool |
	    xargs -P2 -n1 gcc -std=gnu99 -O2 -fanalyzer -S -o /dev/null \
		-fdiagnostics-plain-output -include tests/analyze.h \
		$(cppflags) >"$work/out" 2>&1
	verdict gcc $?
}

analyze_cppcheck()
{
	ready cppcheck 2.10 cppcheck || return
	# shellcheck disable=SC2046
	cppcheck -q -j2 --std=c99 --library=posix,gnu --template=gcc \
	    --enable=warning,performance,portability --inline-suppr \
	    --suppressions-list=tests/cppcheck.supp $(cppflags) \
	    core nss_sftpjail pam_sftpjail shell tool >"$work/out" 2>&1
	verdict cppcheck $?
}

analyze_tidy()
{
	ready tidy 14 clang-tidy || return
	# shellcheck disable=SC2046
	files core nss_sftpjail pam_sftpjail shell tool |
	    xargs -P2 -I FILE clang-tidy --quiet FILE -- -std=gnu99 \
		-include tests/analyze.h $(cppflags) >"$work/out" 2>"$work/progress"
	verdict tidy $?
}

[ $# -gt 0 ] || set -- gcc cppcheck tidy
for one in "$@"; do
	"analyze_$one"
done
exit $failed
