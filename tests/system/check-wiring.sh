#!/bin/sh
# SPDX-License-Identifier: ISC
# "sftpjail check": PAM lines through includes, nsswitch.conf and sshd_config.
# Each fault is put into a right installation and must be named with its line.
. "$(dirname "$0")/world.sh"
world_enter "$@"
. "$world_lib/check.sh"

PAM=/etc/pam.d/sshd
NSS=/etc/nsswitch.conf
CONF=/etc/ssh/sshd_config

# line_of FILE PATTERN   "FILE:LINE" of the first line that matches.
line_of() {
	grep -nE -e "$2" "$1" | sed -n "1s|^\([0-9]*\):.*|$1:\1|p"
}

stacks_are_good() {
	for stack in plain debian rhel; do
		check_good
		pam_use $stack
		check_says 0
		same "problems of $stack" "$(cat $W/check.out)" 'ok: no problems'
	done
}

# The samples that are shipped are right.
samples_are_good() {
	check_good
	grep -v '^#' $SRC/conf/pam.d-sshd >$PAM
	grep -v '^#' $SRC/conf/sshd_config >$CONF
	sed -i '/^\(passwd\|group\|shadow\):/d' $NSS
	grep -E '^(passwd|group|shadow):' $SRC/conf/nsswitch.conf >>$NSS
	check_says 0
	same problems "$(cat $W/check.out)" 'ok: no problems'
}

stock_stacks_miss_us() {
	for stack in plain debian rhel; do
		check_good
		pam_use $stack
		pam_swap /pam_sftpjail/d
		for type in auth account session; do
			check_finds error pam-$type-missing $PAM
		done
		check_counts 3
	done
}

# pam_fault STACK ID SED-SCRIPT SEVERITY
pam_fault() {
	check_good
	pam_use "$1"
	pam_swap "$3"
	check_finds "${4:-error}" "$2" \
	    "$(line_of $PAM "^${5:-auth}.*pam_sftpjail")"
	check_counts 1
}

auth_missing() {
	check_good
	pam_use debian
	pam_swap '/^auth.*pam_sftpjail/d'
	check_finds error pam-auth-missing $PAM
	check_counts 1
}

auth_after_sufficient() {
	pam_fault plain pam-auth-place \
	    '1i auth sufficient pam_unix.so' error
}

auth_after_done() {
	pam_fault debian pam-auth-place \
	    '1i auth [success=done default=ignore] pam_unix.so' error
}

auth_jumped_over() {
	pam_fault rhel pam-auth-place \
	    '1i auth [success=1 default=ignore] pam_unix.so' error
}

auth_after_requisite() {
	pam_fault plain pam-auth-requisite \
	    '1i auth requisite pam_env.so' warning
}

# Behind Debian's common-auth: pam_deny may end the stack.
auth_after_common() {
	check_good
	pam_use debian
	pam_swap -e '/^auth.*pam_sftpjail/d' -e \
	    '/@include common-auth/a auth required pam_sftpjail.so'
	check_finds warning pam-auth-requisite \
	    "$(line_of $PAM 'auth.*pam_sftpjail')" /etc/pam.d/common-auth:2
}

auth_after_include() {
	check_good
	pam_use rhel
	pam_swap -e '/^auth.*pam_sftpjail/d' \
	    -e 's/substack  */include /' \
	    -e '/^auth.*postlogin/a auth required pam_sftpjail.so'
	check_finds error pam-auth-place \
	    "$(line_of $PAM 'auth.*pam_sftpjail')" /etc/pam.d/password-auth:2
}

account_missing() {
	check_good
	pam_swap '/^account.*pam_sftpjail/d'
	check_finds error pam-account-missing $PAM
	check_counts 1
}

account_after_sufficient() {
	pam_fault plain pam-account-place \
	    '1i account sufficient pam_localuser.so' error account
}

account_after_common() {
	check_good
	pam_use debian
	pam_swap -e '/^account.*pam_sftpjail/d' -e \
	    '/@include common-account/a account required pam_sftpjail.so'
	check_finds error pam-account-place \
	    "$(line_of $PAM 'account.*pam_sftpjail')" \
	    /etc/pam.d/common-account:1
}

session_missing() {
	check_good
	pam_use rhel
	pam_swap '/^session.*pam_sftpjail/d'
	check_finds error pam-session-missing $PAM
	check_counts 1
}

session_not_last() {
	pam_fault debian pam-session-not-last \
	    '$a session optional pam_motd.so' error session
}

session_after_sufficient() {
	pam_fault plain pam-session-place \
	    '1i session sufficient pam_unix.so' error session
}

control_optional() {
	pam_fault plain pam-control \
	    's/^account .*pam_sftpjail/account optional pam_sftpjail/' \
	    error account
}

unknown_argument() {
	pam_fault plain bad-option \
	    '/^account .*pam_sftpjail/s/$/ strict/' error account
}

rescue_group() {
	pam_fault plain pam-rescue \
	    '/^account .*pam_sftpjail/s/$/ rescue=nosuch/' warning account
	pam_swap 's/rescue=nosuch/rescue=sudo/'
	check_says 0
	check_counts 0
}

confine_on_sshd() {
	pam_fault plain pam-confine-session \
	    '/^session .*pam_sftpjail/s/$/ confine=session/' error session
}

include_is_missing() {
	check_good
	pam_use debian
	mv /etc/pam.d/common-session $W/common-session
	trap 'mv $W/common-session /etc/pam.d/' EXIT
	check_finds error pam-syntax "$(line_of $PAM 'common-session')"
}

su_with_account_only() {
	check_good
	conf_apply 'services = [ "sshd", "su" ];'
	pam_write su <<-'END'
	auth sufficient pam_rootok.so
	account required pam_sftpjail.so
	account required pam_unix.so
	session required pam_unix.so
	END
	check_finds error pam-session-missing /etc/pam.d/su 'service su'
	check_counts 1
	echo 'session required pam_sftpjail.so' >>/etc/pam.d/su
	check_finds error pam-confine-missing /etc/pam.d/su:5
	sed -i 's/\(session.*sftpjail.so\)/\1 confine=session/' /etc/pam.d/su
	check_says 0
	rm /etc/pam.d/su
	check_finds error pam-service-missing /etc/pam.d/su
}

nss_faults() {
	check_good
	for base in passwd group shadow; do
		sed -i "s/^$base:.*/$base: files/" $NSS
		check_finds error nss-missing "$(line_of $NSS "^$base:")"
		sed -i "/^$base:/d" $NSS
		check_finds error nss-missing $NSS "$base:"
		echo "$base: sftpjail files" >>$NSS
		check_finds error nss-order "$(line_of $NSS "^$base:")"
		sed -i "s/^$base:.*/$base: files [NOTFOUND=return] sftpjail/" $NSS
		check_finds error nss-unreachable "$(line_of $NSS "^$base:")"
		sed -i "s/^$base:.*/$base: files sftpjail/" $NSS
		check_says 0
	done
	echo 'initgroups: files' >>$NSS
	check_finds error nss-missing "$(line_of $NSS '^initgroups:')"
	sed -i '/^initgroups:/d' $NSS
	mv $NSS $NSS.off
	check_finds error nss-missing $NSS
	mv $NSS.off $NSS
}

# What check says of the order of sources in initgroups is so.
nss_initgroups() {
	check_good
	sed -i 's/^staff:.*/staff:x:50:local,alice/' /etc/group
	trap 'sed -i "s/^staff:.*/staff:x:50:local/" /etc/group' EXIT
	echo 'initgroups: files sftpjail' >>$NSS
	check_finds error nss-initgroups "$(line_of $NSS '^initgroups:')"
	lacks "$(id -nG alice)" acme
	sed -i 's/^initgroups:.*/initgroups: files [SUCCESS=continue] sftpjail/' \
	    $NSS
	check_says 0
	has "$(id -nG alice)" acme
}

# sshd_fault SEVERITY ID LINES PATTERN   LINES come first.
sshd_fault() {
	check_good
	sshd_configure "$3"
	check_finds "$1" "$2" "$(line_of $CONF "$4")"
	check_counts 1
}

sshd_use_pam() {
	sshd_fault error sshd-usepam 'UsePAM no' '^UsePAM no'
	sed -i '/UsePAM/d' $CONF
	check_finds error sshd-usepam $CONF 'not set'
}

sshd_subsystem() {
	check_good
	sed -i 's|^Subsystem.*|Subsystem sftp /usr/lib/openssh/sftp-server|' \
	    $CONF
	check_finds error sshd-subsystem "$(line_of $CONF ^Subsystem)"
	sed -i 's|^Subsystem.*|Subsystem sftp internal-sftp|' $CONF
	check_finds warning sshd-transfer-log "$(line_of $CONF ^Subsystem)"
	sed -i '/^Subsystem/d' $CONF
	check_finds error sshd-subsystem $CONF 'no Subsystem'
}

sshd_keys() {
	sshd_fault error sshd-keys 'AuthorizedKeysFile .ssh/authorized_keys' \
	    '^AuthorizedKeysFile'
	sed -i '/^AuthorizedKeysFile/d' $CONF
	check_finds error sshd-keys $CONF
	echo 'AuthorizedKeysCommand /usr/sbin/sftpjail keys %u' >>$CONF
	check_finds error sshd-keys "$(line_of $CONF ^AuthorizedKeysCommand)"
	echo 'AuthorizedKeysCommandUser nobody' >>$CONF
	check_says 0
}

# sshd_block SEVERITY CRITERIA LINE   In a Match block at the end.
sshd_block() {
	check_good
	printf 'Match %s\n\t%s\n' "$2" "$3" >>$CONF
	check_finds "$1" sshd-chroot "$(line_of $CONF "$3")"
	check_counts 1
}

sshd_chroot() {
	sshd_fault error sshd-chroot 'ChrootDirectory %h' '^ChrootDirectory'
	sshd_block error 'User bob' 'ChrootDirectory %h'
	has "$(cat $W/check.out)" 'user bob\)'
	sshd_block error 'Group acme' 'ChrootDirectory %h'
	has "$(cat $W/check.out)" 'user alice and 1 other\)'
	sshd_block warning 'Address 10.0.0.0/8' 'ChrootDirectory %h'
	check_good
	sshd_configure 'ChrootDirectory none'
	check_says 0
	check_good
	printf 'Match User local\n\tChrootDirectory %%h\n' >>$CONF
	check_says 0
	check_counts 0
}

sshd_force() {
	sshd_fault error sshd-forcecommand 'ForceCommand /bin/date' '^ForceC'
	check_good
	sshd_configure 'ForceCommand internal-sftp -l INFO'
	check_says 0
}

sshd_access() {
	sshd_fault error sshd-access 'AllowUsers root local' '^AllowUsers'
	sshd_fault error sshd-access 'AllowGroups sudo' '^AllowGroups'
	sshd_fault error sshd-access 'DenyUsers bob' '^DenyUsers'
	sshd_fault error sshd-access 'DenyGroups acme' '^DenyGroups'
	check_good
	sshd_configure 'AllowGroups sudo sftp-only'
	check_says 0
}

sshd_includes() {
	check_good
	mkdir -p /etc/ssh/sshd_config.d
	trap 'rm -f /etc/ssh/sshd_config.d/*' EXIT
	printf '\nusepam = "no"\n' >/etc/ssh/sshd_config.d/10-a.conf
	check_says 0
	sed -i '1i Include sshd_config.d/*.conf' $CONF
	check_finds error sshd-usepam /etc/ssh/sshd_config.d/10-a.conf:2
}

sshd_rest() {
	sshd_fault error sshd-privsep 'UsePrivilegeSeparation no' '^UsePriv'
	check_good
	sshd_configure 'UseDNS yes'
	check_says 0
	conf_apply 'from = [ "127.0.0.0/8" ];'
	check_finds error sshd-usedns "$(line_of $CONF '^UseDNS yes')"
	sshd_fault error sshd-syntax 'Banner "x' '^Banner'
	check_good
	cp $PAM /etc/pam.d/ssh-other
	sshd_configure 'PAMServiceName ssh-other'
	check_finds error sshd-service "$(line_of $CONF ^PAMServiceName)"
	mv $CONF $CONF.off
	check_finds warning sshd-missing $CONF
	mv $CONF.off $CONF
}

# server_is OLD   What "sshd -V" says.
server_is() {
	[ -f $W/sshd ] || cp -p /usr/sbin/sshd $W/sshd
	rm /usr/sbin/sshd
	printf '#!/bin/sh\necho OpenSSH_%s, OpenSSL >&2\n' "$1" >/usr/sbin/sshd
	chmod +x /usr/sbin/sshd
}

# What other versions take for granted.
sshd_old() {
	trap 'cp -p $W/sshd /usr/sbin/sshd' EXIT
	check_good
	conf_apply 'from = [ "127.0.0.0/8" ];'
	sed -i '/^UseDNS/d' $CONF
	server_is 6.8p1
	check_says 0
	server_is 6.7p1
	check_finds error sshd-usedns $CONF 'before OpenSSH 6.8'
	check_counts 1
	check_good
	conf_apply 'auth = [ "publickey" ];'
	for method in Kerberos GSSAPI Hostbased; do
		sshd_configure "${method}Authentication yes"
		server_is 7.5p1
		check_finds error sshd-auth-methods "$CONF:1"
		server_is 7.6p1
		case $method in
		Kerberos) check_finds error sshd-auth-methods "$CONF:1" ;;
		*) check_says 0 ;;
		esac
	done
	check_good
	sed -i '/^AuthorizedKeysFile/d' $CONF
	printf '%s\n' 'AuthorizedKeysCommand /usr/sbin/sftpjail keys %u' \
	    'AuthorizedKeysCommandUser nobody' >>$CONF
	server_is 6.9p1
	check_says 0
	server_is 6.8p1
	check_finds error sshd-syntax "$(line_of $CONF ^AuthorizedKeysCommand)"
	check_good
	server_is 5.8p1
	check_finds error sshd-syntax "$(line_of $CONF ^AuthorizedKeysFile)"
	sed -i 's|^\(AuthorizedKeysFile\).*|\1 /var/lib/sftpjail/keys/%u|' $CONF
	server_is 4.8p1
	check_finds warning sshd-internal-sftp "$(line_of $CONF '^Subsystem')"
	check_good
	sed -i '1i auth optional pam_canonicalize_user.so' $PAM
	server_is 10.2p1
	check_says 0
	server_is 10.3p1
	check_finds warning pam-user-changed "$PAM:1"
	check_good
}

# A kernel that says it enforces, and files as semodule leaves them.
selinux() {
	check_good
	mount -t tmpfs tmpfs /sys/fs
	trap 'umount /sys/fs; rm -rf /var/lib/selinux' EXIT
	mkdir -p /sys/fs/selinux /var/lib/selinux/x/active/modules/400
	printf 1 >/sys/fs/selinux/enforce
	check_finds error selinux-policy ''
	: >/var/lib/selinux/x/active/modules/400/sftpjail
	check_finds warning selinux-context ''
	$W/bin/worldhelp label /usr/libexec/sftpjail/sftpjail-shell \
	    system_u:object_r:shell_exec_t:s0
	check_says 0
	same problems "$(cat $W/check.out)" 'ok: no problems'
	printf 0 >/sys/fs/selinux/enforce
	rm -rf /var/lib/selinux
	check_says 0
}

sshd_forwarding() {
	check_good
	conf_apply 'network = "host";'
	sed -i '/Forwarding/d' $CONF
	check_finds warning sshd-forwarding $CONF AllowTcpForwarding
	check_counts 2
	sed -i '1i AllowTcpForwarding no\nAllowStreamLocalForwarding local' $CONF
	check_finds warning sshd-forwarding $CONF:2 alice
	check_counts 1
	sed -i '2s/local/no/' $CONF
	check_says 0
	check_counts 0
	printf 'Match Group acme\nAllowTcpForwarding yes\n' >>$CONF
	check_finds warning sshd-forwarding \
	    "$(line_of $CONF 'AllowTcpForwarding yes')" 'alice and 1 other'
	sed -i '1i DisableForwarding yes' $CONF
	check_says 0
	check_counts 0
}

try check-stacks-are-good stacks_are_good
try check-samples-are-good samples_are_good
try check-stock-stacks-miss-us stock_stacks_miss_us
try check-auth-missing auth_missing
try check-auth-after-sufficient auth_after_sufficient
try check-auth-after-done auth_after_done
try check-auth-jumped-over auth_jumped_over
try check-auth-after-requisite auth_after_requisite
try check-auth-after-common-auth auth_after_common
try check-auth-after-include auth_after_include
try check-account-missing account_missing
try check-account-after-sufficient account_after_sufficient
try check-account-after-common-account account_after_common
try check-session-missing session_missing
try check-session-not-last session_not_last
try check-session-after-sufficient session_after_sufficient
try check-control-optional control_optional
try check-unknown-argument unknown_argument
try check-rescue-group rescue_group
try check-confine-on-sshd confine_on_sshd
try check-include-is-missing include_is_missing
try check-su-with-account-only su_with_account_only
try check-nss-faults nss_faults
try check-nss-initgroups nss_initgroups
try check-sshd-usepam sshd_use_pam
try check-sshd-subsystem sshd_subsystem
try check-sshd-keys sshd_keys
try check-sshd-chroot sshd_chroot
try check-sshd-forcecommand sshd_force
try check-sshd-access sshd_access
try check-sshd-includes sshd_includes
try check-sshd-rest sshd_rest
try check-sshd-old sshd_old
try check-selinux selinux
try check-sshd-forwarding sshd_forwarding
cases_end
