#!/bin/sh
# SPDX-License-Identifier: ISC
# explain path by path: every component with owner and mode, and the command
# that mends it, which when followed mends it.
. "$(dirname "$0")/world.sh"
world_enter "$@"
. "$world_lib/explain.sh"

command -v jq >/dev/null || world_skip 'jq is not installed'
command -v pamtester >/dev/null || world_skip 'pamtester is not installed'
pam_test_service

# Before each case: the directories as they should be.
fresh() {
	rm -rf /srv/sftp /srv/elsewhere
	mkdir -p /srv/sftp/alice/upload
	chown root:root /srv /srv/sftp /srv/sftp/alice
	chmod 0755 /srv /srv/sftp /srv/sftp/alice
	chown alice:sftp-only /srv/sftp/alice/upload
	chmod 0700 /srv/sftp/alice/upload
}

# A jail that makes nothing itself.
plain_jail() {
	cat >/etc/sftpjail/sftpjail.conf <<-END
	version = 1;
	ids: { uid_min = 20000; uid_max = 60000; gid_min = 20000; gid_max = 60000; };
	groups = ( { name = "sftp-only"; gid = 20000; } );
	user_defaults: { group = "sftp-only"; home = "/srv/sftp/%u"; };
	users = ( { name = "alice"; uid = 20001; keys = [ "$(cat $W/keys/alice.pub)" ]; } );
	jails = ( { name = "default"; groups = [ "sftp-only" ]; root = "%h"; ${1:-} } );
	END
	sftpjail apply
}
plain_jail 'writable = [ "upload" ]; start = "/upload";' || exit 1

good() {
	fresh
	both_say alice 'allow (jail default)' 0
	json_is '[.paths[] | select(.role == "root") | .path] | join(" ")' \
	    '/ /srv /srv/sftp /srv/sftp/alice'
	json_is '[.paths[] | select(.role == "root") | .result] | unique | join(" ")' ok
	line_is '^        ok    /srv/sftp/alice directory root:root 0755$'
	line_is '^        ok    /srv/sftp/alice/upload directory alice:sftp-only 0700$'
}
try path_good_is_shown good

# bad_path NAME COMMAND REASON TYPE PATH
bad_path() {
	fresh
	sh -c "$2"
	both_say alice "deny $3 (jail default)" 1
	json_is "[.paths[] | select(.result == \"fail\")] | first | [.path, .reason, .type] | join(\" \")" "$5 $3 $4"
	line_is "^        FAIL  $5 .*\($3\)\$"
	mends alice
}
# each NAME COMMAND REASON TYPE PATH
each() {
	try "path_$1_is_mended" bad_path "$@"
}

for at in /srv /srv/sftp /srv/sftp/alice; do
	last=$(basename $at)
	each ${last}_group_writable "chmod g+w $at" root-mode directory $at
	each ${last}_world_writable "chmod o+w $at" root-mode directory $at
	each ${last}_sticky_world_writable "chmod 1777 $at" root-mode directory $at
	each ${last}_group_root_writable "chmod 0775 $at" root-mode directory $at
	each ${last}_of_the_user "chown alice $at" root-owner directory $at
	each ${last}_of_nobody "chown nobody:nogroup $at" root-owner directory $at
	each ${last}_of_user_and_writable "chown alice $at; chmod 0777 $at" \
	    root-owner directory $at
done
for at in /srv/sftp /srv/sftp/alice; do
	last=$(basename $at)
	each ${last}_missing "rm -rf $at" root-missing missing $at
	each ${last}_symlink "mv $at /srv/elsewhere; ln -s /srv/elsewhere $at" \
	    root-symlink symlink $at
	each ${last}_dangling_symlink "rm -rf $at; ln -s /nowhere $at" \
	    root-symlink symlink $at
	each ${last}_file "rm -rf $at; : >$at" root-not-directory file $at
	each ${last}_fifo "rm -rf $at; mkfifo $at" root-not-directory fifo $at
	each ${last}_device "rm -rf $at; mknod $at c 1 3" \
	    root-not-directory device $at
done
up=/srv/sftp/alice/upload
each writable_of_another "chown nobody $up" writable-unsafe directory $up
each writable_file "rm -rf $up; : >$up; chown alice $up" writable-unsafe file $up
each writable_symlink "rm -rf $up; ln -s /srv/sftp $up" \
    writable-unsafe symlink $up

# Everything wrong at once.
many_order() {
	fresh
	chmod 0777 /srv
	chown alice /srv/sftp/alice
	says alice 'deny root-mode (jail default)' 1
	pam_says alice root-mode
	json_is '[.paths[] | select(.result == "fail") | .reason] | join(" ")' \
	    'root-mode root-owner'
	mends alice
}
try path_first_bad_component_is_the_reason many_order

# Names that need quotes in a shell and escapes on a terminal.
hostile_names() {
	fresh
	plain_jail 'writable = [ "up load \"$(touch owned)\" '"'x'"' \\ \x1b[2J\n\xc2\x9b" ];'
	cd /srv || exit 1
	name=$(printf 'up load "$(touch owned)" '"'x'"' \\ \033[2J\n\302\233')
	mkdir "/srv/sftp/alice/$name"
	chown nobody "/srv/sftp/alice/$name"
	says alice 'deny writable-unsafe (jail default)' 1
	same 'characters that a terminal would act on' \
	    "$(LC_ALL=C tr -d '\12\40-\176' <$W/explain.txt | wc -c)" 0
	json_is '.paths[] | select(.result == "fail") | .path' \
	    "/srv/sftp/alice/$name"
	mend_fix=$(jq -r '.paths[] | select(.result == "fail") | .fix' \
	    $W/explain.json)
	sh -c "$mend_fix"
	both_say alice 'allow (jail default)' 0
	[ ! -e owned ] || fail 'a name was run'
}
try path_hostile_names_stay_harmless hostile_names

quoted_fix() {
	fresh
	plain_jail 'writable = [ "a b'"'"'$(touch /srv/owned)" ];'
	mkdir -p "/srv/sftp/alice/a b'\$(touch /srv/owned)"
	chown -R alice /srv/sftp/alice/a*
	chown nobody "/srv/sftp/alice/a b'\$(touch /srv/owned)"
	says alice 'deny writable-unsafe (jail default)' 1
	mends alice
	[ ! -e /srv/owned ] || fail 'a name was run'
}
try path_with_quotes_is_mended quoted_fix

start_missing() {
	fresh
	plain_jail 'start = "/in/there";'
	both_say alice 'deny start-missing (jail default)' 1
	line_is '^  FAIL  start: start-missing: '
	mkdir -p /srv/sftp/alice/in/there
	both_say alice 'allow (jail default)' 0
}
try path_start_missing start_missing

# sshd goes home once more, behind us.
home_inside() {
	fresh
	plain_jail 'writable = [ "/upload" ]; start = "/upload";'
	for home in / /upload/. /srv; do
		sed -i "s|home = \"[^\"]*\"|home = \"$home\"|; s|root = \"[^\"]*\"|root = \"/srv/sftp/%u\"|" \
		    /etc/sftpjail/sftpjail.conf
		sftpjail apply
		says alice 'allow (jail default)' 0
		case $home in
		/) line_is '^  warn  start: .* the user.s home, .*: /$' ;;
		*) line_is '^  ok    start: /srv/sftp/alice/upload$' ;;
		esac
	done
}
try path_start_and_a_home_inside home_inside

templates() {
	fresh
	plain_jail
	sed -i 's/root = "%h"/root = "\/srv\/%g\/%u"/' /etc/sftpjail/sftpjail.conf
	sftpjail apply
	both_say alice 'deny root-missing (jail default)' 1
	mends alice
	[ -d /srv/sftp-only/alice ] || fail 'not made'
}
try path_of_a_template_is_mended templates

create() {
	rm -rf /srv/sftp
	plain_jail 'create = true; writable = [ "upload" ]; start = "/upload";'
	both_say alice 'allow (jail default)' 0
	line_is '^        ok    /srv/sftp will be made at login$'
	json_is '.paths[] | select(.path == "/srv/sftp") | [.type, .uid, .mode, .result] | map(tostring) | join(" ")' \
	    'missing null null ok'
	[ ! -e /srv/sftp ] || fail 'explain made it'
}
try path_that_the_login_makes_is_good create

# Made with a umask of 077 it is good for sshd, and of no use to the user.
closed_root() {
	plain_jail 'writable = [ "upload" ]; start = "/upload";'
	for mode in 0700 0711 0750; do
		fresh
		chmod $mode /srv/sftp/alice
		says alice 'allow (jail default)' 0
		case $mode in
		0711) line_is '^  ok    root: /srv/sftp/alice$' ;;
		*) line_is '^  warn  root: .*the user can.t enter it' ;;
		esac
	done
	chgrp sftp-only /srv/sftp/alice
	says alice 'allow (jail default)' 0
	line_is '^  ok    root: /srv/sftp/alice$'
}
try path_root_that_the_user_can_not_enter closed_root

# What the login puts into the root must be there already.
read_only_root() {
	rm -rf /srv/sftp
	plain_jail
	mkdir -p /srv/sftp/alice
	mount -t tmpfs -o mode=0755 tmpfs /srv/sftp/alice
	mount -o remount,ro /srv/sftp/alice
	both_say alice 'deny system-error (jail default)' 1
	line_is '^  FAIL  placeholder: .*/srv/sftp/alice/usr/libexec/.* read-only$'
	mount -o remount,rw /srv/sftp/alice
	pamtester -I rhost=192.0.2.7 sftpjail-test alice acct_mgmt open_session
	mount -o remount,ro /srv/sftp/alice
	both_say alice 'allow (jail default)' 0
	pamtester -I rhost=192.0.2.7 sftpjail-test alice acct_mgmt open_session
	umount /srv/sftp/alice
}
try path_root_on_a_read_only_file_system read_only_root

cases_end
