#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs the fuzz targets that `make fuzz` has built, one behind the other.
# usage: [ENGINE=afl] O=BUILD-DIR tests/fuzz/fuzz.sh SECONDS [NAME]
# What is found to be new stays in BUILD-DIR/found and is begun with next time;
# how many inputs were tried, in BUILD-DIR/results for tests/report.sh.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build/fuzz}
seconds=$1
target=${2:-}
[ -d /dev/shm ] && : "${TMPDIR:=/dev/shm}"
export TMPDIR="${TMPDIR:-/tmp}"
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1

# Beside tests/fuzz/corpus: what tests/data and conf have.
seed()
{
	awk -v dir="$O/seed/config" '/^== /{ file = dir "/" $2; next }
	    /^--$/ { file = "" } file != "" { print >file }' \
		tests/data/config.cases
	awk -v dir="$O/seed/import" '/^== /{
		file = dir "/" $2
		is_part = $3 == "part"
		kind = $(3 + is_part)
		print substr(kind, 1, 1) (is_part ? "-" : "") \
		    $(4 + is_part) >file
		next
	    }
	    /^--$/ { file = "" }
	    /^\+\+ / { printf "\f" >file; next }
	    file != "" { print >file }' tests/data/import.cases
	cp conf/*.conf "$O/seed/config"
	cp conf/sshd_config "$O/seed/sshd_config"
	cp conf/pam.d-* "$O/seed/stack"
	cp conf/nsswitch.conf "$O/seed/nsswitch"
}

# The host stays as it is: neither governor nor core pattern is changed.
# shellcheck disable=SC2317 # called by its name in a variable
run_afl()
{
	printf 'fuzz: %s (AFL++)\n' "$1"
	begin=$O/begin/$1
	rm -rf "$begin"
	mkdir -p "$begin"
	find "tests/fuzz/corpus/$1" "$O/seed/$1" -type f |
	    while read -r file; do
		cp "$file" "$begin/$(printf '%s' "$file" | tr / _)"
	done
	[ ! -d "$O/found/$1/default" ] || begin=-
	ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0 \
	    UBSAN_OPTIONS=abort_on_error=1:halt_on_error=1:symbolize=0 \
	    AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 \
	    AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
	    afl-fuzz -V "$seconds" -t 10000 -m none -i "$begin" \
	    -o "$O/found/$1" -- "$O/tests/fuzz/fuzz_$1" >"$O/$1.log" 2>&1 || {
		tail -n 20 "$O/$1.log"
		printf '   FAILED: %s\n' "$O/$1.log"
		return 1
	}
	sed -n 's/^execs_done *: */# count inputs /p' \
	    "$O/found/$1/default/fuzzer_stats" | tee "$O/results/$1.out"
	found=$(find "$O/found/$1/default/crashes" "$O/found/$1/default/hangs" \
	    -type f -name 'id:*')
	[ -n "$found" ] || return 0
	printf '   FAILED: %s\n' "$found"
	return 1
}

# run_libfuzzer NAME: what it found, if anything, is shown
run_libfuzzer()
{
	printf 'fuzz: %s\n' "$1"
	"$O/tests/fuzz/fuzz_$1" -max_total_time="$seconds" -timeout=10 \
	    -rss_limit_mb=2048 -close_fd_mask=3 -print_final_stats=1 \
	    -artifact_prefix="$O/$1-" "$O/found/$1" "tests/fuzz/corpus/$1" \
	    "$O/seed/$1" >"$O/$1.log" 2>&1
	status=$?
	sed -n 's/^stat::number_of_executed_units: */# count inputs /p' \
	    "$O/$1.log" | tee "$O/results/$1.out"
	[ $status -ne 0 ] || return 0
	found=$(sed -n 's/.*Test unit written to //p' "$O/$1.log" | tail -n 1)
	# once more, with what the target itself says
	"$O/tests/fuzz/fuzz_$1" -timeout=10 ${found:+"$found"} 2>&1 </dev/null |
	    tail -n 60
	printf '   FAILED: %s, %s\n' "$O/$1.log" "${found:-no input kept}"
	return 1
}

failed=0
mkdir -p "$O/results"
for file in tests/fuzz/fuzz_*.c; do
	name=${file#tests/fuzz/fuzz_}
	name=${name%.c}
	mkdir -p "$O/seed/$name" "$O/found/$name"
done
seed
for file in tests/fuzz/fuzz_*.c; do
	name=${file#tests/fuzz/fuzz_}
	name=${name%.c}
	case ${target:-$name} in
	"$name" | "fuzz_$name") "run_${ENGINE:-libfuzzer}" "$name" || failed=1 ;;
	esac
done
exit $failed
