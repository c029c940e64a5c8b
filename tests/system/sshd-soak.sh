#!/bin/sh
# SPDX-License-Identifier: ISC
# 200 sessions with mounts, 50 at a time; of each fifty, 13 end by kill -9 of
# the monitor or of the user's process.  Nothing is left of any.
. "$(dirname "$0")/world.sh"
world_enter "$@"

WAVES=${SJ_SOAK:-4}
pam_use debian
CONF_JAILS='{ name = "memory"; users = [ "alice" ]; root = "virtual"; start = "/home"; mounts = (
	{ source = "/srv/homes/%u"; target = "/home"; create = true; },
	{ source = "/srv/pub"; target = "/home/pub"; read_only = true; },
	{ source = "/srv/team"; target = "/team"; create = true; } ); },
  { name = "directory"; users = [ "bob" ]; root = "/srv/jail/%u"; create = true; writable = [ "/upload" ]; mounts = (
	{ source = "/srv/pub"; target = "/upload/pub"; read_only = true; },
	{ source = "/srv/none"; target = "/none"; optional = true; } ); },'
mkdir -p /srv/pub/volume
mount -t tmpfs tmpfs /srv/pub/volume
seq 1000 >/srv/pub/volume/text
conf_apply >/dev/null || exit 1
sshd_start
# The first login makes what all share.
login_works alice || exit 1
login_works bob || exit 1
leftovers_before

# hold N USER   A session that works, and stays until the gate is shut.
hold() {
	case $2 in
	alice) dir=/home ;;
	bob) dir=/upload ;;
	esac
	{
		printf '%s\n' "cd $dir" "put /etc/hosts f$1" "rm f$1" \
		    "get pub/volume/text /tmp/got.$1" \
		    "-put /etc/hosts pub/volume/no" "!echo is-held"
		cat $W/gate
	} | sftp_as "$2" >$W/out.$1 2>&1
}

all_held() {
	[ "$(grep -l '^is-held' $W/out.* | wc -l)" -eq 50 ]
}

who_empty() {
	! sftpjail who | grep -Eq 'alice|bob'
}

wave() {
	rm -f $W/out.* $W/gate /tmp/got.*
	log_mark
	mkfifo $W/gate
	exec 7<>$W/gate
	pids=
	for n in $(seq 50); do
		user=alice
		[ $((n % 2)) -eq 0 ] || user=bob
		# Redirected for the function alone, its shell would keep it.
		(exec 7>&- && hold "$n" $user) &
		pids="$pids $!"
	done
	wait_for all_held
	same sessions "$(sftpjail who | grep -Ec 'alice|bob')" 50
	for pid in $(monitors_of alice | head -n 7) \
	    $(pids_titled '^sshd[^:]*: bob@notty' | head -n 6); do
		kill -9 "$pid"
		killed="${killed:-}x"
	done
	same killed "$killed" xxxxxxxxxxxxx
	exec 7>&-
	rm -f $W/gate
	for pid in $pids; do
		wait "$pid" || :
	done
	for n in $(seq 50); do
		cmp /srv/pub/volume/text /tmp/got.$n
	done
	same 'files on the volume' "$(ls /srv/pub/volume)" text
	log_lacks 'pam_sftpjail.* deny '
	wait_for who_empty
	nothing_left $W/left.before || fail "left: $(diff $W/left.before \
	    $W/left.now)"
}

for number in $(seq "$WAVES"); do
	try "soak_50_sessions_13_killed_nothing_left_$number" wave
done

sshd_stop
cases_end
