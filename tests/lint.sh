#!/bin/sh
# SPDX-License-Identifier: ISC
# What a compiler does not check: form, the arrows between the parts, names,
# what the built files link and export, and that the papers keep up.
# No root, no network.  usage: [O=BUILD-DIR] tests/lint.sh [CHECK...]
# Exceptions stand in tests/lint.allow, each with its reason.
set -u
cd "$(dirname "$0")/.." || exit 1
LC_ALL=C
export LC_ALL
O=${O:-build}
CC=${CC:-cc}
# shellcheck source=tests/cppflags.sh
. tests/cppflags.sh
PARTS=$(ls -d core pam_sftpjail nss_sftpjail tool shell 2>/dev/null)
MAX_LINES=400
MAX_TEST_LINES=600
allow=tests/lint.allow
failed=0
bad=$(mktemp) && work=$(mktemp -d) || exit 1
trap 'rm -rf "$bad" "$work"' EXIT

# Every check writes what is wrong to $bad, a line for each fault.
verdict()
{
	if [ -s "$bad" ]; then
		sed 's/^/# /' "$bad"
		printf 'not ok lint-%s - %s\n' "$1" \
		    "$(wc -l <"$bad" | tr -d ' ') found, see above"
		failed=1
	else
		printf 'ok lint-%s\n' "$1"
	fi
	: >"$bad"
}

skip()
{
	printf 'skip lint-%s - %s\n' "$1" "$2"
}

have()
{
	command -v "$1" >/dev/null 2>&1
}

# allowed KIND NAME
allowed()
{
	[ -f $allow ] && awk -v kind="$1" -v name="$2" '
	    $1 == kind && $2 == name { found = 1 } END { exit !found }' $allow
}

sources()
{
	find $PARTS bench tests -name '*.[ch]' 2>/dev/null | sort
}

scripts()
{
	find . \( -path ./.git -o -path "./${O#./}" \) -prune -o -type f -print |
	    sort | while read -r file; do
		case $(head -c 64 "$file" 2>/dev/null | head -n 1 |
		    tr -d '\000') in
		'#!/bin/sh'*) printf 'sh %s\n' "$file" ;;
		'#!/bin/bash'* | '#!/usr/bin/env bash'*)
			printf 'bash %s\n' "$file" ;;
		esac
	done
}

check_format()
{
	have clang-format || { skip format clang-format; return; }
	sources | xargs clang-format --dry-run 2>&1 | grep 'warning:' |
	    cut -d: -f1 | uniq -c |
	    awk '{ print $2 ": " $1 " places; clang-format -i mends it" }' \
		>>"$bad"
	verdict format
}

check_spdx()
{
	sources | while read -r file; do
		head -n 1 "$file" | grep -q 'SPDX-License-Identifier: ISC' ||
		    echo "$file: first line is no SPDX line" >>"$bad"
	done
	verdict spdx
}

check_file_length()
{
	for file in $(sources); do
		lines=$(wc -l <"$file")
		case $file in
		tests/*) most=$MAX_TEST_LINES ;; # tables
		*) most=$MAX_LINES ;;
		esac
		[ "$lines" -le $most ] || allowed file-length "$file" ||
		    echo "$file: $lines lines, at most $most" >>"$bad"
	done
	verdict file-length
}

# Functions: lines, parameters, depth.
check_functions()
{
	have clang-tidy || { skip functions clang-tidy; return; }
	config='{Checks: "-*,readability-function-size", CheckOptions: [
	  {key: readability-function-size.LineThreshold, value: "60"},
	  {key: readability-function-size.StatementThreshold, value: "100000"},
	  {key: readability-function-size.ParameterThreshold, value: "6"},
	  {key: readability-function-size.NestingThreshold, value: "3"}]}'
	find $PARTS -name '*.c' | sort | while read -r file; do
		# shellcheck disable=SC2046 # one word for each flag
		clang-tidy --quiet --config="$config" "$file" -- -std=gnu99 \
		    $(cppflags) 2>/dev/null | grep -E 'warning:.*function-size|note:'
	done | sed 's/ \[readability.*//' >"$work/tidy"
	# a warning names the function, the notes behind it what is too much
	while read -r line; do
		case $line in
		*warning:*)
			name=${line#*function \'}
			name=${name%%\'*}
			is_bad=1
			! allowed function "$name" || is_bad=0
			;;
		esac
		[ $is_bad -eq 0 ] || printf '%s\n' "$line" >>"$bad"
	done <"$work/tidy"
	verdict functions
}

# Lines "FILE HEADER" of all includes of the parts; quotes or <> are kept.
includes()
{
	find $PARTS -name '*.[ch]' -exec \
	    grep -H '^[[:space:]]*#[[:space:]]*include[[:space:]]' {} + |
	    sed 's/:[[:space:]]*#[[:space:]]*include[[:space:]]*/ /' |
	    awk '{ print $1, $2 }'
}

# tool, pam_sftpjail, nss_sftpjail, shell -> core; no other arrow.
check_arrows()
{
	includes >"$work/includes"
	while read -r file header; do
		part=${file%%/*}
		case $header in
		\"*) ;;
		*) continue ;;
		esac
		name=${header#\"}
		name=${name%\"}
		[ -f "$part/$name" ] || [ -f "core/$name" ] ||
		    echo "$file: $header is of another part" >>"$bad"
	done <"$work/includes"
	verdict arrows
}

# core: C and POSIX, and TinyCDB's reader.
check_core_includes()
{
	known=' assert ctype dirent errno fcntl grp inttypes limits poll pwd
	    signal stdarg stdbool stddef stdint stdio stdlib string strings
	    time unistd arpa/inet netinet/in sys/file sys/mman sys/socket
	    sys/stat sys/statvfs sys/syscall sys/types sys/uio cdb '
	# shellcheck disable=SC2086,SC2116 # the newlines become spaces
	known=" $(echo $known) "
	includes | sed -n 's|^\(core/[^ ]*\) <\(.*\)\.h>$|\1 \2|p' |
	    while read -r file header; do
		case $known in
		*" $header "*) ;;
		*) echo "$file: <$header.h>" >>"$bad" ;;
		esac
	done
	verdict core-includes
}

# A library is known in one place.
check_homes()
{
	includes | while read -r file header; do
		case "$header $file" in
		'<security/'*' pam_sftpjail/'*) ;;
		'<security/'*) echo "$file: $header" ;;
		'<nss.h> nss_sftpjail/'*) ;;
		'<nss.h> '*) echo "$file: $header" ;;
		'<libconfig.h> tool/text'*) ;;
		'<libconfig.h> '*) echo "$file: $header" ;;
		'<jansson.h> tool/'* | '<crypt.h> tool/'*) ;;
		'<jansson.h> '* | '<crypt.h> '*) echo "$file: $header" ;;
		esac
	done >>"$bad"
	verdict homes
}

check_headers()
{
	find $PARTS tests -name '*.h' | sort | while read -r file; do
		printf '#define _GNU_SOURCE\n#include "%s"\n' "$file" \
		    >"$work/alone.c"
		# shellcheck disable=SC2046
		$CC -std=gnu99 -Wall -Wno-unused -fsyntax-only -I. $(cppflags) \
		    "$work/alone.c" >"$work/out" 2>&1 ||
		    echo "$file: $(grep -m 1 error "$work/out")" >>"$bad"
	done
	verdict headers
}

# Also where bool is a keyword.
check_standards()
{
	for std in gnu11 gnu17 gnu2x; do
		echo 'int x;' >"$work/probe.c"
		$CC -std=$std -fsyntax-only "$work/probe.c" 2>/dev/null ||
		    continue
		# shellcheck disable=SC2046
		find $PARTS -name '*.c' | sort | xargs $CC -std=$std -Wall \
		    -Wextra -Werror -fsyntax-only $(cppflags) 2>&1 |
		    grep 'error:' | sed "s/^/-std=$std: /" >>"$bad"
	done
	verdict standards
}

# No goto, comments left out.
check_goto()
{
	sources | grep '\.c$' | while read -r file; do
		# -fpreprocessed only takes the comments out
		$CC -fpreprocessed -dD -E -P "$file" 2>/dev/null |
		    grep -nw goto | sed "s|^|$file: |" >>"$bad"
	done
	verdict goto
}

# Nothing that changes, ends or asks the process it is loaded into.
check_forbidden()
{
	ls "$O"/core/*.o >/dev/null 2>&1 || {
		skip forbidden "$O/core/*.o: make first"
		return
	}
	names='strtok|strerror|getpwnam|getpwuid|getgrnam|getgrgid|getpwent'
	names="$names|getgrent|getspnam|getenv|secure_getenv|setenv|putenv"
	names="$names|fork|vfork|system|popen|signal|sigaction|exit|_exit"
	names="$names|_Exit|abort|setlocale|rand|srand|gethostbyname|sprintf"
	names="$names|strcpy|strcat|gets|sscanf|atoi|atol"
	for object in "$O"/core/*.o "$O"/nss_sftpjail/*.o; do
		nm -u "$object" 2>/dev/null | awk '{ print $NF }' |
		    sed 's/@.*//' | grep -Ex "$names" |
		    sed "s|^|$object: |" >>"$bad"
	done
	verdict forbidden
}

# Data that changes while the process runs, in what others load.
check_static()
{
	have objdump || { skip static objdump; return; }
	ls "$O"/core/*.o >/dev/null 2>&1 || {
		skip static "$O/core/*.o: make first"
		return
	}
	for object in "$O"/core/*.o "$O"/nss_sftpjail/*.o \
	    "$O"/pam_sftpjail/*.o; do
		[ -f "$object" ] || continue
		objdump -t "$object" | awk -v o="${object#"$O"/}" '
		    NF >= 5 && $(NF-2) ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ &&
		    $(NF-2) !~ /^\.data\.rel\.ro/ && $(NF) !~ /^\./ {
			sub(/\.[0-9]+$/, "", $NF); print o ":" $NF }'
	done | sort -u >"$work/mutable"
	while read -r name; do
		allowed static "$name" || echo "$name" >>"$bad"
	done <"$work/mutable"
	[ ! -f $allow ] || awk '$1 == "static" { print $2 }' $allow |
	    while read -r name; do
		grep -qxF "$name" "$work/mutable" ||
		    echo "$allow: $name is not there" >>"$bad"
	done
	verdict static
}

check_allow()
{
	[ ! -f $allow ] || awk '!/^(#|$)/ && NF < 4 {
	    print "no reason given: " $0 }' $allow >>"$bad"
	verdict allow
}

# External names: sj_<subject>_<verb>, and the subject is a word of the file's
# name; in core it is the header's.
check_names()
{
	for part in $PARTS; do
		for object in "$O/$part"/*.o; do
			[ -f "$object" ] || continue
			nm --defined-only -g "$object" |
			    awk -v o="$object" '{ print o, $NF }'
		done
	done >"$work/names"
	[ -s "$work/names" ] || { skip names "$O: make first"; return; }
	while read -r object name; do
		case $object:$name in
		*:main) continue ;;
		*/pam_sftpjail.o:pam_sm_* | */nss_sftpjail.o:_nss_sftpjail_*)
			continue ;;
		*/core/*:sj_*) continue ;;
		esac
		subject=${name#sj_}
		subject=${subject%%_*}
		found=
		for word in $(basename "$object" .o | tr _ ' '); do
			case $name:$subject:$word in
			sj_*:"$word"*:* | sj_*:*:"$subject"*) found=1 ;;
			esac
		done
		[ -n "$found" ] || allowed name "$name" ||
		    echo "$object: $name" >>"$bad"
	done <"$work/names"
	# an archive gives up its function silently to one of the same name
	for part in $PARTS; do
		awk -v o="$O/" -v part="$part" '{ sub(o, "", $1)
		    if ($1 ~ "^core/" || $1 ~ "^" part "/")
			if ($2 in seen && seen[$2] != $1)
				print seen[$2] " and " $1 ": " $2
			else
				seen[$2] = $1 }' "$work/names" >>"$bad"
	done
	verdict names
}

# needed CHECK FILE PATTERN: the libraries of a built file
check_needed()
{
	have readelf || { skip needed readelf; return; }
	seen=
	while read -r file want; do
		[ -f "$O/$file" ] || continue
		seen=1
		readelf -d "$O/$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
		    grep -Evx "$want" | sed "s|^|$O/$file links |" >>"$bad"
	done <<-END
	libnss_sftpjail.so.2 (libc|ld-linux.*|libpthread)[.]so[.][0-9]
	pam_sftpjail.so (libpam|libc|ld-linux.*|libpthread)[.]so[.][0-9]
	sftpjail (libconfig|libjansson|libcrypt|libpthread|libc|ld-linux.*)[.]so[.][0-9]+
	sftpjail-shell nothing
	END
	if [ -z "$seen" ]; then
		skip needed "$O: make first"
		return
	fi
	verdict needed
}

# What a module exports is what its map says.
check_exports()
{
	seen=
	for pair in pam_sftpjail.so:pam_sftpjail/pam_sftpjail.map \
	    libnss_sftpjail.so.2:nss_sftpjail/nss_sftpjail.map; do
		file=$O/${pair%%:*} map=${pair#*:}
		[ -f "$file" ] || continue
		seen=1
		sed 's/#.*//; s|/\*.*\*/||' "$map" | tr ';{}' '\n\n\n' |
		    sed 's/[[:space:]]//g' |
		    sed -n '/^global:/,/^local:/p' |
		    sed 's/^global://; /^local:/d; /^$/d' | sort >"$work/map"
		nm -D --defined-only "$file" | awk '$2 != "A" { print $NF }' |
		    sed 's/@.*//' | sort >"$work/exports"
		diff "$work/map" "$work/exports" | sed -n \
		    "s|^< |$map, but not exported: |p
		    s|^> |$file exports, but not in the map: |p" >>"$bad"
	done
	if [ -z "$seen" ]; then
		skip exports "$O: make first"
		return
	fi
	verdict exports
}

# What was asked of the linker and the compiler stands in what was built, where
# a packager's flags may have undone it.
check_hardening()
{
	have readelf || { skip hardening readelf; return; }
	[ -f "$O/sftpjail-shell" ] || { skip hardening "$O: make first"; return; }
	for pair in sftpjail:tool pam_sftpjail.so:pam_sftpjail \
	    libnss_sftpjail.so.2:core sftpjail-shell:shell; do
		file=${pair%%:*}
		readelf -hldW "$O/$file" >"$work/elf"
		# of our objects: what is linked statically has them anyway
		nm -u "$O/${pair#*:}"/*.o >"$work/symbols"
		while IFS='|' read -r want what; do
			grep -Eqh "$want" "$work/elf" "$work/symbols" ||
			    echo "$O/$file $what" >>"$bad"
		done <<-'END'
		Type:.*DYN|is no position-independent program
		^ *GNU_RELRO|is without -z relro
		^ *GNU_STACK .* RW +0x|has a stack that may be executed
		BIND_NOW|is without -z now
		__stack_chk_fail|is without -fstack-protector
		__[a-z]*printf_chk|is without _FORTIFY_SOURCE
		END
		grep -E 'TEXTREL|\((RPATH|RUNPATH)\)|^ *LOAD .* RWE ' \
		    "$work/elf" | sed "s|^ *|$O/$file has |" >>"$bad"
	done
	verdict hardening
}

# Each token of reason.def stands in the manual.
check_reasons()
{
	sed -n 's/^X([A-Z_]*, "\([a-z-]*\)".*/\1/p' core/reason.def |
	    while read -r token; do
		grep -qs "^\.It Cm $token\$" man/sftpjail.8 ||
		    echo "man/sftpjail.8 lacks $token" >>"$bad"
	done
	verdict reasons
}

# So do settings, commands and the problems that check finds.
check_settings()
{
	sed -n 's/.*{"\([a-z_]*\)", SJ_WANT.*/\1/p' tool/compile*.c |
	    sort -u | while read -r name; do
		grep -qsw "$name" man/sftpjail.conf.5 ||
		    echo "man/sftpjail.conf.5 lacks $name" >>"$bad"
	done
	sed -n 's/^ *{"\([a-z-]*\)", sj_cmd_.*/\1/p' tool/main.c |
	    while read -r name; do
		grep -qs "^\.Ss $name\$" man/sftpjail.8 ||
		    echo "man/sftpjail.8 lacks $name" >>"$bad"
	done
	grep -hoE '"[a-z]+-[a-z-]+", SJ_(ERROR|WARNING)' tool/*.c |
	    cut -d'"' -f2 | sort -u | while read -r name; do
		grep -qsE "(^|[^a-z-])$name([^a-z-]|\$)" man/sftpjail.8 ||
		    echo "man/sftpjail.8 lacks the problem $name" >>"$bad"
	done
	verdict settings
}

# The tests that SECURITY.md names are there.
check_attacks()
{
	sed -n 's/^|.*| \(tests[^ ]*\) | \(`.*`\) |$/\1 \2/p' SECURITY.md |
	    while read -r file names; do
		for name in $(echo "$names" | tr -d '`' | tr '*' '@'); do
			[ "${name%%@*}" != '' ] &&
			    grep -qsF "${name%%@*}" "$file" ||
			    echo "SECURITY.md: no $name in $file" >>"$bad"
		done
	done
	verdict attacks
}

check_man()
{
	have mandoc || { skip man mandoc; return; }
	mandoc -T lint -W warning man/* >>"$bad" 2>&1
	verdict man
}

check_whitespace()
{
	git rev-parse --git-dir >/dev/null 2>&1 || {
		skip whitespace 'a git work tree'
		return
	}
	empty=$(git hash-object -t tree /dev/null)
	git diff --check "$empty" -- | grep -v '^[+]' >>"$bad"
	verdict whitespace
}

check_scripts()
{
	scripts >"$work/scripts"
	while read -r shell file; do
		have "$shell" || continue
		"$shell" -n "$file" >>"$bad" 2>&1
	done <"$work/scripts"
	verdict scripts
	have shellcheck || { skip shellcheck shellcheck; return; }
	while read -r shell file; do
		# variables are shared with the files that are sourced
		shellcheck -S warning -f gcc -e SC2034,SC2154,SC1090,SC1091 \
		    -s "$shell" "$file" >>"$bad"
	done <"$work/scripts"
	verdict shellcheck
}

ALL='format spdx file_length arrows core_includes homes headers standards
    goto forbidden static allow names needed exports hardening reasons settings attacks
    man whitespace
    scripts functions'
# shellcheck disable=SC2086 # a list of words
[ $# -gt 0 ] || set -- $ALL
for check in "$@"; do
	"check_$check"
done
exit $failed
