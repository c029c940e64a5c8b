#!/bin/sh
# SPDX-License-Identifier: ISC
# A jailed user asks for everything that is not SFTP.
. "$(dirname "$0")/world.sh"
world_enter "$@"

pam_use debian
conf_apply || exit 1
sshd_start

MESSAGE='(SFTP|sftp)'

# Exit 1, the message on stderr, nothing on stdout, the attempt in the log.
request_refused() {
	request_log=$1
	shift
	log_mark
	status=0
	ssh_as alice "$@" >$W/stdout 2>$W/stderr </dev/null || status=$?
	same 'exit status' "$status" 1
	same 'stdout' "$(tr -d '\r' <$W/stdout)" ''
	has "$(cat $W/stderr)" "$MESSAGE"
	log_wait "sftpjail-shell.*alice.*$request_log"
	log_lacks 'segfault|core dumped'
}

# A pty's stdout and stderr are one.
shell_refused() {
	log_mark
	status=0
	out=$(ssh_as alice "$@" w </dev/null 2>&1) || status=$?
	same 'exit status' "$status" 1
	has "$out" "$MESSAGE"
	lacks "$out" '[$#] $'
	log_wait 'sftpjail-shell.*alice'
}
try protocol_shell_refused shell_refused -T

# The key says no-pty, so the client gives up; a password does not.
shell_with_pty() {
	log_mark
	out=$(ssh_as alice -tt w </dev/null 2>&1) && fail "$out"
	has "$out" 'PTY allocation request failed'
	METHOD=password
	shell_refused -tt
}
try protocol_shell_with_pty_refused shell_with_pty

commands() {
	printf '%s\n' 'id' 'internal-sftp' 'internal-sftp -f AUTH -l QUIET' \
	    '/usr/lib/openssh/sftp-server' 'scp -t /upload' 'scp -f /etc/passwd' \
	    'scp /etc/passwd /upload' 'scp -S /tmp/x -t .' \
	    'rsync --server -e.x . /upload' 'rsync --server --daemon .' \
	    'rsync --server --sender --files-from=/etc/passwd . /' \
	    'rsync --server -e /upload/x . /upload' \
	    'rsync --server --rsh=/upload/x . /upload' \
	    'sh -c "internal-sftp"; id' 'echo sftp-server; id' \
	    'id #internal-sftp' 'sftp-server -R; id' '/bin/sh' \
	    '/usr/libexec/sftpjail/sftpjail-shell' 'sftpjail-shell -c id' \
	    'cvs server' 'svnserve -t' 'git-upload-pack x' 'unison -server' \
	    '%s%n%s%n%s%n%x' '$(id)' '`id`' 'exec id' '-c id' '--help' '-l' \
	    'a"b\c' "it's"
}
commands >$W/commands
n=0
while IFS= read -r command; do
	n=$((n + 1))
	try "protocol_exec_${n}_refused: $(printf '%s' "$command" |
	    tr -c 'a-z0-9_./ $%*-' '?')" request_refused '' w -- "$command"
done <$W/commands

quoted_in_the_log() {
	request_refused 'command="[^"]*two\\x0a?.*words' \
	    w "$(printf 'two\nwords \001\033[31m\\ "x" \303\274')"
	log_lacks '^words'
	log_wait 'command="two\\x0awords \\x01\\x1b\[31m\\x5c \\x22x\\x22 \\xc3\\xbc"'
	long=$(head -c 4000 /dev/zero | tr '\0' A)
	request_refused 'command="AAAA' w "$long"
	lacks "$(log_since | grep sftpjail-shell)" 'A{300}'
}
try protocol_command_is_quoted_in_the_log quoted_in_the_log

own_message() {
	conf_apply 'message = "Ask Ann (555-1234).";'
	log_mark
	exits 1 ssh_as alice w id >$W/stdout 2>$W/stderr
	has "$(cat $W/stderr)" '^Ask Ann \(555-1234\)\.'
	conf_apply
}
try protocol_refusal_has_the_message_of_the_jail own_message

# --- files that some servers run or read, planted by their owner
plant() {
	home=/srv/sftp/alice
	login_works alice
	mkdir -p $home/.ssh $home/upload/.ssh
	printf '#!/bin/sh\nid >/tmp/rc-ran\nid >/upload/rc-ran\n' |
	    tee $home/.ssh/rc >$home/upload/.ssh/rc
	chmod 755 $home/.ssh/rc $home/upload/.ssh/rc
	printf 'LD_PRELOAD=/upload/x.so\nBASH_ENV=/upload/x\nPATH=/upload\n' |
	    tee $home/.ssh/environment >$home/upload/.ssh/environment
	printf 'command="id >/tmp/rc-ran" %s\n' "$(cat $W/keys/carol.pub)" |
	    tee $home/.ssh/authorized_keys >$home/upload/.ssh/authorized_keys
	chown -R alice: $home/.ssh $home/upload/.ssh
}

rc_is_not_run() {
	plant
	login_works alice
	exits 1 ssh_as alice w id
	[ ! -e /tmp/rc-ran ] || fail 'rc ran'
	[ ! -e /srv/sftp/alice/upload/rc-ran ] || fail 'rc ran in the jail'
}
try protocol_ssh_rc_is_not_run rc_is_not_run

environment_is_harmless() {
	plant
	session_open alice
	for worker in $(workers_of alice); do
		is_confined "$worker" 20001 '20000 20001 20002'
		lacks "$(cat /proc/$worker/maps)" upload
	done
	session_close
	exits 1 ssh_as alice w id
}
try protocol_ssh_environment_is_harmless environment_is_harmless

# Their own key file with a command= is the server's to read (outside, before
# the jail), but what it runs is run inside.
own_command() {
	plant
	cp $W/keys/carol $W/keys/alice.other
	log_mark
	exits 1 ssh -F $W/ssh_config -o IdentityFile=none -i $W/keys/carol \
	    -o BatchMode=yes -l alice w
	log_wait 'sftpjail-shell.* deny user="alice" command="id >/tmp/rc-ran"'
	[ ! -e /tmp/rc-ran ] || fail 'the command ran'
	rm -rf /srv/sftp/alice/.ssh
}
try protocol_own_authorized_keys_command_is_refused own_command

# A home that is there in the jail, too, and a shell by whose name a server runs
# what it finds: all of it the user's own doing, by a password, which restricts
# nothing.
home_in_the_jail() {
	CONF_USERS='{ name = "dave"; uid = 20004; home = "/upload"; shell = "/bin/sh"; password = "'$HASH'"; },'
	CONF_JAILS='{ name = "inner"; users = [ "dave" ]; root = "/srv/inner"; create = true; writable = [ "/upload" ]; start = "/upload"; },'
	conf_apply
	CONF_USERS='' CONF_JAILS=''
	printf '#!/bin/sh\n: >/upload/ran\n' >/tmp/rc
	chmod 755 /tmp/rc
	printf '#include <fcntl.h>\n__attribute__((constructor)) static void f(void) { open("/upload/ran", O_CREAT, 0600); }\n' >/tmp/x.c
	cc -shared -fPIC -o /tmp/x.so /tmp/x.c
	printf 'LD_PRELOAD=/upload/x.so\nSFTPJAIL_MESSAGE=hacked\n' \
	    >/tmp/environment
	METHOD=password
	sftp_does dave 'mkdir .ssh' 'put -p /tmp/rc .ssh/rc' \
	    'put /tmp/environment .ssh/environment' 'put -p /tmp/x.so x.so'
	log_mark
	exits 1 ssh_as dave w id >$W/stdout 2>$W/stderr
	has "$(cat $W/stderr)" "$MESSAGE"
	lacks "$(cat $W/stderr)" hacked
	log_wait 'sftpjail-shell.* deny user="dave" command="[^"]*\.ssh/rc'
	log_wait 'sftpjail-shell.* deny user="dave" command="id"'
	session_open dave
	for worker in $(workers_of dave); do
		lacks "$(cat "/proc/$worker/maps")" upload
	done
	session_close
	[ ! -e /srv/inner/upload/ran ] || fail 'something ran'
	conf_apply
}
try protocol_home_in_the_jail_runs_nothing home_in_the_jail

send_env() {
	sshd_stop
	sshd_configure 'AcceptEnv *'
	sshd_start
	SFTPJAIL_MESSAGE=hacked LD_PRELOAD=/upload/x.so MESSAGE=hacked \
	    RSYNC_RSH=/upload/x ssh_as alice \
	    -o SendEnv='SFTPJAIL_* LD_* MESSAGE RSYNC_*' w 'rsync --server' \
	    >$W/stdout 2>$W/stderr && fail 'exit 0'
	has "$(cat $W/stderr)" "$MESSAGE"
	login_works alice
	sshd_stop
	sshd_configure
	sshd_start
}
try protocol_environment_sent_is_harmless send_env

other_subsystem() {
	sshd_stop
	sshd_configure 'Subsystem evil /bin/sh -c id'
	sshd_start
	refused ssh_as alice -s w evil >$W/stdout
	same 'stdout' "$(cat $W/stdout)" ''
	refused ssh_as alice -s w nonsense
	sshd_stop
	sshd_configure
	sshd_start
}
try protocol_other_subsystem_refused other_subsystem

# The server's arguments come from sshd_config alone.
server_arguments() {
	log_mark
	printf 'put /etc/hosts args\nrm args\n' |
	    sftp_as alice -s 'internal-sftp -l QUIET' && fail 'was served'
	printf 'put /etc/hosts args\nrm args\n' |
	    sftp_as alice -s '/usr/lib/openssh/sftp-server -l QUIET' &&
	    fail 'was served'
	sftp_does alice 'put /etc/hosts args' 'rm args'
	log_wait 'internal-sftp.*open "/upload/args" flags WRITE'
}
try protocol_server_arguments_are_not_the_users server_arguments

# --- names
strange_users() {
	log_mark
	for name in '%s%n' 'ali/ce' '../alice' 'alice%u' \
	    "$(printf 'al\nice')" '-alice' 'ALICE' 'alice.' \
	    "$(head -c 300 /dev/zero | tr '\0' a)"; do
		refused ssh_as "$name" -o "IdentityFile=$W/keys/alice" \
		    -o IdentitiesOnly=yes w id
	done
	log_lacks 'pam_sftpjail.* (open|allow) '
	sshd_is_alive
}
sshd_is_alive() {
	kill -0 "$(cat /run/sshd/world.pid)"
	login_works alice
}
try protocol_strange_user_names_refused strange_users

tty_and_breaks() {
	# A message of 64 kB on the way in, and a client that goes away.
	for n in 1 2 3; do
		head -c 65536 /dev/urandom | ssh_as alice -s w sftp \
		    >/dev/null 2>&1 || :
		: | ssh_as alice -s w sftp >/dev/null 2>&1 || :
	done
	sshd_is_alive
}
try protocol_garbage_on_the_subsystem tty_and_breaks

sshd_stop
cases_end
