#!/bin/sh
# SPDX-License-Identifier: ISC
# Times single lookups while "sftpjail apply" replaces the database: the median,
# the 99th percentile and the longest, and the most processor time that one took
# (what is beyond is the wait for a processor, which apply has).  In a private
# mount namespace.
# usage: [O=BUILD-DIR] [USERS="10000 1000000"] [ROUNDS=3] bench/run-replace.sh
set -eu
cd "$(dirname "$0")/.."
O=${O:-build}
USERS=${USERS:-10000 1000000}
ROUNDS=${ROUNDS:-3}
if [ -z "${REPLACE_BENCH:-}" ]; then
	[ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null || {
		echo 'run-replace: needs root and mount namespaces' >&2
		exit 77
	}
	REPLACE_BENCH=1 O=$O USERS=$USERS ROUNDS=$ROUNDS exec unshare -m sh "$0"
fi

mount --make-rprivate /
mount -t tmpfs -o mode=0755 tmpfs /var/lib
W=/var/lib/bench
mkdir -p $W/etc/conf.d
chmod 755 $W/etc $W/etc/conf.d

# config COUNT old|new
config()
{
	awk -v count="$1" -v word="$2" 'BEGIN {
		print "version = 1;"
		print "ids: { uid_min = 100000; uid_max = 9000000; gid_min = 20000; gid_max = 60000; };"
		print "user_defaults: { group = \"g\"; home = \"/srv/%u\"; };"
		print "groups = ( { name = \"g\"; gid = 20000; } );"
		print "jails = ( { name = \"j\"; groups = [ \"g\" ]; root = \"%h\"; } );"
		print "users = ("
		for (i = 1; i <= count; i++)
			printf "%s{ name = \"user%d\"; uid = %d; gecos = \"%d %s\"; }\n", \
			    (i > 1 ? "," : ""), i, 100000 + i, i, word
		print ");"
	}' >$W/etc/sftpjail.conf
	chmod 600 $W/etc/sftpjail.conf
	"$O/sftpjail" --config $W/etc apply >/dev/null 2>&1
}

printf '%-10s %12s %8s %10s %10s %10s %12s\n' users lookups replaced median \
    p99 longest processor
for count in $USERS; do
	config "$count" old
	for what in time processor; do
		mkfifo $W/$what.go
		"$O/tests/module/nss_replace" "$O/libnss_sftpjail.so.2" $what \
		    "$count" <$W/$what.go >$W/$what &
		eval "$what=$!"
	done
	exec 5>$W/time.go 6>$W/processor.go
	round=0
	while [ $round -lt "$ROUNDS" ]; do
		round=$((round + 1))
		config "$count" new
		config "$count" old
	done
	exec 5>&- 6>&-
	rm $W/*.go
	# shellcheck disable=SC2154 # set by eval
	wait "$time" && wait "$processor" || {
		echo "run-replace: wrong answers: $(cat $W/time $W/processor)" >&2
		exit 1
	}
	cat $W/time $W/processor | awk -v users="$count" '
		NR == 1 { printf "%-10s %12d %8d %7d ns %7d ns %7d us", \
		    users, $2, $6, $10, $12, $8 / 1000 }
		NR == 2 { printf " %9d us\n", $8 / 1000 }'
done
