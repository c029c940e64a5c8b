#!/bin/sh
# SPDX-License-Identifier: ISC
# Times "sftpjail apply": a first compile, one that changes nothing, and one
# with a user more; medians of rounds, and the largest resident size.
# usage: [O=BUILD-DIR] [USERS="10000 1000000"] [ROUNDS=3] bench/run-apply.sh
# Needs root (apply does) and writes to a directory of its own only.
set -eu
cd "$(dirname "$0")/.."
O=${O:-build}
USERS=${USERS:-10000 1000000}
ROUNDS=${ROUNDS:-3}
[ "$(id -u)" -eq 0 ] || { echo "run-apply: needs root" >&2; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# config COUNT: writes the configuration with so many users
config()
{
	mkdir -p "$work/etc/conf.d"
	chmod 755 "$work" "$work/etc" "$work/etc/conf.d"
	cat >"$work/etc/sftpjail.conf" <<-TEXT
	version = 1;
	ids: { uid_min = 100000; uid_max = 9000000; gid_min = 20000; gid_max = 60000; };
	user_defaults: { group = "sftp-only"; home = "/srv/sftp/%u"; };
	groups = ( { name = "sftp-only"; gid = 20000; } );
	jails = ( { name = "default"; groups = [ "sftp-only" ]; root = "%h"; create = true; writable = [ "/upload" ]; } );
	TEXT
	awk -v count="$1" 'BEGIN {
		print "users = ("
		for (i = 1; i <= count; i++)
			printf "%s{ name = \"user%d\"; uid = %d; gecos = \"User %d\"; }", \
			    (i > 1 ? ",\n" : ""), i, 100000 + i, i
		print "\n);"
	}' >"$work/etc/conf.d/50-users.conf"
	chmod 600 "$work/etc/sftpjail.conf" "$work/etc/conf.d/50-users.conf"
}

# run: one apply; prints "SECONDS KILOBYTES"
run()
{
	python3 - "$O/sftpjail" --config "$work/etc" --state "$work/state" \
	    apply <<-'TEXT'
	import resource, subprocess, sys, time
	start = time.monotonic()
	subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL,
	    stderr=subprocess.DEVNULL)
	print("%.3f %d" % (time.monotonic() - start,
	    resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
	TEXT
}

median()
{
	sort -n | awk '{ line[NR] = $0 } END { print line[int((NR + 1) / 2)] }'
}

printf '%-10s %-12s %12s %12s\n' users apply seconds kB
for count in $USERS; do
	: >"$work/first" && : >"$work/same" && : >"$work/more"
	round=0
	while [ $round -lt "$ROUNDS" ]; do
		rm -rf "$work/state"
		config "$count"
		run >>"$work/first"
		run >>"$work/same"
		config $((count + 1))
		run >>"$work/more"
		round=$((round + 1))
	done
	for what in first same more; do
		# shellcheck disable=SC2046
		printf '%-10s %-12s %12s %12s\n' "$count" $what \
		    $(median <"$work/$what")
	done
done
