# SPDX-License-Identifier: ISC
# The PAM stacks of the world.

# pam_use plain|debian|rhel   A right stack for sshd of that kind.
pam_use() {
	case $1 in
	plain) pam_plain ;;
	debian) pam_debian ;;
	rhel) pam_rhel ;;
	*) fail "no stack $1" ;;
	esac
}

# pam_write SERVICE <LINES   Lines beginning with @@ are left out.
pam_write() {
	sed 's/^[[:space:]]*//; /^@@/d' >"/etc/pam.d/$1"
}

pam_plain() {
	pam_write sshd <<-'END'
	auth     required pam_sftpjail.so
	auth     required pam_unix.so
	account  required pam_sftpjail.so
	account  required pam_unix.so
	session  required pam_unix.so
	session  required pam_sftpjail.so
	END
}

# Debian's own file, with the three lines where conf/pam.d-sshd wants them.
pam_debian() {
	cat >/etc/pam.d/sshd <<-'END'
	auth       required     pam_sftpjail.so
	@include common-auth
	account    required     pam_nologin.so
	account    required     pam_sftpjail.so
	@include common-account
	session [success=ok ignore=ignore module_unknown=ignore default=bad]        pam_selinux.so close
	session    required     pam_loginuid.so
	session    optional     pam_keyinit.so force revoke
	@include common-session
	session    optional     pam_motd.so  motd=/run/motd.dynamic
	session    optional     pam_motd.so noupdate
	session    optional     pam_mail.so standard noenv
	session    required     pam_limits.so
	session    required     pam_env.so
	session    required     pam_env.so user_readenv=1 envfile=/etc/default/locale
	session [success=ok ignore=ignore module_unknown=ignore default=bad]        pam_selinux.so open
	@include common-password
	session    required     pam_sftpjail.so
	END
	cat >/etc/pam.d/common-auth <<-'END'
	auth	[success=1 default=ignore]	pam_unix.so nullok
	auth	requisite			pam_deny.so
	auth	required			pam_permit.so
	END
	cat >/etc/pam.d/common-account <<-'END'
	account	[success=1 new_authtok_reqd=done default=ignore]	pam_unix.so
	account	requisite			pam_deny.so
	account	required			pam_permit.so
	END
	cat >/etc/pam.d/common-session <<-'END'
	session	[default=1]			pam_permit.so
	session	requisite			pam_deny.so
	session	required			pam_permit.so
	session	required	pam_unix.so
	session	optional	pam_systemd.so
	END
	cat >/etc/pam.d/common-password <<-'END'
	password	[success=1 default=ignore]	pam_unix.so obscure yescrypt
	password	requisite			pam_deny.so
	password	required			pam_permit.so
	END
	: >>/etc/default/locale
}

# As on RHEL 8 and 9: substack, include, sufficient.
pam_rhel() {
	cat >/etc/pam.d/sshd <<-'END'
	#%PAM-1.0
	auth       required     pam_sftpjail.so
	auth       substack     password-auth
	auth       include      postlogin
	account    required     pam_nologin.so
	account    required     pam_sftpjail.so
	account    include      password-auth
	password   include      password-auth
	session    required     pam_loginuid.so
	session    optional     pam_keyinit.so force revoke
	session    include      password-auth
	session    include      postlogin
	session    required     pam_sftpjail.so
	END
	cat >/etc/pam.d/password-auth <<-'END'
	auth        required      pam_env.so
	auth        sufficient    pam_unix.so try_first_pass nullok
	auth        required      pam_deny.so
	account     required      pam_unix.so
	account     sufficient    pam_localuser.so
	account     sufficient    pam_succeed_if.so uid < 1000 quiet
	account     required      pam_permit.so
	password    sufficient    pam_unix.so try_first_pass use_authtok nullok
	password    required      pam_deny.so
	session     optional      pam_keyinit.so revoke
	session     required      pam_limits.so
	session     [success=1 default=ignore] pam_succeed_if.so service in crond quiet use_uid
	session     required      pam_unix.so
	END
	cat >/etc/pam.d/postlogin <<-'END'
	session     [success=1 default=ignore] pam_succeed_if.so service !~ gdm* service !~ su* quiet
	session     [default=1]   pam_lastlog.so nowtmp showfailed
	session     optional      pam_lastlog.so silent noupdate showfailed
	END
}

# pam_swap SED-SCRIPT...   Breaks the stack in use.
pam_swap() {
	sed -i "$@" /etc/pam.d/sshd
}

# The module of which setcred answers differently in a forked process.
pam_build_twoface() {
	cc -O1 -fPIC -shared -o $W/bin/pam_twoface.so \
	    tests/system/helpers/pam_twoface.c -lpam
}

pam_test_service() {
	cp conf/pam.d-sftpjail-test /etc/pam.d/sftpjail-test
}
