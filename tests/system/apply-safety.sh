#!/bin/sh
# SPDX-License-Identifier: ISC
# apply: killed at every system call, no room on the disc, two at once, and a
# reader all the while: old or new, whole.  (Failing calls: tool-faults.sh.)
. "$(dirname "$0")/world.sh"
world_enter "$@"

STATE=/var/lib/sftpjail
MAIN=/etc/sftpjail/sftpjail.conf

# Two configurations; users, groups, keys, hashes and jails differ.
config() {
	cat >$W/$1.conf <<-END
	version = 1;
	user_defaults: { group = "g"; };
	groups = ( { name = "g"; gid = 20000; },
	  { name = "$1"; gid = 20001; members = [ "both", "local" ]; } );
	users = (
	  { name = "both"; uid = 20001; gecos = "in $1"; password = "$HASH"; keys = [ "$(cat $W/keys/$2.pub)" ]; },
	  { name = "in-$1"; uid = 20002; keys = [ "$(cat $W/keys/$2.pub)" ]; }
	);
	jails = ( { name = "jail-$1"; users = [ "*" ]; root = "/srv/$1/%u"; } );
	END
}
config old alice
config new bob

use() {
	cat $W/$1.conf >$MAIN
	chmod 0600 $MAIN
}

# What the world sees; one of two answers at every instant.
seen() {
	getent passwd both 20002
	getent group 20001
	id -G local
	sftpjail keys both
}

use old
sftpjail apply >/dev/null
seen >$W/seen.old
grep -q 'in old' $W/seen.old || exit 1
cp -a $STATE $W/state.old
use new
sftpjail apply >/dev/null
seen >$W/seen.new
grep -q 'in new' $W/seen.new || exit 1

back() {
	rm -rf ${STATE:?}/* $STATE/.[!.]*
	cp -a $W/state.old/. $STATE/
	use new
}

# Old or new as a whole; the next apply makes it new and leaves nothing else.
is_whole() {
	seen >$W/seen.now || fail "$1: nobody is there: $(cat $W/seen.now)"
	cmp -s $W/seen.now $W/seen.old || cmp -s $W/seen.now $W/seen.new ||
	    fail "$1: neither old nor new: $(cat $W/seen.now)"
}
is_mended() {
	sftpjail apply >$W/apply.out 2>&1 || fail "$1: $(cat $W/apply.out)"
	seen >$W/seen.now
	cmp -s $W/seen.now $W/seen.new || fail "$1: not new afterwards"
	same "$1: files" "$(ls -A $STATE | tr '\n' ' ')" \
	    'keys lock public.v1.cdb secret.v1.cdb sources.v1 '
	same "$1: keys" "$(ls -A $STATE/keys | tr '\n' ' ')" 'both in-new '
	same "$1: again" "$(sftpjail apply)" 'no changes'
}

# Each by itself: strace counts the calls of one name.  Between two that open a
# file, these are what the disc and other processes can see.
CALLS='openat write pwrite64 fsync syncfs rename renameat renameat2 unlink unlinkat mkdir mkdirat fchmod fchown flock ftruncate fallocate'

killed() {
	need strace
	count=0
	committed=0
	for call in $CALLS; do
		nth=0
		status=137
		while [ $status -ne 0 ]; do
			nth=$((nth + 1))
			back
			status=0
			strace -f -qq -o /dev/null -e "trace=$call" \
			    -e "inject=$call:signal=KILL:when=$nth" \
			    sftpjail apply >$W/out 2>&1 || status=$?
			[ $status -eq 0 ] || [ $status -eq 137 ] ||
			    fail "$call $nth: exit $status: $(cat $W/out)"
			is_whole "$call $nth"
			[ $status -eq 0 ] || count=$((count + 1))
			[ $status -eq 0 ] || cmp -s $W/seen.now $W/seen.old ||
			    committed=$((committed + 1))
			is_mended "$call $nth"
			[ $nth -lt 1000 ] || fail 'does not end'
		done
		echo "$call: $((nth - 1))"
	done
	# The commit is neither the first nor the last thing done.
	[ $committed -gt 1 ] && [ $committed -lt $count ] ||
	    fail "$committed of $count"
	echo "killed at $count calls, new after $committed of them"
	count faults "$count"
}
try apply_killed_at_each_call killed

# A disc with room for so many more blocks, from none to all that is needed.
full() {
	done_at=
	for blocks in 0 1 2 3 4 5 6 7 8 9 10 12 14 16 20; do
		umount $W/disc 2>/dev/null || :
		mkdir -p $W/disc
		mount -t tmpfs -o size=$((80 + blocks * 4))k tmpfs $W/disc
		cp -a $W/state.old/. $W/disc/
		mount --bind $W/disc $STATE
		# Whatever the old state leaves of 80 KiB is taken.
		dd if=/dev/zero of=$STATE/.fill bs=1024 \
		    count=$((80 - $(du -sk $STATE | cut -f1))) 2>/dev/null || :
		use new
		status=0
		sftpjail apply >$W/out 2>&1 || status=$?
		is_whole "$blocks blocks"
		if [ $status -eq 0 ]; then
			done_at=$blocks
		else
			same "$blocks blocks" $status 4
			has "$(cat $W/out)" 'No space left on device'
		fi
		rm $STATE/.fill
		is_mended "$blocks blocks"
		umount $STATE
		[ -z "$done_at" ] || break
	done
	umount $W/disc
	[ -n "$done_at" ] && [ "$done_at" -gt 0 ] || fail "done at $done_at"
}
try apply_without_room full

# Several at once wait for each other; who comes second finds nothing to do.
at_once() {
	back
	pids=
	for i in 1 2 3 4 5 6; do
		sftpjail apply >$W/at.$i 2>&1 &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || fail "$(cat $W/at.*)"
	done
	same 'no changes' "$(grep -l 'no changes' $W/at.* | wc -l)" 5
	is_mended 'at once'
}
try apply_six_at_once at_once

# Readers that never stop while old and new take turns.
reader() {
	while [ ! -e $W/stop ]; do
		getent passwd both >$W/reader.$1.now || {
			echo "lost both" >$W/reader.$1
			return
		}
		grep -Eq '^both:x:20001:20000:in (old|new):' \
		    $W/reader.$1.now || {
			cat $W/reader.$1.now >$W/reader.$1
			return
		}
	done
}
reading() {
	back
	rm -f $W/stop $W/reader.*
	reader 1 &
	readers=$!
	reader 2 &
	readers="$readers $!"
	for i in 1 2 3 4 5 6 7 8 9 10; do
		use old
		sftpjail apply >$W/out 2>&1
		use new
		sftpjail apply >$W/out 2>&1
	done
	: >$W/stop
	for pid in $readers; do
		wait "$pid"
	done
	[ ! -e $W/reader.1 ] || fail "$(cat $W/reader.1)"
	[ ! -e $W/reader.2 ] || fail "$(cat $W/reader.2)"
}
try apply_with_readers_all_the_while reading

broken() {
	back
	sftpjail apply >/dev/null
	before=$(cat $STATE/*.cdb | sha256sum)
	printf 'users = ( { name = "Bad"; uid = 5; } );\n' \
	    >/etc/sftpjail/conf.d/bad.conf
	exits 3 sftpjail apply >$W/out 2>&1
	has "$(cat $W/out)" '^/etc/sftpjail/conf.d/bad.conf:1: users\[0\].name: '
	same database "$(cat $STATE/*.cdb | sha256sum)" "$before"
	seen >$W/seen.now
	cmp $W/seen.now $W/seen.new
	rm /etc/sftpjail/conf.d/bad.conf
}
try apply_broken_edit_changes_nothing broken

# What processes have mapped stays as it is, but for the word that tells them.
in_place() {
	back
	for kind in public secret; do
		cp $STATE/$kind.v1.cdb $W/$kind.kept
	done
	exec 5<$STATE/public.v1.cdb 6<$STATE/secret.v1.cdb
	sftpjail apply >/dev/null
	cat <&5 >$W/public.held
	cat <&6 >$W/secret.held
	exec 5<&- 6<&-
	for kind in public secret; do
		refused cmp -s $STATE/$kind.v1.cdb $W/$kind.held
		same "size of $kind" "$(stat -c %s $W/$kind.held)" \
		    "$(stat -c %s $W/$kind.kept)"
		[ "$(cmp -l $W/$kind.kept $W/$kind.held | wc -l)" -le 4 ] ||
		    fail "$kind was written over"
	done
}
try apply_writes_nothing_in_place in_place

modes() {
	sftpjail apply >/dev/null
	same public "$(stat -c '%a %U %G' $STATE/public.v1.cdb)" '644 root root'
	same secret "$(stat -c '%a %U %G' $STATE/secret.v1.cdb)" \
	    '640 root shadow'
	same directory "$(stat -c '%a %U' $STATE)" '755 root'
	same keys "$(stat -c '%a %U' $STATE/keys)" '755 root'
	same key "$(stat -c '%a %U' $STATE/keys/both)" '644 root'
	same sources "$(stat -c '%a %U' $STATE/sources.v1)" '600 root'
	sed -i /^shadow:/d /etc/group
	rm $STATE/secret.v1.cdb
	sftpjail apply >/dev/null
	same secret "$(stat -c '%a %U %G' $STATE/secret.v1.cdb)" '600 root root'
	echo 'shadow:x:42:' >>/etc/group
	# The content is the same, but not who may read it.
	sftpjail apply >/dev/null
	same secret "$(stat -c '%a %U %G' $STATE/secret.v1.cdb)" \
	    '640 root shadow'
}
try apply_owners_and_modes modes

places() {
	back
	chmod 0777 $STATE
	exits 4 sftpjail apply 2>$W/out
	has "$(cat $W/out)" "chmod go-w $STATE"
	chmod 0755 $STATE
	chown nobody $STATE
	exits 4 sftpjail apply 2>$W/out
	has "$(cat $W/out)" "chown root $STATE"
	chown root $STATE
	mv $STATE $W/elsewhere
	ln -s $W/elsewhere $STATE
	exits 4 sftpjail apply 2>$W/out
	has "$(cat $W/out)" "$STATE is a symbolic link, want a directory"
	rm $STATE
	# A directory that is missing is made.
	sftpjail apply >/dev/null
	same directory "$(stat -c '%a %U' $STATE)" '755 root'
	rm -rf $W/elsewhere
	# Somebody's links and FIFOs in the places of our files.
	ln -sf /etc/passwd $STATE/public.v1.cdb.new
	mkfifo $STATE/secret.v1.cdb.new
	rm $STATE/public.v1.cdb
	ln -s /etc/passwd $STATE/public.v1.cdb
	ln -s /etc/passwd $STATE/keys/.new.both
	rm $STATE/keys/both
	before=$(sha256sum </etc/passwd)
	is_mended links
	same passwd "$(sha256sum </etc/passwd)" "$before"
}
try apply_hostile_state_directory places

not_root() {
	back
	use old
	chmod 0644 $MAIN
	exits 4 setpriv --reuid nobody --regid nogroup --clear-groups \
	    sftpjail apply 2>$W/out
	has "$(cat $W/out)" 'needs root'
	setpriv --reuid nobody --regid nogroup --clear-groups \
	    sftpjail apply --dry-run >$W/out 2>$W/err
	same 'as nobody' "$(cat $W/out)" 'no changes'
	use new
	chmod 0644 $MAIN
	setpriv --reuid nobody --regid nogroup --clear-groups \
	    sftpjail apply --dry-run >$W/out 2>$W/err
	# The installed one is root's: what is public of it is compared.
	same 'as nobody' "$(cat $W/out)" \
	    "$(sftpjail apply --dry-run 2>$W/err |
	    sed 's/jails .*/jails +0 ~0 -0/')"
	has "$(cat $W/out)" '^users \+1 '
	same leftovers "$(find /tmp -name 'sftpjail.*')" ''
	chmod 0600 $MAIN
	exits 4 setpriv --reuid nobody --regid nogroup --clear-groups \
	    sftpjail apply --dry-run 2>$W/out
	has "$(cat $W/out)" "^$MAIN: Permission denied"
}
try apply_without_root not_root

# The lock is waited for, and who has it is named after 30 seconds.
locked() {
	need flock
	back
	sftpjail apply >/dev/null
	echo 4711 >$STATE/lock
	background flock $STATE/lock sleep 60
	wait_for sh -c "! flock -n $STATE/lock true"
	exits 4 sftpjail apply 2>$W/out
	has "$(cat $W/out)" 'process 4711.* lock for more than 30 s'
}
try apply_says_who_has_the_lock locked

logged() {
	back
	log_mark
	SUDO_USER='al"ice' sftpjail apply >/dev/null
	log_wait 'sftpjail: change what="apply" by="al\\x22ice" uid=0 generation=[0-9]+'
	log_mark
	sftpjail apply >/dev/null
	log_lacks 'sftpjail: change'
}
try apply_logs_changes logged

cases_end
