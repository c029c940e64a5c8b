#!/bin/sh
# SPDX-License-Identifier: ISC
# An external sftp server, as Debian's sshd_config has it: the same answers as
# internal-sftp's, in both kinds of jails, and nothing else that runs there.
. "$(dirname "$0")/world.sh"
world_enter "$@"
. "$world_lib/check.sh"

SERVER=/usr/lib/openssh/sftp-server
[ -x $SERVER ] || {
	echo "skip sshd_external - no $SERVER"
	exit 77
}
SETTING="sftp_server = \"$SERVER -l INFO\";"
CHROOT='isolation = "chroot"; network = "host";'
HOME_DIR=/srv/sftp/alice

# use_internal | use_external   What sshd's Subsystem is.
use_internal() {
	sshd_configure
}

use_external() {
	sshd_configure
	sed -i "s|^Subsystem.*|Subsystem sftp $SERVER|" /etc/ssh/sshd_config
}

# jail_is JAILSETTINGS EXTRA   A new configuration, and nobody was here yet.
jail_is() {
	sshd_stop
	rm -rf /srv/sftp
	conf_apply "$1" "$2" >/dev/null
}

# The root is made by the login, or by hand to be populated.
populated() {
	mkdir -p $HOME_DIR
	sftpjail populate $HOME_DIR
}

batch() {
	cat <<-END
	version
	pwd
	cd /upload
	put -p $W/one one
	put $W/one two
	chmod 640 one
	ls -l one
	ls -ln one
	-mkdir d
	-mkdir d
	rename two d/three
	-rename nothing d
	ln -s one link
	ln one hard
	-ln one hard
	copy one copied
	ls -1
	ls -1 d
	get one $W/got
	get link $W/got.link
	-get nothing $W/got.nothing
	-chgrp 20001 one
	-chown 0 one
	-chgrp 0 one
	ls -l one
	-rm d
	-rmdir d
	rm d/three
	rmdir d
	-put $W/one /x
	-mkdir /y
	-cd /nowhere
	-ls /upload/../../../upload/nothing
	reput $W/longer copied
	rm link
	rm hard
	ls -1
	END
}

# answers FILE [DIR]   What the server says to all of it, and of the file
# system; DIR is where /upload is on the host.
answers() {
	sshd_start
	batch | sftp_as alice >"$1" 2>&1 || {
		cat "$1"
		fail 'the batch failed'
	}
	echo 'df' | sftp_as alice 2>&1 | sed 's/[0-9][0-9]*/N/g; s/  */ /g' >>"$1"
	cmp $W/one $W/got
	cmp $W/one $W/got.link
	[ ! -e $W/got.nothing ]
	stat -c '%a %u %g %s %Y' "${2:-$HOME_DIR/upload}/one" >>"$1"
	rm -f $W/got*
	sshd_stop
}

echo 'one and only' >$W/one
echo 'one and only, and more' >$W/longer
touch -d '2020-02-02 02:02' $W/one $W/longer

internal_answers() {
	jail_is '' ''
	use_internal
	answers $W/internal
	has "$(cat $W/internal)" '^-rw-r----- .* alice +sftp-only +13 Feb'
	has "$(cat $W/internal)" '^-rw-r----- .* alice +acme +13 Feb'
	has "$(cat $W/internal)" 'Permission denied'
}
try external_internal_answers internal_answers

namespace_answers() {
	jail_is '' "$SETTING"
	use_external
	answers $W/external
	diff $W/internal $W/external
}
try external_same_answers_in_a_namespace namespace_answers

virtual_answers() {
	for setting in '' "$SETTING"; do
		jail_is '' "$setting"
		sed -i 's|root = "%h"; create = true; writable = \[ "/upload" \];|root = "virtual"; mounts = ( { source = "/srv/data/%u"; target = "/upload"; create = true; } );|' \
		    /etc/sftpjail/sftpjail.conf
		sftpjail apply >/dev/null
		rm -rf /srv/data
		mkdir /srv/data
		if [ -z "$setting" ]; then
			use_internal
		else
			use_external
		fi
		answers "$W/virtual.${setting:+external}" /srv/data/alice
	done
	diff $W/virtual. $W/virtual.external
}
try external_same_answers_in_a_virtual_root virtual_answers

# Before Linux 5.2 and 5.12.
old_kernel() {
	need strace
	jail_is '' "$SETTING"
	use_external
	sshd_start strace -f -qq -o $W/calls -e trace=open_tree \
	    -e inject=open_tree:error=ENOSYS
	sftp_does alice 'put /etc/hosts h' 'rm h' >$W/out || fail "$(cat $W/out)"
	grep -q 'open_tree.*INJECTED' $W/calls || fail 'no call failed'
}
try external_runs_without_newer_calls old_kernel

chroot_answers() {
	jail_is "$CHROOT" "$SETTING"
	populated >$W/populate.out
	has "$(cat $W/populate.out)" "^\+$HOME_DIR$SERVER\$"
	use_external
	answers $W/external
	diff $W/internal $W/external
}
try external_same_answers_in_a_chroot chroot_answers

# What runs, with what: cmdline and environ are the kernel's word.
running() {
	jail_is '' "$SETTING"
	use_external
	sshd_start
	mkdir -p $HOME_DIR/.ssh
	printf 'LD_PRELOAD=/upload/x.so\nGCONV_PATH=/upload\nTZ=/upload/x\n' \
	    >$HOME_DIR/.ssh/environment
	log_mark
	session_open alice
	server=$(pids_titled "^$SERVER")
	same 'command' "$(tr '\0' ' ' <"/proc/$server/cmdline")" \
	    "$SERVER -l INFO "
	same 'environment' "$(tr '\0' '\n' <"/proc/$server/environ" |
	    sed 's/=.*//')" SSH_CONNECTION
	differs 'mount namespace' "$(ns_of "$server" mnt)" "$(ns_of 1 mnt)"
	differs 'network namespace' "$(ns_of "$server" net)" "$(ns_of 1 net)"
	same no_new_privs "$(status_of "$server" NoNewPrivs)" 1
	same seccomp "$(status_of "$server" Seccomp)" 2
	same uids "$(status_of "$server" Uid)" '20001 20001 20001 20001'
	same capabilities "$(status_of "$server" CapEff)" 0000000000000000
	# Read-only, and only what is needed can be run, or is a device.
	same 'mounts that can be written' "$(awk '$6 !~ /^ro(,|$)/ { print $5 }' \
	    "/proc/$server/mountinfo")" '/
/dev/log'
	same 'mounts with devices' "$(awk '$6 !~ /nodev/ { print $5 }' \
	    "/proc/$server/mountinfo")" /dev/null
	same 'mounts with set-id files' "$(awk '$6 !~ /nosuid/' \
	    "/proc/$server/mountinfo")" ''
	lacks "$(awk '$6 !~ /noexec/ { print $5 }' \
	    "/proc/$server/mountinfo")" '^(/|/etc/(passwd|group).*|.*argv)$'
	lacks "$(cat "/proc/$server/root/etc/passwd")" 'root|bob'
	echo 'put /etc/hosts h' >&8
	session_says 'ls -l' 'alice .* h$'
	session_close
	# The host's log, through /dev/log of the jail.
	log_wait 'sftp-server\[[0-9]*\]: (open|close) "/upload/h"'
	rm -r $HOME_DIR/.ssh
}
try external_runs_confined_with_its_own_arguments running

# -R would make it read-only, -d / start elsewhere.
arguments() {
	log_mark
	sftp_as alice -s "$SERVER -R -d /" >$W/out 2>&1 <<-END ||
	pwd
	put $W/one args
	rm args
	END
		fail "$(cat $W/out)"
	has "$(cat $W/out)" 'directory: /upload'
	log_lacks 'sftpjail-shell'
}
try external_arguments_are_not_the_users arguments

# refuses COMMAND   Said by the login shell; nothing ran.
refuses() {
	log_mark
	refused ssh_as alice w "$1" </dev/null >$W/out 2>&1
	has "$(cat $W/out)" 'SFTP|file transfer'
	lacks "$(cat $W/out)" 'uid='
	# Without a namespace there is no log in the jail.
	[ ! -e $HOME_DIR/dev/log ] ||
		log_wait 'sftpjail-shell\[[0-9]*\]: deny user="alice"'
}

others() {
	for command in "x; $SERVER" "$SERVER; id" "${SERVER}x" "exec $SERVER" \
	    /usr/lib/openssh/../openssh/sftp-server "/lib64/ld-linux-x86-64.so.2 $SERVER" \
	    sftp-server; do
		refuses "$command"
	done
	log_mark
	refused ssh_as alice -tt w </dev/null >$W/out 2>&1
	log_wait 'sftpjail-shell\[[0-9]*\]: deny user="alice" command=""'
	refused ssh_as alice -W 127.0.0.1:"$PORT" w </dev/null
	log_mark
	sed -i "s|^Subsystem.*|Subsystem sftp /usr/lib/sftp-server|" \
	    /etc/ssh/sshd_config
	sshd_start
	refused sftp_does alice pwd
	log_wait 'sftpjail-shell.* command="/usr/lib/sftp-server"'
	use_external
	sshd_start
}
try external_nothing_else_runs others

# In a chroot the user's own directory can hold programs, so that only what the
# login shell hands on is in the way.
preload() {
	need cc
	cat >$W/x.c <<-'END'
	#include <fcntl.h>
	__attribute__((constructor)) static void
	begin(void)
	{
		(void)open("/upload/loaded", O_CREAT | O_WRONLY, 0600);
	}
	END
	jail_is "$CHROOT" "$SETTING"
	populated >/dev/null
	sshd_start
	sftp_does alice pwd >/dev/null
	cc -shared -fPIC -o $HOME_DIR/upload/x.so $W/x.c
	chmod 0755 $HOME_DIR/upload/x.so
	mkdir -p $HOME_DIR/.ssh
	echo LD_PRELOAD=/upload/x.so >$HOME_DIR/.ssh/environment
	sftp_does alice pwd >/dev/null
	[ ! -e $HOME_DIR/upload/loaded ]
	# It would have been: so it goes without the login shell.
	setpriv --reuid 20001 --regid 20000 --clear-groups \
	    env LD_PRELOAD=/upload/x.so true 2>/dev/null || :
	chroot --userspec 20001:20000 $HOME_DIR \
	    /lib64/ld-linux-x86-64.so.2 --preload /upload/x.so $SERVER \
	    </dev/null || :
	[ -e $HOME_DIR/upload/loaded ] || fail 'the library does nothing'
	refuses 'id'
	refuses '/upload/x.so'
}
try external_preload_in_a_chroot_is_not_handed_on preload

# What is replaced on the host is seen by the next login, or told.
replace() {
	cp -p "$1" "$1.new"
	mv "$1.new" "$1"
	touch "$1"
}

replaced_namespace() {
	jail_is '' "$SETTING"
	replace $SERVER
	sshd_start
	session_open alice
	server=$(pids_titled "^$SERVER")
	same 'program' "$(stat -Lc %i "/proc/$server/exe")" \
	    "$(stat -c %i $SERVER)"
	session_close
	check_says 0
}
try external_replaced_program_is_seen_by_the_next_login replaced_namespace

replaced_chroot() {
	jail_is "$CHROOT" "$SETTING"
	check_says 0
	mkdir -p $HOME_DIR
	check_finds error server-copies $HOME_DIR 'is missing'
	has "$(cat $W/check.out)" "fix: sftpjail populate $HOME_DIR\$"
	has "$(sftpjail explain alice)" 'warn +server-copies: .*missing'
	sftpjail populate $HOME_DIR --dry-run >$W/dry.out
	[ ! -e $HOME_DIR/etc ]
	sftpjail populate $HOME_DIR >$W/populate.out
	cmp $W/dry.out $W/populate.out
	log_wait "sftpjail.* change what=\"populate $HOME_DIR\""
	check_says 0
	same 'again' "$(sftpjail populate $HOME_DIR)" 'no changes'
	replace $SERVER
	check_finds error server-copies $HOME_DIR 'not what it should be'
	same 'stale' "$(sftpjail populate $HOME_DIR)" "~$HOME_DIR$SERVER"
	check_says 0
	for broken in 'chown 20001 dev/null' 'rm etc/passwd' \
	    'chmod 0666 usr/libexec/sftpjail/sftp-server.argv' \
	    'ln -sf /upload/x etc/group' 'sed -i s/20001/0/ etc/passwd'; do
		(cd $HOME_DIR && eval "$broken")
		check_finds error server-copies $HOME_DIR
		sftpjail populate $HOME_DIR >/dev/null
		check_says 0
	done
	same 'left behind' "$(find $HOME_DIR -name '*.sftpjail')" ''
}
try external_stale_copies_are_told_and_replaced replaced_chroot

# dir_refused DIR PATTERN
dir_refused() {
	exits 4 sftpjail populate "$1" 2>$W/err
	has "$(cat $W/err)" "$2"
}

populate_refusals() {
	rm -rf /srv/sftp
	mkdir -p $HOME_DIR
	exits 2 sftpjail populate / 2>$W/err
	exits 2 sftpjail populate srv/sftp/alice 2>$W/err
	exits 2 sftpjail populate /srv/../srv/sftp/alice 2>$W/err
	dir_refused /srv/sftp/nobody 'does not exist'
	chmod 0775 $HOME_DIR
	dir_refused $HOME_DIR 'mode 0775'
	chmod 0755 $HOME_DIR
	ln -s /etc $HOME_DIR/etc
	dir_refused $HOME_DIR 'symbolic link'
	lacks "$(cat /etc/nsswitch.conf)" '^passwd: files$'
	rm "${HOME_DIR:?}/etc"
	mkdir -p $HOME_DIR/etc/passwd
	dir_refused $HOME_DIR 'etc/passwd'
	rm -r "${HOME_DIR:?}/etc"
	mkdir -p /srv/sftp/other
	sftpjail populate /srv/sftp/other >/dev/null 2>$W/err
	has "$(cat $W/err)" 'no user is known'
	exits 4 setpriv --reuid 1000 --clear-groups sftpjail populate \
	    $HOME_DIR 2>$W/err
	has "$(cat $W/err)" 'needs root'
	jail_is "$CHROOT" ''
	mkdir -p $HOME_DIR
	exits 1 sftpjail populate $HOME_DIR 2>$W/err
	has "$(cat $W/err)" 'sftp_server is not set'
}
try external_populate_refuses_what_others_could_write populate_refusals

# The user's own directory in the place of a file that root's programs read.
places() {
	jail_is '' "$SETTING"
	sed -i 's|"/upload" \];|"/upload", "/etc" ];|' /etc/sftpjail/sftpjail.conf
	sftpjail apply >/dev/null
	sshd_start
	login_denied alice writable-unsafe
	has "$(sftpjail explain alice)" 'deny writable-unsafe'
	has "$(sftpjail explain --all)" 'alice +deny +writable-unsafe'
	jail_is '' "$SETTING"
	mkdir -p $HOME_DIR/lib64
	chown 20001 $HOME_DIR/lib64
	sshd_start
	login_denied alice root-owner
	jail_is '' "$SETTING"
	sed -i 's|uid = 20001;|& shell = "/usr/lib/openssh/sftp-server";|' \
	    /etc/sftpjail/sftpjail.conf
	sftpjail apply >/dev/null
	sshd_start
	login_denied alice system-error
	has "$(sftpjail explain alice)" 'give the user another one'
}
try external_places_of_its_files_are_roots_alone places

gone() {
	nss=$(ls /lib/*/libnss_files.so.2 2>/dev/null) ||
	    missing 'no library that can be taken away'
	jail_is '' "$SETTING"
	mv "$nss" "$nss.away"
	sshd_start
	login_denied alice mount-missing
	has "$(sftpjail explain alice)" 'deny mount-missing'
	check_finds error server-stale $SERVER
	has "$(cat $W/check.out)" 'fix: sftpjail apply'
	sftpjail apply >/dev/null
	login_works alice
	mv "$nss.away" "$nss"
	sftpjail apply >/dev/null
	chmod 0666 "$nss"
	login_denied alice mount-unsafe
	refused sftpjail apply 2>$W/err
	has "$(cat $W/err)" 'sftpjail.conf:[0-9]*: sftp_server: .*chmod go-w'
	check_finds error server-unusable $SERVER
	chmod 0644 "$nss"
}
try external_file_that_is_gone_or_others_denies gone

settings() {
	jail_is '' ''
	check_finds error sshd-subsystem "$(grep -n '^Subsystem' \
	    /etc/ssh/sshd_config | sed 's|^\([0-9]*\):.*|/etc/ssh/sshd_config:\1|')"
	has "$(sftpjail explain alice)" 'sftp_server is not set'
	jail_is '' 'sftp_server = "/bin/cat";'
	check_finds error sshd-subsystem '' 'sftp_server is /bin/cat'
	has "$(sftpjail explain alice)" 'Subsystem sftp is not /bin/cat'
	jail_is '' "sftp_server = \"$SERVER\";"
	check_finds warning sshd-transfer-log /etc/sftpjail 'sftp_server'
	jail_is '' "$SETTING"
	check_says 0
	check_lacks sshd-subsystem
	lacks "$(sftpjail explain alice)" 'sshd-subsystem'
}
try external_settings_that_do_not_fit_are_told settings
sshd_stop
cases_end
