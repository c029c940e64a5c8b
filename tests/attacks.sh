#!/bin/sh
# SPDX-License-Identifier: ISC
# The attacks that SECURITY.md names, one by one, and what their tests said.
# usage: O=BUILD-DIR tests/attacks.sh programs   prints what has to be run
#        O=BUILD-DIR tests/attacks.sh            the table, from BUILD-DIR/results
# Exit: 1 if a test failed or a named one did not run.
set -u
cd "$(dirname "$0")/.." || exit 1
O=${O:-build}
TAB=$(printf '\t')

# ATTACK, FILE, NAMES of each row, with tabs between; FILE n/a has a reason.
rows()
{
	sed -n 's/^| \(.*\) | \(tests[^ ]*\) | \(`.*`\) |$/\1'"$TAB"'\2'"$TAB"'\3/p
	    s/^| \(.*\) | \(n\/a\) | \(.*\) |$/\1'"$TAB"'\2'"$TAB"'\3/p' \
	    SECURITY.md | tr -d '`'
}

# programs_of FILE   What runs the cases that stand in it.
programs_of()
{
	case $1 in
	tests/module/nss_*.c) echo tests/system/nss-process.sh ;;
	tests/data/config.cases) echo "$O/tests/unit/test_compile" ;;
	tests/fuzz/run.c)
		for source in tests/fuzz/fuzz_*.c; do
			echo "$O/${source%.c}"
		done
		;;
	*.c) echo "$O/${1%.c}" ;;
	*.sh) echo "$1" ;;
	esac
}

# judge NAMES RESULT...   A name is that of a case, or its end behind a "_", with
# "*" for anything.
judge()
{
	names=$1
	shift
	cat "$@" | awk -v names="$names" '
	BEGIN {
		count = split(names, name, " ")
		for (i = 1; i <= count; i++) {
			pattern[i] = "(^|_)" name[i] "$"
			gsub(/[*]/, ".*", pattern[i])
		}
	}
	/^(ok|not ok|skip) / {
		is_bad = sub(/^not /, "")
		verdict = is_bad ? "bad" : $1
		why = $0
		sub(/^[a-z]+ /, "")
		if (!sub(/ - .*/, "") || !sub(/.* - /, "", why)) why = ""
		sub(/: .*/, "")
		ran[verdict]++
		if (verdict == "skip") skipped = why
		for (i = 1; i <= count; i++)
			if ($0 ~ pattern[i]) {
				seen[i] = 1
				cases++
				if (verdict == "bad") bad = bad " " $0
				if (verdict == "skip") missing = why
			}
	}
	END {
		# A program that could not run at all names no case.
		if (!ran["ok"] && !ran["bad"] && ran["skip"])
			missing = skipped
		for (i = 1; i <= count && missing == ""; i++)
			if (!seen[i]) unseen = unseen " " name[i]
		if (bad != "") print "not ok\t" substr(bad, 2)
		else if (unseen != "") print "not ok\tnot run:" unseen
		else if (missing != "") print "skip\t" missing
		else print "ok\t" cases " cases"
	}'
}

table()
{
	rows | while IFS=$TAB read -r attack file names; do
		case $file in
		n/a)
			printf 'n/a    %s - %s\n' "$attack" "$names"
			continue
			;;
		esac
		set --
		for program in $(programs_of "$file"); do
			result=$O/results/$(printf '%s' "${program#"$O"/}" |
			    tr / _).out
			[ ! -f "$result" ] || set -- "$@" "$result"
		done
		verdict="not run${TAB}no results"
		[ $# -eq 0 ] || verdict=$(judge "$names" "$@")
		printf '%-6s %s\n       %s: %s (%s)\n' "${verdict%%"$TAB"*}" \
		    "$attack" "$file" "$names" "${verdict#*"$TAB"}"
	done
}

case ${1:-} in
programs)
	rows | cut -f 2 | while read -r file; do
		programs_of "$file"
	done | sort -u
	;;
*)
	table | awk '
	{ print }
	/^ok / { passed++ }
	/^not ok / { failed++ }
	/^skip / { skipped++ }
	/^not run / { missing++ }
	END {
		printf "%d attacks tried, %d passed, %d failed, %d skipped%s\n",
		    passed + failed, passed, failed, skipped,
		    missing ? ", " missing " not run" : ""
		exit failed + missing > 0
	}'
	;;
esac
