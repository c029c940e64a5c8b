#!/bin/sh
# SPDX-License-Identifier: ISC
# What may be wrong with the directories of a jail, and what its user may plant
# there.  explain names the component and the command; the command mends it.
. "$(dirname "$0")/world.sh"
world_enter "$@"

pam_use debian
sshd_start
JAIL=/srv/a/b/alice
USERJAIL='{ name = "deep"; users = [ "alice" ]; root = "/srv/a/b/%u"; writable = [ "/upload" ]; start = "/upload"; },'
CONF_JAILS=$USERJAIL

fresh() {
	rm -rf /srv/a /srv/real
	mkdir -p $JAIL/upload
	chmod 755 /srv/a /srv/a/b $JAIL
	chown 20001:20000 $JAIL/upload
	chmod 700 $JAIL/upload
	chmod 755 /srv
	chown 0:0 /srv
}
fresh
conf_apply || exit 1
try path_sound_root_is_allowed login_works alice

# mended PATH   Does what explain proposes for it.
mended() {
	sftpjail explain alice >$W/explain || :
	has "$(head -n 1 $W/explain)" "^alice: deny $2 \(jail deep\)"
	has "$(cat $W/explain)" "$1"
	sed -n "s#.*\(ch[a-z]* [^ ]* $1\)\$#\1#p" $W/explain | sort -u >$W/mend
	[ -s $W/mend ] || fail "no command for $1 in: $(cat $W/explain)"
	sh -e $W/mend
	has "$(sftpjail explain alice | head -n 1)" '^alice: allow'
}

bad_mode() {
	fresh
	chmod "$2" "$1"
	login_denied alice root-mode
	log_wait "detail=\"$1 is mode 0$2"
	mended "$1" root-mode
	login_works alice
}
for component in /srv /srv/a /srv/a/b $JAIL; do
	for mode in 775 757 777; do
		try "path_${component}_mode_${mode}" bad_mode $component $mode
	done
done

bad_owner() {
	fresh
	chown "$2" "$1"
	login_denied alice root-owner
	mended "$1" root-owner
	login_works alice
}
for component in /srv /srv/a /srv/a/b $JAIL; do
	for owner in 20001 1000; do
		try "path_${component}_owner_${owner}" bad_owner $component $owner
	done
done

group_root() {
	fresh
	chown 0:0 /srv/a
	chmod 775 /srv/a
	login_denied alice root-mode
}
try path_group_root_writable_is_no_exception group_root

symlinked() {
	fresh
	mv "$1" /srv/real
	ln -s /srv/real "$1"
	login_denied alice root-symlink
	has "$(sftpjail explain alice || :)" "$1"
}
for component in /srv/a /srv/a/b $JAIL; do
	try "path_${component}_symlink" symlinked $component
done

wrong_kind() {
	fresh
	rm -rf $JAIL
	case $1 in
	file) : >$JAIL ;;
	fifo) mkfifo $JAIL ;;
	socket) background $W/bin/worldhelp serve unix $JAIL x
		wait_for test -S $JAIL ;;
	device) mknod $JAIL c 1 3 ;;
	esac
	login_denied alice root-not-directory
}
for kind in file fifo socket device; do
	try "path_root_is_a_${kind}" wrong_kind $kind
done

# Opened to look at it, a FIFO would hold up the login for good.
fifo_on_the_way() {
	fresh
	rm -rf /srv/a/b
	mkfifo /srv/a/b
	login_denied alice root-not-directory
}
try path_component_is_a_fifo fifo_on_the_way

root_missing() {
	fresh
	rm -rf $JAIL
	login_denied alice root-missing
	[ ! -e $JAIL ] || fail 'was made'
}
try path_root_missing_without_create root_missing

start_missing() {
	fresh
	CONF_JAILS='{ name = "deep"; users = [ "alice" ]; root = "/srv/a/b/%u"; start = "/nowhere"; },'
	conf_apply
	login_denied alice start-missing
	CONF_JAILS=$USERJAIL
	conf_apply
}
try path_start_missing start_missing

# writable: what is there already may not be the user's doing.
writable_kinds() {
	for kind in symlink symlink-out file fifo foreign; do
		fresh
		rm -rf $JAIL/upload
		case $kind in
		symlink) mkdir $JAIL/other && ln -s other $JAIL/upload ;;
		symlink-out) ln -s /etc $JAIL/upload ;;
		file) : >$JAIL/upload ;;
		fifo) mkfifo $JAIL/upload ;;
		foreign) mkdir $JAIL/upload && chown 1000 $JAIL/upload ;;
		esac
		stat -c '%a %u %g' /etc >$W/etc.before
		login_denied alice writable-unsafe
		stat -c '%a %u %g' /etc | cmp - $W/etc.before
	done
}
try path_writable_that_is_something_else_denies writable_kinds

create_under_foreign() {
	fresh
	chown 1000 /srv/a/b
	rm -rf $JAIL
	CONF_JAILS='{ name = "deep"; users = [ "alice" ]; root = "/srv/a/b/%u"; create = true; },'
	conf_apply
	login_denied alice root-owner
	[ ! -e $JAIL ] || fail 'was made in a foreign directory'
	CONF_JAILS=$USERJAIL
	conf_apply
}
try path_create_below_foreign_directory_denies create_under_foreign

siblings() {
	fresh
	mkdir -p /srv/a/b/alice1/upload
	echo SECRET >/srv/a/b/alice1/upload/s
	chmod -R 755 /srv/a/b/alice1
	for get in ../alice1/upload/s /../alice1/upload/s ../../alice1/upload/s \
	    ../../../../etc/passwd /proc/1/root/etc/passwd /etc/passwd \
	    //../alice1/upload/s ./../../alice1/upload/s ../alice1./upload/s \
	    .../alice1/upload/s //etc//passwd; do
		refused sftp_does alice "get $get /tmp/stolen"
		[ ! -e /tmp/stolen ] || fail "$get was got"
	done
	out=$(sftp_does alice 'cd /' pwd 'cd ..' pwd 'ls -a /')
	lacks "$out" 'alice1|etc|proc|sys'
}
try path_dot_dot_and_siblings siblings

# The same directory, written otherwise, is no other one.
written_otherwise() {
	fresh
	CONF_JAILS='{ name = "deep"; users = [ "alice" ]; root = "//srv/./a//b/%u/."; writable = [ "//upload/." ]; start = "upload//"; },'
	conf_apply
	log_mark
	has "$(sftp_does alice pwd 'cd /' 'ls -1')" 'directory: /upload$'
	chmod 777 /srv/a/b
	login_denied alice root-mode
	CONF_JAILS=$USERJAIL
	conf_apply
}
try path_with_dots_and_slashes_is_the_same written_otherwise

# Links made before by somebody else, to what is outside.
links_out() {
	fresh
	ln -s /etc/shadow $JAIL/upload/abs
	ln -s ../../../../../etc/shadow $JAIL/upload/rel
	ln -s /proc/self/root $JAIL/upload/proc
	ln -s /srv/a/b $JAIL/upload/up
	for get in abs rel proc/etc/shadow up/alice/upload; do
		refused sftp_does alice "get $get /tmp/stolen"
		[ ! -s /tmp/stolen ] || fail "$get was got"
	done
}
try path_links_lead_nowhere links_out

# Links to files of others, as a careless copy makes them: what is his is the name.
hard_links() {
	fresh
	for mode in 600 644; do
		echo SECRET >/srv/a/file.$mode
		chmod $mode /srv/a/file.$mode
		ln /srv/a/file.$mode $JAIL/upload/hard.$mode
	done
	stat -c '%a %u %g %Y' /srv/a/file.* >$W/files.before
	rm -f /tmp/stolen
	refused sftp_does alice 'get hard.600 /tmp/stolen'
	[ ! -s /tmp/stolen ] || fail 'was got'
	for line in 'put /etc/hosts hard.600' 'put /etc/hosts hard.644' \
	    'chmod 666 hard.600' 'chown 20001 hard.644'; do
		refused sftp_does alice "$line"
	done
	stat -c '%a %u %g %Y' /srv/a/file.* | cmp $W/files.before -
	same 'files' "$(cat /srv/a/file.*)" "$(printf 'SECRET\nSECRET')"
	sftp_does alice 'rm hard.600'
	[ -f /srv/a/file.600 ] || fail 'the file is gone'
}
try path_hard_links_give_nothing hard_links

# What a chroot would read as root is not read.
planted() {
	fresh
	for where in $JAIL $JAIL/upload; do
		mkdir -p $where/etc $where/lib/x86_64-linux-gnu \
		    $where/var/lib/sftpjail
		printf 'passwd: evil\ngroup: evil\n' >$where/etc/nsswitch.conf
		echo 'root::0:0::/:/bin/sh' >$where/etc/passwd
		printf 'root:x:0:alice\nshadow:x:42:alice\n' >$where/etc/group
		printf '#include <unistd.h>\n#include <fcntl.h>\n__attribute__((constructor)) static void f(void){close(open("/upload/evil-ran",O_CREAT|O_WRONLY,0666));}\n' >/tmp/evil.c
		cc -shared -fPIC -o $where/lib/libnss_evil.so.2 /tmp/evil.c
		cp $where/lib/libnss_evil.so.2 $where/lib/x86_64-linux-gnu/
		cp $where/lib/libnss_evil.so.2 \
		    $where/lib/x86_64-linux-gnu/libnss_sftpjail.so.2
	done
	session_open alice
	session_says 'ls -l' 'ls -l'
	root_holds_more=yes
	for worker in $(workers_of alice); do
		is_confined "$worker" 20001 '20000 20001 20002'
		lacks "$(cat "/proc/$worker/maps")" evil
	done
	session_close
	[ ! -e $JAIL/upload/evil-ran ] || fail 'a planted module ran'
}
try path_planted_nsswitch_group_and_modules_ignored planted

setuid_files() {
	fresh
	cp /usr/bin/id $JAIL/upload/id
	chmod 6755 $JAIL/upload/id
	session_open alice
	for worker in $(workers_of alice); do
		same no_new_privs "$(status_of "$worker" NoNewPrivs)" 1
		grep -E ' /upload | / ' /proc/$worker/mountinfo >$W/mounts
		if grep -Ev 'nosuid.*nodev.*noexec' $W/mounts; then
			fail 'may run what lies there'
		fi
	done
	session_close
}
try path_setuid_files_are_dead setuid_files

strange_names() {
	fresh
	name=$(printf 'no\377utf\001\0338\nline')
	echo text >"$JAIL/upload/$name"
	echo text >"$JAIL/upload/-rf"
	echo text >"$JAIL/upload/%s%n"
	rm -rf /tmp/names
	mkdir /tmp/names
	log_mark
	sftp_does alice 'get * /tmp/names' 'rm *' 'put /etc/hosts ....' \
	    'mkdir ...'
	same 'what was got' "$(cat /tmp/names/* | sort | uniq -c |
	    tr -s ' ')" ' 3 text'
	same 'what is left' "$(find $JAIL/upload -mindepth 1 -printf '%f\n' |
	    sort | tr '\n' ' ')" '... .... '
	log_wait 'internal-sftp.* remove name "/upload/no'
	log_lacks '^line'
	if log_since | LC_ALL=C grep -q "$(printf '[\377\001\033]')"; then
		fail 'the log has control characters'
	fi
}
try path_strange_file_names strange_names

# Renames in the path while sessions open: in the jail or refused.
races() {
	fresh
	rm -rf /srv/real
	mkdir -p /srv/real
	ln -s /etc /srv/link
	(
		trap 'exit 0' TERM
		while :; do
			mv $JAIL /srv/real/x && ln -s /etc $JAIL
			rm -f $JAIL
			mv /srv/real/x $JAIL
		done
	) 2>/dev/null &
	BG_PIDS="$BG_PIDS $!"
	n=0
	while [ $n -lt 25 ]; do
		n=$((n + 1))
		out=$(sftp_does alice 'ls /' || :)
		lacks "$out" '^/?(passwd|shadow|ssh|pam.d)'
	done
	kill "$!"
	wait "$!" || :
	rm -f /srv/link
}
try path_renamed_while_sessions_open races

# A submount below root is seen, and no freer than the jail.
submount() {
	fresh
	mount -t tmpfs -o mode=0755,suid,exec,dev tmpfs $JAIL/upload
	chown 20001:20000 $JAIL/upload
	chmod 700 $JAIL/upload
	session_open alice
	session_says 'put /etc/hosts sub' 'put /etc/hosts sub'
	session_says 'ls -l sub' '^-rw'
	for worker in $(workers_of alice); do
		grep ' /upload ' /proc/$worker/mountinfo >$W/mounts
		has "$(cat $W/mounts)" 'nosuid.*nodev.*noexec'
	done
	session_close
	cmp /etc/hosts $JAIL/upload/sub
	umount $JAIL/upload
}
try path_submount_is_seen_and_restricted submount

nested() {
	fresh
	CONF_JAILS='{ name = "deep"; users = [ "alice" ]; root = "/srv/a"; writable = [ "/b" ]; }, { name = "in"; users = [ "bob" ]; root = "/srv/a/b/bob"; },'
	conf_write
	exits 3 sftpjail apply >$W/out 2>&1
	has "$(cat $W/out)" 'sftpjail.conf:[0-9]+: '
	CONF_JAILS=$USERJAIL
	conf_apply
}
try path_nested_jails_are_refused_by_apply nested

# Moved out of the jail by somebody of the host, while a session works in it:
# what is asked for from there, by names that the server takes as they are.
# The answer of the server is the 5th byte: 105 attributes, 101 status.
sftp_packet() {
	# shellcheck disable=SC2059 # numbers, in octal
	printf "$(printf '\\0\\0\\0\\%o\\%o\\0\\0\\0\\1\\0\\0\\0\\%o%%s' \
	    $((${#2} + 9)) "$1" ${#2})" "$2" >&9
}
answers_are() {
	same answers "$(od -An -v -tu1 -w1 $W/moved.out | awk '
		at == 0 { len = 0 }
		at < 4 { len = len * 256 + $1 }
		at == 4 { printf "%s ", $1 }
		++at == len + 4 { at = 0 }')" "$1"
}
moved_out() {
	fresh
	mkdir -p $JAIL/upload/in /srv/real
	chown 20001:20000 $JAIL/upload/in
	echo SECRET >/srv/real/secret
	CONF_JAILS=$(echo "$USERJAIL" | sed 's|start = "/upload"|start = "/upload/in"|')
	conf_apply
	mkfifo $W/moved.in
	ssh_as alice -s w sftp <$W/moved.in >$W/moved.out &
	BG_PIDS="${BG_PIDS:-} $!"
	exec 9>$W/moved.in
	printf '\0\0\0\5\1\0\0\0\3' >&9
	sftp_packet 17 .
	sftp_packet 17 ../../upload/in
	wait_for answers_are '2 105 105 '
	mv $JAIL/upload/in /srv/real/in
	for name in . .. ../secret ../../../etc/passwd /upload; do
		sftp_packet 17 "$name"
	done
	wait_for answers_are '2 105 105 105 101 101 101 105 '
	exec 9>&-
	CONF_JAILS=$USERJAIL
	conf_apply
}
try path_moved_out_while_a_session_is_in_it moved_out

sshd_stop
cases_end
