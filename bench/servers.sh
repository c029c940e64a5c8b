# SPDX-License-Identifier: ISC
# Servers side by side in the world of the system tests, each with files of
# its own in /etc, for the benches of logins.  All have Debian's PAM stack, take
# the same key, and serve "user1" by internal-sftp.

# server_start NAME WHAT   WHAT is "stock", "match" (ChrootDirectory), "pam_chroot",
# or the number of users that sftpjail has.  "NAME" is what ssh calls it.
server_start() {
	server_dir=$W/servers/$1
	mkdir -p $server_dir/state $server_dir/run /run/sftpjail \
	    /srv/sftp/user1/upload
	chown 100001 /srv/sftp/user1/upload
	server_port=$($W/bin/worldhelp freeport)
	pam_use debian
	sed "/^Port/s/ .*/ $server_port/; /^PidFile/d; /^AuthorizedKeysFile/d
	    s|^HostKey|AuthorizedKeysFile $W/keys/alice.pub\\n&|" \
	    /etc/ssh/sshd_config >$server_dir/sshd_config
	echo 'passwd: files sftpjail' >$server_dir/nsswitch.conf
	cat >>$server_dir/nsswitch.conf <<-'END'
	group: files sftpjail
	shadow: files sftpjail
	END
	# Not in /etc: a file replaced there is no longer covered elsewhere.
	cp /etc/pam.d/sshd $server_dir/pam
	server_setup_"$(server_kind "$2")" "$2"
	cat >>$W/ssh_config <<-END
	Host $1
	  HostName 127.0.0.1
	  Port $server_port
	  User user1
	  HostKeyAlias [127.0.0.1]:$PORT
	  UserKnownHostsFile $W/known_hosts
	  StrictHostKeyChecking yes
	  IdentitiesOnly yes
	  IdentityFile $W/keys/alice
	END
	server_run "$1"
}

# server_start_timed NAME USERS   The same; what the module takes is noted in
# $server_stopwatch.  Those started behind it are timed as well.
server_start_timed() {
	cc -O2 -fPIC -shared -o $W/bin/pam_stopwatch.so \
	    bench/helpers/pam_stopwatch.c -lpam
	server_stopwatch=$W/stopwatch
	truncate -s 1M $server_stopwatch
	server_start "$@"
}

server_kind() {
	case $1 in
	[0-9]*) echo sftpjail ;;
	*) echo "$1" ;;
	esac
}

server_run() {
	# shellcheck disable=SC2016
	unshare -m sh -c '
		mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf &&
		mount --bind "$0/pam" /etc/pam.d/sshd &&
		mount --bind "$0/state" /var/lib/sftpjail &&
		mount --bind "$0/run" /run/sftpjail || exit
		[ ! -f "$0/passwd" ] || mount --bind "$0/passwd" /etc/passwd
		exec /usr/sbin/sshd -D -f "$0/sshd_config" \
		    -o PidFile="$0/pid"' $server_dir &
	wait_for test -s $server_dir/pid
	eval "SERVER_PID_$(echo "$1" | tr - _)=$(cat $server_dir/pid)"
}

# A host that sftpjail was never installed on.
server_without() {
	sed -i 's/ sftpjail//' $server_dir/nsswitch.conf
	sed -i /pam_sftpjail/d $server_dir/pam
	cp /etc/passwd $server_dir/passwd
	echo 'user1:*:100001:65534::/srv/sftp/user1:/bin/sh' \
	    >>$server_dir/passwd
}

server_setup_stock() {
	server_without
}

server_setup_match() {
	server_without
	cat >>$server_dir/sshd_config <<-'END'
	Match User user1
	  ChrootDirectory /srv/sftp/%u
	  ForceCommand internal-sftp
	  AllowTcpForwarding no
	END
}

server_setup_pam_chroot() {
	server_without
	echo 'session required pam_chroot.so' >>$server_dir/pam
	echo 'user1 /srv/sftp/user1' >/etc/security/chroot.conf
}

server_setup_sftpjail() {
	bench_config $server_dir/etc "$1"
	sftpjail --config $server_dir/etc --state $server_dir/state apply \
	    >/dev/null
	[ -z "${server_stopwatch:-}" ] || server_time_module
}

# Each line of the module between two of the stopwatch's.
server_time_module() {
	server_line="required $W/bin/pam_stopwatch.so $server_stopwatch"
	sed -i "s|^\([^ ]*\) .* pam_sftpjail.so|\1 $server_line begin\n&\n\1 $server_line end|" \
	    $server_dir/pam
}
