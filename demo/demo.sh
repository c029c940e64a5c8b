#!/bin/sh
# SPDX-License-Identifier: ISC
# What sftpjail does, shown with a real sshd in a private world (mount and
# process namespaces): nothing of this host is changed.  "make demo" runs it;
# KEEP=1 keeps the world up to try by hand.  Each step is checked; the last line
# is "demo: ok" only if all of them did what they should.
if [ "$(id -u)" -ne 0 ]; then
	echo 'demo: needs root: sudo make demo' >&2
	exit 1
fi
DEMO_PID=${DEMO_PID:-$$}
export DEMO_PID
cd "$(dirname "$0")/.." || exit 1
. tests/system/world.sh
world_net=host
world_enter "$@"

steps=0
faults=0
OUT=$W/demo.out

say() {
	printf '\n\033[1m%s\033[0m\n' "$*" | if [ -t 1 ]; then
		cat
	else
		sed 's/\x1b\[[01]m//g'
	fi
}

# show COMMAND-LINE    Prints and runs it; the status is kept in $status.
show() {
	printf '  # %s\n' "$1"
	status=0
	sh -c "PATH=$W/bin:\$PATH; $1" >$OUT 2>&1 </dev/null || status=$?
	sed 's/\r$//; s/^/  /' $OUT
}

# expect WHAT STATUS [PATTERN]   Judges what was shown last; STATUS is "ok",
# "refused" or a number.
expect() {
	steps=$((steps + 1))
	case $2 in
	ok) [ $status -eq 0 ] ;;
	refused) [ $status -ne 0 ] ;;
	*) [ $status -eq "$2" ] ;;
	esac && { [ -z "${3:-}" ] || grep -Eq -e "$3" $OUT; } && return
	faults=$((faults + 1))
	printf '  >>> NOT AS IT SHOULD BE: %s (exit %s)\n' "$1" $status
}

# The commands shown are short: these wrappers know the port and the key.
demo_wrappers() {
	for program in ssh sftp; do
		printf '#!/bin/sh\nexec timeout 30 /usr/bin/%s -F %s "$@"\n' \
		    $program $W/ssh_config >$W/bin/$program
		chmod 755 $W/bin/$program
	done
	cat >$W/ssh_config <<-END
	Host sftp.example
	  HostName 127.0.0.1
	  Port $PORT
	  UserKnownHostsFile $W/known_hosts
	  GlobalKnownHostsFile /dev/null
	  IdentityFile $W/keys/%r
	  IdentitiesOnly yes
	  BatchMode yes
	  LogLevel INFO
	END
	cp /etc/hosts /root/report.txt
}

show_log() {
	printf '  --- syslog:\n'
	log_since | grep -E "$1" | sed 's/^[a-z0-9]*\.[a-z]* /  /' | cut -c 1-160
}

say '1. The sshd of this demonstration has no Match, ChrootDirectory or ForceCommand'
pam_use debian
rm -rf /etc/motd /etc/update-motd.d
sshd_start || exit 1
demo_wrappers
show "grep -E '^(UsePAM|Subsystem|AuthorizedKeysFile)' /etc/ssh/sshd_config"
expect 'sshd_config' ok 'internal-sftp'
show "grep -cE '^[[:space:]]*(Match|ChrootDirectory|ForceCommand)' /etc/ssh/sshd_config"
expect 'no Match' 1 '^0$'
show 'grep sftpjail /etc/pam.d/sshd /etc/nsswitch.conf'
expect 'PAM' ok 'pam_sftpjail'

say '2. The configuration: one user, one jail'
cat >/etc/sftpjail/sftpjail.conf <<END
version = 1;
ids: { uid_min = 20000; uid_max = 60000; gid_min = 20000; gid_max = 60000; };
user_defaults: { group = "sftp-only"; home = "/srv/sftp/%u"; };
groups = ( { name = "sftp-only"; gid = 20000; } );
users  = ( { name = "alice"; uid = 20001;
             keys = [ "$(cat $W/keys/alice.pub)" ]; } );
jails  = ( { name = "default"; groups = [ "sftp-only" ]; root = "%h";
             create = true; writable = [ "/upload" ]; start = "/upload"; } );
END
chmod 0600 /etc/sftpjail/sftpjail.conf
show 'cat /etc/sftpjail/sftpjail.conf'
expect 'the configuration' ok 'alice'
show 'sftpjail apply'
expect 'apply' ok 'users \+1'
show 'getent passwd alice'
expect 'getent' ok '^alice:'
show 'sftpjail check'
expect 'check' ok 'no problems'
show 'sftpjail explain alice | head -n 1'
expect 'explain' ok 'alice: allow \(jail default\)'

say '3. Alice uploads a file with her key'
log_mark
printf 'pwd\nput /root/report.txt\nls -l\nls -l /\n' >$W/batch
show "sftp -b $W/batch alice@sftp.example"
expect 'the upload' ok 'alice +sftp-only .*report.txt'
show 'ls -ln /srv/sftp/alice/upload; cmp /root/report.txt /srv/sftp/alice/upload/report.txt'
expect 'the file' ok '20001 +20000 .*report.txt'
(log_wait 'close user="alice"')
show_log 'pam_sftpjail|internal-sftp.*(open|close) "'

say '4. Everything else is refused'
log_mark
show 'ssh -T alice@sftp.example'
expect 'a shell' 1 '(SFTP|sftp)'
show 'ssh alice@sftp.example cat /etc/passwd'
expect 'a command' 1 '(SFTP|sftp)'
WEB=$($W/bin/worldhelp freeport)
$W/bin/worldhelp serve tcp "$WEB" 'a service of this host' >/dev/null &
HERE=$($W/bin/worldhelp freeport)
wait_for $W/bin/worldhelp dial tcp "$WEB"
show "worldhelp dial tcp $WEB"
expect 'the service' ok 'a service of this host'
show "ssh -W 127.0.0.1:$WEB alice@sftp.example"
expect '-W' refused '(prohibited|failed|denied|refused)'

# through OPTION    A connection with it that stays, and what comes through.
through() {
	printf '  # ssh -N %s alice@sftp.example &\n' "$1"
	# shellcheck disable=SC2086 # two words
	$W/bin/ssh -M -S $W/mux -N $1 alice@sftp.example >$W/through 2>&1 &
	through_pid=$!
	(wait_for ssh -F $W/ssh_config -S $W/mux -O check alice@sftp.example)
	show "$2"
	ssh -F $W/ssh_config -S $W/mux -O exit alice@sftp.example 2>/dev/null
	wait $through_pid
	sed 's/\r$//; s/^/  /' $W/through
	cat $W/through >>$OUT
}
through "-L $HERE:127.0.0.1:$WEB" "worldhelp dial tcp $HERE"
expect '-L' ok '(prohibited|failed|denied|refused)'
grep -q 'a service of this host' $OUT && faults=$((faults + 1))
through "-D $HERE" "worldhelp socks $HERE $WEB"
expect '-D' refused '(prohibited|failed|denied|refused)'
grep -q 'a service of this host' $OUT && faults=$((faults + 1))
show "ssh -o ExitOnForwardFailure=yes -N -R $HERE:127.0.0.1:$WEB alice@sftp.example"
expect '-R' refused 'forwarding failed'
(log_wait 'sftpjail-shell.*cat')
show_log 'sftpjail-shell'

say '5. A directory of the way to the jail becomes writable by its group'
show 'chmod g+w /srv/sftp'
log_mark
show 'echo pwd | sftp -b - alice@sftp.example'
expect 'the login with an unsafe root' refused
show_log 'pam_sftpjail'
show 'sftpjail explain alice'
expect 'explain' 1 'alice: deny root-mode'
mend=$(sed -n 's/.*\(chmod [^ ]* \/srv\/sftp\)\([^/].*\)*$/\1/p' $OUT | head -n 1)
say '6. The command that explain names mends it'
show "${mend:-false}"
expect 'the mending command' ok
show 'echo pwd | sftp -b - alice@sftp.example'
expect 'the login, mended' ok 'directory: /upload'

say '7. Who is there'
mkfifo $W/in
$W/bin/sftp -b - alice@sftp.example <$W/in >$W/live 2>&1 &
live_pid=$!
exec 8>$W/in
echo pwd >&8
(wait_for grep -q 'Remote working' $W/live)
show 'sftpjail who'
expect 'who' ok 'alice'
show 'sftpjail kill alice'
expect 'kill' ok 'ended session'
exec 8>&-
wait $live_pid
show 'sftpjail who'
expect 'who, after' ok
grep -q alice $OUT && faults=$((faults + 1))

if [ $faults -ne 0 ]; then
	say "demo: FAILED - $faults of $steps steps did not do what they should"
	exit 1
fi

if [ -n "${KEEP:-}" ]; then
	sed -i "s|^\( *keys = \)|  password = \"$HASH\";\n\1|" \
	    /etc/sftpjail/sftpjail.conf
	sftpjail apply >/dev/null || exit 1
	ns=/proc/$DEMO_PID/ns
	cat <<-END

	The world stays up.  From another terminal of this host:
	  sftp -P $PORT alice@127.0.0.1          (password: $PASSWORD)
	  sudo sftp -P $PORT -i /proc/$DEMO_PID/root$W/keys/alice alice@127.0.0.1
	  sudo cat /proc/$DEMO_PID/root$LOG                 (its syslog)
	A root shell in it, for sftpjail, its configuration and its log:
	  sudo nsenter --mount=$ns/mnt --pid=$ns/pid_for_children bash
	To end it and leave nothing behind: press Enter here, or
	  sudo touch /proc/$DEMO_PID/root$W/end
	END
	if [ -t 0 ]; then
		read -r _
	else
		while [ ! -e $W/end ]; do
			sleep 1
		done
	fi
fi
sshd_stop
printf '\ndemo: ok - %s steps, each did what it should; nothing of this host was changed\n' \
    $steps
