#!/bin/sh
# SPDX-License-Identifier: ISC
# explain for each reason that settings and databases give, as text, as JSON
# and by exit status; the PAM module gives the same reason.
. "$(dirname "$0")/world.sh"
world_enter "$@"
. "$world_lib/explain.sh"

command -v jq >/dev/null || world_skip 'jq is not installed'
command -v pamtester >/dev/null || world_skip 'pamtester is not installed'
pam_test_service
PUBLIC=/var/lib/sftpjail/public.v1.cdb
SECRET=/var/lib/sftpjail/secret.v1.cdb

allow() {
	conf_apply
	both_say alice 'allow (jail default)' 0
	line_is '^  ok    database: generation [0-9]+$'
	line_is '^  ok    root: '
	line_is_not FAIL
	json_is '.schema' 1
	json_is '.uid' 20001
	json_is '.source' sftpjail
	json_is '.jail' default
	json_is '.service' sshd
	json_is '.from' null
	json_is '.auth' null
	json_is '.database.stale' false
	json_is '.database.generation > 0' true
	json_is '.at | test("^20..-..-..T..:..:..Z$")' true
	json_is '[.checks[].result] | unique | join(" ")' ok
	json_is '. | keys_unsorted | join(" ")' 'schema user uid source verdict reason jail service from at auth database checks paths'
	json_is '.checks[0] | keys_unsorted | join(" ")' \
	    'check result reason detail fix'
	json_is '.paths[0] | keys_unsorted | join(" ")' \
	    'role path type uid gid mode result reason fix'
	json_is '.paths[0] | [.role, .path, .type, .uid, .gid, .mode, .result] | map(tostring) | join(" ")' \
	    'root / directory 0 0 0755 ok'
}
try explain_allow allow

not_jailed() {
	says local not-jailed 5
	json_is .jail null
	json_is .source files
	says root not-jailed 5
	says daemon not-jailed 5
}
try explain_not_jailed not_jailed

user_unknown() {
	both_say nosuch 'deny user-unknown' 1
	json_is .uid null
	json_is .source null
	json_is .jail null
}
try explain_user_unknown user_unknown

# In the database, but NSS does not ask us.
user_unknown_to_nss() {
	cp /etc/nsswitch.conf $W/nsswitch.conf
	sed -i 's/^passwd:.*/passwd: files/' /etc/nsswitch.conf
	says alice 'deny user-unknown' 1
	cp $W/nsswitch.conf /etc/nsswitch.conf
	line_is 'nsswitch.conf'
	line_is '^        fix: sftpjail check$'
	says alice 'allow (jail default)' 0
}
try explain_user_unknown_to_nss_names_nsswitch user_unknown_to_nss

user_conflict() {
	cp /etc/passwd $W/passwd
	echo 'alice:x:4711:1000::/home/alice:/bin/sh' >>/etc/passwd
	both_say alice 'deny user-conflict' 1
	cp $W/passwd /etc/passwd
	line_is 'user-conflict: NSS gives uid 4711, the database 20001'
	json_is .uid 4711
	json_is '.checks[] | select(.result == "fail") | .fix' null
}
try explain_user_conflict user_conflict

db_missing() {
	rm $PUBLIC $SECRET
	both_say alice 'deny db-missing' 1
	both_say local 'deny db-missing' 1
	says nosuch 'deny db-missing' 1
	says root not-jailed 5
	says alice 'deny db-missing' 1
	json_is '.database.generation' null
	mends alice
}
try explain_db_missing_is_mended db_missing

secret_missing() {
	rm $SECRET
	both_say alice 'deny db-missing' 1
	mends alice
}
try explain_secret_missing_is_mended secret_missing

db_untrusted() {
	chmod 0666 $PUBLIC
	both_say alice 'deny db-untrusted' 1
	mends alice
	chown nobody $SECRET
	both_say alice 'deny db-untrusted' 1
	mends alice
}
try explain_db_untrusted_is_mended db_untrusted

db_corrupt() {
	cp $SECRET $W/secret
	head -c 3000 $W/secret >$SECRET
	both_say alice 'deny db-corrupt' 1
	mends alice
	printf 'x' >$PUBLIC
	both_say alice 'deny db-corrupt' 1
	mends alice
}
try explain_db_corrupt_is_mended db_corrupt

# Another public file than the secret one: an apply was killed between them.
generations_differ() {
	conf_apply
	cp $PUBLIC $W/public.old
	CONF_USERS='{ name = "erin"; uid = 20009; },' conf_apply
	says erin 'allow (jail default)' 0
	cp $W/public.old $PUBLIC
	says erin 'deny user-unknown' 1
	both_say alice 'allow (jail default)' 0
	conf_apply
}
try explain_two_generations generations_differ

user_disabled() {
	conf_apply '' 'disabled = [ "bob", "local" ];'
	both_say bob 'deny user-disabled (jail default)' 1
	line_is '^  FAIL  disabled: user-disabled: '
	line_is '^        fix: sftpjail user unlock bob$'
	both_say alice 'allow (jail default)' 0
	says local not-jailed 5
}
try explain_user_disabled user_disabled

user_dates() {
	CONF_USERS='
	  { name = "early"; uid = 20010; not_before = "2099-05-05"; },
	  { name = "late"; uid = 20011; expires = "2020-02-29"; },' conf_apply
	both_say early 'deny user-not-yet-valid (jail default)' 1
	both_say late 'deny user-expired (jail default)' 1
	says early 'deny user-not-yet-valid (jail default)' 1 \
	    --at '2099-05-04T23:59:59Z'
	says early 'allow (jail default)' 0 --at '2099-05-05T00:00:00Z'
	json_is .at 2099-05-05T00:00:00Z
	says early 'allow (jail default)' 0 --at '2099-05-05T02:00:00+02:00'
	says late 'allow (jail default)' 0 --at '2020-02-29T23:59:59Z'
	says late 'deny user-expired (jail default)' 1 \
	    --at '2020-03-01T00:00:00Z'
	line_is 'expired at the end of 2020-02-29 UTC'
}
try explain_dates_of_users user_dates

# Local time is what --at without a zone means.
# The host's, whatever the caller's environment says.
local_time() {
	[ -f /usr/share/zoneinfo/Etc/GMT-5 ] || missing 'tzdata is not there'
	ln -sf /usr/share/zoneinfo/Etc/GMT-5 /etc/localtime
	trap 'ln -sf /usr/share/zoneinfo/UTC /etc/localtime' EXIT
	export TZ=UTC-9
	says late 'allow (jail default)' 0 --at '2020-03-01 04:59'
	json_is .at 2020-02-29T23:59:00Z
	says late 'deny user-expired (jail default)' 1 --at '2020-03-01 05:00'
}
try explain_at_local_time local_time

service_not_allowed() {
	conf_apply
	says alice 'deny service-not-allowed (jail default)' 1 --service su
	json_is .service su
	says alice 'allow (jail default)' 0 --service sshd
	conf_apply 'services = [ "sshd", "vsftpd" ];'
	says alice 'allow (jail default)' 0 --service vsftpd
	says alice 'deny service-not-allowed (jail default)' 1 --service login
}
try explain_service_not_allowed service_not_allowed

from_not_allowed() {
	conf_apply 'from = [ "192.0.2.0/24", "2001:db8::/32" ];'
	says alice 'allow (jail default)' 0
	line_is '^  skip  from: '
	json_is '.checks[] | select(.check == "from") | .result' skip
	for good in 192.0.2.0 192.0.2.255 2001:db8::1 ::ffff:192.0.2.9; do
		says alice 'allow (jail default)' 0 --from $good
		json_is .from $good
		pam_says alice ok $good
	done
	for bad in 192.0.3.0 127.0.0.1 2001:db9::1 ::1; do
		says alice 'deny from-not-allowed (jail default)' 1 --from $bad
		pam_says alice from-not-allowed $bad
	done
}
try explain_from_not_allowed from_not_allowed

auth_not_allowed() {
	conf_apply 'auth = [ "publickey" ];'
	says alice 'allow (jail default)' 0
	line_is '^  skip  auth: '
	says alice 'allow (jail default)' 0 --auth publickey
	says alice 'deny auth-not-allowed (jail default)' 1 --auth password
	json_is .auth password
	says alice 'deny auth-not-allowed (jail default)' 1 \
	    --auth publickey+password
	conf_apply 'auth = [ "publickey+password" ];'
	says alice 'deny auth-not-allowed (jail default)' 1 --auth publickey
	says alice 'allow (jail default)' 0 --auth publickey+password
}
try explain_auth_not_allowed auth_not_allowed

# A user of another source, taken by name, with root's group.
primary_group_zero() {
	cp /etc/passwd $W/passwd
	echo 'grp0:x:1010:0::/home/local:/bin/sh' >>/etc/passwd
	CONF_JAILS='{ name = "g"; users = [ "grp0", "admin" ]; root = "/srv/g"; create = true; },' \
	    conf_apply
	both_say grp0 'deny pam-not-wired (jail g)' 1
	json_is .source files
	both_say admin 'allow (jail g)' 0
	cp $W/passwd /etc/passwd
}
try explain_primary_group_zero primary_group_zero

# Everything is checked; the first in the order of reasons is the reason.
all_are_shown() {
	CONF_USERS='{ name = "late"; uid = 20011; expires = "2020-02-29"; },' \
	    conf_apply 'from = [ "192.0.2.0/24" ]; auth = [ "publickey" ];' \
	    'disabled = [ "late" ];'
	mkdir -p /srv/sftp
	chmod 0777 /srv/sftp
	says late 'deny user-disabled (jail default)' 1 --service su \
	    --from 127.0.0.1 --auth password
	json_is '[.checks[] | select(.result == "fail") | .reason] | join(" ")' \
	    'user-disabled user-expired service-not-allowed from-not-allowed auth-not-allowed root-mode'
	json_is '.paths[] | select(.result == "fail") | [.path, .reason, .mode] | join(" ")' \
	    '/srv/sftp root-mode 0777'
	chmod 0755 /srv/sftp
}
try explain_shows_every_failure all_are_shown

stale() {
	conf_apply
	echo '# edited' >>/etc/sftpjail/sftpjail.conf
	says alice 'allow (jail default)' 0
	line_is '^  warn  text: .*newer'
	line_is 'fix: sftpjail apply'
	json_is .database.stale true
	sftpjail apply
	says alice 'allow (jail default)' 0
	json_is .database.stale false
}
try explain_says_that_the_text_is_newer stale

cases_end
