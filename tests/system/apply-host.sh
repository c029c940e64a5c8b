#!/bin/sh
# SPDX-License-Identifier: ISC
# apply: what other sources of the host have, and what the disc holds in place
# of config files.
. "$(dirname "$0")/world.sh"
world_enter "$@"

MAIN=/etc/sftpjail/sftpjail.conf

# write USERS GROUPS JAILS
write() {
	cat >$MAIN <<-END
	version = 1;
	user_defaults: { group = "g"; };
	groups = ( { name = "g"; gid = 20000; } ${2:+, $2} );
	users = ( $1 );
	jails = ( { name = "j"; users = [ "*" ]; root = "/srv/%u"; } ${3:+, $3} );
	END
	chmod 0600 $MAIN
}

# says STATUS PATTERN...   apply ends so and says all of that, line by line.
says() {
	exits "$1" sftpjail apply >$W/out 2>$W/err
	shift
	for pattern in "$@"; do
		has "$(cat $W/err)" "^$MAIN:[0-9]+: $pattern"
	done
	lines=$(grep -c "^$MAIN" $W/err || :)
	same 'findings' "$lines" $#
}

names() {
	write '{ name = "local"; uid = 20001; }'
	says 3 'users\[0\].name: "local" is .*another user .*another uid or gid.* in /etc/passwd'
	write '{ name = "u"; uid = 20001; }' '{ name = "games"; gid = 20001; }'
	says 3 'groups\[1\].name: "games" is .*another gid.*/etc/group'
	write '{
	name = "local";
	uid = 20001; }'
	says 3 'users\[0\].name: '
	has "$(sed -n "$(sed -n 's/^[^:]*:\([0-9]*\):.*/\1p/p' $W/err)" $MAIN)" \
	    'name = "local"'
}
try host_name_of_files_is_refused names

ids() {
	echo 'other:x:20001:20001:::' >>/etc/passwd
	echo 'other:x:20001:' >>/etc/group
	write '{ name = "u"; uid = 20001; }' '{ name = "h"; gid = 20001; }'
	says 3 'groups\[1\].gid: .*another group.*/etc/group' \
	    'users\[0\].uid: .*another user.*/etc/passwd'
	sed -i '/^other:/d' /etc/passwd /etc/group
}
try host_id_of_files_is_refused ids

# Accounts are moved without a gap: the same in both for a while.
moved() {
	echo 'mover:x:20005:20000:::' >>/etc/passwd
	write '{ name = "mover"; uid = 20005; }'
	says 0 'warning: users\[0\]: "mover" is in /etc/passwd as well'
	sed -i 's/^mover:x:20005:20000/mover:x:20005:100/' /etc/passwd
	says 3 'users\[0\].name: .*another uid or gid'
	sed -i 's/^mover:x:20005:100/mover:x:20006:20000/' /etc/passwd
	says 3 'users\[0\].name: .*another uid or gid'
	sed -i '/^mover:/d' /etc/passwd
	says 0
	echo 'g:x:20000:' >>/etc/group
	says 0 'warning: groups\[0\]: "g" is in /etc/group as well'
	sed -i '/^g:/d' /etc/group
}
try host_same_entry_of_files_is_a_warning moved

# Ours is left out: what is installed already is no conflict with itself.
own() {
	write '{ name = "u"; uid = 20003; }'
	says 0
	getent passwd u
	write '{ name = "u"; uid = 20003; gecos = "U"; }'
	says 0
	has "$(cat $W/out)" 'users \+0 ~1 -0'
}
try host_own_answers_are_left_out own

# A source that answers, and one that can't be reached.
others() {
	find /usr/lib -name libnss_extrausers.so.2 | grep -q . ||
	    missing 'libnss-extrausers is not installed'
	mkdir -p /var/lib/extrausers
	echo 'far:x:20007:20007:::' >/var/lib/extrausers/passwd
	echo 'fargroup:x:20008:' >/var/lib/extrausers/group
	cp /etc/nsswitch.conf $W/nsswitch
	sed -i 's/^\(passwd\|group\): .*/\1: files extrausers sftpjail/' \
	    /etc/nsswitch.conf
	write '{ name = "far"; uid = 20001; }, { name = "w"; uid = 20007; }' \
	    '{ name = "fargroup"; gid = 20002; }, { name = "h"; gid = 20008; }'
	says 3 'groups\[1\].name: .*in extrausers' \
	    'groups\[2\].gid: .*in extrausers' \
	    'users\[0\].name: .*in extrausers' 'users\[1\].uid: .*in extrausers'
	# Asked about new names only.
	write '{ name = "u"; uid = 20003; }'
	says 0
	sftpjail apply >/dev/null
	echo 'u:x:20009:20009:::' >>/var/lib/extrausers/passwd
	says 0
	sed -i 's/extrausers/nosuchsource/' /etc/nsswitch.conf
	write '{ name = "u"; uid = 20003; }, { name = "v"; uid = 20004; }'
	exits 0 sftpjail apply 2>$W/err
	has "$(cat $W/err)" 'warning: source "nosuchsource".*reached'
	cp $W/nsswitch /etc/nsswitch.conf
}
try host_other_sources_are_asked others

unknown() {
	write '{ name = "u"; uid = 20003; }' \
	    '{ name = "h"; gid = 20001; members = [ "nosuch", "local" ]; }' \
	    '{ name = "k"; users = [ "local", "nobody2" ]; groups = [ "staff", "nogroup2" ]; except_users = [ "gone" ]; except_groups = [ "games", "gone2" ]; root = "/srv/%u"; writable_group = "gone3"; }'
	says 0 'warning: groups\[1\].members: "nosuch" is unknown' \
	    'warning: jails\[1\].users\[1\]: "nobody2" is unknown' \
	    'warning: jails\[1\].groups\[1\]: "nogroup2" is unknown' \
	    'warning: jails\[1\].except_users\[0\]: "gone" is unknown' \
	    'warning: jails\[1\].except_groups\[1\]: "gone2" is unknown' \
	    'warning: jails\[1\].writable_group: "gone3" is unknown'
	# No root, no questions.
	chmod 0644 $MAIN
	setpriv --reuid nobody --regid nogroup --clear-groups \
	    sftpjail apply --dry-run >$W/out 2>$W/err
	same warnings "$(cat $W/err)" ''
}
try host_unknown_names_are_warnings unknown

hashes() {
	write "{ name = \"u\"; uid = 20003; password = \"$HASH\"; }"
	chmod 0644 $MAIN
	says 0 'warning: the file has a password hash and others can read it; run: chmod 0600'
	chmod 0640 $MAIN
	says 0
}
try host_readable_hash_is_a_warning hashes

untrusted() {
	write '{ name = "u"; uid = 20003; }'
	chown nobody $MAIN
	exits 3 sftpjail apply 2>$W/err
	has "$(cat $W/err)" "^$MAIN: is owned by uid 65534, expected 0; run: chown 0 $MAIN"
	chown root $MAIN
	chmod 0777 /etc/sftpjail
	exits 3 sftpjail apply 2>$W/err
	has "$(cat $W/err)" '^/etc/sftpjail: is mode 0777.*chmod go-w /etc/sftpjail'
	chmod 0755 /etc/sftpjail
	mv /etc/sftpjail /etc/sftpjail.real
	ln -s sftpjail.real /etc/sftpjail
	exits 3 sftpjail apply 2>$W/err
	has "$(cat $W/err)" '^/etc/sftpjail: is a symbolic link, expected a directory'
	rm /etc/sftpjail
	mv /etc/sftpjail.real /etc/sftpjail
	says 0
}
try host_untrusted_files_are_refused untrusted

# What is no file of root's alone, as the main file and beside it; a FIFO would
# hold apply up for good.
other_kinds() {
	write '{ name = "u"; uid = 20003; }'
	sftpjail apply >/dev/null
	cp -p $MAIN $W/main
	cat /var/lib/sftpjail/*.cdb | sha256sum >$W/before
	for path in $MAIN /etc/sftpjail/conf.d/x.conf; do
		for kind in symlink dangling fifo directory socket device \
		    mode-666 mode-620; do
			rm -rf $path
			cp -p $W/main $path
			other_kind $kind $path
			exits $want timeout 60 sftpjail apply >$W/out \
			    2>$W/err
			has "$(cat $W/err)" "^$path: .*$pattern"
			rm -rf $path
			cat /var/lib/sftpjail/*.cdb | sha256sum |
			    cmp - $W/before
		done
		cp -p $W/main $MAIN
	done
	chmod 0600 $MAIN
	exits 4 setpriv --reuid nobody --regid nogroup --clear-groups \
	    sftpjail apply --dry-run 2>$W/err
	has "$(cat $W/err)" "^$MAIN: Permission denied"
	same 'again' "$(sftpjail apply)" 'no changes'
}
other_kind() {
	pattern='regular file'
	want=3
	case $1 in
	symlink) mv "$2" $W/moved && ln -s $W/moved "$2" ;;
	dangling) rm "$2" && ln -s nowhere "$2" ;;
	fifo) rm "$2" && mkfifo -m 600 "$2" ;;
	directory) rm "$2" && mkdir "$2" ;;
	socket)
		background $W/bin/worldhelp serve unix "$2" x
		wait_for test -S "$2"
		pattern='No such device or address'
		want=4
		;;
	device) rm "$2" && mknod -m 600 "$2" c 1 5 ;;
	mode-*) chmod "${1#mode-}" "$2" && pattern='chmod go-w' ;;
	esac
}
try host_other_kinds_of_files_are_refused other_kinds

# 100 MiB of text: much that is good, one huge element, brackets without end.
huge() {
	write '{ name = "u"; uid = 20003; }'
	{
		printf 'users = ( { name = "big"; uid = 20004; gecos = "'
		head -c 104857600 /dev/zero | tr '\0' x
		printf '"; } );\n'
	} >/etc/sftpjail/conf.d/big.conf
	exits 3 sftpjail apply 2>$W/err
	has "$(cat $W/err)" 'big.conf:1: users\[0\].gecos: is larger than 16 MiB'
	head -c 104857600 /dev/zero | tr '\0' '(' >/etc/sftpjail/conf.d/big.conf
	exits 3 sftpjail apply 2>$W/err
	{
		printf 'x = '
		head -c 104857600 /dev/zero | tr '\0' '('
	} >/etc/sftpjail/conf.d/big.conf
	exits 3 sftpjail apply 2>$W/err
	has "$(cat $W/err)" 'nested too deep'
	{
		printf 'users: {'
		seq -f 'a%.0f = { uid = 1; };' 1 2000000
		printf '};'
	} >/etc/sftpjail/conf.d/big.conf
	exits 3 sftpjail apply 2>$W/err
	has "$(cat $W/err)" 'more than 100 settings'
	yes '# a comment of some length, again and again and again' |
	    head -c 104857600 >/etc/sftpjail/conf.d/big.conf
	says 0
	truncate -s 2G /etc/sftpjail/conf.d/big.conf
	exits 3 sftpjail apply 2>$W/err
	has "$(cat $W/err)" 'larger than 1 GiB'
	rm /etc/sftpjail/conf.d/big.conf
}
try host_huge_files huge

cases_end
