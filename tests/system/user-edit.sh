#!/bin/sh
# SPDX-License-Identifier: ISC
# user and key: they edit conf.d/50-users.conf and put it into force.
. "$(dirname "$0")/world.sh"
. "$world_lib/edit.sh"
world_enter "$@"

command -v jq >/dev/null || world_skip 'jq is not installed'
conf_apply || exit 1

add() {
	log_mark
	sftpjail user add dave --key $W/keys/dave.pub >$W/out
	has "$(cat $W/out)" "^sftp -P $PORT dave@[^ ]+\$"
	has "$(cat $W/out)" "SHA256:[A-Za-z0-9+/]{43} dave@world"
	same passwd "$(getent passwd dave)" \
	    'dave:x:20004:20000::/srv/sftp/dave:/usr/libexec/sftpjail/sftpjail-shell'
	same mode "$(stat -c '%a %U' $FILE)" '600 root'
	has "$(head -n 1 $FILE)" '^# .*sftpjail'
	log_wait 'authpriv.notice sftpjail: change what="user add dave" by="root"'
	sftpjail explain dave >/dev/null
	SUDO_USER='evil"$' sftpjail user add erin --key $W/keys/carol.pub
	log_wait 'what="user add erin" by="evil\\x22\$"'
	has "$(id erin)" '^uid=20005'
	same 'no changes are left' "$(sftpjail apply)" 'no changes'
}
try user_add_works_at_once add

login() {
	sshd_start
	sftp_does dave pwd >$W/out
	has "$(cat $W/out)" 'Remote working directory: /upload'
	sshd_stop
}
try user_added_logs_in login

full() {
	sftpjail user add full --uid 30000 --group acme --groups sftp-only,xmas \
	    --gecos 'Zo\"e {Ü}; # //' --home /srv/other/full --shell /bin/sh \
	    --not-before 2020-01-01 --expires=2030-12-31 --disabled \
	    --key $W/keys/dave.pub --key $W/keys/carol.pub
	same passwd "$(getent passwd full)" \
	    'full:x:30000:20001:Zo\"e {Ü}; # //:/srv/other/full:/bin/sh'
	same groups "$(id -Gn full)" 'acme sftp-only xmas'
	sftpjail user show full --json >$W/show.json
	same fields "$(jq -r 'keys_unsorted | join(" ")' $W/show.json)" \
	    'name uid gid group groups gecos home shell password disabled not_before expires keys jail defined'
	same values "$(jq -rc '[.name, .uid, .gid, .group, .groups, .gecos, .home, .shell, .password, .disabled, .not_before, .expires, (.keys | length), .jail]' $W/show.json)" \
	    '["full",30000,20001,"acme",["sftp-only","xmas"],"Zo\\\"e {Ü}; # //","/srv/other/full","/bin/sh","none",true,"2020-01-01","2030-12-31",2,"default"]'
	has "$(jq -r .defined $W/show.json)" "^$FILE:[0-9]+\$"
	line=$(jq -r '.defined | split(":")[1]' $W/show.json)
	has "$(sed -n "${line}p" $FILE)" '{'
	refused sftpjail explain full >$W/out
	has "$(cat $W/out)" '^full: deny user-disabled'
	sftpjail user unlock full
	sftpjail explain full | grep -q '^full: allow'
	lacks "$(sftpjail user show full; sftpjail user list)" 'rounds'
}
try user_add_with_every_option full

listing() {
	same names "$(sftpjail user list | awk 'NR > 1 { print $1 }' | xargs)" \
	    'alice bob carol dave erin full'
	sftpjail user list --json >$W/list.json
	same names "$(jq -r '[.users[].name] | join(" ")' $W/list.json)" \
	    'alice bob carol dave erin full'
	same schema "$(jq .schema $W/list.json)" 1
	same 'as show' "$(jq -c '.users[] | select(.name == "full")' \
	    $W/list.json)" "$(sftpjail user show full --json | jq -c .)"
	same password "$(jq -r '.users[0].password' $W/list.json)" set
	lacks "$(cat $W/list.json)" 'rounds'
	has "$(sftpjail user show alice)" '^password +set$'
}
try user_list_and_show listing

keys() {
	print=$(ssh-keygen -lf $W/keys/bob.pub | cut -d ' ' -f 2)
	log_mark
	same added "$(sftpjail key add erin $W/keys/bob.pub)" \
	    "added: ssh-ed25519 $print bob@world"
	log_wait 'what="key add erin"'
	same 'key file' "$(grep -c bob@world /var/lib/sftpjail/keys/erin)" 1
	unchanged sftpjail key add erin $W/keys/bob.pub >$W/out
	has "$(cat $W/out)" 'already there'
	# The same key with another comment and options is the same key.
	sed 's/^/no-pty /; s/bob@world/other/' $W/keys/bob.pub >$W/bob2
	unchanged sftpjail key add erin $W/bob2
	same listed "$(sftpjail key list erin | wc -l)" 2
	same json "$(sftpjail key list erin --json | jq -r '.keys[1] | [.type, .fingerprint, .comment] | join(" ")')" \
	    "ssh-ed25519 $print bob@world"
	same deleted "$(sftpjail key del erin "$print")" \
	    "deleted: ssh-ed25519 $print bob@world"
	refuses 1 'no such key' key del erin "$print"
	refuses 1 'no such key' key del erin $W/keys/bob.pub
	sed 's/$/\r/' $W/keys/bob.pub | sftpjail key add erin
	sftpjail key add erin - <$W/keys/dave.pub
	same listed "$(sftpjail key list erin | wc -l)" 3
	cat $W/keys/bob.pub $W/keys/dave.pub | sftpjail key del erin -
	same listed "$(sftpjail key list erin | wc -l)" 1
	sftpjail key del erin $W/keys/carol.pub
	same listed "$(sftpjail key list erin | wc -l)" 0
	[ ! -e /var/lib/sftpjail/keys/erin ] || fail 'key file is left'
	same printed "$(sftpjail keys erin)" ''
	sftpjail key add erin $W/keys/carol.pub
}
try key_add_del_list keys

bad_keys() {
	refuses 1 'PRIVATE' key add erin $W/keys/bob
	refuses 1 'PRIVATE' user add new1 --key $W/keys/bob
	cut -c 1-60 $W/keys/bob.pub >$W/cut
	refuses 1 'cut:1: ' key add erin $W/cut
	{ cat $W/keys/bob.pub && echo 'ssh-ed25519 xyz'; } >$W/second
	refuses 1 'second:2: ' key add erin $W/second
	tr '\n' ' ' <$W/keys/bob.pub | cat - $W/keys/dave.pub >$W/two
	refuses 1 'more than one key' key add erin $W/two
	: >$W/empty
	refuses 1 'no public key' key add erin $W/empty
	refuses 4 'No such file' key add erin $W/nosuch
	refuses 4 'directory' key add erin /etc
	mkfifo $W/fifo
	refuses 4 'fifo: is no regular file' key add erin $W/fifo
	head -c 2000000 /dev/zero >$W/big
	refuses 4 'too large' key add erin $W/big
	refuses 1 '' key add erin $W/keys/host
}
try key_bad_ones_are_refused bad_keys

by_hand() {
	at=$(grep -n 'name = "alice"' /etc/sftpjail/sftpjail.conf | cut -d: -f1)
	where="/etc/sftpjail/sftpjail.conf:$at: "
	refuses 1 "$where" user del alice
	refuses 1 "$where" key add alice $W/keys/dave.pub
	refuses 1 "$where" key del alice $W/keys/alice.pub
	refuses 1 "$where" user add alice
	refuses 1 'no such user' user del nosuch
	refuses 1 'no such user' user lock nosuch
	refuses 1 'no such user' user unlock nosuch
	refuses 1 'no such user' user show nosuch
	refuses 1 'no such user' key list nosuch
	refuses 1 'uid 0' user lock root
}
try user_by_hand_is_not_edited by_hand

invalid() {
	refuses 2 'user name' user add Alice
	refuses 2 'user name' user add 'a b'
	refuses 2 'number' user add new1 --uid 12x
	refuses 2 'number' user add new1 --uid 4294967296
	refuses 2 'unknown option' user add new1 --password secret
	refuses 3 'uid' user add new1 --uid 1000
	refuses 3 'uid' user add new1 --uid 20001
	refuses 3 'group' user add new1 --group nosuch
	refuses 3 'groups' user add new1 --groups acme,nosuch
	refuses 3 'gecos' user add new1 --gecos 'a:b'
	refuses 3 'home' user add new1 --home relative
	refuses 3 'expires' user add new1 --expires tomorrow
	refuses 3 'not_before' user add new1 --not-before 2026-02-30
	refuses 3 'another user' user add local
	bad=$(printf 'a\nb')
	refuses 3 'gecos' user add new1 --gecos "$bad"
	bad=$(printf '\033[2J')
	refuses 3 'gecos' user add new1 --gecos "$bad"
	same 'control characters' \
	    "$(LC_ALL=C tr -d '\12\40-\176' <$W/err | wc -c)" 0
}
try user_add_of_something_invalid_changes_nothing invalid

# An error elsewhere is told, with its place, and nothing is changed.
broken_elsewhere() {
	echo 'users = ( { name = "x"; uid = 0020; } );' \
	    >/etc/sftpjail/conf.d/10-broken.conf
	refuses 3 '10-broken.conf:1: ' user add new1
	refuses 3 '10-broken.conf:1: ' user del dave
	refuses 3 '10-broken.conf:1: ' user lock dave
	rm /etc/sftpjail/conf.d/10-broken.conf
}
try user_with_a_broken_configuration_changes_nothing broken_elsewhere

# Other people's text in the file survives, and so do their comments.
comments() {
	cp $FILE $W/50
	cat >$FILE <<-'END'
	# mine }{
	users = (
	  { name = "u1"; uid = 40001; }, # one, "
	  /* ( */ { name = "u2"; uid = 40002; gecos = "} )"; disabled = true; },
	  { name = "u3"; uid = 40003; }
	); // end
	END
	chmod 0600 $FILE
	sftpjail apply
	sftpjail user del u1
	sftpjail user unlock u2
	sftpjail key add u3 $W/keys/dave.pub
	sftpjail user add u4 --uid 40004
	sftpjail user lock u4
	sftpjail user unlock u4
	sftpjail user del u3
	has "$(cat $FILE)" '^# mine \}\{$'
	has "$(cat $FILE)" '/\* \( \*/'
	has "$(cat $FILE)" '// end$'
	same names "$(sftpjail user list | awk 'NR > 1 { print $1 }' | xargs)" \
	    'alice bob carol u2 u4'
	sftpjail user del u4
	sftpjail user del u2
	sftpjail user add u5
	cp $W/50 $FILE
	sftpjail apply
}
try user_edits_leave_the_rest_of_the_text comments

lock() {
	log_mark
	same locked "$(sftpjail user lock dave | head -n 1)" 'dave is locked'
	log_wait 'what="user lock dave"'
	unchanged sftpjail user lock dave
	[ ! -e /var/lib/sftpjail/keys/dave ] || fail 'key file is left'
	same keys "$(sftpjail keys dave)" ''
	sftpjail user lock alice
	refused sftpjail explain alice >$W/out
	has "$(head -n 1 $W/out)" 'deny user-disabled'
	sftpjail user lock local 2>$W/err
	has "$(cat $W/err)" 'no jail takes local'
	has "$(cat $FILE)" 'disabled = \[ "dave", "alice", "local" \];'
	sftpjail user unlock dave
	unchanged sftpjail user unlock dave
	[ -e /var/lib/sftpjail/keys/dave ] || fail 'no key file'
	sftpjail user unlock alice
	sftpjail user unlock local
	lacks "$(cat $FILE)" disabled
	sftpjail explain alice >/dev/null
}
try user_lock_and_unlock lock

locked_by_hand() {
	conf_apply '' 'disabled = [ "bob" ];'
	at=$(grep -n '^disabled' /etc/sftpjail/sftpjail.conf | cut -d: -f1)
	unchanged sftpjail user lock bob
	refuses 1 "sftpjail.conf:$at: bob is locked by hand" user unlock bob
	conf_apply
}
try user_locked_by_hand_is_named locked_by_hand

live_sessions() {
	sshd_start
	session_open dave
	same count "$(sftpjail user lock dave | tail -n 1)" 'live sessions: 1'
	session_says 'pwd' 'Remote working'
	id=$(sftpjail who --json | jq -r '.sessions[0].id')
	has "$(sftpjail who)" "^$id +dave +default"
	same who "$(sftpjail who --json | jq -r '.sessions[0] | keys_unsorted | join(" ")')" \
	    'id user uid jail service from since pid auth key'
	same who "$(sftpjail who --json | jq -r '.sessions[0] | [.user, .uid, .jail, .service, .from, .auth] | map(tostring) | join(" ")')" \
	    'dave 20004 default sshd 127.0.0.1 publickey'
	sftpjail user lock dave --kill >$W/out
	has "$(cat $W/out)" "ended session $id of dave"
	same sessions "$(sftpjail who --json | jq '.sessions | length')" 0
	same processes "$(monitors_of dave)$(workers_of dave)" ''
	sftpjail user unlock dave
	sshd_stop
}
try user_lock_counts_and_kills_sessions live_sessions

kill_sessions() {
	sshd_start
	session_open dave
	log_mark
	exits 1 sftpjail kill alice 2>$W/err
	has "$(cat $W/err)" 'no session of alice'
	exits 1 sftpjail kill 0-0-0
	sftpjail kill dave
	log_wait 'what="kill dave"'
	log_wait 'close user="dave"'
	same sessions "$(sftpjail who --json | jq '.sessions | length')" 0
	exits 1 sftpjail kill dave
	session_open dave
	sftpjail kill "$(sftpjail who --json | jq -r '.sessions[0].id')"
	same sessions "$(sftpjail who --json | jq '.sessions | length')" 0
	# A worker that its monitor has left is found and ended.
	session_open dave
	kill -9 "$(monitors_of dave)"
	sftpjail kill dave
	same processes "$(workers_of dave)" ''
	# One that does not listen is killed.
	session_open dave
	monitor=$(monitors_of dave)
	kill -STOP "$monitor"
	for worker in $(workers_of dave); do
		[ "$(status_of "$worker" PPid)" != "$monitor" ] ||
		    kill -STOP "$worker"
	done
	sftpjail kill dave
	nobody_left() {
		[ -z "$(monitors_of dave)$(workers_of dave)" ]
	}
	wait_for nobody_left
	sshd_stop
}
try kill_ends_sessions kill_sessions

del() {
	log_mark
	sftpjail user add gone --key $W/keys/dave.pub
	sftpjail user lock gone
	mkdir -p /srv/sftp/gone
	sftpjail user del gone
	log_wait 'what="user del gone"'
	refused getent passwd gone
	[ ! -e /var/lib/sftpjail/keys/gone ] || fail 'key file is left'
	[ -d /srv/sftp/gone ] || fail 'his files are gone'
	lacks "$(cat $FILE)" gone
	refuses 1 'no such user' user del gone
	for user in dave erin full; do
		sftpjail user del $user
	done
	sftpjail user add last
	sftpjail user del last
	same names "$(sftpjail user list | awk 'NR > 1 { print $1 }' | xargs)" \
	    'alice bob carol'
}
try user_del_works_at_once del

uids() {
	cat >/etc/sftpjail/conf.d/20-ids.conf <<-'END'
	users = ( { name = "top"; uid = 59999; } );
	END
	sftpjail user add n1 >$W/out
	sftpjail user add n2 >$W/out
	same 'behind the highest' "$(id -u n1)" 60000
	same 'from the start' "$(id -u n2)" 20000
	echo 'taken:x:20004:1000::/:/bin/sh' >>/etc/passwd
	sftpjail user add n3 >$W/out
	same 'not one of another source' "$(id -u n3)" 20005
	sed -i '/^taken/d' /etc/passwd
	for user in n1 n2 n3; do
		sftpjail user del $user
	done
	rm /etc/sftpjail/conf.d/20-ids.conf
	sftpjail apply
}
try user_add_takes_the_next_free_id uids

# libconfig wants an L behind them.
big_ids() {
	cp /etc/sftpjail/sftpjail.conf $W/small-ids.conf
	sed -i 's/\([ug]id_max\) = 60000/\1 = 4294967294L/g' \
	    /etc/sftpjail/sftpjail.conf
	sftpjail user add high --uid 4294967293 >$W/out
	sftpjail user add next >$W/out
	same 'the next one' "$(id -u next)" 4294967294
	has "$(cat $W/out)" 'uid 4294967294,'
	sftpjail user set next --uid 2147483648
	same 'another one' "$(id -u next)" 2147483648
	sftpjail user set next --uid 2147483648 | grep -q 'so already'
	same 'group add' "$(sftpjail group add top --gid 3000000000)" \
	    'group top added: gid 3000000000'
	same 'next group' "$(sftpjail group add top2)" \
	    'group top2 added: gid 3000000001'
	sftpjail group set top --gid 4000000000
	same 'gid set' "$(getent group top | cut -d : -f 3)" 4000000000
	printf 'name,uid\ncsv,3000000005\n' >$W/big.csv
	sftpjail user import $W/big.csv
	same 'imported' "$(id -u csv)" 3000000005
	refuses 2 'uid: expected a number' user add x --uid 4294967295
	for user in high next csv; do
		sftpjail user del $user
	done
	sftpjail group del top
	sftpjail group del top2
	mv $W/small-ids.conf /etc/sftpjail/sftpjail.conf
	sftpjail apply
}
try user_ids_above_two_to_the_31 big_ids

# By the database, where the text has the marks of what was applied last; but
# the text decides, should it say another thing.
once() {
	need strace
	same=/etc/sftpjail/conf.d/20-same.conf
	echo 'users = ( { name = "same"; uid = 50001; } );' >$same
	sftpjail apply >/dev/null
	strace -f -o $W/trace -e trace=openat sftpjail user add one >/dev/null
	same 'reads of it' "$(grep -c 20-same.conf $W/trace)" 1
	same 'uid' "$(id -u one)" 50002
	same 'no changes are left' "$(sftpjail apply)" 'no changes'
	cp -p $same $W/same
	sed -i 's/same/miss/; s/50001/50003/' $same
	touch -r $W/same $same
	sftpjail user add two 2>$W/err >/dev/null
	same 'uid behind one that is not in the database' "$(id -u two)" 50004
	same 'uid of what was not applied' "$(id -u miss)" 50003
	cp -p $same $W/same
	sed -i 's/miss/late/' $same
	touch -r $W/same $same
	refuses 1 "20-same.conf:1: the user late is there already" \
	    user add late
	rm $same
	sftpjail user del one
	sftpjail user del two
}
try user_add_reads_the_text_once_unless_it_lies once

# Another directory for the configuration and the state.
elsewhere() {
	rm -rf /srv/conf /srv/state
	mkdir -m 0755 /srv/conf
	cp /etc/sftpjail/sftpjail.conf /srv/conf
	unchanged sftpjail --config /srv/conf/ --state /srv/state \
	    user add zoe --key $W/keys/dave.pub
	[ -f /srv/conf/conf.d/50-users.conf ] || fail 'no file'
	has "$(sftpjail keys --state /srv/state zoe)" 'no-pty ssh-ed25519'
	sftpjail --config /srv/conf --state=/srv/state user del zoe
	refused grep -q zoe /srv/conf/conf.d/50-users.conf
}
try user_in_other_directories elsewhere

cases_end
