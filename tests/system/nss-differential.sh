#!/bin/sh
# SPDX-License-Identifier: ISC
# Generated users and groups, served by our module and by glibc's files: the
# same answer to every key, by the entry points with every size of the buffer,
# and as getent and id print it.
# SEED=N: other users (default 1).  DIFFER=N: so many worlds of each kind.
. "$(dirname "$0")/lib/nss.sh"
nss_enter "$@"

# near NAMES|IDS <KEYS   Each key, and some close to it.
near() {
	if [ "$1" = NAMES ]; then
		awk '{ print; print substr($0, 1, length($0) - 1); print $0 "a";
		    print $0 "."; print toupper(substr($0, 1, 1)) substr($0, 2)
		    }' | grep . | sort -u
	else
		awk '{ printf "%u\n%u\n%u\n%u\n", $1, $1 + 1, $1 - 1,
		    ($1 + 65536) % 4294967296 }' | sort -u
	fi
}

# of FILE FIELD   Of the databases' own text.
of() {
	cut -d : -f "$2" $STATE/"$1"
}

# What there is to be asked, one list for each database.
collect() {
	{ of passwd 1; of group 4 | tr , '\n'; } | sort -u | near NAMES >$W/users
	of passwd 3 | near IDS >$W/uids
	of group 1 | near NAMES >$W/groups
	of group 3 | near IDS >$W/gids
	{
		sed 's/^/u /' $W/users
		sed 's/^/U /' $W/uids
		sed 's/^/g /' $W/groups
		sed 's/^/G /' $W/gids
		sed 's/^/s /' $W/users
		sed 's/^/i /' $W/users
		printf '%s\n' 'u ' 'g ' 's ' 'i ' 'U 0' 'G 0' 'U 4294967295' \
		    'G 4294967295'
	} >$W/keys
}

# files_hold TEXT|NOTHING   /etc/passwd, group and shadow.
files_hold() {
	for held in passwd group shadow; do
		[ "$1" = TEXT ] || : >/etc/$held
		[ "$1" = NOTHING ] || cat $STATE/$held >/etc/$held
	done
}

# Many keys to one program; that some are not there is no failure.
print_all() {
	for database in passwd shadow initgroups; do
		xargs getent $database <$W/users || :
	done
	xargs getent passwd <$W/uids || :
	xargs getent group <$W/groups || :
	xargs getent group <$W/gids || :
	xargs id <$W/users || :
	of passwd 3 | xargs id
	for database in passwd group shadow; do
		echo "all of $database"
		getent $database | sort
	done
}

printed_alike() {
	files_hold TEXT
	nss_use files
	print_all >$W/files.out 2>&1
	files_hold NOTHING
	nss_use sftpjail
	print_all >$W/ours.out 2>&1
	for what in '^uid=.*groups=.*,' 'no such user' ":.*:.*:.*:.*:.*:/" \
	    ' [0-9]* [0-9]*$' ',[^:]*,'; do
		grep -q "$what" $W/ours.out || fail "$what was not printed"
	done
	diff $W/files.out $W/ours.out >$W/diff || fail "$(head -n 4 $W/diff)"
	wc -l $W/ours.out
}

# differ KIND SEED   One world.
differ() {
	echo "$1, seed $2"
	rm -rf ${STATE:?}/*
	files_hold NOTHING
	nss_world "$1:$2"
	[ "$1" = random ] || apply_config
	collect
	files_hold TEXT
	"$PROGRAMS/nss_compare" libnss_sftpjail.so.2 <$W/keys
	printed_alike
}

apply_config() {
	mkdir -p $W/conf
	cp $STATE/sftpjail.conf $W/conf/sftpjail.conf
	chmod 0600 $W/conf/sftpjail.conf
	"$NSS_WORLD/sftpjail" --config $W/conf --state $STATE apply >$W/apply \
	    2>&1 || fail "$(head -n 3 $W/apply)"
}

seed=${SEED:-1}
last=$((seed + ${DIFFER:-1} - 1))
while [ "$seed" -le "$last" ]; do
	try "nss_differential_of_any_records_seed_$seed" differ random "$seed"
	try "nss_differential_of_what_apply_makes_seed_$seed" differ config \
	    "$seed"
	seed=$((seed + 1))
done
cases_end
