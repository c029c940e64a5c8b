#!/bin/sh
# SPDX-License-Identifier: ISC
# Lookups while apply replaces the database: each answer is that of the old or of
# the new one, and no lookup does more than so many system calls and page
# faults, however many users there are.  (How long they take: bench/run-replace.sh.)
. "$(dirname "$0")/world.sh"
world_enter "$@"

MODULE=$(find /usr/lib /usr/lib64 -name libnss_sftpjail.so.2 2>/dev/null |
    head -n 1)
LOOKER=$BUILD/tests/module/nss_replace
[ -x "$LOOKER" ] || world_skip 'nss_replace is not built'

# text USERS old|new
text() {
	awk -v count="$1" -v word="$2" 'BEGIN {
		print "version = 1;"
		print "ids: { uid_min = 100000; uid_max = 9000000; gid_min = 20000; gid_max = 60000; };"
		print "user_defaults: { group = \"g\"; home = \"/srv/%u\"; };"
		print "groups = ( { name = \"g\"; gid = 20000; } );"
		print "jails = ( { name = \"j\"; users = [ \"*\" ]; root = \"virtual\"; mounts = ( { source = \"/srv\"; target = \"/srv\"; } ); } );"
		print "users = ("
		for (i = 1; i <= count; i++)
			printf "%s{ name = \"user%d\"; uid = %d; gecos = \"%d %s\"; }\n", (i > 1 ? "," : ""), i, 100000 + i, i, word
		print ");"
	}' >$W/text.$2
	chmod 0600 $W/text.$2
}

apply() {
	cp $W/text.$1 /etc/sftpjail/sftpjail.conf
	sftpjail apply >/dev/null
}

# replaced USERS TIMES CALLS PAGES   The last two are the bounds.
replaced() {
	text "$1" old
	text "$1" new
	apply old
	rm -f $W/go.*
	for what in calls pages; do
		mkfifo $W/go.$what
		"$LOOKER" "$MODULE" $what "$1" <$W/go.$what >$W/said.$what &
		eval "${what}_pid=$!"
	done
	exec 5>$W/go.calls 6>$W/go.pages
	times=0
	while [ $times -lt "$2" ]; do
		times=$((times + 1))
		apply new
		apply old
	done
	exec 5>&- 6>&-
	wait "$calls_pid" || fail "wrong: $(cat $W/said.calls)"
	wait "$pages_pid" || fail "wrong: $(cat $W/said.pages)"
	for what in calls:$3 pages:$4; do
		said=$(cat $W/said.${what%:*})
		echo "$1 users: ${what%:*}: $said"
		has "$said" ' wrong 0 changes [1-9]'
		most=$(echo "$said" | sed 's/.* most \([0-9]*\) .*/\1/')
		[ "$most" -gt 0 ] || fail 'nothing was measured'
		[ "$most" -le "${what#*:}" ] || fail "not more than ${what#*:}"
	done
}

for users in 100 ${SJ_USERS:-30000}; do
	try "nss_replace_${users}_users_each_lookup_is_bounded" \
	    replaced "$users" 3 12 24
	sed -n 's/.* users: /# &/p' $W/case.out
done
cases_end
