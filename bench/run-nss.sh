#!/bin/sh
# SPDX-License-Identifier: ISC
# Lookups through NSS modules that all hold the same users, in one interleaved
# run; see bench/nssbench.c.  In a private mount namespace: the host's users and
# files are not touched.
# usage: [O=BUILD-DIR] [USERS="100 10000 1000000"] [ROUNDS=7] [ROUND_MS=40]
#	bench/run-nss.sh
# Modules that are not installed are left out and named.
set -eu
cd "$(dirname "$0")/.."
O=${O:-build}
USERS=${USERS:-100 10000 1000000}
case $O in
/*) ;;
*) O=$PWD/$O ;;
esac
if [ -z "${NSS_BENCH:-}" ]; then
	if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
		NSS_BENCH=1 O=$O USERS=$USERS exec unshare -m sh "$0"
	elif unshare -Urm true 2>/dev/null; then
		NSS_BENCH=1 O=$O USERS=$USERS exec unshare -Urm sh "$0"
	fi
	echo 'run-nss: needs root or user namespaces' >&2
	exit 77
fi

LC_ALL=C
export LC_ALL
. bench/lib.sh
figures_begin nss
mount --make-rprivate /
mount -t tmpfs -o mode=0755 tmpfs /var/lib
mount -t tmpfs -o mode=0755 tmpfs /run
W=/var/lib/bench
mkdir -p $W/etc /var/lib/sftpjail /var/lib/extrausers /var/lib/misc
# What an ordinary user may not read is not needed here.
cp -a /etc/. $W/etc/ 2>/dev/null || :
mount --bind $W/etc /etc

first_of()
{
	for file in "$@"; do
		[ ! -f "$file" ] || { echo "$file"; return; }
	done
}

multiarch=$(${CC:-cc} -print-multiarch 2>/dev/null || :)
EXTRAUSERS=$(first_of /usr/lib/libnss_extrausers.so.2 \
    "/usr/lib/$multiarch/libnss_extrausers.so.2" \
    /usr/lib64/libnss_extrausers.so.2)
# One name, two modules: Debian's reads Berkeley databases, glibc's its own.
DB=$(first_of "/usr/lib/$multiarch/libnss_db.so.2" /usr/lib64/libnss_db.so.2 \
    /usr/lib/libnss_db.so.2)
DB_NAME=
if [ -n "$DB" ] && readelf -d "$DB" 2>/dev/null | grep -q 'libdb-'; then
	DB_NAME=berkeley
elif [ -n "$DB" ] && command -v makedb >/dev/null; then
	DB_NAME=nss_db
fi
CACHE=$(first_of "/usr/lib/$multiarch/libnss_cache.so.2" \
    /usr/lib64/libnss_cache.so.2 /usr/lib/libnss_cache.so.2)
[ -n "$EXTRAUSERS" ] || echo 'left out: libnss-extrausers is not installed'
[ -n "$CACHE" ] || echo 'left out: libnss-cache is not installed'
[ -n "$DB_NAME" ] ||
    echo 'left out: neither libnss-db nor nss_db of glibc is installed'
[ "$DB_NAME" = nss_db ] ||
    echo "left out: glibc's nss_db, which this distribution does not build"

# keyed FILE: lines for makedb
keyed()
{
	awk -F: -v is_numbered="$2" '{ printf "0%u %s\n.%s %s\n", n++, $0, $1, $0
	    if (is_numbered) printf "=%s %s\n", $3, $0 }' "$1"
}

make_db()
{
	[ -n "$DB_NAME" ] || return 0
	rm -f /var/lib/misc/*.db
	keyed /etc/passwd 1 | makedb --quiet -o /var/lib/misc/passwd.db -
	keyed /etc/group 1 | makedb --quiet -o /var/lib/misc/group.db -
	keyed /etc/shadow '' | makedb --quiet -o /var/lib/misc/shadow.db -
}

# cache_index NAME SUFFIX FIELD: lines "KEY\0OFFSET\0" of one length, sorted
cache_index()
{
	awk -F: -v field="$3" '{ print $field, at + 0; at += length($0) + 1 }' \
	    "/etc/$1.cache" | sort -t ' ' -k 1,1 |
	    awk '{ line = $1 "\001" $2
		printf "%s%s\n", line, substr(pad, length(line)) }
		BEGIN { pad = sprintf("%32s", ""); gsub(/ /, "\001", pad) }' |
	    tr '\001' '\000' >"/etc/$1.cache.ix$2"
}

make_cache()
{
	[ -n "$CACHE" ] || return 0
	for name in passwd group shadow; do
		cp -p /etc/$name /etc/$name.cache
		cache_index $name name 1
	done
	cache_index passwd uid 3
	cache_index group gid 3
}

for users in $USERS; do
	"$O/tests/module/nss_fixture" /var/lib/sftpjail "$users"
	for name in passwd group shadow; do
		cat /var/lib/sftpjail/$name >/etc/$name
		mv /var/lib/sftpjail/$name /var/lib/extrausers/$name
	done
	make_db
	make_cache
	"$O/bench/nssbench" "$users" limit=limit \
	    sftpjail="$O/libnss_sftpjail.so.2" files=libc \
	    ${EXTRAUSERS:+extrausers="$EXTRAUSERS"} \
	    ${CACHE:+cache="$CACHE"} ${DB_NAME:+$DB_NAME="$DB"} </dev/null | tee -a "$FIGURES" >&2
	for module in sftpjail="$O/libnss_sftpjail.so.2" \
	    ${EXTRAUSERS:+extrausers="$EXTRAUSERS"} \
	    ${CACHE:+cache="$CACHE"} ${DB_NAME:+$DB_NAME="$DB"}; do
		"$O/bench/nssone" resident "$users" "${module%%=*}" \
		    "${module#*=}" | tee -a "$FIGURES" >&2
	done
done

# The first users again, and then one more.
users=${USERS%% *}
"$O/tests/module/nss_fixture" /var/lib/sftpjail "$users"
"$O/bench/nssone" replaced "$users" sftpjail "$O/libnss_sftpjail.so.2" \
    "'$O/tests/module/nss_fixture' /var/lib/sftpjail $((users + 1))" |
    tee -a "$FIGURES" >&2

# One table: a line for each figure, a column for each module, and ratios.
awk '
function show(v, figure) {
	if (v == "" || v == "-") return "-"
	if (figure ~ /per-s|resident|replaced/) return sprintf("%.0f", v)
	if (figure == "two-threads") return sprintf("x%.2f", v)
	if (v >= 1e6) return sprintf("%.1f ms", v / 1e6)
	if (v >= 1e4) return sprintf("%.1f us", v / 1e3)
	return sprintf("%.0f ns", v)
}
function ratio(a, b, figure) {
	if (a == "" || a == "-" || b == "" || b == "-") return "-"
	if (figure ~ /per-s|two|resident|replaced/) return "-"
	return sprintf("%.2f", a / b)
}
{
	key = $1 " " $2
	if (!(key in seen)) { seen[key] = 1; order[++n] = key }
	if (!($3 in column)) { column[$3] = 1; names[++m] = $3 }
	value[key, $3] = $4
	if ($2 == "getpwnam") big = $1
	if ($2 == "getpwnam" && small == "") small = $1
}
END {
	printf "%-8s %-15s", "users", "figure"
	for (j = 1; j <= m; j++) printf " %11s", names[j]
	printf " %11s %13s\n", "ours/limit", "next best/ours"
	for (i = 1; i <= n; i++) {
		split(order[i], part, " ")
		printf "%-8s %-15s", part[1], part[2]
		best = ""
		for (j = 1; j <= m; j++) {
			v = value[order[i], names[j]]
			printf " %11s", show(v, part[2])
			if (names[j] == "limit" || names[j] == "sftpjail") continue
			if (v == "" || v == "-") continue
			if (best == "" || v + 0 < best + 0) best = v
		}
		ours = value[order[i], "sftpjail"]
		limit = value[order[i], "limit"]
		printf " %11s %13s\n", ratio(ours, limit, part[2]), ratio(best, ours, part[2])
	}
	count = split("getpwnam getpwnam-miss getpwuid getspnam initgroups", figure, " ")
	for (f = 1; f <= count && big != small; f++)
		printf "sftpjail, %s: %s users cost %s times what %s do\n", figure[f], big, ratio(value[big " " figure[f], "sftpjail"], value[small " " figure[f], "sftpjail"], ""), small
}' "$FIGURES"
