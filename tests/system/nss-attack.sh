#!/bin/sh
# SPDX-License-Identifier: ISC
# Databases that are missing, foreign, writable, no files, damaged or hostile,
# and questions that are: the module says UNAVAIL or the truth, and holds no
# lock and no descriptor.  See tests/module/nss_attack.c and nss_damage.c.
. "$(dirname "$0")/lib/nss.sh"
nss_enter "$@"

attack() {
	"$PROGRAMS/nss_attack" "$NSS_WORLD/libnss_sftpjail.so.2" $STATE "$1"
}

# spoil HOW FILE
spoil() {
	case $1 in
	missing) rm "$2" ;;
	foreign)
		[ -z "${NSS_USER:-}" ] || missing 'another user to give it to'
		chown 1000 "$2"
		;;
	group_writable) chmod g+w "$2" ;;
	world_writable) chmod o+w "$2" ;;
	symlink) mv "$2" "$2.x" && ln -s "$2.x" "$2" ;;
	dangling) rm "$2" && ln -s /nonexistent "$2" ;;
	device) rm "$2" && ln -s /dev/zero "$2" ;;
	fifo) rm "$2" && mkfifo -m 0644 "$2" ;;
	directory) rm "$2" && mkdir "$2" ;;
	empty) : >"$2" ;;
	half) truncate -s $(($(stat -c %s "$2") / 2)) "$2" ;;
	longer) echo >>"$2" ;;
	text) getent passwd >"$2" ;;
	huge) truncate -s 5G "$2" ;;
	esac
}

unusable() {
	rm -rf $STATE
	mkdir $STATE
	nss_world small
	spoil "$1" $STATE/public.v1.cdb
	spoil "$1" $STATE/secret.v1.cdb
	attack unusable
}

hostile() {
	nss_world evil
	attack evil
	nss_use sftpjail
	exits 2 getent passwd 0
	exits 2 getent passwd root
	exits 2 getent passwd 4294967295
	exits 2 getent group 0
	same users "$(getent passwd)" 'alice:x:20001:20000::/:/bin/sh'
	same groups "$(getent group)" 'good:x:20000:'
	same shadow "$(getent shadow)" 'alice:*:::::::'
	same initgroups "$(getent initgroups alice | tr -s ' ')" 'alice 20007'
	same initgroups "$(getent initgroups root | tr -s ' ')" 'root '
	nss_use files sftpjail
}

# 4294967296 + 20001 is 20001 to who cuts it to 32 bits: getent does.
wrapping_ids() {
	nss_world small
	nss_use sftpjail
	exits 2 getent passwd 4294967296
	exits 2 getent group 4294967296
	exits 2 getent passwd 18446744073709551615
	nss_use files sftpjail
}

names() {
	nss_world small
	nss_use sftpjail
	long=$(head -c 5000 /dev/zero | tr '\0' a)
	newline=$(printf 'alice\nbob')
	for name in "$long" "$newline" / .. ../alice 'alice ' ' alice' \
	    'alice:x' '%s%n' '*' "$(printf '\377\376')" alice/; do
		exits 2 getent passwd "$name"
		exits 2 getent group "$name"
		exits 2 getent shadow "$name"
	done
	nss_use files sftpjail
}

good() {
	nss_world small
	attack "$1"
}

damage() {
	nss_world small
	count mutants "$(stat -c %s "$STATE/$1.v1.cdb")"
	"$PROGRAMS/nss_damage" "$NSS_WORLD/libnss_sftpjail.so.2" $STATE "$@"
}

# What is allocated is the list of initgroups, by its own contract.
allocations() {
	need nm
	same 'allocating functions' "$(nm -D --undefined-only \
	    "$NSS_WORLD/libnss_sftpjail.so.2" | sed 's/@.*//' |
	    awk '$NF ~ /alloc|memalign|strdup|printf$/ { print $NF }' |
	    grep -v '^v*snprintf' | sort | tr '\n' ' ')" "$1 "
}

for how in missing foreign group_writable world_writable symlink dangling \
    device fifo directory empty half longer text huge; do
	try nss_attack_$how unusable $how
done
rm -rf $STATE && mkdir $STATE
try nss_attack_hostile_records hostile
try nss_attack_ids_that_wrap wrapping_ids
try nss_attack_names names
try nss_attack_errno_is_kept good errno
try nss_attack_overwritten_in_place good overwritten
try nss_attack_warm_lookup_does_no_system_call good warm
try nss_attack_lookup_allocates_nothing allocations realloc
try nss_attack_public_each_byte damage public bytes
try nss_attack_secret_each_byte damage secret bytes
try nss_attack_public_each_length damage public lengths
try nss_attack_secret_each_length damage secret lengths
cases_end
