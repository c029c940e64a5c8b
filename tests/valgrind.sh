#!/bin/sh
# SPDX-License-Identifier: ISC
# The unit tests under memcheck: no error, and nothing lost.
# usage: [O=BUILD-DIR] [ALL=1] tests/valgrind.sh
# Without ALL those are left out that take longer than all others together;
# "make valgrind" has them.
set -u
cd "$(dirname "$0")/.." || exit 1
O=${O:-build}
SLOW=' test_cache test_compile test_import test_mutation test_policy_model '
# valgrind shows a process the title that it began with; this is about titles
NEVER=' test_wiring '

# one PROGRAM
one()
{
	log=$(mktemp) || exit 1
	if valgrind -q --vgdb=no --leak-check=full \
	    --show-leak-kinds=definite,indirect \
	    --errors-for-leak-kinds=definite,indirect \
	    --error-exitcode=99 "$1" >"$log" 2>&1; then
		printf 'ok memcheck_%s\n' "${1##*/}"
	else
		printf '%s\nnot ok memcheck_%s - see above\n' \
		    "$(grep -v '^ok ' "$log" | sed 's/^/# /')" "${1##*/}"
		rm -f "$log"
		return 1
	fi
	rm -f "$log"
}

if [ $# -gt 0 ]; then
	one "$1"
	exit
fi
command -v valgrind >/dev/null || {
	echo 'skip memcheck - valgrind is not installed'
	exit 77
}
[ -z "${ALL:-}" ] || SLOW=
for program in "$O"/tests/unit/test_*; do
	name=${program##*/}
	case $name in
	*.d) continue ;;
	esac
	case $NEVER$SLOW in
	*" $name "*) continue ;;
	esac
	printf '%s\n' "$program"
done | xargs -P2 -n1 "$0"
