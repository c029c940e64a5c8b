#!/bin/sh
# SPDX-License-Identifier: ISC
# user set and import, group, passwd, and keys in other formats.
. "$(dirname "$0")/world.sh"
. "$world_lib/edit.sh"
world_enter "$@"

command -v jq >/dev/null || world_skip 'jq is not installed'
conf_apply || exit 1
sftpjail user add dave --key $W/keys/dave.pub >/dev/null
sftpjail user add erin >/dev/null 2>&1

# shown USER FILTER WANT
shown() {
	same "$2" "$(sftpjail user show "$1" --json | jq -rc "$2")" "$3"
}

set_fields() {
	log_mark
	same said "$(sftpjail user set dave --gecos 'Zo\"e {Ü}; # //' \
	    --expires 2030-12-31 --not-before=2020-01-01 --shell /bin/sh \
	    --groups acme,xmas)" 'user dave changed'
	log_wait 'authpriv.notice sftpjail: change what="user set dave" by="root"'
	same passwd "$(getent passwd dave)" \
	    'dave:x:20004:20000:Zo\"e {Ü}; # //:/srv/sftp/dave:/bin/sh'
	same groups "$(id -Gn dave)" 'sftp-only acme xmas'
	shown dave '[.not_before, .expires, (.keys | length)]' \
	    '["2020-01-01","2030-12-31",1]'
	unchanged sftpjail user set dave --expires 2030-12-31 --shell /bin/sh
	# An empty value takes a setting out.
	sftpjail user set dave --gecos '' --expires '' --not-before '' \
	    --shell '' --groups ''
	shown dave '[.gecos, .not_before, .expires, .groups]' \
	    '["",null,null,[]]'
	same passwd "$(getent passwd dave)" \
	    'dave:x:20004:20000::/srv/sftp/dave:/usr/libexec/sftpjail/sftpjail-shell'
	lacks "$(cat $FILE)" 'gecos|expires|not_before|shell|groups'
	sftpjail user set dave --uid 20044 --group acme --home /srv/x 2>$W/err
	has "$(cat $W/err)" 'keep their old owner, 20004:20000; now he is 20044:20001'
	has "$(cat $W/err)" 'nothing was moved from /srv/sftp/dave to /srv/x'
	same id "$(id -u dave):$(id -g dave)" 20044:20001
	sftpjail user set dave --uid 20004 --group '' --home '' 2>/dev/null
	sftpjail user set dave --key $W/keys/bob.pub --key $W/keys/carol.pub
	has "$(cat /var/lib/sftpjail/keys/dave)" 'bob@world'
	lacks "$(cat /var/lib/sftpjail/keys/dave)" 'dave@world'
	sftpjail user set dave --key ''
	shown dave .keys '[]'
	sftpjail user set dave --key - <$W/keys/dave.pub
	shown dave '.keys[].comment' dave@world
}
try user_set_sets_and_clears_every_field set_fields

set_bad() {
	at=$(grep -n 'name = "alice"' /etc/sftpjail/sftpjail.conf | cut -d: -f1)
	refuses 1 "/etc/sftpjail/sftpjail.conf:$at: " user set alice --gecos x
	refuses 1 "/etc/sftpjail/sftpjail.conf:$at: " passwd alice --stdin
	refuses 1 'no such user' user set nosuch --gecos x
	refuses 2 'nothing to set' user set dave
	refuses 2 'unknown option' user set dave --password x
	refuses 2 'number' user set dave --uid x
	refuses 3 'uid' user set dave --uid ''
	refuses 3 'twice' user set dave --uid 20001
	refuses 3 'uid' user set dave --uid 1000
	refuses 3 'group' user set dave --group nosuch
	refuses 3 'expires' user set dave --expires 2026-02-30
	refuses 3 'home' user set dave --home ../x
	refuses 3 'gecos' user set dave --gecos "$(printf 'a\nb')"
	refuses 3 'gecos' user set dave --gecos "$(printf '\033]0;x\007')"
	same 'control characters' \
	    "$(LC_ALL=C tr -d '\12\40-\176' <$W/err | wc -c)" 0
	refuses 1 'PRIVATE' user set dave --key $W/keys/bob
	# Text that looks like the configuration's stays text.
	sftpjail user set dave --gecos '"; uid = 1; x = "} ); /*'
	shown dave .gecos '"; uid = 1; x = "} ); /*'
	sftpjail user set dave --gecos ''
}
try user_set_of_something_invalid_changes_nothing set_bad

groups() {
	log_mark
	same added "$(sftpjail group add beta)" 'group beta added: gid 20003'
	log_wait 'what="group add beta"'
	sftpjail group add gamma --gid 30000 --members dave,local
	same group "$(getent group gamma)" 'gamma:x:30000:dave,local'
	same groups "$(id -Gn local)" 'local staff games gamma'
	sftpjail group set beta --add dave,erin --add bob 2>/dev/null &&
	    fail 'an option twice'
	sftpjail group set beta --add dave,erin,bob
	same group "$(getent group beta)" 'beta:x:20003:dave,erin,bob'
	unchanged sftpjail group set beta --add bob
	log_mark
	sftpjail group set beta --add alice --remove bob,erin
	log_wait 'what="group set beta"'
	same group "$(getent group beta)" 'beta:x:20003:dave,alice'
	refuses 1 'bob is no member of beta' group set beta --remove bob
	# By his own setting, and the primary group.
	sftpjail user set dave --groups beta,acme
	sftpjail group set beta --remove dave
	same groups "$(id -Gn dave)" 'sftp-only acme gamma'
	sftpjail user set dave --group beta 2>/dev/null
	refuses 1 'primary group of dave' group set beta --remove dave
	same names "$(sftpjail group list | awk 'NR > 1 { print $1 }' | xargs)" \
	    'acme beta gamma sftp-only xmas'
	same line "$(sftpjail group list | grep '^beta')" \
	    'beta             20003         1 alice'
	same json "$(sftpjail group list --json | jq -c '.schema, (.groups[1] | del(.defined))')" \
	    '1
{"name":"beta","gid":20003,"primary_users":1,"members":["alice"]}'
	has "$(sftpjail group list --json | jq -r '.groups[1].defined')" \
	    "^$FILE:[0-9]+\$"
	refuses 1 'the user dave is in the group beta' group del beta
	sftpjail user set dave --group '' 2>/dev/null
	sftpjail group set beta --gid 31000 2>$W/err
	has "$(cat $W/err)" 'old gid, 20003'
	same gid "$(getent group beta)" 'beta:x:31000:alice'
	sftpjail group set beta --members ''
	same group "$(getent group beta)" 'beta:x:31000:'
	log_mark
	sftpjail group del beta
	log_wait 'what="group del beta"'
	refused getent group beta
}
try group_add_set_list_del groups

# A user who goes leaves no membership for the next one of his name.
forget() {
	sftpjail user add gone >/dev/null 2>&1
	sftpjail group set gamma --add gone
	sftpjail user del gone
	same group "$(getent group gamma)" 'gamma:x:30000:dave,local'
	sftpjail group set gamma --members dave,a1,a2,a3,a4,a5,a6,a7 2>/dev/null
	has "$(cat $FILE)" '^			"a7"$'
	sftpjail group set gamma --members dave
	has "$(cat $FILE)" 'members = \[ "dave" \];'
}
try user_del_takes_him_out_of_groups forget

groups_bad() {
	at=$(grep -n 'name = "acme"' /etc/sftpjail/sftpjail.conf | cut -d: -f1)
	where="/etc/sftpjail/sftpjail.conf:$at: "
	refuses 1 "$where" group set acme --add dave
	refuses 1 "$where" group del acme
	refuses 1 "$where" group add acme
	refuses 1 'no such group' group set nosuch --add dave
	refuses 1 'no such group' group del nosuch
	refuses 2 'group name' group add Beta
	refuses 2 'number' group add beta --gid x
	refuses 2 'subcommand' group
	refuses 2 'expected add, set, del or list' group show
	refuses 3 'gid' group add beta --gid 1000
	refuses 3 'twice' group add beta --gid 20001
	refuses 3 'group with another gid in /etc/group' group add games
	refuses 3 'members' group set gamma --add 'a b:c'
	refuses 3 'members' group set gamma --add "$(printf 'a\nb')"
	refuses 3 'members' group set gamma --add bob,
	CONF_JAILS='{ name = "two"; groups = [ "gamma" ]; root = "/srv/two/%u"; },'
	conf_apply
	at=$(grep -n 'name = "two"' /etc/sftpjail/sftpjail.conf | cut -d: -f1)
	sftpjail group set gamma --add local
	sftpjail group set gamma --remove local 2>$W/err
	has "$(cat $W/err)" 'jail two takes the members of gamma: who is none'
	refuses 1 "sftpjail.conf:$at: the jail two names the group gamma" \
	    group del gamma
	CONF_JAILS=
	conf_apply
}
try group_edits_that_are_refused_change_nothing groups_bad

# logs_in USER PASSWORD
logs_in() {
	sshpass -p "$2" sftp -q -oBatchMode=no -oPubkeyAuthentication=no \
	    -oStrictHostKeyChecking=no -oUserKnownHostsFile=/dev/null \
	    -oNumberOfPasswordPrompts=1 -P "$PORT" "$1@127.0.0.1" \
	    </dev/null >$W/sftp.out 2>&1
}

passwords() {
	need sshpass
	log_mark
	same said "$(printf 's3kr1t "\\ Ü\n' | sftpjail passwd erin --stdin)" \
	    'password of erin set'
	log_wait 'what="passwd erin"'
	same mode "$(stat -c '%a %U' $FILE)" '600 root'
	hash=$(sed -n 's/.*password = "\(.*\)";/\1/p' $FILE)
	# shellcheck disable=SC2016
	has "$hash" '^\$(y|gy|2b|6)\$'
	same shadow "$(getent shadow erin | cut -d: -f2)" "$hash"
	sshd_start
	logs_in erin 's3kr1t "\ Ü' || fail "$(cat $W/sftp.out)"
	refused logs_in erin 's3kr1t'
	# Another salt each time, and not a trace of it anywhere else.
	printf 's3kr1t "\\ Ü' | sftpjail passwd erin --stdin
	differs hash "$(getent shadow erin | cut -d: -f2)" "$hash"
	lacks "$(cat $LOG; sftpjail user show erin --json)" 's3kr1t|\$y\$'
	refused grep -rlF 's3kr1t' /etc/sftpjail /var/lib/sftpjail
	refused sh -c 'find /etc/sftpjail /var/lib/sftpjail -perm /007 -type f |
	    xargs grep -lF "\$y\$"'
	sftpjail passwd erin --delete
	lacks "$(cat $FILE)" 'password'
	refused logs_in erin 's3kr1t "\ Ü'
	unchanged sftpjail passwd erin --delete
	sshd_stop
}
try passwd_sets_a_password_that_logs_in passwords

passwords_bad() {
	refuses 1 'no such user' passwd nosuch --stdin </dev/null
	refuses 1 'empty' passwd erin --stdin </dev/null
	printf '\n' | refuses 1 'empty' passwd erin --stdin
	printf 'a\nb\n' | refuses 1 'more than one line' passwd erin --stdin
	printf 'a\r\n' | refuses 1 'control character' passwd erin --stdin
	printf 'a\0b\n' | refuses 1 'NUL' passwd erin --stdin
	printf '%0512d\n' 0 | refuses 1 'too long' passwd erin --stdin
	printf '%0511d\n' 0 | sftpjail passwd erin --stdin
	refuses 2 'not both' passwd erin --stdin --delete
	refuses 2 'too many' passwd erin secret
	refuses 2 'no value' passwd erin --stdin=secret
	lacks "$(cat $W/err)" 'secret.*secret'
	refuses 1 'no terminal.*--stdin' passwd erin
	conf_apply 'auth = [ "publickey" ];'
	printf 'a\n' | sftpjail passwd erin --stdin 2>$W/err
	has "$(cat $W/err)" 'jail default takes no passwords'
	conf_apply
	sftpjail passwd erin --delete
}
try passwd_bad_ones_are_refused passwords_bad

# typed FIRST [SECOND]   passwd on a terminal; what it shows, and what it leaves.
typed() {
	typed_first=$1
	shift
	# shellcheck disable=SC2016
	$W/bin/worldhelp type 'New password for erin: ' "$typed_first" \
	    ${1+'Once more: ' "$1"} -- sh -c 'trap : INT
	    sftpjail passwd erin; echo "exit $?"; stty -a' >$W/out 2>&1 ||
	    fail "$(cat $W/out)"
	has "$(cat $W/out)" '[^-]echo '
	lacks "$(cat $W/out)" 's3kr1t'
}

terminal() {
	typed s3kr1t s3kr1t
	has "$(cat $W/out)" 'password of erin set'
	shown erin .password set
	unchanged typed s3kr1t other
	has "$(cat $W/out)" 'not the same'
	has "$(cat $W/out)" 'exit 1'
	unchanged typed ''
	has "$(cat $W/out)" 'empty'
	unchanged typed '^C'
	has "$(cat $W/out)" 'exit 130'
	unchanged typed s3kr1t '^C'
	has "$(cat $W/out)" 'exit 130'
	sftpjail passwd erin --delete
}
try passwd_asks_twice_without_echo terminal

formats() {
	for type in rsa-1024 rsa-2048 rsa-4096 ecdsa-256 ecdsa-384 ecdsa-521 \
	    ed25519-256; do
		ssh-keygen -q -N '' -t "${type%-*}" -b "${type#*-}" \
		    -C "$type \"of\" world" -f "$W/keys/$type"
	done
	big_rsa >$W/keys/rsa-16384.pub
	sk='sk-ssh-ed25519@openssh.com'
	echo "$sk AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fAAAABHNzaDo=" \
	    >$W/keys/sk-ed25519.pub
	sk='sk-ecdsa-sha2-nistp256@openssh.com'
	echo "$sk AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYAAABBBPSr2TA7s8llaZ0DHAP/VXODXdrtQ5dhI9u9A+JDV9jCC32U7G5nmZS9QaN+ilmI8Jq7kJy9NrVFArpep1SsxJ0AAAAEc3NoOg==" \
	    >$W/keys/sk-ecdsa.pub
	for key in $W/keys/rsa-*.pub $W/keys/ecdsa-*.pub \
	    $W/keys/ed25519-*.pub $W/keys/sk-*.pub; do
		ssh-keygen -e -f "$key" >"${key%.pub}.ssh2"
		sftpjail key add erin "${key%.pub}.ssh2" >$W/out
		same "$key" "$(cut -d ' ' -f 1,3 $W/out)" \
		    "added: $(ssh-keygen -lf "$key" | cut -d ' ' -f 2)"
		sftpjail key list erin --format rfc4716 >$W/export
		ssh-keygen -i -f $W/export >$W/back
		same "$key" "$(cut -d ' ' -f 1,2 $W/back)" \
		    "$(cut -d ' ' -f 1,2 "$key")"
		unchanged sftpjail key add erin $W/export >/dev/null
		sftpjail key del erin $W/export >/dev/null
	done
}
# A public key of as many bits as any server takes.
big_rsa() {
	{
		printf '\0\0\0\7ssh-rsa\0\0\0\3\1\0\1\0\0\10\1\0'
		head -c 2048 /dev/zero | tr '\0' '\377'
	} | base64 -w 0 | sed 's/^/ssh-rsa /; s/$/ big/'
}
try key_formats_of_ssh_keygen_come_back formats

others() {
	need puttygen
	puttygen -q -t ed25519 -C 'of putty' --new-passphrase /dev/null \
	    -o $W/putty.ppk
	puttygen $W/putty.ppk -p -o $W/putty.ssh2
	grep -q 'BEGIN SSH2' $W/putty.ssh2
	{
		printf 'Hello,\r\nssh-rsa AAAA is what I have:\r\n\r\n'
		sed 's/$/\r/; s/^/> /' $W/putty.ssh2
		printf '\r\nand:\r\n'
		cat $W/keys/ecdsa-521.ssh2
		printf '%s \nErin\n' --
	} >$W/mail
	sftpjail key add erin $W/mail >$W/out
	same added "$(grep -c ^added: $W/out)" 2
	has "$(cat $W/out)" 'of putty$'
	same json "$(sftpjail key list erin --json | jq -r '.keys[].type' | xargs)" \
	    'ssh-ed25519 ecdsa-sha2-nistp521'
	sftpjail key del erin - <$W/mail
	for private in $W/putty.ppk $W/keys/rsa-2048; do
		refuses 1 "${private##*/}:1: .*PRIVATE" key add erin "$private"
	done
	ssh-keygen -q -p -m PEM -N '' -f $W/keys/rsa-2048
	refuses 1 'PRIVATE' key add erin $W/keys/rsa-2048
	printf 'x\n---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n' >$W/private
	refuses 1 'private:2: .*PRIVATE' key add erin $W/private
	head -n 4 $W/keys/ecdsa-521.ssh2 >$W/cut
	refuses 1 'cut:1: .*no ---- END' key add erin $W/cut
	sed 3d $W/keys/ecdsa-521.ssh2 >$W/cut
	refuses 1 'cut:1: ' key add erin $W/cut
	refuses 2 'rfc4716' key list erin --format pem
}
try key_formats_of_others_and_private_ones others

import() {
	{
		printf '\357\273\277name,group,gecos,expires,keys,disabled,groups\r\n'
		printf 'i1,,"Zo""e, Ü",2030-01-01,"%s\r\n%s",no,"acme,xmas"\r\n' \
		    "$(cat $W/keys/bob.pub)" "$(cat $W/keys/carol.pub)"
		printf '\r\ni2,acme,,,,yes,\r\n,,,,,,\r\n'
		printf 'i3,,,,"%s",,' \
		    "$(sed 's/"/""/g' $W/keys/ecdsa-256.ssh2)"
	} >$W/users.csv
	unchanged sftpjail user import $W/users.csv --dry-run >$W/out
	has "$(cat $W/out)" '^3 users would be added'
	log_mark
	sftpjail user import $W/users.csv >$W/out
	log_wait 'what="user import /run/world/users.csv: 3 users"'
	same lines "$(grep -c '^user i[123] added: uid 200' $W/out)" 3
	has "$(cat $W/out)" "^sftp -P $PORT NAME@"
	shown i1 '[.gecos, .expires, .groups, .group, (.keys | length), .disabled]' \
	    '["Zo\"e, Ü","2030-01-01",["acme","xmas"],"sftp-only",2,false]'
	shown i2 '[.group, .disabled, .keys]' '["acme",true,[]]'
	shown i3 '[.keys[].type]' '["ecdsa-sha2-nistp256"]'
	has "$(cat /var/lib/sftpjail/keys/i1)" 'carol@world'
	sftpjail user unlock i2
	printf 'uid,name,password,home,shell,not_before\n20500,i4,%s,/srv/i4,/bin/sh,2020-01-01\n,i5,,,,\n' \
	    "$HASH" | sftpjail user import - >$W/out
	same passwd "$(getent passwd i4)" 'i4:x:20500:20000::/srv/i4:/bin/sh'
	same next "$(id -u i5)" 20501
	same shadow "$(getent shadow i4 | cut -d: -f2)" "$HASH"
	lacks "$(cat $W/out $LOG)" 'rounds'
	for user in i1 i2 i3 i4 i5; do
		sftpjail user del $user >/dev/null
	done
}
try user_import_adds_all import

# bad LINE-AND-WORDS CSV   Refused with that, and nothing is changed.
bad() {
	printf "$2" >$W/bad.csv
	refuses 3 "bad.csv:$1" user import $W/bad.csv
}

import_bad() {
	bad '1: nme: no such column' 'nme,uid\nx,1\n'
	bad '1: name;uid: no such column' 'name;uid\nx;1\n'
	bad '1: uid: .*twice' 'name,uid,uid\nx,1,2\n'
	bad '1: no column "name"' 'uid\n1\n'
	bad '1: an empty file' ''
	bad '3: fewer fields' 'name,uid\na,20100\nb\n'
	bad '2: more fields' 'name,uid\na,20100,x\n'
	bad '3: name: is empty' 'name,uid\na,\n,20100\n'
	bad '3: .*not closed' 'name,gecos\na,b\nc,"d\ne\n'
	bad '2: a quote' 'name,gecos\na,b"c\n'
	bad '2: .*NUL' 'name\na\0b\n'
	bad '3: uid: expected a number' 'name,uid\na,\nb,0x10\n'
	bad '3: disabled: expected yes or no' 'name,disabled\na,no\nb,perhaps\n'
	bad '4: name: is there twice.* line 2' 'name\na\nb\na\n'
	bad '3: uid: is there twice.* line 2' 'name,uid\na,20100\nb,20100\n'
	# What only the whole configuration tells.
	bad '3: name: "dave" is defined twice.*50-users.conf' 'name\na\ndave\n'
	bad '3: name: "Bob" is no user name' 'name\na\nBob\n'
	bad '3: uid: .*' 'name,uid\na,\nb,1000\n'
	bad '3: uid: 20001 is used twice.*sftpjail.conf' 'name,uid\na,\nb,20001\n'
	bad '4: group: ' 'name,group\n\na,\nb,nosuch\n'
	bad '2: groups\[1\]: ' 'name,groups\na,"acme,nosuch"\n'
	bad '2: expires: ' 'name,expires\na,31.12.2030\n'
	bad '2: gecos: .*control' 'name,gecos\na,"b\nc"\n'
	bad '2: gecos: .*control' 'name,gecos\na,\033[2J\n'
	same 'control characters' \
	    "$(LC_ALL=C tr -d '\12\40-\176' <$W/err | wc -c)" 0
	bad '2: password: is no crypt' 'name,password\na,s3kr1t\n'
	lacks "$(cat $W/err)" 's3kr1t'
	bad '2: keys: .*PRIVATE' \
	    "name,keys\na,\"$(sed 's/%/%%/g' $W/keys/bob)\"\n"
	bad '2: keys: ' 'name,keys\na,ssh-rsa xyz\n'
	# All of them at once.
	printf 'name,uid\na,x\nb,y\n' >$W/bad.csv
	refuses 3 'bad.csv:3: uid' user import $W/bad.csv
	has "$(cat $W/err)" 'bad.csv:2: uid'
	refuses 4 'No such file' user import $W/nosuch
	refuses 2 'missing' user import
	unchanged sh -c 'echo name | sftpjail user import -' 2>$W/err
	has "$(cat $W/err)" 'standard input: no users'
}
try user_import_with_errors_changes_nothing import_bad

many() {
	awk 'BEGIN { print "name,gecos"
	    for (i = 0; i < 20000; i++) printf "m%d,\"User %d, ACME\"\n", i, i
	}' >$W/many.csv
	sftpjail user import $W/many.csv >$W/out
	same users "$(grep -c '^user m' $W/out)" 20000
	getent passwd m19999
	same ids "$(sftpjail user list | awk 'NR > 1 { print $2 }' | sort -u |
	    wc -l)" 20005
}
try user_import_of_many many

cases_end
