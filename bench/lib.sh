# SPDX-License-Identifier: ISC
# What the benches share.  Each prints a table of its own, and leaves its figures
# in $O/bench/figures, lines "USERS FIGURE WHO VALUE" that bench/goals.sh reads
# (BENCH_OUT: another directory than "bench").

# figures_begin NAME   Forgets those of the last run.
figures_begin() {
	FIGURES=$O/${BENCH_OUT:-bench}/figures/$1
	mkdir -p "${FIGURES%/*}"
	: >"$FIGURES"
}

# figure USERS FIGURE WHO VALUE
figure() {
	printf '%s %s %s %s\n' "$@" >>"$FIGURES"
}

# median [COLUMN] <LINES
median() {
	awk -v column="${1:-1}" '{ print $column }' | sort -n |
	    awk '{ line[NR] = $1 } END { print line[int((NR + 1) / 2)] }'
}

# bench_config DIR COUNT   A configuration with so many users, user1 and so on.
bench_config() {
	mkdir -p "$1/conf.d"
	chmod 755 "$1" "$1/conf.d"
	cat >"$1/sftpjail.conf" <<-'TEXT'
	version = 1;
	ids: { uid_min = 100000; uid_max = 9000000; gid_min = 20000; gid_max = 60000; };
	user_defaults: { group = "sftp-only"; home = "/srv/sftp/%u"; };
	groups = ( { name = "sftp-only"; gid = 20000; } );
	jails = ( { name = "default"; groups = [ "sftp-only" ]; root = "%h"; create = true; writable = [ "/upload" ]; } );
	TEXT
	awk -v count="$2" 'BEGIN {
		print "users = ("
		for (i = 1; i <= count; i++)
			printf "%s{ name = \"user%d\"; uid = %d; gecos = \"User %d\"; }", \
			    (i > 1 ? ",\n" : ""), i, 100000 + i, i
		print "\n);"
	}' >"$1/conf.d/40-users.conf"
	chmod 600 "$1/sftpjail.conf" "$1/conf.d/40-users.conf"
}
