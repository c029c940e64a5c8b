#!/bin/sh
# SPDX-License-Identifier: ISC
# "sftpjail check": a right installation has no problems; each fault of the
# database, the files, the jails and the kernel is named.
. "$(dirname "$0")/world.sh"
world_enter "$@"
. "$world_lib/check.sh"

STATE=/var/lib/sftpjail
MODULE=$(find /usr/lib* -name pam_sftpjail.so | head -n 1)
LIBRARY=$(find /usr/lib* -name libnss_sftpjail.so.2 | head -n 1)
SHELL_PATH=/usr/libexec/sftpjail/sftpjail-shell

good_is_good() {
	check_good
	check_says 0
	same output "$(cat $W/check.out)" 'ok: no problems'
}

good_is_good_in_json() {
	check_good
	same json "$(sftpjail check --json | tr -d ' \n')" \
	    '{"schema":1,"ok":true,"problems":[]}'
}

json_has_every_key() {
	check_good
	chmod o+r $STATE/secret.v1.cdb
	exits 1 sftpjail check --json >$W/check.json
	same json "$(tr -d '\n' <$W/check.json | sed 's/  */ /g')" \
	    '{ "schema": 1, "ok": false, "problems": [ { "id": "db-readable", "severity": "error", "path": "/var/lib/sftpjail/secret.v1.cdb", "line": null, "what": "mode 0604: others may read it", "why": "password hashes can be read and guessed offline", "fix": "chmod o= /var/lib/sftpjail/secret.v1.cdb" } ]}'
}

nothing_is_changed() {
	check_good
	find /etc /var/lib/sftpjail /srv /usr/libexec/sftpjail -xdev \
	    -printf '%p %m %u %g %s %T@\n' | sort >$W/before
	cat /proc/self/mountinfo >>$W/before
	sftpjail check
	find /etc /var/lib/sftpjail /srv /usr/libexec/sftpjail -xdev \
	    -printf '%p %m %u %g %s %T@\n' | sort >$W/after
	cat /proc/self/mountinfo >>$W/after
	cmp $W/before $W/after
}

needs_root() {
	check_good
	exits 4 setpriv --reuid nobody --clear-groups sftpjail check
}

argument_is_usage() {
	exits 2 sftpjail check now
}

db_missing() {
	check_good
	rm $STATE/secret.v1.cdb
	check_finds error db-missing $STATE/secret.v1.cdb
	rm $STATE/public.v1.cdb
	check_finds error db-missing $STATE/public.v1.cdb
}

db_foreign() {
	check_good
	chown nobody $STATE/public.v1.cdb
	check_finds error db-untrusted $STATE/public.v1.cdb
}

db_writable() {
	check_good
	chmod g+w $STATE/secret.v1.cdb
	check_finds error db-untrusted $STATE/secret.v1.cdb
}

db_cut() {
	check_good
	truncate -s -1 $STATE/public.v1.cdb
	check_finds error db-corrupt $STATE/public.v1.cdb
}

db_generations() {
	check_good
	cp -p $STATE/public.v1.cdb $W/old.cdb
	CONF_USERS='{ name = "dora"; uid = 20009; },'
	conf_apply
	CONF_USERS=
	cp -p $W/old.cdb $STATE/public.v1.cdb
	check_finds error db-generation $STATE/public.v1.cdb
}

db_stale() {
	check_good
	conf_write 'max_sessions = 3;'
	check_finds error db-stale /etc/sftpjail
	sed -i 's/uid = 20002/uid = "x"/; s/uid = 20003/uid = "y"/' \
	    /etc/sftpjail/sftpjail.conf
	check_finds error config-invalid \
	    "$(grep -n '"bob"; uid' /etc/sftpjail/sftpjail.conf |
	    sed 's|^\([0-9]*\):.*|/etc/sftpjail/sftpjail.conf:\1|')"
}

text_untrusted() {
	chown nobody /etc/sftpjail/sftpjail.conf
	check_finds error config-invalid /etc/sftpjail/sftpjail.conf
	chown root /etc/sftpjail/sftpjail.conf
}

root_mode() {
	check_good
	mkdir -p /srv/sftp
	chmod 0775 /srv/sftp
	check_finds error root-mode /srv/sftp 'alice and 2 others'
	same fix "$(sed -n 's/^    fix: //p' $W/check.out)" \
	    'chmod 0755 /srv/sftp'
	check_counts 1
	sh -c "$(sed -n 's/^    fix: //p' $W/check.out)"
	check_says 0
}

root_of_one() {
	check_good
	mkdir -p /srv/sftp/bob
	chown bob /srv/sftp/bob
	check_finds error root-owner /srv/sftp/bob 'user bob\)'
	check_counts 1
}

root_both() {
	check_good
	mkdir -p /srv/sftp/bob
	chown bob /srv/sftp/bob
	chmod 0777 /srv/sftp
	check_finds error root-mode /srv/sftp
	check_finds error root-owner /srv/sftp/bob
}

root_symlink() {
	check_good
	mkdir -p /srv/sftp /srv/elsewhere
	ln -s /srv/elsewhere /srv/sftp/carol
	check_finds error root-symlink /srv/sftp/carol 'user carol'
}

root_missing() {
	check_good
	conf_apply 'create = false;' 2>/dev/null ||
	    sed -i 's/create = true; //' /etc/sftpjail/sftpjail.conf
	sftpjail apply
	check_finds error root-missing /srv/sftp
}

root_of_local_user() {
	check_good
	CONF_JAILS='{ name = "l"; users = [ "local" ]; root = "%h"; },'
	conf_apply
	CONF_JAILS=
	check_finds error root-owner /home/local 'user local\)'
}

many_are_few_lines() {
	check_good
	CONF_USERS=$(i=0; while [ $i -lt 300 ]; do
		i=$((i + 1))
		echo "{ name = \"u$i\"; uid = $((30000 + i)); },"
	done)
	conf_apply
	CONF_USERS=
	mkdir -p /srv/sftp
	i=0
	while [ $i -lt 300 ]; do
		i=$((i + 1))
		mkdir /srv/sftp/u$i
		chown nobody /srv/sftp/u$i
	done
	check_says 1
	[ "$(grep -c '' $W/check.out)" -lt 200 ] ||
	    fail "$(grep -c '' $W/check.out) lines"
	has "$(cat $W/check.out)" '^error more-users: 250 more problems'
	chmod 0777 /srv/sftp
	check_finds error root-mode /srv/sftp 'and 302 others'
}

disabled_is_skipped() {
	check_good
	conf_apply '' 'disabled = [ "bob" ];'
	mkdir -p /srv/sftp/bob
	chown bob /srv/sftp/bob
	check_says 0
}

not_jailed() {
	check_good
	CONF_GROUPS='{ name = "free"; gid = 20003; },'
	CONF_USERS='{ name = "dora"; uid = 20009; group = "free"; },'
	conf_apply
	CONF_GROUPS='' CONF_USERS=
	check_finds warning not-jailed /etc/sftpjail 'user dora'
	has "$(tail -n 1 $W/check.out)" '^0 errors, 1 warning$'
}

devlog() {
	check_good
	mv /dev/log $W/devlog
	trap 'mv $W/devlog /dev/log' EXIT
	check_finds warning devlog-missing ''
	conf_apply 'transfer_log = "required";'
	check_finds error devlog-missing ''
	conf_apply 'transfer_log = false;'
	check_says 0
}

shell_gone() {
	check_good
	mv $SHELL_PATH $SHELL_PATH.off
	trap 'mv $SHELL_PATH.off $SHELL_PATH' EXIT
	check_finds error shell-missing $SHELL_PATH
}

shell_writable() {
	check_good
	chmod 0757 $SHELL_PATH
	trap 'chmod 0755 $SHELL_PATH' EXIT
	check_finds error shell-unsafe $SHELL_PATH
	chmod 0644 $SHELL_PATH
	check_finds error shell-missing $SHELL_PATH 'not executable'
}

shell_dynamic() {
	check_good
	cp -p $SHELL_PATH $W/shell
	trap 'cp -p $W/shell $SHELL_PATH' EXIT
	cp /bin/true $SHELL_PATH
	check_finds warning shell-dynamic $SHELL_PATH
}

shell_of_user() {
	check_good
	CONF_USERS='{ name = "dora"; uid = 20009; shell = "/bin/nosuch"; },'
	conf_apply
	CONF_USERS=
	check_finds error shell-missing /bin/nosuch 'user dora'
}

module_gone() {
	check_good
	mv "$MODULE" "$MODULE.off"
	trap 'mv "$MODULE.off" "$MODULE"' EXIT
	check_finds error pam-module-missing "$MODULE"
}

module_writable() {
	check_good
	chmod 0664 "$MODULE"
	trap 'chmod 0644 "$MODULE"' EXIT
	check_finds error pam-module-unsafe "$MODULE"
}

module_dir_writable() {
	check_good
	chmod 0775 "${MODULE%/*}"
	trap 'chmod 0755 "${MODULE%/*}"' EXIT
	check_finds error pam-module-unsafe "$MODULE" "${MODULE%/*}"
}

library_gone() {
	check_good
	mv "$LIBRARY" "$LIBRARY.off"
	trap 'mv "$LIBRARY.off" "$LIBRARY"' EXIT
	check_finds error nss-library-missing "$LIBRARY"
}

keys_writable() {
	check_good
	chmod 0666 $STATE/keys/alice
	check_finds error key-file-unsafe $STATE/keys/alice
	chmod 0600 $STATE/keys/alice
	check_finds error key-file-unreadable $STATE/keys/alice
	rm $STATE/keys/alice
	check_finds error key-file-missing $STATE
	chmod 0777 $STATE/keys
	check_finds error key-file-unsafe $STATE
	chmod 0755 $STATE/keys
}

run_foreign() {
	check_good
	mkdir -p /run/sftpjail
	chmod 0777 /run/sftpjail
	trap 'rm -rf /run/sftpjail' EXIT
	check_finds error run-unsafe /run/sftpjail
}

# Without the right to make namespaces: what a small container has.
kernel_without_namespaces() {
	check_good
	status=0
	setpriv --bounding-set -sys_admin --inh-caps -sys_admin \
	    sftpjail check >$W/check.out || status=$?
	same exit $status 1
	has "$(cat $W/check.out)" '^error kernel-mount-namespace: '
	has "$(cat $W/check.out)" '^error kernel-network-namespace: '
	conf_apply 'isolation = "chroot"; network = "host";'
	setpriv --bounding-set -sys_admin --inh-caps -sys_admin \
	    sftpjail check >$W/check.out || fail "$(cat $W/check.out)"
}

old_answer_is_seen() {
	check_good
	echo 'alice:x:1234:1234::/home/alice:/bin/sh' >>/etc/passwd
	trap 'sed -i /^alice:/d /etc/passwd' EXIT
	check_finds error nss-lookup '' 'uid 1234'
}

try check-good-is-good good_is_good
try check-good-is-good-in-json good_is_good_in_json
try check-json-has-every-key json_has_every_key
try check-nothing-is-changed nothing_is_changed
try check-needs-root needs_root
try check-argument-is-usage argument_is_usage
try check-db-missing db_missing
try check-db-foreign db_foreign
try check-db-writable db_writable
try check-db-cut db_cut
try check-db-generations db_generations
try check-db-stale db_stale
try check-text-untrusted text_untrusted
try check-root-mode-for-all root_mode
try check-root-of-one root_of_one
try check-root-both-are-told root_both
try check-root-symlink root_symlink
try check-root-missing root_missing
try check-root-of-local-user root_of_local_user
try check-many-are-few-lines many_are_few_lines
try check-disabled-is-skipped disabled_is_skipped
try check-not-jailed not_jailed
try check-devlog devlog
try check-shell-gone shell_gone
try check-shell-writable shell_writable
try check-shell-dynamic shell_dynamic
try check-shell-of-user shell_of_user
try check-module-gone module_gone
try check-module-writable module_writable
try check-module-dir-writable module_dir_writable
try check-library-gone library_gone
try check-keys-writable keys_writable
try check-run-foreign run_foreign
try check-kernel-without-namespaces kernel_without_namespaces
try check-old-answer-is-seen old_answer_is_seen
cases_end
