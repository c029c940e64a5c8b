#!/bin/sh
# SPDX-License-Identifier: ISC
# What the settings of a jail do to a session.
. "$(dirname "$0")/world.sh"
world_enter "$@"

pam_use debian
conf_apply || exit 1
sshd_start
UPLOAD=/srv/sftp/alice/upload
fresh() {
	rm -rf /srv/sftp
	conf_apply "$@"
}

in_chroot() {
	fresh 'isolation = "chroot";'
	# The first login makes what all share.
	login_works alice
	leftovers_before
	session_open alice
	for worker in $(workers_of alice); do
		differs root "$(stat -Lc %d:%i "/proc/$worker/root")" \
		    "$(stat -Lc %d:%i /proc/1/root)"
		differs network "$(ns_of "$worker" net)" "$(ns_of 1 net)"
		same no_new_privs "$(status_of "$worker" NoNewPrivs)" 1
		same uids "$(status_of "$worker" Uid)" '20001 20001 20001 20001'
		same groups "$(status_of "$worker" Groups)" '20000 20001 20002'
		no_strange_descriptor "$worker"
	done
	session_says 'put /etc/hosts h' 'put /etc/hosts'
	session_says 'ls -l' 'alice +sftp-only .* h$'
	session_close
	cmp /etc/hosts $UPLOAD/h
	refused sftp_does alice 'get /etc/passwd /tmp/x'
	nothing_left $W/left.before
}
try settings_isolation_chroot in_chroot

no_shell_in_chroot() {
	fresh 'isolation = "chroot";'
	for command in id internal-sftp /bin/sh; do
		out=$(ssh_as alice w $command 2>/dev/null) && fail 'exit 0'
		same stdout "$out" ''
	done
	refused ssh_as alice -T w </dev/null
}
try settings_isolation_chroot_runs_no_command no_shell_in_chroot

chroot_refuses_more() {
	conf_write 'isolation = "chroot"; transfer_log = true;'
	exits 3 sftpjail apply
}
try settings_isolation_chroot_with_log_is_an_error chroot_refuses_more

# It would give the user the home that is to be the root.
with_mkhomedir() {
	fresh
	sed -i '/^session.*pam_loginuid/i session required pam_mkhomedir.so' \
	    /etc/pam.d/sshd
	for METHOD in publickey keyboard-interactive; do
		rm -rf /srv/sftp
		login_works alice
	done
	METHOD=publickey
	same root "$(stat -c '%a %U' /srv/sftp/alice)" '755 root'
	pam_use debian
}
try settings_create_before_pam_mkhomedir with_mkhomedir

# A limit of the host for who is only to fetch; our own files are none of his.
# Where root may not lift it, he is refused and the log says so.
with_no_file_size() {
	fresh
	login_works alice
	echo text >$UPLOAD/t
	printf 'alice %s fsize 0\n' hard soft >/etc/security/limits.conf
	if (ulimit -f 0 && ulimit -f 1000); then
		sftp_does alice 'get t /tmp/t'
		cmp $UPLOAD/t /tmp/t
		refused sftp_does alice 'put /etc/hosts h'
		[ ! -s $UPLOAD/h ] || fail 'the limit is gone'
	else
		log_mark
		refused sftp_does alice pwd
		log_wait 'session.: deny .*reason=system-error .*File too large'
	fi
}
try settings_pam_limits_leave_no_room_for_files with_no_file_size
: >/etc/security/limits.conf

with_umask() {
	fresh 'umask = "0027";'
	sftp_does alice 'mkdir d' 'put /etc/hosts f' 'chmod 666 f'
	same d "$(stat -c %a $UPLOAD/d)" 750
	fresh 'umask = "0002";'
	sftp_does alice 'mkdir d'
	same d "$(stat -c %a $UPLOAD/d)" 775
}
try settings_umask with_umask

with_mode() {
	fresh 'writable_mode = "2770"; writable_group = "acme";'
	sftp_does alice 'put /etc/hosts f'
	same upload "$(stat -c '%a %u %g' $UPLOAD)" '2770 20001 20001'
	same f "$(stat -c %g $UPLOAD/f)" 20001
}
try settings_writable_mode_and_group with_mode

several() {
	rm -rf /srv/sftp
	CONF_JAILS='{ name = "more"; users = [ "alice" ]; root = "/srv/sftp/%g/%u"; create = true; writable = [ "in", "/out/deep" ]; start = "out"; },'
	conf_apply
	has "$(sftp_does alice pwd)" 'directory: /out$'
	has "$(sftp_does alice 'put /etc/hosts /in/a' \
	    'put /etc/hosts /out/deep/b' 'ls -l /')" ' /in$'
	refused sftp_does alice 'put /etc/hosts /out/c'
	same root "$(stat -c '%a %U' /srv/sftp/sftp-only/alice)" '755 root'
	cmp /etc/hosts /srv/sftp/sftp-only/alice/out/deep/b
	CONF_JAILS=
}
try settings_root_template_writable_start several

log_off() {
	fresh 'transfer_log = false;'
	log_mark
	sftp_does alice 'put /etc/hosts f' 'ls /'
	log_wait 'close user="alice"'
	log_lacks 'internal-sftp.*(open|close) "'
	[ ! -e /srv/sftp/alice/dev/log ] || fail 'a placeholder was made'
}
try settings_transfer_log_false log_off

# The socket is taken away while the session opens; the daemon still hears who
# has it open, so only the line of the denial is looked for elsewhere.
log_gone() {
	fresh "transfer_log = $1;"
	mv /dev/log /dev/log.away
	status=0
	out=$(sftp_does alice 'put /etc/hosts f') || status=$?
	mv /dev/log.away /dev/log
	echo "$out"
	case $1 in
	true) same status $status 0 ;;
	*) differs status $status 0 ;;
	esac
}
try settings_transfer_log_true_without_dev_log_is_allowed log_gone true
try settings_transfer_log_required_without_dev_log_is_denied log_gone '"required"'

keys_command() {
	fresh '' 'key_files = false;'
	[ ! -e /var/lib/sftpjail/keys/alice ] || fail 'the key file stayed'
	sshd_stop
	sshd_configure 'AuthorizedKeysCommand /usr/sbin/sftpjail keys %u
	AuthorizedKeysCommandUser nobody'
	sshd_start
	login_works alice
	has "$(ssh_as local w id)" uid=1000
	refused ssh_as alice -i $W/keys/bob -o IdentitiesOnly=yes \
	    -o IdentityFile=$W/keys/bob -F /dev/null -p "$PORT" \
	    -o UserKnownHostsFile=$W/known_hosts 127.0.0.1
	CONF_USERS='{ name = "dave"; uid = 20004; disabled = true; keys = [ "'$(cat \
	    $W/keys/dave.pub)'" ]; },'
	conf_apply '' 'key_files = false;'
	CONF_USERS=
	refused sftp_does dave pwd
	sshd_stop
	sshd_configure
	conf_apply
	sshd_start
}
try settings_authorized_keys_command keys_command

excepted() {
	fresh 'except_users = [ "bob" ];'
	login_works alice
	log_mark
	# No jail matches: not our business, and the login shell says no.
	refused ssh_as bob w id
	log_lacks 'pam_sftpjail.*user="bob"'
	conf_apply
}
try settings_except_users excepted

disabled_of_files() {
	CONF_JAILS='{ name = "ours"; users = [ "local" ]; root = "/srv/local"; create = true; },'
	fresh '' 'disabled = [ "local" ];'
	login_denied local user-disabled
	fresh
	login_works local
	CONF_JAILS=
	conf_apply
	has "$(ssh_as local w id)" uid=1000
}
try settings_disabled_locks_users_of_other_sources disabled_of_files

# For a PAM service of its own: sshd is known by PAM_TTY, not by its name.
another_name() {
	sshd_stop
	ln -s /usr/sbin/sshd /usr/local/sbin/sftpd
	cp /etc/pam.d/sshd /etc/pam.d/sftpd
	conf_apply 'services = [ "sftpd" ];'
	SSHD=/usr/local/sbin/sftpd
	sshd_start
	log_mark
	session_open alice
	for worker in $(pids_titled '^sftpd: alice@'); do
		is_confined "$worker" 20001 '20000 20001 20002'
	done
	[ -n "$worker" ] || fail 'no worker'
	session_close
	log_wait 'pam_sftpjail\(sftpd:session\): open user="alice"'
	refused ssh_as alice w id
}
try settings_sshd_by_another_name another_name

sshd_stop
cases_end
