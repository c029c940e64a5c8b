#!/bin/sh
# SPDX-License-Identifier: ISC
# Logins, many at a time and one behind another, while the configuration is
# applied every second: who may is always let in, who may not never, with his
# reason; then all is as it was: descriptors and memory of the server, mounts,
# namespaces, records, files.
# SJ_MANY sessions are live at once, SJ_LOGINS follow one another.
. "$(dirname "$0")/world.sh"
world_enter "$@"

MANY=${SJ_MANY:-24}
LOGINS=${SJ_LOGINS:-48}
CLIENT_SECONDS=3000
WAIT_TRIES=$((600 + MANY * 40))
pam_use debian
sed -i 's/ConnectTimeout .*/ConnectTimeout 3000/' $W/ssh_config

# alice and bob may log in, carol never; dave only with the second text.
text() {
	CONF_JAILS='{ name = "closed"; users = [ "carol"'$([ "$1" -eq 2 ] ||
	    echo ', "dave"')' ]; root = "%h"; create = true; from = [ "192.0.2.1" ]; },'
	CONF_USERS='{ name = "dave"; uid = 20004; keys = [ "'$(cat \
	    $W/keys/dave.pub)'" ]; },'
	conf_write "umask = \"002$1\"; message = \"text $1\";"
}
text 1
sftpjail apply >/dev/null || exit 1
sshd_stop
sshd_configure 'LoginGraceTime 0
MaxStartups 2000'
sshd_start

# Begun in the background; ends when $W/stop is there.
apply_each_second() {
	number=1
	while [ ! -e $W/stop ]; do
		number=$((3 - number))
		text $number
		sftpjail apply >$W/apply.out 2>&1 || cat $W/apply.out >>$W/bad
		echo >>$W/applied
		sleep 1
	done
}

# counted   What must be the same before and afterwards.
counted() {
	leftovers
	find /var/lib/sftpjail /run/sftpjail | sort
	find /tmp -name '*sftpjail*'
}
counted_are() {
	counted >$W/count.now
	cmp -s $W/count.before $W/count.now
}
memory() {
	status_of "$SSHD_PID" VmRSS | cut -d ' ' -f 1
}

begin_load() {
	rm -f $W/stop $W/bad $W/applied $W/out.* $W/ended.*
	sftpjail apply >/dev/null
	log_mark
	background apply_each_second
	APPLY_PID=$BG_PID
}

end_load() {
	: >$W/stop
	wait "$APPLY_PID" || :
	[ ! -e $W/bad ] || fail "$(cat $W/bad)"
	echo "applied $(wc -l <$W/applied) times"
	text 1
	sftpjail apply >/dev/null
	wait_for counted_are || {
		diff $W/count.before $W/count.now
		fail 'something is left'
	}
	# The listener forks for each login: what it grows by is a leak.
	echo "memory of the server: $MEMORY kB, now $(memory) kB"
	[ "$(memory)" -le $((MEMORY + 512)) ] || fail 'the server has grown'
}

lines() {
	log_since | grep -Ec -e "$1" || :
}
logged() {
	[ "$(lines "$1")" -eq "$2" ]
}

# verdicts ALICE BOB CAROL DAVE   Logins tried; the log has one for each.
verdicts() {
	wait_for logged 'session.: open user="alice"' "$1"
	wait_for logged 'session.: open user="bob"' "$2"
	wait_for logged 'account.: deny user="carol" jail="closed" reason=from-not-allowed' "$3"
	same 'denials of alice and bob' "$(lines ' deny user="(alice|bob)"')" 0
	same 'sessions of carol' "$(lines ' open user="carol"')" 0
	dave_in=$(lines ' open user="dave"')
	dave_out=$(lines 'deny user="dave" jail="closed" reason=from-not-allowed')
	# His verdict may change on the way: what open_session refuses, or finds
	# good a moment too early, the user's process denies in setcred.
	at_account=$(lines 'account.: deny user="dave"')
	at_session=$(lines 'session.: deny user="dave"')
	at_setcred=$(lines 'setcred.: deny user="dave"')
	same 'other denials' "$(lines ' deny ')" $(($3 + dave_out))
	for ended in $W/ended.*; do
		case $(cat "$ended") in
		'alice 0' | 'bob 0' | 'carol 255' | 'dave 0' | 'dave 255') ;;
		*) fail "$ended: $(cat "$ended"; cat "$W/out.${ended##*.}")" ;;
		esac
	done
	got_in=$(cat $W/ended.* | grep -c '^dave 0' || :)
	got_none=$(cat $W/ended.* | grep -c '^dave 255' || :)
	same 'logins of dave' $((got_in + got_none)) "$4"
	same 'logins of dave that were denied' "$got_none" \
	    $((at_account + at_setcred))
	same 'logins of dave that were let in' "$got_in" \
	    $((dave_in - (at_setcred - at_session)))
	wait_for logged ' close user="' $(($1 + $2 + dave_in))
	echo "logins: alice $1, bob $2, carol $3 (denied), dave $got_in and" \
	    "$got_none denied ($at_session at the session," \
	    "$((at_setcred - at_session)) behind it)"
}

# login N USER [GATE]   A session with an upload; held open until GATE ends.
login() {
	login_status=0
	{
		printf 'put /etc/hosts f%s\nrm f%s\n!echo is-held\n' "$1" "$1"
		[ -z "${3:-}" ] || cat "$3"
	} | sftp_as "$2" >$W/out.$1 2>&1 || login_status=$?
	echo "$2 $login_status" >$W/ended.$1
}

user_of() {
	case $(($1 % 8)) in
	0) echo carol ;;
	1) echo dave ;;
	2 | 4 | 6) echo bob ;;
	*) echo alice ;;
	esac
}
tried() {
	n=0
	count=0
	while [ $n -lt "$2" ]; do
		n=$((n + 1))
		[ "$(user_of $n)" != "$1" ] || count=$((count + 1))
	done
	echo $count
}
as_tried() {
	verdicts "$(tried alice "$1")" "$(tried bob "$1")" \
	    "$(tried carol "$1")" "$(tried dave "$1")"
}

all_held() {
	[ "$(grep -El '^(is-held|Connection closed)' $W/out.* | wc -l)" -eq \
	    "$MANY" ]
}

at_once() {
	begin_load
	rm -f $W/gate
	mkfifo $W/gate
	exec 7<>$W/gate
	n=0
	pids=
	while [ $n -lt "$MANY" ]; do
		n=$((n + 1))
		# Redirected for the function alone, its shell would keep it.
		(exec 7>&- && login $n "$(user_of $n)" $W/gate) &
		pids="$pids $!"
	done
	wait_for all_held
	live=$(sftpjail who | grep -Ec 'alice|bob|dave')
	[ "$live" -ge $((MANY * 3 / 4)) ] || fail "only $live at once"
	for uid in 20001 20002 20003 20004; do
		same "of $uid outside" "$(free_processes $uid)" ''
	done
	echo "live at once: $live"
	exec 7>&-
	rm -f $W/gate
	for pid in $pids; do
		wait "$pid" || :
	done
	as_tried "$MANY"
	end_load
}

# Four clients, each with one login behind another.
one_behind_another() {
	begin_load
	pids=
	for first in 1 2 3 4; do
		(
			n=$first
			while [ $n -le "$LOGINS" ]; do
				login $n "$(user_of $n)"
				n=$((n + 4))
			done
		) &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || :
	done
	as_tried "$LOGINS"
	end_load
}

# What all share is made by the first logins.
for user in alice bob; do
	login_works $user || exit 1
done
login_denied carol from-not-allowed
text 2
sftpjail apply >/dev/null
login_works dave || exit 1
text 1
sftpjail apply >/dev/null
wait_for log_matches ' close user="dave"'
counted >$W/count.before
MEMORY=$(memory)
show() {
	sed -n 's/^/# /p' $W/case.out
}
try "load_${MANY}_sessions_at_once_applied_every_second" at_once
show
try "load_${LOGINS}_logins_applied_every_second" one_behind_another
show
sshd_stop
cases_end
