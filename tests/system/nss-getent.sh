#!/bin/sh
# SPDX-License-Identifier: ISC
# getent, by name, by id and as a list, as root and as nobody, before and after
# the databases were replaced; and that files with the same users answers alike.
. "$(dirname "$0")/lib/nss.sh"
nss_enter "$@"

ALICE='alice:x:20001:20000:Alice, ACME:/srv/sftp/alice:/usr/libexec/sftpjail/sftpjail-shell'
ACME=acme:x:20001:alice,bob.smith,local

as_root() {
	"$@"
}

public() {
	$1 true
	nss_world small
	nss_use files sftpjail
	same 'by name' "$($1 getent passwd alice)" "$ALICE"
	same 'by uid' "$($1 getent passwd 20001)" "$ALICE"
	same list "$($1 getent passwd | grep ^alice:)" "$ALICE"
	same 'users' "$($1 getent passwd | wc -l)" 5
	same 'group by name' "$($1 getent group acme)" $ACME
	same 'group by gid' "$($1 getent group 20001)" $ACME
	same 'group list' "$($1 getent group | grep ^acme:)" $ACME
	same 'groups' "$($1 getent group | wc -l)" 6
	same initgroups "$($1 getent initgroups alice | tr -s ' ')" \
	    'alice 20001 20002'
	same 'initgroups of another source' \
	    "$($1 getent initgroups local | tr -s ' ')" 'local 50 20001'
	same 'initgroups of files alone' \
	    "$($1 getent initgroups _c | tr -s ' ')" '_c 50'
	same 'initgroups of nobody' \
	    "$($1 getent initgroups carol | tr -s ' ')" 'carol '
	for absent in alic alice2 carol 20003 4294967295; do
		exits 2 $1 getent passwd $absent
		exits 2 $1 getent group $absent
	done
}

root_shadow() {
	nss_world small
	nss_use files sftpjail
	# the field is the first day that is too late
	same alice "$(getent shadow alice)" \
	    'alice:$6$salt$abcdefghijklmnopqrstuvwxyz::::::20001:'
	same bob "$(getent shadow bob.smith)" 'bob.smith:*:::::::'
	same list "$(getent shadow | wc -l)" 4
	exits 2 getent shadow local
	exits 2 getent shadow carol
}

nobody_shadow() {
	nss_world small
	nss_use files sftpjail
	exits 2 nss_as_nobody getent shadow alice
	same list "$(nss_as_nobody getent shadow | wc -l)" 0
}

# The secret file may be of group shadow.
shadow_group() {
	[ -z "${NSS_USER:-}" ] || missing 'a group to be in this namespace'
	nss_world small
	nss_use files sftpjail
	chgrp 42 $STATE/secret.v1.cdb
	chmod 0640 $STATE/secret.v1.cdb
	same alice "$(setpriv --reuid=65534 --regid=42 --clear-groups \
	    getent shadow bob.smith)" 'bob.smith:*:::::::'
	exits 2 nss_as_nobody getent shadow alice
}

replaced() {
	nss_world small
	nss_use files sftpjail
	nss_world 30
	same alice "$(getent passwd alice)" ''
	has "$(getent passwd user29)" '^user29:x:1000029:'
	same users "$(getent passwd | wc -l)" 32
	has "$(getent shadow user29)" '^user29:'
	same initgroups "$(getent initgroups user0 | tr -s ' ')" \
	    'user0 3000000 3000001'
}

gone() {
	nss_world small
	nss_use files sftpjail
	rm $STATE/public.v1.cdb
	exits 2 getent passwd alice
	has "$(getent passwd root)" '^root:'
	nss_world small
	same alice "$(getent passwd alice)" "$ALICE"
}

# Every key there is and some that are not; two sources; one output.
keys() {
	awk -F: '{ print "u " $1; print "U " $3; print "s " $1;
	    print "i " $1 }' $STATE/passwd
	awk -F: '{ print "g " $1; print "G " $3 }' $STATE/group
	printf '%s\n' 'u carol' 'U 0' 'U 4294967295' 'U 20009' 'g nope' 'G 0' \
	    'G 4294967295' 's carol' 's root' 'u root' 'g root' 'i root' \
	    'i carol' 'u ' 'g ' 's ' 'i local'
}

differential() {
	nss_world "$1"
	keys >$W/keys
	for differ_file in passwd group shadow; do
		cp /etc/$differ_file $W/text/$differ_file
		cat $STATE/$differ_file >/etc/$differ_file
	done
	nss_use files
	"$PROGRAMS/nss_dump" "$2" <$W/keys >$W/files.out
	for differ_file in passwd group shadow; do
		: >/etc/$differ_file
	done
	nss_use sftpjail
	"$PROGRAMS/nss_dump" "$2" <$W/keys >$W/ours.out
	for differ_file in passwd group shadow; do
		cat $W/text/$differ_file >/etc/$differ_file
	done
	[ "$(wc -l <$W/ours.out)" -gt 20 ]
	lacks "$(cat $W/ours.out $W/files.out)" WRONG
	diff $W/files.out $W/ours.out
}

try nss_getent_as_root public as_root
try nss_getent_as_nobody public nss_as_nobody
try nss_shadow_as_root root_shadow
try nss_shadow_as_nobody_is_refused nobody_shadow
try nss_shadow_of_group_shadow shadow_group
try nss_getent_after_replacement replaced
try nss_getent_without_database gone
try nss_same_as_files_small differential small 100
try nss_same_as_files_1_user differential 1 100
try nss_same_as_files_500_users differential 500 20
cases_end
