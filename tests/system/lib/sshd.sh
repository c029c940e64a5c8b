# SPDX-License-Identifier: ISC
# A real sshd of the world on 127.0.0.1 and its clients.

# Writes the host key, the server's and the clients' configuration.
ssh_configure() {
	PORT=$($W/bin/worldhelp freeport)
	cp $W/keys/host /etc/ssh/ssh_host_world_key
	chmod 0600 /etc/ssh/ssh_host_world_key
	printf '[127.0.0.1]:%s %s\n' "$PORT" "$(cut -d ' ' -f 1,2 \
	    $W/keys/host.pub)" >$W/known_hosts
	cat >$W/ssh_config <<-END
	Host w
	  HostName 127.0.0.1
	  Port $PORT
	  UserKnownHostsFile $W/known_hosts
	  GlobalKnownHostsFile /dev/null
	  StrictHostKeyChecking yes
	  IdentitiesOnly yes
	  IdentityFile $W/keys/%r
	  ConnectTimeout 60
	  LogLevel INFO
	END
	rm -rf /etc/ssh/sshd_config.d/*
	sshd_configure
}

# sshd_configure [LINES]   What is said first counts with sshd.
sshd_configure() {
	cat >/etc/ssh/sshd_config <<-END
	${1:-}
	Port $PORT
	ListenAddress 127.0.0.1
	HostKey /etc/ssh/ssh_host_world_key
	PidFile /run/sshd/world.pid
	UsePAM yes
	PermitRootLogin yes
	PasswordAuthentication yes
	KbdInteractiveAuthentication yes
	AuthorizedKeysFile .ssh/authorized_keys /var/lib/sftpjail/keys/%u
	Subsystem sftp internal-sftp -l INFO
	X11Forwarding yes
	PermitTunnel yes
	PermitUserEnvironment yes
	AllowAgentForwarding yes
	AllowStreamLocalForwarding yes
	GatewayPorts no
	PrintMotd no
	MaxStartups 300
	MaxSessions 20
	UseDNS no
	END
	# Newer servers slow down an address whose logins fail.
	if /usr/sbin/sshd -t -o PerSourcePenalties=no 2>/dev/null; then
		echo 'PerSourcePenalties no' >>/etc/ssh/sshd_config
	fi
}

sshd_is_up() {
	[ -s /run/sshd/world.pid ] || ! kill -0 "$SSHD_PID"
}

# sshd_start [PREFIX...]   E.g. under strace.  Sets SSHD_PID.  One that a case
# left running is stopped first.  SSHD: the program.
sshd_start() {
	sshd_stop
	env -i PATH="$PATH" LC_ALL=C TZ=UTC "$@" "${SSHD:-/usr/sbin/sshd}" -D &
	SSHD_PID=$!
	wait_for sshd_is_up
	kill -0 $SSHD_PID 2>/dev/null ||
	    fail "sshd did not start: $(/usr/sbin/sshd -t 2>&1)"
}

sshd_stop() {
	[ -s /run/sshd/world.pid ] || return 0
	SSHD_PID=$(cat /run/sshd/world.pid)
	kill "$SSHD_PID" 2>/dev/null || :
	wait_for sshd_is_gone
	rm -f /run/sshd/world.pid
}

sshd_is_gone() {
	! kill -0 "$SSHD_PID"
}

# The login method of ssh_as and sftp_as: publickey, password,
# keyboard-interactive or publickey,password
METHOD=publickey

# client USER PROGRAM ARGS...   with the options of $METHOD; ends after
# $CLIENT_SECONDS, 120 if that is not set
client() {
	client_user=$1
	client_program=$2
	shift 2
	set -- -F $W/ssh_config -o "User=$client_user" \
	    -o "PreferredAuthentications=$METHOD" "$@"
	case $METHOD in
	publickey)
		timeout -k 5 "${CLIENT_SECONDS:-120}" "$client_program" -o BatchMode=yes "$@"
		;;
	publickey,password)
		timeout -k 5 "${CLIENT_SECONDS:-120}" sshpass -p "$PASSWORD" "$client_program" \
		    -o BatchMode=no "$@"
		;;
	*)
		timeout -k 5 "${CLIENT_SECONDS:-120}" sshpass -p "$PASSWORD" "$client_program" \
		    -o BatchMode=no -o PubkeyAuthentication=no "$@"
		;;
	esac
}

# ssh_as USER ARGS...   The host is "w".
ssh_as() {
	ssh_user=$1
	shift
	client "$ssh_user" ssh "$@"
}

# sftp_as USER [ARGS...] <BATCH
sftp_as() {
	sftp_user=$1
	shift
	client "$sftp_user" sftp -b - "$@" w
}

# sftp_does USER LINE...   One batch of those lines.
sftp_does() {
	does_user=$1
	shift
	printf '%s\n' "$@" | sftp_as "$does_user" 2>&1
}

# login_denied USER REASON   No login, and the log says why.
login_denied() {
	log_mark
	refused sftp_does "$1" pwd
	log_wait "pam_sftpjail.* deny user=\"$1\" .*reason=$2( |\$)"
	log_lacks "pam_sftpjail.* open user=\"$1\""
}

# login_works USER
login_works() {
	log_mark
	works_out=$(sftp_does "$1" pwd) || fail "$works_out"
	has "$works_out" 'Remote working directory'
}
