#!/bin/sh
# SPDX-License-Identifier: ISC
# Other configurations made into ours: what people could do before, they can do
# after, at the same place and with the same rights.
. "$(dirname "$0")/world.sh"
world_enter "$@"

CONF=/etc/sftpjail/sftpjail.conf
pam_use debian
printf 'hello\n' >/tmp/file && chmod 0666 /tmp/file

# settle LINES   A configuration of these lines in force.
settle() {
	printf 'version = 1;\n%s\n' "$1" >$CONF
	chmod 0600 $CONF
	sftpjail apply --allow-shrink >/dev/null
}

# looks USER   What a session shows and may do, and what it leaves on disc.
looks() {
	rm -rf /srv/jail/"$1"/in/*
	sftp_does "$1" pwd 'put /tmp/file f' 'mkdir d' 'ls -1' 'ls -1 /' \
	    'get /ro/file /tmp/got' '-put /tmp/file /h' '-mkdir /x' \
	    '-get /etc/passwd /tmp/x' '-rm /ro/file' '-ls /srv'
	stat -c '%n %a %u %g' /srv/jail/"$1" /srv/jail/"$1"/in/*
	cmp /tmp/file /srv/jail/"$1"/in/f
	refused ssh_as "$1" w id >/dev/null 2>&1
}

# do_removals FILE <SAID   Takes the lines out that import names.
do_removals() {
	sed -n "s|^$1:\\([0-9]*\\): remove: .*|\\1d|p" >$W/removals
	[ -s $W/removals ] || fail 'nothing to remove'
	sed -i -f $W/removals "$1"
}

match_block() {
	settle ''
	mkdir -p /srv/jail/local/in /srv/jail/local/ro
	chown local:local /srv/jail/local/in
	echo read >/srv/jail/local/ro/file
	sshd_configure
	cat >>/etc/ssh/sshd_config <<-'END'
	Match Group games,staff User *,!admin
	  ChrootDirectory /srv/jail/%u
	  ForceCommand internal-sftp -d /in -u 0027 -l INFO
	  AllowTcpForwarding no
	  X11Forwarding no
	  AuthorizedKeysFile .ssh/authorized_keys
	END
	sshd_start
	looks local >$W/before
	has "$(cat $W/before)" 'directory: /in$'
	has "$(cat $W/before)" 'in/f 640 1000 1000$'

	(umask 077 && sftpjail import sshd_config /etc/ssh/sshd_config) \
	    >$CONF 2>$W/said || fail "$(cat $W/said)"
	lacks "$(cat $W/said)" ': lost: '
	has "$(cat $W/said)" '^/etc/ssh/sshd_config:[0-9]*: keep: AuthorizedKeysFile '
	sftpjail apply --dry-run
	sftpjail apply
	# Until the lines are gone nobody of them gets in.
	refused sftp_does local pwd

	do_removals /etc/ssh/sshd_config <$W/said
	has "$(tail -n 2 /etc/ssh/sshd_config | tr -s '\n ' ' ')" \
	    '^Match Group games,staff User \*,!admin AuthorizedKeysFile [^ ]*'
	lacks "$(cat /etc/ssh/sshd_config)" 'ChrootDirectory|ForceCommand'
	sshd_start
	log_mark
	looks local >$W/after
	log_wait 'open user="local" jail="games"'
	# The places of dev/log and of the login shell are seen, too.
	same looks "$(grep -Ev '^/(dev|bin)$' $W/after)" "$(cat $W/before)"
	has "$(ssh_as admin w id)" uid=1001
	sshd_stop
}
try import_sshd_config_gives_the_same_place_and_rights match_block

included() {
	cat >/etc/ssh/sshd_config.d/10-sftp.conf <<-'END'
	Match Group one
	  ChrootDirectory /srv/one
	  ForceCommand internal-sftp
	END
	sshd_configure 'Include /etc/ssh/sshd_config.d/*.conf'
	printf 'Match Group two\n  ChrootDirectory /srv/two\n  ForceCommand internal-sftp\n' \
	    >>/etc/ssh/sshd_config
	sftpjail import sshd_config /etc/ssh/sshd_config >$CONF 2>$W/said
	has "$(grep name $CONF | tr -d '\n')" '"one".*"two"'
	for file in /etc/ssh/sshd_config.d/10-sftp.conf /etc/ssh/sshd_config; do
		do_removals $file <$W/said
		lacks "$(cat $file)" 'Match|Chroot'
	done
	/usr/sbin/sshd -t
	rm /etc/ssh/sshd_config.d/10-sftp.conf
}
try import_sshd_config_names_lines_of_included_files included

# A home that is written to, seen in the jail.
secure_shell() {
	sed -i 's|^local:.*|local:x:1000:1000:Local:/home/local:/usr/bin/mysecureshell|' \
	    /etc/passwd
	ln -sf /bin/sh /usr/bin/mysecureshell
	printf '<Default>\nStayAtHome true\nHome /home/$USER\nDefaultRights 0640 0750\nIgnoreHidden true\n</Default>\n' \
	    >/etc/ssh/sftp_config
	exits 1 sftpjail import mysecureshell /etc/ssh/sftp_config >$CONF \
	    2>$W/said
	has "$(cat $W/said)" '^/etc/ssh/sftp_config:5: lost: IgnoreHidden true: '
	chmod 0600 $CONF
	sftpjail apply
	sshd_configure
	sshd_start
	out=$(sftp_does local pwd 'put /tmp/file f' '-ls /home/local') ||
	    fail "$out"
	has "$out" 'directory: /home$'
	has "$out" "Can't ls: \"/home/local\""
	same f "$(stat -c '%a %u' /home/local/f)" '640 1000'
	sshd_stop
	sed -i 's|mysecureshell$|bash|' /etc/passwd
}
try import_mysecureshell_home_is_seen_and_written_to secure_shell

accounts() {
	cp /etc/passwd /etc/group /etc/shadow $W/
	settle 'ids: { uid_min = 1000; uid_max = 1000; gid_min = 50; gid_max = 1000; };
	    jails = ( { name = "j"; groups = [ "staff" ]; root = "/srv/acc/%u"; create = true; } );'
	new=/etc/sftpjail/conf.d/30-staff.conf
	set -- sftpjail import passwd /etc/passwd --group staff --conf-d \
	    --shadow /etc/shadow
	(umask 077 && "$@" >$new 2>$W/said) || fail "$(cat $W/said)"
	lacks "$(cat $W/said)" "$HASH"
	sftpjail apply 2>&1
	for file in passwd group shadow; do
		sed -i '/^local:/d; s/^staff:.*//' /etc/$file
	done
	same passwd "$(getent -s sftpjail passwd local | cut -d: -f 1-6)" \
	    'local:x:1000:1000:Local:/home/local'
	same id "$(id -G local)" '1000 60 50'
	sftpjail apply
	sshd_configure
	sshd_start
	METHOD=password
	login_works local
	log_wait 'open user="local" jail="j"'
	METHOD=publickey
	login_works local
	sshd_stop
	cp $W/passwd $W/group $W/shadow /etc/
	rm $new
}
try import_passwd_moves_accounts_with_their_passwords accounts

hashes() {
	set -- sftpjail import passwd /etc/passwd --group staff \
	    --shadow /etc/shadow
	for mode in 0644 0640 0604; do
		install -m $mode /dev/null /tmp/out
		exits 2 "$@" >/tmp/out 2>$W/said
		same size "$(stat -c %s /tmp/out)" 0
		has "$(cat $W/said)" 'umask 077'
	done
	has "$("$@" 2>/dev/null | cat)" 'password = "\$6\$'
	need script
	exits 2 script -qec "$*" /dev/null >/tmp/out
	has "$(cat /tmp/out)" 'umask 077'
	lacks "$(cat /tmp/out)" 'password ='
}
try import_hashes_go_to_no_terminal_and_no_readable_file hashes

bad_files() {
	mkfifo /tmp/fifo
	truncate -s 8T /tmp/huge || truncate -s 1T /tmp/huge
	for kind in sshd_config rssh mysecureshell 'passwd --group staff'; do
		# shellcheck disable=SC2086 # an option and its value
		for file in /tmp/fifo /tmp/huge /tmp /nonexistent /dev/zero; do
			exits 4 sftpjail import ${kind%% *} $file \
			    ${kind#"${kind%% *}"} >/tmp/out 2>$W/said
			has "$(cat $W/said)" "^sftpjail import: $file"
			same output "$(cat /tmp/out)" ''
		done
	done
	rm /tmp/huge /tmp/fifo
	for usage in '' sshd_config 'sshd_config a b' 'what /etc/passwd' \
	    'passwd /etc/passwd' 'sshd_config /x --group g' \
	    'rssh /x --shadow /etc/shadow' 'rssh /x --group a/b' \
	    'passwd /x --group g --passwd /x'; do
		# shellcheck disable=SC2086
		exits 2 sftpjail import $usage
	done
	has "$(sftpjail import --help)" '^usage: sftpjail import sshd_config'
}
try import_of_what_is_no_text_is_an_error bad_files

cases_end
