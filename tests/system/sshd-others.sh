#!/bin/sh
# SPDX-License-Identifier: ISC
# A local user whom no jail matches, and root, log in as if sftpjail were not
# there: all that a session shows is compared with a stack without the module.
. "$(dirname "$0")/world.sh"
world_enter "$@"

conf_apply || exit 1

# What a login shows, less what differs from one login to the next.
login_shows() {
	ssh_as "$1" w 'id; env; umask; pwd; echo $0; ulimit -a; tty;
	    readlink /proc/self/ns/mnt /proc/self/ns/net /proc/self/ns/pid;
	    grep -E "^(NoNewPrivs|Seccomp|Cap...|Groups):" /proc/self/status;
	    stat -Lc %d:%i /proc/self/root' </dev/null |
	    sed 's/^\(SSH_CLIENT\|SSH_CONNECTION\)=.*/\1/; /XDG_SESSION_ID/d'
	ssh_as "$1" -tt w 'tty >/dev/null && echo has a tty' </dev/null 2>&1 |
	    grep -o '^has a tty'
	# shellcheck disable=SC2016
	printf 'tty >/dev/null && echo shell-$((6 * 7))\nexit\n' |
	    ssh_as "$1" -tt w 2>&1 | grep -o 'shell-42'
	printf 'pwd\nls -l /etc/hosts\n' | sftp_as "$1"
}

for stack in plain debian rhel; do
	pam_use $stack
	cp /etc/pam.d/sshd $W/pam.with
	for user in local root admin; do
		for METHOD in publickey password keyboard-interactive; do
			unchanged() {
				cp $W/pam.with /etc/pam.d/sshd
				sshd_start
				login_shows $user >$W/with
				sshd_stop
				pam_swap '/sftpjail/d'
				sshd_start
				login_shows $user >$W/without
				sshd_stop
				has "$(cat $W/with)" "^uid=.*$user"
				has "$(cat $W/with)" '^has a tty'
				has "$(cat $W/with)" '^shell-42'
				has "$(cat $W/with)" 'Remote working directory'
				diff $W/without $W/with
			}
			[ $stack = debian ] || [ $METHOD = publickey ] ||
			    continue
			try "others_${user}_${METHOD}_${stack}_stack_as_before" \
			    unchanged
		done
	done
done

METHOD=publickey
pam_use debian
sshd_start

forwards_local() {
	web=$($W/bin/worldhelp freeport)
	background $W/bin/worldhelp serve tcp "$web" hello
	here=$($W/bin/worldhelp freeport)
	background ssh_as "$1" -N -L "$here:127.0.0.1:$web" w
	wait_for $W/bin/worldhelp dial tcp "$here"
	same 'through -L' "$($W/bin/worldhelp dial tcp "$here")" hello
	same 'through -W' "$(ssh_as "$1" -W "127.0.0.1:$web" w </dev/null)" hello
}
forwards_remote() {
	web=$($W/bin/worldhelp freeport)
	background $W/bin/worldhelp serve tcp "$web" hello
	there=$($W/bin/worldhelp freeport)
	same 'through -R' "$(ssh_as "$1" -R "$there:127.0.0.1:$web" w \
	    "$W/bin/worldhelp dial tcp $there")" hello
}
forwards_dynamic() {
	need curl
	web=$($W/bin/worldhelp freeport)
	background $W/bin/worldhelp serve tcp "$web" hello
	here=$($W/bin/worldhelp freeport)
	background ssh_as "$1" -N -D "127.0.0.1:$here" w
	wait_for curl -s --http0.9 -x "socks5://127.0.0.1:$here" \
	    "http://127.0.0.1:$web/"
	has "$(curl -s --http0.9 -x "socks5://127.0.0.1:$here" \
	    "http://127.0.0.1:$web/")" hello
}
forwards_sockets() {
	background $W/bin/worldhelp serve unix /tmp/here.sock hello
	rm -f /tmp/there.sock
	same 'streamlocal -R' "$(ssh_as "$1" -R /tmp/there.sock:/tmp/here.sock w \
	    "$W/bin/worldhelp dial unix /tmp/there.sock")" hello
	rm -f /tmp/there.sock
	background ssh_as "$1" -N -L /tmp/l.sock:/tmp/here.sock w
	wait_for $W/bin/worldhelp dial unix /tmp/l.sock
	rm -f /tmp/l.sock /tmp/here.sock
}
forwards_x11() {
	need xauth
	out=$(DISPLAY=:77 ssh_as "$1" -Y w 'echo "$DISPLAY"; xauth list' 2>&1)
	has "$out" '^(localhost|127.0.0.1):1[0-9]'
	has "$out" 'MIT-MAGIC-COOKIE'
}
forwards_agent() {
	eval "$(ssh-agent -s)" >/dev/null
	BG_PIDS="${BG_PIDS:-} $SSH_AGENT_PID"
	ssh-add -q $W/keys/local
	has "$(ssh_as "$1" -A w ssh-add -l)" ED25519
}
copies() {
	head -c 100000 /dev/urandom >/tmp/c
	scp -F $W/ssh_config -o "User=$1" /tmp/c w:c1
	scp -O -F $W/ssh_config -o "User=$1" /tmp/c w:c2
	scp -O -F $W/ssh_config -o "User=$1" w:c1 /tmp/c3
	cmp /tmp/c /tmp/c3
	ssh_as "$1" w cat c2 | cmp /tmp/c -
}
kept_descriptors() {
	out=$(ssh_as "$1" w 'ls -l /proc/self/fd')
	lacks "$out" 'sftpjail|/run/|/var/'
}
for user in local root; do
	try others_${user}_forward_L_and_W forwards_local $user
	try others_${user}_forward_R forwards_remote $user
	try others_${user}_forward_D forwards_dynamic $user
	try others_${user}_forward_unix_sockets forwards_sockets $user
	try others_${user}_forward_x11 forwards_x11 $user
	try others_${user}_forward_agent forwards_agent $user
	try others_${user}_scp_both_protocols copies $user
	try others_${user}_no_descriptor_of_ours kept_descriptors $user
done

not_a_word() {
	log_mark
	ssh_as local w true
	ssh_as root w true
	log_wait 'Accepted publickey for root'
	log_wait 'session closed for user root'
	log_lacks pam_sftpjail
}
try others_not_jailed_not_logged not_a_word

with_debug() {
	pam_swap 's/pam_sftpjail.so/& debug/'
	log_mark
	ssh_as local w true
	log_wait 'pam_sftpjail\(sshd:account\): .*not-jailed'
	log_mark
	sftp_does alice pwd
	log_wait 'close user="alice"'
	log_lacks 'not-jailed user="alice"'
	pam_use debian
}
try others_not_jailed_logged_with_debug with_debug

# A group that sftpjail adds for a user of another source is theirs.
gets_group() {
	CONF_GROUPS='{ name = "more"; gid = 20009; members = [ "local" ]; },'
	conf_apply
	CONF_GROUPS=
	has "$(ssh_as local w id)" 'groups=1000\(local\).*20009\(more\)'
	conf_apply
}
try others_local_user_in_group_of_ours gets_group

sshd_stop
cases_end
