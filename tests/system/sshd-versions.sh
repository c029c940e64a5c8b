#!/bin/sh
# SPDX-License-Identifier: ISC
# The main promises through other servers than the distribution's: SSHD_EXTRA
# names their sshd programs, e.g. of 4.3p2, 5.3p1, 6.6p1, 7.4p1 and 10.5p1.
#	SSHD_EXTRA="/opt/a/sbin/sshd /opt/b/sbin/sshd" tests/system/sshd-versions.sh
. "$(dirname "$0")/world.sh"
if [ -z "${SSHD_EXTRA:-}" ]; then
	echo 'skip sshd_versions - SSHD_EXTRA names no other sshd program'
	exit 0
fi
world_enter "$@"

# Old servers know neither ed25519 nor today's algorithms.
ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -f $W/keys/old_host
ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -C alice@old -f $W/keys/old_alice
cp $W/keys/old_alice $W/keys/alice
cp $W/keys/old_alice.pub $W/keys/alice.pub
cp $W/keys/old_alice.pub /home/local/.ssh/authorized_keys
cp $W/keys/old_alice $W/keys/local
cp $W/keys/old_alice.pub $W/keys/local.pub
printf '[127.0.0.1]:%s %s\n' "$PORT" \
    "$(cut -d ' ' -f 1,2 $W/keys/old_host.pub)" >$W/known_hosts
cat >>$W/ssh_config <<-'END'
  HostKeyAlgorithms +ssh-rsa
  PubkeyAcceptedAlgorithms +ssh-rsa
  KexAlgorithms +diffie-hellman-group14-sha1,diffie-hellman-group1-sha1
  Ciphers +aes128-cbc,3des-cbc
  MACs +hmac-sha1
END
mkdir -p /var/empty
pam_use debian
conf_apply || exit 1

# version_configure LINES
version_configure() {
	cat >$W/sshd_config <<-END
	Port $PORT
	ListenAddress 127.0.0.1
	HostKey $W/keys/old_host
	PidFile /run/sshd/world.pid
	UsePAM yes
	PermitRootLogin yes
	PasswordAuthentication yes
	ChallengeResponseAuthentication yes
	StrictModes yes
	UseDNS no
	$1
	END
	# As in sshd_configure.
	if "$SERVER" -t -f $W/sshd_config -o PerSourcePenalties=no 2>/dev/null
	then
		echo 'PerSourcePenalties no' >>$W/sshd_config
	fi
}

version_start() {
	rm -f /run/sshd/world.pid
	"$SERVER" -D -f $W/sshd_config </dev/null >/dev/null 2>&1 &
	SSHD_PID=$!
	wait_for sshd_is_up
	kill -0 $SSHD_PID 2>/dev/null
}

keys_in_root_s_files='AuthorizedKeysFile /var/lib/sftpjail/keys/%u'
internal='Subsystem sftp internal-sftp -l INFO'

version_login() {
	METHOD=$1
	log_mark
	session_open alice
	for worker in $(workers_of alice); do
		is_confined "$worker" 20001 '20000 20001 20002'
	done
	[ -n "$worker" ] || fail 'no worker'
	is_host "$(monitors_of alice)"
	has "$(sftpjail who)" 'alice'
	echo 'put /etc/hosts h' >&8
	session_says 'ls -l' 'alice .* h$'
	session_close
	log_wait 'pam_sftpjail\(sshd:account\): allow user="alice"'
	log_wait 'pam_sftpjail\(sshd:session\): open user="alice"'
	log_wait 'pam_sftpjail\(sshd:session\): close user="alice"'
	log_lacks ' deny '
	wait_for nobody_listed
}

nobody_listed() {
	! sftpjail who | grep -q alice
}

version_limits() {
	METHOD=publickey
	need ss
	conf_apply 'download_rate = 1000000; max_sessions = 1;'
	session_open alice
	has "$(ss -tinH state established "( sport = :$PORT )")" \
	    'pacing_rate [0-9]*bps/8000000bps'
	login_denied alice too-many-sessions
	session_close
	wait_for nobody_listed
	conf_apply 'session_time = 2;'
	log_mark
	session_open alice
	log_wait 'close user="alice" .* detail="session_time is over"'
	wait_for nobody_listed
	exec 8>&-
	conf_apply
}

# The oldest opens the session in the process that it confines.
version_session_time() {
	METHOD=publickey
	conf_apply 'session_time = 2;'
	log_mark
	exits 255 ssh_as alice -N w
	log_matches 'sshd:session.: open user="alice"'
	wait_for nobody_listed
	conf_apply
}

version_refuses() {
	METHOD=$1
	log_mark
	refused ssh_as alice w 'echo got-a-shell' >$W/exec.out 2>&1
	lacks "$(cat $W/exec.out)" 'got-a-shell'
	has "$(cat $W/exec.out)" 'file transfer|SFTP'
	log_wait 'pam_sftpjail\(sshd:session\): open user="alice"'
	refused ssh_as alice -W 127.0.0.1:"$PORT" w </dev/null
	wait_for nobody_listed
}

version_unwired() {
	METHOD=publickey
	sed -i '/^auth.*pam_sftpjail/d' /etc/pam.d/sshd
	log_mark
	refused ssh_as alice w 'echo got-a-shell' >$W/exec.out 2>&1
	lacks "$(cat $W/exec.out)" 'got-a-shell'
	refused sftp_does alice pwd
	# 4.3p2 calls setcred late, but opens the session where it is confined.
	[ "$name" = 4.3p2 ] || log_wait 'deny user="alice" .*reason=pam-not-wired'
}

# only_acct METHOD VERDICT   Nothing of ours is asked but in acct.
only_acct() {
	METHOD=$1
	log_mark
	refused ssh_as alice w 'echo got-a-shell' >$W/only.out 2>&1
	refused sftp_does alice pwd >>$W/only.out
	refused ssh_as alice -W 127.0.0.1:"$PORT" w </dev/null >>$W/only.out 2>&1
	lacks "$(cat $W/only.out)" 'got-a-shell|Remote working|SSH-2'
	log_wait "pam_sftpjail\\(sshd:account\\): $2"
	# A monitor whose helper is held up by PAM's delay is there for a while.
	wait_for nobody_served
}

version_account_line_only() {
	sed -i '/^auth.*pam_sftpjail/d; /^session.*pam_sftpjail/d' /etc/pam.d/sshd
	only_acct publickey 'allow user="alice"'
	only_acct password 'allow user="alice"'
	only_acct keyboard-interactive \
	    'deny user="alice" .*reason=pam-not-wired'
}

# One folder of her own and one that only a mount keeps her from writing to.
mounts_apply() {
	CONF_JAILS='{ name = "virtual"; users = [ "alice" ]; root = "virtual";
	    mounts = ( { source = "/srv/in/%u"; target = "/in"; create = true; },
	      { source = "/srv/list"; target = "/list"; read_only = true; } ); },'
	mkdir -p /srv/list
	chown 20001 /srv/list
	conf_apply >/dev/null
	CONF_JAILS=
}

version_mounts() {
	METHOD=publickey
	log_mark
	session_open alice
	for worker in $(workers_of alice); do
		is_confined "$worker" 20001 '20000 20001 20002'
	done
	[ -n "$worker" ] || fail 'no worker'
	echo 'put /etc/hosts /in/h' >&8
	session_says 'ls -l /in' 'alice .* (/in/)?h$'
	session_says '-put /etc/hosts /list/h' '"/list/h": Failure'
	session_close
	[ -f /srv/in/alice/h ] || fail 'not where the mount comes from'
	[ ! -e /srv/list/h ] || fail 'was to be read-only'
	rm /srv/in/alice/h
	log_lacks ' deny '
	wait_for nobody_listed
}

version_late_auth() {
	METHOD=publickey
	sed -i '/^auth.*pam_sftpjail/d' /etc/pam.d/sshd
	echo 'auth required pam_sftpjail.so' >$W/new
	sed 's/^@include common-auth/auth [success=done default=ignore] pam_unix.so\n&/' \
	    /etc/pam.d/sshd >$W/old
	{ grep -v pam_sftpjail $W/old | sed '/^session/,$d'
	  cat $W/new
	  sed -n '/^session/,$p' $W/old
	} >/etc/pam.d/sshd
	refused ssh_as alice w 'echo got-a-shell' >$W/exec.out 2>&1
	lacks "$(cat $W/exec.out)" 'got-a-shell'
	refused sftp_does alice pwd
}

# UsePrivilegeSeparation no, up to 7.4: one process is monitor and child, and
# what it forwards it would do as root.
version_in_one_process() {
	for METHOD in publickey password keyboard-interactive; do
		log_mark
		refused ssh_as alice w 'echo got-a-shell' >$W/one.out 2>&1
		refused sftp_does alice pwd >>$W/one.out
		refused ssh_as alice -N -W 127.0.0.1:"$PORT" w </dev/null \
		    >>$W/one.out 2>&1
		lacks "$(cat $W/one.out)" 'got-a-shell|Remote working|SSH-2'
		log_wait 'pam_sftpjail\(sshd:[a-z]+\): deny user="alice" .*reason=pam-not-wired'
		log_lacks 'open user="alice"'
		wait_for nobody_served
	done
}

# Without internal-sftp: the program that came with the server.
version_external() {
	METHOD=publickey
	conf_apply '' "sftp_server = \"$external\";"
	version_start || fail 'sshd did not start'
	log_mark
	external_out=$(sftp_does alice 'cd /upload' 'put /etc/hosts h' \
	    'ls -l h' 'rm h') || fail "$external_out"
	# The oldest server knows no names.
	has "$external_out" '(alice|20001) .* h$'
	log_wait 'pam_sftpjail\(sshd:session\): open user="alice"'
}

version_local() {
	version_start || fail 'sshd did not start'
	for METHOD in publickey password keyboard-interactive; do
		same 'groups' "$(ssh_as local w \
		    'id -Gn | tr " " "\n" | sort | tr "\n" " "')" \
		    'games local staff '
	done
}

for SERVER in $SSHD_EXTRA; do
	name=$("$SERVER" -V 2>&1 | sed -n 's/.*OpenSSH_\([0-9.p]*\).*/\1/p')
	subsystem=$internal login=version_login mounts=version_mounts
	if [ "$name" = 4.3p2 ]; then
		# No internal-sftp: the login shell's words show the jail.
		subsystem='' login=version_refuses mounts=version_refuses
	fi
	keys="$keys_in_root_s_files
	$subsystem"
	case $name in
	4.* | 5.* | 6.* | 7.[0-4]*) keys="$keys
	UsePrivilegeSeparation yes" ;;
	esac
	version_configure "$keys"
	if ! version_start; then
		echo "not ok version_${name}_starts - sshd ended at once"
		cases_failed=$((cases_failed + 1))
		continue
	fi
	for stack in debian rhel; do
		pam_use $stack
		for method in publickey password keyboard-interactive; do
			try "version_${name}_${stack}_$method" "$login" $method
		done
		[ "$name" = 4.3p2 ] || try "version_${name}_${stack}_refuses" \
		    version_refuses publickey
	done
	pam_use debian
	if [ "$name" = 4.3p2 ]; then
		try "version_${name}_session_time" version_session_time
	else
		try "version_${name}_limits" version_limits
	fi
	try "version_${name}_auth_line_missing" version_unwired
	pam_use debian
	try "version_${name}_auth_line_never_reached_in_child" version_late_auth
	pam_use debian
	try "version_${name}_account_line_only" version_account_line_only
	pam_use debian
	mounts_apply
	try "version_${name}_mounts" "$mounts" publickey
	conf_apply >/dev/null
	sshd_stop
	case $keys in
	*UsePriv*)
		version_configure "$(echo "$keys" |
		    sed '/UsePrivilegeSeparation/s/yes/no/')"
		version_start
		try "version_${name}_without_privilege_separation" \
		    version_in_one_process
		sshd_stop
		;;
	esac
	version_configure "$subsystem"
	try "version_${name}_local_user" version_local
	sshd_stop
	external=${SERVER%/sbin/sshd}/libexec/sftp-server
	[ "$name" = 4.3p2 ] && [ -x "$external" ] || continue
	version_configure "$keys_in_root_s_files
	Subsystem sftp $external"
	try "version_${name}_external" version_external
	sshd_stop
	rm -rf /srv/sftp
	conf_apply >/dev/null
done
cases_end
