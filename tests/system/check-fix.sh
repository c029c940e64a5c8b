#!/bin/sh
# SPDX-License-Identifier: ISC
# "sftpjail check --fix": what it mends, what it leaves, and that nothing that
# was swapped meanwhile is touched.
. "$(dirname "$0")/world.sh"
world_enter "$@"
. "$world_lib/check.sh"

# owner_mode PATH...
owner_mode() {
	stat -c '%n %u:%g %a' "$@"
}

# good [JAILSETTINGS [EXTRA]]   Every directory is there, and right.
good() {
	check_good
	conf_apply "$@" >/dev/null
	rm -rf /srv/* /data
	for user in alice bob carol; do
		mkdir -p /srv/sftp/$user/upload
		chown $user /srv/sftp/$user/upload
	done
}

mends_all() {
	good 'mounts = ( { source = "/data/in/%u"; target = "/in"; } );'
	mkdir -p /data/in/alice /data/in/bob /data/in/carol /srv/sftp/bob/usr
	sftpjail check
	find /srv /data -printf '%p %m %U\n' | sort >$W/good
	chmod 2775 /srv/sftp
	chmod g-s,o+w /data/in
	chown carol:acme /data /srv/sftp/bob
	chmod 0777 /srv/sftp/bob
	chmod 0757 /srv/sftp/bob/usr
	chown root /srv/sftp/alice/upload
	echo x >/srv/sftp/alice/upload/file
	chmod 0666 /srv/sftp/alice/upload/file
	log_mark
	sftpjail check --fix --yes >$W/out 2>$W/err
	same 'standard error' "$(cat $W/err)" ''
	same changes "$(sed '$d' $W/out | sort)" "$(sort <<-'END'
	chown root:root /data
	chmod 0755 /data/in
	chmod 2755 /srv/sftp
	chown root:root /srv/sftp/bob && chmod 0755 /srv/sftp/bob
	chmod 0755 /srv/sftp/bob/usr
	chown alice /srv/sftp/alice/upload
	END
	)"
	same left "$(tail -n 1 $W/out)" 'ok: no problems'
	log_wait 'change what="check --fix: 6 directories" by="root"'
	same group "$(stat -c %g /srv/sftp/bob /data | sort -u)" 0
	same file "$(stat -c '%a %u' /srv/sftp/alice/upload/file)" '666 0'
	rm /srv/sftp/alice/upload/file
	chmod g-s /srv/sftp
	find /srv /data -printf '%p %m %U\n' | sort | cmp - $W/good
	log_mark
	same again "$(sftpjail check --fix --yes)" 'ok: no problems'
	log_lacks 'check --fix'
}

asks() {
	need script
	good
	chmod 0775 /srv/sftp
	exits 2 sftpjail check --yes
	exits 2 sftpjail check --fix >$W/out 2>$W/err
	same changes "$(cat $W/out)" 'chmod 0755 /srv/sftp'
	has "$(cat $W/err)" 'no terminal.*nothing was changed.*--yes'
	echo n | exits 1 script -qec 'sftpjail check --fix' /dev/null >$W/out
	has "$(cat $W/out)" 'nothing was changed'
	same mode "$(stat -c %a /srv/sftp)" 775
	echo y | exits 0 script -qec 'sftpjail check --fix' /dev/null >$W/out
	same mode "$(stat -c %a /srv/sftp)" 755
}

in_json() {
	need jq
	good
	chmod 0775 /srv/sftp
	sftpjail check --fix --yes --json >$W/json 2>$W/err
	same json "$(jq -c . $W/json)" '{"schema":1,"ok":true,"problems":[]}'
	same changes "$(cat $W/err)" 'chmod 0755 /srv/sftp'
}

# Level by level, behind what had to be mended first.
makes_roots() {
	good
	sed -i 's/create = true; //' /etc/sftpjail/sftpjail.conf
	sftpjail apply >/dev/null
	rm -rf /srv/sftp
	(umask 077; sftpjail check --fix --yes) >$W/out
	same roots "$(owner_mode /srv/sftp /srv/sftp/*)" "/srv/sftp 0:0 755
/srv/sftp/alice 0:0 755
/srv/sftp/bob 0:0 755
/srv/sftp/carol 0:0 755"
	rm -r /srv/sftp/carol
	chmod 0777 /srv/sftp
	sftpjail check --fix --yes
	same carol "$(owner_mode /srv/sftp/carol)" '/srv/sftp/carol 0:0 755'
}

# left PATTERN PATH...   Those are as they were, and it is said.
left() {
	left_pattern=$1
	shift
	owner_mode "$@" >$W/before
	exits 1 sftpjail check --fix --yes >$W/out 2>&1
	has "$(cat $W/out)" "$left_pattern"
	owner_mode "$@" | cmp - $W/before
}

leaves_links() {
	good
	mkdir /srv/elsewhere
	rm -r /srv/sftp/carol
	ln -s /srv/elsewhere /srv/sftp/carol
	chmod 0777 /srv/elsewhere
	left 'root-symlink: /srv/sftp/carol' /srv/elsewhere
}

# What a user can rename is his affair, and a trap.
leaves_what_is_below_a_users() {
	good
	sed -i 's|writable = \[|&"/upload/in", |' /etc/sftpjail/sftpjail.conf
	sftpjail apply >/dev/null
	mkdir /srv/sftp/alice/upload/in
	left 'not done: chown alice .*/in: /srv/sftp/alice/upload is owned by' \
	    /srv/sftp/alice/upload/in
}

leaves_tmp() {
	good
	CONF_JAILS='{ name = "t"; users = [ "bob" ]; root = "/tmp/t"; },' good
	mkdir -p /tmp/t
	left 'fix: move the jail: /tmp is' /tmp
	rmdir /tmp/t
}

leaves_what_jails_dispute() {
	good
	CONF_JAILS='{ name = "l"; users = [ "local" ]; root = "%h"; },
	    { name = "h"; users = [ "bob" ]; root = "/home"; writable = [ "/local" ]; },' \
	    good
	left '^# /home/local: jails want different owners' /home/local
}

# No name reaches a terminal as it is, or becomes another command.
hostile_names() {
	name='it'"'"'s "a" $(touch owned) \ü'
	good
	sed -i 's|root = "%h"|root = "/srv/it'"'"'s \\"a\\" $(touch owned) \\\\ü"|' \
	    /etc/sftpjail/sftpjail.conf
	sftpjail apply >/dev/null
	mkdir "/srv/$name"
	for way in shell fix; do
		chmod 0777 "/srv/$name"
		exits 1 sftpjail check >$W/out
		fix=$(sed -n 's/^    fix: //p' $W/out)
		case $way in
		shell) (cd $W && sh -c "$fix") ;;
		fix) same shown "$(sftpjail check --fix --yes | head -n 1)" "$fix" ;;
		esac
		same mode "$(stat -c %a "/srv/$name")" 755
	done
	[ ! -e owned ] && [ ! -e $W/owned ]
	sed -i 's|root = "/srv/.*\\\\ü"|root = "/srv/\\x1b[2J\\n\\xc2\\x9b"|' \
	    /etc/sftpjail/sftpjail.conf
	sftpjail apply >/dev/null
	name=$(printf '\033[2J\n\302\233')
	mkdir "/srv/$name"
	chmod 0777 "/srv/$name"
	sftpjail check --fix --yes >$W/out
	has "$(cat $W/out)" "^chmod 0755 '/srv/.x1b.2J.x0a.xc2.x9b'"
	same mode "$(stat -c %a "/srv/$name")" 755
	rm -rf /srv/*
}

# Between question and answer somebody puts another one in its place.
swapped() {
	need script
	good
	mkdir /srv/other
	chmod 0777 /srv/other /srv/sftp/bob
	mkfifo $W/tty.in
	exec 9<>$W/tty.in
	script -qec 'sftpjail check --fix' /dev/null <&9 >$W/tty.out 2>&1 &
	asked=$!
	wait_for grep -q 'Make these changes' $W/tty.out
	mv /srv/sftp/bob /srv/sftp/away
	case $1 in
	link) ln -s /srv/other /srv/sftp/bob ;;
	other) mv /srv/other /srv/sftp/bob ;;
	esac
	echo y >&9
	exits 1 wait $asked
	exec 9>&-
	rm $W/tty.in
	has "$(cat $W/tty.out)" "not done: chmod 0755 /srv/sftp/bob: .*$2"
	same modes "$(stat -Lc %a /srv/sftp/bob /srv/sftp/away | sort -u)" 777
}

try check_fix_mends_owners_and_modes mends_all
try check_fix_asks asks
try check_fix_in_json in_json
try check_fix_makes_roots makes_roots
try check_fix_leaves_links leaves_links
try check_fix_leaves_what_is_below_a_users_directory \
    leaves_what_is_below_a_users
try check_fix_leaves_tmp leaves_tmp
try check_fix_leaves_what_jails_dispute leaves_what_jails_dispute
try check_fix_of_hostile_names hostile_names
try check_fix_of_a_swapped_link swapped link 'symbolic link'
try check_fix_of_a_swapped_directory swapped other 'another one'
cases_end
