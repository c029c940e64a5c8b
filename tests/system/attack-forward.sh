#!/bin/sh
# SPDX-License-Identifier: ISC
# A jailed user tries to reach something through forwarding: the host, other
# hosts, another jailed user; by TCP and by UNIX sockets.
. "$(dirname "$0")/world.sh"
world_enter "$@"

pam_use debian
# Keys without the restrictions that key_files adds, and passwords: nothing but
# the jail itself stands in the way.
conf_apply || exit 1
for user in alice bob; do
	sed -i 's/^[^ ]*no-pty[^ ]* //' /var/lib/sftpjail/keys/$user
	lacks "$(cat /var/lib/sftpjail/keys/$user)" 'no-' || exit 1
done
sshd_start

dial=$W/bin/worldhelp
WEB=$($W/bin/worldhelp freeport)
# Abstract names are shared with the host.
ABSTRACT=sftpjail-test-$PORT
$W/bin/worldhelp serve tcp "$WEB" SECRET &
$W/bin/worldhelp serve unix /run/host.sock SECRET &
$W/bin/worldhelp serve abstract "$ABSTRACT" SECRET &
mkdir -p /srv/share
chmod 1777 /srv/share
$W/bin/worldhelp serve unix /srv/share/host.sock SECRET &

services_up() {
	same tcp "$($dial dial tcp "$WEB")" SECRET
	same unix "$($dial dial unix /run/host.sock)" SECRET
	same abstract "$($dial dial abstract "$ABSTRACT")" SECRET
	same share "$($dial dial unix /srv/share/host.sock)" SECRET
}
try forward_services_answer_outside wait_for services_up

# master USER FORWARD...   A connection that stays; the control socket tells.
master() {
	master_user=$1
	shift
	background ssh_as "$master_user" -M -S "$W/mux.$master_user" -N "$@" w
	wait_for ssh -F $W/ssh_config -S "$W/mux.$master_user" -O check w
}
master_end() {
	ssh -F $W/ssh_config -S "$W/mux.$1" -O exit w 2>/dev/null || :
}

# nothing_through KIND ADDR   Connects to our end of a forwarding.
nothing_through() {
	lacks "$($dial dial "$1" "$2" 2>&1)" 'SECRET|SSH-'
}

local_forward() {
	for to in "127.0.0.1:$WEB" "localhost:$WEB" "127.0.0.1:$PORT" \
	    /run/host.sock /srv/share/host.sock /dev/log; do
		here=$($dial freeport)
		master alice -L "$here:$to"
		log_mark
		nothing_through tcp "$here"
		master_end alice
		sshd_lives
	done
}
sshd_lives() {
	kill -0 "$(cat /run/sshd/world.pid)"
}
try forward_L_tcp_and_unix_refused local_forward

# The client can't name an abstract socket; what its session could reach is
# looked at from inside its network namespace.
abstract_socket() {
	need nsenter
	session_open alice
	for worker in $(workers_of alice); do
		refused nsenter --net="/proc/$worker/ns/net" \
		    $dial dial abstract "$ABSTRACT"
		refused nsenter --net="/proc/$worker/ns/net" \
		    $dial dial tcp "$WEB"
		same 'abstract sockets' "$(nsenter \
		    --net="/proc/$worker/ns/net" cat /proc/self/net/unix |
		    grep -c ' @')" 0
	done
	session_close
}
try forward_abstract_sockets_are_out_of_reach abstract_socket

dynamic_forward() {
	need curl
	here=$($dial freeport)
	master alice -D "127.0.0.1:$here"
	refused curl -s -m 20 --http0.9 -x "socks5h://127.0.0.1:$here" \
	    "http://127.0.0.1:$WEB/" >$W/curl.out
	lacks "$(cat $W/curl.out)" SECRET
	master_end alice
}
try forward_D_refused dynamic_forward

stdio_forward() {
	for to in "127.0.0.1:$WEB" "127.0.0.1:$PORT"; do
		lacks "$(ssh_as alice -W "$to" w </dev/null 2>&1)" \
		    'SECRET|SSH-2'
	done
}
try forward_W_refused stdio_forward

remote_forward() {
	there=$($dial freeport)
	exits 255 ssh_as alice -o ExitOnForwardFailure=yes -N \
	    -R "$there:127.0.0.1:$WEB" w 2>$W/err
	has "$(cat $W/err)" 'remote port forwarding failed'
	master alice -R "$there:127.0.0.1:$WEB"
	nothing_through tcp "$there"
	master_end alice
}
try forward_R_tcp_refused remote_forward

remote_socket() {
	for there in /tmp/planted.sock /run/planted.sock /upload/p.sock \
	    p.sock /dev/p.sock; do
		exits 255 ssh_as alice -o ExitOnForwardFailure=yes -N \
		    -R "$there:127.0.0.1:$WEB" w
		for path in /tmp/planted.sock /run/planted.sock \
		    /srv/sftp/alice/upload/p.sock; do
			[ ! -e $path ] || fail "$path was made"
		done
	done
}
try forward_R_unix_refused remote_socket

remote_dynamic() {
	there=$($dial freeport)
	exits 255 ssh_as alice -o ExitOnForwardFailure=yes -N -R "$there" w
}
try forward_R_dynamic_refused remote_dynamic

# The same requests as ~C makes, beside a session that transfers files.
added_later() {
	master alice
	printf 'put /etc/hosts h\n' | sftp -b - -F $W/ssh_config \
	    -o User=alice -o ControlPath=$W/mux.alice w
	here=$($dial freeport)
	ssh -F $W/ssh_config -S $W/mux.alice -O forward \
	    -L "$here:127.0.0.1:$WEB" w || :
	nothing_through tcp "$here"
	there=$($dial freeport)
	refused ssh -F $W/ssh_config -S $W/mux.alice -O forward \
	    -R "$there:127.0.0.1:$WEB" w
	printf 'get h /dev/null\n' | sftp -b - -F $W/ssh_config \
	    -o User=alice -o ControlPath=$W/mux.alice w
	master_end alice
}
try forward_added_to_a_running_session added_later

# ~C itself, typed on the terminal of a session.
shown() {
	[ "$(grep -c "$1" $W/tty.out)" -ge "$2" ]
}
typed() {
	need script
	mkfifo $W/tty.in
	script -qfec "ssh -v -tt -e '~' -o EnableEscapeCommandline=yes \
	    -F $W/ssh_config -l alice -s w sftp" $W/tty.out <$W/tty.in \
	    >/dev/null 2>&1 &
	BG_PIDS="${BG_PIDS:-} $!"
	exec 9>$W/tty.in
	wait_for shown 'Sending subsystem' 1
	here=$($dial freeport)
	printf '\r~C' >&9
	wait_for shown 'ssh>' 1
	printf '%s\r' "-L $here:127.0.0.1:$WEB" >&9
	wait_for shown 'Forwarding port' 1
	log_mark
	nothing_through tcp "$here"
	log_wait "connect to 127.0.0.1 port $WEB failed: Permission denied"
	printf '\r~C' >&9
	wait_for shown 'ssh>' 2
	there=$($dial freeport)
	printf '%s\r' "-R $there:127.0.0.1:$WEB" >&9
	log_wait "cannot listen to port: $there"
	printf '\r~.' >&9
	exec 9>&-
}
try forward_typed_by_escape_in_a_session typed

# The client opens a tunnel of its own first, or it does not ask at all.
tunnel() {
	mkdir -p /dev/net
	[ -e /dev/net/tun ] || mknod /dev/net/tun c 10 200
	(: >/dev/net/tun) 2>/dev/null || missing 'a kernel with tun'
	before=$(cut -d : -f 1 /proc/net/dev)
	for type in point-to-point ethernet; do
		out=$(ssh_as alice -o Tunnel=$type -w any:any w id 2>&1) &&
		    fail "$out"
		has "$out" 'Tunnel forwarding failed'
	done
	same interfaces "$(cut -d : -f 1 /proc/net/dev)" "$before"
}
try forward_tun_refused tunnel

agent() {
	eval "$(ssh-agent -s)" >/dev/null
	BG_PIDS="${BG_PIDS:-} $SSH_AGENT_PID"
	ssh-add -q $W/keys/local
	log_mark
	ls /tmp >$W/tmp.before
	# With a session, or the agent is not asked for.
	mkfifo $W/agent.in
	ssh_as alice -A -s w sftp <$W/agent.in >$W/agent.out &
	BG_PIDS="$BG_PIDS $!"
	exec 9>$W/agent.in
	printf '\0\0\0\5\1\0\0\0\3' >&9
	wait_for test -s $W/agent.out
	for worker in $(workers_of alice); do
		same 'in the jail' "$(find "/proc/$worker/root/" \
		    -name 'agent*' -o -name 's.*')" ''
		same 'listening' "$(grep -c ' 00010000 ' \
		    "/proc/$worker/net/unix")" 0
	done
	[ -n "$worker" ] || fail 'no session'
	ls /tmp | diff $W/tmp.before -
	exec 9>&-
}
try forward_agent_refused agent

x11() {
	need xauth
	out=$(DISPLAY=:77 ssh_as alice -Y w id 2>&1) && fail "$out"
	has "$out" 'X11 forwarding request failed'
}
try forward_x11_refused x11

no_command() {
	# ssh -N alone: a connection, and nothing to do with it.
	master alice -N
	for worker in $(workers_of alice); do
		is_confined "$worker" 20001 '20000 20001 20002'
	done
	master_end alice
}
try forward_N_alone_is_confined no_command

# --- two jailed users at the same time
two_tcp() {
	there=$($dial freeport)
	master bob -R "$there:127.0.0.1:$WEB"
	here=$($dial freeport)
	master alice -L "$here:127.0.0.1:$there"
	nothing_through tcp "$here"
	master_end alice
	master_end bob
}
try forward_two_users_tcp two_tcp

two_unix() {
	for name in /upload/meet.sock /share/meet.sock /dev/meet.sock; do
		master bob -R "$name:127.0.0.1:$WEB"
		here=$($dial freeport)
		master alice -L "$here:$name"
		nothing_through tcp "$here"
		master_end alice
		master_end bob
	done
}
try forward_two_users_unix two_unix

# One jail for both: the root itself is the shared folder.
CONF_JAILS='{ name = "both"; users = [ "alice", "bob" ]; root = "/srv/both"; },'
mkdir -p /srv/both/drop
chmod 1777 /srv/both/drop
conf_apply || exit 1
sed -i 's/^[^ ]*no-pty[^ ]* //' /var/lib/sftpjail/keys/alice \
    /var/lib/sftpjail/keys/bob
shared_root() {
	sftp_does alice 'put /etc/hosts /drop/from-alice'
	sftp_does bob 'ls -l /drop/from-alice'
	background $dial serve unix /srv/both/drop/host.sock SECRET
	wait_for test -S /srv/both/drop/host.sock
	for name in /drop/host.sock /drop/meet.sock; do
		master bob -R "/drop/meet.sock:127.0.0.1:$WEB"
		here=$($dial freeport)
		master alice -L "$here:$name"
		nothing_through tcp "$here"
		master_end alice
		master_end bob
	done
	[ ! -e /srv/both/drop/meet.sock ] || fail 'a socket was made'
}
try forward_two_users_meet_in_a_shared_folder shared_root

shared_ns() {
	session_open alice
	master bob
	for worker in $(workers_of alice) $(workers_of bob); do
		differs netns "$(ns_of "$worker" net)" "$(ns_of 1 net)"
		lacks "$(cat /proc/$worker/net/dev)" ' (eth|en)'
		same 'listening' "$(tail -n +2 /proc/$worker/net/tcp)" ''
		same 'routes' "$(tail -n +2 /proc/$worker/net/route)" ''
	done
	session_close
	master_end bob
}
try forward_network_namespace_is_empty shared_ns
CONF_JAILS=
conf_apply || exit 1

# "host" is the administrator's word.
host_network() {
	conf_apply 'network = "host";'
	sed -i 's/^[^ ]*no-pty[^ ]* //' /var/lib/sftpjail/keys/alice
	here=$($dial freeport)
	master alice -L "$here:127.0.0.1:$WEB"
	same 'through' "$($dial dial tcp "$here")" SECRET
	for worker in $(workers_of alice); do
		same net "$(ns_of "$worker" net)" "$(ns_of 1 net)"
		differs mnt "$(ns_of "$worker" mnt)" "$(ns_of 1 mnt)"
		same no_new_privs "$(status_of "$worker" NoNewPrivs)" 1
	done
	master_end alice
	conf_apply
}
try forward_network_host_is_as_without_us host_network

# Something else at the place of the pinned namespace.
pinned_host() {
	for what in host file uts; do
		sftp_does alice pwd
		umount /run/sftpjail/net 2>/dev/null || :
		rm -f /run/sftpjail/net
		: >/run/sftpjail/net
		case $what in
		host) mount --bind /proc/1/ns/net /run/sftpjail/net ;;
		uts) mount --bind /proc/1/ns/uts /run/sftpjail/net ;;
		esac
		session_open alice
		for worker in $(workers_of alice); do
			is_confined "$worker" 20001 '20000 20001 20002'
		done
		session_close
		umount /run/sftpjail/net 2>/dev/null || :
		rm -f /run/sftpjail/net
	done
}
try forward_pinned_namespace_replaced_by_host pinned_host

sshd_stop
cases_end
