#!/bin/sh
# SPDX-License-Identifier: ISC
# Folders in jails, virtual and read-only roots: what a session sees and
# changes, what is made on the host, and what is denied.
. "$(dirname "$0")/world.sh"
world_enter "$@"

DATA=/srv/data
seq 1000 >/tmp/f
chmod 666 /tmp/f
cc -O1 -o $W/bin/sftpraw tests/system/helpers/sftpraw.c || exit 1
pam_use debian
sshd_start

# fresh JAIL...   Users in the first jails that match; an empty /srv.
fresh() {
	for mounted in $(awk '$5 ~ "^/srv/" { print $5 }' /proc/1/mountinfo |
	    sort -r); do
		umount -l "$mounted" || : # gone with the one above it
	done
	rm -rf /srv/*
	mkdir -p $DATA
	CONF_JAILS=$*
	conf_apply >/dev/null
}

# jail NAME USERS SETTINGS   As it stands in a configuration.
jail() {
	printf '{ name = "%s"; users = [ "%s" ]; %s },' "$1" "$2" "$3"
}

# snapshot DIRECTORY   All of it that a user could change.
snapshot() {
	find "$1" -printf '%P %i %y %m %U:%G %n %s %T@ %C@ %l\n' | sort
	find "$1" -type f -exec cat {} + | cksum
}

# is PATH "MODE OWNER:GROUP"
is() {
	same "$1" "$(stat -c '%a %u:%g' "$1")" "$2"
}

# own USER PATH...   Directories of that user.
own() {
	own_user=$1
	shift
	mkdir -p "$@"
	chown "$own_user" "$@"
}

# flags_in_jail USER TARGET   The options of that mount in the live session.
flags_in_jail() {
	awk -v at="$2" '$5 == at { print $6 }' \
	    "/proc/$(workers_of "$1" | tail -n 1)/mountinfo"
}

FILES='source = "%h"; target = "/files";'

homes() {
	fresh "$(jail homes 'local' \
	    'root = "virtual"; start = "/files"; mounts = ( { '"$FILES"' } );')"
	echo old >/home/local/old
	chown local: /home/local/old
	is /home/local '755 1000:1000'
	out=$(sftp_does local pwd 'put /tmp/f new' 'mkdir d' 'rename new d/n' \
	    'symlink /etc/passwd d/l' 'rm old' 'get d/n /tmp/got' 'df /files' \
	    'ls -l d' 'ls /' '-get d/l /tmp/stolen' '-put /tmp/f /x' \
	    '-mkdir /x' '-rmdir /files' '-rename /files /x' '-chmod 777 /' \
	    '-rm /dev/log' '-symlink a /x' '-mkdir /bin/x') || fail "$out"
	has "$out" 'directory: /files$'
	has "$out" '^-rw.* 1000 +1000 .* d/n$'
	same 'what is in /' "$(echo "$out" | sed -n 's|^\(/bin .*\)|\1|p' |
	    tr -d ' ')" /bin/dev/files
	same denied "$(echo "$out" | grep -Ec \
	    'denied|Failure|No such file|failure')" 9
	cmp /tmp/f /home/local/d/n
	cmp /tmp/f /tmp/got
	[ ! -e /home/local/old ] || fail 'was not removed'
	[ ! -e /tmp/stolen ] || fail 'a link led out'
	is /home/local '755 1000:1000'
	is /home/local/d '755 1000:1000'
}
try mounts_virtual_root_homes_as_they_are homes

virtual_is_confined() {
	fresh "$(jail homes alice 'root = "virtual"; mounts = ( { '"$FILES"' } );')"
	own 20001:20000 /srv/sftp/alice
	leftovers_before
	session_open alice
	worker=$(workers_of alice | tail -n 1)
	is_confined "$worker" 20001 '20000 20001 20002'
	is "/proc/$worker/root/" '755 0:0'
	same root "$(flags_in_jail alice / | cut -d , -f 1-4)" \
	    ro,nosuid,nodev,noexec
	same files "$(flags_in_jail alice /files | cut -d , -f 1-4)" \
	    rw,nosuid,nodev,noexec
	session_says '-put /tmp/f h' 'dest open "/h": '
	session_says 'put /tmp/f files/h' 'put /tmp/f files/h'
	session_says 'ls files' '^files/h'
	# Nobody but the host's root sees what the user has, and he no more.
	same 'mounts on the host' "$(grep -c sftpjail /proc/1/mountinfo)" \
	    "$(grep -c '/run/sftpjail/net ' /proc/1/mountinfo)"
	has "$(ssh_as alice w id 2>&1 || :)" 'there is no shell'
	session_close
	nothing_left $W/left.before
}
try mounts_virtual_root_is_confined virtual_is_confined

# Read-only above, below and beside what can be written.
NESTED='mounts = ( { source = "/srv/data/pub"; target = "/pub"; read_only = true; },
	{ source = "/srv/data/in/%u"; target = "/pub/in"; create = true; },
	{ source = "/srv/data/jobs"; target = "/jobs"; },
	{ source = "/srv/data/pub"; target = "/jobs/a/b/pub"; read_only = true; },
	{ source = "/srv/data/deep"; target = "/pub/in/there"; } );'
nested() {
	fresh "$(jail nested alice "$1 $NESTED start = \"/pub/in\";")"
	mkdir -p $DATA/pub/dir $DATA/in/alice/there $DATA/in/bob
	own 20001:20000 $DATA/jobs $DATA/deep $DATA/pub/mine
	chown 20001 $DATA/in/alice
	echo text >$DATA/pub/text
	out=$(sftp_does alice pwd 'put /tmp/f one' \
	    'put /tmp/f there/two' 'put /tmp/f /jobs/three' \
	    'get /pub/text /tmp/text1' 'get /jobs/a/b/pub/text /tmp/text2' \
	    '-put /tmp/f /pub/mine/no' '-put /tmp/f /jobs/a/b/pub/mine/no' \
	    '-mkdir /pub/mine/no' '-put /tmp/f /jobs/a/no' \
	    '-rename /jobs/three /pub/mine/no' '-rename /pub/text /jobs/no' \
	    'ls /pub' 'rename there/two there/2' '-rename there/2 /jobs/no') ||
	    fail "$out"
	has "$out" 'directory: /pub/in$'
	has "$out" '^/pub/dir'
	lacks "$out" bob
	for made in in/alice/one deep/2 jobs/three; do
		cmp /tmp/f $DATA/$made
	done
	cmp $DATA/pub/text /tmp/text1
	cmp $DATA/pub/text /tmp/text2
	[ ! -e $DATA/jobs/no ] || fail 'moved between mounts'
	same 'what must not be' "$(find $DATA -name no)" ''
	# The places that were made are root's and empty.
	for made in pub/in jobs/a jobs/a/b jobs/a/b/pub; do
		is $DATA/$made '755 0:0'
	done
	for made in pub/in jobs/a/b/pub in/alice/there; do
		same "$made" "$(ls -A $DATA/$made)" ''
	done
}
try mounts_nested_in_a_directory_root nested 'root = "/srv/jail/%u"; create = true;'
try mounts_nested_in_a_virtual_root nested 'root = "virtual";'

# A place inside the user's own directory, which may not be there yet.
in_writable() {
	fresh "$(jail in alice 'root = "/srv/jail/%u"; create = true;
	    writable = [ "/upload" ]; start = "/upload"; mounts = (
	    { source = "/srv/data/pub"; target = "/upload/x/pub"; read_only = true; } );')"
	own 20001 $DATA/pub
	login_works alice
	is /srv/jail/alice/upload '700 20001:20000'
	is /srv/jail/alice/upload/x/pub '755 0:0'
	out=$(sftp_does alice 'put /tmp/f h' '-put /tmp/f x/pub/no' \
	    '-rmdir x/pub' '-rename x y' 'ls')
	cmp /tmp/f /srv/jail/alice/upload/h
	same pub "$(ls $DATA/pub)" ''
	# He owns the parent, and puts links in the way: all of it is refused.
	for link in /etc ../.. y; do
		rm -rf /srv/jail/alice/upload/*
		own 20001 /srv/jail/alice/upload/y
		ln -s $link /srv/jail/alice/upload/x
		snapshot /srv/jail >$W/before
		login_denied alice mount-unsafe
		snapshot /srv/jail | cmp - $W/before
		[ ! -e /etc/pub ] || fail 'made outside'
	done
}
try mounts_place_in_the_users_own_directory in_writable

templates() {
	fresh "$(jail all alice 'root = "virtual"; start = "/all/h/sub";
	    writable = [ "/all/h/sub/w" ]; writable_mode = "2750";
	    writable_group = "acme"; umask = "0027"; mounts = (
	    { source = "/srv/data/u/%u"; target = "/all/u"; create = true; },
	    { source = "%h/x"; target = "/all/h"; create = true; },
	    { source = "/srv/data/%g/%%u"; target = "/all/g"; create = true; },
	    { source = "/srv/data/sub/%u"; target = "/all/h/sub"; create = true; },
	    { source = "/srv/data/none"; target = "/all/none"; optional = true; } );')"
	own 20001 $DATA/sub/alice
	login_works alice
	out=$(sftp_does alice pwd 'put /tmp/f h' 'put /tmp/f w/h' \
	    '-put /tmp/f ../../g/h' 'put /tmp/f /all/u/h' \
	    '-mkdir /all/none' 'ls /all')
	has "$out" 'directory: /all/h/sub$'
	lacks "$out" '^/all/none'
	is $DATA/u '755 0:0'
	is $DATA/u/alice '2750 20001:20001'
	is /srv/sftp/alice '755 0:0'
	is /srv/sftp/alice/x '2750 20001:20001'
	is $DATA/sftp-only '755 0:0'
	is "$DATA/sftp-only/%u" '2750 0:20001'
	is $DATA/sub/alice '755 20001:0'
	is $DATA/sub/alice/w '2750 20001:20001'
	is $DATA/u/alice/h '640 20001:20001'
	cmp /tmp/f $DATA/sub/alice/h
	# 2750: a group that reads, and may not write.
	[ ! -e "$DATA/sftp-only/%u/h" ] || fail 'wrote for the group'
	mkdir $DATA/none
	echo text >$DATA/none/t
	sftp_does alice 'get /all/none/t /tmp/t'
	cmp $DATA/none/t /tmp/t
}
try mounts_templates_create_and_optional templates

shared_create() {
	fresh "$(jail acme 'alice", "bob' 'root = "virtual"; start = "/team";
	    writable_mode = "2770"; writable_group = "acme"; umask = "0007"; mounts = (
	    { source = "/srv/data/team"; target = "/team"; create = true; },
	    { source = "/srv/data/news"; target = "/news"; create = true; optional = true; } );')" \
	    "$(jail plain carol 'root = "virtual"; mounts = (
	    { source = "/srv/data/plain"; target = "/plain"; create = true; } );')"
	sftp_does alice 'put /tmp/f a' 'put /tmp/f shared'
	sftp_does bob 'get a /tmp/a' 'rm a' 'put /tmp/f b' 'ls -l'
	is $DATA/team '2770 0:20001'
	is $DATA/team/b '660 20002:20001'
	[ ! -e $DATA/team/a ] || fail 'bob could not remove'
	refused sftp_does carol 'put /tmp/f /plain/c'
	is $DATA/plain '755 0:0'
}
try mounts_create_makes_shared_folders shared_create

# One writes, one looks on, in the same folder; and every request is tried on
# a folder of his own, first as it is, then read-only.
raw() {
	$W/bin/sftpraw "$1" 20002 20000 ssh -F $W/ssh_config -l bob \
	    -o BatchMode=yes -s w sftp >$W/raw
	[ "$(wc -l <$W/raw)" -eq 28 ] || fail "requests: $(cat $W/raw)"
}
stock() {
	own 20002:20000 "$1" "$1/d"
	for stock in f g k m; do
		seq 1000 >$1/$stock
		chown 20002:20000 "$1/$stock"
	done
	chmod 777 "$1"
	chmod 666 "$1"/?
}
every_request() {
	fresh "$(jail writes alice 'root = "virtual"; start = "/shared"; mounts = (
	    { source = "/srv/data/shared"; target = "/shared"; } );')" \
	    "$(jail reads bob 'root = "virtual"; start = "/shared"; mounts = (
	    { source = "/srv/data/shared"; target = "/shared"; read_only = true; },
	    { source = "/srv/data/own"; target = "/own"; } );')"
	stock $DATA/shared
	stock $DATA/own
	raw /own
	same 'not done in his own' "$(grep -Ev ' [08]$' $W/raw)" ''
	[ "$(grep -c ' 0$' $W/raw)" -gt 20 ] || fail "$(cat $W/raw)"
	sftp_does alice 'put /tmp/f new' 'rm g' 'rename new g'
	snapshot $DATA/shared >$W/before
	raw /shared
	same 'done though read-only' "$(grep -Ev ' [348]$' $W/raw)" ''
	snapshot $DATA/shared | cmp - $W/before
	out=$(sftp_does bob '-put -p -f /tmp/f f' '-reput /tmp/f g' \
	    '-put /tmp/f x' '-cp f x' '-cp f g' '-ln f x' '-ln -s f x' \
	    '-rename -l f x' '-rename f x' '-chmod -h 700 f' '-chown -h 20002 f' \
	    '-chgrp 20000 f' '-rm k' '-rmdir d' '-mkdir e' \
	    'get g /tmp/read' 'ls -l')
	cmp $DATA/shared/g /tmp/read
	snapshot $DATA/shared | cmp - $W/before
}
try mounts_read_only_withstands_every_request every_request

# The same by the jail's setting, for root, mounts and writable directories.
read_only_jail() {
	fresh "$(jail ro bob 'root = "/srv/jail/%u"; create = true; read_only = true;
	    writable = [ "/upload" ]; start = "/upload"; mounts = (
	    { source = "/srv/data/vol"; target = "/vol"; },
	    { source = "/srv/data/sub"; target = "/vol/sub"; } );')"
	stock $DATA/vol
	chmod 755 $DATA/vol # or others could take the place of sub away
	stock $DATA/vol/more
	stock $DATA/sub
	log_mark
	has "$(sftp_does bob pwd 'get /vol/f /tmp/x')" 'directory: /upload$'
	log_wait 'internal-sftp.*open "/vol/f" flags READ'
	stock /srv/jail/bob/upload
	snapshot /srv >$W/before
	for folder in /upload /vol /vol/more /vol/sub; do
		raw $folder
		same "done in $folder" "$(grep -Ev ' [348]$' $W/raw)" ''
	done
	snapshot /srv | cmp - $W/before
}
try mounts_read_only_jail_withstands_every_request read_only_jail

# Volumes below a source are seen, and no freer than it.
submounts() {
	fresh "$(jail sub alice 'root = "virtual"; mounts = (
	    { source = "/srv/data/pub"; target = "/pub"; read_only = true; },
	    { source = "/srv/data/jobs"; target = "/jobs"; } );')"
	own 20001 $DATA/pub/vol $DATA/jobs/vol
	for vol in pub jobs; do
		mount -t tmpfs -o mode=0755,suid,exec,dev tmpfs $DATA/$vol/vol
		own 20001 $DATA/$vol/vol/inner
		mount -t tmpfs -o mode=0777,suid,exec,dev tmpfs \
		    $DATA/$vol/vol/inner
		cp /usr/bin/id $DATA/$vol/vol/inner/id
		chmod 6755 $DATA/$vol/vol/inner/id
		mknod -m 666 $DATA/$vol/vol/inner/kmsg c 1 11
	done
	session_open alice
	for at in vol vol/inner; do
		same "$at" "$(flags_in_jail alice /pub/$at | cut -d , -f 1-4)" \
		    ro,nosuid,nodev,noexec
		same "$at" "$(flags_in_jail alice /jobs/$at | cut -d , -f 1-4)" \
		    rw,nosuid,nodev,noexec
	done
	session_close
	out=$(sftp_does alice 'put /tmp/f /jobs/vol/inner/h' \
	    '-put /tmp/f /pub/vol/inner/h' '-rm /pub/vol/inner/id' \
	    'ls -l /pub/vol/inner' '-get /jobs/vol/inner/kmsg /tmp/kmsg')
	has "$out" 'vol/inner/id$'
	cmp /tmp/f $DATA/jobs/vol/inner/h
	cmp /usr/bin/id $DATA/pub/vol/inner/id
	[ ! -e $DATA/pub/vol/inner/h ] || fail 'a volume is not read-only'
	[ ! -s /tmp/kmsg ] || fail 'a device was read'
}
try mounts_submounts_are_seen_and_restricted submounts

# session_denied USER DETAIL   Not in the account phase, but before there is
# anything to see.
session_denied() {
	log_mark
	out=$(sftp_does "$1" pwd) && fail "$out"
	lacks "$out" Remote
	log_wait "setcred.: deny user=\"$1\" .*reason=mount-unsafe .*detail=\"$2"
	log_lacks 'internal-sftp'
}

# proc and sysfs, below what is shown, a file of them, and shown itself.
kernel_files() {
	fresh "$(jail kernel alice 'root = "/srv/jail/%u"; create = true; mounts = (
	    { source = "/srv/data/pub"; target = "/pub"; },
	    { source = "/srv/data/pub"; target = "/ro"; read_only = true; } );')"
	mkdir -p $DATA/pub/a/p $DATA/pub/sys /srv/jail/alice/deep/p
	mount -t proc proc $DATA/pub/a/p
	mount -t proc proc /srv/jail/alice/deep/p
	mount -t sysfs sysfs $DATA/pub/sys
	: >$DATA/pub/a/f
	mount --bind /proc/version $DATA/pub/a/f
	session_open alice
	lacks "$(cat "/proc/$(workers_of alice | tail -n 1)/mountinfo")" \
	    ' - (proc|sysfs) '
	session_close
	out=$(sftp_does alice 'get /pub/a/f /tmp/version' '-ls /pub/a/p/self' \
	    '-ls /ro/a/p/self' '-ls /ro/sys/kernel' '-ls /deep/p/self')
	same 'seen' "$(echo "$out" | grep -c 'not found')" 4
	same 'version' "$(cat /tmp/version)" ''
	# The host has lost nothing.
	[ -e $DATA/pub/a/p/self ] && [ -e /srv/jail/alice/deep/p/self ]
	for type in proc sysfs; do
		mount -t $type $type $DATA/pub
		session_denied alice "$type is mounted at /"
		umount $DATA/pub
	done
	login_works alice
}
try mounts_proc_and_sysfs_are_hidden_or_denied kernel_files

# source_denies REASON SCRIPT   In the account phase; nothing is changed.
source_denies() {
	rm -rf /srv/data /srv/real
	mkdir -p $DATA/a/b/src /srv/real
	echo "$2"
	sh -e -c "cd $DATA; $2"
	snapshot /srv >$W/before
	login_denied alice "$1"
	log_since | grep -q "account.: deny .*reason=$1" ||
	    fail 'not denied in the account phase'
	snapshot /srv | cmp - $W/before
}
bad_sources() {
	fresh "$(jail source alice "root = \"virtual\"; mounts = (
	    { source = \"/srv/data/a/b/src\"; target = \"/src\"; $1 } );")"
	[ -n "$1" ] || {
		source_denies mount-missing 'rmdir a/b/src'
		source_denies mount-missing 'rm -r a'
	}
	source_denies mount-unsafe 'rmdir a/b/src; ln -s /srv/real a/b/src'
	source_denies mount-unsafe 'rmdir a/b/src; ln -s nowhere a/b/src'
	source_denies mount-unsafe 'mv a/b /srv/real; ln -s /srv/real/b a/b'
	source_denies mount-unsafe 'mv a /srv/real; ln -s /srv/real/a a'
	source_denies mount-unsafe 'rmdir a/b/src; : >a/b/src'
	source_denies mount-unsafe 'rmdir a/b/src; mkfifo a/b/src'
	source_denies mount-unsafe 'rmdir a/b/src; mknod a/b/src c 1 3'
	source_denies mount-unsafe 'chown 20001 a/b'
	source_denies mount-unsafe 'chown 1 a'
	source_denies mount-unsafe 'chmod 775 a/b'
	source_denies mount-unsafe 'chmod 757 a'
	source_denies mount-unsafe 'chmod 1777 a'
	source_denies mount-unsafe 'rm -r a/b; chown 20001 a'
	source_denies mount-unsafe 'rm -r a/b/src; chmod 775 a/b'
}
try mounts_bad_sources_are_denied bad_sources ''
try mounts_bad_sources_are_denied_with_create bad_sources 'create = true;'

host_root() {
	for home in / // /. /./; do
		sed -i "s|^local:\(.*\):[^:]*:\([^:]*\)\$|local:\1:$home:\2|" \
		    /etc/passwd
		fresh "$(jail homes 'local' "root = \"virtual\"; mounts = ( { $FILES } );")"
		log_mark
		METHOD=password
		refused sftp_does 'local' 'ls /files'
		log_wait 'account.: deny user="local" .*reason=mount-unsafe'
	done
	sed -i 's|^local:\(.*\):[^:]*:\([^:]*\)$|local:\1:/home/local:\2|' \
	    /etc/passwd
}
try mounts_source_that_expands_to_the_hosts_root host_root

bad_places() {
	fresh "$(jail place alice 'root = "/srv/jail/%u"; create = true; mounts = (
	    { source = "/srv/data"; target = "/a/b"; },
	    { source = "/srv/real"; target = "/a/b/c/d"; } );')"
	mkdir -p /srv/real
	login_works alice
	place_denies() {
		rm -rf /srv/jail/alice/a $DATA/c
		mkdir -p /srv/jail/alice
		sh -e -c "cd /srv/jail/alice; $1"
		snapshot /srv >$W/before
		login_denied alice mount-unsafe
		snapshot /srv | cmp - $W/before
	}
	place_denies 'ln -s /etc a'
	place_denies 'mkdir a; ln -s /etc a/b'
	place_denies 'mkdir a; ln -s nowhere a/b'
	place_denies 'mkdir a; mkfifo a/b'
	place_denies ': >a'
	place_denies 'ln -s /etc /srv/data/c'
	place_denies 'mkdir /srv/data/c; ln -s /etc /srv/data/c/d'
	place_denies 'mkdir /srv/data/c; : >/srv/data/c/d'
}
try mounts_bad_places_are_denied bad_places

auditor() {
	fresh "$(jail audit carol 'root = "virtual"; read_only = true; mounts = (
	    { source = "/srv/partners"; target = "/partners"; } );')" \
	    "$(jail partners 'alice", "bob' 'root = "/srv/partners/%u"; create = true;
	    writable = [ "/upload" ]; start = "/upload"; umask = "0027";
	    writable_group = "audit"; writable_mode = "2750";')"
	CONF_GROUPS='{ name = "audit"; gid = 20009; members = [ "carol" ]; },'
	conf_apply >/dev/null
	CONF_GROUPS=
	for partner in alice bob; do
		out=$(sftp_does $partner "put /tmp/f from-$partner" 'mkdir d' \
		    'put /tmp/f d/h' '-ls /srv' '-ls ../../' 'ls /')
		lacks "$out" 'partners|alice.*upload.*bob'
	done
	snapshot /srv/partners >$W/before
	out=$(sftp_does carol 'ls -l /partners' \
	    'get /partners/alice/upload/from-alice /tmp/1' \
	    'get /partners/bob/upload/d/h /tmp/2' \
	    '-rm /partners/bob/upload/from-bob' '-put /tmp/f /partners/x' \
	    '-put /tmp/f /partners/alice/upload/x' \
	    '-chmod 777 /partners/alice/upload/from-alice') || fail "$out"
	cmp /tmp/f /tmp/1
	cmp /tmp/f /tmp/2
	snapshot /srv/partners | cmp - $W/before
	is /srv/partners/alice/upload '2750 20001:20009'
	is /srv/partners/alice/upload/d/h '640 20001:20009'
}
try mounts_auditor_reads_all_and_changes_nothing auditor

sshd_stop
cases_end
