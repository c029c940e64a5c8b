#!/bin/sh
# SPDX-License-Identifier: ISC
# explain --all says of every served user what explain says of him alone, and
# explain names the jails that did not take a user.
. "$(dirname "$0")/world.sh"
world_enter "$@"
. "$world_lib/explain.sh"

command -v jq >/dev/null || world_skip 'jq is not installed'

# all_say STATUS [OPTION...]   Runs it as text and JSON, and compares each user
# with his own explain.
all_say() {
	all_status=$1
	shift
	exits "$all_status" sftpjail explain --all "$@" >$W/all.txt
	exits "$all_status" sftpjail --json explain --all "$@" >$W/explain.json
	same 'users' "$(sed '1d; /^$/,$d' $W/all.txt | wc -l)" \
	    "$(jq '.users | length' $W/explain.json)"
	sed '1d; /^$/,$d' $W/all.txt >$W/rows
	same order "$(cut -d ' ' -f 1 $W/rows)" \
	    "$(cut -d ' ' -f 1 $W/rows | sort)"
	while read -r name verdict reason jail; do
		[ "$jail" != - ] || jail=null
		same "$name" "$(sftpjail explain "$name" --json "$@" | jq -r \
		    '[.verdict, .reason, (.jail // "null")] | join(" ")')" \
		    "$verdict $reason $jail"
		json_is ".users[] | select(.user == \"$name\") |
		    [.verdict, .reason, (.jail // \"null\")] | join(\" \")" \
		    "$verdict $reason $jail"
	done <$W/rows
	json_is '[.counts[]] | add' "$(wc -l <$W/rows)"
}

# row USER VERDICT REASON JAIL
row() {
	has "$(tr -s ' ' <$W/all.txt)" "^$1 $2 $3 $4\$"
}

all_reasons() {
	CONF_GROUPS='{ name = "free"; gid = 20009; },' \
	    CONF_JAILS='{ name = "named"; users = [ "named" ]; root = "/srv/named"; from = [ "192.0.2.0/24" ]; auth = [ "publickey" ]; },
	    { name = "foreign"; groups = [ "games" ]; except_users = [ "bob" ]; root = "/srv/foreign/%u"; create = true; },
	    { name = "host"; users = [ "hosted" ]; root = "/srv/x/%u"; create = true; writable = [ "a" ]; writable_group = "nogroup-here"; },' \
	    CONF_USERS='{ name = "named"; uid = 20010; },
	    { name = "hosted"; uid = 20011; },
	    { name = "free"; uid = 20012; group = "free"; },
	    { name = "late"; uid = 20013; expires = "2001-01-01"; },
	    { name = "early"; uid = 20014; not_before = "2999-01-01"; },
	    { name = "locked"; uid = 20015; disabled = true; },
	    { name = "open"; uid = 20016; },
	    { name = "gamer"; uid = 20017; },
	    { name = "twice"; uid = 20018; },' conf_apply
	mkdir -p /srv/sftp/open && chmod 0777 /srv/sftp/open
	sed -i '/^games:/s/$/,gamer,bob/' /etc/group
	echo 'twice:x:2222:1000::/home/twice:/bin/sh' >>/etc/passwd
	all_say 1
	row alice allow ok default
	row bob allow ok default
	row gamer allow ok foreign
	row named deny root-missing named
	row hosted deny writable-unsafe host
	row free not-jailed not-jailed -
	row late deny user-expired default
	row early deny user-not-yet-valid default
	row locked deny user-disabled default
	row open deny root-mode default
	row twice deny user-conflict -
	has "$(cat $W/all.txt)" '^ok +4$'
	has "$(cat $W/all.txt)" '^root-mode +1$'
	json_is '.counts["user-expired"]' 1
	json_is '.counts["db-missing"]' 0
	json_is .schema 1
	all_say 1 --at '2000-01-01 12:00' --from 198.51.100.1 --auth password
	row named deny from-not-allowed named
	row late allow ok default
	all_say 1 --service other
	row alice deny service-not-allowed default
}
try explain_all_says_what_explain_says all_reasons

all_good() {
	sed -i '/^twice:/d' /etc/passwd
	conf_write
	sftpjail apply --allow-shrink
	rm -rf /srv/sftp
	all_say 0
	exits 2 sftpjail explain --all alice
	exits 2 sftpjail explain
	exits 4 setpriv --reuid 65534 --clear-groups sftpjail explain --all
}
try explain_all_exits_with_0_if_all_are_allowed all_good

all_sessions() {
	conf_apply 'max_sessions = 1; max_sessions_per_address = 1;'
	sshd_start
	session_open alice
	all_say 1
	row alice deny too-many-sessions default
	row bob allow ok default
	all_say 1 --from 127.0.0.1
	row bob deny too-many-sessions default
	all_say 1 --from 192.0.2.1
	row bob allow ok default
	session_close
	sshd_stop
	conf_apply
}
try explain_all_counts_sessions all_sessions

all_unknown() {
	sed -i 's/^passwd:.*/passwd: files/' /etc/nsswitch.conf
	all_say 1
	row alice deny user-unknown -
	sed -i 's/^passwd:.*/passwd: files sftpjail/' /etc/nsswitch.conf
	rm /var/lib/sftpjail/secret.v1.cdb
	exits 4 sftpjail explain --all >$W/all.txt 2>$W/said
	has "$(cat $W/said)" 'db-missing'
	same output "$(cat $W/all.txt)" ''
	conf_apply
}
try explain_all_where_nobody_is_known all_unknown

passed_jails() {
	CONF_JAILS='{ name = "first"; users = [ "bob" ]; root = "/srv/first"; },
	    { name = "second"; groups = [ "acme" ]; except_users = [ "alice" ]; root = "/srv/second"; },
	    { name = "third"; users = [ "*" ]; except_groups = [ "xmas" ]; root = "/srv/third"; },' \
	    conf_apply
	says alice 'allow (jail default)' 0
	line_is '^  skip  jail: first does not take the user: neither in users nor in groups$'
	line_is '^  skip  jail: second does not take the user: named in except_users$'
	line_is '^  skip  jail: third does not take the user: member of one of except_groups$'
	line_is '^  ok    jail: default: member of one of groups$'
	json_is '[.checks[] | select(.check == "jail") | .result] | join(" ")' \
	    'skip skip skip ok'
	says bob 'deny root-missing (jail first)' 1
	line_is_not 'does not take'
	says local not-jailed 5
	line_is '^  skip  jail: default does not take the user: neither'
	conf_apply
}
try explain_names_the_jails_that_did_not_take_the_user passed_jails

cases_end
