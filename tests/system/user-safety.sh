#!/bin/sh
# SPDX-License-Identifier: ISC
# user, group, passwd: two at once, killed at every system call, no room on the
# disc.
. "$(dirname "$0")/world.sh"
world_enter "$@"

conf_apply || exit 1
FILE=/etc/sftpjail/conf.d/50-users.conf

# What holds at any instant: the text can be read, the database is whole.
is_whole() {
	sftpjail apply --dry-run >$W/dry.out 2>&1 || fail "$(cat $W/dry.out)"
	getent passwd alice >/dev/null || fail 'alice is gone'
	[ -n "$(sftpjail keys alice)" ] || fail 'no key of alice'
	sftpjail user list >/dev/null
}

at_once() {
	sftpjail group add team
	sftpjail user add yan >/dev/null 2>&1
	printf 'name\ni1\ni2\n' >$W/users.csv
	pids=
	for i in 1 2 3 4 5 6 7 8; do
		sftpjail user add "p$i" --key $W/keys/dave.pub >$W/p$i.out 2>&1 &
		pids="$pids $!"
	done
	for member in alice bob carol; do
		sftpjail group set team --add $member >/dev/null &
		pids="$pids $!"
	done
	sftpjail user lock bob >/dev/null &
	pids="$pids $!"
	sftpjail user set yan --gecos Yan >/dev/null &
	pids="$pids $!"
	sftpjail user import $W/users.csv >$W/pi.out 2>&1 &
	pids="$pids $!"
	for pid in $pids; do
		wait "$pid" || fail "$(cat $W/p*.out)"
	done
	is_whole
	same users "$(sftpjail user list | grep -c '^p[1-8] ')" 8
	same ids "$(for i in p1 p2 p3 p4 p5 p6 p7 p8 i1 i2 yan; do id -u $i
	    done | sort -u | wc -l)" 11
	same members "$(getent group team | cut -d: -f4 | tr , '\n' | sort |
	    xargs)" 'alice bob carol'
	same gecos "$(getent passwd yan | cut -d: -f5)" Yan
	grep -q '^disabled = .*"bob"' $FILE
	sftpjail user unlock bob
	same 'no changes' "$(sftpjail apply)" 'no changes'
	for user in p1 p2 p3 p4 p5 p6 p7 p8 i1 i2 yan; do
		sftpjail user del $user >/dev/null
	done
}
try user_changes_at_once_are_all_made at_once

# Who waits for another's lock says who has it, after 30 s; a killed one
# leaves none.
# Each by itself: strace counts the calls of one name.
CALLS='openat write pwrite64 fsync fdatasync rename renameat renameat2 unlink unlinkat mkdir mkdirat fchmod fchown ftruncate flock link linkat'

# The text, but for what is another each time.
text_of() {
	sed 's/password = ".*"/password/' $FILE 2>/dev/null | sha256sum
}

# killed COMMAND...   Killed at the first, second ... of each of its calls, always
# from the same state; the text is the old or the new one, what is left is
# whole, and applied by the next command.
killed() {
	before=$(text_of)
	after=
	count=0
	cp -a /etc/sftpjail $W/etc.before
	cp -a /var/lib/sftpjail $W/state.before
	for call in $CALLS; do
		nth=0
		status=137
		while [ $status -ne 0 ]; do
			nth=$((nth + 1))
			kill_at "$@"
			[ $status -eq 0 ] || count=$((count + 1))
			[ $nth -lt 1000 ] || fail 'does not end'
		done
		echo "$call: $((nth - 1))"
	done
	[ "$text" = "$after" ] || fail 'nothing was changed at the end'
	[ $count -gt 30 ] || fail "only $count calls"
	echo "killed at $count calls"
	count faults "$count"
	rm -rf $W/etc.before $W/state.before
}
kill_at() {
	rm -rf /etc/sftpjail/* /var/lib/sftpjail/*
	cp -a $W/etc.before/. /etc/sftpjail/
	cp -a $W/state.before/. /var/lib/sftpjail/
	status=0
	strace -f -qq -o /dev/null -e "trace=$call" \
	    -e "inject=$call:signal=KILL:when=$nth" \
	    "$@" >$W/out 2>&1 || status=$?
	[ $status -eq 0 ] || [ $status -eq 137 ] ||
	    fail "$call $nth: exit $status: $(cat $W/out)"
	text=$(text_of)
	[ "$text" = "$before" ] || {
		same "text of $call $nth" "$text" "${after:-$text}"
		after=$text
	}
	is_whole
	sftpjail apply >$W/out 2>&1 || fail "$call $nth: $(cat $W/out)"
	same "users of $call $nth" "$(getent passwd | grep -c '^zoe')" \
	    "$(grep -c 'name = "zoe' $FILE 2>/dev/null)"
}
kill_add() {
	need strace
	killed sftpjail user add zoe --key $W/keys/dave.pub
	getent passwd zoe
}
try user_add_killed_at_each_call kill_add
kill_passwd() {
	need strace
	echo s3kr1t >$W/password
	killed sh -c "exec sftpjail passwd zoe --stdin <$W/password"
	differs shadow "$(getent shadow zoe | cut -d: -f2)" '*'
}
try passwd_killed_at_each_call kill_passwd
kill_group() {
	need strace
	killed sftpjail group set team --add zoe --remove bob
	same team "$(getent group team | cut -d: -f4 | tr , '\n' | sort |
	    xargs)" 'alice carol zoe'
}
try group_set_killed_at_each_call kill_group
kill_import() {
	need strace
	printf 'name\nzoe1\nzoe2\nzoe3\n' >$W/users.csv
	killed sftpjail user import $W/users.csv
	for user in zoe1 zoe2 zoe3; do
		sftpjail user del $user >/dev/null
	done
}
try user_import_killed_at_each_call kill_import
kill_del() {
	need strace
	killed sftpjail user del zoe
	refused getent passwd zoe
}
try user_del_killed_at_each_call kill_del

# watched COMMAND...   What it runs, makes and opens to others, in $W/trace.
watched() {
	strace -f -qq -v -s 9999 -e trace=execve,openat,creat,fchmod,chmod \
	    -o $W/trace "$@"
	grep -q execve $W/trace
	refused grep -F "$secret" $W/trace $LOG
	same 'made for others to read' "$(grep O_CREAT $W/trace |
	    grep -v ', 0600) *= ')" ''
	lacks "$(grep -A 1 '"secret.*O_CREAT' $W/trace)" 'chmod.*0[0-7][0-7][1-7]'
}
secrets() {
	need strace
	sftpjail user add zoe >/dev/null
	secret='s3kr1t, not said to anybody'
	printf '%s\n' "$secret" >$W/password
	watched sftpjail passwd zoe --stdin <$W/password
	secret=$(getent shadow zoe | cut -d: -f2)
	refused grep -F "$secret" $W/trace $LOG
	secret=$HASH
	printf 'name,password\nzoe2,%s\n' "$HASH" >$W/users.csv
	watched sftpjail user import $W/users.csv
	watched sftpjail user set zoe2 --gecos Zoe
	watched sftpjail user del zoe2
	sftpjail user del zoe
	# An argument is seen by everybody: it is no way to say a password.
	refuses_argument --password="$HASH" user add zoe
	refuses_argument "$PASSWORD" passwd alice
}
refuses_argument() {
	argument=$1
	shift
	exits 2 sftpjail "$@" "$argument" 2>$W/err
	refused grep -F "$argument" $W/err
}
try user_passwords_are_in_no_argument_log_or_open_file secrets

# no_room   Every command that edits says so, and nothing changes.
no_room() {
	printf 'name\nzoe\n' >$W/users.csv
	echo s3kr1t >$W/password
	for edit in 'user add zoe' 'user set yan --gecos Zoe' 'user lock yan' \
	    'user del yan' 'group add zoes' 'group set team --add yan' \
	    'group del team' 'passwd yan --stdin' \
	    "key add yan $W/keys/carol.pub" "user import $W/users.csv"; do
		# shellcheck disable=SC2086 # words
		exits 4 sftpjail $edit >$W/out 2>&1 <$W/password
		has "$(cat $W/out)" 'No space left'
		same "text after $edit" "$(cat $FILE | sha256sum)" "$before"
		refused getent passwd zoe
		is_whole
	done
}

# A disc of so many blocks for text or database.
full() {
	sftpjail user add yan --key $W/keys/dave.pub >/dev/null
	before=$(cat $FILE | sha256sum)
	mkdir -p $W/hold
	cp -a /etc/sftpjail/. $W/hold
	mount -t tmpfs -o size=32k tmpfs /etc/sftpjail
	cp -a $W/hold/. /etc/sftpjail
	dd if=/dev/zero of=/etc/sftpjail/fill bs=1 count=1000000 2>/dev/null || :
	no_room
	same files "$(ls -A /etc/sftpjail/conf.d)" 50-users.conf
	rm /etc/sftpjail/fill
	sftpjail user add zoe >/dev/null
	sftpjail user del zoe >/dev/null
	umount /etc/sftpjail
}
try user_add_without_room_for_the_text full

full_state() {
	before=$(cat $FILE | sha256sum)
	mkdir -p $W/hold2
	cp -a /var/lib/sftpjail/. $W/hold2
	mount -t tmpfs -o size=64k,mode=0755 tmpfs /var/lib/sftpjail
	cp -a $W/hold2/. /var/lib/sftpjail
	dd if=/dev/zero of=/var/lib/sftpjail/fill bs=1k count=1000 2>/dev/null || :
	no_room
	rm /var/lib/sftpjail/fill
	sftpjail user add zoe >/dev/null
	getent passwd zoe
	umount /var/lib/sftpjail
	sftpjail apply
}
try user_add_without_room_for_the_database full_state

# Something else in the file's place.
strange() {
	for kind in symlink directory fifo; do
		rm -rf $FILE
		case $kind in
		symlink) ln -s /etc/passwd $FILE ;;
		directory) mkdir $FILE ;;
		fifo) mkfifo $FILE ;;
		esac
		before=$(sha256sum /etc/passwd)
		exits 3 sftpjail user add zoe 2>$W/err
		has "$(cat $W/err)" '50-users.conf'
		same passwd "$(sha256sum /etc/passwd)" "$before"
		rm -rf $FILE
	done
	ln -s /etc/passwd /etc/sftpjail/conf.d/.50-users.conf.new
	before=$(sha256sum /etc/passwd)
	sftpjail user add zoe >/dev/null
	same passwd "$(sha256sum /etc/passwd)" "$before"
	[ -f $FILE ] && [ ! -L $FILE ]
	sftpjail user del zoe
}
try user_add_with_something_else_in_the_file\'s_place strange

cases_end
