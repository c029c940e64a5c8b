#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs all benches and writes bench/REPORT.md and bench/lookup.svg.
# usage: [O=BUILD-DIR] [USERS_MAX=1000000] bench/report.sh
# Needs root and gnuplot.
set -eu
cd "$(dirname "$0")/.."
O=${O:-build}
export O
command -v gnuplot >/dev/null || {
	echo 'report: gnuplot is not installed' >&2
	exit 77
}
COUNTS='100 1000 10000 100000 1000000' bench/all.sh >/dev/null

# version PACKAGE...
version() {
	for package in "$@"; do
		dpkg-query -W -f '${Package} ${Version}\n' "$package" \
		    2>/dev/null || echo "$package: not installed"
	done
}

plot() {
	data=$O/bench/lookup
	rm -f "$data".*
	awk -v data="$data" '$2 == "getpwnam" && $4 != "-" {
		print $1, $4 / 1000 >(data "." $3) }' "$O/bench/figures/nss"
	set --
	for who in limit sftpjail cache berkeley nss_db extrausers files; do
		[ ! -f "$data.$who" ] ||
		    set -- "$@" "'$data.$who' with linespoints lw 2 title '$who'"
	done
	lines=$(printf '%s, ' "$@")
	gnuplot <<-END
	set terminal svg size 720,440 background '#ffffff'
	set output '$data.svg'
	set logscale xy
	set xlabel 'users'
	set ylabel 'getpwnam, microseconds'
	set format x '10^{%T}'
	set grid
	set key outside right noenhanced
	plot ${lines%, }
	END
	sed 's/[[:space:]]*$//; /^$/d' "$data.svg" >bench/lookup.svg
}

table() {
	printf '\n### `bench/run-%s.sh`\n\n' "$1"
	sed 's/^./    &/' "$O/bench/tables/$1"
}

report() {
	cat <<-END
	# Benches

	Written by \`make bench-report\` (\`bench/report.sh\`), $(date -u +%Y-%m-%d).
	Take the ratios, not the times: all that is compared ran in turns.

	- machine: $(nproc) processors, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo)
	- kernel: $(uname -sr)
	- load average when each began, of which the bench itself is about 1:
	  $(paste -sd ',' "$O/bench/tables/load" | sed 's/,/, /g')
	- $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), $(version openssh-server libc6 libcdb-dev | paste -sd ',' | sed 's/,/, /g')
	- peers: $(version libnss-extrausers libnss-cache libnss-db libpam-chroot | paste -sd ',' | sed 's/,/, /g')

	"Limit" is a hash table on the heap and the copy into the caller's buffer,
	without any check (\`bench/limit.h\`).

	## Goals

	END
	FORMAT=markdown bench/goals.sh
	printf '\n![cost of getpwnam by number of users](lookup.svg)\n'
	printf '\n## Figures\n'
	for name in nss apply replace explain login sessions rate; do
		table $name
	done
}

plot
report >bench/REPORT.md.new
mv bench/REPORT.md.new bench/REPORT.md
echo 'written: bench/REPORT.md, bench/lookup.svg'
