#!/bin/sh
# SPDX-License-Identifier: ISC
# The samples of conf/: each is accepted without a warning as it is, and does
# what it promises once the keys are in.
. "$(dirname "$0")/world.sh"
world_enter "$@"

seq 1000 >/tmp/f
chmod 644 /tmp/f
pam_use debian
sshd_start

# sample NAME [SED-SCRIPT]   As it is, then with the keys of the users.
sample() {
	rm -rf /srv/*
	cp "conf/$1.conf" /etc/sftpjail/sftpjail.conf
	chmod 600 /etc/sftpjail/sftpjail.conf
	sftpjail apply --dry-run >$W/out 2>&1 || fail "$(cat $W/out)"
	lacks "$(cat $W/out)" 'warning|error'
	awk '/name = "/ { split($0, part, "\""); name = part[2] }
	    /^[[:space:]]*# keys = / {
		file = "'$W'/keys/" name ".pub"
		getline key <file
		$0 = "keys = [ \"" key "\" ];"
	    }
	    { print }' "conf/$1.conf" | sed "${2:-}" \
	    >/etc/sftpjail/sftpjail.conf
	sftpjail apply --allow-shrink >$W/out 2>&1 || fail "$(cat $W/out)"
	lacks "$(cat $W/out)" 'warning|error'
}

is() {
	same "$1" "$(stat -c '%a %U:%G' "$1")" "$2"
}

first_steps() {
	sample sftpjail
}
try sample_sftpjail first_steps

drop_box() {
	sample sample-drop-box 's/members = \[ \]/members = [ "local" ]/'
	sftp_does alice 'put /tmp/f' 'mkdir d' 'put /tmp/f d/f'
	mkdir /srv/sftp/offers
	cp /tmp/f /srv/sftp/offers/list
	out=$(sftp_does bob 'get /offers/list /tmp/list' '-rm /offers/list' \
	    '-ls /srv/sftp/boxes/alice' 'put /tmp/f' 'ls /') || fail "$out"
	lacks "$out" '^/.*(alice|boxes)'
	cmp /tmp/f /tmp/list
	cmp /tmp/f /srv/sftp/offers/list
	is /srv/sftp/boxes/alice/upload '2770 alice:office'
	is /srv/sftp/boxes/alice/upload/d/f '640 alice:office'
	# the office, on the host
	for run in 'cat /srv/sftp/boxes/alice/upload/d/f' \
	    'rm /srv/sftp/boxes/alice/upload/d/f /srv/sftp/boxes/bob/upload/f'; do
		ssh_as 'local' w "$run" >$W/office || fail "office: $run"
	done
	[ ! -e /srv/sftp/boxes/bob/upload/f ] || fail 'not removed'
}
try sample_drop_box drop_box

homes() {
	sample sample-homes 's/members = \[ \]/members = [ "local" ]/'
	login_works alice
	is /home/alice '700 alice:sftp-homes'
	is /home/local '755 local:local'
	chmod 750 /home/local
	out=$(sftp_does 'local' 'put /tmp/f' 'ls -a' 'ls /' '-put /tmp/f /x')
	has "$out" '\.ssh'
	cmp /tmp/f /home/local/f
	is /home/local '750 local:local'
	refused ssh_as 'local' w id
}
try sample_homes homes

shared() {
	sample sample-shared-read-only
	# the auditor may be first, and partners before the editors
	has "$(sftp_does dave 'ls /')" '/partners'
	sftp_does alice 'put /tmp/f from-alice'
	sftp_does carol 'put /tmp/f news' 'mkdir d'
	is /srv/sftp/shared '2775 root:editors'
	is /srv/sftp/shared/news '644 carol:editors'
	out=$(sftp_does bob 'get /shared/news /tmp/news' '-rm /shared/news' \
	    '-put /tmp/f /shared/d/f' '-put /tmp/f /shared/f' 'ls /') ||
	    fail "$out"
	cmp /tmp/f /tmp/news
	lacks "$out" 'alice'
	out=$(sftp_does dave 'get /partners/alice/upload/from-alice /tmp/audit' \
	    'get /shared/news /dev/null' '-rm /shared/news' \
	    '-rm /partners/alice/upload/from-alice') || fail "$out"
	cmp /tmp/f /tmp/audit
	is /srv/sftp/partners/alice/upload/from-alice '640 alice:auditors'
	same 'what there is' "$(cd /srv/sftp && find shared -mindepth 1 | sort)" \
	    "$(printf 'shared/d\nshared/news')"
}
try sample_shared_read_only shared

# Here and now: the test's address; and hours of every day, then of none.
compliance() {
	sample sample-compliance "s|192.0.2.0/24|127.0.0.0/8|
	    s|hours = .*|hours = \"Mon-Sun 00:00-24:00\";|"
	log_mark
	login_works alice
	is /srv/sftp/reports '755 root:root'
	cp /tmp/f /srv/sftp/reports/q3
	out=$(sftp_does alice 'get q3 /tmp/q3' '-rm q3' '-put /tmp/f x') ||
	    fail "$out"
	cmp /tmp/f /tmp/q3
	same reports "$(ls /srv/sftp/reports)" q3
	log_wait 'internal-sftp.*open "/reports/q3" flags READ'
	mv /dev/log /dev/log.away
	status=0
	sftp_does alice pwd || status=$?
	mv /dev/log.away /dev/log
	differs 'status without a log' $status 0
	day=$(date -d 'now + 2 days' +%a)
	sample sample-compliance "s|192.0.2.0/24|127.0.0.0/8|
	    s|hours = .*|hours = \"$day 12:00-12:01\";|"
	login_denied alice outside-hours
	sample sample-compliance
	login_denied alice from-not-allowed
}
try sample_compliance compliance

# By the commands of INSTALL.
policy() {
	need checkmodule semodule_package
	mkdir -p $W/policy
	sed -n 's,^    \(checkmodule .*\|semodule_package .*\),\1,p' INSTALL |
	    sed "s,/root/,$W/policy/,g" >$W/policy/run
	same commands "$(wc -l <$W/policy/run)" 2
	(cd conf && sh -e $W/policy/run)
	[ -s $W/policy/sftpjail.pp ] || fail 'no module was made'
	grep -q "^/usr/libexec/sftpjail/sftpjail-shell[[:space:]]" \
	    conf/sftpjail.fc
}
try sample_selinux_policy_compiles policy

# None is forgotten.
all_tried() {
	for file in conf/*.conf; do
		case $file in
		conf/sample-*.conf | conf/sftpjail.conf) ;;
		*) continue ;;
		esac
		grep -q "^	sample $(basename "$file" .conf)" \
		    tests/system/conf-samples.sh || fail "$file is not tried"
	done
}
try sample_of_each_is_tried all_tried

sshd_stop
cases_end
