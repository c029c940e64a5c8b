#!/bin/sh
# SPDX-License-Identifier: ISC
# The database is missing or not to be trusted: nobody but root, and the rescue
# group; a broken edit changes nothing; a new apply counts at the next login.
. "$(dirname "$0")/world.sh"
world_enter "$@"

pam_use debian
conf_apply || exit 1
cp -a /var/lib/sftpjail $W/state
sshd_start

whole_again() {
	rm -rf /var/lib/sftpjail
	cp -a $W/state /var/lib/sftpjail
	pam_use debian
}

nobody_denied() {
	log_mark
	refused ssh_as local w id
	log_wait "pam_sftpjail\\(sshd:account\\): deny user=\"local\" .*reason=$1"
	log_mark
	refused ssh_as admin w id
	log_wait "reason=$1"
	log_mark
	# Known to nobody any more, or known and denied: no login.
	refused sftp_does alice pwd
	log_lacks 'open user="alice"'
	has "$(ssh_as root w id)" 'uid=0'
	METHOD=password
	refused ssh_as local w id
	has "$(ssh_as root w id)" 'uid=0'
	METHOD=publickey
}

# Both halves of the database, and each alone.
spoil() {
	cd /var/lib/sftpjail || return 1
	for spoil_file in $2; do
		case $1 in
		missing) rm $spoil_file ;;
		foreign) chown 1000 $spoil_file ;;
		group-writable) chmod g+w $spoil_file ;;
		world-writable) chmod o+w $spoil_file ;;
		symlink) mv $spoil_file x.$spoil_file &&
			ln -s x.$spoil_file $spoil_file ;;
		fifo) rm $spoil_file && mkfifo -m 0644 $spoil_file ;;
		directory) rm $spoil_file && mkdir $spoil_file ;;
		empty) : >$spoil_file ;;
		half) truncate -s $(($(stat -c %s $spoil_file) / 2)) \
			$spoil_file ;;
		text) echo 'hello, world' >$spoil_file ;;
		esac
	done
	cd $SRC || return 1
}

database() {
	whole_again
	spoil "$1" "$2"
	nobody_denied "$3"
	exits 1 sftpjail check >$W/check
	whole_again
	login_works alice
	has "$(ssh_as local w id)" 'uid=1000'
}
SECRET=secret.v1.cdb
for row in missing:db-missing foreign:db-untrusted \
    group-writable:db-untrusted world-writable:db-untrusted \
    symlink:db-untrusted fifo:db-untrusted directory:db-untrusted \
    'empty:(db-corrupt|db-untrusted)' 'half:(db-corrupt|db-untrusted)' \
    'text:(db-corrupt|db-untrusted)'; do
	try "database_${row%%:*}_denies_all_but_root" database "${row%%:*}" \
	    $SECRET "${row#*:}"
done

both_missing() {
	whole_again
	rm -rf /var/lib/sftpjail
	nobody_denied db-missing
	whole_again
}
try database_directory_missing_denies_all_but_root both_missing

public_alone() {
	for how in missing foreign half text; do
		whole_again
		spoil $how public.v1.cdb
		refused sftp_does alice pwd
		has "$(ssh_as root w id)" 'uid=0'
	done
	whole_again
	login_works alice
}
try database_public_half_spoilt_no_login public_alone

bit_flips() {
	size=$(stat -c %s $W/state/$SECRET)
	at=0
	while [ $at -lt "$size" ]; do
		whole_again
		byte=$(od -An -tu1 -j $at -N 1 /var/lib/sftpjail/$SECRET)
		printf "\\$(printf '%03o' $((byte ^ 16)))" |
		    dd of=/var/lib/sftpjail/$SECRET bs=1 seek=$at \
		    conv=notrunc 2>/dev/null
		out=$(ssh_as alice w id 2>/dev/null) && fail "at $at: $out"
		same "at $at" "$(free_processes 20001)" ''
		has "$(ssh_as root w id)" 'uid=0'
		at=$((at + size / 20 + 1))
	done
	whole_again
}
try database_bits_flipped_never_outside bit_flips

rescue() {
	whole_again
	pam_swap '/^\(account\|session\)/s/pam_sftpjail.so/& rescue=sudo/'
	has "$(ssh_as admin w id)" 'uid=1001'
	login_works alice
	spoil "$1" $SECRET
	has "$(ssh_as admin w id)" 'uid=1001\(admin\).*27\(sudo\)'
	log_mark
	refused ssh_as local w id
	log_wait "deny user=\"local\" .*reason=$2"
	refused sftp_does alice pwd
	whole_again
}
try database_missing_rescue_group_gets_in rescue missing db-missing
try database_untrusted_rescue_group_gets_in rescue foreign db-untrusted

# Only what the files say of the group counts.
rescue_by_files() {
	whole_again
	CONF_GROUPS='{ name = "helpers"; gid = 20010; members = [ "local" ]; },'
	conf_apply
	pam_swap '/^\(account\|session\)/s/pam_sftpjail.so/& rescue=helpers/'
	chown 1000 /var/lib/sftpjail/$SECRET
	refused ssh_as local w id
	whole_again
}
try database_rescue_group_of_ours_does_not_count rescue_by_files

onerr_ignore() {
	whole_again
	pam_swap '/^\(account\|session\)/s/pam_sftpjail.so/& onerr=ignore/'
	rm /var/lib/sftpjail/$SECRET
	has "$(ssh_as local w id)" 'uid=1000'
	whole_again
}
try database_missing_onerr_ignore_lets_local_in onerr_ignore

broken_edit() {
	whole_again
	cksum /var/lib/sftpjail/*.cdb >$W/before
	conf_write 'nonsense = true;'
	exits 3 sftpjail apply >$W/out 2>&1
	line=$(grep -n nonsense /etc/sftpjail/sftpjail.conf | cut -d : -f 1)
	has "$(cat $W/out)" "sftpjail.conf:$line: .*nonsense"
	cksum /var/lib/sftpjail/*.cdb | diff $W/before -
	login_works alice
	printf 'version = 1;\nusers = (\n' >/etc/sftpjail/sftpjail.conf
	exits 3 sftpjail apply >$W/out 2>&1
	has "$(cat $W/out)" 'sftpjail.conf:[0-9]+: '
	cksum /var/lib/sftpjail/*.cdb | diff $W/before -
	login_works alice
}
try database_broken_edit_changes_nothing broken_edit

live_apply() {
	whole_again
	conf_apply
	session_open alice
	conf_apply '' 'disabled = [ "alice" ];'
	session_says 'mkdir live' 'mkdir live'
	session_says 'ls -l' 'alice +sftp-only .* live$'
	# The key file is gone: only a password gets as far as PAM.
	refused sftp_does alice pwd
	METHOD=password
	login_denied alice user-disabled
	METHOD=publickey
	conf_apply 'umask = "0077";'
	session_says 'mkdir live2' 'mkdir live2'
	session_says 'ls -l' '^drwxr-xr-x .* live2$'
	has "$(sftp_does alice 'mkdir next' 'ls -l')" '^drwx------ .* next$'
	session_close
	sftp_does alice 'rmdir live' 'rmdir live2' 'rmdir next'
	conf_apply
}
try database_new_apply_counts_at_the_next_login live_apply

removed_user() {
	CONF_USERS='{ name = "dave"; uid = 20004; keys = [ "'$(cat \
	    $W/keys/dave.pub)'" ]; },'
	conf_apply
	login_works dave
	session_open dave
	CONF_USERS=
	conf_apply
	# The session that was goes on, with the names it had.
	session_says 'put /etc/hosts x' 'put /etc/hosts x'
	session_says 'ls x' '^x'
	session_close
	refused sftp_does dave pwd
	[ ! -e /var/lib/sftpjail/keys/dave ] || fail 'the key file stayed'
}
try database_user_removed_during_a_session removed_user

# The policy says no, one reason after the other.
reasons() {
	CONF_USERS='{ name = "dave"; uid = 20004; '$1' keys = [ "'$(cat \
	    $W/keys/dave.pub)'" ]; },'
	conf_apply "$2" "$3"
	# The key file of a disabled or expired user is gone: give it back.
	printf '%s\n' "$(cat $W/keys/dave.pub)" >/var/lib/sftpjail/keys/dave
	login_denied dave "$4"
	CONF_USERS=
}
try database_reason_disabled reasons 'disabled = true;' '' '' user-disabled
try database_reason_disabled_list reasons '' '' 'disabled = [ "dave" ];' \
    user-disabled
try database_reason_expired reasons 'expires = "2020-01-31";' '' '' \
    user-expired
try database_reason_not_yet reasons 'not_before = "2100-01-01";' '' '' \
    user-not-yet-valid
try database_reason_from reasons '' 'from = [ "192.0.2.0/24", "2001:db8::/32" ];' \
    '' from-not-allowed
try database_reason_service reasons '' 'services = [ "vsftpd" ];' '' \
    service-not-allowed
try database_reason_auth reasons '' 'auth = [ "password" ];' '' \
    auth-not-allowed

auth_password() {
	conf_apply 'auth = [ "publickey" ];'
	login_works alice
	METHOD=password
	refused sftp_does alice pwd
	METHOD=keyboard-interactive
	refused sftp_does alice pwd
	METHOD=publickey
	conf_apply 'auth = [ "publickey+password" ];'
	refused sftp_does alice pwd
	METHOD=password
	refused sftp_does alice pwd
	METHOD=publickey,password
	sshd_stop
	sshd_configure 'AuthenticationMethods publickey,password publickey'
	sshd_start
	sshd_stop
	sshd_configure 'AuthenticationMethods publickey,password'
	sshd_start
	login_works alice
	sshd_stop
	sshd_configure
	sshd_start
	METHOD=publickey
	conf_apply
}
try database_auth_methods_are_enforced auth_password

from_right() {
	conf_apply 'from = [ "127.0.0.0/8" ];'
	login_works alice
	conf_apply 'from = [ "::ffff:127.0.0.1" ];'
	login_works alice
	conf_apply
}
try database_from_allows_the_right_address from_right

# Lists as long as nobody writes them, and a small stack: what is read from the
# database has no place on it.
huge_jail() {
	need prlimit
	from=$(seq -f '"198.51.100.0/24", "2001:db8:%.0f::/64",' 1 5000)
	names=$(seq -f '"user%.0f",' 1 50000)
	sshd_stop
	sshd_start prlimit --stack=262144
	conf_apply "from = [ $from \"127.0.0.1\" ]; except_users = [ $names \"x\" ];" \
	    2>/dev/null
	login_works alice
	conf_apply "from = [ $from \"192.0.2.1\" ]; except_users = [ $names \"x\" ];" \
	    2>/dev/null
	login_denied alice from-not-allowed
	conf_apply
	sshd_stop
	sshd_start
}
try database_huge_jail_on_a_small_stack huge_jail

banner() {
	conf_apply 'from = [ "192.0.2.1" ]; message = "Closed on Sundays.";'
	out=$(sftp_does alice pwd) && fail "$out"
	has "$out" 'Closed on Sundays\.'
	lacks "$out" 'from-not-allowed|192.0.2'
	# Quotes, lines and letters come as they were written; none into the log.
	conf_apply 'from = [ "192.0.2.1" ]; message = "\"Zoë\": closed,\n$(id) %s \\o/";'
	log_mark
	out=$(LC_ALL=C.UTF-8 sftp_does alice pwd) && fail "$out"
	has "$out" '^"Zoë": closed,'
	has "$out" '^\$\(id\) %s \\o/'
	log_wait 'deny user="alice".*reason=from-not-allowed'
	log_lacks 'Zo|closed|%s'
	# pam_unix, which is asked after us, would say that he has expired.
	CONF_USERS='{ name = "dave"; uid = 20004; password = "'$HASH'"; expires = "2020-01-31"; },'
	conf_apply 'message = "Closed on Sundays.";'
	CONF_USERS=
	for METHOD in password keyboard-interactive; do
		out=$(sftp_does dave pwd) && fail "$out"
		has "$out" 'Closed on Sundays\.'
		lacks "$out" 'expired'
	done
	log_wait 'deny user="dave".*reason=user-expired'
	METHOD=publickey
	conf_apply
}
try database_denied_user_sees_the_message_alone banner

sshd_stop
cases_end
