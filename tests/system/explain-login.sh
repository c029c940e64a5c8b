#!/bin/sh
# SPDX-License-Identifier: ISC
# What fails before or beside the checks of the account phase: explain warns,
# and the verdict stays.
. "$(dirname "$0")/world.sh"
world_enter "$@"
. "$world_lib/explain.sh"

command -v jq >/dev/null || world_skip 'jq is not installed'
conf_apply || exit 1

# warns USER CHECK PATTERN   An allowed user, and one warning.
warns() {
	says "$1" 'allow (jail default)' 0
	json_is "[.checks[] | select(.check == \"$2\") | .result] | unique | join(\" \")" warn
	line_is "^  warn  $2: .*$3"
}

no_warning() {
	says "$1" 'allow (jail default)' 0
	json_is '[.checks[] | select(.result == "warn") | .check] | join(" ")' ''
}
try login_without_fault_has_no_warning no_warning alice

credentials() {
	CONF_USERS='{ name = "erin"; uid = 20010; },
	  { name = "star"; uid = 20011; password = "*"; },' conf_apply
	warns erin login 'no key and no password'
	warns star login 'no key and no password'
	key=$(cat $W/keys/dave.pub)
	CONF_USERS="{ name = \"erin\"; uid = 20010; keys = [ \"$key\" ]; },
	  { name = \"star\"; uid = 20011; password = \"$HASH\"; }," conf_apply
	no_warning erin
	no_warning star
}
try login_with_nothing_to_log_in_with credentials

shells() {
	CONF_USERS='{ name = "erin"; uid = 20010; shell = "/srv/shell"; password = "'$HASH'"; },' \
	    conf_apply
	warns erin shell 'does not exist'
	: >/srv/shell
	chmod 0644 /srv/shell
	warns erin shell 'not executable'
	fix=$(jq -r '.checks[] | select(.check == "shell") | .fix' $W/explain.json)
	sh -c "$fix"
	no_warning erin
	chown local /srv/shell
	warns erin shell 'changed by others'
	chown root /srv/shell
	chmod 0777 /srv/shell
	warns erin shell 'changed by others'
	sh -c "$(jq -r '.checks[] | select(.check == "shell") | .fix' $W/explain.json)"
	no_warning erin
	mkdir -m 0777 /srv/open
	mv /srv/shell /srv/open/shell
	sed -i 's:/srv/shell:/srv/open/shell:' /etc/sftpjail/sftpjail.conf
	sftpjail apply
	warns erin shell 'replaced by others'
	rm -rf /srv/open /srv/shell
	conf_apply
}
try login_shell_is_looked_at shells

# with LINES   sshd_config begins with them.
with() {
	sshd_configure "$1"
}

access() {
	for line in 'AllowUsers bob' 'DenyUsers alice' 'DenyUsers a*' \
	    'AllowGroups staff' 'DenyGroups sftp-only' 'DenyGroups ac?e' \
	    'AllowUsers bob
	     AllowUsers carol'; do
		with "$line"
		warns alice sshd-access 'shuts the user out'
		line_is 'sshd-access: /etc/ssh/sshd_config:1: '
	done
	for line in 'AllowUsers alice' 'AllowUsers bob al*' \
	    'AllowGroups staff xmas' 'DenyUsers bob' 'DenyGroups staff'; do
		with "$line"
		no_warning alice
	done
	with ''
}
try login_allow_and_deny_lists_of_sshd access

leftovers_of_sshd() {
	with 'ChrootDirectory %h'
	warns alice sshd-chroot 'sshd_config:1: ChrootDirectory'
	with ''
	printf 'Match Group sftp-only\n  ChrootDirectory /srv\n  ForceCommand internal-sftp\nMatch User bob\n  ForceCommand ls\n' \
	    >>/etc/ssh/sshd_config
	at=$(grep -n 'ChrootDirectory' /etc/ssh/sshd_config | cut -d: -f1)
	warns alice sshd-chroot "sshd_config:$at: "
	warns alice sshd-forcecommand "sshd_config:$((at + 1)): "
	says local not-jailed 5
	with 'ForceCommand none'
	no_warning alice
	printf 'Match User bob\n  ForceCommand ls\n' >>/etc/ssh/sshd_config
	no_warning alice
	warns bob sshd-forcecommand ForceCommand
	with ''
}
try login_chroot_and_force_command_left_in_sshd leftovers_of_sshd

sshd_basics() {
	sed -i 's/^UsePAM yes/UsePAM no/' /etc/ssh/sshd_config
	warns alice sshd-usepam 'UsePAM'
	sed -i '/^UsePAM/d' /etc/ssh/sshd_config
	warns alice sshd-usepam 'UsePAM'
	with 'Subsystem sftp /usr/lib/openssh/sftp-server'
	sed -i '/^Subsystem sftp internal/d' /etc/ssh/sshd_config
	warns alice sshd-subsystem external
	sed -i '/^Subsystem/d' /etc/ssh/sshd_config
	warns alice sshd-subsystem 'no Subsystem'
	rm /etc/ssh/sshd_config
	warns alice sshd "can't be read"
	with ''
	no_warning alice
}
try login_use_pam_and_subsystem sshd_basics

key_places() {
	with 'AuthorizedKeysFile .ssh/authorized_keys'
	warns alice sshd-keys 'does not name /var/lib/sftpjail/keys/alice'
	line_is 'fix: .*AuthorizedKeysFile .ssh/authorized_keys /var/lib/sftpjail/keys/%u'
	with 'AuthorizedKeysFile none'
	warns alice sshd-keys 'does not name'
	with 'AuthorizedKeysFile none
	AuthorizedKeysCommand /usr/sbin/sftpjail keys %u
	AuthorizedKeysCommandUser nobody'
	no_warning alice
	with 'AuthorizedKeysFile /etc/keys/%% /var/lib/sftpjail/keys/%u'
	no_warning alice
	with ''
}
try login_keys_that_sshd_does_not_look_for key_places

# broken COMMAND PATTERN   A fault of the key file; the fix mends it.
broken() {
	sh -c "$1"
	warns alice sshd-keys "$2"
	fix=$(jq -r '.checks[] | select(.check == "sshd-keys") | .fix' $W/explain.json)
	sh -c "$fix"
	no_warning alice
}

key_modes() {
	keys=/var/lib/sftpjail/keys
	broken "rm $keys/alice" missing
	broken "chmod 0664 $keys/alice" 'written to by group'
	broken "chmod 0646 $keys/alice" 'written to by group'
	broken "chown bob $keys/alice" 'neither to root nor'
	broken "chmod 0600 $keys/alice" 'closed to the user'
	broken "chmod 0775 $keys" 'written to by group'
	broken "chmod 0700 $keys" 'closed to the user'
	broken 'chmod 0700 /var/lib/sftpjail' 'closed to the user'
	broken 'chown nobody /var/lib' 'neither to root nor'
}
try login_modes_of_key_files_are_mended key_modes

# A user of another source brings his own keys.
other_source() {
	CONF_JAILS='{ name = "own"; users = [ "local", "admin", "nokey" ]; root = "/srv/own/%u"; create = true; },' \
	    conf_apply
	cp /etc/passwd $W/passwd
	echo 'nokey:!:1020:1000::/home/nokey:/bin/sh' >>/etc/passwd
	says local 'allow (jail own)' 0
	json_is '[.checks[] | select(.result == "warn") | .check] | join(" ")' ''
	chmod 0777 /home/local/.ssh
	says local 'allow (jail own)' 0
	line_is '^  warn  sshd-keys: /home/local/.ssh may be written to'
	sh -c "$(jq -r '.checks[] | select(.check == "sshd-keys") | .fix' $W/explain.json)"
	says local 'allow (jail own)' 0
	json_is '[.checks[] | select(.result == "warn") | .check] | join(" ")' ''
	says nokey 'allow (jail own)' 0
	line_is '^  warn  login: no key and no password'
	cp $W/passwd /etc/passwd
	conf_apply
}
try login_of_another_source other_source

methods() {
	with 'PubkeyAuthentication no'
	key=$(cat $W/keys/dave.pub)
	CONF_USERS="{ name = \"erin\"; uid = 20010; keys = [ \"$key\" ]; },
	  { name = \"star\"; uid = 20011; password = \"$HASH\"; }," conf_apply
	warns erin sshd-methods PubkeyAuthentication
	no_warning star
	with 'PasswordAuthentication no
	KbdInteractiveAuthentication no'
	no_warning erin
	warns star sshd-methods passwords
	with ''
	conf_apply
}
try login_methods_that_sshd_has_switched_off methods

pam_lines() {
	pam_swap '/^auth.*sftpjail/d'
	warns alice pam 'no auth line'
	pam_use plain
	pam_swap 's/^session  required pam_sftpjail/session optional pam_sftpjail/'
	warns alice pam 'pam.d/sshd:6: .*optional'
	pam_use plain
	no_warning alice
	for stack in debian rhel; do
		pam_use $stack
		no_warning alice
	done
	pam_use plain
}
try login_pam_lines pam_lines

# Without CAP_SYS_ADMIN there is neither namespace: the session is denied.
kernel() {
	need setpriv
	bare() {
		setpriv --bounding-set -sys_admin --inh-caps -sys_admin "$@"
	}
	exits 1 bare sftpjail explain alice >$W/explain.txt
	same 'first line' "$(head -n 1 $W/explain.txt)" \
	    'alice: deny network-unavailable (jail default)'
	line_is '^  FAIL  kernel: network-unavailable: '
	line_is '^  FAIL  kernel: system-error: no mount namespace'
	conf_apply 'network = "host"; isolation = "chroot";'
	exits 0 bare sftpjail explain alice >$W/explain.txt
	line_is '^  ok    kernel: network host, isolation chroot$'
	conf_apply
	no_warning alice
}
try login_that_the_kernel_can_not_confine kernel

# Served by us, in no jail: a login like any other.
unconfined() {
	CONF_GROUPS='{ name = "free"; gid = 20009; },' \
	    CONF_USERS='{ name = "erin"; uid = 20010; group = "free"; },' conf_apply
	says erin not-jailed 5
	line_is '^  warn  unconfined: .*no jail'
	json_is .source sftpjail
	conf_apply
}
try login_of_a_served_user_without_a_jail unconfined

cases_end
