#!/bin/sh
# SPDX-License-Identifier: ISC
# A world in which much is installed, mounted, started and broken leaves the
# host as it was.
. "$(dirname "$0")/world.sh"

if [ "${1:-}" = inner ]; then
	world_enter "$@"
	pam_use debian
	conf_apply && sshd_start || exit 1
	sftp_does alice 'put /etc/hosts h' || exit 1
	# Left running, mounted and broken, on purpose.
	mkdir -p /srv/m /home/m
	mount -t tmpfs "$2" /srv/m
	rm -rf /etc/pam.d /usr/share/doc /var/lib/dpkg
	echo broken >/etc/nsswitch.conf
	sleep 1000 &
	exit 42
fi

[ "$(id -u)" -eq 0 ] || world_skip 'needs root'

host_state() {
	echo '# files'
	for dir in /etc /var/lib/sftpjail /usr/libexec/sftpjail; do
		[ ! -d $dir ] || find $dir -xdev \( -type f -o -type l \) \
		    -printf '%p %m %u %g %s %T@ %l\n'
	done | LC_ALL=C sort
	find / -xdev \( -path /proc -o -path /sys -o -path "$world_top" \) \
	    -prune -o \( -name 'pam_sftpjail.so' -o \
	    -name 'libnss_sftpjail.so*' \) -print 2>/dev/null |
	    grep -v -e /build -e /tmp/ | LC_ALL=C sort
	ls -d /run/sftpjail /run/world /dev/log 2>&1
	echo '# mounts'
	cat /proc/self/mounts
	echo '# network'
	ls /sys/class/net
	ls /run/netns 2>/dev/null
	:
}

state=$(mktemp -d) || exit 1
trap 'rm -rf "$state"' EXIT
# Building is no part of it.
O=${O:-build}
case $O in
/*) ;;
*) O=$world_top/$O ;;
esac
export O
make -s -C "$world_top" O="$O" all >/dev/null || exit 1
host_state >"$state/before"
for run in first second; do
	status=0
	# Numbers of namespaces are used again at once, by other worlds.
	mark=sftpjail-host-$run-$$
	sh "$0" inner $mark >"$state/out" 2>&1 </dev/null || status=$?
	host_state >"$state/after"
	if [ $status -eq 77 ]; then
		world_skip "$(sed -n 's/^skip [^ ]* - //p' "$state/out")"
	elif [ $status -ne 42 ]; then
		cat "$state/out"
		printf 'not ok host_%s_run - the world ended with %s\n' \
		    $run $status
	elif grep -q " tmpfs $mark " /proc/[0-9]*/mountinfo 2>/dev/null; then
		printf 'not ok host_%s_run - something still runs in it\n' $run
	elif diff "$state/before" "$state/after" >"$state/diff"; then
		printf 'ok host_%s_run_changes_nothing\n' $run
	else
		sed 's/^/# /' "$state/diff"
		printf 'not ok host_%s_run_changes_nothing - see above\n' $run
	fi
done
