# SPDX-License-Identifier: ISC
# A host on which sftpjail was installed, and nothing set up yet.
NSS=/etc/nsswitch.conf
CONF=/etc/ssh/sshd_config
PAM=/etc/pam.d/sshd
KEPT=/var/lib/sftpjail/setup
FILES="$NSS $CONF $PAM"

# stock   The host as Debian installs it, and a database without users.
stock() {
	rm -rf $KEPT /etc/sftpjail/conf.d/* /srv/sftp
	pam_use debian
	pam_swap /pam_sftpjail/d
	cat >$NSS <<-'END'
	# /etc/nsswitch.conf
	passwd:         files systemd
	group:          files systemd
	shadow:         files systemd
	gshadow:        files systemd

	hosts:          files dns
	END
	mkdir -p /etc/ssh/sshd_config.d
	rm -f /etc/ssh/sshd_config.d/*
	sshd_configure 'Include /etc/ssh/sshd_config.d/*.conf'
	sed -i -e '/^AuthorizedKeysFile/d' -e '/^UsePAM/d' -e \
	    's|^Subsystem.*|Subsystem	sftp	/usr/lib/openssh/sftp-server|' $CONF
	printf '\n# example\nMatch User nobody\n\tX11Forwarding no\n' >>$CONF
	chmod 0644 $NSS $PAM
	chmod 0600 $CONF
	chgrp staff $CONF
	cp $SRC/conf/sftpjail.conf /etc/sftpjail/sftpjail.conf
	chmod 0600 /etc/sftpjail/sftpjail.conf
	sftpjail apply >/dev/null
	rm -rf $W/stock
	mkdir $W/stock
	# shellcheck disable=SC2086 # a list
	cp -p $FILES $W/stock
	state $FILES >$W/stock.state
}

# state FILE...   Owner, mode and content; not the time.
state() {
	stat -c '%n %u:%g %a' "$@"
	sha256sum "$@"
}

# shellcheck disable=SC2086
is_stock() {
	state $FILES >$W/now
	cmp $W/stock.state $W/now
	same 'files left behind' "$(find /etc -name '*sftpjail-new*')" ''
}
