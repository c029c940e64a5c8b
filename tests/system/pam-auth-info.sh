#!/bin/sh
# SPDX-License-Identifier: ISC
# auth = [ ... ]: how the user authenticated, as a real sshd tells it, and a
# user who tells it otherwise: pam_env with user_readenv, which stands in
# Debian's stock stack, takes variables from a file of his.
. "$(dirname "$0")/world.sh"
world_enter "$@"

METHODS='publickey password keyboard-interactive'
FORGED=/srv/sftp/alice/.pam_environment

# expects "METHOD..." LIST...   Only these get in.
expects() {
	good=$1
	shift
	conf_apply "auth = [ $* ];"
	for METHOD in $METHODS; do
		case " $good " in
		*" $METHOD "*) login_works alice ;;
		*) login_denied alice auth-not-allowed ;;
		esac
	done
}

# Nobody is asked for two methods but where sshd wants both.
expects_both() {
	sshd_configure 'AuthenticationMethods publickey,password'
	sshd_start
	METHOD=publickey,password
	conf_apply 'auth = [ "publickey+password" ];'
	login_works alice
	conf_apply 'auth = [ "publickey", "password" ];'
	login_denied alice auth-not-allowed
	conf_apply
	log_mark
	login_works alice
	log_wait 'open user="alice" .* auth="publickey\+password" key="SHA256:'
	METHOD=publickey
	sshd_configure
	sshd_start
}

# forges DETAIL VALUE METHOD LIST...   Refused, whatever the file says.
forges() {
	detail=$1
	printf 'SSH_AUTH_INFO_0 DEFAULT="%s"\n' "$2" >$FORGED
	chown alice $FORGED
	METHOD=$3
	shift 3
	conf_apply "auth = [ $* ];"
	login_denied alice auth-not-allowed
	log_wait "deny user=\"alice\" .* detail=\"$detail"
	rm -f $FORGED
}

# Without this the cases above would show nothing.
file_is_read() {
	printf 'FORGED DEFAULT=yes\n' >/home/local/.pam_environment
	chown local /home/local/.pam_environment
	METHOD=publickey
	has "$(ssh_as local w env)" '^FORGED=yes$'
	rm -f /home/local/.pam_environment
}

nothing_leaks() {
	METHOD=password
	lacks "$(ssh_as local w env)" SFTPJAIL
}

sshd_start
for stack in plain debian rhel; do
	pam_use $stack
	try "auth_publickey_only_$stack" expects 'publickey' '"publickey"'
	try "auth_password_only_$stack" expects \
	    'password keyboard-interactive' '"password"'
	try "auth_either_$stack" expects "$METHODS" '"publickey", "password"'
	try "auth_both_wants_both_$stack" expects '' '"publickey+password"'
	try "auth_two_methods_$stack" expects_both
done
pam_use debian
try auth_debian_stack_reads_a_file_of_the_user file_is_read
try auth_forged_password_is_refused forges 'SSH_AUTH_INFO_0 was written by' \
    password publickey '"password"'
try auth_forged_key_is_refused forges 'authenticated by publickey, which' \
    'publickey x' password '"publickey+password"'
try auth_forged_nothing_is_refused forges 'auth of the jail has no entry' \
    '' password '"publickey"'
try auth_local_users_see_nothing_of_it nothing_leaks
sshd_stop
cases_end
